"""Files are deleted when they were kept long enough, by the clock; what a job came to, and that they were, stays."""

import logging
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlmodel import col, select

from core.audit import Tag
from core.errors import ErrorCode, GuantongError
from core.jobs.phases import DUE, JobPhase
from core.models import AuditEvent, EvidenceFile, EvidenceFilePart, Job, JobFile, JobFilePart
from core.services.job_files import job_contents
from core.services.job_retention import clear_files
from core.storage.row_scope import EVERY_ROW, RowScope
from server.retention import Retention
from server.wiring import PLATFORM
from tests import builders as make
from tests.server.import_world import World, as_csv, opened, roster

pytestmark = pytest.mark.anyio
DAYS = 30


@pytest.fixture
async def world(database_url: str, tmp_path: Path, anyio_backend: str) -> AsyncIterator[World]:
    async with opened(database_url, tmp_path, job_seconds=0.02, replica=tmp_path.name) as world:
        yield world


async def looked(world: World, days: float) -> None:
    """A look so many days from now."""
    later = make.FixedClock(world.parts.clock.now() + timedelta(days=days))
    await Retention(replace(world.parts, clock=later), timedelta(days=DAYS)).look()


async def pieces(world: World, job: Job) -> tuple[int, list[bool]]:
    """How many pieces of its files are kept, and which files were cleared."""
    async with world.parts.database.read(EVERY_ROW) as session:
        files = (await session.exec(select(JobFile).where(col(JobFile.job_id) == job.id))).all()
        ids = [one.id for one in files]
        parts = (await session.exec(select(JobFilePart.id).where(col(JobFilePart.file_id).in_(ids)))).all()
        return len(parts), [one.cleared_at is not None for one in files]


async def read_by_admin(world: World, job: Job) -> dict[UUID, bytes]:
    async with world.parts.database.read(RowScope.of(world.admin)) as session:
        ids = (await session.exec(select(JobFile.id).where(col(JobFile.job_id) == job.id))).all()
        return await job_contents(session, world.parts.keyring, world.admin, ids, world.parts.clock.now())


async def test_the_files_of_what_ended_go_and_its_counts_stay(world: World, caplog: pytest.LogCaptureFixture) -> None:
    rows = roster(3)
    rows[1][4] = "昨天"
    async with world.working():
        done = await world.settled((await world.ask(as_csv(roster(5, 10)))).id)
        await world.confirm(done)
        done = await world.settled(done.id)
        rejected = await world.settled((await world.ask(as_csv(rows))).id)
    await looked(world, DAYS - 0.5)
    assert (await pieces(world, done), await pieces(world, rejected)) == ((1, [False]), (3, [False] * 3))
    assert len(await read_by_admin(world, rejected)) == 3
    with caplog.at_level(logging.INFO, "guantong.retention"):
        await looked(world, DAYS + 0.5)
    said = [one.getMessage() for one in caplog.records if "kept long enough" in one.getMessage()]
    assert sorted(said) == sorted(
        f"files of job {one.id} were kept long enough and are deleted" for one in (done, rejected)
    )
    assert (await pieces(world, done), await pieces(world, rejected)) == ((0, [True]), (0, [True] * 3))
    for one in (done, rejected):
        now = await world.job(one.id)
        counts = ("phase", "total", "done", "ok", "unchanged", "errors", "warnings", "ended_at")
        assert [getattr(now, name) for name in counts] == [getattr(one, name) for name in counts]
        assert now.revision == one.revision + 1
    assert len(await world.findings(rejected)) == 1
    assert await read_by_admin(world, rejected) == {}
    async with world.parts.database.read(EVERY_ROW) as session:
        cleared = col(AuditEvent.tag) == Tag.CITY_JOB_CLEAR
        noted = (await session.exec(select(AuditEvent.subject_id).where(cleared))).all()
    assert sorted(noted) == sorted([str(done.id), str(rejected.id)])
    await looked(world, DAYS + 9)
    assert (await world.job(done.id)).revision == done.revision + 1


async def test_what_nobody_confirmed_meanwhile_is_cancelled_with_its_file(world: World) -> None:
    async with world.working():
        checked = await world.settled((await world.ask(as_csv(roster(3)))).id)
    await looked(world, DAYS + 0.5)
    now = await world.job(checked.id)
    assert (now.phase, now.ok, now.total) == (JobPhase.CANCELLED, 3, 3)
    assert now.ended_at is not None
    assert await pieces(world, checked) == (0, [True])
    with pytest.raises(GuantongError) as caught:
        await world.confirm(now)
    assert caught.value.code is ErrorCode.STEP_REFUSED
    assert await world.counts() == (0, 0)


@pytest.mark.parametrize("phase", sorted(DUE))
async def test_what_is_due_or_under_way_keeps_its_file_however_long(world: World, phase: JobPhase) -> None:
    job = await world.ask(as_csv(roster(3)))
    async with world.parts.database.write(EVERY_ROW) as session:
        await session.exec(sa.update(Job).where(col(Job.id) == job.id).values(phase=phase))
    async with world.parts.use_cases(PLATFORM, "test", EVERY_ROW) as call:
        assert await clear_files(call, timedelta(days=-1)) == []
    assert await pieces(world, job) == (1, [False])


async def test_evidence_that_no_application_names_goes_too(world: World, caplog: pytest.LogCaptureFixture) -> None:
    person, now = make.person(), world.parts.clock.now()
    file = EvidenceFile(
        person_id=person.id, filename="示例.pdf", media_type="application/pdf", digest="0" * 64, size=1, stored_at=now
    )
    part = EvidenceFilePart(file_id=file.id, number=0, key_id="example", data=b"sealed")
    async with world.parts.database.write(EVERY_ROW) as session:
        for row in (person, file, part):
            session.add(row)
            await session.flush()
    await looked(world, 89.5)
    assert await evidence(world) == [None]
    with caplog.at_level(logging.INFO, "guantong.retention"):
        await looked(world, 90.5)
    assert await evidence(world) == []
    assert f"file of evidence {file.id} is in no application, was kept long enough and is deleted" in caplog.text


async def evidence(world: World) -> list[datetime | None]:
    """When each file was cleared that has a piece left."""
    async with world.parts.database.read(EVERY_ROW) as session:
        kept = select(EvidenceFile.cleared_at).join(
            EvidenceFilePart, col(EvidenceFilePart.file_id) == col(EvidenceFile.id)
        )
        return list((await session.exec(kept)).all())
