"""The timeline of a scheme: on which days which version is active, suspended or retired. Pure; days are half-open.

Intervals of one version never overlap, nor do active and suspended ones of one scheme: on a day a scheme has at most
one version that is switched on or held.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from core.dates import Period, merge
from core.models import ActivationState
from core.policy.layers import without

A = ActivationState


@dataclass(frozen=True, slots=True)
class Interval:
    """A state of the version of one filing; ``decision`` says which decision these days are left of, None a new one."""

    filing_id: UUID
    state: ActivationState
    period: Period
    decision: UUID | None = None


Timeline = tuple[Interval, ...]


def state_on(timeline: Timeline, filing_id: UUID, day: date) -> Interval | None:
    """The interval of a version that holds ``day``."""
    return next((one for one in timeline if one.filing_id == filing_id and day in one.period), None)


def retired_from(timeline: Timeline, filing_id: UUID) -> date | None:
    """The day from which a version is retired for good."""
    return next((one.period.start for one in timeline if one.filing_id == filing_id and one.state is A.RETIRED), None)


def activated(timeline: Timeline, filing_id: UUID, day: date, until: date | None) -> Timeline:
    """The version active from ``day``, in place of whatever held that day, up to what is planned to begin later."""
    later = [one.period.start for one in timeline if one.period.start > day and _concerns(one, filing_id)]
    ends = [end for end in (until, *later) if end is not None]
    return _put(timeline, Interval(filing_id, A.ACTIVE, Period(day, min(ends, default=None))))


def _concerns(one: Interval, filing_id: UUID) -> bool:
    """Another version's retirement is no plan that this one must give way to."""
    return one.filing_id == filing_id or one.state is not A.RETIRED


def suspended(timeline: Timeline, filing_id: UUID, day: date, until: date | None) -> Timeline:
    """The version, active on ``day``, held from then on while it would be active; after ``until`` it is so again."""
    mine = (one.period for one in timeline if (one.filing_id, one.state) == (filing_id, A.ACTIVE))
    # Days that follow one another are one time, however many decisions they rest on.
    end = min(until or date.max, next(period.end for period in merge(mine) if day in period))
    return _put(timeline, Interval(filing_id, A.SUSPENDED, Period(day, None if end == date.max else end)))


def retired(timeline: Timeline, filing_id: UUID, day: date) -> Timeline:
    """The version retired from ``day`` for good."""
    left = tuple(one for one in timeline if (one.filing_id, one.state) != (filing_id, A.RETIRED))
    return _put(left, Interval(filing_id, A.RETIRED, Period(day)))


def put_back(timeline: Timeline, freed: Iterable[Interval]) -> Timeline:
    """``freed`` where they contradict nothing that is there: what has come since stays."""
    for one in freed:
        taken = [other.period for other in timeline if _contradicts(one, other)]
        timeline += tuple(replace(one, period=part) for part in without(one.period, taken))
    return _joined(timeline)


def _contradicts(one: Interval, other: Interval) -> bool:
    return one.filing_id == other.filing_id or A.RETIRED not in (one.state, other.state)


def _put(timeline: Timeline, new: Interval) -> Timeline:
    """``new`` in place of what it contradicts: any state of its own version, and others' unless one is retired."""
    kept: list[Interval] = []
    for old in timeline:
        if _contradicts(old, new):
            kept += [replace(old, period=part) for part in without(old.period, [new.period])]
        else:
            kept.append(old)
    return _joined([*kept, new])


def _joined(intervals: Iterable[Interval]) -> Timeline:
    """Neighbours of one version, state and decision as one interval, in order."""
    groups: dict[tuple[UUID, ActivationState, UUID | None], list[Period]] = {}
    for one in intervals:
        groups.setdefault((one.filing_id, one.state, one.decision), []).append(one.period)
    joined = [
        Interval(filing_id, state, period, decision)
        for (filing_id, state, decision), periods in groups.items()
        for period in merge(periods)
    ]
    return tuple(sorted(joined, key=lambda one: (one.period.start, str(one.filing_id))))
