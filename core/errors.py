"""Errors a user can cause: one code, one documented meaning, a remedy in the message.

Everything else is a bug and stays an ordinary Python exception, which the outer layers mask.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum

from core.redaction import told
from core.texts import Text


class ErrorCode(StrEnum):
    """Stable public codes. The value never changes once published."""

    # who may do what
    NOT_PERMITTED = "NOT_PERMITTED"
    NOT_FOUND = "NOT_FOUND"
    TOKEN_INVALID = "TOKEN_INVALID"
    CROSS_SITE = "CROSS_SITE"
    # signing in, and tokens
    SIGN_IN_REFUSED = "SIGN_IN_REFUSED"
    TOO_MANY_ATTEMPTS = "TOO_MANY_ATTEMPTS"
    ACCOUNT_UNKNOWN = "ACCOUNT_UNKNOWN"
    PROVIDER_UNAVAILABLE = "PROVIDER_UNAVAILABLE"
    PASSWORD_WEAK = "PASSWORD_WEAK"
    WIDER_THAN_OWN = "WIDER_THAN_OWN"
    # how much may be asked
    BUDGET_EXCEEDED = "BUDGET_EXCEEDED"
    DEADLINE_EXCEEDED = "DEADLINE_EXCEEDED"
    DOCUMENT_NOT_TRUSTED = "DOCUMENT_NOT_TRUSTED"
    RATE_LIMITED = "RATE_LIMITED"
    # malformed input
    BAD_ARGUMENT = "BAD_ARGUMENT"
    BAD_CURSOR = "BAD_CURSOR"
    BAD_DATE = "BAD_DATE"
    BAD_FILE = "BAD_FILE"
    REQUEST_INVALID = "REQUEST_INVALID"
    SETTINGS_INVALID = "SETTINGS_INVALID"
    UNKNOWN_CODE = "UNKNOWN_CODE"
    # identity and credentials
    IDENTITY_NUMBER_INVALID = "IDENTITY_NUMBER_INVALID"
    USCC_INVALID = "USCC_INVALID"
    CERTIFICATE_NUMBER_INVALID = "CERTIFICATE_NUMBER_INVALID"
    CERTIFICATE_NUMBER_TAKEN = "CERTIFICATE_NUMBER_TAKEN"
    CREDENTIAL_BEFORE_BIRTH = "CREDENTIAL_BEFORE_BIRTH"
    CREDENTIAL_INCOMPLETE = "CREDENTIAL_INCOMPLETE"
    DUPLICATE = "DUPLICATE"
    PERIOD_REVERSED = "PERIOD_REVERSED"
    # the installation
    UNAVAILABLE = "UNAVAILABLE"
    DATABASE_OUTDATED = "DATABASE_OUTDATED"
    # policy packs and schemes
    POLICY_INVALID = "POLICY_INVALID"
    POLICY_GAP = "POLICY_GAP"
    POLICY_OVERLAP = "POLICY_OVERLAP"
    POLICY_UNCITED = "POLICY_UNCITED"
    POLICY_LAXER = "POLICY_LAXER"
    NOT_IN_FORCE = "NOT_IN_FORCE"
    SCHEME_INVALID = "SCHEME_INVALID"
    # a scheme's own code, in the jail
    JAIL_UNAVAILABLE = "JAIL_UNAVAILABLE"
    SCHEME_TIMED_OUT = "SCHEME_TIMED_OUT"
    SCHEME_OUT_OF_MEMORY = "SCHEME_OUT_OF_MEMORY"
    SCHEME_ANSWER_INVALID = "SCHEME_ANSWER_INVALID"
    SCHEME_CRASHED = "SCHEME_CRASHED"
    SCHEME_FORBIDDEN_ACT = "SCHEME_FORBIDDEN_ACT"
    # filing, review and activation of schemes
    STEP_REFUSED = "STEP_REFUSED"
    STEP_LATE = "STEP_LATE"
    OUT_OF_DATE = "OUT_OF_DATE"
    OWN_APPROVAL = "OWN_APPROVAL"
    SCHEME_REJECTED = "SCHEME_REJECTED"
    DIGEST_MISMATCH = "DIGEST_MISMATCH"
    # evaluation rounds
    RECUSED = "RECUSED"
    NOT_ELIGIBLE = "NOT_ELIGIBLE"
    AWARD_USED = "AWARD_USED"
    COMMITTEE_UNFIT = "COMMITTEE_UNFIT"
    KEY_REUSED = "KEY_REUSED"


MEANINGS: dict[ErrorCode, Text] = {
    ErrorCode.NOT_PERMITTED: Text("没有执行此操作的权限", "The reader lacks the permission for this action"),
    ErrorCode.NOT_FOUND: Text("不存在，或无权查看", "No such thing, or not visible to this reader"),
    ErrorCode.TOKEN_INVALID: Text("令牌无效或已过期", "The token is wrong, expired or for another audience"),
    ErrorCode.CROSS_SITE: Text("请求来自其他网站的页面", "A page of another site sent the request with a session"),
    ErrorCode.SIGN_IN_REFUSED: Text("登录未通过", "A sign-in that shows nobody who may sign in"),
    ErrorCode.TOO_MANY_ATTEMPTS: Text("尝试次数过多", "More failed sign-ins than are let through for now"),
    ErrorCode.ACCOUNT_UNKNOWN: Text("身份未绑定账户", "An identity of the provider that no account is bound to"),
    ErrorCode.PROVIDER_UNAVAILABLE: Text(
        "统一身份认证不可用", "An identity provider that is not set up or not answering"
    ),
    ErrorCode.PASSWORD_WEAK: Text("密码不合要求", "A password that is too short, too long or too easily guessed"),
    ErrorCode.WIDER_THAN_OWN: Text("超出本身的权限", "A token that would reach further than whoever mints it"),
    ErrorCode.BUDGET_EXCEEDED: Text("请求超出限额", "A request that asks for more than one may at once"),
    ErrorCode.DEADLINE_EXCEEDED: Text("请求超过时限，已中止", "A request that took longer than it may and was stopped"),
    ErrorCode.DOCUMENT_NOT_TRUSTED: Text("查询文档未登记", "A document that is not among the trusted ones"),
    ErrorCode.RATE_LIMITED: Text("一段时间内请求过多", "More than one may ask within a while"),
    ErrorCode.BAD_ARGUMENT: Text("参数不合要求", "An argument is outside what the field accepts"),
    ErrorCode.BAD_CURSOR: Text("分页游标无效", "A cursor that this connection did not give out"),
    ErrorCode.BAD_DATE: Text("日期不存在或超出范围", "A date that does not exist or lies out of range"),
    ErrorCode.BAD_FILE: Text("文件无法读取", "A file that cannot be read as what it claims to be"),
    ErrorCode.REQUEST_INVALID: Text("请求格式不符", "A request that is not GraphQL over HTTP as the server accepts it"),
    ErrorCode.SETTINGS_INVALID: Text("系统设置有误", "A setting that the system refuses to start with"),
    ErrorCode.UNKNOWN_CODE: Text("代码不在词表中", "A code that is not in the vocabulary"),
    ErrorCode.IDENTITY_NUMBER_INVALID: Text("证件号码有误", "An identity number that fails its check"),
    ErrorCode.USCC_INVALID: Text("统一社会信用代码有误", "A unified social credit code that fails its check"),
    ErrorCode.CERTIFICATE_NUMBER_INVALID: Text("证书编号格式不符", "A certificate number of no accepted format"),
    ErrorCode.CERTIFICATE_NUMBER_TAKEN: Text("证书编号已被使用", "A certificate number that is already on record"),
    ErrorCode.CREDENTIAL_BEFORE_BIRTH: Text("取得日期早于出生日期", "A credential awarded before its holder was born"),
    ErrorCode.CREDENTIAL_INCOMPLETE: Text("凭证要素不全", "A credential that lacks a part its kind requires"),
    ErrorCode.DUPLICATE: Text("记录重复", "A record that exists already"),
    ErrorCode.PERIOD_REVERSED: Text("结束日期早于开始日期", "A period that ends before it starts"),
    ErrorCode.UNAVAILABLE: Text("服务正在停止", "The server is stopping, or cannot answer now"),
    ErrorCode.DATABASE_OUTDATED: Text("数据库尚未升级", "A database that was not migrated to this version"),
    ErrorCode.POLICY_INVALID: Text("政策包内容有误", "A policy pack that does not fit its form"),
    ErrorCode.POLICY_GAP: Text("政策取值之间有空档", "Dated values of one policy entry leave a gap"),
    ErrorCode.POLICY_OVERLAP: Text("政策取值的期间重叠", "Dated values of one policy entry overlap"),
    ErrorCode.POLICY_UNCITED: Text("政策取值缺少依据", "A policy value without a citation that resolves"),
    ErrorCode.POLICY_LAXER: Text(
        "低于上位政策且未注明授权", "A value laxer than a broader pack without cited authority"
    ),
    ErrorCode.NOT_IN_FORCE: Text("该日没有有效取值", "No value is in force on that day"),
    ErrorCode.SCHEME_INVALID: Text("方案内容有误", "A scheme document that does not fit its form"),
    ErrorCode.JAIL_UNAVAILABLE: Text(
        "本机不能隔离方案代码", "A host on which the walls around a scheme's code do not hold"
    ),
    ErrorCode.SCHEME_TIMED_OUT: Text("方案代码超时", "A scheme's code that was not done by its deadline"),
    ErrorCode.SCHEME_OUT_OF_MEMORY: Text("方案代码超出内存", "A scheme's code that took more memory than it may"),
    ErrorCode.SCHEME_ANSWER_INVALID: Text("方案代码的答复不合约定", "A scheme's code that answered out of form"),
    ErrorCode.SCHEME_CRASHED: Text("方案代码异常终止", "A scheme's code that raised an error or ended by itself"),
    ErrorCode.SCHEME_FORBIDDEN_ACT: Text(
        "方案代码试图做禁止之事", "A scheme's code that tried what the jail forbids, such as a file or the network"
    ),
    ErrorCode.STEP_REFUSED: Text("当前状态不允许此步骤", "A step that the present state does not allow"),
    ErrorCode.STEP_LATE: Text("期限已过", "A step that comes after its term"),
    ErrorCode.OUT_OF_DATE: Text("所据内容已被他人更改", "A decision on what somebody else has changed since"),
    ErrorCode.OWN_APPROVAL: Text("不得审批自己经办的方案", "An approval of what the approver has handled before"),
    ErrorCode.SCHEME_REJECTED: Text("方案未通过校验", "A scheme that verification did not pass"),
    ErrorCode.DIGEST_MISMATCH: Text("内容与其摘要不符", "Content that is not what its digest says"),
    ErrorCode.RECUSED: Text("应当回避", "Somebody acts on a case from which they are recused"),
    ErrorCode.NOT_ELIGIBLE: Text("不符合申报条件", "An application whose conditions are not met, or that is barred"),
    ErrorCode.AWARD_USED: Text(
        "同一次获奖已用于同类证书", "An award that another certificate of the kind rests on, or waits for"
    ),
    ErrorCode.COMMITTEE_UNFIT: Text("评委会组成不合要求", "A committee that cannot be composed as the policy asks"),
    ErrorCode.KEY_REUSED: Text("同一请求键用于不同请求", "A request key that came with another request before"),
}


@dataclass(frozen=True, slots=True)
class Where:
    """The place of a fault: file, then row, cell or entry within it."""

    file: str | None = None
    entry: str | None = None
    row: int | None = None
    cell: str | None = None

    def __str__(self) -> str:
        named = (
            self.file,
            self.entry,
            None if self.row is None else f"第{self.row}行 row {self.row}",
            self.cell,
        )
        return " · ".join(part for part in named if part)

    def redacted(self) -> "Where":
        """The same without identity numbers: names of files and cells are the sender's."""
        return Where(_redacted(self.file), _redacted(self.entry), self.row, _redacted(self.cell))


