"""Every list that can be exported, one table each. What stands in a column is read by ``core.services.exports``.

The national columns are those that were seen in writing; where the writing is a system's code or a manual, it is cited
as such. Whatever has no citation is a platform default, and the graph says so.
"""

from types import MappingProxyType
from typing import Final

from core.citations import Citation, Confidence, Source
from core.exporting.form import Column, ExportKind, ListForm
from core.texts import Text

_CERTIFICATE = Citation(
    Source(
        "certificate_content",
        "职业技能等级证书内容与查询说明",
        None,
        "一所评价机构的公开说明",
        None,
        "http://cfpba.zyjndj.com/w1346/c31891",
    ),
    "证书内容",
    Confidence.VERBATIM,
)
_REGISTRATION = Citation(
    Source("registration_template", "职业技能等级认定报名模板（33 列）", None, "一个报名系统的公开代码", None, ""),
    "报名模板列名",
    Confidence.SECONDARY,
)
_A06 = Citation(
    Source("hr_standard_a06", "人力资源信息标准 A06 专业技术任职资格", None, "一个人事系统的公开代码", None, ""),
    "A06",
    Confidence.SECONDARY,
)


def _national(key: str, zh: str, en: str, width: int = 14, **more: object) -> Column:
    return Column(key, Text(zh, en), _CERTIFICATE, width=width, **more)  # type: ignore[arg-type]


def _registered(key: str, zh: str, en: str, width: int = 14, **more: object) -> Column:
    return Column(key, Text(zh, en), _REGISTRATION, width=width, **more)  # type: ignore[arg-type]


def _title(key: str, code: str, zh: str, en: str, width: int = 14) -> Column:
    cited = Citation(_A06.source, code, _A06.confidence)
    return Column(key, Text(zh, en), cited, width=width)


def _own(key: str, zh: str, en: str, width: int = 14, **more: object) -> Column:
    return Column(key, Text(zh, en), width=width, **more)  # type: ignore[arg-type]


_MASKED = _own("identity_masked", "证件号码（掩码）", "identity number, masked", 22)
_NUMBER = ("identity_number", "证件号码", "identity number, in full", 22)
_TARGETS = (
    _own("occupation", "职业", "occupation", 20),
    _own("trade", "工种", "trade"),
    _own("skill_level", "职业技能等级", "skill level"),
    _own("series", "职称系列", "title series", 20),
    _own("specialty", "专业", "specialty"),
    _own("title_level", "职称层级", "title level"),
)
_OUTCOMES = (
    _own("skill_outcome", "技能评价结果", "skill outcome"),
    _own("title_outcome", "职称评审结果", "title outcome"),
)

