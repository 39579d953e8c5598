"""Review is bound to content: another content, rejected content, changed bytes; and how versions follow one another."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import select

from core.errors import ErrorCode, GuantongError
from core.models import Artifact, Filing, FilingState, SchemeVersion
from core.services.docket import Seen
from core.services.filings import (
    Record,
    record_filing,
    submit_filing,
)
from core.services.verifier import Verdict
from core.services.wheels import register_scheme, verify_again
from core.storage.database import Database
from core.storage.row_scope import EVERY_ROW
from core.texts import Text
from tests.core.calls import OFFICER, call, events, policy, said
from tests.core.filing_world import (
    AUTHORITY,
    FIRST_DAY,
    OTHER_REVIEWER,
    VERIFIER,
    World,
    content,
    refusal,
    upload,
    world_in,
)

pytestmark = pytest.mark.anyio


@pytest.fixture
async def world(database: Database) -> World:
    return await world_in(database)


@pytest.mark.parametrize("reached", ["register", "submit", "countersign", "send_back"])
async def test_another_content_begins_anew_and_voids_both_approvals(world: World, reached: str) -> None:
    steps = ["register", "submit", "countersign", "send_back"]
    for done in steps[: steps.index(reached) + 1]:
        await getattr(world, done)()
    old = await world.filing()
    changed = await world.register(years=3, authority="示例交通主管部门")
    filing = await world.filing()
    assert (filing.state, filing.digest, filing.wheel_id) == (FilingState.DRAFT, changed.digest, changed.id)
    assert (filing.id, filing.revision, filing.industry_authority) == (old.id, old.revision + 1, "示例交通主管部门")
    assert (await events(world.database))[-1].tag == "enterprise:scheme:amend"
    await world.submit()
    assert (await world.countersign(actor=OTHER_REVIEWER)).state is FilingState.COUNTERSIGNED


async def test_another_content_of_a_version_on_record_is_refused_whole(world: World) -> None:
    filing = await world.recorded()
    values = content(world.owner, years=3)
    error = await world.refuses(world.admin, register_scheme, VERIFIER, upload(values))
    assert said(error) == (
        ErrorCode.STEP_REFUSED,
        "方案“example_ship”版本 1.0.0 已备案，不能更换内容：内容有变须用新版本号",
        "version 1.0.0 of scheme 'example_ship' is on record, so you cannot amend it: changed content takes a new "
        "version",
    )
    assert (await world.filing()) == filing
    async with world.database.read(EVERY_ROW) as session:
        assert (await session.exec(select(sa.func.count()).select_from(Artifact))).one() == 1


async def test_a_countersignature_for_another_content_does_not_count(world: World) -> None:
    """Even when somebody edits the filing in the database."""
    await world.register()
    await world.submit()
    await world.countersign()
    other = await world.register(version="9.0.0", years=5)
    async with world.database.write(EVERY_ROW) as session:
        wanted = Filing.version == "1.0.0"
        await session.exec(sa.update(Filing).where(wanted).values(digest=other.digest, wheel_id=other.id))  # type: ignore[arg-type]
    error = await refusal(world.record)
    assert error.code is ErrorCode.STEP_REFUSED
    assert error.message.en.startswith(f"the industry authority '{AUTHORITY}' has not countersigned version 1.0.0")
    assert other.digest in error.message.en


async def test_a_rejected_content_goes_no_further(world: World) -> None:
    wheel = await world.register()
    strict = _Rejecting()
    await world.do(OFFICER, verify_again, strict, wheel.digest)
    error = await refusal(world.submit)
    assert said(error) == (
        ErrorCode.SCHEME_REJECTED,
        "方案“example_ship”版本 1.0.0 未通过校验（1 项发现）；请按校验结果修改后重新登记",
        "version 1.0.0 of scheme 'example_ship' did not pass verification (1 findings); mend it and register it again",
    )


class _Rejecting(type(VERIFIER)):  # type: ignore[misc]
    async def verify(self, candidate: Any, around: Any) -> Any:
        assert around.policy is policy()
        return Verdict(False, ({"code": "SCH209"},))


async def test_a_change_of_policy_asks_for_another_verification(world: World) -> None:
    await world.register()
    later = replace(policy(), digest="f" * 64)
    seen = Seen(**await world.see())
    async with world.database.write(EVERY_ROW) as session:
        with pytest.raises(GuantongError) as caught:
            await submit_filing(replace(call(session, world.admin, world.now), policy=later), seen, "示例")
    assert said(caught.value) == (
        ErrorCode.SCHEME_REJECTED,
        "方案“example_ship”版本 1.0.0 校验之后政策包有变；请重新校验",
        "the policy packs have changed since version 1.0.0 of scheme 'example_ship' was verified; verify it again",
    )


@pytest.mark.parametrize("step", ["submit", "countersign", "record"])
async def test_one_changed_byte_stops_every_approval(world: World, step: str) -> None:
    for done in ["register", "submit", "countersign", "record"][: ["submit", "countersign", "record"].index(step) + 1]:
        await getattr(world, done)()
    async with world.database.write(EVERY_ROW) as session:
        await session.exec(sa.update(Artifact).values(content=b"{}"))
    assert (await refusal(getattr(world, step))).code is ErrorCode.DIGEST_MISMATCH


async def test_what_goes_on_record_is_read_anew(world: World) -> None:
    """A reader that has changed its mind about the same bytes is no ground for a record."""
    await world.register()
    await world.submit()
    await world.countersign()
    given = Record(**await world.see(), record_number="示例1号", effective_from=FIRST_DAY)

    def other(content: bytes, filename: str) -> Any:
        return replace(VERIFIER.read(content, filename), key="another")

    error = await world.refuses(OFFICER, record_filing, other, given)
    assert error.code is ErrorCode.DIGEST_MISMATCH
    assert "reads as another 1.0.0 with digest" in error.message.en


@pytest.mark.parametrize(
    ("changed", "code", "words"),
    [
        ({"document": "{}"}, ErrorCode.DIGEST_MISMATCH, "the document of scheme 'example_ship' has digest 44136fa3"),
        ({"name": Text("长" * 201, "long")}, ErrorCode.BAD_ARGUMENT, "'zh' is too long, at most 200 characters"),
    ],
)
async def test_what_goes_on_record_is_whole_and_fits(
    world: World, changed: dict[str, Any], code: ErrorCode, words: str
) -> None:
    await world.register()
    await world.submit()
    await world.countersign()
    given = Record(**await world.see(), record_number="示例1号", effective_from=FIRST_DAY)

    def other(content: bytes, filename: str) -> Any:
        read = VERIFIER.read(content, filename)
        assert read.scheme is not None
        scheme = replace(read.scheme, **{key: value for key, value in changed.items() if key == "name"})
        return replace(read, scheme=scheme, document=changed.get("document", read.document))

    error = await world.refuses(OFFICER, record_filing, other, given)
    assert error.code is code
    assert error.message.en.startswith(words)
    assert (await world.filing()).state is FilingState.COUNTERSIGNED


async def test_a_scheme_takes_effect_after_its_review_only(world: World) -> None:
    await world.register()
    await world.submit()
    await world.countersign()
    error = await refusal(lambda: world.record(since=FIRST_DAY - timedelta(days=1)))
    assert said(error) == (
        ErrorCode.BAD_DATE,
        "生效日期 2026-03-01 早于备案日 2026-03-02；方案经审核备案后实施",
        "the effective date 2026-03-01 is before today, 2026-03-02; a scheme takes effect after its review",
    )
    assert error.clause is not None
    late = await refusal(lambda: world.record(since=date(2029, 1, 1)))
    assert late.message.en.startswith("the effective date 2029-01-01 is after the period [2026-01-01, 2029-01-01)")
    assert (await world.filing()).state is FilingState.COUNTERSIGNED


async def test_a_newer_version_supersedes_from_its_effective_day(world: World) -> None:
    await world.recorded()
    world.on(date(2026, 4, 1))
    await world.recorded("1.10.0", since=date(2026, 7, 1))
    old, new = await world.filing("1.0.0"), await world.filing("1.10.0")
    assert (old.state, old.effective_from, old.effective_until) == ("superseded", FIRST_DAY, date(2026, 7, 1))
    assert (new.state, new.effective_from, new.effective_until) == ("recorded", date(2026, 7, 1), None)
    async with world.database.read(EVERY_ROW) as session:
        query = select(SchemeVersion).order_by(SchemeVersion.recorded_from)
        found = [(one.recorded_from, one.recorded_until) for one in await session.exec(query)]
    assert found == [(FIRST_DAY, date(2026, 7, 1)), (date(2026, 7, 1), None)]
    tags = [event.tag.rpartition(":")[2] for event in await events(world.database)][-2:]
    assert tags == ["supersede", "record"]


@pytest.mark.parametrize(
    ("version", "since", "words"),
    [
        ("2.0.0", FIRST_DAY, "is on record from 2026-03-02; the new version has to start later"),
        ("0.9.0", date(2026, 4, 1), "is on record; version 0.9.0 is no newer, so take a higher number"),
    ],
)
async def test_versions_follow_one_another(world: World, version: str, since: date, words: str) -> None:
    await world.recorded()
    await world.register(version=version)
    await world.submit(version)
    await world.countersign(version)
    error = await refusal(lambda: world.record(version, since))
    assert (error.code, error.message.en) == (
        ErrorCode.DUPLICATE,
        f"version 1.0.0 of scheme 'example_ship' {words}",
    )
    assert (await world.filing("1.0.0")).state is FilingState.RECORDED


async def test_a_record_number_is_used_once(world: World) -> None:
    await world.recorded()
    await world.register(version="2.0.0")
    await world.submit("2.0.0")
    await world.countersign("2.0.0")
    error = await refusal(lambda: world.record("2.0.0", date(2026, 5, 1), number="示例备案1.0.0"))
    assert error.message.en == "record number '示例备案1.0.0' is that of version 1.0.0 already; take another"
