"""Days, periods and the counting of years, beside counts made day by day."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.dates import SHANGHAI, Period, add_years, days_worked, end_of, in_force, merge, today, years_reached
from core.errors import ErrorCode, GuantongError, Where

DAYS_PER_YEAR = 365
FIRST = date(2018, 1, 1)


def day_of(n: int) -> date:
    return FIRST + timedelta(days=n)


DAYS = st.integers(0, 4000).map(day_of)
# Short and long spans, near each other, so that overlaps, gaps and touching ends all occur.
CLOSED = st.tuples(st.integers(0, 3000), st.integers(1, 900)).map(lambda t: Period(day_of(t[0]), day_of(t[0] + t[1])))
OPEN = st.integers(0, 3000).map(lambda n: Period(day_of(n)))
SPANS = st.lists(st.one_of(CLOSED, CLOSED, OPEN), max_size=6)


class Standing:
    """A clock that stands still."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def now(self) -> datetime:
        return self.moment


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 11, 21, 15, 59, tzinfo=UTC), date(2026, 11, 21)),
        (datetime(2026, 11, 21, 16, 0, tzinfo=UTC), date(2026, 11, 22)),
    ],
)
def test_the_day_turns_at_midnight_in_shanghai(moment: datetime, day: date) -> None:
    assert today(Standing(moment)) == day


@pytest.mark.parametrize(
    ("day", "years", "anniversary"),
    [
        (date(2024, 3, 1), 2, date(2026, 3, 1)),
        (date(2024, 2, 29), 1, date(2025, 2, 28)),
        (date(2024, 2, 29), 4, date(2028, 2, 29)),
        (date(2023, 2, 28), 1, date(2024, 2, 28)),
        (date(2024, 2, 29), 0, date(2024, 2, 29)),
        (date(9990, 6, 1), 20, date.max),
    ],
)
def test_anniversaries(day: date, years: int, anniversary: date) -> None:
    assert add_years(day, years) == anniversary


def test_a_period_holds_its_first_day_and_not_its_last() -> None:
    period = Period(date(2026, 1, 1), date(2026, 2, 1))
    assert date(2025, 12, 31) not in period
    assert date(2026, 1, 1) in period
    assert date(2026, 1, 31) in period
    assert date(2026, 2, 1) not in period
    assert str(period) == "[2026-01-01, 2026-02-01)"
    assert str(Period(date(2026, 1, 1))) == "[2026-01-01, …)"


@pytest.mark.parametrize("until", [date(2026, 1, 1), date(2025, 12, 31)])
def test_a_period_that_does_not_end_after_it_starts_is_refused(until: date) -> None:
    with pytest.raises(GuantongError) as caught:
        Period(date(2026, 1, 1), until)
    assert caught.value.code is ErrorCode.PERIOD_REVERSED
    assert caught.value.message.en == f"period 2026-01-01 to {until} must end after it starts"
    assert caught.value.message.zh == f"期间 2026-01-01 至 {until} 的结束日期须晚于开始日期"


@given(SPANS.filter(lambda s: len(s) >= 2), DAYS)
def test_what_two_periods_share_is_what_lies_in_both(spans: list[Period], day: date) -> None:
    a, b = spans[0], spans[1]
    shared = a & b
    assert (day in a and day in b) == (shared is not None and day in shared)
    assert a.overlaps(b) == b.overlaps(a) == (shared is not None)


@dataclass(frozen=True)
class Row:
    period: Period


def test_in_force_finds_exactly_one_row_or_says_why_not() -> None:
    rows = [Row(Period(date(2025, 1, 1), date(2026, 1, 1))), Row(Period(date(2025, 7, 1)))]
    assert in_force(rows, date(2025, 6, 30), "两年") is rows[0]
    assert in_force(rows, date(2026, 1, 1), "两年") is rows[1]
    with pytest.raises(GuantongError) as none:
        in_force(rows, date(2024, 12, 31), "两年", Where(file="guangzhou.toml"))
    assert none.value.code is ErrorCode.NOT_IN_FORCE
    assert str(none.value).startswith("NOT_IN_FORCE [guangzhou.toml] 两年 在 2024-12-31 没有有效取值")
    with pytest.raises(GuantongError) as several:
        in_force(rows, date(2025, 7, 1), "两年")
    assert several.value.code is ErrorCode.POLICY_OVERLAP
    assert several.value.message.en == "两年 has 2 values on 2025-07-01"


@given(SPANS, DAYS)
def test_merging_keeps_every_day_once(spans: list[Period], day: date) -> None:
    merged = merge(spans)
    assert any(day in span for span in spans) == (sum(day in span for span in merged) == 1)
    assert all(a.end < b.start for a, b in pairwise(merged))


