"""Gates (关口) of the steps of a round: named guards, each with the policy value that it rests on. Pure."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from core.errors import ErrorCode, GuantongError
from core.policy.stack import PolicyStack
from core.rounds.deadlines import VALUES, Term
from core.rounds.progress import Progress
from core.rounds.steps import ROUND_TRANSITIONS, STATES, STEPS, RoundState, RoundStepKind, sources_in_words
from core.texts import Text

LISTING, DELISTING, RUNNING_ROUNDS = (
    "pilot.both_authorities_required",
    "pilot.delisting_stops_new_applications",
    "pilot.delisting_running_rounds",
)
PROCESS, NOTICE, CHANGED = "process.steps", "process.public_notice_days", "process.changed_result_noticed_again"
GROUP_MIN, QUORUM, PASS_SHARE = "assessors.group_min", "committee.quorum_share", "committee.pass_share"
FINISH = "finish"


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a step cannot be taken now, and the policy value that says so."""

    text: Text
    rests_on: str
    code: ErrorCode = ErrorCode.STEP_REFUSED


Guard = Callable[[Progress, PolicyStack], Refusal | None]


def listed(at: Progress, policy: PolicyStack) -> Refusal | None:
    """The enterprise is on the pilot list: what is new begins only then."""
    if at.listed:
        return None
    text = Text("企业当日不在试点名单", "the enterprise is not on the pilot list on that day")
    return Refusal(text, DELISTING if at.state is not RoundState.ANNOUNCED else LISTING)


def still_listed(at: Progress, policy: PolicyStack) -> Refusal | None:
    """The enterprise is on the pilot list, or the policy lets rounds that are under way end without it."""
    if at.listed or policy.value(RUNNING_ROUNDS, at.day).is_ == FINISH:
        return None
    return Refusal(Text("企业已移出试点名单", "the enterprise has left the pilot list"), RUNNING_ROUNDS)


def running(at: Progress, policy: PolicyStack) -> Refusal | None:
    """The scheme version runs."""
    if at.running:
        return None
    text = Text("批次所据的方案版本当日未启用", "the scheme version of the round is not active on that day")
    return Refusal(text, "filing.reviewers")


def window_is_over(at: Progress, policy: PolicyStack) -> Refusal | None:
    """The days of applying are over: whoever was told a last day may use it."""
    due = at.deadlines[Term.APPLICATIONS].due
    if at.day > due:
        return None
    text = Text(f"申报至 {due} 当日仍可提交", f"applications are taken up to and with {due}")
    return Refusal(text, PROCESS)


def all_decided(at: Progress, policy: PolicyStack) -> Refusal | None:
    """No application waits for its qualification review."""
    if at.undecided == 0:
        return None
    text = Text(f"尚有 {at.undecided} 份申报未作资格审核", f"{at.undecided} application(s) are not reviewed yet")
    return Refusal(text, PROCESS)


def somebody_admitted(at: Progress, policy: PolicyStack) -> Refusal | None:
    """There is somebody to evaluate."""
    if at.admitted:
        return None
    text = Text("没有通过资格审核的申报；可取消本批次", "nobody was admitted; the round can be cancelled")
    return Refusal(text, PROCESS)


def assessors_assigned(at: Progress, policy: PolicyStack) -> Refusal | None:
    """Enough assessors for everybody, also after recusal."""
    if at.understaffed == 0:
        return None
    least = policy.integer(GROUP_MIN, at.day)
    text = Text(
        f"除须回避的外，{at.understaffed} 份申报的考评人员不足 {least} 人",
        f"beside those recused, {at.understaffed} application(s) have fewer than {least} assessors",
    )
    return Refusal(text, GROUP_MIN)


def all_scored(at: Progress, policy: PolicyStack) -> Refusal | None:
    """Every sheet is complete."""
    if at.unscored == 0:
        return None
    text = Text(f"尚有 {at.unscored} 份申报的评分不全", f"the scores of {at.unscored} application(s) are not complete")
    return Refusal(text, "assessors.independent_scores")


