"""Working days of mainland China (工作日), and the counting of deadlines in them.

Holidays and the weekend days worked in their place are announced each autumn for the year that follows; the library
``chinesecalendar`` holds them. A year that is not announced yet counts weekdays, and what was counted in it is
provisional.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property, lru_cache
from typing import Any

import rfc8785
from chinese_calendar import constants

_SATURDAY = 5
_NATIONAL_DAY_MONTH = 10


@dataclass(frozen=True, slots=True)
class Counted:
    """A day that was counted to; ``provisional`` where a year on the way was not announced yet."""

    day: date
    provisional: bool


@dataclass(frozen=True)
class WorkCalendar:
    """The announced years, the weekdays off in them and the weekend days worked in them."""

    years: frozenset[int]
    rest: frozenset[date]
    work: frozenset[date]

    def is_workday(self, day: date) -> bool:
        """Whether people work on ``day``; of a year that is not announced, whether it is a weekday."""
        return day in self.work or (day.weekday() < _SATURDAY and day not in self.rest)

    def is_announced(self, day: date) -> bool:
        """Whether the holidays of the day's year are known."""
        return day.year in self.years

    def after(self, start: date, days: int) -> Counted:
        """The ``days``-th working day after ``start``, which itself does not count; 0 gives ``start``."""
        day, left, provisional = start, days, False
        for day in _from(start):
            if left == 0:
                break
            provisional = provisional or not self.is_announced(day + timedelta(days=1))
            left -= self.is_workday(day + timedelta(days=1))
        return Counted(day, provisional)

    def between(self, start: date, until: date) -> int:
        """How many working days lie after ``start``, up to and with ``until``; negative when it lies before."""
        if until < start:
            return -self.between(until, start)
        days = ((start + timedelta(days=n)) for n in range(1, (until - start).days + 1))
        return sum(self.is_workday(day) for day in days)

    @cached_property
    def content(self) -> str:
        """All of it in canonical JSON (RFC 8785), to be kept under its digest."""
        told: dict[str, Any] = {
            "years": sorted(self.years),
            "rest": sorted(day.isoformat() for day in self.rest),
            "work": sorted(day.isoformat() for day in self.work),
        }
        return rfc8785.dumps(told).decode()

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the content."""
        return hashlib.sha256(self.content.encode()).hexdigest()


def _from(start: date) -> Iterator[date]:
    day = start
    while True:
        yield day
        day += timedelta(days=1)


@lru_cache(maxsize=1)
def announced() -> WorkCalendar:
    """The calendar as the installed library knows it."""
    return calendar_of(constants.holidays, constants.workdays)


def calendar_of(holidays: "dict[date, str]", workdays: "dict[date, str]") -> WorkCalendar:
    """A calendar from days off and weekend days worked.

    A year counts as announced once its National Day is there: a list may reach into the first days of the next year.
    """
    years = frozenset(day.year for day in holidays if day.month == _NATIONAL_DAY_MONTH)
    rest = frozenset(day for day in holidays if day.year in years and day.weekday() < _SATURDAY)
    return WorkCalendar(years, rest, frozenset(day for day in workdays if day.year in years))


WEEKDAYS = WorkCalendar(frozenset(), frozenset(), frozenset())
