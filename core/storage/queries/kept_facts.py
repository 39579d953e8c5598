"""Facts of schemes (扩展事实) as they are kept, one by one: what a read of them gives. No scheme's code runs for it."""

from collections.abc import Collection, Iterable
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from core.models import ComputedFacts, Enterprise, RecordedFacts
from core.permissions import Actor
from core.storage.visibility import enterprise_records_visible_to


class FactOrigin(StrEnum):
    """Where the value of a fact comes from (事实来源)."""

    DECLARED = "declared"  # 方案声明，评价办登记
    COMPUTED = "computed"  # 方案代码计算


class KeptFact(NamedTuple):
    """One fact; ``digest`` is the content of the version that it is from, ``revision`` that of its recording."""

    scheme_key: str
    enterprise_id: UUID
    uscc: str
    version: str
    key: str
    value: Any
    at: datetime
    digest: str
    origin: FactOrigin = FactOrigin.COMPUTED
    revision: int | None = None


class Recording(NamedTuple):
    """A recording of facts, with the credit code of the enterprise whose it is."""

    row: RecordedFacts
    uscc: str


async def recordings_of(
    session: AsyncSession, actor: Actor, subject_ids: Collection[UUID]
) -> dict[UUID, list[Recording]]:
    """What was recorded of people, or of evaluations, by scheme, the oldest first; it stays with its enterprise."""
    query: Any = (
        sa.select(RecordedFacts, col(Enterprise.uscc))
        .join(Enterprise, col(RecordedFacts.enterprise_id) == col(Enterprise.id))
        .where(
            col(RecordedFacts.subject_id).in_(subject_ids),
            enterprise_records_visible_to(actor, RecordedFacts),
        )
        .order_by(col(RecordedFacts.scheme_key), col(RecordedFacts.revision))
    )
    found: dict[UUID, list[Recording]] = {one: [] for one in subject_ids}
    for row, uscc in await session.exec(query):
        found[row.subject_id].append(Recording(row, uscc))
    return found


def newest(rows: Iterable[RecordedFacts]) -> dict[str, RecordedFacts]:
    """Of recordings under one scheme, the oldest first: by fact, the one whose value counts."""
    return {key: row for row in rows for key in row.facts}


async def facts_of_evaluations(
    session: AsyncSession, actor: Actor, evaluation_ids: Collection[UUID]
) -> dict[UUID, list[KeptFact]]:
    """What counts of evaluations, by scheme and key; nothing of them is computed."""
    recorded = await recordings_of(session, actor, evaluation_ids)
    return {one: _counting(_recorded(recorded[one])) for one in evaluation_ids}


async def facts_of_people(
    session: AsyncSession, actor: Actor, person_ids: Collection[UUID]
) -> dict[UUID, list[KeptFact]]:
    """What counts of people, by scheme and key; it stays with its enterprise, as evaluations do.

    Where one version computes what another has recorded, the later value counts: it is from the later version.
    """
    computed = await _computed_of(session, actor, person_ids)
    recorded = await recordings_of(session, actor, person_ids)
    return {one: _counting([*computed[one], *_recorded(recorded[one])]) for one in person_ids}


def _counting(facts: Iterable[KeptFact]) -> list[KeptFact]:
    """Of each fact the latest; none of those that were withdrawn."""
    latest: dict[tuple[str, str], KeptFact] = {}
    for one in sorted(facts, key=lambda fact: fact.at):
        latest[one.scheme_key, one.key] = one
    return [latest[place] for place in sorted(latest) if latest[place].value is not None]


def _recorded(recordings: Iterable[Recording]) -> list[KeptFact]:
    """By key, the newest; of recordings of one moment the revision says which that is."""
    by_scheme: dict[tuple[str, str], list[RecordedFacts]] = {}
    for row, uscc in recordings:
        by_scheme.setdefault((row.scheme_key, uscc), []).append(row)
    return [
        KeptFact(
            scheme_key,
            row.enterprise_id,
            uscc,
            row.version,
            key,
            row.facts[key],
            row.recorded_at,
            row.wheel_digest,
            FactOrigin.DECLARED,
            row.revision,
        )
        for (scheme_key, uscc), rows in by_scheme.items()
        for key, row in newest(rows).items()
    ]


async def _computed_of(session: AsyncSession, actor: Actor, person_ids: Collection[UUID]) -> dict[UUID, list[KeptFact]]:
    query: Any = (
        sa.select(ComputedFacts, col(Enterprise.uscc))
        .join(Enterprise, col(ComputedFacts.enterprise_id) == col(Enterprise.id))
        .where(
            col(ComputedFacts.person_id).in_(person_ids),
            enterprise_records_visible_to(actor, ComputedFacts),
        )
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
                value,
                row.computed_at,
                row.wheel_digest,
            )
            for key, value in row.facts.items()
        ]
    return found
