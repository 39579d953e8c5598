"""Pages within pages: one statement says what a page of each parent would say."""

from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import col

from core.models import Credential
from core.permissions import Actor, Role
from core.storage.database import Database
from core.storage.pages import Order, Slice, count_rows, count_rows_by, cut_page, fetch_page, fetch_pages
from core.storage.queries.nested import count_employees, employees_pages
from core.storage.row_scope import EVERY_ROW
from tests import builders

pytestmark = pytest.mark.anyio

KEYS = (col(Credential.awarded_on), col(Credential.id))
AUDITOR = Actor.of(Role.BUREAU_AUDITOR, "auditor")


async def holders(database: Database) -> list[Any]:
    """People with 0, 1, 3 and 5 certificates of some of the same days."""
    people = [builders.person() for _ in range(4)]
    async with database.write(EVERY_ROW) as session:
        session.add_all(people)
        await session.flush()
        for person, count in zip(people, (0, 1, 3, 5), strict=True):
            session.add_all(builders.credential(person, awarded_on=date(2020, 1, 1 + n // 2)) for n in range(count))
    return people


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("backward", [False, True])
async def test_each_page_is_that_of_its_parent_alone(database: Database, descending: bool, backward: bool) -> None:
    people, order = await holders(database), Order("awarded_on", KEYS, descending)
    query, holder = sa.select(Credential), col(Credential.person_id)
    async with database.read(EVERY_ROW) as session:
        whole = await fetch_page(session, query, order, Slice(first=100))
        for cursor in (None, *whole.cursors):
            part = Slice(last=2, before=cursor) if backward else Slice(first=2, after=cursor)
            found = await fetch_pages(session, query, holder, order, part)
            for person in people:
                alone = await fetch_page(session, query.where(holder == person.id), order, part)
                assert found.get(person.id) == (alone if alone.rows else None)


async def test_counts_are_those_of_each_parent_alone(database: Database) -> None:
    people = await holders(database)
    query, holder = sa.select(Credential), col(Credential.person_id)
    async with database.read(EVERY_ROW) as session:
        found = await count_rows_by(session, query, holder)
        alone = [await count_rows(session, query.where(holder == person.id)) for person in people]
    assert [found.get(person.id, 0) for person in people] == alone == [0, 1, 3, 5]


async def test_nobody_is_employed_twice_at_one_enterprise(database: Database) -> None:
    first, second, person = builders.enterprise(), builders.enterprise(), builders.person()
    async with database.write(EVERY_ROW) as session:
        session.add_all([first, second, person])
        await session.flush()
        session.add_all([builders.employment(person, first), builders.employment(person, first, post="兼任")])
        session.add(builders.employment(person, second))
    ids = [first.id, second.id]
    async with database.read(EVERY_ROW) as session:
        pages = await employees_pages(session, AUDITOR, builders.DAY, ids, Slice())
        counts = await count_employees(session, AUDITOR, builders.DAY, ids)
    assert {one: [row.id for row in page.rows] for one, page in pages.items()} == {key: [person.id] for key in ids}
    assert counts == dict.fromkeys(ids, 1)


@pytest.mark.parametrize(
    ("part", "rows", "has_previous", "has_next"),
    [
        (Slice(first=2), "ab", False, True),
        (Slice(first=9), "abcde", False, False),
        (Slice(last=2), "de", True, False),
    ],
)
def test_rows_in_memory_come_in_the_same_pages(part: Slice, rows: str, has_previous: bool, has_next: bool) -> None:
    page = cut_page("abcde", "letter", str, part)
    assert ("".join(page.rows), page.has_previous, page.has_next) == (rows, has_previous, has_next)
    after = cut_page("abcde", "letter", str, Slice(first=2, after=page.cursors[0]))
    assert "".join(after.rows) == "abcde"[1 + "abcde".index(rows[0]) :][:2]
    before = cut_page("abcde", "letter", str, Slice(last=2, before=page.cursors[-1]))
    assert "".join(before.rows) == "abcde"[: "abcde".index(rows[-1])][-2:]
