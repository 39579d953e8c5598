"""Counters of the minutes of each account in this process, for the limits library's moving window.

The library's own memory looks through all accounts at every hit (``__expire_events``): with five thousand of them that
takes half a millisecond. This one looks through them once a minute.
"""

import time
from dataclasses import dataclass
from math import floor

from limits.aio.storage import MemoryStorage


@dataclass(slots=True)
class _Counted:
    """What was counted of one account in a span of time, by its number since 1970, and in the one before."""

    span: int
    now: int = 0
    before: int = 0

    def reach(self, span: int) -> None:
        """Go on to a span."""
        if span != self.span:
            self.before = self.now if span == self.span + 1 else 0
            self.span, self.now = span, 0


class Windows(MemoryStorage):
    """Counts without ever giving way to another task, so that nobody can come between."""

    def __init__(self) -> None:
        super().__init__()
        self._counted: dict[tuple[str, int], _Counted] = {}
        self._cleared: dict[int, int] = {}

    def __len__(self) -> int:
        return len(self._counted)

    async def acquire_sliding_window_entry(self, key: str, limit: int, expiry: int, amount: int = 1) -> bool:
        """Count ``amount`` for a key, if no more than ``limit`` comes together within ``expiry`` seconds."""
        counted, passed = self._reached(key, expiry)
        if floor(counted.before * (1 - passed) + counted.now) + amount > limit:
            return False
        counted.now += amount
        return True

    async def get_sliding_window(self, key: str, expiry: int) -> tuple[int, float, int, float]:
        """What was counted in the span before and for how many seconds it still does, and the same of the present."""
        counted, passed = self._reached(key, expiry)
        left = (1 - passed) * expiry
        return counted.before, left if counted.before else 0.0, counted.now, left + expiry

    def _reached(self, key: str, expiry: int) -> tuple[_Counted, float]:
        """The counters of a key as of now, and the part of the present span that has passed."""
        span, passed = divmod(time.time() / expiry, 1)
        number = int(span)
        self._clear(number, expiry)
        counted = self._counted.setdefault((key, expiry), _Counted(number))
        counted.reach(number)
        return counted, passed

    def _clear(self, span: int, expiry: int) -> None:
        """Forget whoever asked for nothing in the last span, once in each."""
        if self._cleared.get(expiry) == span:
            return
        self._cleared[expiry] = span
        old = [key for key, one in self._counted.items() if key[1] == expiry and one.span < span - 1]
        for key in old:
            del self._counted[key]
