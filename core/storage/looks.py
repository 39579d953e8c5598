"""Looks at what many ask for at once, shared by those who ask meanwhile."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from functools import partial
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
T = TypeVar("T")


class Looks(Generic[T]):
    """Looks at something that many ask for at once: each answers everybody who asked before it began.

    So nobody learns what was so before they asked, and a crowd costs no more than two.
    """

    def __init__(self, look: Callable[[], Awaitable[T]], when_idle: Callable[[], object] | None = None) -> None:
        self._look = look
        self._when_idle = when_idle
        self._current: asyncio.Task[T] | None = None
        self._next: asyncio.Task[T] | None = None

    async def now(self) -> T:
        """What a look finds that began after this was asked."""
        if self._next is None:
            self._next = asyncio.ensure_future(self._after(self._current))
            self._next.add_done_callback(self._over)
        return await asyncio.shield(self._next)

    def _over(self, _look: "asyncio.Task[T]") -> None:
        if self._next is None and self._when_idle is not None:
            self._when_idle()

    async def _after(self, current: "asyncio.Task[T] | None") -> T:
        if current is not None and not current.done():
            await asyncio.wait({current})
        self._current, self._next = self._next, None
        return await self._look()


class KeyedLooks(Generic[K, T]):
    """The same for many things, each by its key: requests of one caller that come at once share what is looked up."""

    def __init__(self, look: Callable[[K], Awaitable[T]]) -> None:
        self._look = look
        self._looks: dict[K, Looks[T]] = {}

    async def now(self, key: K) -> T:
        """What a look at one of them finds that began after this was asked."""
        looks = self._looks.get(key)
        if looks is None:
            # Forgotten when its look is over, whether or not anybody still waits for that.
            looks = self._looks[key] = Looks(partial(self._look, key), partial(self._looks.pop, key, None))
        return await looks.now()
