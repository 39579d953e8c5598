"""Schemes, their versions and catalog rows."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.models import CatalogRow, Enterprise, Scheme, SchemeVersion
from core.permissions import Actor
from core.storage.pages import FIRST_PAGE, Order, Page, Slice, count_rows, fetch_page
from core.storage.relations import ById, Children, Listing
from core.storage.visibility import (
    Predicate,
    recorded_on,
    rows_visible_to,
    scheme_versions_visible_to,
    schemes_visible_to,
)

_BY_KEY = (col(Scheme.key), col(Scheme.id))


async def schemes_page(
    session: AsyncSession,
    actor: Actor,
    day: date,
    enterprise_id: UUID | None = None,
    *,
    descending: bool = False,
    part: Slice = FIRST_PAGE,
) -> Page[Scheme]:
    """One page of the schemes that the actor may read, by key."""
    return await fetch_page(session, _query(actor, day, enterprise_id), Order("key", _BY_KEY, descending), part)


async def count_schemes(session: AsyncSession, actor: Actor, day: date, enterprise_id: UUID | None = None) -> int:
    """How many schemes the actor may read."""
    return await count_rows(session, _query(actor, day, enterprise_id))


async def schemes_by_id(session: AsyncSession, actor: Actor, day: date, ids: Collection[UUID]) -> dict[UUID, Scheme]:
    """The schemes among ``ids`` that the actor may read."""
    return await SCHEME.load(session, actor, day, ids)


async def schemes_of(
    session: AsyncSession, actor: Actor, day: date, enterprise_ids: Collection[UUID]
) -> dict[UUID, list[Scheme]]:
    """Schemes by enterprise, by key."""
    return await SCHEMES_OF_ENTERPRISE.load(session, actor, day, enterprise_ids)


async def versions_by_id(
    session: AsyncSession, actor: Actor, day: date, ids: Collection[UUID]
) -> dict[UUID, SchemeVersion]:
    """The scheme versions among ``ids`` that the actor may read."""
    return await VERSION.load(session, actor, day, ids)


async def versions_of(
    session: AsyncSession, actor: Actor, day: date, scheme_ids: Collection[UUID]
) -> dict[UUID, list[SchemeVersion]]:
    """Versions by scheme, oldest first."""
    return await VERSIONS_OF_SCHEME.load(session, actor, day, scheme_ids)


async def rows_of(
    session: AsyncSession, actor: Actor, day: date, version_ids: Collection[UUID]
) -> dict[UUID, list[CatalogRow]]:
    """Catalog rows by scheme version, by number."""
    return await ROWS.load(session, actor, day, version_ids)


async def rows_by_id(session: AsyncSession, actor: Actor, day: date, ids: Collection[UUID]) -> dict[UUID, CatalogRow]:
    """The catalog rows among ``ids`` that the actor may read."""
    return await CATALOG_ROW.load(session, actor, day, ids)


async def recorded_versions(
    session: AsyncSession, day: date, usccs: Collection[str] | None = None
) -> dict[str, list[SchemeVersion]]:
    """The versions on record on ``day`` by credit code of their enterprise, of all unless told: what rules apply.

    Nobody's right to read is checked: this feeds decisions, not answers.
    """
    query = select(SchemeVersion, Enterprise.uscc).where(recorded_on(day), *_among(usccs))
    query = query.join(Scheme, col(SchemeVersion.scheme_id) == Scheme.id)
    query = query.join(Enterprise, col(Scheme.enterprise_id) == Enterprise.id).order_by(col(SchemeVersion.id))
    found: dict[str, list[SchemeVersion]] = defaultdict(list)
    for version, uscc in await session.exec(query):
        found[uscc].append(version)
    return dict(found)


def _among(usccs: Collection[str] | None) -> list[Predicate]:
    return [] if usccs is None else [col(Enterprise.uscc).in_(usccs)]


def _query(actor: Actor, day: date, enterprise_id: UUID | None) -> "sa.Select[Any]":
    query = sa.select(Scheme).where(schemes_visible_to(actor, day))
    return query if enterprise_id is None else query.where(col(Scheme.enterprise_id) == enterprise_id)


CATALOG_ROW = ById(CatalogRow, rows_visible_to)
ROWS = Children(CatalogRow, "scheme_version_id", rows_visible_to, (col(CatalogRow.number),))
SCHEME = ById(Scheme, schemes_visible_to)
SCHEMES = Listing(_query, {"key": _BY_KEY}, None)
SCHEMES_OF_ENTERPRISE = Children(Scheme, "enterprise_id", schemes_visible_to, (col(Scheme.key),))
VERSION = ById(SchemeVersion, scheme_versions_visible_to)
VERSIONS_OF_SCHEME = Children(
    SchemeVersion, "scheme_id", scheme_versions_visible_to, (col(SchemeVersion.starts), col(SchemeVersion.version))
)
