"""Computed facts: what is kept of whom, and whose are out of date."""

from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.models import Application, ApplicationStatus, ComputedFacts, Employment, Enterprise, Person
from core.storage.visibility import on


async def kept_for_scheme(session: AsyncSession, key: str) -> dict[UUID, ComputedFacts]:
    """All that is kept under a scheme, by person. For the platform's own work: nobody's right to read is checked."""
    query = select(ComputedFacts).where(col(ComputedFacts.scheme_key) == key)
    return {row.person_id: row for row in (await session.exec(query)).all()}


async def enterprise_of(session: AsyncSession, uscc: str) -> UUID:
    """The id of the enterprise with a credit code."""
    return (await session.exec(select(Enterprise.id).where(col(Enterprise.uscc) == uscc))).one()


async def people_of_enterprise(session: AsyncSession, uscc: str, day: date) -> list[UUID]:
    """Whoever works at an enterprise on ``day`` or applies to it. For the platform's own work as well."""
    owner = sa.select(col(Enterprise.id)).where(col(Enterprise.uscc) == uscc).scalar_subquery()
    working = sa.select(col(Employment.person_id)).where(col(Employment.enterprise_id) == owner, on(Employment, day))
    stands = col(Application.status) != ApplicationStatus.WITHDRAWN
    applying = sa.select(col(Application.person_id)).where(col(Application.enterprise_id) == owner, stands)
    people = select(Person.id).where(col(Person.id).in_(working.union(applying))).order_by(col(Person.id))
    return list((await session.exec(people)).all())
