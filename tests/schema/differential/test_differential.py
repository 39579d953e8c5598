"""What the product answers is what the resolvers answer, byte by byte, to everybody, on both databases."""

from collections.abc import Sequence

import pytest

from tests.schema.differential.conftest import SEED
from tests.schema.differential.questions import Question
from tests.schema.differential.running import Run
from tests.schema.differential.sides import Side, sides_of
from tests.schema.differential.world import World

pytestmark = [
    pytest.mark.anyio,
    # Where a field is refused while others wait, graphql-core leaves these alone; what is answered is compared.
    pytest.mark.filterwarnings("ignore:coroutine .* was never awaited:RuntimeWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
# Were nothing compiled, nothing would be compared.
LEAST_COMPILED = 0.5
# A question that is refused shows little: so many must be answered, of everybody's and of each reader's.
LEAST_ANSWERED, LEAST_ANSWERED_EACH, LEAST_REACHED = 0.8, 0.6, 0.5


async def compared(world: World, sides: Sequence[Side], questions: list[Question], tell: pytest.FixtureRequest) -> None:
    outcome = await Run(world, sides).of(questions)
    figures = outcome.figures
    tell.node.user_properties.append(("figures", f"{sides[-1].name}, seed {SEED}: {figures}"))
    assert not outcome.found, str(outcome)
    assert not outcome.broken, str(outcome)
    assert figures.share_answered >= LEAST_ANSWERED
    for role, asked in figures.asked.items():
        assert figures.answered[role] >= LEAST_ANSWERED_EACH * asked, role
    assert figures.share_reached >= LEAST_REACHED
    assert figures.share_compiled >= LEAST_COMPILED


async def test_the_product_answers_as_the_resolvers_do(
    world: World, questions: list[Question], request: pytest.FixtureRequest
) -> None:
    async with sides_of(world) as sides:
        await compared(world, sides, questions, request)


async def test_so_it_does_on_postgresql_and_as_on_sqlite(
    copy: World, questions: list[Question], request: pytest.FixtureRequest
) -> None:
    async with sides_of(copy) as (resolved, _, *others):
        await compared(copy, [resolved, *others], questions, request)
