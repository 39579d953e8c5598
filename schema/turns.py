"""Who may use the processor: work of milliseconds takes turns, so that a hundred pieces of one request leave room.

What a request asks for side by side comes back together all the same: whatever is loaded for the results is then loaded
in one statement, not in one for each.
"""

import asyncio
from collections.abc import Callable
from typing import TypeVar

R = TypeVar("R")


class Turns:
    """The turns of one request. ``turn`` is shared by all requests of the process."""

    def __init__(self, turn: asyncio.Lock) -> None:
        self._turn = turn
        self._waiting = 0
        self._all_done = asyncio.Event()

    async def take(self, work: Callable[[], R]) -> R:
        """The result of ``work``, once everything that waits beside it is worked out too."""
        all_done = self._all_done
        self._waiting += 1
        try:
            async with self._turn:
                await asyncio.sleep(0)  # whoever else wants to run does so now
                result = work()
        finally:
            self._waiting -= 1
            if not self._waiting:
                all_done.set()
                self._all_done = asyncio.Event()
        await all_done.wait()
        return result
