"""The gates of rounds as a reader sees them: which steps lead on, whose they are, and what stands against each."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from core.dates import end_of
from core.errors import GuantongError
from core.models import Round, RoundDeadline
from core.permissions import Actor
from core.policy.stack import PolicyStack
from core.rounds.deadlines import Deadline, Term, standing
from core.rounds.gates import GUARDS, Refusal, refusals, refused
from core.rounds.progress import Progress
from core.rounds.steps import ROUND_TRANSITIONS, Party, RoundStepKind
from core.rounds.workdays import WorkCalendar
from core.schemes import Scheme
from core.services.round_board import boards_of
from core.services.round_docket import deadline_from
from core.services.round_progress import BEGINNING, seen_from
from core.storage.queries.plugins import plugins
from core.storage.queries.rounds import deadlines_of_rounds


@dataclass(frozen=True, slots=True)
class Gate:
    """A step that leads on, who takes it, and every refusal with its clause; without any it can be taken now."""

    step: RoundStepKind
    party: Party
    refusals: tuple[GuantongError, ...]

    @property
    def is_open(self) -> bool:
        return not self.refusals


async def gates_of_rounds(
    session: AsyncSession,
    actor: Actor,
    day: date,
    calendar: WorkCalendar,
    policy: PolicyStack,
    schemes: Mapping[UUID, Scheme],
    rounds: Collection[Round],
) -> dict[UUID, list[Gate]]:
    """The gates of rounds that the actor was given, by round; ``schemes`` are their contents, by round."""
    boards = await boards_of(session, rounds, day)
    kept = await deadlines_of_rounds(session, actor, day, [one.id for one in rounds])
    running = await _running(session, actor, day, rounds, schemes)
    found: dict[UUID, list[Gate]] = {}
    for one in rounds:
        deadlines, is_running = latest(policy, kept[one.id], calendar), one.id in running
        at = seen_from(boards[one.id], one, schemes[one.id], deadlines, policy, day, running=is_running)
        found[one.id] = [
            Gate(step, ROUND_TRANSITIONS[step].party, tuple(refused(why, policy, day) for why in against))
            for step, against in _ways_on(at, policy).items()
        ]
    return found


def _ways_on(at: Progress, policy: PolicyStack) -> dict[RoundStepKind, list[Refusal]]:
    """Every step that leads on from here, or is guarded, with what stands against it; empty where nothing does."""
    ways = (step for step, row in ROUND_TRANSITIONS.items() if at.state in row.sources)
    return {step: list(refusals(at, policy, step)) for step in ways if step in GUARDS or ROUND_TRANSITIONS[step].target}


def latest(policy: PolicyStack, rows: Sequence[RoundDeadline], calendar: WorkCalendar) -> dict[Term, Deadline]:
    """Of each term the deadline that counts, as it stands by the calendar; ``rows`` in the order of their numbers."""
    return {row.term: standing(policy, deadline_from(row), calendar) for row in rows}


async def _running(
    session: AsyncSession, actor: Actor, day: date, rounds: Collection[Round], schemes: Mapping[UUID, Scheme]
) -> set[UUID]:
    """The rounds whose version runs, or of which that is not asked any more."""
    beginning = [one for one in rounds if one.state in BEGINNING]
    under_way = {one.id for one in rounds if one.state not in BEGINNING}
    if not beginning:
        return under_way
    rows = await plugins(session, actor, day, end_of(day))
    active = {row.filing.id for row in rows if row.filing is not None and row.active}
    return under_way | {one.id for one in beginning if one.filing_id in active and day in schemes[one.id].period}