def counted_day_by_day(spans: list[Period], day: date) -> int:
    """Days before ``day`` on which at least one span ran."""
    return sum(any(day_of(n) in s for s in spans) for n in range((day - FIRST).days))


@given(SPANS, DAYS)
def test_days_worked_counts_overlaps_once(spans: list[Period], day: date) -> None:
    assert days_worked(merge(spans), day) == counted_day_by_day(spans, day)


@given(SPANS, st.integers(1, 4))
def test_years_are_reached_on_the_first_day_that_has_them_all(spans: list[Period], years: int) -> None:
    """Enough days worked, and at least as many calendar years since the first of them."""
    reached = years_reached(merge(spans), years, DAYS_PER_YEAR)
    if not spans:
        assert reached is None
        return
    anniversary = add_years(min(s.start for s in spans), years)
    horizon = day_of(4000 + 4 * 366)
    if reached is None:
        assert counted_day_by_day(spans, horizon) < years * DAYS_PER_YEAR
        return
    assert counted_day_by_day(spans, reached) >= years * DAYS_PER_YEAR
    assert reached >= anniversary
    before = reached - timedelta(days=1)
    assert before < anniversary or counted_day_by_day(spans, before) < years * DAYS_PER_YEAR


@given(DAYS, st.integers(0, 6))
def test_unbroken_work_reaches_its_years_on_the_anniversary(start: date, years: int) -> None:
    assert years_reached([Period(start)], years, DAYS_PER_YEAR) == add_years(start, years)


def at_most(later: date | None, earlier: date | None) -> bool:
    return earlier is None or (later is not None and later <= earlier)


@given(SPANS, st.one_of(CLOSED, OPEN), st.integers(0, 4))
def test_more_work_never_delays(spans: list[Period], more: Period, years: int) -> None:
    before = years_reached(merge(spans), years, DAYS_PER_YEAR)
    after = years_reached(merge([*spans, more]), years, DAYS_PER_YEAR)
    assert at_most(after, before)


@given(SPANS.filter(lambda s: len(merge(s)) >= 2), st.integers(0, 4))
def test_filling_a_gap_never_delays(spans: list[Period], years: int) -> None:
    first, second = merge(spans)[:2]
    filled = [*spans, Period(first.end, second.start)]
    assert at_most(years_reached(merge(filled), years, DAYS_PER_YEAR), years_reached(merge(spans), years, 365))


@given(SPANS, st.integers(0, 4))
def test_more_years_are_never_reached_earlier(spans: list[Period], years: int) -> None:
    merged = merge(spans)
    assert at_most(years_reached(merged, years, DAYS_PER_YEAR), years_reached(merged, years + 1, DAYS_PER_YEAR))


@pytest.mark.parametrize(
    ("spans", "years", "reached"),
    [
        # a common year and a leap year are one year each
        ([Period(date(2023, 1, 1))], 1, date(2024, 1, 1)),
        ([Period(date(2024, 1, 1))], 1, date(2025, 1, 1)),
        # 29 February: the missing day is the month's end
        ([Period(date(2024, 2, 29))], 1, date(2025, 2, 28)),
        # exactly one year, and one day short of it
        ([Period(date(2023, 1, 1), date(2024, 1, 1))], 1, date(2024, 1, 1)),
        ([Period(date(2023, 1, 1), date(2023, 12, 31))], 1, None),
        # a hundred days' gap moves the day by a hundred
        ([Period(date(2022, 1, 1), date(2022, 7, 1)), Period(date(2022, 10, 9))], 1, date(2023, 4, 11)),
        # nothing to count
        ([], 1, None),
        ([Period(date(2023, 1, 1))], 0, date(2023, 1, 1)),
    ],
)
def test_years_reached_examples(spans: list[Period], years: int, reached: date | None) -> None:
    assert years_reached(spans, years, DAYS_PER_YEAR) == reached


@pytest.mark.parametrize("days_per_year", [360, 365])
def test_the_length_of_a_year_is_given_not_built_in(days_per_year: int) -> None:
    broken = [Period(day_of(0), day_of(100)), Period(day_of(200))]
    reached = years_reached(broken, 2, days_per_year)
    assert reached == day_of(2 * days_per_year + 100)


def test_a_day_ends_with_its_last_moment_in_shanghai() -> None:
    last = end_of(date(2026, 3, 2))
    assert last.isoformat() == "2026-03-02T23:59:59.999999+08:00"
    assert (last + timedelta(microseconds=1)).astimezone(SHANGHAI).date() == date(2026, 3, 3)
