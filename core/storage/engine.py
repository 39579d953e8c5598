"""Engines that behave alike on SQLite (embedded default) and PostgreSQL: waiting writers, foreign keys, limits."""

import json
import sqlite3
import time
from collections.abc import Mapping
from functools import partial
from typing import Any

import psycopg
import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import URL, Connection, ExceptionContext
from sqlalchemy.engine.interfaces import DBAPICursor
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from core.errors import ErrorCode, GuantongError, Where
from core.storage.row_scope import EVERY_ROW_OPTION
from core.storage.sqlite_functions import add_functions
from core.texts import Text

READ_ONLY = "read_only"
LONGEST_STATEMENT = 15_000  # milliseconds, on PostgreSQL
# Milliseconds that a writer of SQLite waits for the one before it, and at one go: nothing stops it in the midst of one.
_PATIENCE, _AT_ONE_GO = 10_000, 200
# A migration takes seconds, and on a busy machine many: replicas that start together wait for one another.
_MIGRATING = 120_000
_PATIENT = "guantong.patience"
_PRIMARY = 0xFF  # of a result code of SQLite, whose other bits tell more
_DRIVERS = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+psycopg"}
PRAGMAS = (
    "journal_mode=WAL",  # after the timeout: on a new file it waits for whoever writes
    "synchronous=NORMAL",
    "trusted_schema=OFF",
    "temp_store=MEMORY",
    "cache_size=-20000",
)
_to_json = partial(json.dumps, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def make_engine(url: str, *, migrating: bool = False) -> AsyncEngine:
    """The engine of ``url``: ``sqlite:///FILE`` or ``postgresql://…``; the driver is ours to choose.

    ``migrating`` leaves foreign keys off on SQLite, because rebuilding a table there would delete the rows that refer
    to it; on PostgreSQL it sets no time limit, and row-level security lets it see every row.
    """
    parsed = _with_driver(url)
    if parsed.get_backend_name() == "sqlite":
        return _sqlite(parsed, migrating=migrating)
    own = {"statement_timeout": 0, **EVERY_ROW_OPTION} if migrating else {"statement_timeout": LONGEST_STATEMENT}
    return _postgresql(parsed, own)


def _with_driver(url: str) -> URL:
    parsed = sa.make_url(url)
    backend = parsed.get_backend_name()
    if backend not in _DRIVERS:
        raise GuantongError(
            ErrorCode.BAD_ARGUMENT,
            Text(
                f"不支持数据库 {backend}；请使用 sqlite 或 postgresql",
                f"database {backend} is not supported; use sqlite or postgresql",
            ),
        )
    if backend == "sqlite" and parsed.database in (None, "", ":memory:"):
        # Sessions must not share the one connection that an in-memory database lives in.
        raise GuantongError(
            ErrorCode.BAD_ARGUMENT,
            Text("SQLite 须使用文件，不支持内存数据库", "SQLite needs a file; a database in memory is not supported"),
        )
    return parsed.set(drivername=_DRIVERS[backend])


def _sqlite(url: URL, *, migrating: bool) -> AsyncEngine:
    foreign_keys, patience = not migrating, _MIGRATING if migrating else _PATIENCE
    engine = create_async_engine(url, json_serializer=_to_json, hide_parameters=True)

    @event.listens_for(engine.sync_engine, "connect")
    def _connect(connection: Any, record: Any) -> None:
        connection.isolation_level = None  # the driver would swallow the BEGIN that we send ourselves
        record.info[_PATIENT] = patience
        cursor = connection.cursor()
        for pragma in (f"busy_timeout={patience}", *PRAGMAS, f"foreign_keys={'ON' if foreign_keys else 'OFF'}"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()
        add_functions(connection)

    @event.listens_for(engine.sync_engine, "invalidate")
    def _invalidate(connection: Any, _record: Any, _exception: BaseException | None) -> None:
        # Closed with a statement that nobody has finished, it would keep its lock for as long as that is remembered.
        connection.rollback()

    event.listen(engine.sync_engine, "begin", _begin_sqlite)
    return engine


def _begin_sqlite(connection: Connection) -> None:
    """Writers take the lock at once: a transaction that reads first and writes later could fail instead of waiting."""
    read_only = bool(connection.get_execution_options().get(READ_ONLY, False))
    if connection.info.get(READ_ONLY, False) is not read_only:
        connection.exec_driver_sql(f"PRAGMA query_only={'ON' if read_only else 'OFF'}")
        connection.info[READ_ONLY] = read_only
    if read_only:
        connection.exec_driver_sql("BEGIN")
    else:
        _begin_to_write(connection)


def _begin_to_write(connection: Connection) -> None:
    """Wait for the lock a little at a time, so that whoever is cancelled meanwhile is gone at once."""
    patience = connection.info[_PATIENT]
    cursor, ends_at = connection.connection.cursor(), time.monotonic() + patience / 1000
    cursor.execute(f"PRAGMA busy_timeout={_AT_ONE_GO}")
    while not (has_begun := _has_begun(cursor)) and time.monotonic() < ends_at:
        pass
    try:
        if not has_begun:
            connection.exec_driver_sql("BEGIN IMMEDIATE")  # which says what is in the way
    finally:
        cursor.execute(f"PRAGMA busy_timeout={patience}")
        cursor.close()


def _has_begun(cursor: DBAPICursor) -> bool:
    try:
        cursor.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & _PRIMARY != sqlite3.SQLITE_BUSY:
            raise
        return False
    return True


def settings_of(**own: Any) -> str:
    """What a connection to PostgreSQL starts with, as its options say it."""
    # jit costs more than it gains on queries of a few milliseconds.
    settings = {"jit": "off", "timezone": "UTC", "idle_in_transaction_session_timeout": 30_000, **own}
    return " ".join(f"-c {name}={value}" for name, value in settings.items())


def _postgresql(url: URL, own: Mapping[str, Any]) -> AsyncEngine:
    options = settings_of(**own)
    engine = create_async_engine(
        url,
        connect_args={"options": options, "application_name": "guantong"},
        hide_parameters=True,  # an error that reaches a log must not carry what was stored of a person
        json_serializer=_to_json,
        pool_size=10,
        max_overflow=5,
        pool_pre_ping=True,
        pool_recycle=1800,
        pool_timeout=10,
    )
    event.listen(engine.sync_engine, "handle_error", _name_what_no_text_holds)
    return engine


def _name_what_no_text_holds(found: ExceptionContext) -> None:
    """SQLite takes the character NUL and finds nothing by it; PostgreSQL refuses to be asked."""
    if isinstance(found.original_exception, psycopg.DataError) and "NUL" in str(found.original_exception):
        raise no_nul() from found.original_exception


def no_nul(entry: str | None = None) -> GuantongError:
    """The fault of a text that no database keeps on both."""
    return GuantongError(
        ErrorCode.BAD_ARGUMENT,
        Text("文本中不能含 NUL 字符", "no text may hold the character NUL"),
        where=Where(entry=entry) if entry else None,
    )


def reading(engine: AsyncEngine) -> AsyncEngine:
    """The same engine for transactions that see one snapshot and may not write."""
    options: dict[str, Any] = {READ_ONLY: True}
    if engine.dialect.name == "postgresql":
        options |= {"postgresql_readonly": True, "isolation_level": "REPEATABLE READ"}
    return engine.execution_options(**options)
