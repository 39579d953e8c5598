"""The machine of a round: every gate refused and passed, its words and its clause."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from core.errors import ErrorCode, GuantongError
from core.rounds.deadlines import Deadline, Term
from core.rounds.gates import GUARDS, check_gates, refusals
from core.rounds.process import OwnStep, Phase, longer, own_steps
from core.rounds.progress import Progress
from core.rounds.steps import ROUND_TRANSITIONS, STATES, STEPS, Party, RoundState, RoundStepKind
from core.schemes import ProcessStep
from core.texts import Text
from tests.core.calls import policy

S = RoundState
K = RoundStepKind
DAY = date(2026, 3, 10)
BEFORE, AFTER = date(2026, 3, 9), date(2026, 3, 20)


def _deadline(term: Term, due: date, provisional: bool = False) -> Deadline:
    return Deadline(term, date(2026, 3, 2), 5, due, "", provisional)


def at(state: RoundState, *deadlines: Deadline, **given: Any) -> Progress:
    """A round on the day, with somebody admitted."""
    known = {deadline.term: deadline for deadline in deadlines}
    return Progress(**{"state": state, "day": DAY, "deadlines": known, "admitted": 1} | given)


GAP = Text("培训", "training")
NOTICE_OVER, NOTICE_ON = _deadline(Term.NOTICE, BEFORE), _deadline(Term.NOTICE, DAY)
IN_TIME = _deadline(Term.RESULTS, DAY)
READY: dict[RoundStepKind, Progress] = {
    K.ANNOUNCE: at(S.ANNOUNCED),
    K.PLAN: at(S.ANNOUNCED),
    K.OPEN: at(S.PLANNED),
    K.CLOSE: at(S.APPLYING, _deadline(Term.APPLICATIONS, BEFORE)),
    K.QUALIFY: at(S.REVIEWING),
    K.DELIBERATE: at(S.SCORING, titles=1),
    K.CONCLUDE: at(S.DELIBERATING, titles=1),
    K.REWORK: at(S.NOTICED, stale=1),
    K.NOTICE: at(S.CONCLUDED),
    K.FILE: at(S.NOTICED, NOTICE_OVER, IN_TIME),
    K.RETURN: at(S.FILED),
    K.ACCEPT: at(S.FILED),
    K.CERTIFY: at(S.ACCEPTED),
    K.REPORT: at(S.CERTIFIED, _deadline(Term.CERTIFICATE_DATA, DAY)),
    K.EXTEND: at(S.NOTICED),
    K.RECOUNT: at(S.NOTICED),
    K.DO_OWN: at(S.PLANNED),
    K.CANCEL: at(S.NOTICED),
}


@pytest.mark.parametrize("step", K)
def test_a_step_is_taken_when_all_holds(step: RoundStepKind) -> None:
    check_gates(READY[step], policy(), step)


@pytest.mark.parametrize("step", [step for step in K if step is not K.ANNOUNCE])
@pytest.mark.parametrize("state", S)
def test_a_step_is_refused_out_of_order(step: RoundStepKind, state: RoundState) -> None:
    transition = ROUND_TRANSITIONS[step]
    found = [one.rests_on for one in refusals(replace(READY[step], state=state), policy(), step)]
    if state not in transition.sources:
        assert found == ["process.steps"]


OPEN_TODAY = {Term.APPLICATIONS: _deadline(Term.APPLICATIONS, DAY)}
NOTICED_TODAY = {Term.NOTICE: NOTICE_ON, Term.RESULTS: IN_TIME}
REFUSED = [
    (K.ANNOUNCE, {"listed": False}, "企业当日不在试点名单", "试点范围"),
    (K.OPEN, {"listed": False}, "企业当日不在试点名单", "平台默认"),
    (K.PLAN, {"running": False}, "批次所据的方案版本当日未启用", "明确评价标准"),
    (K.CLOSE, {"deadlines": OPEN_TODAY}, "申报至 2026-03-10 当日仍可提交", "组织"),
    (K.QUALIFY, {"undecided": 2}, "尚有 2 份申报未作资格审核", "组织实施评价"),
    (K.QUALIFY, {"admitted": 0}, "没有通过资格审核的申报；可取消本批次", "组织实施评价"),
    (K.QUALIFY, {"understaffed": 1}, "除须回避的外，1 份申报的考评人员不足 3 人", "平台默认"),
    (K.DELIBERATE, {"unscored": 1}, "尚有 1 份申报的评分不全", "总则"),
    (K.DELIBERATE, {"uncovered": 1}, "尚有 1 份职称申报没有对应的评委会；请先抽取", "第三条"),
    (K.DELIBERATE, {"titles": 0}, "本批次没有职称申报，不经评委会", "表决"),
    (K.CONCLUDE, {"state": S.SCORING}, "有职称申报，须先经评委会表决", "表决"),
    (K.CONCLUDE, {"unattended": 1}, "有 1 个评委会出席不足 2/3", "表决"),
    (K.CONCLUDE, {"uncast": 3}, "尚有 3 份职称申报未表决完毕", "表决"),
    (K.NOTICE, {"state": S.NOTICED}, "结果与已公示的一致，无须重新公示", "平台默认"),
    (K.REWORK, {"stale": 0}, "评分没有更正，结果无须重新核算", "总则"),
    (K.NOTICE, {"stale": 2}, "有 2 份申报的评分已更正，须重新核算结果", "总则"),
    (K.FILE, {"stale": 2}, "有 2 份申报的评分已更正，须重新核算结果", "总则"),
    (K.FILE, {"objections": 1}, "尚有 1 件异议未答复", "异议处理"),
    (K.FILE, {"upheld": 1}, "异议成立的 1 份申报尚未更正并重新核算结果", "异议处理"),
    (K.FILE, {"notice_is_of_results": False}, "公示之后结果有变，须重新公示", "平台默认"),
    (K.FILE, {"deadlines": NOTICED_TODAY}, "公示至 2026-03-10，期满次日方可报备", "公示"),
    (K.CERTIFY, {"objections": 1}, "尚有 1 件异议未答复", "异议处理"),
]  # fmt: skip


@pytest.mark.parametrize(("step", "changed", "words", "clause"), REFUSED)
def test_a_gate_refuses_with_its_clause(step: RoundStepKind, changed: dict[str, Any], words: str, clause: str) -> None:
    with pytest.raises(GuantongError) as caught:
        check_gates(replace(READY[step], **changed), policy(), step)
    assert (caught.value.code, caught.value.message.zh) == (ErrorCode.STEP_REFUSED, words)
    assert clause in (caught.value.clause or "")
    assert caught.value.message.en


LATE = [
    (K.FILE, Term.RESULTS, "结果统计、公示并报备的期限 2026-03-09 已过；须由主管部门准予延期"),
    (K.FILE, Term.CORRECTION, "改正并重新报备的期限 2026-03-09 已过；须由主管部门准予延期"),
    (K.REPORT, Term.CERTIFICATE_DATA, "证书数据报送的期限 2026-03-09 已过；须由主管部门准予延期"),
]


@pytest.mark.parametrize(("step", "term", "words"), LATE)
def test_a_late_step_waits_for_an_extension(step: RoundStepKind, term: Term, words: str) -> None:
    known = {**READY[step].deadlines, term: _deadline(term, BEFORE)}
    with pytest.raises(GuantongError) as caught:
        check_gates(replace(READY[step], deadlines=known), policy(), step)
    assert (caught.value.code, caught.value.message.zh) == (ErrorCode.STEP_LATE, words)


def test_a_provisional_notice_says_so() -> None:
    known = {Term.NOTICE: _deadline(Term.NOTICE, AFTER, provisional=True), Term.RESULTS: IN_TIME}
    [found] = refusals(replace(READY[K.FILE], deadlines=known), policy(), K.FILE)
    assert found.text == Text(
        "公示至 2026-03-20（暂按工作日推算），期满次日方可报备",
        "the public notice lasts up to and with 2026-03-20 (provisional); file on a day after it",
    )


def test_everything_that_stands_against_a_step_is_told() -> None:
    found = refusals(replace(READY[K.QUALIFY], undecided=1, admitted=0), policy(), K.QUALIFY)
    assert [one.rests_on for one in found] == ["process.steps", "process.steps"]


def test_rounds_under_way_end_after_the_listing_as_the_pack_says() -> None:
    for step in (K.CLOSE, K.QUALIFY, K.DELIBERATE, K.CONCLUDE, K.NOTICE, K.FILE, K.CERTIFY, K.REPORT):
        check_gates(replace(READY[step], listed=False), policy(), step)


PROCESS = (
    ProcessStep("briefing", Text("动员", "briefing")),
    ProcessStep("announcement", Text("通知", "notice")),
    ProcessStep("plan", Text("计划", "plan")),
    ProcessStep("training", GAP),
    ProcessStep("evaluation", Text("实施", "evaluation")),
    ProcessStep("public_notice", Text("公示", "public notice"), 7),
    ProcessStep("results_filing", Text("报备", "filing")),
    ProcessStep("certificate_data", Text("报送", "report")),
    ProcessStep("review", Text("复盘", "review")),
)


def test_a_scheme_adds_steps_and_lengthens_the_notice() -> None:
    assert [(one.key, one.before) for one in own_steps(PROCESS)] == [
        ("briefing", Phase.PLAN),
        ("training", Phase.EVALUATION),
        ("review", None),
    ]
    assert longer(PROCESS, Term.NOTICE) == 7
    assert longer(PROCESS, Term.RESULTS) is None
    assert longer((), Term.NOTICE) is None


def test_an_own_step_holds_its_phase_up() -> None:
    training = OwnStep("training", GAP, Phase.EVALUATION)
    with pytest.raises(GuantongError) as caught:
        check_gates(replace(READY[K.OPEN], undone=(training,)), policy(), K.OPEN)
    assert caught.value.message == Text(
        "方案的评价流程要求先完成“培训”", "the scheme's process puts 'training' before it"
    )
    check_gates(replace(READY[K.PLAN], undone=(training,)), policy(), K.PLAN)


def test_the_table_is_whole() -> None:
    assert set(ROUND_TRANSITIONS) == set(STEPS) == set(K)
    assert set(STATES) == set(S)
    assert set(GUARDS) <= set(K)
    assert {step for step in K if ROUND_TRANSITIONS[step].party is Party.BUREAU} == {K.RETURN, K.ACCEPT, K.EXTEND}
    reached = {one.target for one in ROUND_TRANSITIONS.values()} - {None}
    assert reached == set(S), "every state is reached by some step"
