"""Facts of schemes (扩展事实) as they are kept, one by one: what a read of them gives. No scheme's code runs for it."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from core.models import ComputedFacts, Enterprise
from core.permissions import Actor
from core.storage.visibility import enterprise_records_visible_to


class KeptFact(NamedTuple):
    """One fact; ``digest`` is the content of the version that it is from."""

    scheme_key: str
    enterprise_id: UUID
    uscc: str
    version: str
    key: str
    value: Any
    at: datetime
    digest: str


async def facts_of_people(
    session: AsyncSession, actor: Actor, person_ids: Collection[UUID]
) -> dict[UUID, list[KeptFact]]:
    """What is kept of people, by scheme and key; it stays with its enterprise, as evaluations do."""
    query: Any = (
        sa.select(ComputedFacts, col(Enterprise.uscc))
        .join(Enterprise, col(ComputedFacts.enterprise_id) == col(Enterprise.id))
        .where(
            col(ComputedFacts.person_id).in_(person_ids),
            enterprise_records_visible_to(actor, ComputedFacts),
        )
        .order_by(col(ComputedFacts.scheme_key))
    )
    found: dict[UUID, list[KeptFact]] = {one: [] for one in person_ids}
    for row, uscc in await session.exec(query):
        found[row.person_id] += [
            KeptFact(
                row.scheme_key,
                row.enterprise_id,
                uscc,
                row.version,
                key,
                row.facts[key],
                row.computed_at,
                row.wheel_digest,
            )
            for key in sorted(row.facts)
        ]
    return found
