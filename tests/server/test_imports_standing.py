"""A job acts for somebody; once they may no longer, it stops before the next rows and says why. On both databases."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlmodel import col, select

from core.errors import ErrorCode
from core.jobs.phases import JobPhase
from core.models import Account, Job, ServiceToken
from core.permissions import Actor, Permission, Proof, Role, Via
from core.services.accounts import disable_account
from core.services.job_standing import kept_actor
from core.storage.row_scope import EVERY_ROW
from tests import builders as make
from tests.server.import_world import World, as_csv, opened, roster

pytestmark = pytest.mark.anyio
ROWS = 900
STOPPED = "，任务停止；已写入的内容保留，请由有权限的人员重新上传同一文件"
OFFICER = Actor.of(Role.BUREAU_OFFICER, "示例经办")


@pytest.fixture
async def world(database_url: str, tmp_path: Path, anyio_backend: str) -> AsyncIterator[World]:
    async with opened(database_url, tmp_path, job_seconds=0.05, replica=tmp_path.name) as world:
        yield world


async def signed_in(world: World) -> Actor:
    """The administrator, by an account of their own."""
    now = world.parts.clock.now()
    account = Account(
        name="示例管理员", role=Role.ENTERPRISE_ADMIN, enterprise_id=world.enterprise.id, opened_at=now, valid_from=now
    )
    async with world.parts.database.write(EVERY_ROW) as session:
        session.add(account)
    return replace(world.admin, proof=Proof(Via.SESSION, str(account.id), account.id))


async def stopped_midway(world: World, actor: Actor, deed: Callable[[], Awaitable[None]]) -> Job:
    """A job that was under way when something was done."""
    async with world.working():
        checked = await world.settled((await world.ask(as_csv(roster(ROWS)), actor=actor)).id)
        await world.confirm(checked, actor)
        while (await world.job(checked.id)).done < 200:
            await asyncio.sleep(0.01)
        await deed()
        return await world.settled(checked.id)


async def whole_batches_alone(world: World, job: Job, told: str) -> None:
    """What was written is what the job counts, and that is some of it."""
    assert (job.phase, job.error_code, job.error_zh) == (JobPhase.FAILED, ErrorCode.NOT_PERMITTED, told + STOPPED)
    assert 200 <= job.ok == job.done < ROWS
    assert await world.counts() == (job.ok, job.ok)
    assert job.executor is None


async def change(world: World, actor: Actor, **values: Any) -> None:
    assert actor.proof is not None
    async with world.parts.database.write(EVERY_ROW) as session:
        await session.exec(sa.update(Account).where(col(Account.id) == actor.proof.account_id).values(**values))


async def test_an_account_that_is_disabled_writes_no_further_rows(world: World) -> None:
    actor = await signed_in(world)
    assert actor.proof is not None and actor.proof.account_id is not None
    account_id: UUID = actor.proof.account_id

    async def disable() -> None:
        async with world.parts.use_cases(OFFICER, "test") as call:
            await disable_account(call, account_id, "已离职")

    await whole_batches_alone(world, await stopped_midway(world, actor, disable), "办理人的账户已停用")
    # Somebody else uploads the same file: what is there stays, the rest comes in.
    async with world.working():
        checked = await world.settled((await world.ask(as_csv(roster(ROWS)))).id)
        await world.confirm(checked)
        done = await world.settled(checked.id)
    assert (done.phase, done.ok + done.unchanged) == (JobPhase.DONE, ROWS)
    assert await world.counts() == (ROWS, ROWS)


async def test_an_account_of_another_role_or_enterprise_writes_no_further_rows(world: World) -> None:
    actor = await signed_in(world)
    told = "办理人的账户已改为其他角色或范围"
    job = await stopped_midway(world, actor, lambda: change(world, actor, role=Role.EVALUATION_OFFICER))
    await whole_batches_alone(world, job, told)
    await change(world, actor, role=Role.ENTERPRISE_ADMIN, enterprise_id=None)
    async with world.working():
        job = await world.settled((await world.ask(as_csv(roster(3, ROWS)), actor=actor)).id)
    assert (job.phase, job.error_zh, job.done) == (JobPhase.FAILED, told + STOPPED, 0)


async def test_a_permission_that_the_role_has_lost_stops_it(world: World) -> None:
    job = await world.ask(as_csv(roster(3)))
    kept = kept_actor(world.admin) | {"permissions": ["enterprise:person:read", "long:gone:one"]}
    async with world.parts.database.write(EVERY_ROW) as session:
        await session.exec(sa.update(Job).where(col(Job.id) == job.id).values(actor=kept))
    async with world.working():
        job = await world.settled(job.id)
    assert (job.phase, job.error_zh) == (JobPhase.FAILED, "办理人的角色已无此项权限" + STOPPED)
    assert (job.error_en or "").startswith("the role that it acts in no longer has the permission, so the job stops")


async def test_a_service_token_imports_until_it_is_revoked(world: World) -> None:
    now = world.parts.clock.now()
    row = ServiceToken(
        name="示例人事系统",
        role=Role.ENTERPRISE_ADMIN,
        enterprise_id=world.enterprise.id,
        permissions=[Permission.ENTERPRISE_PERSON_READ.value, Permission.ENTERPRISE_PERSON_RECORD.value],
        digest="0" * 64,
        minted_by="示例",
        minted_at=now,
        starts_at=now,
        ends_at=now + timedelta(days=1),
    )
    async with world.parts.database.write(EVERY_ROW) as session:
        session.add(row)
    held = frozenset({Permission.ENTERPRISE_PERSON_READ, Permission.ENTERPRISE_PERSON_RECORD})
    proof = Proof(Via.SERVICE_TOKEN, str(row.id), token_id=row.id)
    actor = Actor(Role.SERVICE, row.name, world.enterprise.id, None, held, None, proof)

    async def revoke() -> None:
        async with world.parts.database.write(EVERY_ROW) as session:
            found = (await session.exec(select(ServiceToken).where(col(ServiceToken.id) == row.id))).one()
            found.revoked_at = now

    job = await stopped_midway(world, actor, revoke)
    await whole_batches_alone(world, job, "办理所用的服务令牌已撤销")


async def test_it_acts_for_whoever_confirmed_it(world: World) -> None:
    asker = await signed_in(world)
    async with world.working():
        checked = await world.settled((await world.ask(as_csv(roster(3)), actor=asker)).id)
        await change(world, asker, disabled_at=make.NOON)
        await world.confirm(checked)
        done = await world.settled(checked.id)
    assert (done.phase, done.ok) == (JobPhase.DONE, 3)
