"""Codes for what cannot be read (ART: the uploaded file, WBK: the catalog workbook), each with meaning and remedy."""

from enum import StrEnum

from core.texts import Text, shorten
from plugins.findings import Finding, Place, Severity, Stage


class Refusal(StrEnum):
    """Stable public codes. The value never changes once published."""

    NOT_A_ZIP = "ART001"
    ZIP_BOMB = "ART002"
    UNSAFE_PATH = "ART003"
    STARTUP_FILE = "ART004"
    COMPILED_CODE = "ART005"
    DEPENDENCY = "ART006"
    PART_MISSING = "ART007"
    TWO_CATALOGS = "ART008"
    RECORD = "ART009"
    WHEEL_TAG = "ART010"
    IDENTITY = "ART011"
    ENTRY_POINT = "ART012"
    OUT_OF_PLACE = "ART013"
    ENCRYPTED = "ART014"
    TOO_LARGE = "ART015"
    ENCODING = "ART016"
    FORM = "ART017"
    BEYOND_LIMIT = "ART018"
    NOT_A_WORKBOOK = "WBK001"
    WORKBOOK_TOO_LARGE = "WBK002"
    ACTIVE_CONTENT = "WBK003"
    SHEET = "WBK004"
    HEADER = "WBK005"
    COLUMN = "WBK006"
    NO_ROWS = "WBK007"
    EMPTY_CELL = "WBK008"
    NUMBER = "WBK009"
    DATE = "WBK010"
    YES_OR_NO = "WBK011"
    UNKNOWN_NAME = "WBK012"
    CODE_AND_NAME = "WBK013"
    CONDITION = "WBK014"
    NO_CLAUSE = "WBK015"
    DUPLICATE_NUMBER = "WBK016"
    FORMULA = "WBK017"
    HIDDEN = "WBK018"


