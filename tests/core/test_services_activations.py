"""Activation: what a version needs to run, how days are switched, that retirement is final; and quarantine."""

import json
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from sqlmodel import col, select

from core.errors import ErrorCode, GuantongError
from core.models import Activation, Artifact, Fault, FaultKind, Filing, PluginEpoch, Quarantine
from core.permissions import ANONYMOUS, Actor, Role
from core.services.activations import Switch, activate, retire, suspend
from core.services.quarantine import Breakage, Look, lift_quarantine, note_look, report_fault
from core.services.wheels import verify_again
from core.storage.database import Database
from core.storage.row_scope import EVERY_ROW
from core.texts import Text
from tests import builders as make
from tests.core.calls import OFFICER, call, events, policy, said, store
from tests.core.filing_world import AUDITOR, FIRST_DAY, REVIEWER, SERVICE, VERIFIER, World, refusal, world_in

pytestmark = pytest.mark.anyio
APRIL, MAY, JULY = date(2026, 4, 1), date(2026, 5, 1), date(2026, 7, 1)


@pytest.fixture
async def world(database: Database) -> World:
    return await world_in(database)


async def days(world: World, filing: Filing, *, withdrawn: bool = False) -> list[tuple[str, str, str | None]]:
    """The intervals of a version that stand, as (state, start, end)."""
    standing = col(Activation.withdrawn_at).is_not(None) if withdrawn else col(Activation.withdrawn_at).is_(None)
    query = select(Activation).where(col(Activation.filing_id) == filing.id, standing).order_by(col(Activation.starts))
    async with world.database.read(EVERY_ROW) as session:
        rows = (await session.exec(query)).all()
    return [(row.state.value, str(row.starts), str(row.ends) if row.ends else None) for row in rows]


async def switch(world: World, use_case: Any, filing: Filing, *, actor: Actor = OFFICER, **given: Any) -> Any:
    return await world.do(actor, use_case, Switch(filing_id=filing.id, **given))


async def test_a_recorded_version_is_activated_from_today(world: World) -> None:
    filing = await world.recorded()
    await switch(world, activate, filing)
    assert await days(world, filing) == [("active", "2026-03-02", None)]
    last = (await events(world.database))[-1]
    assert (last.tag, last.subject_kind, last.subject_id) == ("enterprise:scheme:activate", "filing", str(filing.id))
    assert json.loads(last.body)["before"] == {"days": []}
    assert json.loads(last.body)["after"] == {"days": [{"state": "active", "starts": "2026-03-02", "ends": None}]}


@pytest.mark.parametrize(
    ("reached", "state"),
    [("register", "is a draft"), ("submit", "is submitted"), ("countersign", "is countersigned")],
)
async def test_nothing_runs_that_is_not_on_record(world: World, reached: str, state: str) -> None:
    begun = ["register", "submit", "countersign"]
    for done in begun[: begun.index(reached) + 1]:
        await getattr(world, done)()
    filing = await world.filing()
    for use_case in (activate, retire):
        error = await refusal(lambda use_case=use_case: switch(world, use_case, filing))  # type: ignore[misc]
        assert error.code is ErrorCode.STEP_REFUSED
        assert f"{state} and not on record, so it is neither activated nor retired" in error.message.en
        assert error.clause is not None
    assert await days(world, filing) == []


async def test_nothing_runs_before_its_effective_day(world: World) -> None:
    filing = await world.recorded(since=APRIL)
    error = await refusal(lambda: switch(world, activate, filing))
    assert said(error) == (
        ErrorCode.NOT_IN_FORCE,
        "方案“example_ship”版本 1.0.0 的备案期间为 [2026-04-01, …)，不含 2026-03-02；请选其中的日期启用",
        "version 1.0.0 of scheme 'example_ship' is on record on [2026-04-01, …), which does not hold 2026-03-02; "
        "activate it on one of those days",
    )
    await switch(world, activate, filing, starts=APRIL)
    assert await days(world, filing) == [("active", "2026-04-01", None)]


@pytest.mark.parametrize("actor", [ANONYMOUS, AUDITOR, REVIEWER, SERVICE])
@pytest.mark.parametrize("use_case", [activate, suspend, retire])
async def test_only_the_bureau_switches(world: World, actor: Actor, use_case: Any) -> None:
    filing = await world.recorded()
    for one in (actor, world.admin):
        error = await refusal(lambda one=one: switch(world, use_case, filing, actor=one))  # type: ignore[misc]
        assert error.code is ErrorCode.NOT_PERMITTED


