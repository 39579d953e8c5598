"""What supervision looks at (监管预警): rates, means, counts and days, one statement each; nothing is judged here.

The reader's rows alone are looked at.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.facts import CredentialKind
from core.models import (
    Credential,
    Evaluation,
    Objection,
    ObjectionState,
    Outcome,
    Round,
    RoundDeadline,
    RoundStep,
    Score,
)
from core.permissions import Actor, Permission
from core.rounds.deadlines import Term
from core.rounds.steps import RoundStepKind
from core.scoring_tables import CriterionSide
from core.storage.round_visibility import objections_visible_to, rounds_visible_to
from core.storage.visibility import Predicate, any_of, evaluations_visible_to

# What ends a term; of a correction, filing anew.
ENDS: Mapping[Term, tuple[RoundStepKind, ...]] = {
    Term.RESULTS: (RoundStepKind.FILE,),
    Term.REVIEW: (RoundStepKind.ACCEPT, RoundStepKind.RETURN),
    Term.CORRECTION: (RoundStepKind.FILE,),
    Term.CERTIFICATE_DATA: (RoundStepKind.REPORT,),
}


class Rate(NamedTuple):
    """How many of a round were evaluated for one side, and passed; ``day`` is the last decision."""

    round: UUID
    enterprise: UUID
    side: CriterionSide
    evaluated: int
    passed: int
    day: date


class Deviation(NamedTuple):
    """How many points an assessor of a round is off the colleagues, on the same criteria of the same people."""

    round: UUID
    enterprise: UUID
    assessor: str
    people: int
    points: float
    day: date


class Many(NamedTuple):
    """How many skill certificates a person was awarded in a year, and the last day."""

    person: UUID
    year: int
    certificates: int
    day: date


class Late(NamedTuple):
    """A deadline and the day it was met; None: not yet. ``term`` is None of an objection's answer."""

    round: UUID
    enterprise: UUID
    term: Term | None
    objection: UUID | None
    due: date
    met: date | None


async def pass_rates(session: AsyncSession, actor: Actor, starts: date, ends: date) -> list[Rate]:
    """The rates of every round, side by side."""
    found: list[Rate] = []
    for side, outcome in (
        (CriterionSide.SKILL, col(Evaluation.skill_outcome)),
        (CriterionSide.TITLE, col(Evaluation.title_outcome)),
    ):
        of_round, decided = (col(Evaluation.round_id), col(Evaluation.enterprise_id)), col(Evaluation.decided_on)
        passed = sa.func.sum(sa.case((outcome == Outcome.PASSED, 1), else_=0))
        query: Any = sa.select(*of_round, sa.func.count(), passed, sa.func.max(decided)).where(
            evaluations_visible_to(actor),
            of_round[0].is_not(None),
            outcome.is_not(None),
            decided.between(starts, ends),
        )
        rows = (await session.exec(query.group_by(*of_round))).all()
        found += [Rate(round_, enterprise, side, *told) for round_, enterprise, *told in rows]
    return found


async def deviations(session: AsyncSession, actor: Actor, starts: date, ends: date) -> list[Deviation]:
    """Each assessor of each round against the mean of whoever else scored the same."""
    same = (col(Score.evaluation_id), col(Score.criterion))
    total, count = sa.func.sum(col(Score.points)).over(partition_by=same), sa.func.count().over(partition_by=same)
    marks: Any = (
        sa.select(
            col(Evaluation.round_id),
            col(Evaluation.enterprise_id),
            col(Evaluation.decided_on),
            col(Score.evaluation_id),
            col(Score.assessor_name),
            col(Score.points).label("points"),
            total.label("total"),
            count.label("count"),
        )
        .join(Evaluation, col(Evaluation.id) == col(Score.evaluation_id))
        .where(
            evaluations_visible_to(actor),
            col(Evaluation.round_id).is_not(None),
            col(Evaluation.decided_on).between(starts, ends),
        )
        .subquery()
    )
    own = marks.c
    apart = sa.cast(own.points, sa.Float) - sa.cast(own.total - own.points, sa.Float) / (own.count - 1)
    by = (own.round_id, own.enterprise_id, own.assessor_name)
    people = sa.func.count(sa.distinct(own.evaluation_id))
    query: Any = sa.select(*by, people, sa.func.avg(apart), sa.func.max(own.decided_on)).where(own.count > 1)
    return [Deviation(*row) for row in (await session.exec(query.group_by(*by))).all()]


