"""How far a round has come, as its gates see it."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col, select

from core.models import (
    Application,
    ApplicationStatus,
    Objection,
    ObjectionState,
    PilotListing,
    RoundStep,
    ScoreEntry,
    Tally,
)
from core.rounds.committee import is_quorum
from core.rounds.gates import GROUP_MIN, Progress
from core.rounds.process import OwnStep, own_steps
from core.rounds.recusal import Tie, ground_of
from core.rounds.steps import RoundState, RoundStepKind
from core.rounds.tally import missing_marks
from core.services.call import Call
from core.services.pinned import why_not_running
from core.services.round_docket import RoundDocket
from core.services.round_rows import (
    Sitting,
    admitted,
    applications_in,
    assessors_in,
    ballots_in,
    latest_notice,
    marks_digest,
    marks_in,
    results_digest,
    sitting_of,
    sittings_in,
    tallies_in,
    ties_in,
)
from core.services.targets import sides_of
from core.storage.visibility import on

# Until applications are taken, the version has to run; afterwards what is pinned counts.
_BEGINNING = (RoundState.ANNOUNCED, RoundState.PLANNED)


async def progress_of(call: Call, docket: RoundDocket) -> Progress:
    """All that the gates of a round look at, today."""
    found, day = docket.round, call.today
    applications = await applications_in(call, found.id)
    taken = admitted(applications)
    ties = await ties_in(call, found.id)
    sittings = await sittings_in(call, found.id)
    marks = await marks_in(call, found.id, taken, ties)
    ballots = await ballots_in(call, taken, sittings, ties)
    titles = [one for one in taken if one.title_level is not None]
    return Progress(
        state=found.state,
        day=day,
        deadlines=docket.deadlines,
        listed=await is_listed(call, found.enterprise_id, day),
        running=found.state not in _BEGINNING or await why_not_running(call, docket.pinned, day) is None,
        undecided=sum(one.status is ApplicationStatus.FILED for one in applications),
        admitted=len(taken),
        titles=len(titles),
        understaffed=await _understaffed(call, found.id, taken, ties),
        unscored=_unscored(call, docket, taken, marks),
        stale=_stale(await tallies_in(call, found.id), marks),
        uncovered=sum(sitting_of(one, sittings) is None for one in titles),
        unattended=sum(not _attended(call, sitting) for sitting in sittings),
        uncast=sum(ballot.outstanding > 0 for ballot in ballots.values()),
        objections=await open_objections(call, found.id),
        notice_is_of_results=await _notice_is_of_results(call, found.id),
        undone=await _undone(call, docket),
    )


async def is_listed(call: Call, enterprise_id: UUID, day: date) -> bool:
    """Whether an enterprise is on the pilot list on a day."""
    of_enterprise = col(PilotListing.enterprise_id) == enterprise_id
    query = select(PilotListing.id).where(of_enterprise, on(PilotListing, day))
    return (await call.session.exec(query)).first() is not None


async def _understaffed(call: Call, round_id: UUID, taken: Sequence[Application], ties: Collection[Tie]) -> int:
    least, people = call.policy.integer(GROUP_MIN, call.today), await assessors_in(call, round_id)
    left = (sum(ground_of(one.person_id, case.person_id, ties) is None for one in people) for case in taken)
    return sum(number < least for number in left)


def _unscored(
    call: Call, docket: RoundDocket, taken: Sequence[Application], marks: Mapping[UUID, Sequence[ScoreEntry]]
) -> int:
    least = call.policy.integer(GROUP_MIN, call.today)
    return sum(
        bool(missing_marks(docket.scheme, sides_of(one), _counts(marks.get(one.id, [])), least)) for one in taken
    )


def _stale(tallies: Mapping[UUID, Tally], marks: Mapping[UUID, Sequence[ScoreEntry]]) -> int:
    return sum(row.marks_digest != marks_digest(marks.get(id_, ())) for id_, row in tallies.items())


def _counts(entries: Sequence[ScoreEntry]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for entry in entries:
        counts[entry.criterion] = counts.get(entry.criterion, 0) + 1
    return counts


def _attended(call: Call, sitting: Sitting) -> bool:
    return is_quorum(call.policy, call.today, sitting.committee.seats, len(sitting.present))


async def open_objections(call: Call, round_id: UUID) -> int:
    """How many objections of a round are not answered."""
    waiting = (col(Objection.round_id) == round_id, col(Objection.state) == ObjectionState.OPEN)
    counted = select(sa.func.count()).select_from(Objection).where(*waiting)
    return int((await call.session.exec(counted)).one())


async def _notice_is_of_results(call: Call, round_id: UUID) -> bool:
    notice = await latest_notice(call, round_id)
    return notice is not None and notice.results_digest == results_digest(await tallies_in(call, round_id))


async def _undone(call: Call, docket: RoundDocket) -> tuple[OwnStep, ...]:
    own = own_steps(docket.scheme.process)
    if not own:
        return ()
    done = (col(RoundStep.round_id) == docket.round.id, col(RoundStep.step) == RoundStepKind.DO_OWN)
    keys = set((await call.session.exec(select(RoundStep.own_step).where(*done))).all())
    return tuple(one for one in own if one.key not in keys)
