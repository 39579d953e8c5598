"""Look-ups beside those of each noun: by credit code, by key, by id where only lists were asked for, and of pairs."""

from collections.abc import Collection
from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.models import Authority, Award, Credential, Enterprise, PilotListing, Scheme
from core.permissions import Actor
from core.storage.queries.base import searchable
from core.storage.queries.person_records import AWARD
from core.storage.queries.relations import ANY_DAY, ById, on_any_day
from core.storage.visibility import (
    authorities_visible_to,
    credentials_visible_to,
    enterprises_visible_to,
    listings_visible_to,
    schemes_visible_to,
)


async def enterprises_by_uscc(
    session: AsyncSession, actor: Actor, day: date, usccs: Collection[str]
) -> dict[str, Enterprise]:
    """The enterprises with those credit codes that the actor may read."""
    rows = await session.exec(
        select(Enterprise).where(col(Enterprise.uscc).in_(usccs), enterprises_visible_to(actor, day))
    )
    return {row.uscc: row for row in rows}


async def enterprises_by_key(
    session: AsyncSession, actor: Actor, day: date, keys: Collection[str]
) -> dict[str, Enterprise]:
    """The enterprises with those keys that the actor may read."""
    wanted = col(Enterprise.key).in_([searchable(key) for key in keys])
    rows = await session.exec(select(Enterprise).where(wanted, enterprises_visible_to(actor, day)))
    return {row.key: row for row in rows}


async def schemes_by_key(session: AsyncSession, actor: Actor, day: date, keys: Collection[str]) -> dict[str, Scheme]:
    """The schemes with those keys that the actor may read."""
    wanted = col(Scheme.key).in_([searchable(key) for key in keys])
    rows = await session.exec(select(Scheme).where(wanted, schemes_visible_to(actor, day)))
    return {row.key: row for row in rows}


async def authorities_by_id(
    session: AsyncSession, actor: Actor, day: date, ids: Collection[UUID]
) -> dict[UUID, Authority]:
    """The authorities among ``ids`` that the actor may read."""
    return await AUTHORITY_BY_ID.load(session, actor, day, ids)


async def listings_by_id(session: AsyncSession, actor: Actor, ids: Collection[UUID]) -> dict[UUID, PilotListing]:
    """The pilot listings among ``ids`` that the actor may read."""
    return await PILOT_LISTING_BY_ID.load(session, actor, ANY_DAY, ids)


async def awards_by_id(session: AsyncSession, actor: Actor, day: date, ids: Collection[UUID]) -> dict[UUID, Award]:
    """The awards among ``ids`` that the actor may read."""
    return await AWARD.load(session, actor, day, ids)


async def pairs_of(
    session: AsyncSession, actor: Actor, day: date, credentials: Collection[tuple[UUID, UUID | None]]
) -> dict[UUID, Credential]:
    """The other certificate of the same evaluation (一评双证) by the id of the one, whichever of the two names it.

    ``credentials`` are ids, each with the id that its own row names.
    """
    named = [linked for _, linked in credentials if linked]
    naming = [own for own, linked in credentials if not linked]
    either = sa.or_(col(Credential.id).in_(named), col(Credential.linked_credential_id).in_(naming))
    rows = (await session.exec(select(Credential).where(either, credentials_visible_to(actor, day)))).all()
    by_id = {row.id: row for row in rows}
    by_link = {row.linked_credential_id: row for row in rows}
    found = {own: by_id.get(linked) if linked else by_link.get(own) for own, linked in credentials}
    return {own: other for own, other in found.items() if other}


AUTHORITY_BY_ID = ById(Authority, authorities_visible_to)
PILOT_LISTING_BY_ID = ById(PilotListing, on_any_day(listings_visible_to))
