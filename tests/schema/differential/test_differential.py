"""What the product answers is what the resolvers answer, byte by byte, to everybody, on both databases.

``GUANTONG_HYPOTHESIS_PROFILE=nightly`` asks far more, other questions each night; the figures tell of which seed they are.
"""

import os
from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from tests.schema.differential.running import Run
from tests.schema.differential.sides import Side, sides_of
from tests.schema.differential.stock import Stock
from tests.schema.differential.world import World

pytestmark = pytest.mark.anyio
NIGHTLY = os.environ.get("GUANTONG_HYPOTHESIS_PROFILE") == "nightly"
QUESTIONS = 5_000 if NIGHTLY else 300
SEED = datetime.now(UTC).toordinal() if NIGHTLY else 0
# A question that is refused shows little: so many must be answered, of everybody's and of each reader's.
LEAST_ANSWERED, LEAST_ANSWERED_EACH, LEAST_REACHED = 0.8, 0.6, 0.55


async def compared(world: World, sides: Sequence[Side], stock: Stock, tell: pytest.FixtureRequest) -> None:
    outcome = await Run(world, sides, stock, SEED).of(QUESTIONS)
    figures = outcome.figures
    tell.node.user_properties.append(("figures", f"{sides[-1].name}, seed {SEED}: {figures}"))
    assert not outcome.found, str(outcome)
    assert not outcome.broken, str(outcome)
    assert figures.share_answered >= LEAST_ANSWERED
    for role, asked in figures.asked.items():
        assert figures.answered[role] >= LEAST_ANSWERED_EACH * asked, role
    assert figures.share_reached >= LEAST_REACHED


async def test_the_product_answers_as_the_resolvers_do(
    world: World, stock: Stock, request: pytest.FixtureRequest
) -> None:
    async with sides_of(world) as sides:
        await compared(world, sides, stock, request)


async def test_so_it_does_on_postgresql_and_as_on_sqlite(
    copy: World, stock: Stock, request: pytest.FixtureRequest
) -> None:
    async with sides_of(copy) as (resolved, _, *others):
        await compared(copy, [resolved, *others], stock, request)
