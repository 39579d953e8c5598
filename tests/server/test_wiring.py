"""The product put together: what is approved and active decides, and only with the bytes that were approved."""

import asyncio
from dataclasses import fields
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import col, select

from core.models import Artifact, Fault, FaultKind, Filing, SchemeVersion, Wheel
from core.permissions import Actor, Role
from core.services.activations import Switch, suspend
from core.services.quarantine import Look
from core.storage.row_scope import EVERY_ROW
from core.vocabulary import load_vocabulary
from plugins.document import read_folder
from server.meanwhile import Rhythm, meanwhile
from server.settings import Settings
from server.wiring import Parts, log, open_parts

pytestmark = pytest.mark.anyio
SCHEMES = Path(__file__).parents[2] / "enterprise_schemes"
SHIPYARD = read_folder(SCHEMES / "lingnan_ship/scheme_lingnan_ship").manifest.scheme
OFFICER = Actor.of(Role.BUREAU_OFFICER, "示例经办")


@pytest.fixture
def settings(demonstrated: Settings) -> Settings:
    return demonstrated


def running(parts: Parts, day: date = SHIPYARD.from_) -> list[str]:
    return [scheme.key for scheme in parts.schemes.recorded(SHIPYARD.enterprise, day)]


async def faults(parts: Parts) -> list[Any]:
    async with parts.database.read(EVERY_ROW) as session:
        return list((await session.exec(select(Fault))).all())


async def tamper(parts: Parts, key: str) -> None:
    """Change one byte of a stored file."""
    async with parts.database.write(EVERY_ROW) as session:
        query = select(Artifact).join(Wheel, col(Wheel.artifact_digest) == col(Artifact.digest))
        kept = (await session.exec(query.where(col(Wheel.key) == key))).one()
        changed = kept.content[:-1] + bytes([kept.content[-1] ^ 1])
        await session.exec(sa.update(Artifact).where(col(Artifact.digest) == kept.digest).values(content=changed))


async def test_what_the_offices_approved_runs_from_its_first_day(parts: Parts) -> None:
    assert running(parts) == ["lingnan_ship"]
    assert running(parts, SHIPYARD.from_ - timedelta(days=1)) == []
    assert await faults(parts) == []


async def test_a_version_on_record_without_filing_decides_nothing(parts: Parts) -> None:
    async with parts.database.write(EVERY_ROW) as session:
        await session.exec(sa.update(Filing).values(state="draft"))
    async with parts.database.read(EVERY_ROW) as session:
        assert await parts.schemes.inspect(session) == ()
        assert (await session.exec(select(SchemeVersion))).first() is not None
    assert running(parts) == []


async def test_one_changed_byte_and_the_version_is_not_used_which_is_said(parts: Parts, settings: Settings) -> None:
    await tamper(parts, "lingnan_ship")
    for _ in range(2):
        async with open_parts(settings) as restarted:
            assert running(restarted) == []
    [fault] = await faults(parts)
    assert fault.kind is FaultKind.DRIFT
    assert fault.en.startswith(
        "version 1.0.0 of scheme 'lingnan_ship' (scheme_lingnan_ship.zip) is not used: the stored content"
    )
    assert fault.en.endswith("restore it from a backup, and the next look puts it back to use")
    assert fault.zh.endswith("请从备份恢复，下次检查后自动重新使用")


async def test_a_running_server_notices_a_changed_byte_and_its_restoration(
    parts: Parts, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    await tamper(parts, "lingnan_ship")
    await parts.follow()
    assert running(parts) == ["lingnan_ship"]  # nothing was switched, so nobody has looked
    for _ in range(2):
        look = await parts.inspect()
        assert [one.kind for one in look.broken] == [FaultKind.DRIFT]
    assert "lingnan_ship.zip) is not used" in caplog.text
    assert running(parts) == []
    [fault] = await faults(parts)
    assert fault.closed_at is None
    await tamper(parts, "lingnan_ship")  # the same bit again: restored
    assert (await parts.inspect()).broken == ()
    assert running(parts) == ["lingnan_ship"]
    [fault] = await faults(parts)
    assert fault.closed_at is not None
    await tamper(parts, "lingnan_ship")
    async with open_parts(settings) as restarted:
        assert running(restarted) == []
    assert sorted(one.closed_at is None for one in await faults(parts)) == [False, True]


async def test_the_server_looks_at_the_store_by_itself(parts: Parts, database_url: str) -> None:
    await tamper(parts, "lingnan_ship")
    looked = asyncio.Event()

    class Looking(Parts):
        async def inspect(self) -> Look:
            try:
                return await Parts.inspect(parts)
            finally:
                looked.set()

    looking = Looking(**{one.name: getattr(parts, one.name) for one in fields(parts) if one.init})
    async with meanwhile(Rhythm(log, "looking").forever(looking.inspect, 0.01)):
        await asyncio.wait_for(looked.wait(), 60)
    assert running(parts) == []


async def test_a_suspension_holds_from_the_next_request(parts: Parts) -> None:
    async with parts.use_cases(OFFICER, "test") as call:
        today = call.today
        [filing] = (await call.session.exec(select(Filing).where(col(Filing.record_number).like("%LINGNAN%")))).all()
        await suspend(call, Switch(filing_id=filing.id), "示例")
    assert running(parts, today) == ["lingnan_ship"]
    await parts.follow()
    assert running(parts, today) == []
    assert running(parts, today - timedelta(days=1)) == ["lingnan_ship"]


async def test_following_takes_one_query_when_nothing_changed(parts: Parts) -> None:
    with parts.database.count_queries() as sent:
        await parts.follow()
    assert len(sent) == 1


async def test_the_keyring_is_made_once(parts: Parts, settings: Settings) -> None:
    async with open_parts(settings) as first, open_parts(settings) as second:
        assert first.keyring == second.keyring
        assert first.vocabulary == load_vocabulary()
