"""The audit of plugins: three columns, on any day, as known at any moment; corrections change no earlier answer."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest
import sqlalchemy as sa

from core.errors import ErrorCode, GuantongError
from core.models import ActivationState, FaultKind, Filing, FilingState, Step
from core.permissions import ANONYMOUS, Actor, Role
from core.services.activations import Switch, activate, retire, suspend
from core.services.artifacts import Upload
from core.services.quarantine import Breakage, lift_quarantine, note_breakages, report_fault
from core.services.wheels import register_scheme, verify_again
from core.storage.database import Database
from core.storage.queries.plugin_history import PluginChange, Standing, plugin_diff, plugin_history
from core.storage.queries.plugin_reasons import Why, why
from core.storage.queries.plugins import PluginRow, active_schemes, plugins
from core.texts import Text
from tests import builders as make
from tests.core.calls import OFFICER, admin_of, call, store
from tests.core.filing_world import AUDITOR, AUTHORITY, FIRST_DAY, REVIEWER, SERVICE, VERIFIER, World, world_in

pytestmark = pytest.mark.anyio
APRIL, JULY = date(2026, 4, 1), date(2026, 7, 1)


@pytest.fixture
async def world(database: Database) -> World:
    return await world_in(database)


async def rows(world: World, day: date, known_at: datetime | None = None, actor: Actor = AUDITOR) -> list[PluginRow]:
    async with world.database.read() as session:
        return await plugins(session, actor, day, known_at)


async def columns(world: World, day: date, known_at: datetime | None = None) -> list[tuple[bool, bool, bool]]:
    return [(row.discovered, row.recorded, row.active) for row in await rows(world, day, known_at)]


async def switch(world: World, use_case: Any, filing: Filing, **given: Any) -> None:
    await world.do(OFFICER, use_case, Switch(filing_id=filing.id, **given))


async def test_the_three_columns_follow_one_another(world: World) -> None:
    await world.register()
    assert await columns(world, FIRST_DAY) == [(True, False, False)]
    await world.submit()
    await world.countersign()
    filing = await world.record()
    assert await columns(world, FIRST_DAY) == [(True, True, False)]
    await switch(world, activate, filing)
    assert await columns(world, FIRST_DAY) == [(True, True, True)]
    assert await columns(world, date(2026, 3, 1)) == [(False, False, False)]
    assert await columns(world, date(2035, 1, 1)) == [(True, True, True)]


async def test_a_row_names_digest_approvals_findings_and_faults(world: World) -> None:
    filing = await world.recorded()
    await switch(world, activate, filing)
    async with world.database.write() as session:
        fault = Breakage(filing.wheel_id, FaultKind.TIMEOUT, Text("超时", "timed out"))
        await report_fault(call(session, SERVICE, world.now), fault)
    [row] = await rows(world, FIRST_DAY)
    assert (row.wheel.digest, row.enterprise.zh, row.wheel.filename) == (filing.digest, "示例船厂", "scheme.zip")
    assert row.filing is not None
    assert [(one.review.step, one.review.actor_name, one.review.body, one.stands) for one in row.filing.approvals] == [
        (Step.COUNTERSIGN, "示例会签人", AUTHORITY, True),
        (Step.RECORD, "示例经办", None, True),
    ]
    assert {one.review.digest for one in row.filing.approvals} == {filing.digest}
    assert row.filing.record_number == "示例备案1.0.0"
    assert [(one.kind, one.zh) for one in row.faults] == [(FaultKind.TIMEOUT, "超时")]
    assert (row.verification.findings, row.verification.contract) == ([], "1.0")


async def test_rejected_and_unreadable_artifacts_have_rows_that_say_why(world: World) -> None:
    await world.register(accept=False)
    broken = Upload(filename="broken.whl", content=b"no json")
    await world.do(world.admin, register_scheme, VERIFIER, broken)
    found = await rows(world, FIRST_DAY)
    assert [(row.wheel.key, row.wheel.filename, row.verified, row.filing) for row in found] == [
        ("example_ship", "scheme.zip", False, None),
        (None, "broken.whl", False, None),
    ]
    assert [finding["code"] for row in found for finding in row.verification.findings] == ["SCH201", "ART001"]


async def test_a_suspension_takes_effect_at_once_and_the_moment_before_still_shows_it_active(world: World) -> None:
    filing = await world.recorded()
    await switch(world, activate, filing)
    before = world.later()
    await switch(world, suspend, filing)
    assert await columns(world, FIRST_DAY) == [(True, True, False)]
    assert await columns(world, FIRST_DAY, before) == [(True, True, True)]
    [row] = await rows(world, FIRST_DAY)
    assert (row.state, row.activation and row.activation.reason) == (ActivationState.SUSPENDED, "示例理由")


async def test_what_was_known_of_a_later_day_is_not_rewritten_by_a_newer_version(world: World) -> None:
    old = await world.recorded()
    await switch(world, activate, old)
    before = world.later()
    new = await world.recorded("2.0.0", since=JULY)
    await switch(world, activate, new, starts=JULY)
    async with world.database.read() as session:
        known_then = await active_schemes(session, AUDITOR, JULY, before)
        known_now = await active_schemes(session, AUDITOR, JULY)
        june = await active_schemes(session, AUDITOR, date(2026, 6, 30))
    assert [row.wheel.version for row in known_then] == ["1.0.0"]
    assert [row.wheel.version for row in known_now] == ["2.0.0"]
    assert [row.wheel.version for row in june] == ["1.0.0"]
    assert known_then[0].filing is not None
    assert (known_then[0].filing.state, str(known_then[0].filing.on_record)) == (
        FilingState.RECORDED,
        "[2026-03-02, …)",
    )
    [first, _] = await rows(world, JULY)
    assert first.filing is not None
    assert (first.filing.state, str(first.filing.on_record)) == (FilingState.SUPERSEDED, "[2026-03-02, 2026-07-01)")


async def test_a_later_rejection_does_not_rewrite_an_earlier_verification(world: World) -> None:
    class Stricter(type(VERIFIER)):  # type: ignore[misc]
        async def verify(self, candidate: Any, around: Any) -> Any:
            return replace(await super().verify(candidate, around), accepted=False, findings=({"code": "SCH301"},))

    filing = await world.recorded()
    await switch(world, activate, filing)
    before = world.later()
    await world.do(OFFICER, verify_again, Stricter(), filing.digest)
    [now], [then] = await rows(world, FIRST_DAY), await rows(world, FIRST_DAY, before)
    assert (now.verified, now.active, now.verification.findings) == (False, False, [{"code": "SCH301"}])
    assert (then.verified, then.active, then.verification.findings) == (True, True, [])


async def test_replaced_content_and_void_approvals_show_as_such(world: World) -> None:
    await world.register()
    await world.submit()
    await world.countersign()
    before = world.later()
    await world.send_back()
    [returned] = await rows(world, FIRST_DAY)
    assert returned.filing is not None
    assert [one.stands for one in returned.filing.approvals] == [False]
    await world.register(years=3)
    old, new = await rows(world, FIRST_DAY)
    assert (old.filing, new.filing and new.filing.state) == (None, FilingState.DRAFT)
    [then] = await rows(world, FIRST_DAY, before)
    assert then.filing is not None
    assert [one.stands for one in then.filing.approvals] == [True]


async def test_quarantine_shows_while_it_lasts(world: World) -> None:
    filing = await world.recorded()
    await switch(world, activate, filing)
    async with world.database.write() as session:
        for number in range(3):
            crash = Breakage(filing.wheel_id, FaultKind.CRASH, Text(f"{number}", f"{number}"))
            await report_fault(call(session, SERVICE, world.now), crash)
    during = world.later()
    await world.do(OFFICER, lift_quarantine, filing.wheel_id)
    [held], [free] = await rows(world, FIRST_DAY, during), await rows(world, FIRST_DAY)
    assert (held.active, held.state, free.active) == (False, ActivationState.ACTIVE, True)
    assert held.quarantine is not None
    assert free.quarantine is None


@pytest.mark.parametrize("number", [1, 3])
async def test_a_list_takes_the_same_number_of_queries_however_long(world: World, number: int) -> None:
    for minor in range(number):
        filing = await world.recorded(f"1.{minor}.0")
        await switch(world, activate, filing)
        world.on(date(2026, 3, 3 + minor))
    with world.database.count_queries() as sent:
        assert len(await rows(world, world.today)) == number
    assert len(sent) == 6


async def test_enterprises_read_their_own_and_others_nothing(world: World) -> None:
    await world.recorded()
    other = make.enterprise()
    await store(world.database, other)
    assert len(await rows(world, FIRST_DAY, actor=world.admin)) == 1
    assert len(await rows(world, FIRST_DAY, actor=REVIEWER)) == 1
    for actor in (admin_of(other), ANONYMOUS, SERVICE, Actor.of(Role.WORKER, "示例")):
        assert await rows(world, FIRST_DAY, actor=actor) == []
        async with world.database.read() as session:
            assert await plugin_history(session, actor, "example_ship") == []
            with pytest.raises(GuantongError, match="there is no scheme 'example_ship' that you may read"):
                await why(session, actor, "example_ship", FIRST_DAY)


async def test_history_is_every_step_in_order(world: World) -> None:
    filing = await world.recorded()
    await switch(world, activate, filing)
    before = world.later()
    await switch(world, retire, filing, starts=APRIL)
    async with world.database.read() as session:
        entries = await plugin_history(session, AUDITOR, "example_ship")
        then = await plugin_history(session, AUDITOR, "example_ship", before)
    assert [entry.tag for entry in entries] == [
        "enterprise:wheel:register",
        "enterprise:wheel:verify",
        "enterprise:scheme:draft",
        "enterprise:scheme:submit",
        "enterprise:scheme:countersign",
        "enterprise:scheme:record",
        "enterprise:scheme:activate",
        "enterprise:scheme:retire",
    ]
    assert entries[:-1] == then
    assert {(entry.version, entry.digest) for entry in entries} == {("1.0.0", filing.digest)}
    assert (entries[4].actor_role, entries[4].actor_name, entries[4].reason) == (
        "industry-reviewer",
        "示例会签人",
        "示例理由",
    )


async def test_a_step_in_history_keeps_the_digest_it_was_about(world: World) -> None:
    old = await world.register()
    await world.submit()
    new = await world.register(years=3)
    async with world.database.read() as session:
        entries = await plugin_history(session, AUDITOR, "example_ship")
    filed = [(entry.tag.rpartition(":")[2], entry.digest) for entry in entries if ":scheme:" in entry.tag]
    assert filed == [("draft", old.digest), ("submit", old.digest), ("amend", new.digest)]


def _standing(change: PluginChange) -> tuple[str | None, Standing, Standing]:
    return change.row.wheel.version, change.before, change.after


async def test_the_difference_between_two_days(world: World) -> None:
    old = await world.recorded()
    await switch(world, activate, old)
    new = await world.recorded("2.0.0", since=JULY)
    await switch(world, activate, new, starts=JULY)
    async with world.database.read() as session:
        changes = await plugin_diff(session, AUDITOR, FIRST_DAY, JULY)
        none = await plugin_diff(session, AUDITOR, JULY, JULY)
    active, listed = ActivationState.ACTIVE, Standing(discovered=True)
    assert [_standing(change) for change in changes] == [
        ("1.0.0", Standing(True, True, True, active), listed),
        ("2.0.0", listed, Standing(True, True, True, active)),
    ]
    assert none == []


async def explained(world: World, day: date, known_at: datetime | None = None) -> list[Why]:
    async with world.database.read() as session:
        return await why(session, AUDITOR, "example_ship", day, known_at)


async def test_why_a_scheme_runs(world: World) -> None:
    filing = await world.recorded()
    await switch(world, activate, filing)
    [answer] = await explained(world, FIRST_DAY)
    assert answer.active
    assert [(check.holds, check.text.zh) for check in answer.checks] == [
        (True, f"“示例企业经办”于 2026-03-02 登记 scheme.zip，摘要 {filing.digest}"),
        (True, "2026-03-02 校验通过，0 项发现"),
        (True, "存储内容自校验以来未变"),
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
    async with world.database.write() as session:
        for number in (1, 2, 3):
            crash = Breakage(filing.wheel_id, FaultKind.CRASH, Text(f"故障{number}", f"crash {number}"))
            await report_fault(call(session, SERVICE, world.now), crash)
    [answer] = await explained(world, FIRST_DAY)
    assert [check.text.en for check in answer.checks if not check.holds] == [
        "'示例经办' made it suspended on [2026-03-02, …): 示例理由",
        "it has been in quarantine since 2026-03-02: 3 次故障后自动隔离 quarantined after 3 faults",
    ]


async def test_why_a_scheme_does_not_run_that_has_drifted_as_it_was_known(world: World) -> None:
    filing = await world.recorded()
    await switch(world, activate, filing)
    before = world.later()
    drift = Breakage(filing.wheel_id, FaultKind.DRIFT, Text("内容有变", "it is another"))
    async with world.database.write() as session:
        assert await note_breakages(call(session, SERVICE, world.now), [drift]) == 1
        assert await note_breakages(call(session, SERVICE, world.now), [drift]) == 0
    [answer] = await explained(world, FIRST_DAY)
    assert not answer.active
    assert [str(check.text) for check in answer.checks if not check.holds] == [
        "2026-03-02 发现存储内容有变：内容有变；恢复后请重新校验 / its stored content was found changed on 2026-03-02: "
        "it is another; verify it again once it is restored"
    ]
    [then] = await explained(world, FIRST_DAY, before)
    assert then.active
    world.later()
    await world.do(OFFICER, verify_again, VERIFIER, filing.digest)
    [again] = await explained(world, FIRST_DAY)
    assert again.active


async def test_why_answers_for_every_version_newest_first(world: World) -> None:
    await world.recorded("1.9.0")
    await world.recorded("1.10.0", since=JULY)
    answers = await explained(world, JULY)
    assert [answer.row.wheel.version for answer in answers] == ["1.10.0", "1.9.0"]
    [ended] = [check for check in answers[1].checks if "superseded" in check.text.en]
    assert (
        ended.text.en
        == "it is on record as 示例备案1.9.0 on [2026-03-02, 2026-07-01), then superseded by a newer version"
    )
    assert not ended.holds


async def test_why_of_a_mistyped_key_names_the_nearest(world: World) -> None:
    await world.register()
    async with world.database.read() as session:
        with pytest.raises(GuantongError) as caught:
            await why(session, AUDITOR, "exmaple_ship", FIRST_DAY)
    assert (caught.value.code, caught.value.nearest) == (ErrorCode.NOT_FOUND, "example_ship")


async def test_a_returned_approval_says_that_it_is_void(world: World) -> None:
    await world.register()
    await world.submit()
    await world.countersign()
    await world.send_back()
    [answer] = await explained(world, FIRST_DAY)
    assert answer.checks[3].text.en == (
        f"'示例会签人' ({AUTHORITY}) countersigned it on 2026-03-02; a return or another content has voided that"
    )


async def test_an_event_altered_in_the_database_does_not_stop_the_list(world: World) -> None:
    """The list reads rows; the log is verified apart."""
    await world.recorded()
    async with world.database.engine.begin() as connection:
        await connection.execute(sa.text("UPDATE audit_event SET body = '{}'"))
    assert await columns(world, FIRST_DAY) == [(True, True, False)]
