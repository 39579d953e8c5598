"""The store of artifacts, registration, verification and snapshots: kept once, never changed, refused with a reason."""

import hashlib
import json
from dataclasses import replace

import pytest
import sqlalchemy as sa
from sqlmodel import select

from core.errors import ErrorCode, GuantongError
from core.models import Artifact, Filing, Scheme, Snapshot, SnapshotKind, Verification, Wheel, WheelState
from core.permissions import ANONYMOUS, Actor, Role
from core.services.artifacts import Upload, artifact_bytes
from core.services.filing_guards import latest_verification
from core.services.snapshots import load_snapshot, store_snapshot
from core.services.wheels import register_scheme, verify_again
from core.storage.database import Database
from core.storage.queries.plugins import plugins
from core.storage.row_scope import EVERY_ROW
from tests import builders as make
from tests.core.calls import OFFICER, admin_of, call, events, said, store
from tests.core.filing_world import FIRST_DAY, VERIFIER, World, content, digest_of, upload, world_in

pytestmark = pytest.mark.anyio


@pytest.fixture
async def world(database: Database) -> World:
    return await world_in(database)


async def _count(database: Database, table: type) -> int:
    async with database.read(EVERY_ROW) as session:
        return (await session.exec(select(sa.func.count()).select_from(table))).one()


async def test_a_registered_scheme_is_kept_verified_and_drafted(world: World) -> None:
    values = content(world.owner)
    wheel: Wheel = await world.do(world.admin, register_scheme, VERIFIER, upload(values, "lingnan.zip"))
    assert (wheel.digest, wheel.key, wheel.version, wheel.state) == (
        digest_of(values),
        "example_ship",
        "1.0.0",
        WheelState.VERIFIED,
    )
    async with world.database.read(EVERY_ROW) as session:
        kept = (await session.exec(select(Artifact))).one()
        filing = (await session.exec(select(Filing))).one()
    raw = json.dumps(values).encode()
    assert (kept.digest, kept.content, kept.size, kept.filename) == (
        hashlib.sha256(raw).hexdigest(),
        raw,
        len(raw),
        "lingnan.zip",
    )
    assert (filing.state, filing.digest, filing.revision, filing.round) == ("draft", wheel.digest, 1, 0)
    assert [event.tag for event in await events(world.database)] == [
        "enterprise:wheel:register",
        "enterprise:wheel:verify",
        "enterprise:scheme:draft",
    ]


async def test_the_same_content_is_one_wheel_however_it_is_packed(world: World) -> None:
    values = content(world.owner)
    first = await world.do(world.admin, register_scheme, VERIFIER, upload(values))
    again = await world.do(world.admin, register_scheme, VERIFIER, upload(values, indent=2))
    assert first.id == again.id
    assert [await _count(world.database, table) for table in (Artifact, Wheel, Filing)] == [1, 1, 1]
    assert await _count(world.database, Verification) == 2
    assert (await world.filing()).revision == 1


async def test_a_rejected_scheme_is_kept_with_its_findings_and_drafts_nothing(world: World) -> None:
    wheel = await world.register(accept=False)
    assert wheel.state is WheelState.REJECTED
    async with world.database.read(EVERY_ROW) as session:
        found = (await session.exec(select(Verification))).one()
    assert found.findings == [{"code": "SCH201", "severity": "error"}]
    assert [await _count(world.database, table) for table in (Filing, Scheme)] == [0, 0]


async def test_rejected_content_can_come_again_under_its_right_name(world: World) -> None:
    values = content(world.owner, accept=False)
    await world.do(world.admin, register_scheme, VERIFIER, upload(values, "wrong.whl"))
    again = await world.do(world.admin, register_scheme, VERIFIER, upload(values, "right.whl"))
    assert again.filename == "right.whl"
    tags = [event.tag.rpartition(":")[2] for event in await events(world.database)]
    assert tags == ["register", "verify", "register", "verify"]
    assert await _count(world.database, Wheel) == 1


async def test_what_cannot_be_read_is_a_row_that_says_why(world: World) -> None:
    broken = Upload(filename="broken.whl", content=b"no json")
    wheel: Wheel = await world.do(world.admin, register_scheme, VERIFIER, broken)
    assert (wheel.key, wheel.version, wheel.state) == (None, None, WheelState.REJECTED)
    async with world.database.read(EVERY_ROW) as session:
        [finding] = (await session.exec(select(Verification))).one().findings
    assert finding == {"code": "ART001", "severity": "error", "value": "\ufffd"}