ROSTER: Final = ListForm(
    ExportKind.ROSTER,
    Text("花名册", "roster"),
    (
        _own("name", "姓名", "name"),
        _own("sex", "性别", "sex", 6),
        _own("identity_kind", "证件类型", "kind of document"),
        _MASKED,
        _own(*_NUMBER, is_guarded=True),
        _own("born_on", "出生日期", "day of birth", 12),
        _own("post", "岗位", "post", 20),
        _own("occupation_code", "职业编码", "code of the occupation"),
        _own("occupation", "职业", "occupation", 20),
        _own("starts", "入职日期", "first day", 12),
        _own("frontline", "一线", "front line", 6),
    ),
)
APPLICATIONS: Final = ListForm(
    ExportKind.APPLICATIONS,
    Text("申报名单", "applications of a round"),
    (
        _own("id", "申报标识", "id of the application", 38),
        _registered("name", "姓名", "name"),
        _registered("identity_kind", "证件类型", "kind of document"),
        _MASKED,
        _registered(*_NUMBER, is_guarded=True),
        _registered("occupation_trade", "职业工种名称", "occupation and trade", 24),
        _registered("level", "认定等级", "level applied for"),
        _own("series", "职称系列", "title series", 20),
        _registered("specialty", "专业", "specialty"),
        _own("title_level", "职称层级", "title level"),
        _own("filed_on", "申报日期", "day of filing", 12),
        _own("status", "申报状态", "status"),
        _own("reviewed_on", "审核日期", "day of review", 12),
        _own("review_reason", "审核意见", "what the review said", 40),
        _own("warnings", "申报提示", "warnings", 30),
    ),
)
RESULTS: Final = ListForm(
    ExportKind.RESULTS,
    Text("结果报备", "filing of results"),
    (
        _own("id", "申报标识", "id of the application", 38),
        _own("filing", "报备次序", "number of the filing", 8),
        _own("name", "姓名", "name"),
        _own("identity_kind", "证件类型", "kind of document"),
        _MASKED,
        _own(*_NUMBER, is_guarded=True),
        *_TARGETS,
        _own("skill_total", "技能总分（千分之一分）", "skill total, in thousandths", 12),
        _OUTCOMES[0],
        _own("title_total", "职称总分（千分之一分）", "title total, in thousandths", 12),
        _own("voters", "参加表决人数", "voters", 8),
        _own("agree", "同意票数", "votes in favour", 8),
        _OUTCOMES[1],
        _own("mark", "退回意见", "what the bureau marked in the row", 50),
        _own("mark_answered", "退回后是否更正", "corrected since it was marked", 10),
    ),
)
SKILL_CERTIFICATES: Final = ListForm(
    ExportKind.SKILL_CERTIFICATES,
    Text("职业技能等级证书数据", "data of skill certificates"),
    (
        _national("name", "姓名", "name"),
        _national("identity_kind", "证件类型", "kind of document"),
        _MASKED,
        _national(*_NUMBER, is_guarded=True),
        _national("occupation", "职业名称", "occupation", 20),
        _national("trade", "工种名称", "trade"),
        _national("level", "职业技能等级", "skill level", 12),
        _national("number", "证书编号", "certificate number", 26),
        _national(
            "qr_code",
            "二维码",
            "content of the QR code",
            26,
            note=Text(
                "内容为证书编号（平台默认）：未见规定写明二维码的内容",
                "holds the certificate number (platform default): nothing was found that says what it holds",
            ),
        ),
        _national("issuer", "评价机构", "issuer", 26),
        _national("issued_on", "发证日期", "day of issue", 12),
        _own("pair", "一评双证的职称证书编号", "number of the title of the same evaluation", 26),
        _own("reported_on", "报送日期", "day it was reported", 12),
        _own("revoked_on", "撤销日期", "day of revocation", 12),
    ),
)
TITLE_CERTIFICATES: Final = ListForm(
    ExportKind.TITLE_CERTIFICATES,
    Text("职称证书数据", "data of title certificates"),
    (
        _own("name", "姓名", "name"),
        _own("identity_kind", "证件类型", "kind of document"),
        _MASKED,
        _own(*_NUMBER, is_guarded=True),
        _title("title_name", "A06001A", "资格名称", "name of the qualification", 20),
        _title("level", "A06002", "级别", "level"),
        _title("issued_on", "A06004", "获得日期", "day obtained", 12),
        _title("obtained_by", "A06007", "获得途径", "how it was obtained"),
        _title("committee", "A06011", "评委会或考试名称", "committee or examination", 26),
        _title("issuer", "A06013", "审批单位", "approved by", 26),
        _own("series", "职称系列", "title series", 20),
        _own("specialty", "专业", "specialty"),
        _own("review_year", "评审年度", "review year", 8),
        _own("number", "证书编号", "certificate number", 26),
        _own("pair", "一评双证的技能证书编号", "number of the skill certificate of the same evaluation", 26),
        _own("reported_on", "报送日期", "day it was reported", 12),
        _own("revoked_on", "撤销日期", "day of revocation", 12),
    ),
)
NOTICE: Final = ListForm(
    ExportKind.NOTICE,
    Text("公示名单", "public notice"),
    (
        _own("name", "姓名", "name as the policy shows it"),
        *_TARGETS,
        *_OUTCOMES,
        _own("corrections", "更正次数", "marks put right", 8),
    ),
)
COMMITTEE: Final = ListForm(
    ExportKind.COMMITTEE,
    Text("评委会记录", "committee record"),
    (
        _own("series", "职称系列", "title series", 20),
        _own("specialty", "专业", "specialty"),
        _own("highest", "可评最高层级", "highest level it may decide on"),
        _own("drawn_on", "抽取日期", "day of the draw", 12),
        _own("number", "专家编号", "number of the expert"),
        _own("name", "姓名", "name"),
        _own("unit", "工作单位", "unit", 26),
        _own("outside", "外单位", "from outside", 8),
        _own("present", "出席", "present", 8),
        _own("follows", "递补的专家编号", "number of whom they follow"),
        _own("stepped_down_on", "退出日期", "day of stepping down", 12),
        _own("stepped_down_reason", "退出原因", "why", 30),
    ),
)
AUDIT: Final = ListForm(
    ExportKind.AUDIT,
    Text("审计日志", "audit log"),
    (
        _own("seq", "序号", "sequence", 10),
        _own("at", "时间（北京时间）", "moment, in Shanghai", 26),
        _own("tag", "事项", "what was done", 30),
        _own("actor_role", "角色", "role"),
        _own("actor_name", "操作人", "who"),
        _own("subject_kind", "对象种类", "kind of subject"),
        _own("subject_id", "对象标识", "id of the subject", 38),
        _own("reason", "理由", "why", 40),
        _own("request_id", "请求标识", "id of the request", 30),
        _own("body", "事件正文（规范 JSON）", "body, canonical JSON", 60),
        _own("body_digest", "正文摘要（SHA-256）", "digest of the body", 66),
    ),
)
LISTS: Final = MappingProxyType(
    {
        form.kind: form
        for form in (
            ROSTER,
            APPLICATIONS,
            RESULTS,
            SKILL_CERTIFICATES,
            TITLE_CERTIFICATES,
            NOTICE,
            COMMITTEE,
            AUDIT,
        )
    }
)
