"""How many calls run side by side, so that one scheme's slowness is its own."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Slots:
    """Turns, at most ``at_once`` in all and ``of_one`` for the same name."""

    def __init__(self, at_once: int, of_one: int) -> None:
        self._all = asyncio.Semaphore(at_once)
        self._of_one = of_one
        self._of: dict[str, asyncio.Semaphore] = {}
        self._waiting: Counter[str] = Counter()

    @asynccontextmanager
    async def turn(self, name: str) -> AsyncIterator[None]:
        """A turn for ``name``; whoever waits for one of its own keeps nobody else waiting."""
        own = self._of.setdefault(name, asyncio.Semaphore(self._of_one))
        self._waiting[name] += 1
        try:
            async with own, self._all:
                yield
        finally:
            self._waiting[name] -= 1
            if not self._waiting[name]:
                del self._waiting[name], self._of[name]
