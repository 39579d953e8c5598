"""What a wheel's code did when it ran: a fault of every wheel that holds it, and the third leads to quarantine."""

import pytest
from sqlmodel import select

from core.errors import GuantongError
from core.models import Fault, FaultKind, Quarantine
from core.services.quarantine import report_violation
from core.storage.database import Database
from core.storage.row_scope import EVERY_ROW
from core.texts import Text
from tests.core.calls import OFFICER, call
from tests.core.filing_world import SERVICE, World, world_in

pytestmark = pytest.mark.anyio
WHAT = Text("超时", "timed out")
NOBODYS = "f" * 64


@pytest.fixture
async def world(database: Database) -> World:
    return await world_in(database)


async def report(world: World, digest: str) -> tuple[Quarantine, ...]:
    async with world.database.write(EVERY_ROW) as session:
        return await report_violation(call(session, SERVICE, world.now), digest, FaultKind.TIMEOUT, WHAT)


async def test_the_third_leads_to_quarantine(world: World) -> None:
    wheel = await world.register()
    assert [await report(world, wheel.digest) for _ in range(2)] == [(), ()]
    [quarantine] = await report(world, wheel.digest)
    assert quarantine.wheel_id == wheel.id
    async with world.database.read(EVERY_ROW) as session:
        faults = (await session.exec(select(Fault))).all()
    assert [(one.wheel_id, one.kind, one.zh) for one in faults] == [(wheel.id, FaultKind.TIMEOUT, "超时")] * 3


async def test_what_is_nobodys_wheel_leaves_no_record(world: World) -> None:
    assert await report(world, NOBODYS) == ()
    async with world.database.read(EVERY_ROW) as session:
        assert (await session.exec(select(Fault))).all() == []


async def test_the_platform_alone_reports(world: World) -> None:
    async with world.database.write(EVERY_ROW) as session:
        with pytest.raises(GuantongError, match="lacks city:fault:report"):
            await report_violation(call(session, OFFICER, world.now), NOBODYS, FaultKind.CRASH, WHAT)
