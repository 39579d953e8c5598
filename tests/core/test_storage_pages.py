"""Keyset pages: every row once, in order, both ways, stable under inserts; cursors that cannot be made up."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from core.errors import ErrorCode, GuantongError
from core.models import Credential, Person
from core.storage.database import Database
from core.storage.pages import Order, Slice, count_rows, fetch_page, read_cursor
from core.storage.row_scope import EVERY_ROW
from tests import builders as make

pytestmark = pytest.mark.anyio
QUERY = sa.select(Person)
BY_NAME = Order("name", (col(Person.name), col(Person.id)))
BY_NAME_DOWN = Order("name", (col(Person.name), col(Person.id)), descending=True)
BY_DAY = Order("awarded_on", (col(Credential.awarded_on), col(Credential.id)))


async def _people(database: Database, names: str) -> None:
    async with database.write(EVERY_ROW) as session:
        session.add_all([make.person(name=name) for name in names])


async def _names(session: AsyncSession, order: Order, size: int, *, backward: bool = False) -> list[str]:
    """Every name, gathered page by page."""
    found: list[str] = []
    cursor: str | None = None
    while True:
        part = Slice(last=size, before=cursor) if backward else Slice(first=size, after=cursor)
        page = await fetch_page(session, QUERY, order, part)
        names = [row.name for row in page.rows]
        found = names + found if backward else found + names
        more = page.has_previous if backward else page.has_next
        if not more:
            return found
        cursor = page.cursors[0] if backward else page.cursors[-1]


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8, 20])
async def test_pages_give_every_row_once_in_order(database: Database, size: int) -> None:
    await _people(database, "丙甲甲乙甲丁乙")
    async with database.read(EVERY_ROW) as session:
        assert "".join(await _names(session, BY_NAME, size)) == "丁丙乙乙甲甲甲"
        assert "".join(await _names(session, BY_NAME, size, backward=True)) == "丁丙乙乙甲甲甲"
        assert "".join(await _names(session, BY_NAME_DOWN, size)) == "甲甲甲乙乙丙丁"
        assert "".join(await _names(session, BY_NAME_DOWN, size, backward=True)) == "甲甲甲乙乙丙丁"


async def test_a_page_tells_what_lies_on_both_sides(database: Database) -> None:
    await _people(database, "abcd")
    async with database.read(EVERY_ROW) as session:
        first = await fetch_page(session, QUERY, BY_NAME, Slice(first=2))
        second = await fetch_page(session, QUERY, BY_NAME, Slice(first=2, after=first.cursors[-1]))
        back = await fetch_page(session, QUERY, BY_NAME, Slice(last=1, before=second.cursors[0]))
    assert (first.has_previous, first.has_next) == (False, True)
    assert (second.has_previous, second.has_next) == (True, False)
    assert ([row.name for row in back.rows], back.has_previous, back.has_next) == (["b"], True, True)


async def test_what_is_inserted_meanwhile_neither_repeats_nor_skips_a_row(database: Database) -> None:
    await _people(database, "bdf")
    async with database.read(EVERY_ROW) as session:
        first = await fetch_page(session, QUERY, BY_NAME, Slice(first=2))
    await _people(database, "ace")
    async with database.read(EVERY_ROW) as session:
        rest = await fetch_page(session, QUERY, BY_NAME, Slice(first=5, after=first.cursors[-1]))
    assert [row.name for row in rest.rows] == ["e", "f"]


async def test_a_row_between_two_cursors(database: Database) -> None:
    await _people(database, "abcde")
    async with database.read(EVERY_ROW) as session:
        cursors = (await fetch_page(session, QUERY, BY_NAME, Slice(first=5))).cursors
        page = await fetch_page(session, QUERY, BY_NAME, Slice(first=5, after=cursors[0], before=cursors[4]))
    assert [row.name for row in page.rows] == ["b", "c", "d"]


async def test_a_page_of_none_still_tells_whether_there_is_more(database: Database) -> None:
    await _people(database, "a")
    async with database.read(EVERY_ROW) as session:
        page = await fetch_page(session, QUERY, BY_NAME, Slice(first=0))
        total = await count_rows(session, QUERY)
    assert (page.rows, page.has_next, total) == ([], True, 1)


@pytest.mark.parametrize("number", [1, 3, 30])
async def test_a_page_is_one_statement(database: Database, number: int) -> None:
    await _people(database, "a" * number)
    async with database.read(EVERY_ROW) as session:
        with database.count_queries() as sent:
            page = await fetch_page(session, QUERY, BY_NAME, Slice(first=100))
    assert (len(sent), len(page.rows)) == (1, number)


async def test_days_serve_as_sort_keys(database: Database) -> None:
    holder = make.person()
    days = [date(2024, 1, 1), date(2022, 1, 1), date(2023, 1, 1)]
    async with database.write(EVERY_ROW) as session:
        session.add(holder)
        await session.flush()
        session.add_all([make.credential(holder, awarded_on=day) for day in days])
    async with database.read(EVERY_ROW) as session:
        first = await fetch_page(session, sa.select(Credential), BY_DAY, Slice(first=1))
        rest = await fetch_page(session, sa.select(Credential), BY_DAY, Slice(after=first.cursors[0]))
    assert [row.awarded_on for row in first.rows + rest.rows] == sorted(days)


def _cursor(content: object) -> str:
    return urlsafe_b64encode(json.dumps(content, separators=(",", ":")).encode()).decode().rstrip("=")


A_UUID = "01a20737-da3e-77d8-b5ed-3fcecf674dc1"
FORGED = {
    "empty": "",
    "no base64": "*",
    "not ascii": "游标",
    "no json": urlsafe_b64encode(b"{").decode(),
    "no list": _cursor({"name": 1}),
    "empty list": _cursor([]),
    "another order": _cursor(["created:asc", "a", A_UUID]),
    "the other direction": _cursor(["name:desc", "a", A_UUID]),
    "too few keys": _cursor(["name:asc", "a"]),
    "too many keys": _cursor(["name:asc", "a", A_UUID, A_UUID]),
    "no uuid": _cursor(["name:asc", "a", "x"]),
    "another spelling of a uuid": _cursor(["name:asc", "a", A_UUID.upper()]),
    "a number for a text": _cursor(["name:asc", 1, A_UUID]),
    "a list for a text": _cursor(["name:asc", ["a"], A_UUID]),
    "a NUL": _cursor(["name:asc", "\x00", A_UUID]),
    "half a character": _cursor(["name:asc", "\ud800", A_UUID]),
    "spaces in the json": urlsafe_b64encode(json.dumps(["name:asc", "a", A_UUID]).encode()).decode(),
    "deep nesting": urlsafe_b64encode(b"[" * 700).decode(),
    "too long": _cursor(["name:asc", "a" * 2000, A_UUID]),
}


@pytest.mark.parametrize("forged", FORGED.values(), ids=FORGED.keys())
@pytest.mark.parametrize("part", [{"first": 1, "after": ...}, {"last": 1, "before": ...}])
async def test_a_forged_cursor_is_refused(database: Database, forged: str, part: dict[str, Any]) -> None:
    asked = Slice(**{name: forged if value is ... else value for name, value in part.items()})
    async with database.read(EVERY_ROW) as session:
        with pytest.raises(GuantongError) as caught:
            await fetch_page(session, QUERY, BY_NAME, asked)
    assert caught.value.code is ErrorCode.BAD_CURSOR
    assert caught.value.message.zh == "分页游标无效：只能使用按“name”排序的同一列表给出的游标"


@given(st.one_of(st.text(), st.binary().map(lambda raw: urlsafe_b64encode(raw).decode())))
def test_no_text_at_all_breaks_the_reading_of_cursors(text: str) -> None:
    with pytest.raises(GuantongError):
        read_cursor(BY_NAME, text)


async def test_a_cursor_holds_the_sort_values_of_its_row(database: Database) -> None:
    await _people(database, "甲")
    async with database.read(EVERY_ROW) as session:
        page = await fetch_page(session, QUERY, BY_NAME, Slice())
    padded = page.cursors[0] + "=" * (-len(page.cursors[0]) % 4)
    assert json.loads(urlsafe_b64decode(padded)) == ["name:asc", "甲", str(page.rows[0].id)]


@pytest.mark.parametrize(
    ("part", "words"),
    [
        (Slice(first=1, last=1), "first and last cannot be used together"),
        (Slice(first=101), "a page has 0 to 100 rows, 101 were asked for"),
        (Slice(first=-1), "a page has 0 to 100 rows, -1 were asked for"),
        (Slice(last=101), "a page has 0 to 100 rows, 101 were asked for"),
    ],
)
async def test_an_impossible_page_is_refused(database: Database, part: Slice, words: str) -> None:
    async with database.read(EVERY_ROW) as session:
        with pytest.raises(GuantongError) as caught:
            await fetch_page(session, QUERY, BY_NAME, part)
    assert (caught.value.code, caught.value.message.en) == (ErrorCode.BAD_ARGUMENT, words)
