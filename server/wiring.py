"""Puts the product together: opens the parts that outlive a request, and closes them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from core.dates import Clock
from core.policy.load import load_packs
from core.policy.stack import PolicyStack
from core.secrets import Keyring, load_or_create
from core.storage.database import Database
from core.storage.queries.occupations import imported_occupations
from core.vocabulary import Vocabulary, load_vocabulary
from plugins.registry import SchemeRegistry
from server.clock import SystemClock
from server.settings import Settings


@dataclass(frozen=True, slots=True)
class Parts:
    """What commands and the server work with. The schema's own dependencies are made of the same."""

    database: Database
    vocabulary: Vocabulary
    policy: PolicyStack
    schemes: SchemeRegistry
    clock: Clock
    keyring: Keyring


@asynccontextmanager
async def open_parts(settings: Settings) -> AsyncIterator[Parts]:
    """The parts of a migrated installation."""
    keyring = load_or_create(settings.prepare_home() / "keyring.json")
    policy = load_packs()
    async with open_database(settings) as database:
        async with database.read() as session:
            vocabulary = load_vocabulary(await imported_occupations(session))
        yield Parts(database, vocabulary, policy, SchemeRegistry(), SystemClock(), keyring)


@asynccontextmanager
async def open_database(settings: Settings) -> AsyncIterator[Database]:
    settings.prepare_home()
    database = Database(settings.database)
    try:
        yield database
    finally:
        await database.dispose()
