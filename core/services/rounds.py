"""Use cases about rounds (评价批次): from the notice to the committee, extensions, and a scheme's own steps."""

from datetime import date
from uuid import UUID

from sqlmodel import col, select

from core.dates import Period
from core.errors import ErrorCode, GuantongError, Where, nearest_of
from core.models import Filing, Round, TitleBallot
from core.rounds.deadlines import Term, fixed
from core.rounds.gates import LISTING, Refusal, refused
from core.rounds.process import own_steps
from core.rounds.steps import RUNNING, RoundStepKind
from core.schemes import DocumentReader
from core.services.call import Call
from core.services.form import Code, LongName
from core.services.numbering import give_plan_number
from core.services.once import Keyed, once
from core.services.pinned import VERSION, Pinned, pinned_version, require_running
from core.services.reach import not_found
from core.services.round_docket import SeenRound, docket_of, kept_deadlines
from core.services.round_machine import Extra, ready_for, require_party, take_round_step
from core.services.round_progress import is_listed
from core.services.round_rows import admitted, applications_in, sitting_of, sittings_in
from core.texts import Text

K = RoundStepKind


class NewRound(Keyed):
    """A round to announce (评价发布通知): under which version, for which day eligibility is decided, until when."""

    scheme_version_id: UUID
    zh: LongName
    reference_day: date
    applications_until: date
    is_example: bool = False


class Extension(SeenRound):
    """A term that the bureau lengthens, and its new last day."""

    term: Term
    due: date


class OwnStepDone(SeenRound):
    """A step of the scheme's own that was done."""

    own_step: Code


@once(Round)
async def announce_round(call: Call, read: DocumentReader, given: NewRound, reason: str) -> Round:
    """Announce a round under a version that runs today and on the reference day; its enterprise is on the list."""
    require_party(call, K.ANNOUNCE)
    pinned = await pinned_version(call, given.scheme_version_id)
    _days_in_order(call, given)
    if not await is_listed(call, pinned.owner.id, call.today):
        text = Text(
            "企业当日不在试点名单，不能开展新的评价", "the enterprise is not on the pilot list; no new round begins"
        )
        raise refused(Refusal(text, LISTING), call.policy, call.today)
    await require_running(call, pinned, call.today)
    _within_version(pinned, given.reference_day)
    on_record = select(Filing.id).where(col(Filing.scheme_version_id) == pinned.version.id)
    filing_id = (await call.session.exec(on_record)).one_or_none()
    if filing_id is None:
        raise not_found(VERSION)
    row = Round(
        enterprise_id=pinned.owner.id,
        filing_id=filing_id,
        announced_on=call.today,
        **given.model_dump(exclude={"key"}),
    )
    await call.store(row)
    return await take_round_step(call, await docket_of(call, read, row), K.ANNOUNCE, reason)


def _days_in_order(call: Call, given: NewRound) -> None:
    if given.applications_until < call.today:
        raise GuantongError(
            ErrorCode.BAD_DATE,
            Text(
                f"申报截止日 {given.applications_until} 早于今天 {call.today}",
                f"applications end on {given.applications_until}, before today {call.today}",
            ),
            where=Where(entry="applications_until"),
        )


def _within_version(pinned: Pinned, day: date) -> None:
    period = Period(pinned.version.starts, pinned.version.ends)
    if day not in period:
        raise GuantongError(
            ErrorCode.NOT_IN_FORCE,
            Text(
                f"基准日 {day} 不在{pinned.name.zh}自身的期间 {period} 之内",
                f"the reference day {day} is outside the period {period} of {pinned.name.en}",
            ),
            where=Where(entry="reference_day"),
        )


@once(Round)
async def plan_round(call: Call, read: DocumentReader, seen: SeenRound, reason: str) -> Round:
    """Create the plan (评价计划创建); its number is given now and never changes."""
    docket = await ready_for(call, read, seen, K.PLAN)
    docket.round.plan_number = await give_plan_number(call, docket.round.enterprise_id)
    return await take_round_step(call, docket, K.PLAN, reason)


@once(Round)
async def open_applications(call: Call, read: DocumentReader, seen: SeenRound, reason: str) -> Round:
    """Take applications from today up to and with the announced day."""
    docket = await ready_for(call, read, seen, K.OPEN)
    due = fixed(call.calendar, Term.APPLICATIONS, call.today, docket.round.applications_until)
    return await take_round_step(call, docket, K.OPEN, reason, Extra(deadlines=(due,)))


