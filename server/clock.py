"""The clock of the running system."""

from datetime import UTC, datetime


class SystemClock:
    """Implements ``core.dates.Clock`` with the machine's own time."""

    def now(self) -> datetime:
        return datetime.now(UTC)
