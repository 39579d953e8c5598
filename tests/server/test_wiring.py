"""The product put together: what the database has on record decides, and only as it was recorded."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from core.errors import ErrorCode, GuantongError
from core.storage.database import Database
from core.vocabulary import load_vocabulary
from plugins.document import SchemeDocument, read_folder
from server.settings import Settings, load_settings
from server.wiring import open_parts
from tests import builders

pytestmark = pytest.mark.anyio
SHIPYARD = Path(__file__).parents[2] / "enterprise_schemes/lingnan_ship/scheme_lingnan_ship"
DAY = date(2026, 3, 1)


@pytest.fixture
def settings(database_url: str) -> Settings:
    return load_settings(database_url=database_url)


async def record(database: Database, document: SchemeDocument, **given: Any) -> None:
    """Store the shipyard with its scheme on record since the beginning of 2026."""
    enterprise = builders.enterprise(uscc=document.manifest.scheme.enterprise)
    scheme = builders.scheme(enterprise, key=document.manifest.scheme.key)
    content = {"document": document.canonical(), "digest": document.digest, "recorded_from": date(2026, 1, 1)}
    version = builders.scheme_version(scheme, **(content | given))
    for row in (enterprise, scheme, version):
        async with database.write() as session:
            session.add(row)


async def test_recorded_schemes_are_found(settings: Settings, database: Database) -> None:
    document = read_folder(SHIPYARD)
    await record(database, document)
    async with open_parts(settings) as parts:
        (found,) = parts.schemes.recorded(document.manifest.scheme.enterprise, DAY)
        assert found == document.scheme()
        assert parts.schemes.recorded(document.manifest.scheme.enterprise, date(2025, 12, 31)) == ()


async def test_a_draft_decides_nothing(settings: Settings, database: Database) -> None:
    document = read_folder(SHIPYARD)
    await record(database, document, recorded_from=None)
    async with open_parts(settings) as parts:
        assert parts.schemes.recorded(document.manifest.scheme.enterprise, DAY) == ()


async def test_a_document_changed_in_the_database_is_refused(settings: Settings, database: Database) -> None:
    await record(database, read_folder(SHIPYARD), digest="0" * 64)
    with pytest.raises(GuantongError) as caught:
        async with open_parts(settings):
            pass
    assert caught.value.code is ErrorCode.SCHEME_INVALID
    assert caught.value.message.en == (
        "the content of scheme lingnan_ship is not what was recorded: its digest differs"
    )


async def test_the_keyring_is_made_once(settings: Settings, database: Database) -> None:
    async with open_parts(settings) as first, open_parts(settings) as second:
        assert first.keyring == second.keyring
        assert first.vocabulary == load_vocabulary()
