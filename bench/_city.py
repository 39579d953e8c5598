"""A city for measurements: one enterprise with its people, a neighbour, and a scheme of it in two versions.

Everything is invented. People carry no identity number, not even an invented one: it is not part of what is measured.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import insert
from uuid_utils.compat import uuid7

from core.facts import ContestRank, ContestTier, CredentialKind, EducationLevel, ObtainedBy
from core.identifiers import IdentityKind
from core.ladders import Level
from core.models import (
    Award,
    Competition,
    Credential,
    Employment,
    Enterprise,
    EvidenceItem,
    Person,
    Scheme,
    SchemeVersion,
    Schooling,
)
from core.schemes import Scheme as CoreScheme
from core.storage.database import Database
from core.vocabulary import load_vocabulary
from plugins.document import SchemeDocument

DAY = date(2026, 11, 23)
STARTS = date(2026, 1, 1)
USCC = "91990000MA0EXTJ012"
BATCH = 2000
PAIRS = (
    (Level.SENIOR_WORKER, Level.ASSISTANT),
    (Level.TECHNICIAN, Level.INTERMEDIATE),
    (Level.SENIOR_TECHNICIAN, Level.ASSOCIATE_SENIOR),
)
# How far people climb, and of a hundred how many reach nothing, the first rung, the second …
CLIMB = (Level.INTERMEDIATE_WORKER, Level.SENIOR_WORKER, Level.TECHNICIAN, Level.SENIOR_TECHNICIAN)
REACHED = (15, 30, 35, 15, 5)

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class City:
    """What was put on record: an enterprise, and two versions of its scheme with what they say."""

    enterprise: UUID
    older: SchemeVersion
    newer: SchemeVersion
    schemes: list[CoreScheme]


async def build(database: Database, people: int, rows: int) -> City:
    """Put a city on record: ``people`` at the enterprise and a fifth as many at its neighbour."""
    works, neighbour = (_enterprise(uscc, key) for uscc, key in ((USCC, "works"), ("91990000MA0EXTJ022", "next")))
    contest = Competition(
        zh="示例竞赛", tier=ContestTier.CITY, year=2024, held_on=date(2024, 9, 1), basis="示例", is_example=True
    )
    scheme = Scheme(key="bench_works", enterprise_id=works.id)
    documents = [document(rows, version) for version in ("1.0.0", "2.0.0")]
    older, newer = (_version(scheme, one) for one in documents)
    older.recorded_from = STARTS
    async with database.write() as session:
        for batch in ((works, neighbour), (contest, scheme), (older, newer)):
            session.add_all(batch)
            await session.flush()
    chance = random.Random(20261123)
    for employer, other, count in ((works, neighbour, people), (neighbour, works, people // 5)):
        for first in range(0, count, BATCH):
            await _store(database, chance, employer.id, other.id, contest.id, min(BATCH, count - first))
    return City(works.id, older, newer, [one.scheme() for one in documents])


def _enterprise(uscc: str, key: str) -> Enterprise:
    return Enterprise(uscc=uscc, key=key, zh=f"示例企业（{key}）", is_example=True)


async def _store(database: Database, chance: random.Random, employer: UUID, other: UUID, at: UUID, count: int) -> None:
    tables = (Person, Credential, Employment, Schooling, EvidenceItem, Award)
    found: dict[type, list[Row]] = {table: [] for table in tables}
    for _ in range(count):
        for table, row in _person(chance, employer, other, at):
            found[table].append(row)
    async with database.write() as session:
        connection = await session.connection()  # row by row is what the models would do
        for table in tables:
            if found[table]:
                await connection.execute(insert(table.__table__), found[table])


def _person(chance: random.Random, employer: UUID, other: UUID, at: UUID) -> Iterator[tuple[type, Row]]:
    """One person: unbroken work in one occupation since before the first certificate."""
    id_ = uuid7()
    occupation = chance.choice(OCCUPATIONS)
    begun = _day(chance, date(2002, 1, 1), 4000)
    moved = _day(chance, date(2014, 1, 1), 3000)
    yield Person, _holder(id_, begun)
    yield Employment, _job(id_, other, occupation, begun, moved)
    yield Employment, _job(id_, employer, occupation, moved, None)
    yield from ((Credential, one) for one in _credentials(chance, id_, occupation))
    graduated = begun - timedelta(days=60)
    yield (
        Schooling,
        {"id": uuid7(), "person_id": id_, "level": EducationLevel.JUNIOR_COLLEGE, "school": "示例学院"}
        | {"graduated_on": graduated, "occupations": [occupation], "specialties": []},
    )
    for _ in range(chance.randrange(3)):
        shown = {"key": "improvements", "amount": 1, "since": _day(chance, date(2023, 1, 1), 1400)}
        yield EvidenceItem, {"id": uuid7(), "person_id": id_, "scheme_key": None, **shown}
    if chance.random() < 0.03:
        won = {"competition_id": at, "occupation": occupation, "rank": ContestRank.SILVER}
        yield Award, {"id": uuid7(), "person_id": id_, "awarded_on": date(2024, 9, 1), **won}


def _credentials(chance: random.Random, id_: UUID, occupation: str) -> Iterator[Row]:
    [reached] = chance.choices(range(len(REACHED)), REACHED)
    awarded = _day(chance, date(2015, 1, 1), 1500)
    for rung in CLIMB[:reached]:
        yield _credential(id_, rung, awarded, occupation=occupation)
        awarded = _day(chance, awarded, 1200)
    if chance.random() < 0.2:
        title = chance.choice((Level.ASSISTANT, Level.INTERMEDIATE))
        awarded = _day(chance, date(2018, 1, 1), 3000)
        series, specialty = min(load_vocabulary().specialties_of(occupation))
        given = {"series": series, "specialty": specialty, "review_year": awarded.year}
        yield _credential(id_, title, awarded, **given)


def _credential(id_: UUID, level: Level, awarded: date, **given: Any) -> Row:
    is_skill = "occupation" in given
    return {
        "id": uuid7(),
        "person_id": id_,
        "kind": CredentialKind.SKILL_CERTIFICATE if is_skill else CredentialKind.PROFESSIONAL_TITLE,
        "level": level,
        "issuer_name": "示例评价机构",
        "legal_basis": "示例依据",
        "obtained_by": ObtainedBy.ASSESSMENT if is_skill else ObtainedBy.REVIEW,
        "awarded_on": awarded,
        "is_example": True,
        **dict.fromkeys(("occupation", "series", "specialty", "review_year")),
        **given,
    }


def _holder(id_: UUID, begun: date) -> Row:
    return {
        "id": id_,
        "name": f"示例{id_.hex[-6:]}",
        "born_on": begun - timedelta(days=20 * 366),
        "identity_kind": IdentityKind.RESIDENT_CARD,
        "identity_cipher": b"",
        "identity_key_id": "bench",
        "identity_index": id_.hex,
        "identity_masked": "",
        "created_at": datetime(2026, 1, 1, tzinfo=UTC),
        "is_example": True,
    }


def _job(id_: UUID, employer: UUID, occupation: str, starts: date, ends: date | None) -> Row:
    return {
        "id": uuid7(),
        "person_id": id_,
        "enterprise_id": employer,
        "post": "示例岗位",
        "occupation": occupation,
        "frontline": True,
        "starts": starts,
        "ends": ends,
    }


def _day(chance: random.Random, first: date, days: int) -> date:
    """Some day, but no 29 February: databases differ on what its anniversary is."""
    found = first + timedelta(days=chance.randrange(1, days))
    return found.replace(day=28) if (found.month, found.day) == (2, 29) else found


OCCUPATIONS = [o for o in sorted(load_vocabulary().occupations) if load_vocabulary().specialties_of(o)]


def document(rows: int, version: str) -> SchemeDocument:
    """A version of the scheme; in the second every tenth row differs, and some come and go."""
    sides = [(o, *pair) for o in OCCUPATIONS for pair in PAIRS][: rows + rows // 100]
    numbered = list(enumerate(sides, 1))
    kept = numbered[:rows] if version == "1.0.0" else numbered[rows // 100 :]
    catalog = {"row": [_row(number, *side, version) for number, side in kept]}
    return SchemeDocument.of({"manifest": _manifest(version), "catalog": catalog})


def _row(number: int, occupation: str, skill: Level, title: Level, version: str) -> Row:
    series, specialty = min(load_vocabulary().specialties_of(occupation))
    is_newer = version != "1.0.0"
    rule: Row = {}
    if number % 4 == 0:
        rule = {"requires": [_improvements(1 if is_newer and number % 20 == 0 else 2)]}
    elif number % 10 == 1 and is_newer:
        rule = {"years": 5}
    return {
        "number": number,
        "occupation": occupation,
        "skill_level": _word(skill),
        "series": series,
        "specialty": specialty,
        "title_level": _word(title),
        "skill_to_title": {"clause": "第六条", **rule},
        "title_to_skill": {"clause": "第七条", **rule},
    }


def _word(level: Level) -> str:
    """A level as schemes write it, without its ladder."""
    return level.value.partition(":")[2]


def _improvements(least: int) -> Row:
    return {"evidence": ["improvements"], "at_least": least, "zh": "改进", "en": "improvements", "clause": "第八条"}


def _manifest(version: str) -> Row:
    text = {"zh": "基准", "en": "bench"}
    header = {"key": "bench_works", "version": version, "enterprise": USCC, "document": "基准", "issued_on": STARTS}
    return {
        "scheme": {**text, **header, "industry_authority": "示例主管部门", "from": STARTS},
        "evidence": [{**text, "key": "improvements", "kind": "contribution", "most": 20}],
    }


def _version(scheme: Scheme, content: SchemeDocument) -> SchemeVersion:
    return SchemeVersion(
        scheme_id=scheme.id,
        version=content.manifest.scheme.version,
        zh="基准",
        en="bench",
        digest=content.digest,
        document=content.canonical(),
        starts=STARTS,
        is_example=True,
    )
