"""Imports from the file to the record, run by the real engine on both databases."""

import asyncio
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import select

from core.errors import ErrorCode, GuantongError
from core.facts import ContestTier
from core.jobs.phases import JobKind, JobPhase
from core.models import Competition, Job, JobExecutor, JobFilePart, JobFinding
from core.permissions import Actor, Role
from core.services.jobs import SeenJob, cancel_job
from core.storage.row_scope import EVERY_ROW
from server.jobs.running import lookout_of
from tests import builders as make
from tests.server.import_world import World, as_csv, opened, roster

pytestmark = pytest.mark.anyio


@pytest.fixture
async def world(database_url: str, tmp_path: Path, anyio_backend: str) -> AsyncIterator[World]:
    async with opened(database_url, tmp_path, job_seconds=0.05, replica=tmp_path.name) as world:
        yield world


async def test_a_roster_is_checked_confirmed_and_put_on_record_once(world: World) -> None:
    content = as_csv(roster(450))
    async with world.working():
        checked = await world.settled((await world.ask(content)).id)
        assert (checked.phase, checked.total, checked.ok, checked.errors) == (JobPhase.CHECKED, 450, 450, 0), checked
        assert await world.counts() == (0, 0)
        await world.confirm(checked)
        done = await world.settled(checked.id)
        assert (done.phase, done.ok, done.unchanged, done.errors) == (JobPhase.DONE, 450, 0, 0)
        assert await world.counts() == (450, 450)
        again = await world.settled((await world.ask(content)).id)
        assert (again.phase, again.unchanged) == (JobPhase.CHECKED, 450)
        await world.confirm(again)
        done = await world.settled(again.id)
    assert (done.phase, done.ok, done.unchanged) == (JobPhase.DONE, 0, 450)
    assert await world.counts() == (450, 450)


async def test_a_server_that_stops_in_the_midst_goes_on_when_it_starts_again(world: World) -> None:
    async with world.working():
        checked = await world.settled((await world.ask(as_csv(roster(900)))).id)
        await world.confirm(checked)
        while (await world.job(checked.id)).done < 200:
            await asyncio.sleep(0.01)
    stopped = await world.job(checked.id)
    assert stopped.phase is JobPhase.APPLYING
    assert await world.counts() == (stopped.done, stopped.done)
    async with world.working():
        done = await world.settled(checked.id)
    assert (done.phase, done.ok, done.unchanged) == (JobPhase.DONE, 900, 0)
    assert await world.counts() == (900, 900)


async def test_a_job_that_is_cancelled_stops_and_keeps_what_it_has_applied(world: World) -> None:
    async with world.working():
        checked = await world.settled((await world.ask(as_csv(roster(900)))).id)
        await world.confirm(checked)
        while (await world.job(checked.id)).done < 200:
            await asyncio.sleep(0.01)
        await world.cancel(await world.job(checked.id))
        stopped = await world.settled(checked.id)
    assert stopped.phase is JobPhase.CANCELLED
    assert stopped.done < 900
    assert await world.counts() == (stopped.ok, stopped.ok)
    with pytest.raises(GuantongError, match="“导入花名册”为“已取消”，不能取消"):
        await world.cancel(stopped)


async def test_whoever_was_thought_dead_writes_nothing_more(world: World) -> None:
    job = await world.ask(as_csv(roster(450)))
    lost, found = lookout_of(world.settings, world.parts), lookout_of(world.settings, world.parts)
    lost.turns.rest = 0.05
    await lost.look()
    while (await world.job(job.id)).done < 200:
        await asyncio.sleep(0.005)
    async with world.parts.database.write(EVERY_ROW) as session:
        await session.exec(sa.delete(JobExecutor))
    await found.look()
    await asyncio.gather(lost.idle(), found.idle())
    checked = await world.job(job.id)
    assert (checked.phase, checked.ok, checked.errors, checked.executor) == (JobPhase.CHECKED, 450, 0, None)


