"""Days, periods and the counting of years.

Days are those of Asia/Shanghai. Periods are half-open, ``[start, until)``. The anniversary day counts; a missing
day is the month's end; overlapping spans count once; broken spans add up in days divided by the days a year that
the policy pack gives (``clock.days_per_year``).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Protocol, TypeVar
from zoneinfo import ZoneInfo

from core.errors import ErrorCode, GuantongError, Where
from core.texts import Text

SHANGHAI = ZoneInfo("Asia/Shanghai")


class Clock(Protocol):
    """Port: what time it is. Tests and the demonstration hold it still."""

    def now(self) -> datetime:
        """The present moment, aware, any zone."""


def today(clock: Clock) -> date:
    """The calendar day in Shanghai."""
    return clock.now().astimezone(SHANGHAI).date()


def start_of(day: date) -> datetime:
    """The first moment of a day in Shanghai."""
    return datetime.combine(day, time.min, SHANGHAI)


def end_of(day: date) -> datetime:
    """The last moment of a day in Shanghai."""
    return datetime.combine(day, time.max, SHANGHAI)


def add_years(day: date, years: int) -> date:
    """The ``years``-th anniversary of ``day``; 29 February falls on 28 February in common years.

    Beyond the last year a date can hold, the last day there is.
    """
    if day.year + years > date.max.year:
        return date.max
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """Half-open span of days; ``until`` None means open-ended."""

    start: date
    until: date | None = None

    def __post_init__(self) -> None:
        if self.until is not None and self.until <= self.start:
            raise GuantongError(
                ErrorCode.PERIOD_REVERSED,
                Text(
                    f"期间 {self.start} 至 {self.until} 的结束日期须晚于开始日期",
                    f"period {self.start} to {self.until} must end after it starts",
                ),
            )

    @property
    def end(self) -> date:
        """``until``, or the last day there is."""
        return self.until or date.max

    def __contains__(self, day: date) -> bool:
        return self.start <= day < self.end

    def overlaps(self, other: "Period") -> bool:
        return self.start < other.end and other.start < self.end

    def __and__(self, other: "Period") -> "Period | None":
        start, end = max(self.start, other.start), min(self.end, other.end)
        return Period(start, None if end == date.max else end) if start < end else None

    def __str__(self) -> str:
        return f"[{self.start}, {self.until or '…'})"


def span(start: date | None, until: date | None) -> Period | None:
    """The days from ``start``, which may be none: nothing has begun, or it ended before that."""
    return Period(start, until) if start is not None and (until is None or start < until) else None


class Dated(Protocol):
    """Anything that is in force for a period."""

    @property
    def period(self) -> Period: ...


D = TypeVar("D", bound=Dated)


def in_force(rows: Iterable[D], day: date, what: str, where: Where | None = None) -> D:
    """The one row in force on ``day``.

    Raises NOT_IN_FORCE when there is none and POLICY_OVERLAP when there are several: a dated value never extrapolates.
    """
    found = [row for row in rows if day in row.period]
    if len(found) == 1:
        return found[0]
    if found:
        raise GuantongError(
            ErrorCode.POLICY_OVERLAP,
            Text(f"{what} 在 {day} 有 {len(found)} 个取值", f"{what} has {len(found)} values on {day}"),
            where=where,
        )
    raise GuantongError(
        ErrorCode.NOT_IN_FORCE,
        Text(f"{what} 在 {day} 没有有效取值", f"{what} has no value in force on {day}"),
        where=where,
    )


def merge(spans: Iterable[Period]) -> list[Period]:
    """Sorted spans with overlapping and touching ones joined."""
    out: list[Period] = []
    for span in sorted(spans, key=lambda s: s.start):
        if out and span.start <= out[-1].end:
            if span.end > out[-1].end:
                out[-1] = Period(out[-1].start, span.until)
        else:
            out.append(span)
    return out


def years_reached(spans: Sequence[Period], years: int, days_per_year: int) -> date | None:
    """The first day on which merged ``spans`` add up to ``years``; None if they never do.

    That is the day their sum reaches ``years * days_per_year``, but not before the anniversary of their first day. So
    an unbroken span reaches it on the anniversary, and filling a gap never moves the day back.
    """
    if not spans:
        return None
    if years == 0:
        return spans[0].start
    anniversary = add_years(spans[0].start, years)
    left = years * days_per_year
    for span in spans:
        length = (span.end - span.start).days
        if length >= left:
            return max(span.start + timedelta(days=left), anniversary)
        left -= length
    return None


def days_worked(spans: Sequence[Period], day: date) -> int:
    """Days of merged ``spans`` that lie before ``day``."""
    return sum((min(s.end, day) - s.start).days for s in spans if s.start < day)
