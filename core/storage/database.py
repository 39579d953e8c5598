"""One database: sessions that are one transaction each, migrations, and a count of queries for tests."""

import asyncio
import logging
from collections.abc import AsyncIterator, Coroutine, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from typing import Any, NamedTuple

from sqlalchemy import Connection, event
from sqlalchemy.ext.asyncio import async_sessionmaker
from sqlmodel import Session
from sqlmodel.ext.asyncio.session import AsyncSession

from core.storage.engine import make_engine, reading
from core.storage.looks import Looks
from core.storage.migrate import require_current, upgrade
from core.storage.row_scope import RowScope, hold_to, is_walled
from core.storage.statements import Row, row_within, statements_of
from core.storage.tracing import statement_span, trace_statements
from core.unbroken import unbroken

log = logging.getLogger("guantong.storage")
# Seconds: whoever would wait longer for the moment is better off without it.
LONGEST_LOOK = 1
# What the engine sends of its own accord is no query of ours.
_NOT_COUNTED = ("BEGIN", "PRAGMA", "SAVEPOINT", "RELEASE", "SELECT set_config(")


class Connections(NamedTuple):
    """The connections of a pool: how many are in use, how many wait to be, how many are kept open at most."""

    in_use: int
    idle: int
    kept: int


class Database:
    """Gives out sessions. A session is one transaction, committed at the end of its block, rolled back on any error."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.engine = make_engine(url)
        trace_statements(self.engine)
        self._noted: list[list[str]] = []
        self.statements = statements_of(url)
        self._looking: asyncio.Task[str | None] | None = None
        self._moments: Looks[str | None] = Looks(self._moment)
        self._reader = self._sessions(reading(self.engine))
        self._writer = self._sessions(self.engine)

    @property
    def dialect(self) -> str:
        """``sqlite`` or ``postgresql``."""
        return self.engine.dialect.name

    @asynccontextmanager
    async def read(self, scope: RowScope) -> AsyncIterator[AsyncSession]:
        """A session on one snapshot that refuses to write, and touches the rows of ``scope`` alone."""
        async with self._transaction(self._reader, scope) as session:
            await session.begin()
            yield session

    @asynccontextmanager
    async def write(self, scope: RowScope) -> AsyncIterator[AsyncSession]:
        """A session that writes the rows of ``scope``; on SQLite a second writer waits, from its first statement on.

        Whoever took it back to its beginning may go on with it.
        """
        async with self._transaction(self._writer, scope) as session:
            yield session

    async def row(self, scope: RowScope, sql: str, values: Sequence[Any], session: AsyncSession | None = None) -> Row:
        """The only row of a statement that is text already: a snapshot of its own, or that of a session."""
        for sent in self._noted:
            sent.append(sql)
        with statement_span(self.dialect, sql):
            if session is not None:
                return await row_within(session, sql, values)
            return await self.statements.row(scope, sql, values)

    async def rows(self, sql: str, values: Sequence[Any]) -> Sequence[Sequence[Any]]:
        """The rows of a statement that is text already, about tables before which no wall stands."""
        for sent in self._noted:
            sent.append(sql)
        with statement_span(self.dialect, sql):
            return await self.statements.rows(sql, values)

    async def moment(self) -> str | None:
        """What the state of all tables is known by, at some time after this was asked; None where it cannot be told.

        As long as it is the same, nothing was committed, and whatever was read is what would be read again.
        """
        return await self._moments.now()

    async def _moment(self) -> str | None:
        """A database out of reach tells none, as one that hangs; whatever else is asked of it says so."""
        if self._looking is not None and not self._looking.done():
            await asyncio.wait({self._looking}, timeout=LONGEST_LOOK)
            if not self._looking.done():
                return None  # what is told at last tells of a time before
        self._looking = asyncio.ensure_future(self.statements.moment())
        self._looking.add_done_callback(lambda look: look.cancelled() or look.exception())  # whoever waits for it
        await asyncio.wait({self._looking}, timeout=LONGEST_LOOK)
        if not self._looking.done():
            return None
        try:
            return self._looking.result()
        except Exception as fault:
            log.warning("the moment is not told: %s", type(fault).__name__)
            return None

    @asynccontextmanager
    async def _transaction(
        self, sessions: async_sessionmaker[AsyncSession], scope: RowScope
    ) -> AsyncIterator[AsyncSession]:
        """Whoever is cancelled while it ends must neither cut it in two nor keep its connection."""
        session = sessions()
        if self.dialect == "postgresql":
            hold_to(session, scope)
        try:
            yield session
        except BaseException:
            await unbroken(_ended(session, session.rollback()))
            raise
        await unbroken(_ended(session, session.commit()))

    async def is_walled(self) -> bool:
        """Whether the database keeps enterprises apart by itself, were a predicate forgotten."""
        return await is_walled(self.engine)

    @property
    def connections(self) -> Connections:
        """How many connections there are now."""
        pool: Any = self.engine.pool
        return Connections(pool.checkedout(), pool.checkedin(), pool.size())

    async def migrate(self) -> None:
        """Bring the tables to the newest form; does nothing when they are."""
        await upgrade(self.url)

    async def require_current(self) -> None:
        """Raise DATABASE_OUTDATED unless it was migrated to the form that the code expects."""
        await require_current(self.engine)

    async def dispose(self) -> None:
        """Close every pooled connection."""
        await self.statements.close()
        await self.engine.dispose()

    @contextmanager
    def count_queries(self) -> Iterator[list[str]]:
        """Collects the statements sent while the block runs: ``len()`` of it is their number."""
        sent: list[str] = []

        def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            if not statement.startswith(_NOT_COUNTED):
                sent.append(statement)

        event.listen(self.engine.sync_engine, "before_cursor_execute", note)
        self._noted.append(sent)
        try:
            yield sent
        finally:
            self._noted.remove(sent)
            event.remove(self.engine.sync_engine, "before_cursor_execute", note)

    @staticmethod
    def _sessions(engine: Any) -> async_sessionmaker[AsyncSession]:
        # Attributes stay readable after the transaction: reloading them would need a connection that is gone.
        return async_sessionmaker(
            engine, class_=AsyncSession, expire_on_commit=False, sync_session_class=_InterruptibleSession
        )


class _InterruptibleSession(Session):
    """Remembers what its statements run on."""


@event.listens_for(_InterruptibleSession, "after_begin")
def _remember(session: Session, _transaction: Any, connection: Connection) -> None:
    session.info["driver"] = connection.connection.driver_connection


async def interrupt(session: AsyncSession) -> None:
    """Stop the statement that a session is waiting for, whose task is about to be cancelled.

    PostgreSQL is told so by its driver, when the task is; SQLite works in a thread, which would run it to its end.
    """
    stop = getattr(session.info.get("driver"), "interrupt", None)
    if stop is not None:
        with suppress(ValueError):  # closed already
            await stop()


async def _ended(session: AsyncSession, ending: Coroutine[Any, Any, None]) -> None:
    try:
        await ending
    finally:
        await session.close()
