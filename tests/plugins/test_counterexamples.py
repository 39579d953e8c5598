"""Extreme people decide for all people, and those who are shown to an author really pass, and are the smallest."""

from collections.abc import Iterator
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.texts import Text
from plugins.rules.claims import MONTHS, AllOf, AnyOf, Claim, Need, Person, holds
from plugins.rules.extreme import barred, below, described, least_years, length, smallest
from plugins.rules.implication import Budget, Undecided, exception, ways
from tests.plugins.random_claims import KEYS, LIMITS, claims

floors = st.integers(0, 4)


def everybody() -> Iterator[dict[str, int]]:
    """Every person within the limits, to the half year."""
    ranges = [range(0, LIMITS[key] + 1, 6 if key == MONTHS else 1) for key in KEYS]
    return (dict(zip(KEYS, amounts, strict=True)) for amounts in product(*ranges))


def lowered(person: Person) -> Iterator[dict[str, int]]:
    """The people who have one thing less of one kind."""
    return ({**person, key: amount - 1} for key, amount in person.items() if amount)


@given(claims, floors)
def test_somebody_below_the_floor_passes_exactly_when_the_proof_shows_one(claim: Claim, floor: int) -> None:
    found = below(claim, floor, LIMITS)
    assert (found is not None) == any(holds(claim, one) for one in everybody() if one[MONTHS] < floor * 12)


@given(claims, floors)
def test_the_one_who_is_shown_passes_is_below_the_floor_and_has_nothing_to_spare(claim: Claim, floor: int) -> None:
    found = below(claim, floor, LIMITS)
    if found is not None:
        assert holds(claim, found)
        assert found[MONTHS] < floor * 12
        assert all(0 <= found[key] <= LIMITS[key] for key in KEYS)
        assert not any(holds(claim, less) for less in lowered(found))


@given(claims)
def test_having_more_never_fails(claim: Claim) -> None:
    for person in everybody():
        if holds(claim, person):
            assert all(holds(claim, {**person, key: LIMITS[key]}) for key in KEYS)


@given(claims)
def test_nobody_passes_exactly_when_the_best_does_not(claim: Claim) -> None:
    assert holds(claim, LIMITS) == any(holds(claim, one) for one in everybody())


@given(claims, st.sets(st.sampled_from(KEYS[1:]), min_size=1))
def test_a_gate_keeps_out_everybody_without_it(claim: Claim, gate: set[str]) -> None:
    passing = [one for one in everybody() if holds(claim, one)]
    without = [one for one in passing if not any(one[key] for key in gate)]
    assert barred(claim, gate, LIMITS) == (bool(passing) and not without)


@given(claims)
def test_the_smallest_is_minimal_from_wherever_one_starts(claim: Claim) -> None:
    for start in (LIMITS, {**LIMITS, "papers": 0}, {**LIMITS, MONTHS: 12}):
        if holds(claim, start):
            found = smallest(claim, start)
            assert holds(claim, found)
            assert all(found[key] <= start[key] for key in KEYS)
            assert not any(holds(claim, less) for less in lowered(found))


@given(claims)
def test_the_least_years_are_those_that_even_the_best_waits(claim: Claim) -> None:
    if holds(claim, LIMITS):
        waited = [months for months in range(LIMITS[MONTHS] + 1) if holds(claim, {**LIMITS, MONTHS: months})]
        assert least_years(claim, LIMITS) == -(-min(waited) // 12)


@given(claims, claims)
def test_an_exception_is_found_exactly_when_there_is_one(narrow: Claim, wide: Claim) -> None:
    found = exception(narrow, wide, LIMITS, Budget())
    if found is None:
        assert not any(holds(narrow, one) and not holds(wide, one) for one in everybody())
    else:
        assert holds(narrow, found)
        assert not holds(wide, found)
        assert all(0 <= found[key] <= LIMITS[key] for key in KEYS)


def test_whoever_needs_each_part_needs_the_sum() -> None:
    parts = AllOf((Need(("papers",), 1), Need(("honours",), 2)))
    together = Need(("papers", "honours"), 3)
    assert exception(parts, together, LIMITS, Budget()) is None
    assert exception(together, parts, LIMITS, Budget()) == {MONTHS: 0, "papers": 0, "honours": 3, "improvements": 0}


def test_sums_that_overlap_are_solved() -> None:
    pairs = AllOf(
        (Need(("papers", "honours"), 3), Need(("honours", "improvements"), 5), Need(("papers", "improvements"), 5))
    )
    assert exception(pairs, Need(("papers", "honours", "improvements"), 7), LIMITS, Budget()) is None
    assert exception(pairs, Need(("papers", "honours", "improvements"), 8), LIMITS, Budget()) is not None


def test_the_limits_are_part_of_the_question() -> None:
    """With at most 2 papers and 3 honours, five of both together are all of either."""
    assert exception(Need(("papers", "honours"), 5), Need(("papers",), 2), LIMITS, Budget()) is None
    assert exception(Need(("papers", "honours"), 4), Need(("papers",), 2), LIMITS, Budget()) is not None


def test_what_takes_too_long_is_given_up() -> None:
    """Twenty choices of two each: a million ways to pass, of which the budget allows a few."""
    many = AllOf(tuple(AnyOf((Need((f"a{n}",), 1), Need((f"b{n}",), 1))) for n in range(20)))
    limits = {key: 1 for need in ways(many, Budget(), wanted=False) for one in need.missed for key in one.keys}
    budget = Budget(1_000)
    with pytest.raises(Undecided):
        exception(many, Need(("none",), 1), limits | {"none": 1}, Budget(10))
    found = exception(many, Need(("none",), 1), limits | {"none": 1}, budget)
    assert found is not None
    hard = AllOf((many, AnyOf(tuple(Need((f"a{n}", f"b{n}"), 2) for n in range(20)))))
    with pytest.raises(Undecided):
        exception(hard, AnyOf((hard, Need(("a0", "b0"), 2), Need(("a1",), 1))), limits, Budget(200))


@pytest.mark.parametrize(
    ("months", "zh", "en"),
    [
        (0, "0个月", "0 months"),
        (1, "1个月", "1 month"),
        (11, "11个月", "11 months"),
        (12, "1年", "1 year"),
        (23, "1年11个月", "1 year 11 months"),
        (48, "4年", "4 years"),
    ],
)
def test_spans_are_said_in_years_and_months(months: int, zh: str, en: str) -> None:
    assert length(months) == Text(zh, en)


def test_people_are_said_in_words() -> None:
    person = {MONTHS: 23, "papers": 0, "improvements": 2, ":contest:national": 2, ":contest:world": 0}
    assert described(person, {"improvements": Text("工艺改进（项）", "process improvements")}) == Text(
        "满1年11个月、工艺改进（项）=2、全国技能大赛优胜奖",
        "after 1 year 11 months with process improvements = 2 and medallion for excellence in national skills contest",
    )
    assert described({MONTHS: 0, "unnamed": 1}, {}) == Text("满0个月、unnamed=1", "after 0 months with unnamed = 1")
