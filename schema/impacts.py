"""The effect of a scheme on everybody at an enterprise: only those whom any of its ways could concern are looked at."""

import asyncio
from collections.abc import Iterable, Iterator
from datetime import date
from uuid import UUID

from core.eligibility.impact import Impact, RowImpact, impact
from core.eligibility.rulebook import Rulebook
from core.ladders import Target
from core.schemes import Scheme
from core.storage.facts import load_facts
from core.storage.queries.workforce import count_workforce, workforce_holding
from schema.reader import Reader

# As many as keep the facts of one part small, far below what one statement takes as parameters.
PART = 2000


async def effect(
    reader: Reader, enterprise_id: UUID, old: Scheme | None, new: Scheme, day: date, rules: Rulebook
) -> Impact:
    """The effect on ``day`` of replacing ``old``, or nothing, with ``new``, over the people employed then."""
    # Drafts come and go, and a rulebook keeps whatever it has bound.
    book = Rulebook(rules.policy, rules.vocabulary)
    keys = {key for scheme in (old, new) if scheme for key in book.scheme(scheme).by_origin}
    occupations = [key for key in keys if isinstance(key, str)]
    specialties = [key for key in keys if isinstance(key, tuple)]
    people = await reader.run(count_workforce, enterprise_id, day)
    ids = await reader.run(workforce_holding, enterprise_id, day, occupations, specialties)
    parts = []
    for first in range(0, len(ids), PART):
        facts = await reader.run(load_facts, ids[first : first + PART], day)
        parts.append(await asyncio.to_thread(impact, old, new, facts.items(), day, book))
    return joined(parts, day, people)


def joined(parts: Iterable[Impact], day: date, people: int) -> Impact:
    """The effect on all, from the effects on parts of them."""
    listed = list(parts)
    rows: dict[tuple[Target, Target], list[RowImpact]] = {}
    for part in listed:
        for row in part.rows:
            rows.setdefault((row.source, row.target), []).append(row)
    ways = sorted(rows, key=lambda way: (way[0].sort_key, way[1].sort_key))
    gained, lost = (sum(getattr(part, name) for part in listed) for name in ("gained", "lost"))
    return Impact(day, people, tuple(_row(rows[way]) for way in ways), gained, lost)


def _row(parts: list[RowImpact]) -> RowImpact:
    return RowImpact(
        row=parts[0].row,
        source=parts[0].source,
        target=parts[0].target,
        gained=tuple(_each(part.gained for part in parts)),
        lost=tuple(_each(part.lost for part in parts)),
        kept=sum(part.kept for part in parts),
    )


def _each(ids: Iterable[tuple[object, ...]]) -> Iterator[object]:
    for some in ids:
        yield from some
