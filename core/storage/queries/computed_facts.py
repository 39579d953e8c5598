"""Computed facts: what is kept of whom, and whose are out of date."""

from collections.abc import Collection
from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.models import Application, ApplicationStatus, ComputedFacts, Employment, Enterprise, Person
from core.permissions import Actor
from core.storage.queries.base import children_of
from core.storage.visibility import on, records_visible_to


async def computed_facts_of(
    session: AsyncSession, actor: Actor, day: date, person_ids: Collection[UUID]
) -> dict[UUID, list[ComputedFacts]]:
    """What is kept of people whom the actor may read, by person and then by scheme. No scheme's code runs for it."""
    visible = records_visible_to(actor, ComputedFacts, day)
    return await children_of(session, ComputedFacts, "person_id", person_ids, visible, [col(ComputedFacts.scheme_key)])


async def kept_for_scheme(session: AsyncSession, key: str) -> dict[UUID, ComputedFacts]:
    """All that is kept under a scheme, by person. For the platform's own work: nobody's right to read is checked."""
    query = select(ComputedFacts).where(col(ComputedFacts.scheme_key) == key)
    return {row.person_id: row for row in (await session.exec(query)).all()}


async def people_of_enterprise(session: AsyncSession, uscc: str, day: date) -> list[UUID]:
    """Whoever works at an enterprise on ``day`` or applies to it. For the platform's own work as well."""
    owner = sa.select(col(Enterprise.id)).where(col(Enterprise.uscc) == uscc).scalar_subquery()
    working = sa.select(col(Employment.person_id)).where(col(Employment.enterprise_id) == owner, on(Employment, day))
    stands = col(Application.status) != ApplicationStatus.WITHDRAWN
    applying = sa.select(col(Application.person_id)).where(col(Application.enterprise_id) == owner, stands)
    people = select(Person.id).where(col(Person.id).in_(working.union(applying))).order_by(col(Person.id))
    return list((await session.exec(people)).all())
