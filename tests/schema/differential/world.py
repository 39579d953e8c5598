"""The world of tests of access, made richer: whatever is seldom there, looks odd, or is alike where order decides.

It is made on SQLite and copied row by row, so that both databases hold the same ids.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import col, select

from core.facts import ContestRank, ContestTier, CredentialKind, EducationLevel, ObtainedBy
from core.ladders import Level
from core.models import METADATA, CredentialTally, Enterprise, Evaluation, Outcome, Person, SchemeVersion, Sex
from core.permissions import ANONYMOUS, Actor, Role
from core.published import Published
from core.schemes import Scheme
from core.storage.database import Database
from core.storage.row_scope import EVERY_ROW
from tests import builders
from tests.schema import published_rows, rows
from tests.schema.access.world import AccessWorld, build
from tests.schema.conftest import WITHOUT_LIMIT, Graph
from tests.schema.differential.offices import filed, job_batches
from tests.schema.differential.telling import mark_batches, token_batches, webhook_batches
from tests.schema.plugin_world import AUTHORITY

# PostgreSQL keeps every character but U+0000.
TEXTS = (
    "引号\"双\"与'单'",
    "back\\slash \\n \\u0041",
    "tab\there\nnewline\rreturn",
    "line\u2028and\u2029paragraph",
    "delete\x7f next\x85 space\xa0",
    "表情😀🏭 family👨‍👩‍👧",
    "control\x01\x02\x1f\x08\x0c",
    "长" * 100,
    "%_like_%",
    "</script><!-- & ' -->",
    "e\u0301 combining, é whole",
    " around ",
    '{"json": [1, null]}',
    "Ａfull-width ﬁ ß İ",
    "\U0010ffff\ufffe\ufeff",
    "null",
)
LONG = "长文本\n" * 70
BARE = "bare_scheme"  # it does not run
DAYS = (date(2022, 6, 1), date(2022, 6, 1), date(2024, 2, 29), date(1999, 12, 31), date(2026, 3, 2))


@dataclass
class World:
    """Who asks, what runs, and where the rows are."""

    actors: dict[str, Actor]
    schemes: list[Scheme]
    published: Published
    urls: list[str] = field(default_factory=list)


async def made_in(url: str) -> World:
    """Everything, in a migrated database that holds nothing."""
    database = Database(url)
    try:
        graph = Graph(database)
        graph.serve(WITHOUT_LIMIT)
        things = await build(graph)
        several = await _enrich(graph, things)
        schemes = [_declaring(one, things) for one in graph.schemes.schemes]
        return World(_actors(things, several), schemes, _published(schemes, things), [url])
    finally:
        await database.dispose()


def _declaring(scheme: Scheme, things: AccessWorld) -> Scheme:
    """The scheme of the other enterprise declares a fact of each type, that of the own one few of them."""
    return published_rows.running(scheme, *published_rows.ALL) if scheme.key == things.other.key else scheme


def _published(schemes: list[Scheme], things: AccessWorld) -> Published:
    """Of each scheme that runs what an earlier version declared besides; and a scheme that does not run."""
    keys = [(one.key, one.enterprise) for one in schemes] + [(BARE, things.own.owner.uscc)]
    stopped = [published_rows.declared(key, uscc, *published_rows.ALL) for key, uscc in keys]
    return published_rows.of(*schemes, stopped=tuple(stopped))


def _actors(things: AccessWorld, several: Person) -> dict[str, Actor]:
    own, other = things.own, things.other
    here, there = {"enterprise_id": own.owner.id}, {"enterprise_id": other.owner.id}
    return {
        "anonymous": ANONYMOUS,
        "worker": Actor.of(Role.WORKER, "示例本人", person_id=own.person.id),
        "worker-of-several": Actor.of(Role.WORKER, "示例多处", person_id=several.id),
        "admin": Actor.of(Role.ENTERPRISE_ADMIN, "示例管理员", **here),
        "admin-of-other": Actor.of(Role.ENTERPRISE_ADMIN, "示例外厂管理员", **there),
        "office": Actor.of(Role.EVALUATION_OFFICER, "示例评价办", **here),
        "assessor": Actor.of(Role.ASSESSOR, "示例考评员", person_id=own.acting.id, **here),
        "reviewer": Actor.of(Role.INDUSTRY_REVIEWER, "示例会签", authority=AUTHORITY),
        "auditor": Actor.of(Role.BUREAU_AUDITOR, "示例审计"),
        "officer": Actor.of(Role.BUREAU_OFFICER, "示例经办"),
    }


async def _enrich(graph: Graph, things: AccessWorld) -> Person:
    own, other = things.own.owner, things.other.owner
    hidden = builders.enterprise(key="示例-hidden", zh=TEXTS[0], en=TEXTS[1], industry=TEXTS[5], in_city=False)
    empty = builders.enterprise(key="empty", zh=TEXTS[7], en=None, is_municipal=True, is_example=False)
    await _add(graph, [hidden, empty])
    people = [_person(place) for place in range(2 * len(TEXTS))]
    await _add(graph, people)
    for place, person in enumerate(people):
        await _add(graph, list(_work(person, place, own, other, hidden)))
        await _credentials(graph, person, place, own if place % 2 else hidden)
    await _add(graph, [*_listings(own, other, hidden), *_authorities(own, hidden)])
    await _competitions(graph, people, own)
    await _evaluations(graph, people, own, other)
    await _facts(graph, people, things)
    await _add(graph, *job_batches((own, other, None), things.own.acting, TEXTS))
    for batches in (webhook_batches, token_batches):
        await _add(graph, *batches((own, other, None), TEXTS))
    await _add(graph, *mark_batches((own, other, hidden), TEXTS))
    async for batch in filed(graph, things.own, TEXTS):
        await _add(graph, batch)
    return people[0]


def _person(place: int) -> Person:
    """Two of each name; the first works in several places."""
    return builders.person(
        name=TEXTS[place // 2],
        sex=(None, Sex.FEMALE, Sex.MALE)[place % 3],
        born_on=date(1960 + place, 2, 28),
        fraud_found_on=date(2025, 1, 1) if place % 7 == 3 else None,
        is_example=place % 5 != 0,
        created_at=builders.NOON + timedelta(microseconds=place * 7, hours=place),
    )


def _work(person: Person, place: int, own: Enterprise, other: Enterprise, hidden: Enterprise) -> Iterator[Any]:
    """Here, there, in both, nowhere, no more, not yet."""
    text = TEXTS[place // 2][:100]
    bare = {"occupation": None, "series": "engineering", "specialty": "mechanical", "frontline": False}
    if place % 8 in (0, 1, 2):
        yield builders.employment(person, own, post=text)
    if place % 8 in (0, 2, 3):
        yield builders.employment(person, other, post=text, starts=date(2020, 1, 1), **bare)
    if place % 8 in (0, 4):
        yield builders.employment(person, own, starts=date(2010, 1, 1), ends=date(2020, 1, 1), occupation=None)
    if place % 8 in (0, 5):
        yield builders.employment(person, own, starts=date(2026, 3, 3))
    if place % 8 in (1, 6):
        yield builders.employment(person, hidden, starts=date(2026, 3, 1), ends=date(2026, 3, 2), post=text)
    if place % 4 == 0:
        yield rows.schooling(person, school=text, occupations=["6-20-01-01"], specialties=[])
        yield rows.schooling(person, level=EducationLevel.DOCTOR, specialties=["engineering:mechanical"])


async def _credentials(graph: Graph, person: Person, place: int, issuer: Enterprise) -> None:
    """None, one, or a pair in which each names the other; some revoked, some lapsed, many awarded on the same day."""
    if place % 4 == 3:
        return
    day, text = DAYS[place % len(DAYS)], TEXTS[place // 2]
    revoked = {"revoked_on": date(2026, 1, 1), "revoked_reason": LONG} if place % 5 == 1 else {}
    lapsed = {"valid_until": date(2026, 3, 2 + place % 2)} if place % 3 == 1 else {}
    skill = builders.credential(
        person, awarded_on=day, issuer_name=text, legal_basis=TEXTS[-1 - place // 2], **revoked, **lapsed
    )
    if place % 6 == 2:
        skill.kind, skill.number, skill.trade = CredentialKind.VOCATIONAL_QUALIFICATION, None, text[:60]
    await _add(graph, [skill])
    if place % 4 == 0:
        return
    dual = {"obtained_by": ObtainedBy.DUAL, "issuer_enterprise_id": issuer.id, "linked_credential_id": skill.id}
    title = builders.title(
        person, awarded_on=day, title_name=text, specialty=None if place % 3 else "mechanical", **dual
    )
    if place % 6 == 1:
        title.kind, title.review_year, title.title_name = CredentialKind.PROFESSIONAL_QUALIFICATION, None, None
    await _add(graph, [title])
    async with graph.database.write(EVERY_ROW) as session:
        skill.linked_credential_id = title.id if place % 2 else None
        skill.level = Level.CHIEF_TECHNICIAN if place % 8 == 1 else skill.level
        skill.appointed_post, skill.appointed_on = (text, day) if place % 8 == 1 else (None, None)
        await session.merge(skill)


def _listings(own: Enterprise, other: Enterprise, hidden: Enterprise) -> Iterator[Any]:
    yield rows.listing(hidden, batch=TEXTS[0], reason=LONG[:500], starts=date(2020, 1, 1), ends=date(2025, 12, 31))
    yield rows.listing(hidden, batch=TEXTS[5], starts=date(2026, 3, 3))
    yield rows.listing(other, starts=date(2024, 1, 1), ends=date(2024, 1, 2))
    yield rows.listing(own, starts=date(2019, 1, 1), ends=date(2020, 1, 1), basis=TEXTS[2])


def _authorities(own: Enterprise, hidden: Enterprise) -> Iterator[Any]:
    yield rows.authority(own, document=TEXTS[3], ends=date(2026, 3, 2))
    yield rows.skill_authority(own, starts=date(2026, 3, 3))
    yield rows.skill_authority(hidden, document=TEXTS[6])


async def _competitions(graph: Graph, people: list[Person], own: Enterprise) -> None:
    made = [
        rows.competition(zh=text, en=text if place % 2 else None, tier=list(ContestTier)[place], basis=text[:300])
        for place, text in enumerate(TEXTS[:6])
    ]
    made[0].enterprise_id = own.id
    await _add(graph, made)
    ranks = list(ContestRank)
    given = [{}, {"position": 3, "participants": 40}, {"position": None, "participants": 0}]
    await _add(
        graph,
        [
            rows.award(
                people[(place * 3 + nth) % len(people)], one, rank=ranks[(place + nth) % len(ranks)], **given[nth]
            )
            for place, one in enumerate(made[:5])
            for nth in range(3)
        ],
    )


async def _evaluations(graph: Graph, people: list[Person], own: Enterprise, other: Enterprise) -> None:
    """By both enterprises, under their versions and one that is not on record; one side, the other, or both."""
    async with graph.database.read(EVERY_ROW) as session:
        versions = [*(await session.exec(select(SchemeVersion).order_by(col(SchemeVersion.id)))).all()]
    bare = builders.scheme(own, key=BARE)
    draft = builders.scheme_version(bare, recorded_from=None, record_number=None, ends=date(2026, 3, 1), en=TEXTS[1])
    await _add(graph, [bare], [draft])
    sides = (
        {"skill_level": Level.SENIOR_WORKER, "occupation": "6-20-01-01", "skill_outcome": Outcome.PASSED},
        {"title_outcome": Outcome.FAILED, "source_document": LONG[:500]},
        {
            "series": None,
            "specialty": None,
            "title_level": None,
            "skill_level": Level.TECHNICIAN,
            "occupation": "6-20-01-01",
        },
    )
    for place, person in enumerate(people[:18]):
        given = {**sides[place % 3], "decided_on": DAYS[place % 2 + 3], "is_example": place % 2 == 0}
        version = (*versions, draft)[place % (len(versions) + 1)]
        one = builders.evaluation(person, other if place % 4 == 3 else own, version, **given)
        await _add(graph, [one])
        marks = [
            rows.score(one, criterion=f"c{nth}", points=nth * 33, weight=nth * 333 + 1) for nth in range(place % 4)
        ]
        await _add(graph, marks)


async def _facts(graph: Graph, people: list[Person], things: AccessWorld) -> None:
    """Facts that schemes add: odd texts, another type than published, nothing, more than is declared."""
    odd = (
        {"motto": TEXTS[2], "stages": None},
        {"stages": 2**31, "motto": 7},
        {"stages": -1, "since_day": "2026-02-30"},
        {},
    )
    for place, person in enumerate(people[:12]):
        holding = things.own if place % 3 else things.other
        kept = published_rows.kept(person, holding.owner, holding.key, facts=odd[place % 4])
        told = published_rows.recorded(person, holding.owner, holding.key, facts={"motto": TEXTS[place]})
        await _add(graph, [kept, told] if place % 2 else [kept])
        idle = published_rows.kept(person, things.own.owner, BARE)
        again = {"revision": 2, "facts": {"motto": None, "stages": place, "unheard_of": TEXTS[-1]}}
        corrected = published_rows.recorded(person, holding.owner, holding.key, **again, recorded_at=builders.NOON)
        await _add(graph, [one for one in (idle, corrected) if place % 3 or one is corrected])
    await _facts_of_evaluations(graph, things)


async def _facts_of_evaluations(graph: Graph, things: AccessWorld) -> None:
    async with graph.database.read(EVERY_ROW) as session:
        found = [*(await session.exec(select(Evaluation).order_by(col(Evaluation.id)))).all()]
    for place, one in enumerate(found[-12:]):
        holding = things.other if one.enterprise_id == things.other.owner.id else things.own
        owner, shifts = holding.owner, (place, 2**31, "4")[place % 3]
        told = [published_rows.recorded(one, owner, holding.key, facts={"shifts": shifts, "motto": TEXTS[place]})]
        if place % 4 == 1:
            told.append(published_rows.recorded(one, owner, holding.key, revision=2, facts={"shifts": None}))
        if place % 4 == 2:
            told.append(published_rows.recorded(one, owner, BARE))
        await _add(graph, told)


async def _add(graph: Graph, *batches: list[Any]) -> None:
    async with graph.database.write(EVERY_ROW) as session:
        for batch in batches:
            session.add_all(batch)
            await session.flush()


async def copied(source: str, target: str) -> None:
    """Every row of one database in another that is migrated and empty."""
    one, other = Database(source), Database(target)
    try:
        async with one.read(EVERY_ROW) as reading, other.write(EVERY_ROW) as writing:
            for table in METADATA.sorted_tables:
                if table.name == CredentialTally.__tablename__:
                    continue  # the database counts by itself
                found = [dict(row) for row in (await reading.exec(sa.select(table))).mappings()]
                if found:
                    # In one statement: rows of a table refer to each other, and that is looked at when it ends.
                    await writing.exec(sa.insert(table).values(found))
    finally:
        await one.dispose()
        await other.dispose()
