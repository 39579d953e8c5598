"""Rows that hold for a span of days."""

from datetime import date
from typing import Protocol


class Dated(Protocol):
    """A row in force on the days ``[starts, ends)``."""

    starts: date
    ends: date | None


def in_force(_known: object, day: date, starts: str, ends: str | None) -> bool:
    """The same of days as JSON has them, for compiled reads."""
    return date.fromisoformat(starts) <= day and (ends is None or day < date.fromisoformat(ends))


def holds(row: Dated, day: date) -> bool:
    """Whether the row is in force on a day."""
    return row.starts <= day and (row.ends is None or day < row.ends)
