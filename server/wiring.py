"""Puts the product together: opens the parts that outlive a request, and closes them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import orjson

from core.dates import Clock
from core.errors import ErrorCode, GuantongError
from core.permissions import Actor
from core.policy.load import load_packs
from core.policy.stack import PolicyStack
from core.secrets import Keyring, load_or_create
from core.services.call import Call
from core.storage.database import Database
from core.storage.queries.occupations import imported_occupations
from core.storage.queries.recorded import RecordedDocument, recorded_documents
from core.texts import Text
from core.vocabulary import Vocabulary, load_vocabulary
from plugins.document import SchemeDocument
from plugins.registry import Recorded, SchemeRegistry
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
    async def use_cases(self, actor: Actor, request_id: str) -> AsyncIterator[Call]:
        """What use cases are called with, in one transaction that ends with the block."""
        async with self.database.write() as session:
            yield Call(session, actor, self.clock, self.vocabulary, self.policy, self.keyring, request_id)


@asynccontextmanager
async def open_parts(settings: Settings) -> AsyncIterator[Parts]:
    """The parts of a migrated installation."""
    keyring = load_or_create(settings.prepare_home() / "keyring.json")
    policy = load_packs()
    async with open_database(settings) as database:
        await database.require_current()
        async with database.read() as session:
            vocabulary = load_vocabulary(await imported_occupations(session))
            documents = await recorded_documents(session)
        schemes = SchemeRegistry()
        schemes.replace(map(_recorded, documents))
        yield Parts(database, vocabulary, policy, schemes, SystemClock(), keyring)


@asynccontextmanager
async def open_database(settings: Settings) -> AsyncIterator[Database]:
    settings.prepare_home()
    database = Database(settings.database)
    try:
        yield database
    finally:
        await database.dispose()


def _recorded(stored: RecordedDocument) -> Recorded:
    """A stored document as a scheme. One that is not what was recorded must not decide anything."""
    document = SchemeDocument.of(orjson.loads(stored.document))
    if document.digest != stored.digest:
        raise GuantongError(
            ErrorCode.SCHEME_INVALID,
            Text(
                f"方案 {document.manifest.scheme.key} 的内容与备案时的摘要不符",
                f"the content of scheme {document.manifest.scheme.key} is not what was recorded: its digest differs",
            ),
        )
    return Recorded(document.scheme(), stored.on_record)
