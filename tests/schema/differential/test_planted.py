"""Faults that compiled reads could have are found within the questions of an ordinary run, and cut down to little."""

from collections.abc import Callable, Sequence
from types import SimpleNamespace
from typing import Any

import pytest

from core.schemes import Scheme
from schema.compiled import facts
from schema.running import Running
from tests.schema import published_rows
from tests.schema.differential.faults import FAULTS, Fault, planted
from tests.schema.differential.questions import Question
from tests.schema.differential.running import Difference, Run
from tests.schema.differential.sides import sides_of
from tests.schema.differential.world import World

pytestmark = pytest.mark.anyio
# Of an ordinary run, however many a nightly one asks.
MOST = 400
BY_DAY = {"a wrong column", "no predicate of the tenant", "a wrong order", "a lost null", "a text that is not escaped"}
SHORT = 160


async def first_found(run: Run, fault: Fault, questions: Sequence[Question]) -> tuple[Difference | None, int]:
    """The first question that is answered wrongly by the fault and by nothing else; in how much it was planted."""
    statements = 0
    while questions:
        with planted(fault, run.sides[1].database) as changed:
            found = (await run.of(questions)).found
        statements += len(changed)
        if not found:
            break
        if not await run.differs(found[0].document, found[0].role):
            return found[0], statements
        questions = [one for one in questions if one.place > found[0].place]
    return None, statements


@pytest.mark.parametrize(
    "fault", [pytest.param(one, id=one.name, marks=() if one.name in BY_DAY else pytest.mark.nightly) for one in FAULTS]
)
async def test_a_planted_fault_is_found(
    world: World, questions: list[Question], fault: Fault, request: pytest.FixtureRequest
) -> None:
    async with sides_of(world) as sides:
        found, statements = await first_found(
            Run(world, sides, shrinks=False, only_compiled=True), fault, questions[:MOST]
        )
    assert statements, "no statement was changed, so there was no fault"
    assert found is not None
    assert not fault.roles or found.role in fault.roles
    request.node.user_properties.append(("figures", f"{fault.name} is found by question {found.place}: {found.what}"))


class Silent(Running):
    """Says nothing of what is withheld."""

    def scheme(self, enterprise: str, key: str) -> Scheme | None:
        found = super().scheme(enterprise, key)
        self.withheld.clear()
        return found


class Anything(Silent):
    """Everything runs and declares whatever there is."""

    def scheme(self, enterprise: str, key: str) -> Any:
        return SimpleNamespace(facts=published_rows.ALL)


def going_by(running: type[Running]) -> Callable[[pytest.MonkeyPatch], None]:
    return lambda patch: patch.setattr(Running, "attempt", lambda one: running(one._schemes, one._day))


FILLED_IN_WRONG = {
    "nothing is said of what is withheld": going_by(Silent),
    "facts of what does not run": going_by(Anything),
    "facts of other schemes than are asked for": lambda patch: patch.setattr(facts, "_scheme", lambda *_: None),
}


@pytest.mark.parametrize("fault", FILLED_IN_WRONG)
async def test_a_fault_in_what_is_filled_in_is_found(
    world: World, questions: list[Question], fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only questions about facts have anything filled in: of an ordinary run, those alone are asked."""
    FILLED_IN_WRONG[fault](monkeypatch)
    about = [one for one in questions[:MOST] if "acts" in one.document.text()]
    async with sides_of(world) as sides:
        outcome = await Run(world, sides, shrinks=False, only_compiled=True).of(about)
    assert outcome.found


async def test_what_is_found_is_cut_down(world: World, questions: list[Question]) -> None:
    wrong_order = next(one for one in FAULTS if one.name == "a wrong order")
    async with sides_of(world) as sides:
        run = Run(world, sides)
        least, _ = await first_found(run, wrong_order, questions[:MOST])
    assert least is not None
    text = least.document.text()
    assert len(text) < SHORT, text
    assert text in str(least)
    assert f"as {least.role}" in str(least)


async def test_nothing_is_found_where_nothing_is_planted(world: World, questions: list[Question]) -> None:
    """Both services are new each time, and so is what they keep."""
    async with sides_of(world) as sides:
        for _ in range(2):
            outcome = await Run(world, sides[:1] * 2).of(questions[:20])
            assert (outcome.found, outcome.broken) == ([], [])
