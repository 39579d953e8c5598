"""Engines that behave alike on SQLite (embedded default) and PostgreSQL: waiting writers, foreign keys, limits."""

import json
from functools import partial
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import URL, Connection
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from core.errors import ErrorCode, GuantongError
from core.texts import Text

READ_ONLY = "read_only"
_DRIVERS = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+psycopg"}
_PRAGMAS = (
    "journal_mode=WAL",
    "busy_timeout=10000",
    "synchronous=NORMAL",
    "trusted_schema=OFF",
    "temp_store=MEMORY",
    "cache_size=-20000",
)
_to_json = partial(json.dumps, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def make_engine(url: str, *, migrating: bool = False) -> AsyncEngine:
    """The engine of ``url``: ``sqlite:///FILE`` or ``postgresql://…``; the driver is ours to choose.

    ``migrating`` leaves foreign keys off on SQLite, because rebuilding a table there would delete the rows that refer
    to it, and sets no time limit on PostgreSQL.
    """
    parsed = _with_driver(url)
    if parsed.get_backend_name() == "sqlite":
        return _sqlite(parsed, foreign_keys=not migrating)
    return _postgresql(parsed, statement_timeout=0 if migrating else 15_000)


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


def _sqlite(url: URL, *, foreign_keys: bool) -> AsyncEngine:
    engine = create_async_engine(url, json_serializer=_to_json, hide_parameters=True)

    @event.listens_for(engine.sync_engine, "connect")
    def _connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # the driver would swallow the BEGIN that we send ourselves
        cursor = connection.cursor()
        for pragma in (*_PRAGMAS, f"foreign_keys={'ON' if foreign_keys else 'OFF'}"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

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
    connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")


def _postgresql(url: URL, *, statement_timeout: int) -> AsyncEngine:
    # jit costs more than it gains on queries of a few milliseconds.
    settings = {
        "jit": "off",
        "timezone": "UTC",
        "statement_timeout": statement_timeout,
        "idle_in_transaction_session_timeout": 30_000,
    }
    options = " ".join(f"-c {name}={value}" for name, value in settings.items())
    return create_async_engine(
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


def reading(engine: AsyncEngine) -> AsyncEngine:
    """The same engine for transactions that see one snapshot and may not write."""
    options: dict[str, Any] = {READ_ONLY: True}
    if engine.dialect.name == "postgresql":
        options |= {"postgresql_readonly": True, "isolation_level": "REPEATABLE READ"}
    return engine.execution_options(**options)
