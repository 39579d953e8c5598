"""Requests on the strength of an award (以赛代评), what was decided of them, and coaches of winners."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from core.models import Coaching, ContestDecision, ContestRequest, ContestState
from core.permissions import Actor
from core.storage.pages import FIRST_PAGE, Order, Page, Slice, count_rows, fetch_page
from core.storage.queries.base import by_ids, children_of, conditions
from core.storage.visibility import enterprise_records_visible_to, records_visible_to

_BY_DAY = (col(ContestRequest.asked_on), col(ContestRequest.id))


@dataclass(frozen=True, slots=True)
class ContestFilter:
    """All given parts must hold."""

    enterprise_id: UUID | None = None
    award_id: UUID | None = None
    states: frozenset[ContestState] | None = None


NO_FILTER = ContestFilter()


async def contest_requests_page(
    session: AsyncSession,
    actor: Actor,
    filters: ContestFilter = NO_FILTER,
    *,
    descending: bool = True,
    part: Slice = FIRST_PAGE,
) -> Page[ContestRequest]:
    """One page of the requests that the actor may read, by the day they were asked, the latest first."""
    return await fetch_page(session, _requests(actor, filters), Order("asked_on", _BY_DAY, descending), part)


async def count_contest_requests(session: AsyncSession, actor: Actor, filters: ContestFilter = NO_FILTER) -> int:
    """How many requests the actor may read."""
    return await count_rows(session, _requests(actor, filters))


def _requests(actor: Actor, filters: ContestFilter) -> "sa.Select[Any]":
    return sa.select(ContestRequest).where(
        enterprise_records_visible_to(actor, ContestRequest),
        *conditions(
            (filters.enterprise_id, lambda one: col(ContestRequest.enterprise_id) == one),
            (filters.award_id, lambda one: col(ContestRequest.award_id) == one),
            (filters.states, lambda states: col(ContestRequest.state).in_(sorted(states))),
        ),
    )


async def contest_requests_by_id(
    session: AsyncSession, actor: Actor, ids: Collection[UUID]
) -> dict[UUID, ContestRequest]:
    """The requests among ``ids`` that the actor may read."""
    return await by_ids(session, ContestRequest, ids, enterprise_records_visible_to(actor, ContestRequest))


async def decisions_of_contests(
    session: AsyncSession, actor: Actor, ids: Collection[UUID]
) -> dict[UUID, list[ContestDecision]]:
    """Decisions by request, in the order they were taken."""
    visible = enterprise_records_visible_to(actor, ContestDecision)
    return await children_of(session, ContestDecision, "request_id", ids, visible, [col(ContestDecision.id)])


async def contest_decisions_by_id(
    session: AsyncSession, actor: Actor, ids: Collection[UUID]
) -> dict[UUID, ContestDecision]:
    """The decisions among ``ids`` that the actor may read."""
    return await by_ids(session, ContestDecision, ids, enterprise_records_visible_to(actor, ContestDecision))


async def coaches_of_awards(
    session: AsyncSession, actor: Actor, day: date, ids: Collection[UUID]
) -> dict[UUID, list[Coaching]]:
    """Coaches by award, of the people whom the actor may read."""
    visible = records_visible_to(actor, Coaching, day)
    return await children_of(session, Coaching, "award_id", ids, visible, [col(Coaching.id)])
