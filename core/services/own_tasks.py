"""What waits for somebody's own hand (本人待办): cases to mark or to vote on, a round to apply in, results to check.

Read in a fixed number of statements, however many rounds there are. The content of schemes is not read here: whoever
asks has it at hand, or reads it in its own way.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.models import (
    Application,
    ApplicationStatus,
    BallotRoll,
    Committee,
    CommitteeMember,
    Round,
    RoundAssessor,
    RoundDeadline,
    SchemeVersion,
    ScoreEntry,
    TieDeclaration,
)
from core.permissions import Actor, Permission
from core.policy.stack import PolicyStack
from core.rounds.deadlines import Deadline, Term
from core.rounds.recusal import Tie, ground_of
from core.rounds.steps import Party, RoundState
from core.rounds.tally import scored_by_assessors
from core.rounds.workdays import WorkCalendar
from core.schemes import Criterion, Scheme
from core.services.round_gates import latest
from core.services.round_rows import Sitting, seated, sitting_of, ties_of
from core.services.targets import sides_of
from core.services.tasks import Task, TaskCase, Work
from core.storage.queries.rounds import deadlines_of_rounds, open_rounds


@dataclass(frozen=True, slots=True)
class OwnWork:
    """The rounds that somebody acts or may apply in, with what waits there.

    ``marked`` holds the criteria that the actor has marked by application. ``versions`` are those whose criteria say
    what is still to be marked.
    """

    rounds: Mapping[UUID, Round] = field(default_factory=dict)
    deadlines: Mapping[UUID, Sequence[RoundDeadline]] = field(default_factory=dict)
    to_mark: Sequence[Application] = ()
    marked: Mapping[UUID, Collection[str]] = field(default_factory=dict)
    to_vote: Sequence[Application] = ()
    to_apply: Sequence[Round] = ()
    to_check: Sequence[Application] = ()
    versions: Sequence[SchemeVersion] = ()


async def own_work(session: AsyncSession, actor: Actor, day: date) -> OwnWork:
    """What waits for the actor's own hand in rounds under way."""
    own = actor.person_id
    acts = actor.may(Permission.OWN_SCORE_GIVE, Permission.OWN_VOTE_CAST)
    applies = actor.may(Permission.OWN_APPLICATION_FILE)
    if own is None or not (acts or applies):
        return OwnWork()
    rounds = {one.id: one for one in await open_rounds(session, actor, day)}
    found: dict[str, Any] = {}
    if acts:
        ties = ties_of(await _of(session, TieDeclaration, rounds, col(TieDeclaration.actor_person_id) == own))
        found |= await _to_mark(session, own, _in(rounds, RoundState.SCORING), ties)
        found |= {"to_vote": await _to_vote(session, own, _in(rounds, RoundState.DELIBERATING), ties)}
    if applies:
        found |= await _of_applicant(session, own, rounds)
    wanted = {one.scheme_version_id for one in found.get("to_mark", ())}
    versions = await session.exec(select(SchemeVersion).where(col(SchemeVersion.id).in_(wanted)))
    deadlines = await deadlines_of_rounds(session, actor, day, rounds)
    return OwnWork(rounds=rounds, deadlines=deadlines, versions=versions.all(), **found)


def own_tasks(
    work: OwnWork, schemes: Mapping[UUID, Scheme], day: date, calendar: WorkCalendar, policy: PolicyStack
) -> list[Task]:
    """The tasks that own work comes to; ``schemes`` are the contents of its versions by their ids."""
    marking: list[TaskCase] = []
    for one in work.to_mark:
        left = _unmarked(one, work.marked.get(one.id, ()), schemes[one.scheme_version_id])
        marking += [TaskCase(one, left)] if left else []
    voting = [TaskCase(one) for one in work.to_vote]
    checking = [TaskCase(one) for one in work.to_check]
    tasks: list[Task] = []
    for found in work.rounds.values():
        kept = latest(policy, work.deadlines[found.id], calendar)
        clocks = {Work.APPLY: kept.get(Term.APPLICATIONS), Work.CHECK: kept.get(Term.NOTICE)}
        for kind, cases in ((Work.MARK, marking), (Work.VOTE, voting), (Work.CHECK, checking)):
            mine = tuple(one for one in cases if one.application.round_id == found.id)
            tasks += [_task(found, kind, clocks.get(kind), day, calendar, mine)] if mine else []
        if found in work.to_apply:
            tasks.append(_task(found, Work.APPLY, clocks[Work.APPLY], day, calendar))
    # What nobody may do any more is no task.
    return [one for one in tasks if not any(clock.is_over(day) for clock in one.deadlines)]