async def test_the_same_unreadable_bytes_of_two_enterprises_tell_neither_of_the_other(world: World) -> None:
    other = make.enterprise(zh="示例地铁")
    await store(world.database, other)
    broken, renamed = (Upload(filename=name, content=b"hello") for name in ("a.zip", "b.zip"))
    first: Wheel = await world.do(world.admin, register_scheme, VERIFIER, broken)
    second: Wheel = await world.do(admin_of(other), register_scheme, VERIFIER, renamed)
    again: Wheel = await world.do(admin_of(other), register_scheme, VERIFIER, renamed)
    assert second.id == again.id != first.id
    assert [(one.state, one.filename, one.enterprise_id) for one in (first, second)] == [
        (WheelState.REJECTED, "a.zip", world.owner.id),
        (WheelState.REJECTED, "b.zip", other.id),
    ]
    async with world.database.read(EVERY_ROW) as session:
        for actor, own in ((world.admin, first), (admin_of(other), second)):
            assert [row.wheel.id for row in await plugins(session, actor, FIRST_DAY)] == [own.id]
        assert len(await plugins(session, OFFICER, FIRST_DAY)) == 2
    for actor, found in ((world.admin, first), (admin_of(other), second), (OFFICER, first)):
        assert (await world.do(actor, verify_again, VERIFIER, first.digest)).id == found.id
    assert await _count(world.database, Artifact) == 1


@pytest.mark.parametrize("size", [0, 16 * 1024 * 1024 + 1])
async def test_the_size_of_a_file_is_bounded(world: World, size: int) -> None:
    error = await world.refuses(world.admin, register_scheme, VERIFIER, Upload(filename="f.whl", content=bytes(size)))
    assert said(error) == (
        ErrorCode.BAD_FILE,
        f"文件“f.whl”为 {size} 字节；应为 1 至 16777216 字节",
        f"file 'f.whl' has {size} bytes; it should have 1 to 16777216",
    )


async def test_an_enterprise_registers_its_own_schemes_only(world: World) -> None:
    other = make.enterprise(zh="示例地铁")
    await store(world.database, other)
    error = await world.refuses(world.admin, register_scheme, VERIFIER, upload(content(other)))
    assert said(error) == (
        ErrorCode.NOT_PERMITTED,
        f"方案写明的企业是 {other.uscc}，您代表“示例船厂”（{world.owner.uscc}）；只能登记本企业的方案",
        f"the scheme is that of {other.uscc}; you act for '示例船厂' ({world.owner.uscc}) and can register your own "
        "only",
    )
    assert await _count(world.database, Artifact) == 0


@pytest.mark.parametrize("actor", [ANONYMOUS, OFFICER, Actor.of(Role.INDUSTRY_REVIEWER, "示例")])
async def test_nobody_else_registers(world: World, actor: Actor) -> None:
    error = await world.refuses(actor, register_scheme, VERIFIER, upload(content(world.owner)))
    assert error.code is ErrorCode.NOT_PERMITTED


async def test_a_key_belongs_to_the_enterprise_that_claimed_it(world: World) -> None:
    await world.register()
    rail = replace(world, owner=make.enterprise(zh="示例地铁"))
    await store(world.database, rail.owner)
    error = await rail.refuses(rail.admin, register_scheme, VERIFIER, upload(content(rail.owner)))
    assert said(error) == (
        ErrorCode.DUPLICATE,
        "方案标识“example_ship”已由企业“示例船厂”提供，“示例地铁”须换用别的标识",
        "scheme key 'example_ship' is provided by enterprise '示例船厂' already; '示例地铁' has to take another",
    )
    assert (error.where and error.where.entry) == "scheme.key"
    assert await _count(world.database, Wheel) == 1


async def test_a_rejected_scheme_claims_no_key(world: World) -> None:
    await world.register(accept=False)
    rail = replace(world, owner=make.enterprise(zh="示例地铁"))
    await store(world.database, rail.owner)
    assert (await rail.register()).state is WheelState.VERIFIED


async def test_a_key_has_one_distribution(world: World) -> None:
    await world.register(distribution="scheme-lingnan-ship")
    values = content(world.owner, version="1.0.1", distribution="scheme-other")
    error = await world.refuses(world.admin, register_scheme, VERIFIER, upload(values))
    assert error.message.en == (
        "scheme key 'example_ship' is provided by distribution 'scheme-lingnan-ship' already; "
        "'scheme-other' has to take another"
    )
    await world.register(version="1.0.1", distribution="scheme-lingnan-ship")
    await world.register(version="1.0.2", distribution=None)


