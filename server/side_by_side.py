"""How many operations of one caller are worked on at once; more wait, so that nobody else waits behind all of them.

Everybody shares one processor and a few connections of the database, first come, first served. Whoever sent two
thousand small operations at once would keep everybody else waiting until the last of them is done.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from core.errors import ErrorCode, GuantongError
from core.texts import Text
from server.responses import RequestFault

MOST_AT_ONCE = 8  # platform default


@dataclass(slots=True)
class _Places:
    free: asyncio.Semaphore
    asked_for: int = 0


@dataclass(slots=True)
class SideBySide:
    """The operations under way of this process, by account. ``seconds`` is how long one waits for its turn at most."""

    seconds: float
    most: int = MOST_AT_ONCE
    _places: dict[str, _Places] = field(default_factory=dict)

    @asynccontextmanager
    async def one(self, account: str) -> AsyncIterator[None]:
        """One more, as soon as there is a place. Raises a 429 when there was none for too long."""
        places = self._places.setdefault(account, _Places(asyncio.Semaphore(self.most)))
        places.asked_for += 1
        try:
            await self._wait(places.free)
            try:
                yield
            finally:
                places.free.release()
        finally:
            places.asked_for -= 1
            if not places.asked_for:
                del self._places[account]

    async def _wait(self, free: asyncio.Semaphore) -> None:
        if not free.locked():
            await free.acquire()  # at once
            return
        try:
            async with asyncio.timeout(self.seconds):
                await free.acquire()
        except TimeoutError:
            raise _too_many(self.most) from None


def _too_many(most: int) -> RequestFault:
    message = Text(
        f"同时进行的操作超过 {most} 个，等待过久；请等前面的操作完成后重试",
        f"more than {most} operations are under way for you, and this one waited too long; let them end first",
    )
    return RequestFault(429, GuantongError(ErrorCode.RATE_LIMITED, message), {"retry-after": "1"})
