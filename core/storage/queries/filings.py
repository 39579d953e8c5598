"""Filings (备案申请) and their steps."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.models import Filing, FilingState, Review, Scheme, Verification, Wheel
from core.permissions import Actor
from core.storage.pages import FIRST_PAGE, Order, Page, Slice, count_rows, fetch_page
from core.storage.queries.base import check_searchable, conditions, searchable
from core.storage.queries.relations import ANY_DAY, ById, Children, Listing, on_any_day
from core.storage.visibility import filings_visible_to, wheels_visible_to


@dataclass(frozen=True, slots=True)
class FilingFilter:
    """Which filings; absent parts do not narrow."""

    state: FilingState | None = None
    scheme_id: UUID | None = None
    industry_authority: str | None = None

    def __post_init__(self) -> None:
        check_searchable(self.industry_authority)


_BY_AGE = (col(Filing.id),)
NO_FILTER = FilingFilter()


async def filings_page(
    session: AsyncSession,
    actor: Actor,
    filters: FilingFilter = NO_FILTER,
    *,
    descending: bool = True,
    part: Slice = FIRST_PAGE,
) -> Page[Filing]:
    """One page of the filings that the actor may read, newest first unless told."""
    return await fetch_page(session, _query(actor, filters), Order("filed", _BY_AGE, descending), part)


async def count_filings(session: AsyncSession, actor: Actor, filters: FilingFilter = NO_FILTER) -> int:
    """How many filings the actor may read."""
    return await count_rows(session, _query(actor, filters))


async def filings_by_id(session: AsyncSession, actor: Actor, ids: Collection[UUID]) -> dict[UUID, Filing]:
    """The filings among ``ids`` that the actor may read."""
    return await FILING_BY_ID.load(session, actor, ANY_DAY, ids)


async def filings_of(session: AsyncSession, actor: Actor, scheme_ids: Collection[UUID]) -> dict[UUID, list[Filing]]:
    """Filings by scheme, in the order they were begun."""
    return await FILINGS_OF_SCHEME.load(session, actor, ANY_DAY, scheme_ids)


async def reviews_of(session: AsyncSession, actor: Actor, filing_ids: Collection[UUID]) -> dict[UUID, list[Review]]:
    """Steps by filing, in order."""
    return await STEPS_OF_FILING.load(session, actor, ANY_DAY, filing_ids)


async def filing_named(session: AsyncSession, actor: Actor, key: str, version: str) -> Filing | None:
    """The filing of a version of a scheme, if the actor may read it."""
    query = select(Filing).join(Scheme, col(Filing.scheme_id) == col(Scheme.id))
    named = (col(Scheme.key) == searchable(key), col(Filing.version) == searchable(version))
    return (await session.exec(query.where(*named, filings_visible_to(actor)))).one_or_none()


async def wheels_by_id(session: AsyncSession, actor: Actor, ids: Collection[UUID]) -> dict[UUID, Wheel]:
    """The wheels among ``ids`` that the actor may read."""
    return await WHEEL_BY_ID.load(session, actor, ANY_DAY, ids)


async def verifications_of(
    session: AsyncSession, actor: Actor, wheel_ids: Collection[UUID]
) -> dict[UUID, list[Verification]]:
    """Verifications by wheel, oldest first."""
    return await VERIFICATIONS_OF_WHEEL.load(session, actor, ANY_DAY, wheel_ids)


def _query(actor: Actor, filters: FilingFilter) -> "sa.Select[Any]":
    return sa.select(Filing).where(
        filings_visible_to(actor),
        *conditions(
            (filters.state, lambda one: col(Filing.state) == one),
            (filters.scheme_id, lambda one: col(Filing.scheme_id) == one),
            (filters.industry_authority, lambda one: col(Filing.industry_authority) == one),
        ),
    )


def _steps(actor: Actor, _day: date) -> sa.ColumnElement[bool]:
    return col(Review.filing_id).in_(sa.select(col(Filing.id)).where(filings_visible_to(actor)))


def _verifications(actor: Actor, _day: date) -> sa.ColumnElement[bool]:
    return col(Verification.wheel_id).in_(sa.select(col(Wheel.id)).where(wheels_visible_to(actor)))


FILINGS = Listing(on_any_day(_query), {"filed": _BY_AGE}, NO_FILTER, descending=True)
FILINGS_OF_SCHEME = Children(Filing, "scheme_id", on_any_day(filings_visible_to), ())
STEPS_OF_FILING = Children(Review, "filing_id", _steps, (col(Review.number),))
VERIFICATIONS_OF_WHEEL = Children(Verification, "wheel_id", _verifications, (col(Verification.at),))
FILING_BY_ID = ById(Filing, on_any_day(filings_visible_to))
WHEEL_BY_ID = ById(Wheel, on_any_day(wheels_visible_to))