async def test_the_same_request_is_one_job(world: World) -> None:
    content = as_csv(roster(3))
    first = await world.ask(content, key="same-key-1")
    assert (await world.ask(content, key="same-key-1")).id == first.id
    with pytest.raises(GuantongError, match="此请求键已用于另一请求"):
        await world.ask(as_csv(roster(4)), key="same-key-1")


async def test_a_job_of_another_enterprise_is_not_found(world: World) -> None:
    job = await world.ask(as_csv(roster(3)))
    stranger = Actor.of(Role.ENTERPRISE_ADMIN, "示例外人", enterprise_id=make.enterprise().id)
    async with world.parts.use_cases(stranger, "test") as call:
        with pytest.raises(GuantongError, match="没有此任务，或无权操作"):
            await cancel_job(call, SeenJob(key="any-key-at-all", job_id=job.id, revision=1), "示例")
    with pytest.raises(GuantongError, match="没有此企业，或无权操作"):
        await world.ask(as_csv(roster(3)), actor=stranger)


async def test_no_identity_number_of_a_file_stands_in_the_database_in_clear(world: World) -> None:
    rows = roster(2)
    rows[1][4] = "昨天"
    async with world.working():
        await world.settled((await world.ask(as_csv(rows))).id)
    async with world.parts.database.read(EVERY_ROW) as session:
        parts = (await session.exec(select(JobFilePart.data))).all()
        findings = (await session.exec(select(JobFinding))).all()
    number = rows[1][1]
    assert len(parts) == 3
    assert not any(number.encode() in part for part in parts)
    assert not any(number in one.model_dump_json() for one in findings)


async def test_results_of_a_competition_are_the_citys_to_import(world: World) -> None:
    async with world.working():
        await results_are_imported(world)


async def checked(world: World, content: bytes, filename: str, **given: Any) -> Job:
    return await world.settled((await world.ask(content, filename, **given)).id)


async def results_are_imported(world: World) -> None:
    roster_job = await checked(world, as_csv(roster(2)), "花名册.csv")
    await world.confirm(roster_job)
    await world.settled(roster_job.id)
    contest = Competition(
        zh="示例焊工竞赛", tier=ContestTier.CITY, year=2024, held_on=date(2024, 5, 1), basis="示例", is_example=True
    )
    async with world.parts.database.write(EVERY_ROW) as session:
        session.add(contest)
    headers = ["姓名", "证件号码", "竞赛名称", "竞赛日期", "职业", "奖次", "名次", "参赛人数", "获奖日期"]
    sound = [
        "示例0",
        make.identity_number(0),
        contest.zh,
        "2024.5.1",
        "6-20-01-01",
        "金奖",
        "第一名",
        "３０人",
        "2024.6.1",
    ]
    near = ["示例1", make.identity_number(1), "示例焊工竞塞", "2024.5.1", "6-20-01-01", "银牌", "31", "30", "2024.6.1"]
    officer = Actor.of(Role.BUREAU_OFFICER, "示例经办")
    awards = {"kind": JobKind.IMPORT_AWARDS, "actor": officer}
    job = await checked(world, as_csv([headers, sound, near]), "成绩.csv", **awards)
    assert [(one.cell, one.code, one.nearest) for one in await world.findings(job)] == [
        ("C3", ErrorCode.NOT_FOUND, "示例焊工竞赛")
    ]
    job = await checked(world, as_csv([headers, sound]), "成绩.csv", **awards)
    await world.confirm(job, officer)
    done = await world.settled(job.id)
    assert (done.phase, done.ok) == (JobPhase.DONE, 1), done
    again = await checked(world, as_csv([headers, sound]), "成绩.csv", **awards)
    assert (again.phase, again.unchanged) == (JobPhase.CHECKED, 1)
    with pytest.raises(GuantongError, match="city:competition:record"):
        await world.ask(as_csv([headers, sound]), "成绩.csv", JobKind.IMPORT_AWARDS)
    with pytest.raises(GuantongError, match="导入竞赛成绩不属任何企业，请勿写明企业"):
        await world.ask(as_csv([headers]), "成绩.csv", **awards, enterprise_id=world.enterprise.id)