async def test_days_that_are_over_stay_as_they_were(world: World) -> None:
    filing = await world.recorded()
    day = FIRST_DAY - timedelta(days=1)
    for use_case in (activate, suspend, retire):
        error = await refusal(lambda use_case=use_case: switch(world, use_case, filing, starts=day))  # type: ignore[misc]
        assert said(error) == (
            ErrorCode.BAD_DATE,
            "“starts”为 2026-03-01，早于今天 2026-03-02；已过去的日子不能改动",
            "'starts' is 2026-03-01, before today 2026-03-02; days that are over cannot be changed",
        )


async def test_an_unknown_filing_and_a_reversed_period_are_refused(world: World) -> None:
    await world.recorded()
    unknown = await world.refuses(OFFICER, activate, Switch(filing_id=uuid4()))
    assert unknown.code is ErrorCode.NOT_FOUND
    filing = await world.filing()
    reversed_ = await refusal(lambda: switch(world, activate, filing, starts=MAY, ends=APRIL))
    assert reversed_.code is ErrorCode.PERIOD_REVERSED


async def test_a_suspension_holds_from_the_same_day_and_can_be_ended(world: World) -> None:
    filing = await world.recorded()
    await switch(world, activate, filing)
    world.later()
    await switch(world, suspend, filing)
    assert await days(world, filing) == [("suspended", "2026-03-02", None)]
    assert await days(world, filing, withdrawn=True) == [("active", "2026-03-02", None)]
    world.on(APRIL)
    await switch(world, activate, filing)
    assert await days(world, filing) == [("suspended", "2026-03-02", "2026-04-01"), ("active", "2026-04-01", None)]


async def test_a_suspension_with_an_end_resumes_by_itself(world: World) -> None:
    filing = await world.recorded()
    await switch(world, activate, filing)
    await switch(world, suspend, filing, starts=APRIL, ends=MAY)
    assert await days(world, filing) == [
        ("active", "2026-03-02", "2026-04-01"),
        ("suspended", "2026-04-01", "2026-05-01"),
        ("active", "2026-05-01", None),
    ]


async def test_a_suspension_without_end_outlasts_the_decisions_that_it_holds(world: World) -> None:
    """Activated over a planned suspension, the version is active by two decisions, one after the other."""
    filing = await world.recorded()
    await switch(world, activate, filing)
    await switch(world, suspend, filing, starts=APRIL, ends=MAY)
    world.on(APRIL)
    await switch(world, activate, filing)
    assert await days(world, filing) == [
        ("active", "2026-03-02", "2026-04-01"),
        ("active", "2026-04-01", "2026-05-01"),
        ("active", "2026-05-01", None),
    ]
    world.later()
    await switch(world, suspend, filing)
    assert await days(world, filing) == [("active", "2026-03-02", "2026-04-01"), ("suspended", "2026-04-01", None)]


async def test_what_does_not_run_is_not_suspended_and_what_runs_not_activated(world: World) -> None:
    filing = await world.recorded()
    idle = await refusal(lambda: switch(world, suspend, filing))
    assert said(idle) == (
        ErrorCode.STEP_REFUSED,
        "方案“example_ship”版本 1.0.0 在 2026-03-02 未启用，无从暂停",
        "version 1.0.0 of scheme 'example_ship' is not active on 2026-03-02, so it cannot be suspended",
    )
    await switch(world, activate, filing)
    again = await refusal(lambda: switch(world, activate, filing))
    assert again.message.en == "version 1.0.0 of scheme 'example_ship' is active on 2026-03-02 already"


async def test_retirement_is_final(world: World) -> None:
    filing = await world.recorded()
    await switch(world, activate, filing)
    await switch(world, retire, filing, starts=JULY)
    assert await days(world, filing) == [("active", "2026-03-02", "2026-07-01"), ("retired", "2026-07-01", None)]
    await switch(world, suspend, filing, starts=APRIL)
    await switch(world, activate, filing, starts=MAY)
    assert await days(world, filing) == [
        ("active", "2026-03-02", "2026-04-01"),
        ("suspended", "2026-04-01", "2026-05-01"),
        ("active", "2026-05-01", "2026-07-01"),
        ("retired", "2026-07-01", None),
    ]
    world.on(JULY)
    for use_case in (activate, retire):
        error = await refusal(lambda use_case=use_case: switch(world, use_case, filing))  # type: ignore[misc]
        assert said(error) == (
            ErrorCode.STEP_REFUSED,
            "方案“example_ship”版本 1.0.0 自 2026-07-01 起停用，不能再改动",
            "version 1.0.0 of scheme 'example_ship' is retired from 2026-07-01 for good",
        )
    ended = await refusal(lambda: switch(world, retire, filing, ends=date(2026, 8, 1)))
    assert ended.message.en.endswith("is retired for good: there is no last day")


async def test_a_retirement_can_be_moved_up(world: World) -> None:
    filing = await world.recorded()
    await switch(world, retire, filing, starts=JULY)
    await switch(world, retire, filing, starts=APRIL)
    assert await days(world, filing) == [("retired", "2026-04-01", None)]


