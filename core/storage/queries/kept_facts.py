"""Facts of schemes (扩展事实) as they are kept, one by one: what a read of them gives. No scheme's code runs for it."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from core.models import ComputedFacts, Enterprise, RecordedFacts
from core.permissions import Actor
from core.published import ON_EVALUATION, ON_PERSON
from core.storage.queries.relations import ANY_DAY, Children, on_any_day
from core.storage.visibility import enterprise_records_visible_to


class FactOrigin(StrEnum):
    """Where the value of a fact comes from (事实来源)."""

    DECLARED = "declared"  # 方案声明，评价办登记
    COMPUTED = "computed"  # 方案代码计算


class KeptRow(NamedTuple):
    """A row of facts, with the credit code of the enterprise whose they are."""

    row: Any
    uscc: str


class KeptFact(NamedTuple):
    """One fact, and the row that it stands in."""

    row: Any
    uscc: str
    key: str
    value: Any
    origin: FactOrigin = FactOrigin.COMPUTED

    @property
    def scheme_key(self) -> str:
        key: str = self.row.scheme_key
        return key

    @property
    def version(self) -> str:
        """That its value is from."""
        version: str = self.row.version
        return version

    @property
    def digest(self) -> str:
        """Of the content of that version."""
        digest: str = self.row.wheel_digest
        return digest

    @property
    def enterprise_id(self) -> UUID:
        id_: UUID = self.row.enterprise_id
        return id_

    @property
    def at(self) -> datetime:
        """When it was computed, or recorded."""
        at: datetime = self.row.computed_at if self.origin is FactOrigin.COMPUTED else self.row.recorded_at
        return at

    @property
    def revision(self) -> int | None:
        """Of its recording; None where it was computed."""
        return None if self.origin is FactOrigin.COMPUTED else self.row.revision


# What was recorded of people, or of evaluations, by scheme, the oldest first; it stays with its enterprise.
RECORDINGS = Children(
    RecordedFacts,
    "subject_id",
    on_any_day(enterprise_records_visible_to, RecordedFacts),
    (col(RecordedFacts.scheme_key), col(RecordedFacts.revision)),
)
COMPUTED = Children(
    ComputedFacts,
    "person_id",
    on_any_day(enterprise_records_visible_to, ComputedFacts),
    (col(ComputedFacts.scheme_key),),
)
# Where the facts of either are kept: what was recorded, what was computed.
KEPT_OF: Mapping[str, tuple[Children[Any], ...]] = {ON_PERSON: (RECORDINGS, COMPUTED), ON_EVALUATION: (RECORDINGS,)}


async def recordings_of(
    session: AsyncSession, actor: Actor, subject_ids: Collection[UUID]
) -> dict[UUID, list[KeptRow]]:
    """What was recorded of people, or of evaluations, by scheme, the oldest first."""
    return await _rows_of(session, RECORDINGS, actor, subject_ids)


def newest(rows: Iterable[RecordedFacts]) -> dict[str, RecordedFacts]:
    """Of recordings under one scheme, the oldest first: by fact, the one whose value counts."""
    return {key: row for row in rows for key in row.facts}


async def facts_of_evaluations(
    session: AsyncSession, actor: Actor, evaluation_ids: Collection[UUID]
) -> dict[UUID, list[KeptFact]]:
    """What counts of evaluations, by scheme and key; nothing of them is computed."""
    recorded = await recordings_of(session, actor, evaluation_ids)
    return {one: counting(recorded[one]) for one in evaluation_ids}


async def facts_of_people(
    session: AsyncSession, actor: Actor, person_ids: Collection[UUID]
) -> dict[UUID, list[KeptFact]]:
    """What counts of people, by scheme and key; it stays with its enterprise, as evaluations do."""
    computed = await _rows_of(session, COMPUTED, actor, person_ids)
    recorded = await recordings_of(session, actor, person_ids)
    return {one: counting(recorded[one], computed[one]) for one in person_ids}


def counting(recorded: Iterable[KeptRow], computed: Iterable[KeptRow] = ()) -> list[KeptFact]:
    """Of each fact the latest, by scheme and key; none of those that were withdrawn.

    Where one version computes what another has recorded, the later value counts: it is from the later version.
    """
    latest: dict[tuple[str, str], KeptFact] = {}
    for one in sorted([*_computed(computed), *_recorded(recorded)], key=lambda fact: fact.at):
        latest[one.scheme_key, one.key] = one
    return [latest[place] for place in sorted(latest) if latest[place].value is not None]


def _computed(kept: Iterable[KeptRow]) -> Iterator[KeptFact]:
    for row, uscc in kept:
        yield from (KeptFact(row, uscc, key, value) for key, value in row.facts.items())


def _recorded(kept: Iterable[KeptRow]) -> Iterator[KeptFact]:
    """By key, the newest; of recordings of one moment the revision says which that is."""
    by_scheme: dict[tuple[str, str], list[RecordedFacts]] = {}
    for row, uscc in kept:
        by_scheme.setdefault((row.scheme_key, uscc), []).append(row)
    for (_, uscc), rows in by_scheme.items():
        for key, row in newest(rows).items():
            yield KeptFact(row, uscc, key, row.facts[key], FactOrigin.DECLARED)


async def _rows_of(
    session: AsyncSession, relation: Children[Any], actor: Actor, ids: Collection[UUID]
) -> dict[UUID, list[KeptRow]]:
    table, parent = relation.table, relation.parent
    query: Any = (
        sa.select(table, col(Enterprise.uscc))
        .join(Enterprise, table.enterprise_id == col(Enterprise.id))
        .where(getattr(table, parent).in_(ids), relation.visible(actor, ANY_DAY))
        .order_by(*relation.sorting)
    )
    found: dict[UUID, list[KeptRow]] = {one: [] for one in ids}
    for row, uscc in await session.exec(query):
        found[getattr(row, parent)].append(KeptRow(row, uscc))
    return found
