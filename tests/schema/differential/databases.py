"""The databases of the differential test: the world on SQLite, and its copy on PostgreSQL where there is a server."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from core.storage.migrate import upgrade
from tests.conftest import PostgresServer
from tests.schema.differential.world import World, copied, made_in


@contextmanager
def world_in(folder: Path, server: PostgresServer | None) -> Iterator[World]:
    """The world, made anew; its copy is dropped in the end."""
    url = f"sqlite:///{folder / 'world.db'}"
    asyncio.run(upgrade(url))
    world = asyncio.run(made_in(url))
    if server is None:
        yield world
        return
    name = server.create()
    try:
        copy = server.address_of(name)
        asyncio.run(upgrade(copy))
        asyncio.run(copied(url, copy))
        world.urls.append(copy)
        yield world
    finally:
        server.drop(name)
