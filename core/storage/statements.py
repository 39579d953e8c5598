"""Statements that are text already: compiled once, sent as they are, each a snapshot of its own.

They pass by the ORM and its sessions, which cost more than the statements themselves. On PostgreSQL a connection is
bound to the rows of one reader for as long as that reader goes on with it, and bound anew for the next; on SQLite
connections refuse to write.
"""

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from itertools import count
from typing import Any, Protocol, TypeVar

import aiosqlite
import psycopg
import sqlalchemy as sa
from psycopg_pool import AsyncConnectionPool

from core.storage.engine import LONGEST_STATEMENT, PRAGMAS, settings_of
from core.storage.row_scope import RowScope
from core.storage.sqlite_functions import FUNCTIONS
from core.unbroken import unbroken

Row = Sequence[bytes | None]
T = TypeVar("T")
_BIND = (
    "SELECT set_config('guantong.grants', $1, false), set_config('guantong.enterprise', $2, false), "
    "set_config('guantong.person', $3, false)"
)
# Which transactions have committed, as a snapshot sees it: the same text is the same state of every table. A standby
# does not list those under way, so it tells no moment; what another server or an earlier run of it tells differs, and
# each connection counts anew: a server that recovers from a crash numbers transactions again that it had lost.
_MOMENT = (
    "SELECT CASE WHEN NOT pg_is_in_recovery() THEN "
    "extract(epoch FROM pg_postmaster_start_time())::text || ' ' || pg_current_snapshot()::text END"
)
# Another number on the same connection whenever any other has committed; connections do not agree on it.
_VERSION = "PRAGMA data_version"
# Of the connection that is asked for it: a network that swallows everything is found out (seconds, milliseconds).
_LEFT_SOON: dict[str, Any] = {"connect_timeout": 5, "tcp_user_timeout": 5_000}
MOST_CONNECTIONS, MOST_PREPARED = 10, 500
BETWEEN_INTERRUPTS = 0.05  # seconds


# What SQLite says of a statement that is nested deeper than it reads (its parser holds a hundred symbols at once).
_LIMITS = ("parser stack overflow", "Expression tree is too large", "at most 64 tables in a join")


class TooDeep(Exception):
    """A statement is nested deeper than this database reads, whoever asks and for what."""


class _Broken(psycopg.OperationalError):
    """The server closed a connection meanwhile."""


class Statements(Protocol):
    """Runs statements for readers."""

    async def row(self, scope: RowScope, sql: str, values: Sequence[Any]) -> Row:
        """The only row of a statement, of the rows of ``scope`` alone; its texts as bytes."""

    async def rows(self, sql: str, values: Sequence[Any]) -> Sequence[Sequence[Any]]:
        """The rows of a statement about tables before which no wall stands."""

    async def moment(self) -> str | None:
        """What the state of the database is known by now; None where it cannot be told.

        Two moments are equal only if nothing was committed between them, by whomever.
        """

    async def close(self) -> None:
        """Close every connection."""


class PostgresStatements:
    """Statements prepared on each connection, whose plans do not depend on values: those that do are other texts."""

    def __init__(self, url: str) -> None:
        address = sa.make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
        settings = settings_of(
            statement_timeout=LONGEST_STATEMENT,
            default_transaction_read_only="on",
            plan_cache_mode="force_generic_plan",
        )
        given: dict[str, Any] = {"options": settings, "application_name": "guantong reads", "autocommit": True}
        self._connect = partial(_Bound.connect, address, **given, **_LEFT_SOON)
        self._watching: tuple[int, psycopg.AsyncRawCursor[Any]] | None = None
        self._number = count()
        self._made = partial(
            AsyncConnectionPool,
            address,
            kwargs=given,
            connection_class=_Bound,
            min_size=0,
            max_size=MOST_CONNECTIONS,
            timeout=10,
            max_idle=300,
            open=False,
        )
        self._pool: AsyncConnectionPool[_Bound] = self._made()
        self._opening = asyncio.Lock()

    async def row(self, scope: RowScope, sql: str, values: Sequence[Any]) -> Row:
        return await self._asked(lambda connection: connection.row(scope, sql, values))

    async def rows(self, sql: str, values: Sequence[Any]) -> Sequence[Sequence[Any]]:
        return await self._asked(lambda connection: connection.rows(sql, values))

    async def moment(self) -> str | None:
        """By a connection of its own: this is asked as often as everything else together."""
        try:
            return await self._moment()
        except psycopg.OperationalError:
            if self._watching is None or not self._watching[1].connection.closed:
                raise
        self._watching = None  # the server closed it meanwhile
        return await self._moment()

    async def _moment(self) -> str | None:
        if self._watching is None:
            self._watching = next(self._number), psycopg.AsyncRawCursor(await self._connect())
        number, cursor = self._watching
        await cursor.execute(_MOMENT, prepare=True)
        found = cursor.pgresult
        told = found.get_value(0, 0) if found is not None else None
        return f"{number} {told.decode()}" if told is not None else None

    async def _asked(self, ask: "Callable[[_Bound], Awaitable[T]]") -> T:
        """An answer. Whoever meets a connection that the server has closed meanwhile asks once more: nothing is lost.

        The others that it closed are found out then, so that nobody else meets them.
        """
        try:
            return await self._once(ask)
        except _Broken:
            await self._pool.check()
            return await self._once(ask)

    async def _once(self, ask: "Callable[[_Bound], Awaitable[T]]") -> T:
        """An answer by some connection. Without its own block, whose commit has nothing to commit."""
        if self._pool.closed:
            await self._opened()
        pool = self._pool
        connection = await pool.getconn()
        try:
            return await ask(connection)
        except psycopg.OperationalError as fault:
            if connection.broken:
                raise _Broken from fault
            raise
        finally:
            await pool.putconn(connection)

    async def _opened(self) -> None:
        async with self._opening:
            if self._pool.closed:
                await self._pool.open()

    async def close(self) -> None:
        pool, self._pool = self._pool, self._made()  # a closed one does not open again
        watching, self._watching = self._watching, None
        if watching is not None:
            await watching[1].connection.close()
        await pool.close()


