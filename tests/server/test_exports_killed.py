"""Kill -9 in the midst of exports: whoever begins anew makes the whole file, once, and clears away what was left."""

import csv
import io
import random
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import pytest
import sqlalchemy as sa
from sqlmodel import col, select

from core.audit import Tag
from core.exporting.form import ExportFormat, ExportKind
from core.jobs.phases import JobFileRole, JobPhase
from core.models import AuditEvent, JobFile, JobFilePart
from core.services.exporting import NewExport, ask_for_export
from core.storage.row_scope import EVERY_ROW
from tests import builders as make
from tests.server.import_world import World, opened
from tests.server.test_imports_killed import killed

pytestmark = pytest.mark.anyio
ROWS, JOBS = 120, 4
# A file takes some forty statements, with what a process needs to begin.
CHANCE = random.Random(7)
POINTS = [CHANCE.randint(20, 220) for _ in range(120)]


@pytest.fixture
async def world(database_url: str, tmp_path: Path, anyio_backend: str) -> AsyncIterator[World]:
    async with opened(database_url, tmp_path) as world:
        yield world


async def test_killed_at_every_kind_of_moment_each_file_is_whole_and_there_once(world: World) -> None:
    people = [make.person(name=f"示例{n}") for n in range(ROWS)]
    jobs = []
    async with world.parts.use_cases(world.admin, "test") as call:
        await call.store(*people)
        await call.store(*(make.employment(person, world.enterprise) for person in people))
        for _ in range(JOBS):
            given = NewExport(key=uuid4().hex, kind=ExportKind.ROSTER, format=ExportFormat.CSV)
            jobs.append(await ask_for_export(call, given, "示例导出"))
    times = await killed(world, POINTS)
    for job in jobs:
        done = await world.job(job.id)
        assert (done.phase, done.total, done.done) == (JobPhase.DONE, ROWS, ROWS)
        content = await world.file(done, JobFileRole.EXPORT)
        assert content is not None
        names = [row["姓名"] for row in csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""))]
        assert names == [person.name for person in people]
        assert not (Path(tempfile.gettempdir()) / f"guantong-export-{job.id}").exists()
    async with world.parts.database.read(EVERY_ROW) as session:
        counted = [select(sa.func.count()).select_from(table) for table in (JobFile, JobFilePart, AuditEvent)]
        counted[2] = counted[2].where(col(AuditEvent.tag) == Tag.CITY_EXPORT_MAKE)
        assert [(await session.exec(query)).one() for query in counted] == [JOBS, JOBS, JOBS]
    assert times >= 2
