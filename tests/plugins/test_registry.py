"""The registry follows the database: whole sets, cheaply, and never with bytes that were not approved."""

import asyncio
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import col

from core.dates import Period
from core.models import Artifact, FaultKind, Filing, Review, Step, Wheel
from core.services.activations import Switch, activate, retire, suspend
from core.services.quarantine import Breakage, lift_quarantine, report_fault
from core.services.verifier import Candidate, Verdict
from core.services.wheels import verify_again
from core.storage.database import Database
from core.texts import Text
from plugins.registry import Recorded, SchemeRegistry, StoredSchemes
from tests import builders as make
from tests.core.calls import OFFICER, call, store
from tests.core.filing_world import FIRST_DAY, SERVICE, VERIFIER, World, world_in

pytestmark = pytest.mark.anyio
APRIL, JULY = date(2026, 4, 1), date(2026, 7, 1)


@pytest.fixture
async def world(database: Database) -> World:
    return await world_in(database)


@pytest.fixture
def registry() -> StoredSchemes:
    return StoredSchemes(VERIFIER.read)


async def refresh(registry: StoredSchemes, world: World) -> tuple[Breakage, ...]:
    async with world.database.read() as session:
        return await registry.refresh(session)


async def inspect(registry: StoredSchemes, world: World) -> tuple[Breakage, ...]:
    async with world.database.read() as session:
        return await registry.inspect(session)


def running(registry: SchemeRegistry, world: World, day: date = FIRST_DAY) -> list[str]:
    return [scheme.version for scheme in registry.recorded(world.owner.uscc, day)]


async def switched_on(world: World, version: str = "1.0.0", **given: Any) -> Filing:
    filing = await world.recorded(version, **given)
    await switch(world, activate, filing)
    return filing


async def switch(world: World, use_case: Any, filing: Filing, **given: Any) -> None:
    await world.do(OFFICER, use_case, Switch(filing_id=filing.id, **given))


async def change(world: World, table: Any, filing: Filing | None = None, **values: Any) -> None:
    """Change stored rows behind the product's back."""
    statement = sa.update(table).values(**values)
    if filing is not None:
        kept = sa.select(col(Wheel.artifact_digest)).where(col(Wheel.id) == filing.wheel_id).scalar_subquery()
        statement = statement.where(col(Artifact.digest) == kept)
    async with world.database.write() as session:
        await session.exec(statement)


async def test_nothing_runs_before_every_office_has_done_its_part(world: World, registry: StoredSchemes) -> None:
    for step in (world.register, world.submit, world.countersign, world.record):
        await step()
        await refresh(registry, world)
        assert running(registry, world) == []
    await switch(world, activate, await world.filing())
    await refresh(registry, world)
    [scheme] = registry.recorded(world.owner.uscc, FIRST_DAY)
    assert scheme == VERIFIER.read((await _stored(world)), "scheme.zip").scheme
    assert running(registry, world, FIRST_DAY - timedelta(days=1)) == []
    assert registry.recorded(make.credit_code(), FIRST_DAY) == ()


async def _stored(world: World) -> bytes:
    async with world.database.read() as session:
        content: bytes = (await session.exec(sa.select(Artifact.content))).scalar_one()  # type: ignore[call-overload]
    return content


async def test_days_are_those_of_record_activation_and_the_schemes_own(world: World, registry: StoredSchemes) -> None:
    old = await switched_on(world)
    await switch(world, suspend, old, starts=APRIL, ends=date(2026, 5, 1))
    await world.recorded("2.0.0", since=JULY)
    await switch(world, activate, await world.filing("2.0.0"), starts=date(2026, 8, 1))
    await refresh(registry, world)
    shown = {str(day): running(registry, world, day) for day in (FIRST_DAY, APRIL, date(2026, 5, 1), JULY)}
    assert shown == {"2026-03-02": ["1.0.0"], "2026-04-01": [], "2026-05-01": ["1.0.0"], "2026-07-01": []}
    assert running(registry, world, date(2026, 8, 1)) == ["2.0.0"]
    assert running(registry, world, date(2029, 1, 1)) == []  # the scheme itself has ended


@pytest.mark.parametrize("use_case", [suspend, retire])
async def test_a_switch_takes_effect_with_the_next_refresh(
    world: World, registry: StoredSchemes, use_case: Any
) -> None:
    filing = await switched_on(world)
    await refresh(registry, world)
    await switch(world, use_case, filing)
    assert running(registry, world) == ["1.0.0"]
    await refresh(registry, world)
    assert running(registry, world) == []


async def test_when_nothing_changed_a_refresh_is_one_query(world: World, registry: StoredSchemes) -> None:
    await switched_on(world)
    await refresh(registry, world)
    with world.database.count_queries() as sent:
        assert await refresh(registry, world) == ()
    assert len(sent) == 1
    assert "plugin_epoch" in sent[0]


async def test_what_was_read_is_read_again_only_when_its_bytes_are_new(world: World) -> None:
    read: list[str] = []

    def counting(content: bytes, filename: str) -> Candidate:
        read.append(filename)
        return VERIFIER.read(content, filename)

    registry = StoredSchemes(counting)
    filing = await switched_on(world)
    await refresh(registry, world)
    await switch(world, suspend, filing, starts=APRIL)
    await refresh(registry, world)
    assert len(read) == 1
    assert running(registry, world, APRIL) == []


