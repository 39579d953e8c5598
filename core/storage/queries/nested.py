"""Pages within pages: the same page of what belongs to each of many parents, in one statement."""

from collections.abc import Collection
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from core.models import Award, CatalogRow, Employment, Person
from core.permissions import Actor
from core.storage.pages import Order, Page, Slice, count_rows_by, fetch_pages
from core.storage.relations import Listing
from core.storage.visibility import on, people_visible_to, records_visible_to, rows_visible_to

_BY_NAME = Order("name", (col(Person.name), col(Person.id)))
_BY_NUMBER = Order("number", (col(CatalogRow.number), col(CatalogRow.id)))
_BY_AWARD_DAY = Order("awarded_on", (col(Award.awarded_on), col(Award.id)))


async def employees_pages(
    session: AsyncSession, actor: Actor, day: date, enterprise_ids: Collection[UUID], part: Slice
) -> dict[UUID, Page[Person]]:
    """The people employed at each enterprise on ``day`` whom the actor may read, by name."""
    query, enterprise = _employees(actor, day, enterprise_ids)
    return await fetch_pages(session, query, enterprise, _BY_NAME, part)


async def count_employees(
    session: AsyncSession, actor: Actor, day: date, enterprise_ids: Collection[UUID]
) -> dict[UUID, int]:
    """How many people employed at each enterprise on ``day`` the actor may read."""
    return await count_rows_by(session, *_employees(actor, day, enterprise_ids))


def _employees(actor: Actor, day: date, enterprise_ids: Collection[UUID]) -> "tuple[sa.Select[Any], Any]":
    at_one = col(Employment.enterprise_id).in_(enterprise_ids)
    # Someone on two posts of one enterprise is one person there.
    posts = sa.select(col(Employment.person_id), col(Employment.enterprise_id)).where(at_one, on(Employment, day))
    current = posts.distinct().subquery()
    query = sa.select(Person).join(current, current.c.person_id == col(Person.id))
    return query.where(people_visible_to(actor, day)), current.c.enterprise_id


async def rows_pages(
    session: AsyncSession, actor: Actor, day: date, version_ids: Collection[UUID], part: Slice
) -> dict[UUID, Page[CatalogRow]]:
    """The catalog rows of each scheme version, by number."""
    return await fetch_pages(session, _rows(actor, day, version_ids), _VERSION, _BY_NUMBER, part)


async def count_rows_of(
    session: AsyncSession, actor: Actor, day: date, version_ids: Collection[UUID]
) -> dict[UUID, int]:
    """How many catalog rows each scheme version has."""
    return await count_rows_by(session, _rows(actor, day, version_ids), _VERSION)


_VERSION = col(CatalogRow.scheme_version_id)


def _rows(actor: Actor, day: date, version_ids: Collection[UUID]) -> "sa.Select[Any]":
    return sa.select(CatalogRow).where(_VERSION.in_(version_ids), rows_visible_to(actor, day))


async def awards_pages(
    session: AsyncSession, actor: Actor, day: date, competition_ids: Collection[UUID], part: Slice
) -> dict[UUID, Page[Award]]:
    """The awards of each competition whose winners the actor may read, by day."""
    return await fetch_pages(session, _awards(actor, day, competition_ids), _COMPETITION, _BY_AWARD_DAY, part)


async def count_awards(
    session: AsyncSession, actor: Actor, day: date, competition_ids: Collection[UUID]
) -> dict[UUID, int]:
    """How many awards of each competition the actor may read."""
    return await count_rows_by(session, _awards(actor, day, competition_ids), _COMPETITION)


_COMPETITION = col(Award.competition_id)


def _awards(actor: Actor, day: date, competition_ids: Collection[UUID]) -> "sa.Select[Any]":
    return sa.select(Award).where(_COMPETITION.in_(competition_ids), records_visible_to(actor, Award, day))


def _at(actor: Actor, day: date, _filters: None, enterprise_id: Any) -> "sa.Select[Any]":
    return _employees(actor, day, [enterprise_id])[0]


def _of_version(actor: Actor, day: date, _filters: None, version_id: Any) -> "sa.Select[Any]":
    return _rows(actor, day, [version_id])


def _of_competition(actor: Actor, day: date, _filters: None, competition_id: Any) -> "sa.Select[Any]":
    return _awards(actor, day, [competition_id])


EMPLOYEES = Listing(_at, {"name": _BY_NAME.keys}, None)
ROWS_OF_VERSION = Listing(_of_version, {"number": _BY_NUMBER.keys}, None)
AWARDS_OF_COMPETITION = Listing(_of_competition, {"awarded_on": _BY_AWARD_DAY.keys}, None)
