"""Applications, evaluations and scores."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from core.models import Application, Evaluation, Score
from core.permissions import Actor
from core.storage.pages import FIRST_PAGE, Order, Page, Slice, count_rows, fetch_page
from core.storage.queries.applications import APPLICATION_BY_ID
from core.storage.queries.base import conditions
from core.storage.queries.relations import ANY_DAY, ById, Children, Listing, on_any_day
from core.storage.visibility import (
    applications_visible_to,
    evaluations_visible_to,
    scores_visible_to,
)


@dataclass(frozen=True, slots=True)
class EvaluationFilter:
    """All given parts must hold; both days of decision are included."""

    enterprise_id: UUID | None = None
    scheme_version_id: UUID | None = None
    decided_from: date | None = None
    decided_to: date | None = None


NO_FILTER = EvaluationFilter()
_BY_DECISION = (col(Evaluation.decided_on), col(Evaluation.id))


async def evaluations_page(
    session: AsyncSession,
    actor: Actor,
    filters: EvaluationFilter = NO_FILTER,
    *,
    descending: bool = False,
    part: Slice = FIRST_PAGE,
) -> Page[Evaluation]:
    """One page of the evaluations that the actor may read, by the day they were decided."""
    return await fetch_page(session, _query(actor, filters), Order("decided_on", _BY_DECISION, descending), part)


async def count_evaluations(session: AsyncSession, actor: Actor, filters: EvaluationFilter = NO_FILTER) -> int:
    """How many evaluations the actor may read."""
    return await count_rows(session, _query(actor, filters))


async def evaluations_by_id(session: AsyncSession, actor: Actor, ids: Collection[UUID]) -> dict[UUID, Evaluation]:
    """The evaluations among ``ids`` that the actor may read."""
    return await EVALUATION.load(session, actor, ANY_DAY, ids)


async def evaluations_of(
    session: AsyncSession, actor: Actor, person_ids: Collection[UUID]
) -> dict[UUID, list[Evaluation]]:
    """Evaluations by person, oldest first."""
    return await EVALUATIONS_OF_PERSON.load(session, actor, ANY_DAY, person_ids)


async def applications_of(
    session: AsyncSession, actor: Actor, person_ids: Collection[UUID]
) -> dict[UUID, list[Application]]:
    """Applications by person, oldest first."""
    return await APPLICATIONS_OF_PERSON.load(session, actor, ANY_DAY, person_ids)


async def applications_by_id(session: AsyncSession, actor: Actor, ids: Collection[UUID]) -> dict[UUID, Application]:
    """The applications among ``ids`` that the actor may read."""
    return await APPLICATION_BY_ID.load(session, actor, ANY_DAY, ids)


async def scores_of(session: AsyncSession, actor: Actor, evaluation_ids: Collection[UUID]) -> dict[UUID, list[Score]]:
    """Scores by evaluation, by criterion."""
    return await SCORES.load(session, actor, ANY_DAY, evaluation_ids)


def _query(actor: Actor, filters: EvaluationFilter) -> "sa.Select[Any]":
    return sa.select(Evaluation).where(
        evaluations_visible_to(actor),
        *conditions(
            (filters.enterprise_id, lambda one: col(Evaluation.enterprise_id) == one),
            (filters.scheme_version_id, lambda one: col(Evaluation.scheme_version_id) == one),
            (filters.decided_from, lambda day: col(Evaluation.decided_on) >= day),
            (filters.decided_to, lambda day: col(Evaluation.decided_on) <= day),
        ),
    )


APPLICATIONS_OF_PERSON = Children(
    Application, "person_id", on_any_day(applications_visible_to), (col(Application.filed_on),)
)
EVALUATION = ById(Evaluation, on_any_day(evaluations_visible_to))
EVALUATIONS = Listing(on_any_day(_query), {"decided_on": _BY_DECISION}, NO_FILTER)
EVALUATIONS_OF_PERSON = Children(
    Evaluation, "person_id", on_any_day(evaluations_visible_to), (col(Evaluation.decided_on),)
)
SCORES = Children(Score, "evaluation_id", on_any_day(scores_visible_to), (col(Score.criterion), col(Score.side)))
