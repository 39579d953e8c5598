"""Pathways, beside two slower ways of finding them: living day by day, and trying every order."""

from collections.abc import Iterator
from datetime import date, timedelta

from hypothesis import given, settings

from core.conditions import CareerYears
from core.dates import Period
from core.eligibility.blocks import holds_already
from core.eligibility.days import contains, first_from
from core.eligibility.decide import route_days
from core.eligibility.decisions import Case
from core.eligibility.evaluate import Dossier
from core.eligibility.pathways import Step, as_held, earliest, opens_on, pathway, with_credential
from core.eligibility.routes import Route
from core.eligibility.rulebook import Rulebook
from core.facts import HeldCredential, PersonFacts, WorkSpell
from core.ladders import Level, Target
from core.policy.load import load_packs
from core.vocabulary import load_vocabulary
from tests.core.people import WELDER, people
from tests.core.small_ladders import (
    ANNIVERSARY,
    CITATION,
    REVIEW,
    TARGETS,
    TODAY,
    WELDING,
    after,
    climbers,
    held,
    ladders,
    route,
    small_case,
    target_of,
)

RULEBOOK = Rulebook(load_packs(), load_vocabulary())
HORIZON = TODAY + timedelta(days=10 * 366)


def routes_of(case: Case) -> list[Route]:
    return [one for target in TARGETS for one in case.rulebook.own_routes(target)]


def is_covered(facts: PersonFacts, target: Target, day: date) -> bool:
    return any(holds_already(c, target, day) for c in facts.credentials)


def lived(case: Case) -> dict[Target, date]:
    """What somebody obtains who lives day by day and takes everything on the day it opens, lowest rung first."""
    facts, taken, day = case.dossier.facts, dict[Target, date](), case.day
    open_days = {one.id: route_days(Dossier(facts), one) for one in routes_of(case)}
    while day < HORIZON:
        ready = [one for one in routes_of(case) if contains(open_days[one.id], day)]
        ready = [one for one in ready if one.target not in taken and not is_covered(facts, one.target, day)]
        ready = [one for one in ready if day >= opens_on(case, one.target)]
        if not ready:
            day += timedelta(days=1)
            continue
        chosen = min(ready, key=lambda one: one.target.sort_key)
        taken[chosen.target] = day
        facts = with_credential(facts, as_held(Step(chosen.target, chosen, day, ()), f"lived:{len(taken)}"))
        open_days = {one.id: route_days(Dossier(facts), one) for one in routes_of(case)}
    return taken


def tried(case: Case) -> dict[Target, date]:
    """The earliest date of each target over every order of taking any of them, skipping some or none."""
    best: dict[Target, date] = {}

    def go_on(facts: PersonFacts, day: date, taken: frozenset[Target]) -> None:
        for one in routes_of(case):
            on = first_from(route_days(Dossier(facts), one), max(day, opens_on(case, one.target)))
            if on is None or one.target in taken or is_covered(facts, one.target, on):
                continue
            best[one.target] = min(on, best.get(one.target, on))
            more = as_held(Step(one.target, one, on, ()), f"tried:{len(taken)}")
            go_on(with_credential(facts, more), on, taken | {one.target})

    go_on(case.dossier.facts, case.day, frozenset())
    return best


def dates(case: Case) -> dict[Target, date]:
    return {target: step.on for target, step in earliest(case).items()}


@given(climbers(), ladders())
def test_nobody_living_day_by_day_is_earlier(facts: PersonFacts, routes: list[Route]) -> None:
    case = small_case(facts, routes)
    found = dates(case)
    for target, day in lived(case).items():
        assert found[target] == day, target


@given(climbers(), ladders())
@settings(max_examples=25)
def test_no_order_is_earlier(facts: PersonFacts, routes: list[Route]) -> None:
    case = small_case(facts, routes)
    held_now = {target for target in TARGETS if is_covered(facts, target, TODAY)}
    best = {target: day for target, day in tried(case).items() if target not in held_now}
    assert dates(case) == best


def replayed(case: Case, steps: tuple[Step, ...]) -> Iterator[tuple[Step, date | None]]:
    """Each step with the day on which its route opens to somebody who took the steps before it."""
    facts = case.dossier.facts
    for n, step in enumerate(steps):
        yield step, first_from(route_days(Dossier(facts), step.route), opens_on(case, step.target))
        facts = with_credential(facts, as_held(step, f"replayed:{n}"))


@given(climbers(), ladders())
def test_taking_the_steps_of_a_pathway_in_order_leads_there_on_its_date(
    facts: PersonFacts, routes: list[Route]
) -> None:
    case = small_case(facts, routes)
    for target, day in dates(case).items():
        found = pathway(case, target)
        assert found is not None
        assert found.reached_on == day
        assert found.steps[-1].target == target
        assert [step.on for step in found.steps] == sorted(step.on for step in found.steps)
        for step, opens in replayed(case, found.steps):
            assert opens == step.on, step.route.id
        taken = {step.target for step in found.steps}
        assert all(set(step.rests_on) <= taken for step in found.steps)


@given(climbers(), ladders())
def test_a_pathway_takes_no_rung_below_one_it_has_taken(facts: PersonFacts, routes: list[Route]) -> None:
    case = small_case(facts, routes)
    for target in dates(case):
        found = pathway(case, target)
        assert found is not None
        climbed = list[HeldCredential]()
        for n, step in enumerate(found.steps):
            assert not any(holds_already(c, step.target, step.on) for c in climbed), (target, step.target)
            climbed.append(as_held(step, f"climbed:{n}"))


