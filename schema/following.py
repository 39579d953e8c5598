"""Waiting for rounds and jobs to move: a look an interval for all who wait in the process, and none when nobody does.

What is followed is known by a number that only rises, so that nothing that happens between an answer and the wait for
the next is missed, whichever process did it. A new day counts as a change: clocks tell other numbers then.
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import structlog

from core.storage.queries.counted import Counted, Subject

_log = structlog.get_logger(__name__)
Look = Callable[[Collection[Subject]], Awaitable[Mapping[Subject, int]]]


@dataclass(frozen=True, slots=True)
class Followed:
    """What an answer showed, by its number, and the day of that answer."""

    counted: Counted
    id: UUID
    number: int
    day: date

    @property
    def subject(self) -> Subject:
        return self.counted, self.id


class Following:
    """Wakes those who wait. ``look`` gives the numbers by subject, ``seconds`` lie between two looks."""

    def __init__(self, look: Look, today: Callable[[], date], seconds: float) -> None:
        self._look = look
        self._today = today
        self._seconds = seconds
        self._waiting: dict[asyncio.Future[None], Followed] = {}
        self._looking: asyncio.Task[None] | None = None

    @property
    def waiting(self) -> int:
        """How many wait."""
        return len(self._waiting)

    async def changed(self, followed: Collection[Followed]) -> None:
        """Return once one of them is no longer as it was followed."""
        woken = {asyncio.get_running_loop().create_future(): one for one in followed}
        self._waiting |= woken
        if self._looking is None:
            self._looking = asyncio.create_task(self._look_while_somebody_waits())
        try:
            await asyncio.wait(woken, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for future in woken:
                self._waiting.pop(future, None)
                future.cancel()
            if not self._waiting and self._looking is not None:
                self._looking.cancel()
                self._looking = None

    async def _look_while_somebody_waits(self) -> None:
        while True:
            await asyncio.sleep(self._seconds)
            try:
                await self._wake()
            except Exception:  # a database that is away for a while must not end the looking
                _log.exception("looking at followed rounds failed")

    async def _wake(self) -> None:
        waiting, day = dict(self._waiting), self._today()
        found = await self._look({one.subject for one in waiting.values()})
        for future, one in waiting.items():
            if (found.get(one.subject), day) != (one.number, one.day) and not future.done():
                future.set_result(None)