MEANINGS: dict[Refusal, Text] = {
    Refusal.NOT_A_ZIP: Text(
        "不是可读的 wheel 或 zip 文件；请重新打包后上传",
        "Not a readable wheel or zip file; build it anew and upload it",
    ),
    Refusal.ZIP_BOMB: Text(
        "压缩包文件过多、解压后过大、相互重叠或套有压缩包；只放方案所需的文件",
        "Too many files, too large once unpacked, overlapping or nested archives; keep what the scheme needs",
    ),
    Refusal.UNSAFE_PATH: Text(
        "条目路径不安全或有歧义；用相对路径、正斜杠，且不重名",
        "An entry's path is unsafe or ambiguous; use relative paths, forward slashes and no name twice",
    ),
    Refusal.STARTUP_FILE: Text(
        ".pth 文件会在 Python 启动时运行；请删除", "A .pth file runs whenever Python starts; remove it"
    ),
    Refusal.COMPILED_CODE: Text("含编译代码；只接受源代码与数据", "Compiled code; only sources and data are accepted"),
    Refusal.DEPENDENCY: Text(
        "依赖未声明或不允许；方案只能使用标准库与 guantong 的 plugins.api",
        "An undeclared or forbidden dependency; a scheme may use the standard library and guantong's plugins.api",
    ),
    Refusal.PART_MISSING: Text(
        "缺少 scheme.toml 或对应关系目录；请补上", "scheme.toml or the catalog is missing; add it"
    ),
    Refusal.TWO_CATALOGS: Text(
        "同时有 catalog.toml 与 catalog.xlsx；只留一个", "Both catalog.toml and catalog.xlsx; keep one of them"
    ),
    Refusal.RECORD: Text(
        "RECORD 与文件不符；请重新构建 wheel，不要手工改动",
        "RECORD and files disagree; build the wheel anew, never edit it",
    ),
    Refusal.WHEEL_TAG: Text(
        "不是纯 Python 的 wheel（py3-none-any）；请构建为纯 Python",
        "Not a pure Python wheel (py3-none-any); build it as one",
    ),
    Refusal.IDENTITY: Text(
        "文件名、元数据与 scheme.toml 的名称或版本不一致；请统一",
        "File name, metadata and scheme.toml disagree on name or version; make them agree",
    ),
    Refusal.ENTRY_POINT: Text(
        "guantong.schemes 组须恰有一个入口点，以方案键为名并指向本包",
        "Group guantong.schemes needs exactly one entry point, named by the scheme's key, within this package",
    ),
    Refusal.OUT_OF_PLACE: Text(
        "文件不在其应在的位置；只放方案的包及其元数据",
        "A file outside its place; ship the scheme's package and its metadata only",
    ),
    Refusal.ENCRYPTED: Text("条目已加密；请去掉密码", "An encrypted entry; remove the password"),
    Refusal.TOO_LARGE: Text("文件过大；请精简", "A file is too large; make it smaller"),
    Refusal.ENCODING: Text("编码不是 UTF-8；请另存为 UTF-8", "Not encoded as UTF-8; save it as UTF-8"),
    Refusal.FORM: Text("内容不合格式；按提示改正", "The content does not fit its form; correct what is named"),
    Refusal.BEYOND_LIMIT: Text(
        "数量或长度超过平台限度；请按提示精简", "More or longer than the platform takes; make it smaller as told"
    ),
    Refusal.NOT_A_WORKBOOK: Text(
        "不是可读的 XLSX 工作簿；请去掉密码并另存为 .xlsx",
        "Not a readable XLSX workbook; remove any password and save as .xlsx",
    ),
    Refusal.WORKBOOK_TOO_LARGE: Text(
        "工作簿过大；请删去目录之外的内容", "The workbook is too large; remove what is not the catalog"
    ),
    Refusal.ACTIVE_CONTENT: Text(
        "工作簿含宏、嵌入对象或外部链接；请删除后另存",
        "Macros, embedded objects or external links; remove them and save anew",
    ),
    Refusal.SHEET: Text(
        "找不到唯一的目录工作表；请把目录放在一张名为“对应关系目录”的表中",
        "No single catalog sheet; put the catalog on one sheet named '对应关系目录'",
    ),
    Refusal.HEADER: Text("缺少必需的列；请按模板补上表头", "A required column is missing; name it as in the template"),
    Refusal.COLUMN: Text(
        "列名无法识别或重复；请按模板改正", "An unknown or repeated column; name it as in the template"
    ),
    Refusal.NO_ROWS: Text("目录没有数据行；请填写目录", "The catalog has no rows; fill it in"),
    Refusal.EMPTY_CELL: Text("必填的单元格为空；请填写", "A required cell is empty; fill it in"),
    Refusal.NUMBER: Text("应为整数；例如 2 或 满2年", "Should be a whole number, such as 2 or 满2年"),
    Refusal.DATE: Text("应为存在的日期；例如 2026-03-15", "Should be a date that exists, such as 2026-03-15"),
    Refusal.YES_OR_NO: Text("应为 是 或 否", "Should be 是 or 否"),
    Refusal.UNKNOWN_NAME: Text(
        "名称不在词表中，不会代为猜测；请用词表中的名称",
        "A name that is not in the vocabulary, and nothing is guessed; use one that is",
    ),
    Refusal.CODE_AND_NAME: Text(
        "职业编码与职业名称不符；请改正其一", "Occupation code and name disagree; mend one of them"
    ),
    Refusal.CONDITION: Text(
        "条件写法有误；例如 工艺改进 ≥ 1", "A condition that cannot be read; write it like 工艺改进 ≥ 1"
    ),
    Refusal.NO_CLAUSE: Text("开放的方向缺少条款；请注明依据", "A direction that is open has no clause; cite it"),
    Refusal.DUPLICATE_NUMBER: Text("序号重复；请重新编号", "A row number is used twice; number the rows anew"),
    Refusal.FORMULA: Text("单元格含公式，按保存的结果读取；请核对", "A formula, read by its saved result; check it"),
    Refusal.HIDDEN: Text(
        "隐藏的行、列或工作表也被读取；请核对", "Hidden rows, columns and sheets are read too; check them"
    ),
}


def refusal(
    code: Refusal,
    what: Text,
    place: Place,
    *,
    value: object = None,
    nearest: str | None = None,
    severity: Severity = Severity.ERROR,
) -> Finding:
    """A finding of the artifact stage; ``value`` is shortened to what a person can read."""
    shown = None if value is None else shorten(str(value))
    return Finding(code.value, Stage.ARTIFACT, severity, place, what, shown, nearest)