WORK = (WorkSpell("yard", Period(date(2020, 1, 1)), WELDER),)
SENIOR, TECHNICIAN = Level.SENIOR_WORKER, Level.TECHNICIAN
ASSISTANT, INTERMEDIATE = Level.ASSISTANT, Level.INTERMEDIATE


def test_the_shorter_of_two_ways_is_taken() -> None:
    facts = PersonFacts(date(1990, 1, 1), (held(SENIOR, date(2026, 1, 1)),), WORK)
    up = route(1, TECHNICIAN, [after(SENIOR, 5)])
    over = route(2, ASSISTANT, [after(SENIOR, 2)])
    back = route(3, TECHNICIAN, [after(ASSISTANT, 1)])
    found = pathway(small_case(facts, [up, over, back]), target_of(TECHNICIAN))
    assert found is not None
    assert [(step.target, step.on) for step in found.steps] == [
        (target_of(ASSISTANT), date(2028, 1, 1)),
        (target_of(TECHNICIAN), date(2029, 1, 1)),
    ]
    assert found.steps[0].rests_on == ()
    assert found.steps[1].rests_on == (target_of(ASSISTANT),)


def test_a_condition_on_both_ladders_waits_for_both() -> None:
    facts = PersonFacts(date(1990, 1, 1), (held(SENIOR, date(2026, 1, 1)),), WORK)
    over = route(1, ASSISTANT, [after(SENIOR, 2)])
    both = route(2, TECHNICIAN, [after(ASSISTANT, 1), after(SENIOR, 4)])
    found = pathway(small_case(facts, [over, both]), target_of(TECHNICIAN))
    assert found is not None
    assert found.reached_on == date(2030, 1, 1)
    assert found.steps[-1].rests_on == (target_of(ASSISTANT),)


def test_whoever_was_certified_this_year_waits_for_the_next() -> None:
    """One skill certificate a year; a title is no second one."""
    routes = [
        route(n, level, [CareerYears(1, 365, WELDING, CITATION)]) for n, level in ((1, TECHNICIAN), (2, ASSISTANT))
    ]
    for awarded_on, technician in ((date(2026, 1, 1), date(2027, 1, 1)), (date(2025, 12, 31), TODAY)):
        facts = PersonFacts(date(1990, 1, 1), (held(SENIOR, awarded_on),), WORK)
        found = dates(small_case(facts, routes))
        assert found == {target_of(TECHNICIAN): technician, target_of(ASSISTANT): TODAY}


def test_a_title_obtained_on_the_way_counts_from_its_review_year() -> None:
    facts = PersonFacts(date(1990, 1, 1), (held(SENIOR, date(2024, 9, 1)),), WORK)
    over = route(1, ASSISTANT, [after(SENIOR, 2)])
    up = route(2, INTERMEDIATE, [after(ASSISTANT, 3, REVIEW)])
    found = pathway(small_case(facts, [over, up]), target_of(INTERMEDIATE))
    assert found is not None
    # reviewed for 2026, counted from 2027-01-01, full on 2029-12-31, to be applied for in 2029
    assert [step.on for step in found.steps] == [date(2026, 9, 1), date(2029, 1, 1)]


def test_a_lapsed_certificate_is_no_origin() -> None:
    lapsed = held(SENIOR, date(2015, 1, 1), ends_on=date(2026, 1, 1))
    facts = PersonFacts(date(1990, 1, 1), (lapsed, held(ASSISTANT, date(2026, 1, 1), 2025)), WORK)
    regain = route(1, SENIOR, [after(ASSISTANT, 1)])
    up = route(2, TECHNICIAN, [after(SENIOR, 3)])
    found = pathway(small_case(facts, [regain, up]), target_of(TECHNICIAN))
    assert found is not None
    assert [step.target for step in found.steps] == [target_of(SENIOR), target_of(TECHNICIAN)]
    assert found.reached_on == date(2030, 1, 1)


def test_a_lower_rung_is_never_reached_through_a_higher_one() -> None:
    facts = PersonFacts(date(1990, 1, 1), (held(ASSISTANT, date(2026, 1, 1), 2025),), WORK)
    over = route(1, TECHNICIAN, [after(ASSISTANT, 1)])
    lower = route(2, SENIOR, [after(Level.INTERMEDIATE_WORKER, 2, ANNIVERSARY)])
    case = small_case(facts, [over, lower])
    assert target_of(TECHNICIAN) in earliest(case)
    assert pathway(case, target_of(SENIOR)) is None
    assert target_of(SENIOR) not in earliest(case)


def test_no_way_and_held_already_are_no_pathways() -> None:
    facts = PersonFacts(date(1990, 1, 1), (held(SENIOR, date(2024, 9, 1)),), WORK)
    case = small_case(facts, [route(1, SENIOR, [after(Level.INTERMEDIATE_WORKER, 0)])])
    assert pathway(case, target_of(SENIOR)) is None
    assert pathway(case, target_of(INTERMEDIATE)) is None


@given(people())
def test_by_the_real_rules_too_the_steps_lead_there(facts: PersonFacts) -> None:
    case = Case.of(facts, TODAY, RULEBOOK)
    for target, step in earliest(case).items():
        found = pathway(case, target)
        assert found is not None
        assert found.reached_on == step.on
        for taken, opens in replayed(case, found.steps):
            assert opens == taken.on, taken.route.id