async def many_certificates(
    session: AsyncSession, actor: Actor, starts: date, ends: date, limit: int
) -> tuple[list[Many], dict[tuple[UUID, int], list[Credential]]]:
    """People with more skill certificates of one year than ``limit``, and the certificates."""
    awarded = col(Credential.awarded_on)
    year = sa.extract("year", awarded)
    stands = (
        col(Credential.kind) == CredentialKind.SKILL_CERTIFICATE,
        col(Credential.revoked_on).is_(None),
        awarded.between(date(starts.year, 1, 1), ends),
    )
    by = (col(Credential.person_id), year)
    seen = _issued_for(actor)
    query: Any = sa.select(*by, sa.func.count(), sa.func.max(awarded)).where(*stands)
    query = query.group_by(*by).having(
        sa.func.count() > limit,
        sa.func.max(awarded) >= starts,
        sa.func.sum(sa.case((seen, 1), else_=0)) > 0,
    )
    found = [Many(person, int(one_year), *told) for person, one_year, *told in (await session.exec(query)).all()]
    held: dict[tuple[UUID, int], list[Credential]] = {(one.person, one.year): [] for one in found}
    people = {one.person for one in found}
    rows = await session.exec(
        select(Credential).where(*stands, col(Credential.person_id).in_(people)).order_by(awarded, col(Credential.id))
    )
    for row in rows:
        held.get((row.person_id, row.awarded_on.year), []).append(row)
    return found, held


def _issued_for(actor: Actor) -> Predicate:
    """An enterprise is told of people to whom it gave one of the certificates."""

    def grants() -> Any:
        if actor.may(Permission.CITY_PERSON_READ):
            yield sa.true()
        if actor.may(Permission.ENTERPRISE_PERSON_READ) and actor.enterprise_id is not None:
            yield col(Credential.issuer_enterprise_id) == actor.enterprise_id

    return any_of(grants())


async def late_steps(
    session: AsyncSession, actor: Actor, starts: date, ends: date, day: date, patience: int
) -> list[Late]:
    """Deadlines within the period that were met late, or are over and not met on ``day``, by the steps that end them.

    Of each term the deadline of its latest step counts.
    """
    newer = RoundDeadline.__table__.alias("newer")  # type: ignore[attr-defined]
    due, deadline = col(RoundDeadline.due), RoundDeadline
    superseded = (
        sa.exists()
        .where(
            newer.c.round_id == col(deadline.round_id),
            newer.c.term == col(deadline.term),
            newer.c.number > col(deadline.number),
            newer.c.starts == col(deadline.starts),  # extended or counted anew; a later return begins another
        )
        .correlate(RoundDeadline.__table__)  # type: ignore[attr-defined]
    )
    ended = sa.or_(
        *(sa.and_(col(deadline.term) == term, col(RoundStep.step).in_(steps)) for term, steps in ENDS.items())
    )
    met = sa.func.min(col(RoundStep.taken_on))
    by = (col(deadline.round_id), col(deadline.enterprise_id), col(deadline.term), due)
    taken = sa.and_(
        col(RoundStep.round_id) == col(deadline.round_id), col(RoundStep.taken_on) >= col(deadline.starts), ended
    )
    visible = sa.select(col(Round.id)).where(rounds_visible_to(actor, day)).correlate(None)
    query: Any = (
        sa.select(*by, met)
        .select_from(RoundDeadline)
        .outerjoin(RoundStep, taken)
        .where(
            col(deadline.round_id).in_(visible),
            col(deadline.term).in_(list(ENDS)),
            due.between(starts, ends),
            ~superseded,
        )
        .group_by(*by, col(deadline.id))
    )
    rows = [
        Late(round_, owner, term, None, due_on, on) for round_, owner, term, due_on, on in await session.exec(query)
    ]
    rows += await _late_answers(session, actor, starts, ends)
    return [one for one in rows if ((one.met or day) - one.due).days >= patience]


async def _late_answers(session: AsyncSession, actor: Actor, starts: date, ends: date) -> list[Late]:
    due, answered = col(Objection.answer_due), col(Objection.answered_on)
    late = sa.or_(answered > due, col(Objection.state) == ObjectionState.OPEN)
    query: Any = sa.select(col(Objection.round_id), col(Objection.enterprise_id), col(Objection.id), due, answered)
    rows = (await session.exec(query.where(objections_visible_to(actor), late, due.between(starts, ends)))).all()
    return [Late(round_, owner, None, id_, due_on, on) for round_, owner, id_, due_on, on in rows]