class GuantongError(Exception):
    """A fault the caller can mend. ``message`` says what is wrong and what would be right.

    ``figures`` are what a program needs to act on it: how much was asked, what the limit is.
    Whatever it quotes, no identity number gets into it: errors end in logs and answers that its owner never agreed to.
    """

    def __init__(
        self,
        code: ErrorCode,
        message: Text,
        *,
        where: Where | None = None,
        nearest: str | None = None,
        clause: str | None = None,
        figures: Mapping[str, int | str] | None = None,
    ) -> None:
        message = Text(told(message.zh), told(message.en))
        super().__init__(code, message)
        self.code = code
        self.message = message
        self.where = where and where.redacted()
        self.nearest = _redacted(nearest)
        self.clause = clause
        self.figures = figures or {}

    def __str__(self) -> str:
        place = f" [{self.where}]" if self.where else ""
        nearest = f"；最接近的值 nearest: {self.nearest}" if self.nearest else ""
        clause = f"；依据 clause: {self.clause}" if self.clause else ""
        return f"{self.code}{place} {self.message}{nearest}{clause}"


def _redacted(text: str | None) -> str | None:
    return text and told(text)


def nearest_of(value: str, known: "list[str] | tuple[str, ...]") -> str | None:
    """The known value closest to a mistyped one, or None when nothing is near."""
    found = get_close_matches(value, known, n=1, cutoff=0.5)
    return found[0] if found else None


def unknown_code(
    what: Text, value: str, known: "list[str] | tuple[str, ...]", where: Where | None = None
) -> GuantongError:
    """The error for a code that a vocabulary does not hold."""
    return GuantongError(
        ErrorCode.UNKNOWN_CODE,
        Text(f"{what.zh}“{value}”不在词表中", f"{what.en} '{value}' is not in the vocabulary"),
        where=where,
        nearest=nearest_of(value, known),
    )