def _task(
    found: Round,
    work: Work,
    clock: Deadline | None,
    day: date,
    calendar: WorkCalendar,
    cases: tuple[TaskCase, ...] = (),
) -> Task:
    party = Party.ASSESSOR if work in (Work.MARK, Work.VOTE) else Party.APPLICANT
    return Task.of(found, party, (clock,) if clock else (), day, calendar, work, cases)


def _unmarked(one: Application, marked: Collection[str], scheme: Scheme) -> tuple[Criterion, ...]:
    wanted = scored_by_assessors(scheme, sides_of(one))
    return tuple(criterion for criterion in wanted if criterion.key not in marked)


async def _to_mark(session: AsyncSession, own: UUID, scoring: Collection[UUID], ties: Sequence[Tie]) -> dict[str, Any]:
    assigned = (col(RoundAssessor.person_id) == own, col(RoundAssessor.released_on).is_(None))
    seats = {one.id: one.round_id for one in await _of(session, RoundAssessor, scoring, *assigned)}
    cases = await _cases(session, set(seats.values()), own, ties)
    marked: dict[UUID, set[str]] = defaultdict(set)
    for entry in await _of(session, ScoreEntry, scoring, col(ScoreEntry.assessor_id).in_(seats)):
        marked[entry.application_id].add(entry.criterion)
    return {"to_mark": cases, "marked": marked}


async def _to_vote(
    session: AsyncSession, own: UUID, deliberating: Collection[UUID], ties: Sequence[Tie]
) -> list[Application]:
    seated_there = (col(CommitteeMember.person_id) == own, col(CommitteeMember.stepped_down_on).is_(None))
    members = await _of(session, CommitteeMember, deliberating, *seated_there)
    committees = await _of(session, Committee, {one.round_id for one in members})
    sittings: dict[UUID, list[Sitting]] = {
        round_id: seated([one for one in committees if one.round_id == round_id], members)
        for round_id in {one.round_id for one in committees}
    }
    cases = await _cases(session, set(sittings), own, ties)
    on_roll = select(BallotRoll.application_id).where(col(BallotRoll.member_id).in_([one.id for one in members]))
    voted = set((await session.exec(on_roll)).all())
    return [one for one in cases if one.id not in voted and _votes_on(one, sittings[_round_of(one)])]


def _votes_on(one: Application, sittings: Sequence[Sitting]) -> bool:
    sitting = sitting_of(one, sittings) if one.title_level is not None else None
    return sitting is not None and bool(sitting.present)


def _round_of(one: Application) -> UUID:
    assert one.round_id is not None
    return one.round_id


async def _of_applicant(session: AsyncSession, own: UUID, rounds: Mapping[UUID, Round]) -> dict[str, Any]:
    stands = (col(Application.person_id) == own, col(Application.status) != ApplicationStatus.WITHDRAWN)
    filed = await _of(session, Application, rounds, *stands)
    there = {one.round_id for one in filed}
    applying, noticed = _in(rounds, RoundState.APPLYING), _in(rounds, RoundState.NOTICED)
    return {
        "to_apply": [rounds[id_] for id_ in rounds if id_ in applying - there],
        "to_check": [one for one in filed if one.round_id in noticed and one.status is not ApplicationStatus.REFUSED],
    }


async def _cases(
    session: AsyncSession, round_ids: Collection[UUID], own: UUID, ties: Sequence[Tie]
) -> list[Application]:
    admitted = await _of(session, Application, round_ids, col(Application.status) == ApplicationStatus.ADMITTED)
    return [one for one in admitted if ground_of(own, one.person_id, ties) is None]


async def _of(session: AsyncSession, table: Any, round_ids: Collection[UUID], *conditions: Any) -> Sequence[Any]:
    query = select(table).where(table.round_id.in_(round_ids), *conditions).order_by(table.id)
    return (await session.exec(query)).all()


def _in(rounds: Mapping[UUID, Round], state: RoundState) -> set[UUID]:
    return {id_ for id_, one in rounds.items() if one.state is state}
