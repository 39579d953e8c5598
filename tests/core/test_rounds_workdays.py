"""Working days of mainland China, and deadlines counted in them."""

from datetime import date, timedelta

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.citations import Confidence
from core.rounds.deadlines import Deadline, Term, clause_of, counted, days_of, fixed, standing
from core.rounds.workdays import WEEKDAYS, Counted, WorkCalendar, announced, calendar_of
from tests.core.calls import policy, policy_with
from tests.core.round_world import known_until

ANNOUNCED = known_until(2026)
# As the State Council announced 2026: off from 15 to 23 February, worked on Saturdays 14 and 28 February.
BEFORE_SPRING_FESTIVAL = date(2026, 2, 13)


def test_the_library_and_the_calendar_agree_on_every_day() -> None:
    day = date(2024, 1, 1)
    while day < date(2027, 1, 1):
        assert announced().is_workday(day) is chinese_calendar.is_workday(day), day
        day += timedelta(days=1)


@pytest.mark.parametrize(
    ("start", "days", "due"),
    [
        (date(2026, 3, 2), 5, date(2026, 3, 9)),
        (date(2026, 3, 7), 1, date(2026, 3, 9)),  # from a Saturday
        (date(2026, 3, 2), 0, date(2026, 3, 2)),
        (BEFORE_SPRING_FESTIVAL, 1, date(2026, 2, 14)),  # a Saturday that is worked
        (BEFORE_SPRING_FESTIVAL, 5, date(2026, 2, 27)),
        (date(2026, 9, 29), 5, date(2026, 10, 12)),  # over National Day; Saturday the 10th is worked
    ],
)
def test_days_are_counted_over_holidays(start: date, days: int, due: date) -> None:
    found = ANNOUNCED.after(start, days)
    assert (found.day, found.provisional) == (due, False)


def test_a_year_that_is_not_announced_counts_weekdays_and_says_so() -> None:
    """New Year's Day of 2027 is a Friday: without an announcement it counts as worked."""
    found = ANNOUNCED.after(date(2026, 12, 30), 2)
    assert (found.day, found.provisional) == (date(2027, 1, 1), True)
    assert ANNOUNCED.after(date(2026, 12, 30), 1) == Counted(date(2026, 12, 31), False)


def _with_2027() -> WorkCalendar:
    """The calendar once 2027 is announced, as far as a test needs it."""
    off = dict.fromkeys((date(2027, 1, 1), date(2027, 10, 1)), "示例")
    coming = calendar_of(off, {date(2027, 1, 3): "示例"})
    return WorkCalendar(ANNOUNCED.years | coming.years, ANNOUNCED.rest | coming.rest, ANNOUNCED.work | coming.work)


def test_an_announcement_moves_provisional_deadlines_and_leaves_firm_ones() -> None:
    coming = _with_2027()
    provisional = counted(policy(), ANNOUNCED, Term.NOTICE, date(2026, 12, 28))
    assert (provisional.due, provisional.provisional) == (date(2027, 1, 4), True)
    moved = standing(policy(), provisional, coming)
    assert (moved.due, moved.provisional, moved.calendar) == (date(2027, 1, 4), False, coming.digest)
    longer = counted(policy(), ANNOUNCED, Term.NOTICE, date(2026, 12, 25))
    assert (longer.due, standing(policy(), longer, coming).due) == (date(2027, 1, 1), date(2027, 1, 3))
    firm = counted(policy(), ANNOUNCED, Term.NOTICE, date(2026, 3, 2))
    assert standing(policy(), firm, coming) == firm
    assert standing(policy(), provisional, ANNOUNCED) == provisional
    set_by_hand = fixed(ANNOUNCED, Term.APPLICATIONS, date(2026, 12, 28), date(2027, 1, 15))
    assert standing(policy(), set_by_hand, coming) == set_by_hand


def test_a_pack_may_count_the_day_on_which_a_term_begins() -> None:
    counting, friday = policy_with(process__start_day_counts=True), date(2026, 3, 6)
    assert counted(policy(), ANNOUNCED, Term.NOTICE, friday).due == date(2026, 3, 13)
    assert counted(counting, ANNOUNCED, Term.NOTICE, friday).due == date(2026, 3, 12)
    saturday = friday + timedelta(days=1)
    assert counted(counting, ANNOUNCED, Term.NOTICE, saturday).due == date(2026, 3, 13), "no working day counts less"
    provisional = counted(counting, ANNOUNCED, Term.NOTICE, date(2026, 12, 28))
    assert (provisional.due, provisional.provisional) == (date(2027, 1, 1), True)
    assert standing(counting, provisional, _with_2027()).due == date(2027, 1, 3), "counted anew in the same way"


def test_a_list_that_reaches_into_the_next_year_does_not_announce_it() -> None:
    calendar = calendar_of({date(2026, 10, 1): "国庆节", date(2027, 1, 1): "元旦"}, {})
    assert calendar.years == {2026}
    assert calendar.rest == {date(2026, 10, 1)}


def test_a_deadline_is_over_the_day_after() -> None:
    due = Deadline(Term.NOTICE, date(2026, 3, 2), 5, date(2026, 3, 9), "")
    assert [due.is_over(day) for day in (date(2026, 3, 9), date(2026, 3, 10))] == [False, True]


def test_days_come_from_the_pack_and_a_scheme_only_lengthens_the_notice() -> None:
    day = date(2026, 3, 2)
    assert [days_of(policy(), term, day) for term in (Term.NOTICE, Term.RESULTS, Term.REVIEW)] == [5, 10, 5]
    assert [days_of(policy(), Term.NOTICE, day, longer) for longer in (3, 7)] == [5, 7]
    assert days_of(policy(), Term.RESULTS, day, 30) == 10
    assert clause_of(policy(), Term.REVIEW, day).confidence is Confidence.INFERRED


def test_the_digest_is_that_of_the_days() -> None:
    assert ANNOUNCED.digest != WEEKDAYS.digest
    assert WEEKDAYS.content == '{"rest":[],"work":[],"years":[]}'


DAYS = st.dates(date(2024, 1, 1), date(2027, 12, 31))


@given(DAYS, st.integers(0, 60))
def test_counting_there_and_back(start: date, days: int) -> None:
    found = ANNOUNCED.after(start, days)
    assert ANNOUNCED.between(start, found.day) == days
    assert days == 0 or ANNOUNCED.is_workday(found.day)
    assert ANNOUNCED.between(found.day, start) == -days
