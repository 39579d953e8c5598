"""The moment of a database: another after every commit by whomever, the same as long as there is none."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import suppress

import psycopg
import pytest
import sqlalchemy as sa

from core.storage import statements
from core.storage.database import Database
from core.storage.row_scope import EVERY_ROW
from core.storage.statements import PostgresStatements, SQLiteStatements
from tests import builders
from tests.conftest import ON_POSTGRES, PostgresServer

pytestmark = pytest.mark.anyio
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
async def reader(database_url: str, anyio_backend: str) -> AsyncIterator[Database]:
    """Whoever asks for the moment, by connections of their own."""
    reader = Database(database_url)
    yield reader
    await reader.dispose()


async def until_still(reader: Database) -> str:
    """A moment that holds from one look to the next; others may write to the same server of PostgreSQL."""
    last = await reader.moment()
    for _ in range(400):
        moment = await reader.moment()
        if moment == last:
            assert moment is not None
            return moment
        last = moment
    raise AssertionError("it never stood still")


async def test_it_is_the_same_while_nothing_is_written(reader: Database, database: Database) -> None:
    await until_still(reader)
    before = await until_still(reader)
    for _ in range(400):
        async with database.read(EVERY_ROW) as session:
            await session.exec(sa.text("SELECT count(*) FROM person"))  # type: ignore[call-overload]
        if await reader.moment() == before:
            return
        before = await until_still(reader)
    raise AssertionError("it is another though only read")


async def test_it_is_another_after_every_commit(reader: Database, database: Database) -> None:
    """By other connections and by those of the reader itself; none comes again."""
    seen = {await reader.moment()}
    for number in range(12):
        async with (database, reader)[number % 2].write(EVERY_ROW) as session:
            session.add(builders.person())
            await session.flush()
        moment = await reader.moment()
        assert moment not in seen
        seen.add(moment)


async def test_a_transaction_counts_from_its_commit_on(reader: Database, database: Database) -> None:
    """Begun before others, and committed after them; with savepoints released and taken back."""
    async with database.write(EVERY_ROW) as session:
        async with session.begin_nested():
            session.add(builders.person())
        async with session.begin_nested() as inner:
            session.add(builders.person())
            await session.flush()
            await inner.rollback()
        held = await until_still(reader)
    assert await reader.moment() != held


@ON_POSTGRES
async def test_commits_in_another_order_than_they_began_are_other_moments(
    reader: Database, database: Database, database_url: str
) -> None:
    """Every set of those that have committed is a moment of its own."""
    seen = [await reader.moment()]
    open_ = []
    for _ in range(4):
        connection = await psycopg.AsyncConnection.connect(database_url.replace("+psycopg", ""))
        await connection.execute("SELECT pg_current_xact_id()")
        open_.append(connection)
    for place in (2, 0, 3, 1):
        await open_[place].commit()
        seen.append(await reader.moment())
        await open_[place].close()
    assert len(set(seen)) == len(seen)


@ON_POSTGRES
async def test_another_connection_begins_anew(
    reader: Database, postgres: PostgresServer, postgres_database: str
) -> None:
    """A server that recovered from a crash gives numbers again that it had lost."""
    before = await reader.moment()
    for _ in range(5):
        postgres.end_connections(postgres_database)
        after = await reader.moment()
        assert after is not None, "the server closed a connection, which is no reason not to know"
        assert before is not None
        assert after.split(" ")[0] != before.split(" ")[0]
        before = after


@ON_POSTGRES
async def test_one_that_is_lost_is_replaced(reader: Database) -> None:
    assert isinstance(reader.statements, PostgresStatements)
    before = await reader.moment()
    assert reader.statements._watching is not None
    reader.statements._watching[1].connection.pgconn.finish()
    assert await reader.moment() not in (None, before)


@ON_POSTGRES
async def test_a_standby_tells_none(reader: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(statements, "_MOMENT", statements._MOMENT.replace("NOT pg_is_in_recovery()", "false"))
    assert await reader.moment() is None


async def test_a_server_out_of_reach_tells_none() -> None:
    nowhere = Database("postgresql://nobody@127.0.0.1:9/nowhere")
    assert await nowhere.moment() is None
    await nowhere.dispose()


@ON_SQLITE
async def test_it_sees_what_is_written_without_us(reader: Database, database_url: str) -> None:
    """By the library alone, in journals of both kinds of checkpoint, and by a change of the tables."""
    other = sqlite3.connect(database_url.removeprefix("sqlite:///"), isolation_level=None)
    seen = {await reader.moment()}
    for sql in ("CREATE TABLE example (a)", "INSERT INTO example VALUES (1)", "DROP TABLE example"):
        for how in ("PASSIVE", "TRUNCATE"):
            with suppress(sqlite3.OperationalError):
                other.execute(sql)
                moment = await reader.moment()
                assert moment not in seen
                seen.add(moment)
            other.execute(f"PRAGMA wal_checkpoint({how})")
    other.close()
    assert len(seen) == 5


@ON_SQLITE
async def test_connections_do_not_pass_for_one_another(reader: Database) -> None:
    assert isinstance(reader.statements, SQLiteStatements)
    before = await reader.moment()
    await reader.statements.close()
    assert await reader.moment() not in (None, before)


async def test_a_crowd_asks_twice(reader: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    looks, moment = [], reader.statements.moment

    async def counted() -> str | None:
        looks.append(1)
        return await moment()

    monkeypatch.setattr(reader.statements, "moment", counted)
    first = asyncio.ensure_future(reader.moment())
    while not looks:
        await asyncio.sleep(0)
    found = await asyncio.gather(first, *(reader.moment() for _ in range(50)))
    assert all(found)
    assert len(looks) == 2


async def test_who_leaves_takes_it_from_nobody(reader: Database) -> None:
    await reader.moment()
    for waits in range(8):
        leaving = [asyncio.ensure_future(reader.moment()) for _ in range(3)]
        staying = asyncio.ensure_future(reader.moment())
        for _ in range(waits):
            await asyncio.sleep(0)
        for one in leaving:
            one.cancel()
        assert await asyncio.wait_for(staying, 30)
        await asyncio.wait(leaving)


async def test_one_that_hangs_keeps_nobody_long(reader: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    go_on, moment = asyncio.Event(), reader.statements.moment

    async def hangs() -> str | None:
        await go_on.wait()
        return await moment()

    monkeypatch.setattr("core.storage.database.LONGEST_LOOK", 0.05)
    monkeypatch.setattr(reader.statements, "moment", hangs)
    assert [await reader.moment() for _ in range(2)] == [None, None]
    monkeypatch.setattr("core.storage.database.LONGEST_LOOK", 30)
    go_on.set()
    assert await reader.moment()
