"""Work that goes on beside a block of code, and ends with it."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any


@asynccontextmanager
async def meanwhile(work: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Do it meanwhile; when the block ends it is cancelled, and waited for until it is over."""
    task = asyncio.create_task(work)
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait([task])


@dataclass(frozen=True, slots=True)
class Rhythm:
    """When to look: at once when woken, but not twice in ``least`` seconds, and at the latest after ``most``.

    ``log`` is told when ``what`` failed; the next one comes all the same, because a database that is away for a while
    must not end the looking.
    """

    log: logging.Logger
    what: str
    least: float = 0.0
    _woken: asyncio.Event = field(default_factory=asyncio.Event, init=False)

    def wake(self) -> None:
        """There may be something to see."""
        self._woken.set()

    async def forever(self, look: Callable[[], Awaitable[Any]], most: float, *, waits_first: bool = False) -> None:
        """Look, again and again."""
        if waits_first:
            await self._wait(most)
        while True:
            self._woken.clear()
            try:
                await look()
            except Exception:
                self.log.exception("%s failed", self.what)
            await self._wait(most)

    async def _wait(self, most: float) -> None:
        await asyncio.sleep(min(self.least, most))
        with suppress(TimeoutError):
            async with asyncio.timeout(most):
                await self._woken.wait()
