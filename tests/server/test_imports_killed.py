"""Kill -9 in the midst of imports: whatever the moment, they go on, and nothing is applied twice."""

import asyncio
import os
import random
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlmodel import col, select

from core.audit import Tag
from core.jobs.phases import JobPhase
from core.models import AuditEvent, Employment, Job, Person
from core.storage.row_scope import EVERY_ROW
from tests.server.import_world import World, as_csv, opened, roster

pytestmark = pytest.mark.anyio
ROOT = Path(__file__).parents[2]
ROWS = 120
PROGRAM = [sys.executable, "-m", "tests.server.import_worker"]
# A batch takes some thirty statements: most die in the midst of one, and every third lives for several.
CHANCE = random.Random(7)
POINTS = [CHANCE.randint(1, 70) if number % 3 else 150 for number in range(300)]


@pytest.fixture
async def world(database_url: str, tmp_path: Path, anyio_backend: str) -> AsyncIterator[World]:
    async with opened(database_url, tmp_path) as world:
        yield world


def environment(world: World, **more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GUANTONG_")}
    return kept | {
        "GUANTONG_HOME": str(world.settings.home),
        "GUANTONG_DATABASE_URL": world.settings.database,
        "GUANTONG_JOB_SECONDS": "0.05",
        "GUANTONG_JOB_SILENCE": "0.5",
        "PYTHONPATH": str(ROOT),
        "PYTHONUTF8": "1",
        **more,
    }


async def killed(world: World, points: list[int]) -> int:
    """How many workers were killed until there was nothing left to do."""

    def run() -> int:
        arguments = [*PROGRAM, *map(str, points)]
        done = subprocess.run(
            arguments, cwd=ROOT, env=environment(world), capture_output=True, text=True, timeout=300, check=False
        )
        assert done.returncode == 0, done.stderr
        return int(done.stdout)

    return await asyncio.to_thread(run)


async def once_each(world: World, count: int) -> None:
    """Everybody is there once, with one employment, and one event of each."""
    assert await world.counts() == (count, count)
    async with world.parts.database.read(EVERY_ROW) as session:
        tags = await session.exec(select(AuditEvent.tag, sa.func.count()).group_by(col(AuditEvent.tag)))
        numbers = await session.exec(select(sa.func.count(sa.distinct(col(Person.identity_index)))))
        workers = await session.exec(select(sa.func.count(sa.distinct(col(Employment.person_id)))))
        assert (numbers.one(), workers.one()) == (count, count)
        found = dict(tags.all())
    assert (found[Tag.CITY_PERSON_REGISTER], found[Tag.PERSON_EMPLOYMENT_RECORD]) == (count, count)


async def test_killed_at_every_kind_of_moment_it_goes_on_and_nothing_is_applied_twice(world: World) -> None:
    rows = roster(ROWS)
    rows[50][4] = "2026.2.30"  # what is found must not be told twice either
    refused = await world.ask(as_csv(rows))
    times = await killed(world, POINTS)
    rejected = await world.job(refused.id)
    assert (rejected.phase, rejected.done, rejected.ok, rejected.errors) == (JobPhase.REJECTED, ROWS, ROWS - 1, 1)
    assert len(await world.findings(rejected)) == 1
    asked = await world.ask(as_csv(roster(ROWS)))
    times += await killed(world, POINTS[100:])
    checked = await world.job(asked.id)
    assert (checked.phase, checked.ok, checked.errors) == (JobPhase.CHECKED, ROWS, 0)
    await world.confirm(checked)
    times += await killed(world, POINTS[200:])
    done = await world.job(asked.id)
    assert (done.phase, done.ok, done.unchanged, done.errors) == (JobPhase.DONE, ROWS, 0, 0)
    await once_each(world, ROWS)
    assert times >= 8, "how many die before it is done depends on what beats in between"


async def test_a_survivor_goes_on_with_what_a_killed_replica_had_in_hand(world: World) -> None:
    async def applied(job: Job) -> int:
        return (await world.job(job.id)).done

    job = await world.ask(as_csv(roster(ROWS)))
    first = subprocess.Popen(PROGRAM, cwd=ROOT, env=environment(world, GUANTONG_REPLICA="first"))
    second: subprocess.Popen[bytes] | None = None
    try:
        job = await world.confirm(await world.settled(job.id))
        while await applied(job) < 20:
            await asyncio.sleep(0.005)
        first.kill()
        first.wait()
        left = await world.job(job.id)
        assert (left.phase, (left.executor or "").partition(":")[0]) == (JobPhase.APPLYING, "first")
        second = subprocess.Popen(PROGRAM, cwd=ROOT, env=environment(world, GUANTONG_REPLICA="second"))
        done = await world.settled(job.id)
    finally:
        for process in (first, second):
            if process is not None:
                process.kill()
                process.wait()
    assert (done.phase, done.ok, done.unchanged) == (JobPhase.DONE, ROWS, 0)
    await once_each(world, ROWS)