async def test_a_newer_version_takes_the_place_of_the_older(world: World) -> None:
    old = await world.recorded()
    await switch(world, activate, old)
    new = await world.recorded("2.0.0", since=JULY)
    await switch(world, activate, new, starts=JULY)
    assert await days(world, old) == [("active", "2026-03-02", "2026-07-01")]
    assert await days(world, new) == [("active", "2026-07-01", None)]
    written = await events(world.database)
    assert [event.tag.rpartition(":")[2] for event in written[-2:]] == ["activate", "replace"]
    assert json.loads(written[-1].body)["after"]["days"][0]["ends"] == "2026-07-01"


async def test_what_is_planned_for_later_stays_when_the_older_is_resumed(world: World) -> None:
    old = await world.recorded()
    await switch(world, activate, old)
    new = await world.recorded("2.0.0", since=JULY)
    await switch(world, activate, new, starts=JULY)
    await switch(world, suspend, old)
    assert await days(world, old) == [("suspended", "2026-03-02", "2026-07-01")]
    world.on(APRIL)
    await switch(world, activate, old)
    assert await days(world, old) == [
        ("suspended", "2026-03-02", "2026-04-01"),
        ("active", "2026-04-01", "2026-07-01"),
    ]
    assert await days(world, new) == [("active", "2026-07-01", None)]


async def test_a_retired_version_does_not_stand_in_the_way_of_a_newer(world: World) -> None:
    old = await world.recorded()
    await switch(world, retire, old, starts=APRIL)
    new = await world.recorded("2.0.0", since=MAY)
    await switch(world, activate, new, starts=MAY)
    assert await days(world, old) == [("retired", "2026-04-01", None)]
    assert await days(world, new) == [("active", "2026-05-01", None)]


async def test_a_superseded_version_no_longer_starts(world: World) -> None:
    old = await world.recorded()
    await world.recorded("2.0.0", since=APRIL)
    world.on(APRIL)
    error = await refusal(lambda: switch(world, activate, old))
    assert error.code is ErrorCode.NOT_IN_FORCE
    assert "[2026-03-02, 2026-04-01)" in error.message.en


async def test_changed_bytes_and_changed_policy_stop_an_activation(world: World) -> None:
    filing = await world.recorded()
    later = replace(policy(), digest="f" * 64)
    async with world.database.write(EVERY_ROW) as session:
        changed = replace(call(session, OFFICER, world.now), policy=later)
        with pytest.raises(GuantongError, match="verify it again"):
            await activate(changed, Switch(filing_id=filing.id), "示例")
    async with world.database.write(EVERY_ROW) as session:
        await session.exec(sa.update(Artifact).values(content=b"{}"))
    error = await refusal(lambda: switch(world, activate, filing))
    assert error.code is ErrorCode.DIGEST_MISMATCH


async def epoch(world: World) -> int:
    async with world.database.read(EVERY_ROW) as session:
        return (await session.exec(select(PluginEpoch.number))).first() or 0


async def test_every_change_in_what_may_run_raises_the_epoch(world: World) -> None:
    assert await epoch(world) == 0
    filing = await world.recorded()
    numbers = [await epoch(world)]
    for use_case in (activate, suspend, retire):
        await switch(world, use_case, filing)
        numbers.append(await epoch(world))
    await world.do(OFFICER, verify_again, VERIFIER, filing.digest)
    numbers.append(await epoch(world))
    assert numbers == sorted(set(numbers))
    await refusal(lambda: switch(world, retire, filing))
    assert await epoch(world) == numbers[-1]


def _crash(wheel_id: UUID, number: int = 1) -> Breakage:
    return Breakage(wheel_id, FaultKind.CRASH, Text(f"第{number}次异常退出", f"crash {number}"))


async def _report(world: World, wheel_id: UUID, number: int = 1) -> Quarantine | None:
    async with world.database.write(EVERY_ROW) as session:
        return await report_fault(call(session, SERVICE, world.now), _crash(wheel_id, number))


async def test_the_third_fault_quarantines_with_the_faults_that_led_to_it(world: World) -> None:
    wheel = await world.register()
    assert [await _report(world, wheel.id, number) for number in (1, 2)] == [None, None]
    before = await epoch(world)
    quarantine = await _report(world, wheel.id, 3)
    assert quarantine is not None
    assert quarantine.reason == "3 次故障后自动隔离 quarantined after 3 faults"
    assert await epoch(world) == before + 1
    again = await _report(world, wheel.id, 4)
    assert again is not None
    assert again.id == quarantine.id
    async with world.database.read(EVERY_ROW) as session:
        faults = (await session.exec(select(Fault).order_by(Fault.en))).all()
    assert [(one.en, one.kind, one.quarantine_id) for one in faults] == [
        (f"crash {number}", FaultKind.CRASH, quarantine.id) for number in (1, 2, 3, 4)
    ]
    tags = [event.tag.rpartition(":")[2] for event in await events(world.database)][-5:]
    assert tags == ["fault", "fault", "fault", "quarantine", "fault"]