async def test_a_later_verification_adds_to_history(world: World) -> None:
    wheel = await world.register()
    world.later()
    await world.do(OFFICER, verify_again, VERIFIER, wheel.digest)
    assert await _count(world.database, Verification) == 2
    assert [event.tag for event in await events(world.database)][-1] == "enterprise:wheel:verify"
    async with world.database.write(EVERY_ROW) as session:
        newest = await latest_verification(call(session), wheel)
    assert newest.at == world.now


@pytest.mark.parametrize("owned", [True, False])
async def test_only_its_enterprise_and_the_bureau_verify_again(world: World, owned: bool) -> None:
    wheel = await world.register()
    other = Actor.of(Role.ENTERPRISE_ADMIN, "示例", enterprise_id=None)
    digest = wheel.digest if owned else "0" * 64
    error = await world.refuses(other if owned else OFFICER, verify_again, VERIFIER, digest)
    assert said(error) == (
        ErrorCode.NOT_FOUND,
        "没有此方案包，或无权操作；请核对标识",
        "no such wheel within your reach; check the id",
    )


async def test_changed_bytes_show(world: World) -> None:
    wheel = await world.register()
    await _tamper(world.database)
    error = await world.refuses(OFFICER, verify_again, VERIFIER, wheel.digest)
    assert error.code is ErrorCode.DIGEST_MISMATCH
    assert error.message.en.startswith(f"the stored file should have digest {wheel.artifact_digest} and has ")
    async with world.database.read(EVERY_ROW) as session:
        with pytest.raises(GuantongError, match="restore it from a backup"):
            await artifact_bytes(session, wheel.artifact_digest)


async def _tamper(database: Database) -> None:
    """Change one byte behind the product's back."""
    async with database.write(EVERY_ROW) as session:
        row = (await session.exec(select(Artifact))).one()
        changed = sa.update(Artifact).values(content=bytes([row.content[0] ^ 1]) + row.content[1:])
        await session.exec(changed)


@pytest.mark.parametrize("table", [Artifact, Verification])
@pytest.mark.parametrize("deleted", [True, False])
async def test_what_history_rests_on_cannot_be_changed_by_mistake(world: World, table: type, deleted: bool) -> None:
    await world.register()
    with pytest.raises(RuntimeError, match="are never changed or deleted"):
        async with world.database.write(EVERY_ROW) as session:
            row = (await session.exec(select(table))).one()
            if deleted:
                await session.delete(row)
            elif isinstance(row, Artifact):
                row.filename = "other"
            else:
                row.contract = "9"
            await session.flush()


async def test_a_snapshot_is_kept_once_and_read_by_its_digest(database: Database) -> None:
    text = '{"a":1,"b":"示例"}'
    async with database.write(EVERY_ROW) as session:
        digest = await store_snapshot(call(session), SnapshotKind.FACTS, text)
        assert await store_snapshot(call(session), SnapshotKind.FACTS, text) == digest
    assert digest == hashlib.sha256(text.encode()).hexdigest()
    async with database.read(EVERY_ROW) as session:
        assert await load_snapshot(session, SnapshotKind.FACTS, digest) == text
        with pytest.raises(GuantongError) as caught:
            await load_snapshot(session, SnapshotKind.POLICY, digest)
    assert said(caught.value) == (
        ErrorCode.NOT_FOUND,
        f"没有摘要为 {digest} 的政策包快照：从未保存，或已删除；不能据以重放",
        f"there is no snapshot of policy {digest}: it was never kept or has been erased; nothing can be replayed "
        "without it",
    )


async def test_a_changed_snapshot_replays_nothing(database: Database) -> None:
    async with database.write(EVERY_ROW) as session:
        digest = await store_snapshot(call(session), SnapshotKind.POLICY, "{}")
        await session.exec(sa.update(Snapshot).values(content="[]"))
    async with database.read(EVERY_ROW) as session:
        with pytest.raises(GuantongError, match="nothing can be replayed from it"):
            await load_snapshot(session, SnapshotKind.POLICY, digest)


async def test_only_canonical_json_is_a_snapshot(database: Database) -> None:
    async with database.write(EVERY_ROW) as session:
        with pytest.raises(ValueError, match="a snapshot of policy must be canonical JSON"):
            await store_snapshot(call(session), SnapshotKind.POLICY, '{"b": 1}')
