"""The read queries: filters, orders, counts, look-ups by id and by parent in one statement."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from sqlmodel.ext.asyncio.session import AsyncSession

from core.citations import Confidence
from core.dates import Period
from core.eligibility.blocks import Authority as Allowed
from core.eligibility.blocks import Employer
from core.errors import ErrorCode, GuantongError
from core.facts import CredentialKind
from core.ladders import Level
from core.models import (
    CatalogRow,
    Occupation,
)
from core.permissions import ANONYMOUS, Actor, Role
from core.schemes import Scheme as RecordedScheme
from core.storage.database import Database
from core.storage.employers import load_employers
from core.storage.pages import Slice
from core.storage.queries import credentials, enterprises, evaluations, occupations, people, person_records, schemes
from core.storage.queries.credentials import CredentialFilter, CredentialOrder
from core.storage.queries.enterprises import EnterpriseFilter
from core.storage.queries.evaluations import EvaluationFilter
from core.storage.queries.people import PeopleFilter, PeopleOrder
from core.storage.row_scope import EVERY_ROW
from core.vocabulary import load_vocabulary
from tests import builders as make
from tests.core.world import World, build, store

pytestmark = pytest.mark.anyio
DAY = make.DAY
OFFICER = Actor.of(Role.BUREAU_OFFICER, "示例")
AUDITOR = Actor.of(Role.BUREAU_AUDITOR, "示例")


@pytest.fixture
async def world(database: Database) -> AsyncIterator[World]:
    yield await build(database, 3)


Batch = Callable[[AsyncSession, World], Awaitable[dict[UUID, list[Any]]]]


def _ids(rows: list[Any]) -> list[UUID]:
    return [row.id for row in rows]


CHILDREN: dict[str, Batch] = {
    "employments": lambda s, w: person_records.employments_of(s, AUDITOR, DAY, _ids(w.people)),
    "schooling": lambda s, w: person_records.schooling_of(s, AUDITOR, DAY, _ids(w.people)),
    "awards": lambda s, w: person_records.awards_of(s, AUDITOR, DAY, _ids(w.people)),
    "awards of competitions": lambda s, w: person_records.awards_of_competitions(s, AUDITOR, DAY, _ids(w.competitions)),
    "credentials": lambda s, w: credentials.credentials_of(s, AUDITOR, DAY, _ids(w.people)),
    "evaluations": lambda s, w: evaluations.evaluations_of(s, AUDITOR, _ids(w.people)),
    "applications": lambda s, w: evaluations.applications_of(s, AUDITOR, _ids(w.people)),
    "scores": lambda s, w: evaluations.scores_of(s, AUDITOR, _ids(w.evaluations)),
    "authorities": lambda s, w: enterprises.authorities_of(s, AUDITOR, DAY, _ids(w.enterprises)),
    "listings": lambda s, w: enterprises.listings_of(s, AUDITOR, _ids(w.enterprises)),
    "schemes": lambda s, w: schemes.schemes_of(s, AUDITOR, DAY, _ids(w.enterprises)),
    "versions": lambda s, w: schemes.versions_of(s, AUDITOR, DAY, _ids(w.schemes)),
    "catalog rows": lambda s, w: schemes.rows_of(s, AUDITOR, DAY, _ids(w.versions)),
}
_ORDER_OF = {
    "employments": "starts",
    "schooling": "graduated_on",
    "awards": "awarded_on",
    "credentials": "awarded_on",
    "evaluations": "decided_on",
    "applications": "filed_on",
    "scores": "criterion",
    "authorities": "starts",
    "listings": "starts",
    "catalog rows": "number",
}


@pytest.mark.parametrize("number", [1, 3, 30])
async def test_children_of_many_parents_are_one_statement(database: Database, number: int) -> None:
    world = await build(database, number)
    async with database.read(EVERY_ROW) as session:
        for name, batch in CHILDREN.items():
            with database.count_queries() as sent:
                found = await batch(session, world)
            assert len(sent) == 1, name
            assert len(found) == (2 * number if name == "scores" else number), name
            expected = 1 if name in ("schemes", "versions") else 2
            assert {len(rows) for rows in found.values()} == {expected}, name


async def test_children_come_in_their_order(world: World) -> None:
    async with world.database.read(EVERY_ROW) as session:
        for name, field in _ORDER_OF.items():
            for rows in (await CHILDREN[name](session, world)).values():
                values = [getattr(row, field) for row in rows]
                assert values == sorted(values), name


async def test_parents_whose_children_are_not_visible_have_empty_lists(world: World) -> None:
    async with world.database.read(EVERY_ROW) as session:
        found = await credentials.credentials_of(session, ANONYMOUS, DAY, _ids(world.people))
    assert found == {one.id: [] for one in world.people}


async def test_look_ups_by_id_leave_out_what_the_reader_may_not_see(world: World) -> None:
    one = world.people[0]
    worker = Actor.of(Role.WORKER, "示例", person_id=one.id)
    async with world.database.read(EVERY_ROW) as session:
        assert list(await people.people_by_id(session, worker, DAY, _ids(world.people))) == [one.id]
        own = (await credentials.credentials_of(session, worker, DAY, [one.id]))[one.id]
        every = await credentials.credentials_of(session, AUDITOR, DAY, _ids(world.people))
        ids = [row.id for rows in every.values() for row in rows]
        assert set(await credentials.credentials_by_id(session, worker, DAY, ids)) == set(_ids(own))
        evaluated = await evaluations.evaluations_by_id(session, worker, _ids(world.evaluations))
        assert {row.person_id for row in evaluated.values()} == {one.id}
        for found in (
            await enterprises.enterprises_by_id(session, AUDITOR, DAY, _ids(world.enterprises)),
            await person_records.competitions_by_id(session, AUDITOR, _ids(world.competitions)),
            await schemes.schemes_by_id(session, AUDITOR, DAY, _ids(world.schemes)),
            await schemes.versions_by_id(session, AUDITOR, DAY, _ids(world.versions)),
        ):
            assert len(found) == 3
        assert await schemes.versions_by_id(session, ANONYMOUS, DAY, _ids(world.versions)) == {}
        assert await schemes.rows_by_id(session, AUDITOR, DAY, []) == {}
        assert await evaluations.applications_by_id(session, AUDITOR, []) == {}


async def _named(session: AsyncSession, filters: PeopleFilter, day: date = DAY, actor: Actor = OFFICER) -> list[str]:
    page = await people.people_page(session, actor, day, filters)
    assert await people.count_people(session, actor, day, filters) == len(page.rows)
    return [row.name for row in page.rows]


async def test_filters_of_people(database: Database) -> None:
    first, second, third = make.person(name="Li 100%"), make.person(name="li_示例"), make.person(name="王示例")
    employer, former = make.enterprise(), make.enterprise()
    rows = [
        make.employment(first, employer, ends=date(2026, 3, 3)),
        make.employment(second, former, ends=DAY, occupation="6-18-02-04"),
        make.credential(first, level=Level.TECHNICIAN, awarded_on=DAY),
        make.credential(second, level=Level.TECHNICIAN, valid_until=DAY),
        make.credential(third, level=Level.TECHNICIAN, revoked_on=DAY, revoked_reason="示例"),
    ]
    async with database.write(EVERY_ROW) as session:
        await store(session, first, second, third, employer, former)
        await store(session, *rows)
    async with database.read(EVERY_ROW) as session:
        assert await _named(session, PeopleFilter(name_contains="LI")) == ["Li 100%", "li_示例"]
        assert await _named(session, PeopleFilter(name_contains="0%")) == ["Li 100%"]
        assert await _named(session, PeopleFilter(name_contains="_")) == ["li_示例"]
        assert await _named(session, PeopleFilter(employer_id=employer.id)) == ["Li 100%"]
        assert await _named(session, PeopleFilter(employer_id=former.id)) == []
        assert await _named(session, PeopleFilter(employer_id=former.id), date(2026, 3, 1)) == ["li_示例"]
        assert await _named(session, PeopleFilter(occupation=make.FITTER)) == ["Li 100%"]
        assert await _named(session, PeopleFilter(holds_level=Level.TECHNICIAN)) == ["Li 100%"]
        before = PeopleFilter(holds_level=Level.TECHNICIAN)
        assert await _named(session, before, date(2026, 3, 1)) == ["li_示例", "王示例"]
        assert await _named(session, PeopleFilter(identity_index=second.identity_index)) == ["li_示例"]
        assert await _named(session, PeopleFilter(name_contains="示例", holds_level=Level.TECHNICIAN)) == []


async def test_looking_for_an_identity_number_takes_a_permission(database: Database) -> None:
    async with database.read(EVERY_ROW) as session:
        with pytest.raises(GuantongError) as caught:
            await people.people_page(session, AUDITOR, DAY, PeopleFilter(identity_index="0"))
    assert caught.value.code is ErrorCode.NOT_PERMITTED
    assert "city:identity:read" in caught.value.message.en


@pytest.mark.parametrize("text", ["\x00", "\ud800"])
async def test_text_that_no_database_holds_is_refused(database: Database, text: str) -> None:
    async with database.read(EVERY_ROW) as session:
        with pytest.raises(GuantongError, match="characters that cannot be stored"):
            await people.people_page(session, OFFICER, DAY, PeopleFilter(name_contains=text))


async def test_people_in_the_order_they_were_registered(world: World) -> None:
    async with world.database.read(EVERY_ROW) as session:
        page = await people.people_page(session, OFFICER, DAY, order=PeopleOrder.CREATED, descending=True)
    assert _ids(page.rows) == _ids(world.people)[::-1]


async def _numbers(session: AsyncSession, filters: CredentialFilter) -> list[str | None]:
    page = await credentials.credentials_page(session, OFFICER, DAY, filters, CredentialOrder.NUMBER)
    assert await credentials.count_credentials(session, OFFICER, DAY, filters) == len(page.rows)
    return [row.number for row in page.rows]


async def test_filters_of_credentials(database: Database) -> None:
    holder = make.person()
    async with database.write(EVERY_ROW) as session:
        await store(session, holder)
        await store(
            session,
            make.credential(holder, number="A", awarded_on=date(2020, 1, 1), issuer_name="示例 Yard"),
            make.credential(holder, number="B", level=Level.TECHNICIAN, awarded_on=date(2021, 1, 1)),
            make.title(holder, number="C", awarded_on=date(2022, 1, 1)),
            make.title(holder, number=None, series="economics", awarded_on=date(2023, 1, 1)),
        )
    async with database.read(EVERY_ROW) as session:
        assert await _numbers(session, CredentialFilter()) == [None, "A", "B", "C"]
        assert await _numbers(session, CredentialFilter(kind=CredentialKind.PROFESSIONAL_TITLE)) == [None, "C"]
        assert await _numbers(session, CredentialFilter(level=Level.TECHNICIAN)) == ["B"]
        assert await _numbers(session, CredentialFilter(occupation=make.FITTER)) == ["A", "B"]
        assert await _numbers(session, CredentialFilter(series="engineering")) == ["C"]
        assert await _numbers(session, CredentialFilter(issuer_contains="yard")) == ["A"]
        between = CredentialFilter(awarded_from=date(2021, 1, 1), awarded_to=date(2022, 1, 1))
        assert await _numbers(session, between) == ["B", "C"]


async def test_credentials_page_by_number_through_those_without_one(database: Database) -> None:
    holder = make.person()
    async with database.write(EVERY_ROW) as session:
        await store(session, holder)
        await store(session, *(make.title(holder, number=number) for number in (None, None, "甲", "乙")))
    found: list[str | None] = []
    cursor = None
    async with database.read(EVERY_ROW) as session:
        for _ in range(4):
            part = Slice(first=1, after=cursor)
            page = await credentials.credentials_page(session, OFFICER, DAY, order=CredentialOrder.NUMBER, part=part)
            found += [row.number for row in page.rows]
            cursor = page.cursors[-1]
    assert found == [None, None, "乙", "甲"]


async def test_filters_of_enterprises_and_the_pilot_list(world: World) -> None:
    first = world.enterprises[0]
    async with world.database.read(EVERY_ROW) as session:

        async def keys(filters: EnterpriseFilter) -> list[str]:
            page = await enterprises.enterprises_page(session, ANONYMOUS, DAY, filters)
            assert await enterprises.count_enterprises(session, ANONYMOUS, DAY, filters) == len(page.rows)
            return [row.key for row in page.rows]

        assert await keys(EnterpriseFilter()) == ["e00", "e01", "e02"]
        assert await keys(EnterpriseFilter(uscc=first.uscc)) == ["e00"]
        assert await keys(EnterpriseFilter(key="e01")) == ["e01"]
        assert await keys(EnterpriseFilter(name_contains="E02")) == ["e02"]
        assert await keys(EnterpriseFilter(name_contains=first.zh)) == ["e00"]
        assert await keys(EnterpriseFilter(listed_on=date(2024, 6, 30))) == ["e00", "e01", "e02"]
        assert await keys(EnterpriseFilter(listed_on=date(2024, 7, 1))) == []
        listed = await enterprises.listings_page(session, ANONYMOUS, date(2023, 1, 1))
        assert [row.batch for row in listed.rows] == ["2023"] * 3
        assert await enterprises.count_listings(session, ANONYMOUS, date(2023, 1, 1)) == 3
        assert await enterprises.count_listings(session, ANONYMOUS) == 6


async def test_competitions_schemes_and_evaluations_by_page(world: World) -> None:
    first = world.enterprises[0]
    async with world.database.read(EVERY_ROW) as session:
        newest = await person_records.competitions_page(session, AUDITOR, part=Slice(first=1))
        assert [row.zh for row in newest.rows] == ["竞赛2"]
        assert await person_records.count_competitions(session, AUDITOR) == 3
        assert await person_records.count_competitions(session, ANONYMOUS) == 0
        own = await schemes.schemes_page(session, AUDITOR, DAY, first.id)
        assert [row.key for row in own.rows] == ["s_e00"]
        assert await schemes.count_schemes(session, AUDITOR, DAY) == 3
        filters = EvaluationFilter(enterprise_id=first.id, decided_from=date(2023, 1, 1), decided_to=date(2023, 12, 31))
        page = await evaluations.evaluations_page(session, AUDITOR, filters)
        assert [row.decided_on for row in page.rows] == [date(2023, 1, 1)]
        assert await evaluations.count_evaluations(session, AUDITOR, filters) == 1
        of_version = EvaluationFilter(scheme_version_id=world.versions[1].id)
        assert await evaluations.count_evaluations(session, AUDITOR, of_version) == 2


async def test_versions_on_record_by_enterprise(database: Database) -> None:
    first, second = make.enterprise(), make.enterprise()
    of_first, of_second = make.scheme(first), make.scheme(second)
    async with database.write(EVERY_ROW) as session:
        await store(session, first, second)
        await store(session, of_first, of_second)
        await store(
            session,
            make.scheme_version(of_first, version="old", recorded_until=DAY),
            make.scheme_version(of_first, version="new", recorded_from=DAY),
            make.scheme_version(of_first, version="draft", recorded_from=None),
            make.scheme_version(of_second, version="only"),
        )
    async with database.read(EVERY_ROW) as session:
        on_day = await schemes.recorded_versions(session, DAY)
        before = await schemes.recorded_versions(session, date(2026, 3, 1), [first.uscc])
    versions = {uscc: [row.version for row in rows] for uscc, rows in on_day.items()}
    assert versions == {first.uscc: ["new"], second.uscc: ["only"]}
    assert [row.version for row in before[first.uscc]] == ["old"]


class _NoSchemes:
    def recorded(self, enterprise: str, day: date) -> list[RecordedScheme]:
        return []


@pytest.mark.parametrize("number", [1, 3, 30])
async def test_employers_as_eligibility_sees_them(database: Database, number: int) -> None:
    world = await build(database, number)
    async with database.read(EVERY_ROW) as session:
        with database.count_queries() as sent:
            found = await load_employers(session, [row.uscc for row in world.enterprises], DAY, _NoSchemes())
    assert (len(sent), len(found)) == (3, number)
    periods = [Period(date(year, 1, 1), date(year, 7, 1)) for year in (2024, 2023)]
    years = [Period(date(year, 1, 1), date(year, 12, 31)) for year in (2024, 2023)]
    allowed = [Allowed(make.FITTER, Level.TECHNICIAN, year) for year in years]
    for employer in found:
        assert isinstance(employer, Employer)
        assert set(employer.listings) == set(periods)
        assert set(employer.authorities) == set(allowed)


async def test_imported_occupations_join_the_vocabulary(database: Database) -> None:
    async with database.write(EVERY_ROW) as session:
        session.add(
            Occupation(code="6-99-99-98", zh="示例工", digital=True, source="示例", confidence=Confidence.SECONDARY)
        )
    async with database.read(EVERY_ROW) as session:
        found = await occupations.imported_occupations(session)
    vocabulary = load_vocabulary(found)
    assert vocabulary.occupation("6-99-99-98").name == ("示例工", "示例工")
    assert vocabulary.occupation("6-99-99-98").digital


async def test_catalog_rows_know_both_sides(world: World) -> None:
    async with world.database.read(EVERY_ROW) as session:
        rows = (await schemes.rows_of(session, AUDITOR, DAY, [world.versions[0].id]))[world.versions[0].id]
    assert all(isinstance(row, CatalogRow) for row in rows)
    assert {(row.skill_level, row.title_level) for row in rows} == {(Level.SENIOR_WORKER, Level.ASSISTANT)}
