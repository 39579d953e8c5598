"""Enterprises, their authorities, and the pilot list."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from core.models import Authority, Enterprise, PilotListing
from core.permissions import Actor
from core.storage.pages import FIRST_PAGE, Order, Page, Slice, count_rows, fetch_page
from core.storage.queries.base import check_searchable, conditions, contains
from core.storage.relations import ANY_DAY, ById, Children, Listing, on_any_day
from core.storage.visibility import (
    Predicate,
    authorities_visible_to,
    enterprises_visible_to,
    listings_visible_to,
    on,
)


@dataclass(frozen=True, slots=True)
class EnterpriseFilter:
    """All given parts must hold; ``name_contains`` looks at both names and the key."""

    name_contains: str | None = None
    listed_on: date | None = None
    uscc: str | None = None
    key: str | None = None

    def __post_init__(self) -> None:
        check_searchable(self.name_contains, self.uscc, self.key)


NO_FILTER = EnterpriseFilter()
_BY_KEY = (col(Enterprise.key), col(Enterprise.id))
_BY_START = (col(PilotListing.starts), col(PilotListing.id))


async def enterprises_page(
    session: AsyncSession,
    actor: Actor,
    day: date,
    filters: EnterpriseFilter = NO_FILTER,
    *,
    descending: bool = False,
    part: Slice = FIRST_PAGE,
) -> Page[Enterprise]:
    """One page of the enterprises that the actor may read, by key."""
    return await fetch_page(session, _query(actor, day, filters), Order("key", _BY_KEY, descending), part)


async def count_enterprises(
    session: AsyncSession, actor: Actor, day: date, filters: EnterpriseFilter = NO_FILTER
) -> int:
    """How many enterprises the actor may read."""
    return await count_rows(session, _query(actor, day, filters))


async def enterprises_by_id(
    session: AsyncSession, actor: Actor, day: date, ids: Collection[UUID]
) -> dict[UUID, Enterprise]:
    """The enterprises among ``ids`` that the actor may read."""
    return await ENTERPRISE.load(session, actor, day, ids)


async def authorities_of(
    session: AsyncSession, actor: Actor, day: date, enterprise_ids: Collection[UUID]
) -> dict[UUID, list[Authority]]:
    """Authorities by enterprise, oldest first."""
    return await AUTHORITIES.load(session, actor, day, enterprise_ids)


async def listings_of(
    session: AsyncSession, actor: Actor, enterprise_ids: Collection[UUID]
) -> dict[UUID, list[PilotListing]]:
    """Pilot listings by enterprise, oldest first."""
    return await LISTINGS.load(session, actor, ANY_DAY, enterprise_ids)


async def listings_page(
    session: AsyncSession,
    actor: Actor,
    on_day: date | None = None,
    *,
    descending: bool = False,
    part: Slice = FIRST_PAGE,
) -> Page[PilotListing]:
    """One page of the pilot list as it stood on ``on_day``, or of all listings there ever were."""
    return await fetch_page(session, _listings(actor, on_day), Order("starts", _BY_START, descending), part)


async def count_listings(session: AsyncSession, actor: Actor, on_day: date | None = None) -> int:
    """How many listings stood on ``on_day``, or ever."""
    return await count_rows(session, _listings(actor, on_day))


def _listings(actor: Actor, on_day: date | None) -> "sa.Select[Any]":
    query = sa.select(PilotListing).where(listings_visible_to(actor))
    return query if on_day is None else query.where(on(PilotListing, on_day))


def _query(actor: Actor, day: date, filters: EnterpriseFilter) -> "sa.Select[Any]":
    return sa.select(Enterprise).where(
        enterprises_visible_to(actor, day),
        *conditions(
            (filters.name_contains, _is_called),
            (filters.listed_on, _is_listed),
            (filters.uscc, lambda code: col(Enterprise.uscc) == code),
            (filters.key, lambda key: col(Enterprise.key) == key),
        ),
    )


def _is_called(text: str) -> Predicate:
    names = (col(Enterprise.zh), col(Enterprise.en), col(Enterprise.key))
    return sa.or_(*(contains(name, text) for name in names))


def _is_listed(day: date) -> Predicate:
    return col(Enterprise.id).in_(sa.select(col(PilotListing.enterprise_id)).where(on(PilotListing, day)))


AUTHORITIES = Children(Authority, "enterprise_id", authorities_visible_to, (col(Authority.starts),))
ENTERPRISE = ById(Enterprise, enterprises_visible_to)
ENTERPRISES = Listing(_query, {"key": _BY_KEY}, NO_FILTER)
LISTINGS = Children(PilotListing, "enterprise_id", on_any_day(listings_visible_to), (col(PilotListing.starts),))
