"""Timelines against a calendar that is kept day by day."""

from datetime import date, timedelta
from itertools import pairwise
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from core.models import ActivationState
from core.services.timeline import Timeline, activated, retired, retired_from, state_on, suspended

A = ActivationState
FIRST = date(2026, 1, 1)
LENGTH = 30
VERSIONS = [UUID(int=number) for number in (1, 2, 3)]
DAYS = [FIRST + timedelta(days=number) for number in range(LENGTH)]
ACTS = st.tuples(
    st.sampled_from(["activate", "suspend", "retire"]),
    st.sampled_from(VERSIONS),
    st.integers(0, LENGTH - 1),
    st.none() | st.integers(1, 10),
)


def _do(timeline: Timeline, act: str, version: UUID, day: date, until: date | None) -> Timeline:
    """What the use cases do: those that may not be taken change nothing."""
    held, gone = state_on(timeline, version, day), retired_from(timeline, version)
    if gone is not None and gone <= day:
        return timeline
    if act == "activate" and (held is None or held.state is not A.ACTIVE):
        return activated(timeline, version, day, until)
    if act == "suspend" and held is not None and held.state is A.ACTIVE:
        return suspended(timeline, version, day, until)
    return retired(timeline, version, day) if act == "retire" else timeline


def _shown(timeline: Timeline, version: UUID) -> list[ActivationState | None]:
    found = [state_on(timeline, version, day) for day in DAYS]
    return [one.state if one else None for one in found]


@given(st.lists(ACTS, max_size=12))
def test_a_timeline_never_contradicts_itself(acts: list[tuple[str, UUID, int, int | None]]) -> None:
    timeline: Timeline = ()
    for act, version, start, length in acts:
        day = DAYS[start]
        timeline = _do(timeline, act, version, day, day + timedelta(days=length) if length else None)
        for one, other in pairwise(sorted(timeline, key=lambda i: (str(i.filing_id), i.period.start))):
            assert one.filing_id != other.filing_id or one.period.end <= other.period.start
        for number in range(LENGTH):
            on = [_shown(timeline, each)[number] for each in VERSIONS]
            assert sum(state in (A.ACTIVE, A.SUSPENDED) for state in on) <= 1


@given(st.lists(ACTS, max_size=8), ACTS)
def test_a_switch_changes_no_day_before_it_and_does_what_it_says(
    acts: list[tuple[str, UUID, int, int | None]], last: tuple[str, UUID, int, int | None]
) -> None:
    timeline: Timeline = ()
    for act, version, start, length in acts:
        until = DAYS[start] + timedelta(days=length) if length else None
        timeline = _do(timeline, act, version, DAYS[start], until)
    act, version, start, length = last
    until = DAYS[start] + timedelta(days=length) if length else None
    after = _do(timeline, act, version, DAYS[start], until)
    for each in VERSIONS:
        assert _shown(after, each)[:start] == _shown(timeline, each)[:start]
    if after == timeline:
        return
    expected = {"activate": A.ACTIVE, "suspend": A.SUSPENDED, "retire": A.RETIRED}[act]
    assert _shown(after, version)[start] is expected
    if act == "retire":
        assert set(_shown(after, version)[start:]) == {A.RETIRED}
    elif until is not None and until <= DAYS[-1]:
        last_day = (until - FIRST).days
        for each in VERSIONS:
            assert _shown(after, each)[last_day:] == _shown(timeline, each)[last_day:]


def test_the_examples_a_clerk_would_draw() -> None:
    one, two = VERSIONS[:2]
    running = activated((), one, DAYS[0], None)
    planned = activated(running, two, DAYS[20], None)
    held = suspended(planned, one, DAYS[5], None)
    resumed = activated(held, one, DAYS[8], None)
    assert [(i.filing_id.int, i.state.value, str(i.period)) for i in resumed] == [
        (1, "active", "[2026-01-01, 2026-01-06)"),
        (1, "suspended", "[2026-01-06, 2026-01-09)"),
        (1, "active", "[2026-01-09, 2026-01-21)"),
        (2, "active", "[2026-01-21, …)"),
    ]
    assert state_on(resumed, two, DAYS[19]) is None
    assert retired_from(retired(resumed, two, DAYS[25]), two) == DAYS[25]
