"""One database: sessions that are one transaction each, migrations, and a count of queries for tests."""

from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from typing import Any

from sqlalchemy import Connection, event
from sqlalchemy.ext.asyncio import async_sessionmaker
from sqlmodel import Session
from sqlmodel.ext.asyncio.session import AsyncSession

from core.storage.engine import make_engine, reading
from core.storage.migrate import require_current, upgrade
from core.unbroken import unbroken

# What the engine sends of its own accord is no query of ours.
_NOT_COUNTED = ("BEGIN", "PRAGMA", "SAVEPOINT", "RELEASE")


class Database:
    """Gives out sessions. A session is one transaction, committed at the end of its block, rolled back on any error."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.engine = make_engine(url)
        self._reader = self._sessions(reading(self.engine))
        self._writer = self._sessions(self.engine)

    @property
    def dialect(self) -> str:
        """``sqlite`` or ``postgresql``."""
        return self.engine.dialect.name

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncSession]:
        """A session on one snapshot that refuses to write."""
        async with _transaction(self._reader) as session:
            yield session

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncSession]:
        """A session that writes; on SQLite a second writer waits for the first."""
        async with _transaction(self._writer) as session:
            yield session

    async def migrate(self) -> None:
        """Bring the tables to the newest form; does nothing when they are."""
        await upgrade(self.url)

    async def require_current(self) -> None:
        """Raise DATABASE_OUTDATED unless it was migrated to the form that the code expects."""
        await require_current(self.engine)

    async def dispose(self) -> None:
        """Close every pooled connection."""
        await self.engine.dispose()

    @contextmanager
    def count_queries(self) -> Iterator[list[str]]:
        """Collects the statements sent while the block runs: ``len()`` of it is their number."""
        sent: list[str] = []

        def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            if not statement.startswith(_NOT_COUNTED):
                sent.append(statement)

        event.listen(self.engine.sync_engine, "before_cursor_execute", note)
        try:
            yield sent
        finally:
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


@asynccontextmanager
async def _transaction(sessions: async_sessionmaker[AsyncSession]) -> AsyncIterator[AsyncSession]:
    """One transaction: whoever is cancelled while it ends must neither cut it in two nor keep its connection."""
    session = sessions()
    try:
        await session.begin()
        yield session
    except BaseException:
        await unbroken(_ended(session, session.rollback()))
        raise
    await unbroken(_ended(session, session.commit()))


async def _ended(session: AsyncSession, ending: Coroutine[Any, Any, None]) -> None:
    try:
        await ending
    finally:
        await session.close()
