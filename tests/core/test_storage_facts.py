"""Facts of people: what is read, from how many statements, and what a day leaves out."""

import random
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlmodel.ext.asyncio.session import AsyncSession

from core import facts
from core.dates import Period
from core.facts import ContestRank, ContestTier, EducationLevel, FactKind, ObtainedBy, Reading
from core.ladders import SKILL_LEVELS, TITLE_LEVELS, Level
from core.models import Award, Competition, Credential, Employment, Enterprise, EvidenceItem, Person, Schooling
from core.storage.database import Database
from core.storage.facts import load_facts
from core.storage.row_scope import EVERY_ROW
from tests import builders as make
from tests.core.people import narrowed

pytestmark = pytest.mark.anyio
STATEMENTS = 6


async def _store(session: AsyncSession, *rows: Any) -> None:
    for row in rows:
        session.add(row)
        await session.flush()


def _records(holder: Person, competition: Competition) -> list[Any]:
    return [
        make.title(holder),
        Award(
            competition_id=competition.id,
            person_id=holder.id,
            occupation=make.FITTER,
            rank=ContestRank.SILVER,
            awarded_on=date(2024, 9, 1),
        ),
        Schooling(
            person_id=holder.id,
            level=EducationLevel.JUNIOR_COLLEGE,
            graduated_on=date(2012, 7, 1),
            school="示例学院",
            occupations=[make.FITTER],
            specialties=["engineering:mechanical"],
        ),
        EvidenceItem(person_id=holder.id, scheme_key="s", key="projects", amount=2, since=date(2025, 1, 1)),
        EvidenceItem(person_id=holder.id, key="projects", amount=1, since=date(2024, 1, 1)),
    ]


def _competition() -> Competition:
    return Competition(
        zh="示例竞赛", tier=ContestTier.NATIONAL, year=2024, held_on=date(2024, 9, 1), basis="示例", is_example=True
    )


async def test_everything_that_rules_read_is_there(database: Database) -> None:
    holder, employer, competition = make.person(), make.enterprise(is_municipal=True), _competition()
    held = make.credential(holder, valid_until=date(2030, 1, 1), revoked_on=date(2028, 1, 1), revoked_reason="示例")
    job = make.employment(holder, employer, ends=date(2025, 1, 1), series="engineering", specialty="mechanical")
    async with database.write(EVERY_ROW) as session:
        await _store(session, employer, competition, holder, held, job, *_records(holder, competition))
    async with database.read(EVERY_ROW) as session:
        found = (await load_facts(session, [holder.id]))[holder.id]
    [skill, title] = found.credentials
    assert skill == facts.HeldCredential(
        key=str(held.id),
        kind=held.kind,
        level=Level.SENIOR_WORKER,
        awarded_on=date(2022, 6, 1),
        occupation=make.FITTER,
        ends_on=date(2028, 1, 1),
    )
    assert (title.series, title.specialty, title.review_year, title.ends_on) == (
        "engineering",
        "mechanical",
        2022,
        None,
    )
    assert found.work == (
        facts.WorkSpell(
            employer=employer.uscc,
            period=Period(date(2020, 1, 1), date(2025, 1, 1)),
            occupation=make.FITTER,
            specialty="engineering:mechanical",
            municipal=True,
        ),
    )
    assert found.awards == (
        facts.ContestAward(ContestTier.NATIONAL, ContestRank.SILVER, make.FITTER, date(2024, 9, 1)),
    )
    assert found.schooling == (
        facts.Schooling(
            EducationLevel.JUNIOR_COLLEGE,
            date(2012, 7, 1),
            frozenset({make.FITTER}),
            frozenset({"engineering:mechanical"}),
        ),
    )
    assert found.evidence == {
        "projects": (facts.EvidenceItem(1, date(2024, 1, 1)), facts.EvidenceItem(2, date(2025, 1, 1)))
    }
    assert (found.born_on, found.fraud_found_on) == (holder.born_on, None)


