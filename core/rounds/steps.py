"""The machine of a round (评价批次): its states, and one table of the steps between them.

Notice, plan, applications, qualification review, scoring, committee, conclusion, public notice, filing of results, the
bureau's review with return and correction, certificates, data reported. ``core.rounds.gates`` says what must hold.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from core.rounds.deadlines import Term
from core.rounds.process import Phase
from core.texts import Text


class RoundState(StrEnum):
    """How far a round has come (批次状态)."""

    ANNOUNCED = "announced"  # 已发布通知
    PLANNED = "planned"  # 已创建计划
    APPLYING = "applying"  # 申报中
    REVIEWING = "reviewing"  # 资格审核中
    SCORING = "scoring"  # 评分中
    DELIBERATING = "deliberating"  # 评委会评议中
    CONCLUDED = "concluded"  # 已形成结果
    NOTICED = "noticed"  # 公示
    FILED = "filed"  # 结果已报备
    RETURNED = "returned"  # 已退回
    ACCEPTED = "accepted"  # 审核通过
    CERTIFIED = "certified"  # 已发证
    REPORTED = "reported"  # 证书数据已报送
    CANCELLED = "cancelled"  # 已取消


class RoundStepKind(StrEnum):
    """What moves a round (批次步骤)."""

    ANNOUNCE = "announce"  # 发布通知
    PLAN = "plan"  # 创建计划
    OPEN = "open"  # 开始申报
    CLOSE = "close"  # 截止申报
    QUALIFY = "qualify"  # 完成资格审核
    DELIBERATE = "deliberate"  # 提交评委会
    CONCLUDE = "conclude"  # 形成结果
    REWORK = "rework"  # 重新核算结果
    NOTICE = "notice"  # 公示结果
    FILE = "file"  # 报备结果
    RETURN = "return"  # 退回
    ACCEPT = "accept"  # 审核通过
    CERTIFY = "certify"  # 发证
    REPORT = "report"  # 报送证书数据
    EXTEND = "extend"  # 延期
    RECOUNT = "recount"  # 按新公布的节假日重新计算
    DO_OWN = "do_own"  # 完成方案自定步骤
    CANCEL = "cancel"  # 取消


class Party(StrEnum):
    """Who takes a step (办理方)."""

    OFFICE = "office"  # 企业评价机构
    BUREAU = "bureau"  # 人社部门
    ASSESSOR = "assessor"  # 考评人员、评委
    APPLICANT = "applicant"  # 申报人


S = RoundState
K = RoundStepKind


@dataclass(frozen=True, slots=True)
class RoundTransition:
    """One row of the table: from which states a step leads where, by whom, in which phase of the plan.

    ``target`` None leaves the state; ``starts`` are the terms that begin with the step.
    """

    step: RoundStepKind
    sources: frozenset[RoundState]
    target: RoundState | None
    party: Party
    phase: Phase | None = None
    starts: tuple[Term, ...] = ()


def _row(
    step: K, sources: set[S], target: S | None, phase: Phase | None = None, *starts: Term
) -> tuple[K, RoundTransition]:
    party = Party.BUREAU if step in (K.RETURN, K.ACCEPT, K.EXTEND) else Party.OFFICE
    return step, RoundTransition(step, frozenset(sources), target, party, phase, starts)


_BEFORE_FILING = {
    S.ANNOUNCED,
    S.PLANNED,
    S.APPLYING,
    S.REVIEWING,
    S.SCORING,
    S.DELIBERATING,
    S.CONCLUDED,
    S.NOTICED,
}
OPEN_STATES = frozenset(_BEFORE_FILING | {S.FILED, S.RETURNED, S.ACCEPTED, S.CERTIFIED})
ROUND_TRANSITIONS: Mapping[RoundStepKind, RoundTransition] = MappingProxyType(
    dict(
        (
            _row(K.ANNOUNCE, set(), S.ANNOUNCED, Phase.ANNOUNCEMENT),
            _row(K.PLAN, {S.ANNOUNCED}, S.PLANNED, Phase.PLAN),
            _row(K.OPEN, {S.PLANNED}, S.APPLYING, Phase.EVALUATION, Term.APPLICATIONS),
            _row(K.CLOSE, {S.APPLYING}, S.REVIEWING, Phase.EVALUATION),
            _row(K.QUALIFY, {S.REVIEWING}, S.SCORING, Phase.EVALUATION),
            _row(K.DELIBERATE, {S.SCORING}, S.DELIBERATING, Phase.EVALUATION),
            _row(K.CONCLUDE, {S.SCORING, S.DELIBERATING}, S.CONCLUDED, Phase.EVALUATION, Term.RESULTS),
            _row(K.REWORK, {S.CONCLUDED, S.NOTICED, S.RETURNED}, None),
            _row(K.NOTICE, {S.CONCLUDED, S.NOTICED, S.RETURNED}, S.NOTICED, Phase.EVALUATION, Term.NOTICE),
            _row(K.FILE, {S.NOTICED, S.RETURNED}, S.FILED, Phase.RESULTS_FILING, Term.REVIEW),
            _row(K.RETURN, {S.FILED}, S.RETURNED, Phase.RESULTS_FILING, Term.CORRECTION),
            _row(K.ACCEPT, {S.FILED}, S.ACCEPTED, Phase.RESULTS_FILING, Term.CERTIFICATE_DATA),
            _row(K.CERTIFY, {S.ACCEPTED}, S.CERTIFIED, Phase.CERTIFICATE_DATA),
            _row(K.REPORT, {S.CERTIFIED}, S.REPORTED, Phase.CERTIFICATE_DATA),
            _row(K.EXTEND, set(OPEN_STATES), None),
            _row(K.RECOUNT, set(OPEN_STATES), None),
            _row(K.DO_OWN, set(OPEN_STATES), None),
            _row(K.CANCEL, _BEFORE_FILING, S.CANCELLED),
        )
    )
)
# The terms that run while a round is in a state; a correction takes the place of the results' own term.
RUNNING: Mapping[RoundState, tuple[Term, ...]] = {
    S.APPLYING: (Term.APPLICATIONS,),
    S.CONCLUDED: (Term.CORRECTION, Term.RESULTS),
    S.NOTICED: (Term.NOTICE, Term.CORRECTION, Term.RESULTS),
    S.FILED: (Term.REVIEW,),
    S.RETURNED: (Term.CORRECTION,),
    S.ACCEPTED: (Term.CERTIFICATE_DATA,),
    S.CERTIFIED: (Term.CERTIFICATE_DATA,),
}
STATES: Mapping[RoundState, Text] = {
    S.ANNOUNCED: Text("已发布通知", "announced"),
    S.PLANNED: Text("已创建计划", "planned"),
    S.APPLYING: Text("正在申报", "taking applications"),
    S.REVIEWING: Text("正在资格审核", "in qualification review"),
    S.SCORING: Text("正在评分", "being scored"),
    S.DELIBERATING: Text("正在评议", "before the committee"),
    S.CONCLUDED: Text("已形成结果", "concluded"),
    S.NOTICED: Text("正在公示", "in public notice"),
    S.FILED: Text("结果已报备", "filed with the bureau"),
    S.RETURNED: Text("已被退回", "returned"),
    S.ACCEPTED: Text("已审核通过", "accepted"),
    S.CERTIFIED: Text("已发证", "certified"),
    S.REPORTED: Text("证书数据已报送", "finished, its data reported"),
    S.CANCELLED: Text("已取消", "cancelled"),
}
STEPS: Mapping[RoundStepKind, Text] = {
    K.ANNOUNCE: Text("发布通知", "announce"),
    K.PLAN: Text("创建计划", "plan"),
    K.OPEN: Text("开始申报", "open to applications"),
    K.CLOSE: Text("截止申报", "close to applications"),
    K.QUALIFY: Text("完成资格审核", "end the qualification review"),
    K.DELIBERATE: Text("提交评委会", "lay before the committee"),
    K.CONCLUDE: Text("形成结果", "conclude"),
    K.REWORK: Text("重新核算结果", "work the results out again"),
    K.NOTICE: Text("公示结果", "give public notice"),
    K.FILE: Text("报备结果", "file the results"),
    K.RETURN: Text("退回", "return"),
    K.ACCEPT: Text("审核通过", "accept"),
    K.CERTIFY: Text("发证", "issue the certificates"),
    K.REPORT: Text("报送证书数据", "report the certificate data"),
    K.EXTEND: Text("延期", "extend a term"),
    K.RECOUNT: Text("重新计算期限", "count the terms anew"),
    K.DO_OWN: Text("完成方案自定步骤", "do a step of the scheme's own"),
    K.CANCEL: Text("取消", "cancel"),
}


def sources_in_words(transition: RoundTransition) -> Text:
    """The states from which a step may be taken, in order."""
    told = [STATES[state] for state in RoundState if state in transition.sources]
    return Text("或".join(one.zh for one in told), " or ".join(one.en for one in told))
