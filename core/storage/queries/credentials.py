"""Credentials: pages with filters, look-up by id and by person."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from core.facts import CredentialKind
from core.ladders import Level
from core.models import Credential
from core.permissions import Actor, Permission
from core.storage.pages import FIRST_PAGE, Order, Page, Slice, count_rows_by, fetch_page, fetch_pages, number_of
from core.storage.queries.base import check_searchable, conditions, contains
from core.storage.queries.credential_counts import CredentialCountFilter, total_query
from core.storage.queries.relations import ById, Children, Listing
from core.storage.visibility import credentials_visible_to


@dataclass(frozen=True, slots=True)
class CredentialFilter:
    """All given parts must hold; both days of award are included."""

    kind: CredentialKind | None = None
    level: Level | None = None
    occupation: str | None = None
    series: str | None = None
    issuer_contains: str | None = None
    awarded_from: date | None = None
    awarded_to: date | None = None

    def __post_init__(self) -> None:
        check_searchable(self.occupation, self.series, self.issuer_contains)


class CredentialOrder(StrEnum):
    """What credentials can be sorted by."""

    AWARDED_ON = "awarded_on"
    NUMBER = "number"


NO_FILTER = CredentialFilter()
_KEYS: dict[CredentialOrder, tuple[Any, ...]] = {
    CredentialOrder.AWARDED_ON: (col(Credential.awarded_on), col(Credential.id)),
    # Those without a number come before all others.
    CredentialOrder.NUMBER: (sa.func.coalesce(col(Credential.number), ""), col(Credential.id)),
}


async def credentials_page(
    session: AsyncSession,
    actor: Actor,
    day: date,
    filters: CredentialFilter = NO_FILTER,
    order: CredentialOrder = CredentialOrder.AWARDED_ON,
    *,
    descending: bool = False,
    part: Slice = FIRST_PAGE,
) -> Page[Credential]:
    """One page of the credentials that the actor may read."""
    return await fetch_page(session, _query(actor, day, filters), Order(order, _KEYS[order], descending), part)


async def count_credentials(
    session: AsyncSession, actor: Actor, day: date, filters: CredentialFilter = NO_FILTER
) -> int:
    """How many credentials the actor may read."""
    counted: Any = credential_count_query(actor, day, filters)
    return int((await session.exec(counted)).scalar_one())


def credential_count_query(actor: Actor, day: date, filters: CredentialFilter = NO_FILTER) -> "sa.Select[Any]":
    """A select of how many credentials the actor may read: of the tally, where it can tell, which is as exact."""
    tallied = _tallied(filters) if actor.may(Permission.CITY_PERSON_READ) else None
    return sa.select(number_of(_query(actor, day, filters))) if tallied is None else total_query(actor, tallied)


async def credentials_by_id(
    session: AsyncSession, actor: Actor, day: date, ids: Collection[UUID]
) -> dict[UUID, Credential]:
    """The credentials among ``ids`` that the actor may read."""
    return await CREDENTIAL.load(session, actor, day, ids)


async def credentials_of(
    session: AsyncSession, actor: Actor, day: date, person_ids: Collection[UUID]
) -> dict[UUID, list[Credential]]:
    """Credentials by person, oldest first."""
    return await CREDENTIALS_OF_PERSON.load(session, actor, day, person_ids)


async def credentials_pages_of(
    session: AsyncSession,
    actor: Actor,
    day: date,
    person_ids: Collection[UUID],
    filters: CredentialFilter = NO_FILTER,
    order: CredentialOrder = CredentialOrder.AWARDED_ON,
    *,
    descending: bool = False,
    part: Slice = FIRST_PAGE,
) -> dict[UUID, Page[Credential]]:
    """The same page of each person's credentials. People without any are absent."""
    query = _query(actor, day, filters).where(col(Credential.person_id).in_(person_ids))
    return await fetch_pages(session, query, col(Credential.person_id), Order(order, _KEYS[order], descending), part)


async def count_credentials_of(
    session: AsyncSession, actor: Actor, day: date, person_ids: Collection[UUID], filters: CredentialFilter = NO_FILTER
) -> dict[UUID, int]:
    """How many credentials each person has. People without any are absent."""
    query = _query(actor, day, filters).where(col(Credential.person_id).in_(person_ids))
    return await count_rows_by(session, query, col(Credential.person_id))


def _number(actor: Actor, day: date, filters: CredentialFilter) -> Any:
    """The same as part of another statement."""
    return credential_count_query(actor, day, filters).scalar_subquery()


def _tallied(filters: CredentialFilter) -> CredentialCountFilter | None:
    """The same filter of the tally, which knows kinds, levels and whole years alone."""
    first, last = filters.awarded_from, filters.awarded_to
    if any(part is not None for part in (filters.occupation, filters.series, filters.issuer_contains)):
        return None
    if first is not None and (first.month, first.day) != (1, 1):
        return None
    if last is not None and (last.month, last.day) != (12, 31):
        return None
    return CredentialCountFilter(
        kind=filters.kind,
        level=filters.level,
        year_from=None if first is None else first.year,
        year_to=None if last is None else last.year,
    )


def _query(actor: Actor, day: date, filters: CredentialFilter) -> "sa.Select[Any]":
    return sa.select(Credential).where(
        credentials_visible_to(actor, day),
        *conditions(
            (filters.kind, lambda kind: col(Credential.kind) == kind),
            (filters.level, lambda level: col(Credential.level) == level),
            (filters.occupation, lambda code: col(Credential.occupation) == code),
            (filters.series, lambda code: col(Credential.series) == code),
            (filters.issuer_contains, lambda text: contains(col(Credential.issuer_name), text)),
            (filters.awarded_from, lambda day: col(Credential.awarded_on) >= day),
            (filters.awarded_to, lambda day: col(Credential.awarded_on) <= day),
        ),
    )


def _under(actor: Actor, day: date, filters: CredentialFilter, person_id: Any) -> "sa.Select[Any]":
    return _query(actor, day, filters).where(col(Credential.person_id) == person_id)


CREDENTIAL = ById(Credential, credentials_visible_to)
CREDENTIALS = Listing(_query, _KEYS, NO_FILTER, count=_number)
CREDENTIALS_IN_PAGES = Listing(_under, _KEYS, NO_FILTER)
CREDENTIALS_OF_PERSON = Children(Credential, "person_id", credentials_visible_to, (col(Credential.awarded_on),))
