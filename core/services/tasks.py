"""Whose turn it is (待办): rounds under way with the clock that runs, soonest first, in a fixed number of queries."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlmodel.ext.asyncio.session import AsyncSession

from core.models import Application, Objection, ObjectionState, Round, RoundDeadline
from core.permissions import Actor, Permission
from core.policy.stack import PolicyStack
from core.rounds.deadlines import Deadline, Term, standing
from core.rounds.steps import RUNNING, Party, RoundState
from core.rounds.workdays import WorkCalendar
from core.schemes import Criterion
from core.services.round_gates import latest
from core.storage.queries.rounds import deadlines_of_rounds, objections_of, open_rounds


class Work(StrEnum):
    """What a task asks for (待办事项)."""

    STEP = "step"  # 办理批次步骤
    MARK = "mark"  # 评分
    VOTE = "vote"  # 表决
    APPLY = "apply"  # 申报
    CHECK = "check"  # 核对公示结果


@dataclass(frozen=True, slots=True)
class TaskCase:
    """An application that waits for somebody; ``criteria`` are those that they have not marked."""

    application: Application
    criteria: tuple[Criterion, ...] = ()


@dataclass(frozen=True, slots=True)
class Task:
    """A round under way, whose turn it is, and the deadlines that run; ``left`` working days to the first of them.

    A period that has elapsed no longer runs: the next step may be taken, and nobody is late. On a day off after a last
    day no working day has passed, and yet it is over.
    """

    round: Round
    party: Party
    deadlines: tuple[Deadline, ...]
    left: int | None
    is_overdue: bool
    work: Work = Work.STEP
    cases: tuple[TaskCase, ...] = ()

    @classmethod
    def of(
        cls,
        found: Round,
        party: Party,
        deadlines: Sequence[Deadline],
        day: date,
        calendar: WorkCalendar,
        work: Work = Work.STEP,
        cases: Sequence[TaskCase] = (),
    ) -> "Task":
        """A task as it stands on ``day``."""
        owed = [one for one in deadlines if not (one.term.is_period and one.is_over(day))]
        left = min((calendar.between(day, one.due) for one in owed), default=None)
        is_overdue = any(one.is_over(day) for one in owed)
        return cls(found, party, tuple(deadlines), left, is_overdue, work, tuple(cases))


async def tasks_of(
    session: AsyncSession, actor: Actor, day: date, calendar: WorkCalendar, policy: PolicyStack, *, mine: bool = True
) -> list[Task]:
    """The tasks of whoever runs or reviews rounds; with ``mine`` only what waits for the actor's own side."""
    if not actor.may(Permission.CITY_PERSON_READ, Permission.ENTERPRISE_EVALUATION_READ):
        return []
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
    party = Party.BUREAU if one.state is RoundState.FILED else Party.OFFICE
    return Task.of(one, party, running, day, calendar)


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
