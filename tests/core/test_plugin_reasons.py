"""Why a scheme runs on a day, or does not: every check in words, version by version."""

from datetime import date

import pytest

from core.errors import ErrorCode, GuantongError
from core.models import FaultKind
from core.services.activations import activate, suspend
from core.services.quarantine import Breakage, report_fault
from core.storage.database import Database
from core.storage.queries.plugin_reasons import why
from core.storage.row_scope import EVERY_ROW
from core.texts import Text
from tests.core.calls import call
from tests.core.filing_world import AUDITOR, AUTHORITY, FIRST_DAY, SERVICE, World, world_in
from tests.core.test_plugin_audit import explained, switch

pytestmark = pytest.mark.anyio
JULY = date(2026, 7, 1)


@pytest.fixture
async def world(database: Database) -> World:
    return await world_in(database)


async def test_why_a_scheme_runs(world: World) -> None:
    filing = await world.recorded()
    await switch(world, activate, filing)
    [answer] = await explained(world, FIRST_DAY)
    assert answer.active
    assert [(check.holds, check.text.zh) for check in answer.checks] == [
        (True, f"“示例企业经办”于 2026-03-02 登记 scheme.zip，摘要 {filing.digest}"),
        (True, "2026-03-02 校验通过，0 项发现"),
        (True, f"“示例会签人”（{AUTHORITY}）于 2026-03-02 会签"),
        (True, "“示例经办”于 2026-03-02 备案"),
        (True, "备案编号 示例备案1.0.0，期间 [2026-03-02, …)"),
        (True, "“示例经办”将其在 [2026-03-02, …) 启用：示例理由"),
        (True, "未被隔离，0 次故障"),
    ]


async def test_why_a_scheme_does_not_run(world: World) -> None:
    await world.register()
    await world.submit()
    [answer] = await explained(world, FIRST_DAY)
    assert not answer.active
    assert [check.text.en for check in answer.checks if not check.holds] == [
        f"the industry authority '{AUTHORITY}' has not countersigned it",
        "the bureau has not recorded it",
        "it is not on record on 2026-03-02",
        "it is not activated on 2026-03-02",
    ]


async def test_why_a_scheme_was_stopped(world: World) -> None:
    filing = await world.recorded()
    await switch(world, activate, filing)
    await switch(world, suspend, filing)
    async with world.database.write(EVERY_ROW) as session:
        for number in (1, 2, 3):
            crash = Breakage(filing.wheel_id, FaultKind.CRASH, Text(f"故障{number}", f"crash {number}"))
            await report_fault(call(session, SERVICE, world.now), crash)
    [answer] = await explained(world, FIRST_DAY)
    assert [check.text.en for check in answer.checks if not check.holds] == [
        "'示例经办' made it suspended on [2026-03-02, …): 示例理由",
        "it has been in quarantine since 2026-03-02: 3 次故障后自动隔离 quarantined after 3 faults",
    ]


async def test_why_answers_for_every_version_newest_first(world: World) -> None:
    await world.recorded("1.9.0")
    await world.recorded("1.10.0", since=JULY)
    answers = await explained(world, JULY)
    assert [answer.row.wheel.version for answer in answers] == ["1.10.0", "1.9.0"]
    assert [check.text for check in answers[0].checks if not check.holds] == [
        Text(
            "已备案，但在 2026-07-01 未启用；人社部门启用后才运行",
            "it is on record but not activated on 2026-07-01; it runs once the bureau activates it",
        )
    ]
    [ended] = [check for check in answers[1].checks if "superseded" in check.text.en]
    assert (
        ended.text.en
        == "it is on record as 示例备案1.9.0 on [2026-03-02, 2026-07-01), then superseded by a newer version, "
        "which is activated apart"
    )
    assert not ended.holds


async def test_why_of_a_mistyped_key_names_the_nearest(world: World) -> None:
    await world.register()
    async with world.database.read(EVERY_ROW) as session:
        with pytest.raises(GuantongError) as caught:
            await why(session, AUDITOR, "exmaple_ship", FIRST_DAY)
    assert (caught.value.code, caught.value.nearest) == (ErrorCode.NOT_FOUND, "example_ship")


async def test_a_returned_approval_says_that_it_is_void(world: World) -> None:
    await world.register()
    await world.submit()
    await world.countersign()
    await world.send_back()
    [answer] = await explained(world, FIRST_DAY)
    assert answer.checks[2].text.en == (
        f"'示例会签人' ({AUTHORITY}) countersigned it on 2026-03-02; a return or another content has voided that"
    )
