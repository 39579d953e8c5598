"""Verification and z3, which knows nothing of extreme people, say the same of random catalogs."""

from typing import Any

import z3
from hypothesis import given
from hypothesis import strategies as st

from plugins.need_forms import Need
from plugins.rules import verify
from plugins.rules.claims import AllOf, Claim
from plugins.rules.claims import Need as Sum
from plugins.rules.extreme import below
from plugins.rules.implication import Budget, exception
from tests.plugins.broken import context, subject_of
from tests.plugins.oracle import Oracle, Told
from tests.plugins.random_catalogs import catalogs, groups, scheme_of
from tests.plugins.random_claims import LIMITS, claims

ASKED = ("SCH201", "SCH207", "SCH208", "SCH209", "SCH211", "SCH212")


def verified(catalog: list[dict[str, Any]], conditions: dict[str, Any], rises: bool) -> tuple[set[Told], Oracle]:
    """What verification says, with whom to ask for a second opinion."""
    document = scheme_of(catalog, conditions)
    around = context("clean_base") | {"packs": ["floor_rises.toml"] if rises else []}
    found = {
        (one.code, one.place.row or 0, None if one.place.entry == "groups" else (one.place.entry or "").split(".")[0])
        for one in verify(subject_of(document, around))
        if one.code in ASKED
    }
    needs: dict[str, list[Need]] = {group.key: list(group.requires) for group in document.manifest.group}
    return found, Oracle(document.catalog.row, needs, rises)


@given(catalogs, groups, st.booleans())
def test_z3_finds_the_same(catalog: list[dict[str, Any]], conditions: dict[str, Any], rises: bool) -> None:
    found, oracle = verified(catalog, conditions, rises)
    assert found == oracle.told()


def formula(claim: Claim, amounts: dict[str, Any]) -> Any:
    if isinstance(claim, Sum):
        return z3.Sum([amounts[key] for key in claim.keys]) >= claim.amount
    parts = [formula(part, amounts) for part in claim.parts]
    return z3.And(parts) if isinstance(claim, AllOf) else z3.Or(parts)


def possible(*conditions: Any) -> bool:
    solver = z3.Solver()
    solver.add(*conditions)
    return bool(solver.check() == z3.sat)


def people() -> tuple[dict[str, Any], list[Any]]:
    amounts = {key: z3.Int(key) for key in LIMITS}
    return amounts, [z3.And(amounts[key] >= 0, amounts[key] <= most) for key, most in LIMITS.items()]


@given(claims, st.integers(1, 4))
def test_z3_knows_nobody_smaller_below_the_floor(claim: Claim, floor: int) -> None:
    amounts, bounds = people()
    found = below(claim, floor, LIMITS)
    early = [*bounds, formula(claim, amounts), amounts[":months"] < floor * 12]
    assert possible(*early) == (found is not None)
    if found:
        no_more = [amounts[key] <= amount for key, amount in found.items()]
        assert possible(*early, *no_more)
        assert not possible(*early, *no_more, z3.Or([amounts[key] < amount for key, amount in found.items()]))


@given(claims, claims)
def test_z3_knows_the_same_implications(narrow: Claim, wide: Claim) -> None:
    amounts, bounds = people()
    differs = possible(*bounds, formula(narrow, amounts), z3.Not(formula(wide, amounts)))
    assert (exception(narrow, wide, LIMITS, Budget()) is not None) == differs
