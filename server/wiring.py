"""Puts the product together: opens the parts that outlive a request, and closes them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from core.dates import Clock
from core.permissions import Actor, Role
from core.policy.load import load_packs
from core.policy.stack import PolicyStack
from core.secrets import Keyring, load_or_create
from core.services.call import Call
from core.services.quarantine import note_breakages
from core.services.verifier import Verifier
from core.storage.database import Database
from core.storage.queries.occupations import imported_occupations
from core.vocabulary import Vocabulary, load_vocabulary
from plugins.registry import StoredSchemes
from plugins.verifier import SchemeVerifier
from server.clock import SystemClock
from server.settings import Settings

PLATFORM = Actor.of(Role.SERVICE, "platform")


@dataclass(frozen=True, slots=True)
class Parts:
    """What commands and the server work with. The schema's own dependencies are made of the same."""

    database: Database
    vocabulary: Vocabulary
    policy: PolicyStack
    schemes: StoredSchemes
    clock: Clock
    keyring: Keyring

    @asynccontextmanager
    async def use_cases(self, actor: Actor, request_id: str) -> AsyncIterator[Call]:
        """What use cases are called with, in one transaction that ends with the block."""
        async with self.database.write() as session:
            yield Call(
                session,
                actor,
                self.clock,
                self.vocabulary,
                self.policy,
                self.keyring,
                request_id,
                self.database.read,
            )

    @property
    def verifier(self) -> Verifier:
        """What reads and verifies uploads."""
        return SchemeVerifier(self.vocabulary)

    async def follow(self) -> None:
        """Take up what was switched since the last time; a version that cannot be used is put on record as a fault."""
        async with self.database.read() as session:
            left_out = await self.schemes.refresh(session)
        if left_out:
            async with self.use_cases(PLATFORM, "registry") as call:
                await note_breakages(call, left_out)


@asynccontextmanager
async def open_parts(settings: Settings) -> AsyncIterator[Parts]:
    """The parts of a migrated installation."""
    keyring = load_or_create(settings.prepare_home() / "keyring.json")
    policy = load_packs()
    async with open_database(settings) as database:
        await database.require_current()
        async with database.read() as session:
            vocabulary = load_vocabulary(await imported_occupations(session))
        schemes = StoredSchemes(SchemeVerifier(vocabulary).read)
        parts = Parts(database, vocabulary, policy, schemes, SystemClock(), keyring)
        await parts.follow()
        yield parts


@asynccontextmanager
async def open_database(settings: Settings) -> AsyncIterator[Database]:
    settings.prepare_home()
    database = Database(settings.database)
    try:
        yield database
    finally:
        await database.dispose()
