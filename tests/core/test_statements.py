"""Statements that are text already: rows as bytes, each reader's own, never written, stopped when nobody waits."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any
from uuid import UUID

import psycopg
import pytest
import sqlalchemy as sa
from opentelemetry import trace
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.trace import StatusCode

from core.models import Enterprise
from core.permissions import ANONYMOUS, Actor, Role
from core.storage import statements
from core.storage.database import Database
from core.storage.row_scope import EVERY_ROW, RowScope
from core.storage.statements import PostgresStatements, SQLiteStatements, Statements, TooDeep, statements_of
from tests import builders as make
from tests.conftest import ON_POSTGRES, PostgresServer
from tests.schema import rows

pytestmark = pytest.mark.anyio
NOBODY = RowScope.of(ANONYMOUS)
ENDLESS = {
    "sqlite": "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n",
    "postgresql": "SELECT pg_sleep(600)::text",
}
MINE = (
    "SELECT (SELECT count(*) FROM evaluation)::text, (SELECT min(enterprise_id::text) FROM evaluation), "
    "(SELECT count(*) FROM score)::text, (SELECT max(enterprise_id::text) FROM evaluation)"
)


def kind_of(url: str) -> str:
    return "sqlite" if url.startswith("sqlite") else "postgresql"


@pytest.fixture
async def asked(database_url: str, anyio_backend: str) -> AsyncIterator[Statements]:
    """Statements over a migrated database, on each of the two engines."""
    made = statements_of(database_url)
    yield made
    await made.close()


@pytest.fixture
def only_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """One connection, which all readers share."""
    monkeypatch.setattr(statements, "MOST_CONNECTIONS", 1)


async def leave(asked: Statements, sql: str, after: float) -> None:
    asking = asyncio.create_task(asked.row(EVERY_ROW, sql, []))
    await asyncio.sleep(after)
    assert not asking.done()
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(asking, 30)


async def test_a_row_comes_as_bytes_and_null_as_nothing(asked: Statements, database_url: str) -> None:
    if kind_of(database_url) == "sqlite":
        sql, values = "SELECT ?, NULL, printf('%s', ?), ''", ["示例'; --", 7]
    else:
        sql, values = "SELECT $1::text, NULL::text, $2::int4::text, ''", ["示例'; --", 7]
    assert list(await asked.row(EVERY_ROW, sql, values)) == ["示例'; --".encode(), None, b"7", b""]


@pytest.mark.parametrize("sql", ["SELECT 'a' WHERE false", "SELECT 'a' UNION ALL SELECT 'b'"])
async def test_other_than_one_row_is_a_fault(asked: Statements, sql: str) -> None:
    with pytest.raises((RuntimeError, ValueError)):
        await asked.row(EVERY_ROW, sql, [])


@pytest.mark.parametrize("scope", [EVERY_ROW, NOBODY])
async def test_nothing_is_written_through_them(asked: Statements, database: Database, scope: RowScope) -> None:
    owner = make.enterprise()
    async with database.write(EVERY_ROW) as session:
        session.add(owner)
    copy = "INSERT INTO enterprise SELECT * FROM enterprise"
    for sql in (
        copy,
        "DELETE FROM enterprise",
        "CREATE TABLE work_order (id INTEGER)",
        "UPDATE enterprise SET zh = 'x'",
    ):
        with pytest.raises(Exception, match=r"read-only|readonly|permission"):
            await asked.row(scope, sql, [])
        with pytest.raises(Exception, match=r"read-only|readonly|permission"):
            await asked.rows(sql, [])
    async with database.read(EVERY_ROW) as session:
        assert (await session.exec(sa.select(Enterprise.zh))).scalars().all() == [owner.zh]  # type: ignore[call-overload]


async def test_fifty_that_are_stopped_leave_no_connection_out(asked: Statements, database_url: str) -> None:
    for place in range(50):
        await leave(asked, ENDLESS[kind_of(database_url)], after=0.03 if place % 5 else 0.001)
    found = await asyncio.gather(*(asked.row(EVERY_ROW, "SELECT 'here'", []) for _ in range(40)))
    assert [list(row) for row in found] == [[b"here"]] * 40
    assert opened(asked) <= statements.MOST_CONNECTIONS


def opened(asked: Statements) -> int:
    if isinstance(asked, SQLiteStatements):
        return len(asked._open)
    assert isinstance(asked, PostgresStatements)
    return int(asked._pool.get_stats()["pool_size"])


@pytest.mark.usefixtures("only_one")
async def test_the_connection_of_a_stopped_statement_serves_the_next(asked: Statements, database_url: str) -> None:
    await asked.row(EVERY_ROW, "SELECT 'warm'", [])
    for _ in range(3):
        await leave(asked, ENDLESS[kind_of(database_url)], after=0.05)
        assert list(await asyncio.wait_for(asked.row(EVERY_ROW, "SELECT 'next'", []), 30)) == [b"next"]


@pytest.mark.usefixtures("only_one")
@pytest.mark.parametrize("waits", range(12))
async def test_who_leaves_while_a_connection_opens_keeps_nobody_waiting(asked: Statements, waits: int) -> None:
    asking = asyncio.create_task(asked.row(EVERY_ROW, "SELECT 'a'", []))
    for _ in range(waits):
        await asyncio.sleep(0)
    asking.cancel()
    await asyncio.wait({asking})
    assert list(await asyncio.wait_for(asked.row(EVERY_ROW, "SELECT 'b'", []), 9)) == [b"b"]


@pytest.mark.usefixtures("only_one")
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_connection_that_does_not_open_keeps_nobody_waiting(
    asked: SQLiteStatements, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = asked._path
    monkeypatch.setattr(asked, "_path", "/nowhere/at/all.db")
    for _ in range(2):
        with pytest.raises(Exception, match="unable to open"):
            await asyncio.wait_for(asked.row(EVERY_ROW, "SELECT 'a'", []), 9)
    monkeypatch.setattr(asked, "_path", path)
    assert list(await asyncio.wait_for(asked.row(EVERY_ROW, "SELECT 'b'", []), 9)) == [b"b"]


async def test_closed_ones_open_again(asked: Statements) -> None:
    for _ in range(3):
        assert list(await asked.row(EVERY_ROW, "SELECT 'a'", [])) == [b"a"]
        await asked.close()
        assert opened(asked) == 0


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_what_was_under_way_when_they_were_closed_is_not_served_again(asked: SQLiteStatements) -> None:
    asking = asyncio.create_task(asked.row(EVERY_ROW, ENDLESS["sqlite"], []))
    await asyncio.sleep(0.05)
    closing = asyncio.create_task(asked.close())
    await asyncio.sleep(0.05)
    asking.cancel()
    await asyncio.wait({asking, closing})
    for _ in range(3):
        assert list(await asked.row(EVERY_ROW, "SELECT 'a'", [])) == [b"a"]


@ON_POSTGRES
async def test_a_server_that_ends_its_connections_is_asked_again(
    asked: Statements, postgres: PostgresServer, postgres_database: str
) -> None:
    for _ in range(2):
        await asyncio.gather(*(asked.row(EVERY_ROW, "SELECT pg_sleep(0.05)::text", []) for _ in range(5)))
        postgres.end_connections(postgres_database)
        assert list(await asked.row(EVERY_ROW, "SELECT 'a'", [])) == [b"a"]
        postgres.end_connections(postgres_database)
        assert [list(row) for row in await asked.rows("SELECT 'a'", [])] == [["a"]]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "sql",
    [
        "SELECT " + "(" * 400 + "1" + ")" * 400,
        "SELECT 1" + " + 1" * 2000,
        "SELECT count(*) FROM " + ", ".join(f"account a{n}" for n in range(65)),
    ],
    ids=["nested", "long", "joined"],
)
async def test_a_statement_nested_too_deeply_is_told_as_such(asked: Statements, sql: str) -> None:
    with pytest.raises(TooDeep):
        await asked.row(EVERY_ROW, sql, [])
    with pytest.raises(Exception, match="no such table"):
        await asked.row(EVERY_ROW, "SELECT a FROM nowhere", [])


async def test_they_are_counted_and_traced(database: Database, spans: Callable[[], list[ReadableSpan]]) -> None:
    with database.count_queries() as sent:
        with trace.get_tracer("test").start_as_current_span("operation"):
            await database.row(EVERY_ROW, "SELECT 'a'", [])
            await database.rows("SELECT 'b'", [])
            async with database.read(EVERY_ROW) as session:
                await database.row(EVERY_ROW, "SELECT 'c'", [], session)
        with pytest.raises(Exception, match="nowhere"):
            await database.row(EVERY_ROW, "SELECT secret FROM nowhere", [])
        with trace.get_tracer("test").start_as_current_span("other"), pytest.raises(Exception, match="nowhere"):
            await database.row(EVERY_ROW, "SELECT secret FROM nowhere", [])
    lost = "SELECT secret FROM nowhere"
    assert sent == ["SELECT 'a'", "SELECT 'b'", "SELECT 'c'", lost, lost]
    told = {str((one.attributes or {}).get("db.query.text")): one for one in spans()}
    assert {"SELECT 'a'", "SELECT 'b'", "SELECT 'c'", lost} <= told.keys()
    assert told["SELECT 'a'"].status.status_code is not StatusCode.ERROR
    assert told[lost].status.status_code is StatusCode.ERROR
    assert len([one for one in spans() if (one.attributes or {}).get("db.query.text") == lost]) == 1
    assert not told[lost].events, "the text of an error quotes values"


class Readers:
    """Offices of several enterprises, each with one evaluation and as many scores as its place."""

    def __init__(self, owners: list[UUID]) -> None:
        self.owners = owners

    def scope(self, place: int) -> RowScope:
        return RowScope.of(Actor.of(Role.EVALUATION_OFFICER, "示例", enterprise_id=self.owners[place]))

    def own(self, place: int) -> list[bytes]:
        owner = str(self.owners[place]).encode()
        return [b"1", owner, str(place + 1).encode(), owner]


NONE_OF_IT = [b"0", None, b"0", None]


@pytest.fixture
async def readers(database: Database) -> Readers:
    owners = []
    async with database.write(EVERY_ROW) as session:
        for place in range(4):
            owner, worker = make.enterprise(), make.person()
            session.add_all([owner, worker])
            await session.flush()
            scheme = make.scheme(owner)
            session.add(scheme)
            await session.flush()
            version = make.scheme_version(scheme)
            session.add(version)
            await session.flush()
            evaluation = make.evaluation(worker, owner, version)
            session.add(evaluation)
            await session.flush()
            session.add_all([rows.score(evaluation, criterion=f"c{n}") for n in range(place + 1)])
            owners.append(owner.id)
    return Readers(owners)


@pytest.fixture
def unbound(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The guard taken away: a connection keeps the binding of whoever had it first."""
    row = statements._Bound.row

    async def first_come(self: Any, scope: RowScope, sql: str, values: Any) -> Any:
        return await row(self, self._scope or scope, sql, values)

    monkeypatch.setattr(statements._Bound, "row", first_come)
    yield