def committees_drawn(at: Progress, policy: PolicyStack) -> Refusal | None:
    """There is a committee for every title."""
    if at.titles == 0:
        text = Text("本批次没有职称申报，不经评委会", "no title is applied for, so no committee is needed")
        return Refusal(text, PASS_SHARE)
    if at.uncovered == 0:
        return None
    text = Text(
        f"尚有 {at.uncovered} 份职称申报没有对应的评委会；请先抽取",
        f"{at.uncovered} title(s) have no committee; draw one",
    )
    return Refusal(text, "committee.random_draw")


def voted(at: Progress, policy: PolicyStack) -> Refusal | None:
    """Titles were put to a vote of a committee with its quorum, and everybody present has voted."""
    if at.titles and at.state is RoundState.SCORING:
        text = Text("有职称申报，须先经评委会表决", "titles are applied for: the committee votes first")
        return Refusal(text, PASS_SHARE)
    if at.unattended:
        share = policy.share(QUORUM, at.day)
        text = Text(
            f"有 {at.unattended} 个评委会出席不足 {share}",
            f"{at.unattended} committee(s) are attended by fewer than {share} of the members",
        )
        return Refusal(text, QUORUM)
    if at.uncast:
        text = Text(f"尚有 {at.uncast} 份职称申报未表决完毕", f"voting on {at.uncast} title(s) is not over")
        return Refusal(text, PASS_SHARE)
    return None


def results_are_of_marks(at: Progress, policy: PolicyStack) -> Refusal | None:
    """Every result is that of the marks as they stand."""
    if at.stale == 0:
        return None
    text = Text(
        f"有 {at.stale} 份申报的评分已更正，须重新核算结果",
        f"marks of {at.stale} application(s) were corrected; work the results out again",
    )
    return Refusal(text, "assessors.independent_scores")


def something_stale(at: Progress, policy: PolicyStack) -> Refusal | None:
    """Results are worked out again for a reason: some mark was corrected, or an objection upheld."""
    if at.stale or at.upheld:
        return None
    text = Text("评分没有更正，结果无须重新核算", "no mark was corrected; the results stand")
    return Refusal(text, "assessors.independent_scores")


def results_changed(at: Progress, policy: PolicyStack) -> Refusal | None:
    """A second notice is for results that are no longer those of the first."""
    if at.state is RoundState.CONCLUDED or not at.notice_is_of_results:
        return None
    text = Text("结果与已公示的一致，无须重新公示", "the results are those that were noticed; no new notice is needed")
    return Refusal(text, CHANGED)


def notice_elapsed(at: Progress, policy: PolicyStack) -> Refusal | None:
    """The public notice has lasted."""
    notice = at.deadlines[Term.NOTICE]
    if notice.is_over(at.day):
        return None
    more = Text("（暂按工作日推算）", " (provisional)") if notice.provisional else Text("", "")
    text = Text(
        f"公示至 {notice.due}{more.zh}，期满次日方可报备",
        f"the public notice lasts up to and with {notice.due}{more.en}; file on a day after it",
    )
    return Refusal(text, NOTICE)


def results_were_noticed(at: Progress, policy: PolicyStack) -> Refusal | None:
    """What is filed is what was noticed."""
    if at.notice_is_of_results:
        return None
    text = Text("公示之后结果有变，须重新公示", "results have changed since the notice; give notice of them again")
    return Refusal(text, CHANGED)


def no_objection_open(at: Progress, policy: PolicyStack) -> Refusal | None:
    """An objection in time holds everything up until it is answered."""
    if at.objections == 0:
        return None
    text = Text(f"尚有 {at.objections} 件异议未答复", f"{at.objections} objection(s) are not answered")
    return Refusal(text, "process.objection_answer_days")


def upheld_is_followed(at: Progress, policy: PolicyStack) -> Refusal | None:
    """What an upheld objection was about is worked out anew: what was objected to is not filed as it was."""
    if at.upheld == 0:
        return None
    text = Text(
        f"异议成立的 {at.upheld} 份申报尚未更正并重新核算结果",
        f"objections to {at.upheld} application(s) were upheld: correct them and work the results out again",
    )
    return Refusal(text, "process.objection_answer_days")


