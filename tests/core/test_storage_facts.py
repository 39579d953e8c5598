"""Facts of people: what is read, from how many statements, and what a day leaves out."""

from datetime import date
from typing import Any

import pytest
from sqlmodel.ext.asyncio.session import AsyncSession

from core import facts
from core.dates import Period
from core.facts import ContestRank, ContestTier, EducationLevel
from core.ladders import Level
from core.models import Award, Competition, EvidenceItem, Person, Schooling
from core.storage.database import Database
from core.storage.facts import load_facts
from core.storage.row_scope import EVERY_ROW
from tests import builders as make

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
