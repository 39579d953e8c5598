"""Sets of days, beside plain Python sets of day numbers."""

from datetime import date
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from core.eligibility.days import (
    ALWAYS,
    FOREVER,
    NEVER,
    Days,
    contains,
    first_from,
    intersect,
    span,
    span_holding,
    union,
)

# A small window of day numbers keeps the plain sets small.
BASE = date(2026, 1, 1).toordinal()
WIDTH = 40


def spans_of(numbers: frozenset[int]) -> Days:
    """The set in the form that the module keeps: sorted, disjoint, not touching."""
    out: list[tuple[int, int]] = []
    for number in sorted(numbers):
        if out and out[-1][1] == number:
            out[-1] = (out[-1][0], number + 1)
        else:
            out.append((number, number + 1))
    return tuple(out)


def numbers_of(days: Days) -> frozenset[int]:
    return frozenset(number for start, end in days for number in range(start, end))


NUMBERS = st.frozensets(st.integers(BASE, BASE + WIDTH), max_size=25)
DAY = st.integers(BASE - 2, BASE + WIDTH + 2).map(date.fromordinal)


def is_tidy(days: Days) -> bool:
    return all(start < end for start, end in days) and all(a[1] < b[0] for a, b in pairwise(days))


@given(NUMBERS, NUMBERS)
def test_days_in_both(a: frozenset[int], b: frozenset[int]) -> None:
    both = intersect(spans_of(a), spans_of(b))
    assert numbers_of(both) == a & b
    assert is_tidy(both)


@given(NUMBERS, NUMBERS)
def test_days_in_either(a: frozenset[int], b: frozenset[int]) -> None:
    either = union(spans_of(a), spans_of(b))
    assert numbers_of(either) == a | b
    assert is_tidy(either)


@given(NUMBERS, NUMBERS, NUMBERS)
def test_both_spreads_over_either(a: frozenset[int], b: frozenset[int], c: frozenset[int]) -> None:
    one, two, three = spans_of(a), spans_of(b), spans_of(c)
    assert intersect(one, union(two, three)) == union(intersect(one, two), intersect(one, three))


@given(NUMBERS, DAY)
def test_looking_up_a_day(numbers: frozenset[int], day: date) -> None:
    days = spans_of(numbers)
    assert contains(days, day) == (day.toordinal() in numbers)
    holding = span_holding(days, day)
    assert (holding is not None) == contains(days, day)
    assert holding is None or (holding in days and holding[0] <= day.toordinal() < holding[1])


@given(NUMBERS, DAY)
def test_the_first_day_from_one_on(numbers: frozenset[int], day: date) -> None:
    later = [number for number in numbers if number >= day.toordinal()]
    assert first_from(spans_of(numbers), day) == (date.fromordinal(min(later)) if later else None)


def test_spans_are_half_open_and_may_be_empty() -> None:
    assert span(date(2026, 1, 1), date(2026, 1, 2)) == ((BASE, BASE + 1),)
    assert span(date(2026, 1, 1), date(2026, 1, 1)) == NEVER
    assert span(date(2026, 1, 2), date(2026, 1, 1)) == NEVER
    assert span(date(2026, 1, 1)) == ((BASE, FOREVER),)


@given(NUMBERS)
def test_always_and_never(numbers: frozenset[int]) -> None:
    days = spans_of(numbers)
    assert intersect(days, ALWAYS) == days
    assert intersect(days, NEVER) == NEVER
    assert union(days, NEVER) == days
    assert union(days, ALWAYS) == ALWAYS
