"""Faults that compiled reads could have are found within the questions of an ordinary run, and cut down to little."""

import pytest

from tests.schema.differential.faults import FAULTS, Fault, planted
from tests.schema.differential.questions import Question
from tests.schema.differential.running import Run
from tests.schema.differential.sides import sides_of
from tests.schema.differential.world import World

pytestmark = pytest.mark.anyio
SHORT = 160


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
async def test_a_planted_fault_is_found(
    world: World, questions: list[Question], fault: Fault, request: pytest.FixtureRequest
) -> None:
    async with sides_of(world) as sides:
        run = Run(world, sides, shrinks=False, only_compiled=True)
        with planted(fault, sides[1].database) as changed:
            outcome = await run.of(questions)
    assert changed, "no statement was changed, so there was no fault"
    assert outcome.found
    [found] = outcome.found
    assert not fault.roles or found.role in fault.roles
    request.node.user_properties.append(("figures", f"{fault.name} is found by question {found.place}: {found.what}"))


async def test_what_is_found_is_cut_down(world: World, questions: list[Question]) -> None:
    wrong_column = FAULTS[0]
    async with sides_of(world) as sides:
        with planted(wrong_column, sides[1].database):
            [found] = (await Run(world, sides).of(questions)).found
    text = found.document.text()
    assert len(text) < SHORT, text
    assert "issuer" in text
    assert text in str(found)
    assert f"as {found.role}" in str(found)


async def test_nothing_is_found_where_nothing_is_planted(world: World, questions: list[Question]) -> None:
    """Both services are new each time, and so is what they keep."""
    async with sides_of(world) as sides:
        for _ in range(2):
            outcome = await Run(world, sides[:1] * 2).of(questions[:20])
            assert (outcome.found, outcome.broken) == ([], [])
