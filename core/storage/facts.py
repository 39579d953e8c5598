"""The facts of people, as rules read them, in a fixed number of queries however many people are asked for.

Columns are read, never whole rows of a table: making entities costs several times what is read from them.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel.ext.asyncio.session import AsyncSession

from core import facts
from core.dates import Period
from core.facts import EVERYTHING, FactKind, Reading
from core.models import METADATA
from core.storage.listed import listed


@dataclass(slots=True)
class _Parts:
    """What was found of one person, before it is put together."""

    credentials: list[facts.HeldCredential] = field(default_factory=list)
    work: list[facts.WorkSpell] = field(default_factory=list)
    awards: list[facts.ContestAward] = field(default_factory=list)
    schooling: list[facts.Schooling] = field(default_factory=list)
    evidence: dict[str, list[facts.EvidenceItem]] = field(default_factory=lambda: defaultdict(list))


@dataclass(frozen=True, slots=True)
class _Source:
    """Where facts of one kind lie: the day from which each is known, what is read of it, and how it is put down."""

    since: sa.Column[date]
    columns: tuple[sa.Column[Any], ...]
    put: Callable[[_Parts, Sequence[Any], date | None], None]
    joined: sa.Table | None = None
    level: sa.Column[Any] | None = None


async def load_facts(
    session: AsyncSession, person_ids: Iterable[UUID], day: date | None = None, reading: Reading = EVERYTHING
) -> dict[UUID, facts.PersonFacts]:
    """Facts by person; people who are not on record are absent.

    With ``day``, what began after it is left out, as are revocations and findings of fraud after it. What ``reading``
    does not read is not looked for. Nobody's right to read is checked here: ask for people whom the reader may see.
    """
    ids = list(dict.fromkeys(person_ids))
    parts = [_Parts() for _ in ids]
    asked = listed(session, ids)
    for kind in sorted(reading.kinds):
        source = _SOURCES[kind]
        rows = await session.exec(_query(source, asked, day, reading))
        for place, *values in rows.all():
            source.put(parts[place], values, day)
    people: Any = sa.select(asked.c.place, _PERSON.c.born_on, _PERSON.c.fraud_found_on)
    found = (await session.exec(people.join_from(asked, _PERSON, _PERSON.c.id == asked.c.id))).all()
    return {ids[place]: _facts(born_on, fraud_found_on, parts[place], day) for place, born_on, fraud_found_on in found}


def _query(source: _Source, asked: Any, day: date | None, reading: Reading) -> Any:
    """What a source holds of the people asked for, oldest first, each after the place of its person."""
    table = source.since.table
    query: Any = sa.select(asked.c.place, *source.columns).join_from(asked, table, table.c.person_id == asked.c.id)
    if source.joined is not None:
        query = query.join(source.joined)
    if day is not None:
        query = query.where(source.since <= day)
    if source.level is not None and reading.levels != EVERYTHING.levels:
        query = query.where(source.level.in_(sorted(reading.levels)))
    return query.order_by(source.since, table.c.id)


def _facts(born_on: date, fraud_found_on: date | None, parts: _Parts, day: date | None) -> facts.PersonFacts:
    return facts.PersonFacts(
        born_on=born_on,
        credentials=tuple(parts.credentials),
        work=tuple(parts.work),
        awards=tuple(parts.awards),
        schooling=tuple(parts.schooling),
        evidence=_frozen(parts.evidence),
        fraud_found_on=_known_by(fraud_found_on, day),
    )


def _frozen(evidence: Mapping[str, list[facts.EvidenceItem]]) -> dict[str, tuple[facts.EvidenceItem, ...]]:
    return {key: tuple(items) for key, items in evidence.items()}


def _known_by(event: date | None, day: date | None) -> date | None:
    return None if event is None or (day is not None and event > day) else event


def _credential(parts: _Parts, values: Sequence[Any], day: date | None) -> None:
    id_, *told, valid_until, revoked_on = values
    ends = [end for end in (valid_until, _known_by(revoked_on, day)) if end is not None]
    held = (str(id_), *told, min(ends, default=None))
    parts.credentials.append(facts.HeldCredential(*held))


def _work(parts: _Parts, values: Sequence[Any], _day: date | None) -> None:
    employer, starts, ends, occupation, series, specialty, *told = values
    own = f"{series}:{specialty}" if series else None
    parts.work.append(facts.WorkSpell(employer, Period(starts, ends), occupation, own, *told))


def _award(parts: _Parts, values: Sequence[Any], _day: date | None) -> None:
    parts.awards.append(facts.ContestAward(*values))


def _schooling(parts: _Parts, values: Sequence[Any], _day: date | None) -> None:
    level, graduated_on, occupations, specialties = values
    parts.schooling.append(facts.Schooling(level, graduated_on, frozenset(occupations), frozenset(specialties)))


def _evidence(parts: _Parts, values: Sequence[Any], _day: date | None) -> None:
    key, amount, since = values
    parts.evidence[key].append(facts.EvidenceItem(amount, since))


def _of(table: sa.Table, names: str) -> tuple[sa.Column[Any], ...]:
    return tuple(table.c[name] for name in names.split())


_PERSON = METADATA.tables["person"]
_CREDENTIAL = METADATA.tables["credential"]
_EMPLOYMENT, _ENTERPRISE = METADATA.tables["employment"], METADATA.tables["enterprise"]
_AWARD, _COMPETITION = METADATA.tables["award"], METADATA.tables["competition"]
_SCHOOLING = METADATA.tables["schooling"]
_EVIDENCE = METADATA.tables["evidence_item"]
# Columns stand in the order of the fields that they fill.
_SOURCES = {
    FactKind.CREDENTIALS: _Source(
        _CREDENTIAL.c.awarded_on,
        _of(_CREDENTIAL, "id kind level awarded_on occupation trade series specialty obtained_by review_year")
        + _of(_CREDENTIAL, "valid_until revoked_on"),
        _credential,
        level=_CREDENTIAL.c.level,
    ),
    FactKind.WORK: _Source(
        _EMPLOYMENT.c.starts,
        _of(_ENTERPRISE, "uscc")
        + _of(_EMPLOYMENT, "starts ends occupation series specialty")
        + _of(_ENTERPRISE, "in_city is_municipal")
        + _of(_EMPLOYMENT, "frontline"),
        _work,
        joined=_ENTERPRISE,
    ),
    FactKind.AWARDS: _Source(
        _AWARD.c.awarded_on,
        _of(_COMPETITION, "tier") + _of(_AWARD, "rank occupation awarded_on"),
        _award,
        joined=_COMPETITION,
    ),
    FactKind.SCHOOLING: _Source(
        _SCHOOLING.c.graduated_on, _of(_SCHOOLING, "level graduated_on occupations specialties"), _schooling
    ),
    FactKind.EVIDENCE: _Source(_EVIDENCE.c.since, _of(_EVIDENCE, "key amount since"), _evidence),
}
