"""Looks out for jobs: takes what is due, says that this process lives, goes on with what a dead one had in hand.

It looks at what is so, not at what happened: a job whose asking was committed is found by any replica, however the
process ended that took the request.
"""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from core.services.job_leases import Executor, any_free, beat, begin, left_by, let_go, take, worn_out
from core.services.job_turns import Turns
from core.storage.row_scope import EVERY_ROW
from core.unbroken import unbroken
from server.meanwhile import Rhythm, meanwhile
from server.wiring import Parts

log = logging.getLogger("guantong.jobs")
SIDE_BY_SIDE: Final = 2  # jobs of one process
LEAST_SECONDS: Final = 0.2
# How long a fault of the surroundings is waited for each time, in seconds; then the job is given up.
PATIENCE: Final = (1.0, 5.0, 15.0)


@dataclass
class Lookout:
    """``silence`` is after how many seconds without a word a process counts as dead."""

    parts: Parts
    turns: Turns
    executor: Executor
    silence: float
    patience: tuple[float, ...] = PATIENCE
    rhythm: Rhythm = field(default_factory=lambda: Rhythm(log, "looking out for jobs", LEAST_SECONDS))
    _running: dict[UUID, "asyncio.Task[None]"] = field(default_factory=dict, init=False)
    _has_begun: bool = field(default=False, init=False)
    _beat_at: datetime | None = field(default=None, init=False)

    def wake(self) -> None:
        """Something may have been asked for."""
        self.rhythm.wake()

    async def look(self) -> None:
        """Look once, and begin what was taken."""
        self._running = {id_: task for id_, task in self._running.items() if not task.done()}
        await self._begin()
        now = self.parts.clock.now()
        since = now - timedelta(seconds=self.silence)
        async with self.parts.database.read(EVERY_ROW) as session:
            is_some = await any_free(session, since)
        wanted = SIDE_BY_SIDE - len(self._running) if is_some else 0
        if self._running or wanted:
            await self._take(now, since, wanted)

    async def idle(self) -> None:
        """Wait for everything that was begun."""
        if self._running:
            await asyncio.wait(self._running.values())

    async def _begin(self) -> None:
        """Whatever this replica had in hand before it was started again is free at once."""
        if self._has_begun:
            return
        async with self.parts.database.read(EVERY_ROW) as session:
            was_there = await left_by(session, self.executor)
        if was_there:
            async with self.parts.database.write(EVERY_ROW) as session:
                await begin(session, self.executor)
        self._has_begun = True

    async def _take(self, now: datetime, since: datetime, wanted: int) -> None:
        async with self.parts.database.write(EVERY_ROW) as session:
            if self._beat_at is None or (now - self._beat_at).total_seconds() >= self.silence / 4:
                await beat(session, self.executor, now)
                self._beat_at = now
            taken = await take(session, self.executor, since, wanted) if wanted else []
            spent = await worn_out(session, taken)
        for id_ in taken:
            work = self.turns.give_up(id_) if id_ in spent else self._run(id_)
            self._running[id_] = asyncio.create_task(work)

    async def _run(self, job_id: UUID) -> None:
        for seconds in (*self.patience, 0):
            try:
                await self.turns.run(job_id)
                return
            except Exception:
                log.exception("job %s failed", job_id)
            await asyncio.sleep(seconds)
        await self.turns.give_up(job_id)

    async def close(self) -> None:
        """Stop what runs, and give it back."""
        for task in self._running.values():
            task.cancel()
        if self._running:
            await asyncio.wait(self._running.values())
        if self._beat_at is not None:
            async with self.parts.database.write(EVERY_ROW) as session:
                await let_go(session, self.executor)


@asynccontextmanager
async def looking_out(lookout: Lookout, seconds: float) -> AsyncIterator[None]:
    """Meanwhile, look out for jobs."""
    try:
        async with meanwhile(lookout.rhythm.forever(lookout.look, seconds)):
            yield
    finally:
        await unbroken(lookout.close())
