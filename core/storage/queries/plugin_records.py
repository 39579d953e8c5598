"""What hangs on filings and wheels: who refers to them, their activations, faults and quarantines."""

from collections.abc import Collection
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.models import Activation, Fault, Filing, Quarantine, Scheme, Wheel
from core.permissions import Actor
from core.storage.queries.relations import ANY_DAY, Children, on_any_day
from core.storage.visibility import filings_visible_to, wheels_visible_to


async def filings_by_version(session: AsyncSession, actor: Actor, version_ids: Collection[UUID]) -> dict[UUID, Filing]:
    """The filing that put each scheme version on record, if the actor may read it."""
    recorded = col(Filing.scheme_version_id).in_(version_ids)
    rows = await session.exec(select(Filing).where(recorded, filings_visible_to(actor)))
    return {row.scheme_version_id: row for row in rows if row.scheme_version_id}


async def versions_filed(session: AsyncSession, actor: Actor, key: str) -> list[str]:
    """The versions of a scheme that the actor may read filings of, by text."""
    query = select(Filing.version).join(Scheme, col(Filing.scheme_id) == col(Scheme.id))
    return sorted((await session.exec(query.where(col(Scheme.key) == key, filings_visible_to(actor)))).all())


async def filings_by_wheel(session: AsyncSession, actor: Actor, wheel_ids: Collection[UUID]) -> dict[UUID, Filing]:
    """The filing whose content each wheel is, if any is and the actor may read it."""
    rows = await session.exec(select(Filing).where(col(Filing.wheel_id).in_(wheel_ids), filings_visible_to(actor)))
    return {row.wheel_id: row for row in rows}


async def activations_of(
    session: AsyncSession, actor: Actor, filing_ids: Collection[UUID]
) -> dict[UUID, list[Activation]]:
    """The intervals that stand today, by filing, in order."""
    return await ACTIVATIONS_OF_FILING.load(session, actor, ANY_DAY, filing_ids)


async def faults_of(session: AsyncSession, actor: Actor, wheel_ids: Collection[UUID]) -> dict[UUID, list[Fault]]:
    """Faults by wheel, oldest first."""
    return await FAULTS_OF_WHEEL.load(session, actor, ANY_DAY, wheel_ids)


async def quarantines_of(
    session: AsyncSession, actor: Actor, wheel_ids: Collection[UUID]
) -> dict[UUID, list[Quarantine]]:
    """Quarantines by wheel, oldest first, those lifted as well."""
    return await QUARANTINES_OF_WHEEL.load(session, actor, ANY_DAY, wheel_ids)


def _of_visible(actor: Actor, table: Any) -> sa.ColumnElement[bool]:
    return col(table.wheel_id).in_(_ids(Wheel.id, wheels_visible_to(actor)))


def _ids(column: Any, condition: sa.ColumnElement[bool]) -> Any:
    return sa.select(col(column)).where(condition)


def _standing(actor: Actor, _day: date) -> sa.ColumnElement[bool]:
    visible = col(Activation.filing_id).in_(_ids(Filing.id, filings_visible_to(actor)))
    return sa.and_(visible, col(Activation.withdrawn_at).is_(None))


ACTIVATIONS_OF_FILING = Children(Activation, "filing_id", _standing, (col(Activation.starts),))
FAULTS_OF_WHEEL = Children(Fault, "wheel_id", on_any_day(_of_visible, Fault), (col(Fault.at),))
QUARANTINES_OF_WHEEL = Children(
    Quarantine, "wheel_id", on_any_day(_of_visible, Quarantine), (col(Quarantine.imposed_at),)
)
