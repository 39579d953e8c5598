"""Withdrawal: what was mistyped is taken back before it begins, and gives back what it took."""

import json
from datetime import date
from typing import Any

import pytest
from sqlmodel import select

from core.errors import ErrorCode
from core.models import CatalogRow, Filing, FilingState, SchemeVersion
from core.permissions import ANONYMOUS, Actor
from core.services.activations import activate, retire, suspend
from core.services.docket import Seen
from core.services.withdrawals import withdraw_record, withdraw_retirement
from core.storage.database import Database
from core.storage.queries.plugin_reasons import gap_after_record
from core.storage.queries.plugins import active_schemes, plugins
from core.storage.row_scope import EVERY_ROW
from core.texts import Text
from tests.core.calls import OFFICER, events, said
from tests.core.filing_world import AUDITOR, REVIEWER, SERVICE, World, refusal, world_in
from tests.core.test_services_activations import days, switch

pytestmark = pytest.mark.anyio
APRIL, JULY, FAR = date(2026, 4, 1), date(2026, 7, 1), date(2028, 12, 1)
RUNS = [("active", "2026-03-02", None)]


@pytest.fixture
async def world(database: Database) -> World:
    return await world_in(database)


async def withdraw(world: World, version: str, actor: Actor = OFFICER) -> Filing:
    return await world.do(actor, withdraw_record, Seen(**await world.see(version)))  # type: ignore[no-any-return]


async def running(world: World, day: date, known_at: Any = None) -> list[str | None]:
    async with world.database.read(EVERY_ROW) as session:
        return [row.wheel.version for row in await active_schemes(session, AUDITOR, day, known_at)]


async def test_a_mistyped_day_is_withdrawn_and_recorded_as_it_was_meant(world: World) -> None:
    old = await world.recorded()
    await switch(world, activate, old)
    world.later()
    await world.recorded("2.0.0", since=FAR)
    await world.register(version="2.2.0")
    await world.submit("2.2.0")
    await world.countersign("2.2.0")
    blocked = await refusal(lambda: world.record("2.2.0", since=JULY))
    assert said(blocked) == (
        ErrorCode.DUPLICATE,
        "方案“example_ship”版本 2.0.0 自 2028-12-01 起备案；新版本须晚于该日。日期有误而尚未生效的备案可由人社部门撤回",
        "version 2.0.0 of scheme 'example_ship' is on record from 2028-12-01; the new version has to start later. A "
        "record with a wrong day that has not come can be withdrawn by the bureau",
    )
    withdrawn = await withdraw(world, "2.0.0")
    assert (withdrawn.state, withdrawn.effective_from, withdrawn.record_number) == (
        FilingState.COUNTERSIGNED,
        None,
        None,
    )
    before = await world.filing()
    assert (before.state, before.effective_until) == (FilingState.RECORDED, None)
    async with world.database.read(EVERY_ROW) as session:
        assert [(one.version, one.recorded_until) for one in await session.exec(select(SchemeVersion))] == [
            ("1.0.0", None)
        ]
        assert len((await session.exec(select(CatalogRow))).all()) == 1
        rows = {row.wheel.version: row for row in await plugins(session, AUDITOR, FAR)}
    view = rows["2.0.0"].filing
    assert view is not None
    assert (rows["2.0.0"].recorded, view.on_record, view.record_number) == (False, None, None)
    assert [(one.review.step.value, one.stands) for one in view.approvals] == [("countersign", True), ("record", False)]
    again = await world.record("2.0.0", since=JULY)  # under the same number: it is free again
    assert (again.state, again.effective_from) == (FilingState.RECORDED, JULY)
    assert (await world.filing()).effective_until == JULY


async def test_a_withdrawal_is_a_step_with_its_events(world: World) -> None:
    await world.recorded()
    await world.recorded("2.0.0", since=JULY)
    await withdraw(world, "2.0.0")
    written = [event for event in await events(world.database) if event.subject_kind == "filing"][-2:]
    assert [(event.tag, event.reason) for event in written] == [
        ("enterprise:scheme:restore", "示例理由"),
        ("enterprise:scheme:withdraw", "示例理由"),
    ]
    after = json.loads(written[1].body)["after"]
    assert (after["record_number"], after["effective_from"], after["state"]) == (
        "示例备案2.0.0",
        "2026-07-01",
        "countersigned",
    )


async def test_planned_activations_go_with_the_record_and_give_their_days_back(world: World) -> None:
    old = await world.recorded()
    await switch(world, activate, old)
    new = await world.recorded("2.0.0", since=JULY)
    await switch(world, activate, new, starts=JULY)
    await switch(world, suspend, new, starts=date(2026, 8, 1))
    known = world.later()
    assert (await running(world, JULY), await days(world, old)) == (["2.0.0"], [("active", "2026-03-02", "2026-07-01")])
    await withdraw(world, "2.0.0")
    assert (await days(world, new), await days(world, old)) == ([], RUNS)
    assert await running(world, date(2026, 9, 1)) == ["1.0.0"]
    assert await running(world, JULY, known) == ["2.0.0"]  # what was known then stays


async def test_a_record_that_has_begun_is_not_withdrawn(world: World) -> None:
    await world.recorded()
    error = await refusal(lambda: withdraw(world, "1.0.0"))
    assert said(error) == (
        ErrorCode.STEP_REFUSED,
        "方案“example_ship”版本 1.0.0 自 2026-03-02 起已备案生效，不能撤回；可暂停、停用，或备案新版本",
        "version 1.0.0 of scheme 'example_ship' is on record since 2026-03-02, which cannot be withdrawn: suspend it, "
        "retire it, or record a newer version",
    )
    assert error.clause is not None


