"""The second engine: equal points where it runs a scorer, and what rests on clock, chance or order is found out."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from plugins import second_engine
from plugins.jail.bounds import Bounds
from plugins.jail.call import Asked, Call
from plugins.jail.jail import Jail
from plugins.jail.opening import open_jail
from plugins.second_engine import Declined, Points, difference, second_points
from tests.plugins.jail.calls import PATIENT, SCORER, facts, points_of, scoring

pytestmark = pytest.mark.anyio
CELLS = tuple(Asked({"improvements": many, "level": level}, "innovation") for many in range(30) for level in range(7))
TABLES = {
    "steps": scoring(
        """
    STEPS = ((5, 100), (3, 60), (1, 30), (0, 0))

    @hookimpl
    def guantong_score(criterion, evidence):
        base = [points for least, points in STEPS if evidence["level"] >= least][0]
        return CriterionPoints(criterion, min(100, base + 4 * evidence["improvements"]))
    """
    ),
    "integers": points_of(
        "CriterionPoints(criterion, (evidence['improvements'] ** 3 * 7 + evidence['level'] * 1000) // 997 % 101)"
    ),
    "rounding": points_of(
        "CriterionPoints(criterion, round(math.sqrt(evidence['improvements'] * 100) + evidence['level'] / 3) % 101)",
        "import math",
    ),
    "dates": points_of(
        "CriterionPoints(criterion, (date(2026, 1, 1) + timedelta(days=evidence['improvements'])).day)",
        "from datetime import date, timedelta",
    ),
}
DIFFERS = {
    "the clock": points_of("CriterionPoints(criterion, datetime.now().year % 100)", "from datetime import datetime"),
    "the order of a set": points_of("CriterionPoints(criterion, list({str(n) for n in range(60)}).index('7'))"),
}
DECLINES = {
    "yields": (points_of("CriterionPoints(criterion, sum(f()))", "def f():\n    yield 1"), "yield"),
    "module it lacks": (points_of("CriterionPoints(criterion, 1)", "import statistics"), "statistics"),
    "loops": (points_of("[0 for _ in range(10**12)]"), ""),
    "takes memory": (points_of("[0] * 10**12"), "memory"),
    "points out of range": (points_of("CriterionPoints(criterion, 101)"), "out of form"),
    "reads the environment": (points_of("os.environ", "import os"), "os"),
    "several modules": (scoring("from .more import TABLE", more="TABLE = 1"), "more than one module"),
    "facts": (facts(SCORER), "scoring hooks"),
}


@pytest.fixture(scope="module")
async def jail(anyio_backend: str) -> AsyncIterator[Jail]:
    async with open_jail(PATIENT) as jail:
        yield jail


@pytest.mark.parametrize("call", TABLES.values(), ids=TABLES)
async def test_both_come_to_the_same_table(jail: Jail, call: Call) -> None:
    call = replace(call, asked=CELLS)
    first, second = await jail.run(call), await second_points(call, PATIENT.bounds)
    assert isinstance(second, Points), second
    assert second.points == first.points
    assert len(set(first.points)) > 5
    assert list(difference(call, first, second)) == []


@pytest.mark.parametrize("call", DIFFERS.values(), ids=DIFFERS)
async def test_what_rests_on_something_else_is_found_out(jail: Jail, call: Call) -> None:
    first, second = await jail.run(call), await second_points(call, PATIENT.bounds)
    assert isinstance(second, Points), second
    [(asked, one, other)] = difference(call, first, second)
    assert asked == call.asked[0]
    assert (one, other) == (first.points[0], second.points[0])
    assert one != other


@pytest.mark.parametrize(("call", "why"), DECLINES.values(), ids=DECLINES)
async def test_what_it_does_not_run_it_declines(call: Call, why: str) -> None:
    found = await second_points(call, Bounds(seconds=0.5))
    assert isinstance(found, Declined)
    assert why in found.reason.en
    assert found.reason.zh


async def test_without_it_nothing_is_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(second_engine, "IS_INSTALLED", False)
    found = await second_points(scoring())
    assert isinstance(found, Declined)
    assert found.reason == ("未安装第二引擎 pydantic-monty", "the second engine, pydantic-monty, is not installed")
