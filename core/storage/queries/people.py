"""People: pages with filters, look-up by id."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from core.ladders import Level
from core.models import Credential, Employment, Person
from core.permissions import Actor, Permission, require
from core.storage.pages import FIRST_PAGE, Order, Page, Slice, count_rows, fetch_page
from core.storage.queries.base import check_searchable, conditions, contains
from core.storage.relations import ById, Listing
from core.storage.visibility import Predicate, on, people_visible_to, standing_on


@dataclass(frozen=True, slots=True)
class PeopleFilter:
    """All given parts must hold.

    ``employer_id`` and ``occupation`` are those of a current employment, ``holds_level`` that of a standing credential.
    ``identity_index`` is the keyring's index of a whole identity number; asking for it takes ``city:identity:read``.
    """

    name_contains: str | None = None
    employer_id: UUID | None = None
    holds_level: Level | None = None
    occupation: str | None = None
    identity_index: str | None = None

    def __post_init__(self) -> None:
        check_searchable(self.name_contains, self.occupation)


class PeopleOrder(StrEnum):
    """What people can be sorted by."""

    NAME = "name"
    CREATED = "created"


NO_FILTER = PeopleFilter()
_KEYS: dict[PeopleOrder, tuple[Any, ...]] = {
    PeopleOrder.NAME: (col(Person.name), col(Person.id)),
    PeopleOrder.CREATED: (col(Person.id),),  # ids are in order of time
}


async def people_page(
    session: AsyncSession,
    actor: Actor,
    day: date,
    filters: PeopleFilter = NO_FILTER,
    order: PeopleOrder = PeopleOrder.NAME,
    *,
    descending: bool = False,
    part: Slice = FIRST_PAGE,
) -> Page[Person]:
    """One page of the people whom the actor may read."""
    return await fetch_page(session, _query(actor, day, filters), Order(order, _KEYS[order], descending), part)


async def count_people(session: AsyncSession, actor: Actor, day: date, filters: PeopleFilter = NO_FILTER) -> int:
    """How many people the actor may read."""
    return await count_rows(session, _query(actor, day, filters))


async def people_by_id(session: AsyncSession, actor: Actor, day: date, ids: Collection[UUID]) -> dict[UUID, Person]:
    """The people among ``ids`` whom the actor may read."""
    return await PERSON.load(session, actor, day, ids)


def _query(actor: Actor, day: date, filters: PeopleFilter) -> "sa.Select[Any]":
    if filters.identity_index is not None:
        require(actor, Permission.CITY_IDENTITY_READ)
    return sa.select(Person).where(
        people_visible_to(actor, day),
        *conditions(
            (filters.name_contains, lambda text: contains(col(Person.name), text)),
            (filters.employer_id, lambda one: _employed(day, col(Employment.enterprise_id) == one)),
            (filters.occupation, lambda code: _employed(day, col(Employment.occupation) == code)),
            (filters.holds_level, lambda level: _holds(level, day)),
            (filters.identity_index, lambda index: col(Person.identity_index) == index),
        ),
    )


def _employed(day: date, condition: Predicate) -> Predicate:
    return col(Person.id).in_(sa.select(col(Employment.person_id)).where(on(Employment, day), condition))


def _holds(level: Level, day: date) -> Predicate:
    standing = sa.select(col(Credential.person_id)).where(col(Credential.level) == level, standing_on(day))
    return col(Person.id).in_(standing)


PERSON = ById(Person, people_visible_to)
PEOPLE = Listing(_query, _KEYS, NO_FILTER)