@pytest.mark.parametrize("actor", [ANONYMOUS, AUDITOR, REVIEWER, SERVICE, None])
async def test_the_bureau_alone_withdraws(world: World, actor: Actor | None) -> None:
    filing = await world.recorded(since=JULY)
    await switch(world, retire, filing, starts=JULY)
    who = actor or world.admin
    seen = Seen(**await world.see())
    for use_case, given in ((withdraw_record, seen), (withdraw_retirement, filing.id)):
        assert (await world.refuses(who, use_case, given)).code is ErrorCode.NOT_PERMITTED


async def test_a_decision_on_what_has_changed_withdraws_nothing(world: World) -> None:
    await world.recorded(since=JULY)
    stale = Seen(**await world.see() | {"revision": 1})
    assert (await world.refuses(OFFICER, withdraw_record, stale)).code is ErrorCode.OUT_OF_DATE


async def test_a_superseded_version_waits_for_the_newer_to_be_withdrawn(world: World) -> None:
    await world.recorded(since=APRIL)
    await world.recorded("2.0.0", since=JULY)
    error = await refusal(lambda: withdraw(world, "1.0.0"))
    assert "已被取代，不能撤回备案：已有更新的版本备案" in error.message.zh
    await withdraw(world, "2.0.0")
    assert (await withdraw(world, "1.0.0")).state is FilingState.COUNTERSIGNED


@pytest.mark.parametrize("moved_up", [False, True])
async def test_a_planned_retirement_is_taken_back(world: World, moved_up: bool) -> None:
    filing = await world.recorded()
    await switch(world, activate, filing)
    await switch(world, retire, filing, starts=JULY)
    if moved_up:
        await switch(world, retire, filing, starts=APRIL)
    world.later()
    await world.do(OFFICER, withdraw_retirement, filing.id)
    assert await days(world, filing) == RUNS
    written = (await events(world.database))[-1]
    assert written.tag == "enterprise:scheme:unretire"
    assert json.loads(written.body)["after"]["days"] == [{"state": "active", "starts": "2026-03-02", "ends": None}]
    await switch(world, retire, filing, starts=date(2026, 8, 1))  # postponed
    assert await days(world, filing) == [("active", "2026-03-02", "2026-08-01"), ("retired", "2026-08-01", None)]


async def test_what_has_come_since_stays_when_days_are_given_back(world: World) -> None:
    old = await world.recorded()
    await switch(world, activate, old)
    await switch(world, retire, old, starts=APRIL)
    new = await world.recorded("2.0.0", since=JULY)
    await switch(world, activate, new, starts=JULY)
    await world.do(OFFICER, withdraw_retirement, old.id)
    assert await days(world, old) == [("active", "2026-03-02", "2026-07-01")]
    assert await days(world, new) == [("active", "2026-07-01", None)]


async def test_no_retirement_or_one_that_has_begun_is_not_taken_back(world: World) -> None:
    filing = await world.recorded()
    none = await world.refuses(OFFICER, withdraw_retirement, filing.id)
    assert said(none) == (
        ErrorCode.STEP_REFUSED,
        "方案“example_ship”版本 1.0.0 未定停用，无从撤回",
        "version 1.0.0 of scheme 'example_ship' is not to be retired, so there is nothing to withdraw",
    )
    await switch(world, retire, filing)
    begun = await world.refuses(OFFICER, withdraw_retirement, filing.id)
    assert said(begun) == (
        ErrorCode.STEP_REFUSED,
        "方案“example_ship”版本 1.0.0 自 2026-03-02 起已停用，不能撤回",
        "version 1.0.0 of scheme 'example_ship' is retired since 2026-03-02, which cannot be withdrawn",
    )


async def test_a_retired_version_blocks_no_newer_one(world: World) -> None:
    """Neither its day nor its number, both mistyped, stand in the way of what follows."""
    await world.recorded()
    far = await world.recorded("20.0.0", since=FAR)
    await switch(world, retire, far)
    new = await world.recorded("2.2.0", since=JULY)
    await switch(world, activate, new, starts=JULY)
    assert (await running(world, FAR), await running(world, JULY)) == (["2.2.0"], ["2.2.0"])
    async with world.database.read(EVERY_ROW) as session:
        rows = {row.wheel.version: row for row in await plugins(session, AUDITOR, FAR)}
    assert {version: row.recorded for version, row in rows.items()} == {"1.0.0": False, "20.0.0": False, "2.2.0": True}
    error = await refusal(lambda: switch(world, activate, far, starts=FAR))
    assert "备案期间为 空，不含 2028-12-01" in error.message.zh
    assert "is on record on no day, which does not hold 2028-12-01" in error.message.en


async def test_a_record_says_what_it_switches_off(world: World) -> None:
    async def notice(filing: Filing) -> Text | None:
        async with world.database.read(EVERY_ROW) as session:
            return await gap_after_record(session, filing)

    old = await world.recorded()
    assert await notice(old) is None  # nothing ran before
    await switch(world, activate, old)
    new = await world.recorded("1.1.0", since=JULY)
    assert await notice(new) == Text(
        "版本 1.0.0 自 2026-07-01 起不再备案，随之停止运行；版本 1.1.0 尚未启用，该日起没有方案运行。"
        "请自该日起启用版本 1.1.0",
        "version 1.0.0 is no longer on record from 2026-07-01 and stops running then; version 1.1.0 is not activated, "
        "so nothing runs from that day. Activate version 1.1.0 from 2026-07-01",
    )
    await switch(world, activate, new, starts=JULY)
    assert await notice(new) is None
