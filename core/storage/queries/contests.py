"""Requests on the strength of an award (以赛代评), what was decided of them, and coaches of winners."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from core.models import Coaching, ContestDecision, ContestPath, ContestRequest, ContestState
from core.permissions import Actor
from core.rounds.steps import Party
from core.scoring_tables import CriterionSide
from core.storage.pages import FIRST_PAGE, Order, Page, Slice, count_rows, count_rows_by, fetch_page, fetch_pages
from core.storage.queries.base import children_of, conditions
from core.storage.queries.relations import ANY_DAY, ById, Children, Listing, on_any_day
from core.storage.visibility import Predicate, enterprise_records_visible_to, records_visible_to

_BY_DAY = (col(ContestRequest.asked_on), col(ContestRequest.id))


@dataclass(frozen=True, slots=True)
class ContestFilter:
    """All given parts must hold."""

    enterprise_id: UUID | None = None
    award_id: UUID | None = None
    person_id: UUID | None = None
    path: ContestPath | None = None
    states: frozenset[ContestState] | None = None
    # Something of them is for this party to decide, and is not decided.
    waits_for: Party | None = None


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
            (filters.person_id, lambda one: col(ContestRequest.person_id) == one),
            (filters.path, lambda one: col(ContestRequest.path) == one),
            (filters.states, lambda states: col(ContestRequest.state).in_(sorted(states))),
            (filters.waits_for, _waits_for),
        ),
    )


def _waits_for(party: Party) -> Predicate:
    """By the policy's rule titles are the bureau's to issue; everything else is the enterprise's."""
    by_policy = col(ContestRequest.path) == ContestPath.POLICY
    title = _undecided(CriterionSide.TITLE, ContestRequest.title_level)
    if party is Party.BUREAU:
        theirs = sa.and_(by_policy, title)
    else:
        theirs = sa.or_(_undecided(CriterionSide.SKILL, ContestRequest.skill_level), sa.and_(sa.not_(by_policy), title))
    return sa.and_(col(ContestRequest.state) == ContestState.ASKED, theirs)


def _undecided(side: CriterionSide, asked: Any) -> Predicate:
    decided = sa.select(col(ContestDecision.request_id)).where(col(ContestDecision.side) == side)
    return sa.and_(col(asked).is_not(None), col(ContestRequest.id).not_in(decided))


async def contest_requests_pages_of_enterprises(
    session: AsyncSession, actor: Actor, ids: Collection[UUID], part: Slice = FIRST_PAGE
) -> dict[UUID, Page[ContestRequest]]:
    """The same page of the requests at each enterprise, the latest first."""
    order = Order("asked_on", _BY_DAY, descending=True)
    return await fetch_pages(session, _at(actor, ids), _ENTERPRISE, order, part)


async def count_contest_requests_of_enterprises(
    session: AsyncSession, actor: Actor, ids: Collection[UUID]
) -> dict[UUID, int]:
    """How many requests at each enterprise the actor may read."""
    return await count_rows_by(session, _at(actor, ids), _ENTERPRISE)


_ENTERPRISE = col(ContestRequest.enterprise_id)


def _at(actor: Actor, ids: Collection[UUID]) -> "sa.Select[Any]":
    return _requests(actor, NO_FILTER).where(_ENTERPRISE.in_(ids))


async def contest_requests_of_awards(
    session: AsyncSession, actor: Actor, ids: Collection[UUID]
) -> dict[UUID, list[ContestRequest]]:
    """Requests by the award on whose strength they ask, the first asked first."""
    visible = enterprise_records_visible_to(actor, ContestRequest)
    return await children_of(session, ContestRequest, "award_id", ids, visible, _BY_DAY)


async def contest_requests_of_people(
    session: AsyncSession, actor: Actor, ids: Collection[UUID]
) -> dict[UUID, list[ContestRequest]]:
    """Requests by whoever won, the first asked first."""
    return await CONTEST_REQUESTS_OF_PERSON.load(session, actor, ANY_DAY, ids)


async def contest_requests_by_id(
    session: AsyncSession, actor: Actor, ids: Collection[UUID]
) -> dict[UUID, ContestRequest]:
    """The requests among ``ids`` that the actor may read."""
    return await CONTEST_REQUEST_BY_ID.load(session, actor, ANY_DAY, ids)


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
    return await CONTEST_DECISION_BY_ID.load(session, actor, ANY_DAY, ids)


async def coaches_of_awards(
    session: AsyncSession, actor: Actor, day: date, ids: Collection[UUID]
) -> dict[UUID, list[Coaching]]:
    """Coaches by award, of the people whom the actor may read."""
    visible = records_visible_to(actor, Coaching, day)
    return await children_of(session, Coaching, "award_id", ids, visible, [col(Coaching.id)])


async def coachings_of_people(
    session: AsyncSession, actor: Actor, day: date, ids: Collection[UUID]
) -> dict[UUID, list[Coaching]]:
    """What people whom the actor may read are on record as coaches of."""
    visible = records_visible_to(actor, Coaching, day)
    return await children_of(session, Coaching, "person_id", ids, visible, [col(Coaching.id)])


async def coachings_by_id(
    session: AsyncSession, actor: Actor, day: date, ids: Collection[UUID]
) -> dict[UUID, Coaching]:
    """The coachings among ``ids`` that the actor may read."""
    return await COACHING_BY_ID.load(session, actor, day, ids)


CONTEST_REQUEST_BY_ID = ById(ContestRequest, on_any_day(enterprise_records_visible_to, ContestRequest))
CONTEST_DECISION_BY_ID = ById(ContestDecision, on_any_day(enterprise_records_visible_to, ContestDecision))
COACHING_BY_ID = ById(Coaching, lambda actor, day: records_visible_to(actor, Coaching, day))


def _at_one(actor: Actor, _day: date, _filters: None, enterprise_id: Any) -> "sa.Select[Any]":
    return _at(actor, [enterprise_id])


CONTEST_REQUESTS = Listing(on_any_day(_requests), {"asked_on": _BY_DAY}, NO_FILTER, descending=True)
CONTEST_REQUESTS_OF_PERSON = Children(
    ContestRequest, "person_id", on_any_day(enterprise_records_visible_to, ContestRequest), _BY_DAY
)
CONTEST_REQUESTS_AT = Listing(_at_one, {"asked_on": _BY_DAY}, None, descending=True)
