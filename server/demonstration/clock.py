"""The still clock of the demonstration."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time


@dataclass(frozen=True, slots=True)
class FixedClock:
    """Noon in Shanghai on one day."""

    day: date

    def now(self) -> datetime:
        return datetime.combine(self.day, time(4), UTC)
