"""The facts of people, as rules read them, in a fixed number of queries however many people are asked for."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core import facts
from core.dates import Period
from core.models import Award, Competition, Credential, Employment, Enterprise, EvidenceItem, Person, Schooling


@dataclass(slots=True)
class _Parts:
    """What was found of one person, before it is put together."""

    credentials: list[facts.HeldCredential] = field(default_factory=list)
    work: list[facts.WorkSpell] = field(default_factory=list)
    awards: list[facts.ContestAward] = field(default_factory=list)
    schooling: list[facts.Schooling] = field(default_factory=list)
    evidence: dict[str, list[facts.EvidenceItem]] = field(default_factory=lambda: defaultdict(list))


async def load_facts(
    session: AsyncSession, person_ids: Iterable[UUID], day: date | None = None
) -> dict[UUID, facts.PersonFacts]:
    """Facts by person; people who are not on record are absent.

    With ``day``, what began after it is left out, as are revocations and findings of fraud after it. Nobody's right to
    read is checked here: ask for people whom the reader may see, at most 30,000 at once, for SQLite takes no more.
    """
    ids = list(person_ids)
    people = await session.exec(select(Person).where(col(Person.id).in_(ids)))
    parts: dict[UUID, _Parts] = defaultdict(_Parts)
    for (credential,) in await _rows(session, ids, day, Credential.awarded_on):
        parts[credential.person_id].credentials.append(_credential(credential, day))
    for employment, enterprise in await _rows(session, ids, day, Employment.starts, Enterprise):
        parts[employment.person_id].work.append(_work(employment, enterprise))
    for award, competition in await _rows(session, ids, day, Award.awarded_on, Competition):
        parts[award.person_id].awards.append(_award(award, competition))
    for (schooling,) in await _rows(session, ids, day, Schooling.graduated_on):
        parts[schooling.person_id].schooling.append(_schooling(schooling))
    for (item,) in await _rows(session, ids, day, EvidenceItem.since):
        parts[item.person_id].evidence[item.key].append(facts.EvidenceItem(item.amount, item.since))
    return {person.id: _facts(person, parts[person.id], day) for person in people}


async def _rows(
    session: AsyncSession, ids: Sequence[UUID], day: date | None, since: Any, *joined: type[Any]
) -> Sequence[Any]:
    """The people's rows of the table that has the column ``since``, oldest first, each with the rows it refers to."""
    table = since.class_
    query: Any = sa.select(table, *joined).where(col(table.person_id).in_(ids)).order_by(since, table.id)
    for other in joined:
        query = query.join(other)
    rows: Sequence[Any] = (await session.exec(query if day is None else query.where(since <= day))).all()
    return rows


def _facts(person: Person, parts: _Parts, day: date | None) -> facts.PersonFacts:
    return facts.PersonFacts(
        born_on=person.born_on,
        credentials=tuple(parts.credentials),
        work=tuple(parts.work),
        awards=tuple(parts.awards),
        schooling=tuple(parts.schooling),
        evidence=_frozen(parts.evidence),
        fraud_found_on=_known_by(person.fraud_found_on, day),
    )


def _frozen(evidence: Mapping[str, list[facts.EvidenceItem]]) -> dict[str, tuple[facts.EvidenceItem, ...]]:
    return {key: tuple(items) for key, items in evidence.items()}


def _known_by(event: date | None, day: date | None) -> date | None:
    return None if event is None or (day is not None and event > day) else event


def _credential(row: Credential, day: date | None) -> facts.HeldCredential:
    ends = [end for end in (row.valid_until, _known_by(row.revoked_on, day)) if end is not None]
    return facts.HeldCredential(
        key=str(row.id),
        kind=row.kind,
        level=row.level,
        awarded_on=row.awarded_on,
        occupation=row.occupation,
        trade=row.trade,
        series=row.series,
        specialty=row.specialty,
        obtained_by=row.obtained_by,
        review_year=row.review_year,
        ends_on=min(ends, default=None),
    )


def _work(employment: Employment, enterprise: Enterprise) -> facts.WorkSpell:
    return facts.WorkSpell(
        employer=enterprise.uscc,
        period=Period(employment.starts, employment.ends),
        occupation=employment.occupation,
        specialty=f"{employment.series}:{employment.specialty}" if employment.series else None,
        in_city=enterprise.in_city,
        municipal=enterprise.is_municipal,
        frontline=employment.frontline,
    )


def _award(award: Award, competition: Competition) -> facts.ContestAward:
    return facts.ContestAward(competition.tier, award.rank, award.occupation, award.awarded_on)


def _schooling(row: Schooling) -> facts.Schooling:
    return facts.Schooling(row.level, row.graduated_on, frozenset(row.occupations), frozenset(row.specialties))
