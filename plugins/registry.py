"""Recorded schemes in memory: core's ``SchemeSource``. An object, one a process, refreshed whole; never a global."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from core.dates import Period
from core.schemes import Scheme


@dataclass(frozen=True, slots=True)
class Recorded:
    """A scheme version and the days on which it is on record (备案)."""

    scheme: Scheme
    on_record: Period


@dataclass(slots=True)
class SchemeRegistry:
    """Which schemes are on record where and when."""

    _entries: tuple[Recorded, ...] = field(default=())

    def replace(self, entries: Iterable[Recorded]) -> None:
        """Swap in a whole new set at once."""
        self._entries = tuple(entries)

    def recorded(self, enterprise: str, day: date) -> Sequence[Scheme]:
        """The schemes of an enterprise that are on record and in force on ``day``."""
        return tuple(
            entry.scheme
            for entry in self._entries
            if entry.scheme.enterprise == enterprise and day in entry.on_record and day in entry.scheme.period
        )
