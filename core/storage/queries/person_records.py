"""What hangs on a person: employments, schooling, awards and competitions."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from core.facts import ContestTier
from core.models import Award, Competition, Employment, Schooling
from core.permissions import Actor
from core.storage.pages import FIRST_PAGE, Order, Page, Slice, count_rows, count_rows_by, fetch_page, fetch_pages
from core.storage.queries.base import check_searchable, children_of, conditions, contains
from core.storage.queries.relations import ANY_DAY, ById, Children, Listing, on_any_day
from core.storage.visibility import competitions_visible_to, records_visible_to


def _following(table: Any) -> Any:
    """Who reads rows that follow their person."""
    return lambda actor, day: records_visible_to(actor, table, day)


EMPLOYMENTS = Children(Employment, "person_id", _following(Employment), (col(Employment.starts),))
SCHOOLING = Children(Schooling, "person_id", _following(Schooling), (col(Schooling.graduated_on),))
AWARD = ById(Award, _following(Award))
AWARDS = Children(Award, "person_id", _following(Award), (col(Award.awarded_on),))
COMPETITION = ById(Competition, on_any_day(competitions_visible_to))
_COMPETITIONS = (col(Competition.held_on), col(Competition.id))


async def employments_of(
    session: AsyncSession, actor: Actor, day: date, person_ids: Collection[UUID]
) -> dict[UUID, list[Employment]]:
    """Employments by person, oldest first."""
    return await EMPLOYMENTS.load(session, actor, day, person_ids)


async def schooling_of(
    session: AsyncSession, actor: Actor, day: date, person_ids: Collection[UUID]
) -> dict[UUID, list[Schooling]]:
    """Completed education by person, oldest first."""
    return await SCHOOLING.load(session, actor, day, person_ids)


async def awards_of(
    session: AsyncSession, actor: Actor, day: date, person_ids: Collection[UUID]
) -> dict[UUID, list[Award]]:
    """Awards by person, oldest first."""
    return await AWARDS.load(session, actor, day, person_ids)


async def awards_of_competitions(
    session: AsyncSession, actor: Actor, day: date, competition_ids: Collection[UUID]
) -> dict[UUID, list[Award]]:
    """Awards by competition, of the people whom the actor may read, by position."""
    visible = records_visible_to(actor, Award, day)
    return await children_of(
        session, Award, "competition_id", competition_ids, visible, [col(Award.position).nulls_last()]
    )


@dataclass(frozen=True, slots=True)
class CompetitionFilter:
    """All given parts must hold. ``enterprise_id`` is whose contest it was."""

    name_contains: str | None = None
    tiers: frozenset[ContestTier] | None = None
    year: int | None = None
    enterprise_id: UUID | None = None

    def __post_init__(self) -> None:
        check_searchable(self.name_contains)


EVERY_COMPETITION = CompetitionFilter()


async def competitions_page(
    session: AsyncSession,
    actor: Actor,
    filters: CompetitionFilter = EVERY_COMPETITION,
    *,
    descending: bool = True,
    part: Slice = FIRST_PAGE,
) -> Page[Competition]:
    """One page of competitions by the day they were held, newest first unless told."""
    return await fetch_page(session, _competitions(actor, filters), Order("held_on", _COMPETITIONS, descending), part)


async def count_competitions(
    session: AsyncSession, actor: Actor, filters: CompetitionFilter = EVERY_COMPETITION
) -> int:
    """How many competitions the actor may read."""
    return await count_rows(session, _competitions(actor, filters))


def _competitions(actor: Actor, filters: CompetitionFilter) -> "sa.Select[Any]":
    return sa.select(Competition).where(
        competitions_visible_to(actor),
        *conditions(
            (filters.name_contains, lambda text: contains(col(Competition.zh), text)),
            (filters.tiers, lambda tiers: col(Competition.tier).in_(sorted(tiers))),
            (filters.year, lambda year: col(Competition.year) == year),
            (filters.enterprise_id, lambda one: col(Competition.enterprise_id) == one),
        ),
    )


async def competitions_pages_of_enterprises(
    session: AsyncSession, actor: Actor, ids: Collection[UUID], part: Slice = FIRST_PAGE
) -> dict[UUID, Page[Competition]]:
    """The same page of the contests that each enterprise held, the newest first."""
    order = Order("held_on", _COMPETITIONS, descending=True)
    return await fetch_pages(session, _held_by(actor, ids), _HOST, order, part)


async def count_competitions_of_enterprises(
    session: AsyncSession, actor: Actor, ids: Collection[UUID]
) -> dict[UUID, int]:
    """How many contests each enterprise held."""
    return await count_rows_by(session, _held_by(actor, ids), _HOST)


_HOST = col(Competition.enterprise_id)


def _held_by(actor: Actor, ids: Collection[UUID]) -> "sa.Select[Any]":
    return _competitions(actor, EVERY_COMPETITION).where(_HOST.in_(ids))


async def competitions_by_id(session: AsyncSession, actor: Actor, ids: Collection[UUID]) -> dict[UUID, Competition]:
    """The competitions among ``ids`` that the actor may read."""
    return await COMPETITION.load(session, actor, ANY_DAY, ids)


def _of_host(actor: Actor, _day: date, _filters: None, enterprise_id: Any) -> "sa.Select[Any]":
    return _held_by(actor, [enterprise_id])


COMPETITIONS = Listing(on_any_day(_competitions), {"held_on": _COMPETITIONS}, EVERY_COMPETITION, descending=True)
CONTESTS_OF_ENTERPRISE = Listing(_of_host, {"held_on": _COMPETITIONS}, None, descending=True)