@pytest.mark.parametrize("number", [1, 3, 30])
async def test_the_number_of_statements_does_not_grow(database: Database, number: int) -> None:
    people, employer, competition = [make.person() for _ in range(number)], make.enterprise(), _competition()
    async with database.write(EVERY_ROW) as session:
        await _store(session, employer, competition)
        session.add_all(people)
        await session.flush()
        for holder in people:
            session.add_all([make.employment(holder, employer), *_records(holder, competition)])
    async with database.read(EVERY_ROW) as session:
        with database.count_queries() as sent:
            found = await load_facts(session, [holder.id for holder in people])
    assert len(sent) == STATEMENTS
    assert len(found) == number
    assert all(len(one.credentials) == len(one.work) == len(one.awards) == 1 for one in found.values())


async def test_a_day_leaves_out_what_came_after_it(database: Database) -> None:
    holder = make.person(fraud_found_on=date(2025, 6, 1))
    old = make.credential(holder, awarded_on=date(2020, 1, 1), revoked_on=date(2025, 6, 1), revoked_reason="示例")
    new = make.credential(holder, awarded_on=date(2024, 1, 2))
    async with database.write(EVERY_ROW) as session:
        await _store(session, holder, old, new)
    async with database.read(EVERY_ROW) as session:
        before = (await load_facts(session, [holder.id], date(2024, 1, 1)))[holder.id]
        on_the_day = (await load_facts(session, [holder.id], date(2025, 6, 1)))[holder.id]
    assert [(held.key, held.ends_on) for held in before.credentials] == [(str(old.id), None)]
    assert before.fraud_found_on is None
    assert [held.ends_on for held in on_the_day.credentials] == [date(2025, 6, 1), None]
    assert on_the_day.fraud_found_on == date(2025, 6, 1)


async def test_people_who_are_not_on_record_are_absent(database: Database) -> None:
    known, unknown = make.person(), make.person()
    async with database.write(EVERY_ROW) as session:
        session.add(known)
    async with database.read(EVERY_ROW) as session:
        assert list(await load_facts(session, [unknown.id, known.id])) == [known.id]
        assert await load_facts(session, []) == {}


async def test_any_number_of_people_is_one_parameter(database: Database) -> None:
    known = make.person()
    async with database.write(EVERY_ROW) as session:
        session.add(known)
    others = [uuid4() for _ in range(40_000)]  # SQLite takes 32,766 parameters
    async with database.read(EVERY_ROW) as session:
        assert list(await load_facts(session, [*others, known.id, known.id])) == [known.id]


def _some(chance: random.Random, *values: Any) -> Any:
    return chance.choice(values)


def _day(chance: random.Random, years: int = 10) -> date:
    return date(2016, 1, 1) + timedelta(days=chance.randrange(365 * years))


def _drawn(
    chance: random.Random, holder: Person, employers: list[Enterprise], contests: list[Competition]
) -> list[Any]:
    """Some records of a person, drawn at random; days meet, so that their order rests on the ids."""
    found: list[Any] = []
    for _ in range(chance.randrange(4)):
        on = _some(chance, _day(chance), date(2020, 1, 1))
        until, revoked = (
            _some(chance, None, on + timedelta(days=900)),
            _some(chance, None, None, on + timedelta(days=400)),
        )
        given = {"awarded_on": on, "valid_until": until, "revoked_on": revoked, "level": _some(chance, *SKILL_LEVELS)}
        found.append(make.credential(holder, trade=_some(chance, None, "工种"), **given))
        title = {"level": _some(chance, *TITLE_LEVELS), "obtained_by": _some(chance, *ObtainedBy)}
        found.append(make.title(holder, awarded_on=on, review_year=_some(chance, None, on.year), **title))
    for _ in range(chance.randrange(4)):
        starts = _day(chance)
        of = _some(chance, {}, {"series": "engineering", "specialty": "mechanical"}, {"occupation": None})
        spell = {"starts": starts, "ends": _some(chance, None, starts + timedelta(days=500)), **of}
        found.append(make.employment(holder, chance.choice(employers), frontline=_some(chance, True, False), **spell))
    for at in chance.sample(contests, chance.randrange(3)):
        won = {"occupation": make.FITTER, "rank": _some(chance, *ContestRank), "awarded_on": _day(chance)}
        found.append(Award(competition_id=at.id, person_id=holder.id, **won))
    for _ in range(chance.randrange(3)):
        served = {"occupations": _some(chance, [], [make.FITTER]), "specialties": _some(chance, [], ["a:b", "c:d"])}
        at = {"level": _some(chance, *EducationLevel), "graduated_on": _day(chance), "school": "示例"}
        found.append(Schooling(person_id=holder.id, **at, **served))
    for _ in range(chance.randrange(4)):
        shown = {"key": _some(chance, "a", "b"), "amount": chance.randrange(9), "since": _day(chance, years=1)}
        found.append(EvidenceItem(person_id=holder.id, **shown))
    return found


