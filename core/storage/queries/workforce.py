"""The people of one enterprise, for questions about all of them at once.

Nobody's right to read is checked: this feeds counts, and whoever shows a person asks for that person's visibility.
"""

from collections.abc import Collection
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.models import Credential, Employment
from core.storage.visibility import on


async def count_workforce(session: AsyncSession, enterprise_id: UUID, day: date) -> int:
    """How many people are employed at an enterprise on a day."""
    people = sa.func.count(sa.distinct(col(Employment.person_id)))
    return int((await session.exec(select(people).where(*_employed(enterprise_id, day)))).one())


async def workforce_holding(
    session: AsyncSession,
    enterprise_id: UUID,
    day: date,
    occupations: Collection[str],
    specialties: Collection[tuple[str, str]],
) -> list[UUID]:
    """The people employed on a day who by then were awarded a credential in an occupation or (series, specialty)."""
    by_series: dict[str, list[str]] = {}
    for series, specialty in specialties:
        by_series.setdefault(series, []).append(specialty)
    titles = (
        sa.and_(col(Credential.series) == series, col(Credential.specialty).in_(codes))
        for series, codes in sorted(by_series.items())
    )
    held = sa.or_(col(Credential.occupation).in_(occupations), *titles)
    holders = sa.select(col(Credential.person_id)).where(held, col(Credential.awarded_on) <= day)
    person: Any = col(Employment.person_id)
    query = select(person).where(*_employed(enterprise_id, day), person.in_(holders)).distinct().order_by(person)
    return list((await session.exec(query)).all())


def _employed(enterprise_id: UUID, day: date) -> tuple[Any, Any]:
    return col(Employment.enterprise_id) == enterprise_id, on(Employment, day)