@once(Round)
async def close_applications(call: Call, read: DocumentReader, seen: SeenRound, reason: str) -> Round:
    """Take no more applications; the review of those that are there goes on."""
    return await _plain_step(call, read, seen, K.CLOSE, reason)


@once(Round)
async def end_review(call: Call, read: DocumentReader, seen: SeenRound, reason: str) -> Round:
    """End the qualification review (资格审核): everybody is decided on, and assessors are there."""
    return await _plain_step(call, read, seen, K.QUALIFY, reason)


@once(Round)
async def lay_before_committee(call: Call, read: DocumentReader, seen: SeenRound, reason: str) -> Round:
    """Lay the scored titles before the committees that were drawn; each gets its ballot, empty."""
    docket = await ready_for(call, read, seen, K.DELIBERATE)
    sittings = await sittings_in(call, docket.round.id)
    for application in admitted(await applications_in(call, docket.round.id)):
        sitting = sitting_of(application, sittings)
        if application.title_level is not None and sitting is not None:
            owner = docket.round.enterprise_id
            ballot = TitleBallot(application_id=application.id, committee_id=sitting.committee.id, enterprise_id=owner)
            await call.store(ballot)
    return await take_round_step(call, docket, K.DELIBERATE, reason)


@once(Round)
async def cancel_round(call: Call, read: DocumentReader, seen: SeenRound, reason: str) -> Round:
    """Give a round up before its results are filed; its number is not used again."""
    return await _plain_step(call, read, seen, K.CANCEL, reason)


async def _plain_step(call: Call, read: DocumentReader, seen: SeenRound, step: K, reason: str) -> Round:
    return await take_round_step(call, await ready_for(call, read, seen, step), step, reason)


@once(Round)
async def do_own_step(call: Call, read: DocumentReader, given: OwnStepDone, reason: str) -> Round:
    """Record that a step which the scheme added to the process was done."""
    docket = await ready_for(call, read, given, K.DO_OWN)
    known = [one.key for one in own_steps(docket.scheme.process)]
    if given.own_step not in known:
        raise GuantongError(
            ErrorCode.UNKNOWN_CODE,
            Text(
                f"方案的评价流程没有自定步骤“{given.own_step}”",
                f"the scheme's process has no step '{given.own_step}' of its own",
            ),
            where=Where(entry="own_step"),
            nearest=nearest_of(given.own_step, known),
        )
    return await take_round_step(call, docket, K.DO_OWN, reason, Extra(own_step=given.own_step))


@once(Round)
async def extend_term(call: Call, read: DocumentReader, given: Extension, reason: str) -> Round:
    """The bureau lengthens a term of a round (准予延期); it never shortens one."""
    docket = await ready_for(call, read, given, K.EXTEND)
    now = docket.deadlines.get(given.term)
    if now is None or given.term not in RUNNING.get(docket.round.state, ()):
        raise GuantongError(
            ErrorCode.STEP_REFUSED,
            Text(
                f"本批次现在没有“{given.term.label.zh}”的期限", f"the term for {given.term.label.en} does not run now"
            ),
            where=Where(entry="term"),
        )
    if given.due <= now.due or given.due < call.today:
        raise GuantongError(
            ErrorCode.BAD_DATE,
            Text(
                f"延期须晚于原期限 {now.due}，且不早于今天 {call.today}",
                f"an extension ends after {now.due}, and not before today {call.today}",
            ),
            where=Where(entry="due"),
        )
    extended = fixed(call.calendar, given.term, now.start, given.due)
    return await take_round_step(call, docket, K.EXTEND, reason, Extra(term=given.term, deadlines=(extended,)))


@once(Round)
async def recount_terms(call: Call, read: DocumentReader, seen: SeenRound, reason: str) -> Round:
    """Put provisional deadlines on record anew, once more is announced of the calendar. They count so in any case."""
    docket = await ready_for(call, read, seen, K.RECOUNT)
    kept = await kept_deadlines(call, docket.round.id)
    moved = tuple(one for term, one in docket.deadlines.items() if one != kept[term])
    if not moved:
        raise GuantongError(
            ErrorCode.STEP_REFUSED,
            Text(
                "没有因新公布的节假日而变的期限",
                "no deadline is other than it was; nothing new is announced",
            ),
        )
    return await take_round_step(call, docket, K.RECOUNT, reason, Extra(deadlines=moved))
