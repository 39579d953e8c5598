"""The table of cases, that it reaches every route of every pack on both sides of its day, and that it would notice."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from core.eligibility.blocks import BlockCode
from core.eligibility.routes import Mode
from core.policy.entries import PackRequirement, PackRoute
from core.policy.load import load_packs
from core.policy.requirements import RequireAge, RequireCareer, RequireCityYears, RequireCredential
from core.policy.stack import PolicyStack
from tests.core.case_form import Written, read_all
from tests.core.case_runner import World, answer, differences

CASES = read_all()
POLICY = load_packs()
NUMBERS = {
    RequireCredential: "years",
    RequireCareer: "career_years",
    RequireAge: "age",
    RequireCityYears: "city_years",
}


@pytest.fixture(scope="module")
def world() -> World:
    return World()


@pytest.mark.parametrize("written", CASES, ids=lambda written: written.id)
def test_case(world: World, written: Written) -> None:
    found = differences(world, written)
    assert not found, f"{written.form.why}\n" + "\n".join(found)


def test_there_are_enough_cases() -> None:
    assert len(CASES) >= 150


def is_pair(before: Written, on: Written) -> bool:
    """Whether two cases are of one person, on the day before a route opens and on the day."""
    a, b = before.form, on.form
    alike = (before.person, a.target, a.scheme, a.row) == (on.person, b.target, b.scheme, b.row)
    opens = a.expect.state == "on_date" and a.expect.may_apply_from == b.day == a.day + timedelta(days=1)
    return alike and opens and b.expect.state == "now"


def uncovered(routes: tuple[PackRoute, ...], cases: list[Written]) -> Iterator[str]:
    for route in routes:
        of_route = [case for case in cases if case.form.route == route.id]
        on_days = [case for case in of_route if case.form.day in route.period]
        if not any(is_pair(before, on) for on in on_days for before in of_route):
            yield f"{route.id} {route.period}: no case on the day before it opens and one on the day"


def test_every_version_of_every_route_has_a_case_on_either_side_of_its_day() -> None:
    assert list(uncovered(POLICY.routes, CASES)) == []


def test_a_route_without_cases_is_named() -> None:
    without = [case for case in CASES if case.form.route != "national.skill.l4-1"]
    assert list(uncovered(POLICY.routes, without)) == [
        "national.skill.l4-1 [2023-11-01, …): no case on the day before it opens and one on the day"
    ]


def test_every_block_and_every_way_occurs(world: World) -> None:
    given = [found for case in CASES if (found := answer(world, case))]
    assert {block.code for found in given for block in found.decision.blocks} == set(BlockCode)
    assert {found.route.mode for found in given} | {found.decision.mode for found in given} == set(Mode)


def mutants(route: PackRoute) -> Iterator[tuple[str, PackRoute]]:
    """The route with one number a year off, or one requirement left out."""
    for n, requirement in enumerate(route.requires):
        others = [*route.requires[:n], *route.requires[n + 1 :]]
        yield f"without requirement {n + 1}", replace(route, requires=tuple(others))
        for name, changed in off_by_one(requirement):
            yield (
                f"requirement {n + 1}, {name}",
                replace(route, requires=(*route.requires[:n], changed, *route.requires[n + 1 :])),
            )


def off_by_one(requirement: PackRequirement) -> Iterator[tuple[str, PackRequirement]]:
    key = NUMBERS.get(type(requirement.form))
    number = getattr(requirement.form, key) if key else 0
    if key and number:
        for changed in (number - 1, number + 1):
            form = requirement.form.model_copy(update={key: changed})
            yield f"{key} {changed} for {number}", replace(requirement, form=form)


def broken(route_id: str) -> Iterator[tuple[str, PolicyStack]]:
    """The policy with one rule of a route broken, in all its versions alike."""
    versions = [route for route in POLICY.routes if route.id == route_id]
    for changed in zip(*(mutants(version) for version in versions), strict=True):
        by_period = {route.period: route for _, route in changed}
        routes = tuple(by_period[r.period] if r.id == route_id else r for r in POLICY.routes)
        yield changed[0][0], replace(POLICY, routes=routes)


@pytest.mark.parametrize("route_id", dict.fromkeys(route.id for route in POLICY.routes))
def test_breaking_a_rule_fails_a_case(route_id: str) -> None:
    cases = [case for case in CASES if case.form.route == route_id]
    unnoticed = [
        what for what, policy in broken(route_id) if not any(differences(World(policy), case) for case in cases)
    ]
    assert unnoticed == []
