"""Deep pages are read off an index on both databases: nothing is sorted, and what came before is not passed over."""

from collections.abc import AsyncIterator
from datetime import date, timedelta
from itertools import product
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import col, select

from core.facts import CredentialKind, ObtainedBy
from core.identifiers import IdentityKind
from core.ladders import Level
from core.models import Credential, Person
from core.permissions import Actor, Role
from core.storage import pages
from core.storage.bulk import Sheet, write_sheets
from core.storage.database import Database
from core.storage.pages import Order, Slice
from core.storage.queries import credentials, people
from core.storage.queries.credentials import CredentialFilter, CredentialOrder
from core.storage.queries.people import PeopleOrder
from core.storage.row_scope import EVERY_ROW
from tests import builders as make

pytestmark = pytest.mark.anyio
AUDITOR = Actor.of(Role.BUREAU_AUDITOR, "示例")
PEOPLE, EACH = 5_000, 4
LEVELS = (Level.SENIOR_WORKER, Level.TECHNICIAN, Level.SENIOR_TECHNICIAN, Level.ASSISTANT)


def _sheets() -> list[Sheet]:
    same = {"identity_kind": IdentityKind.RESIDENT_CARD, "identity_cipher": b"", "identity_key_id": "test"}
    same |= {"identity_masked": "", "created_at": make.NOON, "is_example": True, "born_on": date(1990, 1, 1)}
    person = Sheet(Person, ("id", "name", "identity_index"), same)
    named = {"issuer_name": "示例", "legal_basis": "示例", "obtained_by": ObtainedBy.ASSESSMENT, "is_example": True}
    named |= {"kind": CredentialKind.VOCATIONAL_QUALIFICATION}
    held = Sheet(Credential, ("id", "person_id", "level", "awarded_on"), named)
    for place in range(PEOPLE):
        person.add(UUID(int=place), f"示例{place % 700:03d}", f"{place}")
        for nth, level in enumerate(LEVELS):
            day = date(2000, 1, 1) + timedelta(days=(place * 7 + nth) % 9_000)
            held.add(UUID(int=place * EACH + nth), UUID(int=place), level, day)
    return [person, held]


@pytest.fixture
async def city(database: Database) -> AsyncIterator[Database]:
    """Twenty thousand credentials of five thousand people; PostgreSQL has looked how they are spread, as it does."""
    async with database.write(EVERY_ROW) as session:
        await write_sheets(session, _sheets())
    if database.dialect == "postgresql":
        async with database.write(EVERY_ROW) as session:
            await (await session.connection()).exec_driver_sql("ANALYZE person, credential")
    yield database


async def _plan(database: Database, query: Any, table: Any, order: Order, part: Slice) -> str:
    """How a page is read that begins behind the row in the midst of all."""
    async with database.read(EVERY_ROW) as session:
        keys = select(table, *order.keys).order_by(*order.keys).offset(PEOPLE // 2).limit(1)
        cursor = pages._cursor(order, (await session.exec(keys)).one()[1:])
        marks = pages.read_cursor(order, cursor)
        after, before = (marks, None) if part.first else (None, marks)
        page = pages.limited_to(query, order, part, after, before, 101)
        said = page.compile(database.engine.sync_engine, compile_kwargs={"literal_binds": True})
        explain = "EXPLAIN" if database.dialect == "postgresql" else "EXPLAIN QUERY PLAN"
        found = await (await session.connection()).exec_driver_sql(f"{explain} {said}".replace("%", "%%"))
        return "\n".join(str(row[-1]) for row in found)


def _credentials(level: Level | None) -> Any:
    return credentials._query(AUDITOR, make.DAY, CredentialFilter(level=level))


PAGES = {
    "credentials of a level by day": (
        _credentials(Level.TECHNICIAN),
        Credential,
        credentials._KEYS[CredentialOrder.AWARDED_ON],
        "ix_credential_level_awarded_on_id",
        "(awarded_on,id)",
    ),
    "credentials by day": (
        _credentials(None),
        Credential,
        credentials._KEYS[CredentialOrder.AWARDED_ON],
        "ix_credential_awarded_on_id",
        "(awarded_on,id)",
    ),
    "people by name": (
        people._query(AUDITOR, make.DAY, people.NO_FILTER),
        Person,
        people._KEYS[PeopleOrder.NAME],
        "ix_person_name_id",
        "(name,id)",
    ),
}


async def test_a_deep_page_begins_where_the_cursor_is(city: Database) -> None:
    """Of every list, rising and falling, forwards and backwards; all in one city, which takes seconds to fill."""
    for name, descending, part in product(PAGES, (False, True), (Slice(first=100), Slice(last=100))):
        query, table, keys, index, row = PAGES[name]
        plan = await _plan(city, query, table, Order(name, keys, descending), part)
        about = f"{name}, {'falling' if descending else 'rising'}, {part}: {plan}"
        assert index in plan, about
        assert "Sort" not in plan, about
        assert "TEMP B-TREE" not in plan, about
        compared = "ROW(" in plan if city.dialect == "postgresql" else row in plan
        assert compared, about


async def test_people_in_the_order_they_were_registered_come_by_their_key(city: Database) -> None:
    query = people._query(AUDITOR, make.DAY, people.NO_FILTER)
    order = Order("created", people._KEYS[PeopleOrder.CREATED])
    plan = await _plan(city, query, Person, order, Slice(first=100))
    assert ("pk_person" if city.dialect == "postgresql" else "sqlite_autoindex_person_1") in plan, plan
    assert "Sort" not in plan, plan
    assert "TEMP B-TREE" not in plan, plan


async def test_a_sort_without_its_index_would_be_noticed(city: Database) -> None:
    query = people._query(AUDITOR, make.DAY, people.NO_FILTER)
    order = Order("born", (col(Person.born_on), col(Person.id)))
    plan = await _plan(city, query, Person, order, Slice(first=100))
    assert "Sort" in plan or "TEMP B-TREE" in plan, plan
