"""The databases of the differential test: the world on SQLite, and its copy on PostgreSQL where there is a server."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from core.storage.migrate import upgrade
from tests.conftest import PostgresServer
from tests.schema.differential.world import World, copied, made_in


@contextmanager
def world_in(folder: Path, server: PostgresServer | None) -> Iterator[World]:
    """The world, made anew, on one database or on both."""
    url = f"sqlite:///{folder / 'world.db'}"
    asyncio.run(upgrade(url))
    world = asyncio.run(made_in(url))
    if server is None:
        yield world
        return
    with copied_to(server, world) as both:
        yield both


@contextmanager
def copied_to(server: PostgresServer, world: World) -> Iterator[World]:
    """The world on both databases; the copy is dropped in the end."""
    name = server.create()
    try:
        copy = server.address_of(name)
        asyncio.run(upgrade(copy))
        asyncio.run(copied(world.urls[0], copy))
        yield replace(world, urls=[*world.urls, copy])
    finally:
        server.drop(name)