def filed_in_time(at: Progress, policy: PolicyStack) -> Refusal | None:
    """Results are filed within their term; those returned, within that of a correction."""
    return _late(at, Term.CORRECTION if Term.CORRECTION in at.deadlines else Term.RESULTS)


def reported_in_time(at: Progress, policy: PolicyStack) -> Refusal | None:
    """Certificate data are reported within their term."""
    return _late(at, Term.CERTIFICATE_DATA)


def _late(at: Progress, term: Term) -> Refusal | None:
    deadline = at.deadlines[term]
    if not deadline.is_over(at.day):
        return None
    text = Text(
        f"{term.label.zh}的期限 {deadline.due} 已过；须由主管部门准予延期",
        f"the term for {term.label.en} ended on {deadline.due}; the bureau has to extend it first",
    )
    return Refusal(text, VALUES[term], ErrorCode.STEP_LATE)


def own_steps_done(at: Progress, policy: PolicyStack, step: RoundStepKind) -> Refusal | None:
    """What the scheme's process puts before the phase is done."""
    phase = ROUND_TRANSITIONS[step].phase
    waiting = next((one for one in at.undone if phase is not None and one.before is phase), None)
    if waiting is None:
        return None
    text = Text(
        f"方案的评价流程要求先完成“{waiting.name.zh}”", f"the scheme's process puts '{waiting.name.en}' before it"
    )
    return Refusal(text, PROCESS)


K = RoundStepKind
GUARDS: Mapping[RoundStepKind, tuple[Guard, ...]] = {
    K.ANNOUNCE: (listed, running),
    K.PLAN: (listed, running),
    K.OPEN: (listed, running),
    K.CLOSE: (still_listed, window_is_over),
    K.QUALIFY: (still_listed, all_decided, somebody_admitted, assessors_assigned),
    K.DELIBERATE: (still_listed, all_scored, committees_drawn),
    K.CONCLUDE: (still_listed, all_scored, voted),
    K.REWORK: (something_stale,),
    K.NOTICE: (still_listed, results_are_of_marks, results_changed),
    K.FILE: (
        no_objection_open,
        upheld_is_followed,
        results_are_of_marks,
        results_were_noticed,
        notice_elapsed,
        filed_in_time,
    ),
    K.CERTIFY: (no_objection_open, results_are_of_marks, results_were_noticed),
    K.REPORT: (reported_in_time,),
}


def refusals(at: Progress, policy: PolicyStack, step: RoundStepKind) -> Iterator[Refusal]:
    """Everything that stands against a step; the state first, and then nothing else is asked."""
    transition = ROUND_TRANSITIONS[step]
    if step is not K.ANNOUNCE and at.state not in transition.sources:
        yield _wrong_state(at, step)
        return
    for guard in GUARDS.get(step, ()):
        found = guard(at, policy)
        if found is not None:
            yield found
    own = own_steps_done(at, policy, step)
    if own is not None:
        yield own


def _wrong_state(at: Progress, step: RoundStepKind) -> Refusal:
    state, words, sources = STATES[at.state], STEPS[step], sources_in_words(ROUND_TRANSITIONS[step])
    text = Text(
        f"本批次{state.zh}，不能{words.zh}：须在{sources.zh}时办理",
        f"the round is {state.en}, so you cannot {words.en}: that takes a round that is {sources.en}",
    )
    return Refusal(text, PROCESS)


def check_gates(at: Progress, policy: PolicyStack, step: RoundStepKind) -> None:
    """Raise what first stands against a step, with its clause."""
    for found in refusals(at, policy, step):
        raise refused(found, policy, at.day)


def refused(found: Refusal, policy: PolicyStack, day: date) -> GuantongError:
    """The error of a refusal."""
    return GuantongError(found.code, found.text, clause=str(policy.value(found.rests_on, day).citation))