def _expected(holder: Person, rows: list[Any], by_id: dict[Any, Any], day: date | None) -> facts.PersonFacts:
    """The facts of a person, taken from the rows one by one."""

    def of(table: type[Any], since: str) -> list[Any]:
        own = (row for row in rows if type(row) is table and (day is None or getattr(row, since) <= day))
        return sorted(own, key=lambda row: (getattr(row, since), row.id))

    def known(event: date | None) -> date | None:
        return event if event and (day is None or event <= day) else None

    evidence: dict[str, tuple[facts.EvidenceItem, ...]] = {}
    for item in of(EvidenceItem, "since"):
        evidence[item.key] = (*evidence.get(item.key, ()), facts.EvidenceItem(item.amount, item.since))
    return facts.PersonFacts(
        born_on=holder.born_on,
        credentials=tuple(
            facts.HeldCredential(
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
                ends_on=min(filter(None, (row.valid_until, known(row.revoked_on))), default=None),
            )
            for row in of(Credential, "awarded_on")
        ),
        work=tuple(
            facts.WorkSpell(
                employer=by_id[row.enterprise_id].uscc,
                period=Period(row.starts, row.ends),
                occupation=row.occupation,
                specialty=f"{row.series}:{row.specialty}" if row.series else None,
                in_city=by_id[row.enterprise_id].in_city,
                municipal=by_id[row.enterprise_id].is_municipal,
                frontline=row.frontline,
            )
            for row in of(Employment, "starts")
        ),
        awards=tuple(
            facts.ContestAward(by_id[row.competition_id].tier, row.rank, row.occupation, row.awarded_on)
            for row in of(Award, "awarded_on")
        ),
        schooling=tuple(
            facts.Schooling(row.level, row.graduated_on, frozenset(row.occupations), frozenset(row.specialties))
            for row in of(Schooling, "graduated_on")
        ),
        evidence=evidence,
        fraud_found_on=known(holder.fraud_found_on),
    )


READINGS = [
    Reading(frozenset()),
    Reading(frozenset({FactKind.CREDENTIALS}), frozenset({Level.SENIOR_WORKER, Level.ASSISTANT})),
    Reading(frozenset({FactKind.WORK, FactKind.EVIDENCE})),
    Reading(frozenset({FactKind.AWARDS, FactKind.SCHOOLING}), frozenset()),
]


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_facts_are_those_of_the_rows_however_little_is_read(database: Database, seed: int) -> None:
    chance = random.Random(seed)
    people = [make.person(fraud_found_on=_some(chance, None, _day(chance))) for _ in range(25)]
    employers = [make.enterprise(in_city=city, is_municipal=owned) for city, owned in ((True, False), (False, True))]
    contests = [_competition(), Competition(**(_competition().model_dump(exclude={"id", "zh"}) | {"zh": "另一竞赛"}))]
    drawn = {holder.id: _drawn(chance, holder, employers, contests) for holder in people}
    async with database.write(EVERY_ROW) as session:
        for batch in (employers, contests, people, [row for rows in drawn.values() for row in rows]):
            session.add_all(batch)
            await session.flush()
    by_id = {row.id: row for row in (*employers, *contests)}
    for day in (None, date(2018, 6, 1), date(2021, 6, 1)):
        expected = {holder.id: _expected(holder, drawn[holder.id], by_id, day) for holder in people}
        async with database.read(EVERY_ROW) as session:
            assert await load_facts(session, expected, day) == expected
            for reading in READINGS:
                less = {id_: narrowed(one, reading) for id_, one in expected.items()}
                assert await load_facts(session, expected, day, reading) == less