async def test_one_changed_byte_takes_out_that_version_alone(world: World, registry: StoredSchemes) -> None:
    filing, rail = await switched_on(world), await _rail(world)
    await refresh(registry, world)
    await change(world, Artifact, filing, content=b'{"key": "another"}')
    assert running(registry, world) == ["1.0.0"]  # what is in memory is what was approved
    [breakage] = await inspect(registry, world)
    assert (breakage.wheel_id, breakage.kind) == (filing.wheel_id, FaultKind.DRIFT)
    assert breakage.what.en.startswith(
        "version 1.0.0 of scheme 'example_ship' (scheme.zip) is not used: the stored content has digest "
    )
    assert "不予使用：存储内容的摘要为" in breakage.what.zh
    assert running(registry, world) == []
    assert running(registry, rail) == ["1.0.0"]


async def _rail(world: World) -> World:
    """Another enterprise whose scheme runs."""
    rail = replace(world, owner=make.enterprise(zh="示例地铁"), key="example_rail")
    await store(world.database, rail.owner)
    await switched_on(rail, number="示例地铁备案1号")
    return rail


async def test_bytes_swapped_for_others_with_a_digest_of_their_own_are_found(
    world: World, registry: StoredSchemes
) -> None:
    """Whoever can write to the database can keep a file and its hash in step, but not with what was approved."""
    filing = await switched_on(world)
    other = await world.register(version="9.0.0", years=1)
    async with world.database.write() as session:
        wheel = sa.update(Wheel).where(col(Wheel.id) == filing.wheel_id)
        await session.exec(wheel.values(artifact_digest=other.artifact_digest))
    [breakage] = await inspect(registry, world)
    assert breakage.kind is FaultKind.DRIFT
    assert f"has digest {other.digest}, not {filing.digest}" in breakage.what.en
    assert running(registry, world) == []


async def test_an_approval_of_another_content_counts_for_nothing(world: World, registry: StoredSchemes) -> None:
    filing = await switched_on(world)
    for step in (Step.COUNTERSIGN, Step.RECORD):
        async with world.database.write() as session:
            approval = sa.update(Review).where(col(Review.step) == step)
            await session.exec(approval.values(digest="0" * 64))
        [breakage] = await inspect(registry, world)
        assert (breakage.wheel_id, breakage.kind) == (filing.wheel_id, FaultKind.DRIFT)
        assert "is not used: its filing and approvals are of another content; restore" in breakage.what.en
        assert running(registry, world) == []


async def test_a_reader_that_fails_takes_no_other_down(world: World) -> None:
    filing, rail = await switched_on(world), await _rail(world)

    def failing(content: bytes, filename: str) -> Candidate:
        if b"example_ship" in content:
            raise RecursionError("secret")
        return VERIFIER.read(content, filename)

    registry = StoredSchemes(failing)
    [breakage] = await refresh(registry, world)
    assert (breakage.wheel_id, breakage.kind) == (filing.wheel_id, FaultKind.UNREADABLE)
    assert "reading it failed (RecursionError)" in breakage.what.en
    assert "secret" not in str(breakage.what)
    assert running(registry, rail) == ["1.0.0"]


@pytest.mark.parametrize("changed", [{"scheme": None}, {"key": "other"}, {"enterprise": "other"}, {"version": "9"}])
async def test_content_that_reads_as_something_else_is_left_out(world: World, changed: dict[str, Any]) -> None:
    await switched_on(world)
    registry = StoredSchemes(lambda content, filename: replace(VERIFIER.read(content, filename), **changed))
    [breakage] = await refresh(registry, world)
    assert "its content no longer reads as the scheme on record" in breakage.what.en
    assert running(registry, world) == []


async def test_quarantine_stops_a_version_and_its_end_lets_it_run(world: World, registry: StoredSchemes) -> None:
    filing = await switched_on(world)
    await refresh(registry, world)
    async with world.database.write() as session:
        for number in "123":
            crash = Breakage(filing.wheel_id, FaultKind.CRASH, Text(number, number))
            await report_fault(call(session, SERVICE, world.now), crash)
    await refresh(registry, world)
    assert running(registry, world) == []
    await world.do(OFFICER, lift_quarantine, filing.wheel_id)
    await refresh(registry, world)
    assert running(registry, world) == ["1.0.0"]


async def test_a_rejection_on_another_look_stops_a_version(world: World, registry: StoredSchemes) -> None:
    class Stricter(type(VERIFIER)):  # type: ignore[misc]
        async def verify(self, candidate: Any, around: Any) -> Verdict:
            return Verdict(False, ({"code": "SCH201"},))

    filing = await switched_on(world)
    await world.do(OFFICER, verify_again, Stricter(), filing.digest)
    await refresh(registry, world)
    assert running(registry, world) == []


async def test_a_session_from_before_the_change_brings_nothing_back(world: World, registry: StoredSchemes) -> None:
    filing = await switched_on(world)
    async with world.database.read() as old:
        await old.exec(sa.select(sa.literal(1)))  # type: ignore[call-overload]
        await refresh(registry, world)
        await switch(world, suspend, filing)
        await refresh(registry, world)
        assert await registry.refresh(old) == ()
    assert running(registry, world) == []


async def test_refreshes_at_once_end_alike(world: World, registry: StoredSchemes) -> None:
    await switched_on(world)
    await asyncio.gather(*(refresh(registry, world) for _ in range(8)))
    assert running(registry, world) == ["1.0.0"]


def test_a_set_is_replaced_whole() -> None:
    registry = SchemeRegistry()
    scheme = VERIFIER.read(
        b'{"accept":true,"authority":"x","contract":"1.0","distribution":null,"enterprise":"e","from":"2026-01-01",'
        b'"key":"k","version":"1.0.0","years":1}',
        "f",
    ).scheme
    assert scheme is not None
    registry.replace([Recorded(scheme, Period(FIRST_DAY, APRIL))])
    assert registry.recorded("e", FIRST_DAY) == (scheme,)
    assert registry.recorded("e", APRIL) == registry.recorded("x", FIRST_DAY) == ()
    registry.replace([])
    assert registry.recorded("e", FIRST_DAY) == ()
