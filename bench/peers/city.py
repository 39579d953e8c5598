"""The data that every contestant reads: an invented city, made denser, and a copy of its tables for those beside us.

The crowd of ``guantong demo --people`` has few evaluations, since one in eight applies once. Here everybody has none to
three more, each with five scores. The copy lies apart, without the product's other columns: the same rows and indexes
that somebody would have who wrote the service with other tools.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from bench._databases import postgresql
from bench.peers.on_postgresql import OnPostgresql
from bench.peers.on_sqlite import OnSqlite
from bench.peers.store import Store
from core.storage.migrate import upgrade
from server.crowd import crowd_of
from server.demo import seed
from server.settings import load_settings
from server.wiring import open_parts

SEED: Final = 1
DATABASES: Final = ("postgresql", "sqlite")


async def _told(url: str, home: Path, people: int) -> None:
    await upgrade(url)
    async with open_parts(load_settings(home=home, database_url=url)) as parts:
        await seed(parts)
        await (await crowd_of(parts, SEED)).run(people)


def build(store: Store, home: Path, people: int) -> None:
    """Fill an empty database; ``home`` keeps the keys of the product that will serve it."""
    asyncio.run(_told(store.url, home, people))
    store.densify()


@contextmanager
def opened(database: str, home: Path) -> Iterator[Store]:
    """An empty database, gone afterwards; that of SQLite lies in ``home``."""
    if database == "sqlite":
        yield OnSqlite(home / "city.db")
        return
    with postgresql() as url:
        yield OnPostgresql(url)
