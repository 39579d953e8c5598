"""The world of the differential test and the questions about it, made once.

``GUANTONG_HYPOTHESIS_PROFILE=nightly`` asks far more, other questions each night; the figures tell the seed.
"""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from core.storage.migrate import upgrade
from tests.conftest import NIGHTLY, PostgresServer
from tests.schema.differential.databases import copied_to
from tests.schema.differential.questions import Question, Questions
from tests.schema.differential.running import stock_of
from tests.schema.differential.sides import sides_of
from tests.schema.differential.stock import Stock
from tests.schema.differential.world import World, made_in

QUESTIONS = 5_000 if NIGHTLY else 400
SEED = datetime.now(UTC).toordinal() if NIGHTLY else 0


@pytest.fixture(scope="package")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """On SQLite."""
    url = f"sqlite:///{tmp_path_factory.mktemp('differential') / 'world.db'}"
    asyncio.run(upgrade(url))
    return asyncio.run(made_in(url))


@pytest.fixture(scope="package")
def copy(world: World, postgres: PostgresServer) -> Iterator[World]:
    """On SQLite and on PostgreSQL, row by row the same."""
    with copied_to(server=postgres, world=world) as both:
        yield both


@pytest.fixture(scope="package")
def stock(world: World) -> Stock:
    """The values that the world holds."""

    async def asked() -> Stock:
        async with sides_of(world) as sides:
            return await stock_of(world, sides)

    return asyncio.run(asked())


@pytest.fixture(scope="package")
def questions(world: World, stock: Stock) -> list[Question]:
    """Those of an ordinary run, or of a nightly one."""
    return asyncio.run(Questions(world, stock, SEED).drawn(QUESTIONS))