async def strangers(asked: Statements, readers: Readers) -> list[int]:
    """Places of the questions that got another answer than the reader's own."""
    places = [(n * 7 + n // 3) % 4 for n in range(200)]
    found = await asyncio.gather(*(asked.row(readers.scope(place), MINE, []) for place in places))
    return [n for n, (place, row) in enumerate(zip(places, found, strict=True)) if list(row) != readers.own(place)]


@ON_POSTGRES
@pytest.mark.usefixtures("only_one")
async def test_one_connection_shows_the_next_reader_nothing_of_the_one_before(
    asked: Statements, readers: Readers
) -> None:
    assert await strangers(asked, readers) == []
    assert list(await asked.row(NOBODY, MINE, [])) == NONE_OF_IT
    assert [list(row) for row in await asked.rows(MINE, [])] == [["0", None, "0", None]]


@ON_POSTGRES
async def test_readers_who_alternate_at_once_find_their_own(asked: Statements, readers: Readers) -> None:
    assert await strangers(asked, readers) == []


@ON_POSTGRES
@pytest.mark.usefixtures("only_one", "unbound")
async def test_without_binding_anew_they_would_find_those_of_others(asked: Statements, readers: Readers) -> None:
    assert await strangers(asked, readers)


async def bound_without_knowing(asked: Statements, readers: Readers, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What the first reader finds after the binding for the second was done, and its answer lost."""
    assert list(await asked.row(readers.scope(0), MINE, [])) == readers.own(0)
    execute = psycopg.AsyncRawCursor.execute

    async def lost(self: Any, query: Any, *rest: Any, **more: Any) -> Any:
        found = await execute(self, query, *rest, **more)
        if query == statements._BIND:
            raise psycopg.DataError("lost")
        return found

    with monkeypatch.context() as patched:
        patched.setattr(psycopg.AsyncRawCursor, "execute", lost)
        with pytest.raises(psycopg.DataError):
            await asked.row(readers.scope(1), MINE, [])
    return list(await asked.row(readers.scope(0), MINE, []))


@ON_POSTGRES
@pytest.mark.usefixtures("only_one")
async def test_a_binding_that_fails_half_way_leaves_nobody_s_rows(
    asked: Statements, readers: Readers, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert await bound_without_knowing(asked, readers, monkeypatch) == readers.own(0)
    monkeypatch.setattr(statements, "_BIND", statements._BIND.replace("'guantong.person'", "'no such name'"))
    for _ in range(2):
        with pytest.raises(psycopg.Error, match="no such name"):
            await asked.row(readers.scope(1), MINE, [])
    monkeypatch.undo()
    assert list(await asked.row(readers.scope(1), MINE, [])) == readers.own(1)


@ON_POSTGRES
@pytest.mark.usefixtures("only_one")
async def test_a_connection_that_went_on_believing_would_show_those_of_others(
    asked: Statements, readers: Readers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The guard taken away: what was bound before the binding that failed is still believed."""

    def believe(self: Any, scope: RowScope | None) -> None:
        self.__dict__["believed"] = scope or self.__dict__.get("believed")

    monkeypatch.setattr(statements._Bound, "_scope", property(lambda self: self.__dict__.get("believed"), believe))
    assert await bound_without_knowing(asked, readers, monkeypatch) == readers.own(1)


@ON_POSTGRES
@pytest.mark.usefixtures("only_one")
async def test_who_leaves_while_bound_leaves_nothing_bound(asked: Statements, readers: Readers) -> None:
    for place, after in enumerate((0.0, 0.0005, 0.001, 0.002, 0.004, 0.03)):
        await asked.row(readers.scope(0), MINE, [])
        asking = asyncio.create_task(asked.row(readers.scope(1 + place % 3), "SELECT pg_sleep(600)::text", []))
        await asyncio.sleep(after)
        asking.cancel()
        await asyncio.wait({asking})
        assert list(await asked.row(readers.scope(2), MINE, [])) == readers.own(2)
        assert list(await asked.row(NOBODY, MINE, [])) == NONE_OF_IT


@ON_POSTGRES
async def test_rows_are_told_within_the_session_s_own_scope(database: Database, readers: Readers) -> None:
    async with database.read(readers.scope(3)) as session:
        assert list(await database.row(readers.scope(3), MINE, [], session)) == readers.own(3)
        # The session decides, whatever scope is named beside it.
        assert list(await database.row(EVERY_ROW, MINE, [], session)) == readers.own(3)


@ON_POSTGRES
@pytest.mark.usefixtures("only_one")
async def test_a_scope_is_a_value_and_never_a_part_of_a_statement(asked: Statements, readers: Readers) -> None:
    forged = RowScope("*', false); --", str(readers.owners[0]), "$1 ' %s ? \\")
    assert list(await asked.row(forged, MINE, [])) == NONE_OF_IT
    told = await asked.row(forged, "SELECT current_setting('guantong.grants'), current_setting('guantong.person')", [])
    assert list(told) == [forged.grants.encode(), forged.person.encode()]
    assert (await asked.row(EVERY_ROW, MINE, []))[0] == b"4"
