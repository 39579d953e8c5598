"""Looks out for jobs: starts what is due, says that this process lives, takes over what a dead one has left.

It looks at what is so, not at what happened: a job whose asking was committed is found by any replica, however the
process ended that took the request. The engine is opened with the first job; without any, nothing runs.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col

from core.jobs.phases import JobPhase
from core.jobs.port import Jobs, Turn, TurnState, TurnStatus
from core.models import Job, JobExecutor
from core.services.job_turns import Turns
from core.storage.queries.jobs import due_jobs, executors_since
from core.storage.row_scope import EVERY_ROW
from server.wiring import Parts

log = logging.getLogger("guantong.jobs")
MOST: Final = 200  # jobs looked at together
LEAST_SECONDS: Final = 0.2
Work = Callable[[UUID], Awaitable[None]]
OpenEngine = Callable[[Work], AbstractAsyncContextManager[Jobs]]


@dataclass
class Lookout:
    """``executor`` names this process, ``silence`` is after how many seconds without a word one counts as dead."""

    parts: Parts
    turns: Turns
    open_engine: OpenEngine
    executor: str
    silence: float
    _woken: asyncio.Event = field(default_factory=asyncio.Event, init=False)
    _engine: Jobs | None = field(default=None, init=False)

    def wake(self) -> None:
        """Something may have been asked for."""
        self._woken.set()

    async def look(self, opened: AsyncExitStack) -> None:
        """Look once. The engine, if it has to be opened, stays so until ``opened`` ends."""
        jobs = await self._due()
        if self._engine is None:
            if not jobs:
                return
            self._engine = await opened.enter_async_context(self.open_engine(self.turns.run))
        await self._beat()
        turns = {_turn_of(job): job for job in jobs}
        living, statuses = await self._living(), await self._engine.statuses(turns)
        for turn in turns:
            await self._see_to(self._engine, turn, statuses.get(turn), living)

    async def _see_to(self, engine: Jobs, turn: Turn, status: TurnStatus | None, living: set[str]) -> None:
        if status is None:
            await engine.start(turn)
        elif status.state is TurnState.RUNNING and status.executor not in living:
            log.warning("job %s is taken over from %s", turn.job_id, status.executor)
            await engine.take_over(turn)
        elif status.state is TurnState.OVER and turn in map(_turn_of, await self._due()):
            # It was over before it was looked at again, and did not bring the job to its end.
            log.error("job %s was given up by the engine", turn.job_id)
            await self.turns.give_up(turn.job_id)

    async def _due(self) -> Sequence[Job]:
        async with self.parts.database.read(EVERY_ROW) as session:
            return await due_jobs(session, MOST)

    async def _living(self) -> set[str]:
        since = self.parts.clock.now() - timedelta(seconds=self.silence)
        async with self.parts.database.read(EVERY_ROW) as session:
            return await executors_since(session, since) | {self.executor}

    async def _beat(self) -> None:
        now = self.parts.clock.now()
        async with self.parts.database.write(EVERY_ROW) as session:
            mine = sa.update(JobExecutor).where(col(JobExecutor.name) == self.executor).values(beat_at=now)
            if (await session.exec(mine)).rowcount == 0:
                session.add(JobExecutor(name=self.executor, beat_at=now))

    async def forever(self, seconds: float) -> None:
        """Look, again and again, at the latest after ``seconds``."""
        async with AsyncExitStack() as opened:
            while True:
                self._woken.clear()
                try:
                    await self.look(opened)
                except Exception:  # a database that is away for a while must not end the looking
                    log.exception("looking out for jobs failed")
                await asyncio.sleep(min(LEAST_SECONDS, seconds))
                with suppress(TimeoutError):
                    async with asyncio.timeout(seconds):
                        await self._woken.wait()


def _turn_of(job: Job) -> Turn:
    return Turn(job.id, applies=job.phase in (JobPhase.CONFIRMED, JobPhase.APPLYING))


@asynccontextmanager
async def looking_out(lookout: Lookout, seconds: float) -> AsyncIterator[None]:
    """Meanwhile, look out for jobs."""
    looking = asyncio.create_task(lookout.forever(seconds))
    try:
        yield
    finally:
        looking.cancel()
        await asyncio.wait([looking])
