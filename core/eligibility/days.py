"""On which days a condition holds: sets of days as sorted, disjoint, half-open spans of day numbers.

Facts and rules give the same set whatever day one asks on, so "now" and "from which date" are two readings of one
answer: the first day of the set at or after the day asked.
"""

from bisect import bisect_right
from datetime import date

Span = tuple[int, int]
Days = tuple[Span, ...]

FOREVER = date.max.toordinal()
NEVER: Days = ()
ALWAYS: Days = ((date.min.toordinal(), FOREVER),)


def span(start: date, end: date | None = None) -> Days:
    """The days ``[start, end)``; open-ended without ``end``; empty when it would end before it starts."""
    first, last = start.toordinal(), FOREVER if end is None else end.toordinal()
    return ((first, last),) if first < last else NEVER


def intersect(a: Days, b: Days) -> Days:
    """Days in both sets."""
    if not a or not b:
        return NEVER
    if len(a) == 1 and len(b) == 1:
        start, end = max(a[0][0], b[0][0]), min(a[0][1], b[0][1])
        return ((start, end),) if start < end else NEVER
    out: list[Span] = []
    for left in a:
        for right in b:
            start, end = max(left[0], right[0]), min(left[1], right[1])
            if start < end:
                out.append((start, end))
    return tuple(sorted(out))


def union(a: Days, b: Days) -> Days:
    """Days in either set."""
    if not a:
        return b
    if not b:
        return a
    out: list[Span] = []
    for start, end in sorted((*a, *b)):
        if out and start <= out[-1][1]:
            out[-1] = (out[-1][0], max(end, out[-1][1]))
        else:
            out.append((start, end))
    return tuple(out)


def contains(days: Days, day: date) -> bool:
    """Whether ``day`` is in the set."""
    return span_holding(days, day) is not None


def span_holding(days: Days, day: date) -> Span | None:
    """The span of the set that holds ``day``."""
    number = day.toordinal()
    at = bisect_right(days, (number, FOREVER + 1)) - 1
    return days[at] if at >= 0 and days[at][0] <= number < days[at][1] else None


def first_from(days: Days, day: date) -> date | None:
    """The first day of the set that is ``day`` or later."""
    number = day.toordinal()
    for start, end in days:
        if end > number:
            return date.fromordinal(max(start, number))
    return None
