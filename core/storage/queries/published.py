"""What versions that were ever switched on add to the graph. Feeds the schema, which is everybody's."""

from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.models import Activation, ActivationState, Enterprise, Filing, Scheme, SchemeVersion
from core.published import Declared, from_stored
from core.schemes import FactField
from core.storage.visibility import Predicate
from core.texts import Text


async def declared_facts(session: AsyncSession) -> list[Declared]:
    """Of every version that was ever switched on and declares any, the oldest first."""
    query: Any = (
        sa.select(col(Scheme.key), col(Enterprise.uscc), SchemeVersion)
        .join(Scheme, col(SchemeVersion.scheme_id) == col(Scheme.id))
        .join(Enterprise, col(Scheme.enterprise_id) == col(Enterprise.id))
        .where(_was_switched_on())
        .order_by(col(SchemeVersion.recorded_from), col(SchemeVersion.id))
        .options(sa.orm.load_only(SchemeVersion.zh, SchemeVersion.en, SchemeVersion.facts))  # type: ignore[arg-type]
    )
    return [
        Declared(key, uscc, Text(version.zh, version.en), tuple(map(from_stored, version.facts)))
        for key, uscc, version in await session.exec(query)
        if version.facts
    ]


async def published_fields(session: AsyncSession, scheme_id: UUID) -> dict[tuple[str, str], FactField]:
    """The facts that a scheme has published, by what they are of and key."""
    return await _fields(session, col(SchemeVersion.scheme_id) == scheme_id)


async def published_by_key(session: AsyncSession, uscc: str, key: str | None) -> tuple[FactField, ...]:
    """The facts that an enterprise's scheme of a key has published."""
    schemes = (
        sa.select(col(Scheme.id))
        .join(Enterprise, col(Scheme.enterprise_id) == col(Enterprise.id))
        .where(col(Scheme.key) == key, col(Enterprise.uscc) == uscc)
    )
    return tuple((await _fields(session, col(SchemeVersion.scheme_id).in_(schemes))).values())


async def facts_of_version(session: AsyncSession, version_id: UUID | None) -> tuple[FactField, ...]:
    """The facts that a version on record declares."""
    found = (await session.exec(select(SchemeVersion.facts).where(col(SchemeVersion.id) == version_id))).first()
    return tuple(map(from_stored, found or ()))


async def _fields(session: AsyncSession, of: Predicate) -> dict[tuple[str, str], FactField]:
    query = select(SchemeVersion.facts).where(of, _was_switched_on())
    ordered = query.order_by(col(SchemeVersion.recorded_from), col(SchemeVersion.id))
    found: dict[tuple[str, str], FactField] = {}
    for facts in (await session.exec(ordered)).all():
        for fact in map(from_stored, facts):
            found.setdefault((fact.on, fact.key), fact)
    return found


def _was_switched_on() -> Predicate:
    """Whatever became of that decision later."""
    switched = (col(Activation.filing_id) == col(Filing.id), col(Activation.state) == ActivationState.ACTIVE)
    return sa.exists().where(col(Filing.scheme_version_id) == col(SchemeVersion.id), *switched)
