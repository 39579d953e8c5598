"""Whose turn it is (待办): rounds under way with the clock that runs, soonest first, in a fixed number of queries."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel.ext.asyncio.session import AsyncSession

from core.models import Objection, ObjectionState, Round, RoundDeadline
from core.permissions import Actor, Permission
from core.policy.stack import PolicyStack
from core.rounds.deadlines import Deadline, Term, standing
from core.rounds.steps import RUNNING, Party, RoundState
from core.rounds.workdays import WorkCalendar
from core.services.round_gates import latest
from core.storage.queries.rounds import deadlines_of_rounds, objections_of, open_rounds


@dataclass(frozen=True, slots=True)
class Task:
    """A round under way, whose turn it is, and the deadlines that run; ``left`` working days to the first of them."""

    round: Round
    party: Party
    deadlines: tuple[Deadline, ...]
    left: int | None

    @property
    def is_overdue(self) -> bool:
        return self.left is not None and self.left < 0


async def tasks_of(
    session: AsyncSession, actor: Actor, day: date, calendar: WorkCalendar, policy: PolicyStack, *, mine: bool = True
) -> list[Task]:
    """The tasks of whoever runs or reviews rounds; with ``mine`` only what waits for the actor's own side."""
    rounds = await open_rounds(session, actor, day)
    ids = [one.id for one in rounds]
    kept = await deadlines_of_rounds(session, actor, day, ids)
    objections = await objections_of(session, actor, ids)
    tasks = [_task(policy, one, kept[one.id], objections[one.id], day, calendar) for one in rounds]
    wanted = [one for one in tasks if not mine or one.party in _sides(actor)]
    return sorted(wanted, key=lambda one: (one.left is None, one.left or 0, one.round.id))


def _sides(actor: Actor) -> set[Party]:
    sides = {Party.OFFICE: Permission.ENTERPRISE_ROUND_RUN, Party.BUREAU: Permission.CITY_RESULT_REVIEW}
    return {party for party, permission in sides.items() if actor.may(permission)}


def _task(
    policy: PolicyStack,
    one: Round,
    kept: Sequence[RoundDeadline],
    objections: Iterable[Objection],
    day: date,
    calendar: WorkCalendar,
) -> Task:
    waiting = (answer_due(policy, row, calendar) for row in objections if row.state is ObjectionState.OPEN)
    running = (
        *running_in(one.state, latest(policy, kept, calendar)),
        *sorted(waiting, key=lambda deadline: deadline.due),
    )
    left = min((calendar.between(day, deadline.due) for deadline in running), default=None)
    return Task(one, Party.BUREAU if one.state is RoundState.FILED else Party.OFFICE, running, left)


def running_in(state: RoundState, deadlines: Mapping[Term, Deadline]) -> Iterable[Deadline]:
    """The deadlines that run in a state. A correction has a term of its own, in place of the first one."""
    for term in RUNNING.get(state, ()):
        overtaken = term is Term.RESULTS and Term.CORRECTION in deadlines
        if term in deadlines and not overtaken:
            yield deadlines[term]


def answer_due(policy: PolicyStack, row: Objection, calendar: WorkCalendar) -> Deadline:
    """The deadline of the answer to an objection, as it stands by the calendar."""
    kept = Deadline(Term.ANSWER, row.raised_on, row.answer_days, row.answer_due, row.calendar_digest, row.provisional)
    return standing(policy, kept, calendar)