async def test_a_quarantine_is_lifted_with_a_reason_and_counts_anew(world: World) -> None:
    wheel = await world.register()
    for number in (1, 2, 3):
        await _report(world, wheel.id, number)
    lifted: Quarantine = await world.do(OFFICER, lift_quarantine, wheel.id)
    assert (lifted.lifted_at, lifted.lifted_by, lifted.lifted_reason) == (world.now, "示例经办", "示例理由")
    assert await _report(world, wheel.id, 4) is None
    error = await world.refuses(OFFICER, lift_quarantine, wheel.id)
    assert said(error) == (
        ErrorCode.STEP_REFUSED,
        f"方案包 {wheel.digest} 未被隔离",
        f"wheel {wheel.digest} is not in quarantine",
    )
    async with world.database.write(EVERY_ROW) as session:
        with pytest.raises(GuantongError, match="give a reason"):
            for number in (5, 6):
                await report_fault(call(session, SERVICE, world.now), _crash(wheel.id, number))
            await lift_quarantine(call(session, OFFICER, world.now), wheel.id, "")


async def test_quarantine_is_no_suspension(world: World) -> None:
    filing = await world.recorded()
    await switch(world, activate, filing)
    for number in (1, 2, 3):
        await _report(world, filing.wheel_id, number)
    assert await days(world, filing) == [("active", "2026-03-02", None)]


@pytest.mark.parametrize("actor", [ANONYMOUS, OFFICER, Actor.of(Role.ENTERPRISE_ADMIN, "示例")])
async def test_the_platform_alone_reports_faults_and_the_bureau_alone_releases(world: World, actor: Actor) -> None:
    wheel = await world.register()
    async with world.database.write(EVERY_ROW) as session:
        with pytest.raises(GuantongError, match="lacks city:fault:report"):
            await report_fault(call(session, actor, world.now), _crash(wheel.id))
    error = await world.refuses(SERVICE, lift_quarantine, wheel.id)
    assert error.code is ErrorCode.NOT_PERMITTED


async def test_what_a_look_at_the_store_finds_is_noted_once(world: World) -> None:
    wheel = await world.register()
    drift = Breakage(wheel.id, FaultKind.DRIFT, Text("内容已变", "the content has changed"))
    other = replace(drift, what=Text("内容又变", "the content has changed again"))
    number = await epoch(world)
    for broken, expected, raised in (
        ((drift,), [("内容已变", True)], 1),
        ((drift,), [("内容已变", True)], 0),
        ((other,), [("内容又变", True), ("内容已变", False)], 1),
        ((), [("内容又变", False), ("内容已变", False)], 1),
        ((), [("内容又变", False), ("内容已变", False)], 0),
        ((drift,), [("内容又变", False), ("内容已变", False), ("内容已变", True)], 1),
    ):
        async with world.database.write(EVERY_ROW) as session:
            await note_look(call(session, SERVICE, world.now), Look(frozenset({wheel.id}), broken))
        async with world.database.read(EVERY_ROW) as session:
            found = (await session.exec(select(Fault))).all()
        assert sorted((fault.zh, fault.closed_at is None) for fault in found) == expected
        number += raised
        assert await epoch(world) == number
    written = [event for event in await events(world.database) if event.tag == "enterprise:wheel:mend"]
    assert [json.loads(event.body)["before"]["zh"] for event in written] == ["内容已变", "内容又变"]


async def test_a_look_ends_no_fault_of_what_it_did_not_look_at(world: World) -> None:
    wheel = await world.register()
    drift = Breakage(wheel.id, FaultKind.DRIFT, Text("内容已变", "the content has changed"))
    for look in (Look(frozenset({wheel.id}), (drift,)), Look()):
        async with world.database.write(EVERY_ROW) as session:
            await note_look(call(session, SERVICE, world.now), look)
    async with world.database.read(EVERY_ROW) as session:
        assert (await session.exec(select(Fault.closed_at))).all() == [None]


async def test_the_platform_alone_says_what_a_look_found(world: World) -> None:
    async with world.database.write(EVERY_ROW) as session:
        with pytest.raises(GuantongError, match="lacks city:fault:report"):
            await note_look(call(session, OFFICER, world.now), Look())


async def test_a_fault_of_nothing_is_refused(world: World) -> None:
    await store(world.database, make.enterprise())
    async with world.database.write(EVERY_ROW) as session:
        with pytest.raises(GuantongError, match="no such wheel"):
            await report_fault(call(session, SERVICE, world.now), _crash(uuid4()))