class _Bound(psycopg.AsyncConnection[Any]):
    """A connection that remembers to whose rows it is bound."""

    prepared_max = MOST_PREPARED
    _scope: RowScope | None = None

    async def row(self, scope: RowScope, sql: str, values: Sequence[Any]) -> Row:
        cursor = psycopg.AsyncRawCursor(self)
        if self._scope != scope:
            self._scope = None  # nobody's, should the binding fail half-way
            await cursor.execute(_BIND, (scope.grants, scope.enterprise, scope.person), prepare=True)
            self._scope = scope
        return await raw_row(cursor, sql, values)

    async def rows(self, sql: str, values: Sequence[Any]) -> list[Any]:
        cursor = psycopg.AsyncRawCursor(self)
        await cursor.execute(sql, values, prepare=True)
        return await cursor.fetchall()


async def raw_row(cursor: "psycopg.AsyncRawCursor[Any]", sql: str, values: Sequence[Any]) -> Row:
    """The only row of a statement, as it came over the wire."""
    await cursor.execute(sql, values, prepare=True)
    found = cursor.pgresult
    if found is None or found.ntuples != 1:
        raise RuntimeError("a compiled read answers with one row")
    return [found.get_value(0, column) for column in range(found.nfields)]


class SQLiteStatements:
    """A few connections, each with a thread of its own."""

    def __init__(self, url: str) -> None:
        self._path = sa.make_url(url).database or ""
        self._places = asyncio.Semaphore(MOST_CONNECTIONS)
        self._idle: list[aiosqlite.Connection] = []
        self._open: set[aiosqlite.Connection] = set()
        self._watching: tuple[int, aiosqlite.Connection] | None = None
        self._number = count()

    async def row(self, scope: RowScope, sql: str, values: Sequence[Any]) -> Row:
        return as_texts(await self.rows(sql, values))

    async def rows(self, sql: str, values: Sequence[Any]) -> Sequence[Sequence[Any]]:
        async with self._places:
            while not self._idle:
                # Whoever leaves meanwhile leaves it to the next.
                await unbroken(self._open_another())
            connection = self._idle.pop()
            try:
                return await _fetched(connection, sql, values)
            finally:
                if connection in self._open:  # not closed meanwhile
                    self._idle.append(connection)

    async def moment(self) -> str | None:
        if self._watching is None:
            await unbroken(self._watch())
        assert self._watching is not None
        number, connection = self._watching
        ((version,),) = await connection.execute_fetchall(_VERSION)
        return f"{number} {version}"

    async def _watch(self) -> None:
        """Open the connection whose versions are told, and which reads nothing else."""
        self._watching = next(self._number), await self._opened()

    async def _open_another(self) -> None:
        self._idle.append(await self._opened())

    async def _opened(self) -> aiosqlite.Connection:
        connection = await aiosqlite.connect(self._path, isolation_level=None, cached_statements=MOST_PREPARED)
        self._open.add(connection)
        for name, (arguments, function) in FUNCTIONS.items():
            await connection.create_function(name, arguments, function, deterministic=True)
        for pragma in ("busy_timeout=10000", *PRAGMAS, "query_only=ON"):
            await connection.execute_fetchall(f"PRAGMA {pragma}")
        return connection

    async def close(self) -> None:
        connections, self._open, self._idle, self._watching = self._open, set(), [], None
        for connection in connections:
            await connection.close()


async def _fetched(connection: aiosqlite.Connection, sql: str, values: Sequence[Any]) -> list[Any]:
    """The rows of a statement, which is stopped when nobody waits for it any more."""
    task = asyncio.ensure_future(_all(connection, sql, values))
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await unbroken(_stopped(connection, task))
        raise


async def _all(connection: aiosqlite.Connection, sql: str, values: Sequence[Any]) -> list[Any]:
    try:
        return list(await connection.execute_fetchall(sql, values))
    except sqlite3.OperationalError as fault:
        if any(limit in str(fault) for limit in _LIMITS):
            raise TooDeep from fault
        raise


async def _stopped(connection: aiosqlite.Connection, task: "asyncio.Task[Any]") -> None:
    """Nobody waits for the answer: the thread would run the statement to its end, and the next reader wait for it."""
    while not task.done():
        # Again and again: one that has not begun yet is not interrupted.
        await connection.interrupt()
        await asyncio.wait({task}, timeout=BETWEEN_INTERRUPTS)
    if not task.cancelled():
        task.exception()


def as_texts(rows: Sequence[Sequence[Any]]) -> Row:
    """The only row of a statement."""
    (row,) = rows
    return [one if one is None else str(one).encode() for one in row]


def statements_of(url: str) -> Statements:
    """Statements over the database of an address."""
    make: Callable[[str], Statements] = SQLiteStatements if url.startswith("sqlite") else PostgresStatements
    return make(url)


async def row_within(session: Any, sql: str, values: Sequence[Any]) -> Row:
    """The only row of a statement in the transaction of a session, beside what else is read in it."""
    connection = await session.connection()
    driver: Any = (await connection.get_raw_connection()).driver_connection
    if isinstance(driver, psycopg.AsyncConnection):
        return await raw_row(psycopg.AsyncRawCursor(driver), sql, values)
    return as_texts(await _fetched(driver, sql, values))
