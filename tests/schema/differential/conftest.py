"""The world of the differential test, made once; its copy on PostgreSQL, made when it is asked for."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.storage.migrate import upgrade
from tests.conftest import PostgresServer
from tests.schema.differential.databases import copied_to
from tests.schema.differential.running import stock_of
from tests.schema.differential.sides import sides_of
from tests.schema.differential.stock import Stock
from tests.schema.differential.world import World, made_in


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
