"""Puts the look-out together: which engine, in which database, under which name."""

import socket
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from core.jobs.port import Jobs
from core.permissions import Actor
from core.services.call import Call
from core.services.job_turns import Turns
from core.storage.row_scope import EVERY_ROW
from server.jobs.lookout import Lookout, Work
from server.settings import Settings
from server.wiring import PLATFORM, Parts


def lookout_of(settings: Settings, parts: Parts) -> Lookout:
    """The look-out of this process."""

    def open_call(actor: Actor, request_id: str) -> AbstractAsyncContextManager[Call]:
        return parts.use_cases(actor, request_id, EVERY_ROW if actor is PLATFORM else None)

    executor = settings.replica or f"{socket.gethostname()}-{settings.port}"

    @asynccontextmanager
    async def open_engine(work: Work) -> AsyncIterator[Jobs]:
        # Half a second and 43 MB, which only those pay who have work.
        from server.jobs.engine import open_engine as open_dbos  # noqa: PLC0415

        async with open_dbos(_address(settings), executor, work, settings.job_seconds) as engine:
            yield engine

    return Lookout(parts, Turns(open_call, PLATFORM), open_engine, executor, settings.job_silence)


def _address(settings: Settings) -> str:
    """A file of its own beside the home's, or the product's PostgreSQL, where it has a schema of its own."""
    if settings.database.startswith("sqlite"):
        return f"sqlite:///{settings.home.absolute() / 'jobs.db'}"
    return settings.database
