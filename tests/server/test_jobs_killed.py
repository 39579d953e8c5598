"""Kill -9 in the midst of every kind of job: whatever the moment, it goes on, and nothing is applied twice or by half.

``GUANTONG_HYPOTHESIS_PROFILE=nightly`` kills many more, at other moments each night.
"""

import asyncio
import random
import subprocess
from collections.abc import AsyncIterator, Iterable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import col, select

from core.audit import Finding, Tag, verify_event
from core.jobs.phases import MADE, JobKind, JobPhase
from core.models import AuditEvent, Job, JobFile, JobKey
from core.services.job_files import content_of
from core.services.job_leases import MOST_ATTEMPTS
from core.storage.row_scope import EVERY_ROW
from server.wiring import PLATFORM
from tests.conftest import NIGHTLY, SQLITE_AT_NIGHT
from tests.server.import_world import World, as_csv, opened, roster
from tests.server.job_worker import PROGRAM, ROOT, Killer, environment
from tests.server.kill_cases import CASES, ROWS, Killed

pytestmark = pytest.mark.anyio
# A job is given up after it was taken too often in vain, so it is killed less often than that, but several times over.
KILLS, TIMES = (MOST_ATTEMPTS - 2, 8) if NIGHTLY else (2, 1)
# A process takes some twenty statements to begin, a batch some thirty, one that is decided as a whole hundreds.
EARLIEST, LATEST, NEVER = 5, 90, 0


def points(kind: JobKind) -> list[int]:
    """Where the workers of a phase are killed; the last one lives."""
    chance = random.Random() if NIGHTLY else random.Random(kind.value)
    latest = chance.choice((LATEST, 4 * LATEST)) if NIGHTLY else LATEST
    # The first is killed for certain, however little there is to do.
    return [
        chance.randint(EARLIEST, 3 * EARLIEST),
        *(chance.randint(EARLIEST, latest) for _ in range(KILLS - 1)),
        NEVER,
    ]


@pytest.fixture
async def world(database_url: str, tmp_path: Path, anyio_backend: str) -> AsyncIterator[World]:
    async with opened(database_url, tmp_path) as world:
        yield world


async def counted(world: World, tables: Iterable[Any]) -> dict[Any, int]:
    async with world.parts.database.read(EVERY_ROW) as session:
        return {one: (await session.exec(select(sa.func.count()).select_from(one))).one() for one in tables}


async def noted(world: World) -> dict[Tag, int]:
    async with world.parts.database.read(EVERY_ROW) as session:
        found = await session.exec(select(AuditEvent.tag, sa.func.count()).group_by(col(AuditEvent.tag)))
        return {Tag(tag): count for tag, count in found.all()}


async def everything_is_whole(world: World) -> None:
    """Every event verifies, every kept file is what its digest says, and what rows were compared by is gone."""
    async with world.parts.use_cases(PLATFORM, "test", EVERY_ROW) as call:
        for one in (await call.session.exec(select(AuditEvent))).all():
            assert await verify_event(call.session, one) is Finding.INTACT
        for file in (await call.session.exec(select(JobFile))).all():
            assert len(await content_of(call, file)) == file.size
        assert (await call.session.exec(select(JobKey))).all() == []


async def checked(world: World, killer: Killer, kind: JobKind, of: Killed) -> int:
    """An import as far as it waits for somebody, who has it applied; how many were killed."""
    times = await killer.killed(world.settings, points(kind))
    job = await world.job(of.job_id)
    found = await world.findings(job)
    assert (job.phase, job.done, job.ok, job.errors) == (JobPhase.CHECKED, of.rows, of.rows, 0), found
    await world.confirm(job, of.actor)
    return times


@SQLITE_AT_NIGHT
@pytest.mark.parametrize("_time", range(TIMES))
@pytest.mark.parametrize("kind", JobKind)
async def test_killed_at_whatever_moment_it_is_done_once_and_whole(
    world: World, killer: Killer, kind: JobKind, _time: int, record_property: Any
) -> None:
    of = await CASES[kind](world)
    rows, events = await counted(world, of.adds), await noted(world)
    times = 0 if kind in MADE else await checked(world, killer, kind, of)
    times += await killer.killed(world.settings, points(kind))
    done = await world.job(of.job_id)
    assert (done.phase, done.done, done.ok, done.unchanged, done.errors) == (JobPhase.DONE, of.rows, of.rows, 0, 0), (
        done
    )
    assert done.executor is None
    assert await counted(world, of.adds) == {table: rows[table] + more for table, more in of.adds.items()}
    now = await noted(world)
    assert {tag: now.get(tag, 0) - events.get(tag, 0) for tag in of.notes} == of.notes
    await everything_is_whole(world)
    if of.holds is not None:
        await of.holds()
    assert times, "nobody was killed"
    record_property("figures", f"{kind.value} on {world.parts.database.dialect}: {times} workers killed")


async def test_what_is_found_in_a_file_is_told_once(world: World, killer: Killer) -> None:
    rows = roster(ROWS)
    rows[-3][4] = "2026.2.30"
    asked = await world.ask(as_csv(rows))
    assert await killer.killed(world.settings, points(JobKind.IMPORT_ROSTER))
    rejected = await world.job(asked.id)
    assert (rejected.phase, rejected.done, rejected.ok, rejected.errors) == (JobPhase.REJECTED, ROWS, ROWS - 1, 1)
    assert len(await world.findings(rejected)) == 1
    await everything_is_whole(world)


async def test_a_survivor_goes_on_with_what_a_killed_replica_had_in_hand(world: World) -> None:
    count = 120

    def begun(replica: str) -> "subprocess.Popen[bytes]":
        given = {"HOME": str(world.settings.home), "DATABASE_URL": world.settings.database, "REPLICA": replica}
        given |= {"JOB_SECONDS": "0.05", "JOB_SILENCE": "0.5"}
        return subprocess.Popen(
            PROGRAM, cwd=ROOT, env=environment(**{f"GUANTONG_{name}": one for name, one in given.items()})
        )

    async def applied(job: Job) -> int:
        return (await world.job(job.id)).done

    job = await world.ask(as_csv(roster(count)))
    first = begun("first")
    second: subprocess.Popen[bytes] | None = None
    try:
        job = await world.confirm(await world.settled(job.id))
        while await applied(job) < 20:
            await asyncio.sleep(0.005)
        first.kill()
        first.wait()
        left = await world.job(job.id)
        assert (left.phase, (left.executor or "").partition(":")[0]) == (JobPhase.APPLYING, "first")
        second = begun("second")
        done = await world.settled(job.id)
    finally:
        for process in (first, second):
            if process is not None:
                process.kill()
                process.wait()
    assert (done.phase, done.ok, done.unchanged) == (JobPhase.DONE, count, 0)
    assert await world.counts() == (count, count)
    now = await noted(world)
    assert (now[Tag.CITY_PERSON_REGISTER], now[Tag.PERSON_EMPLOYMENT_RECORD]) == (count, count)
    await everything_is_whole(world)
