"""Imports as the server runs them: a small enterprise, files of invented people, jobs asked for and followed."""

import asyncio
import csv
import io
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa
import xlsxwriter
from sqlmodel import col, select

from core.jobs.phases import DUE, JobFileRole, JobKind
from core.models import Employment, Enterprise, Job, JobFinding, Person
from core.permissions import Actor, Role
from core.services.artifacts import sha256
from core.services.imports.kinds import IMPORTS
from core.services.job_files import content_of, file_of
from core.services.jobs import NewImport, SeenJob, ask_for_import, cancel_job, confirm_job
from core.storage.row_scope import EVERY_ROW
from server.jobs.lookout import looking_out
from server.jobs.running import lookout_of
from server.settings import Settings, load_settings
from server.wiring import Parts, open_parts
from tests import builders as make

HEADERS = ("姓名", "证件号码", "岗位", "职业", "入职日期", "一线")
LONGEST = 60


def roster(count: int, first: int = 0) -> list[list[Any]]:
    """Rows of a roster under its header."""
    people = range(first, first + count)
    return [
        list(HEADERS),
        *([f"示例{n}", make.identity_number(n), "装配钳工", "6-20-01-01", "2020.3.15", "是"] for n in people),
    ]


def as_csv(rows: Sequence[Sequence[Any]], encoding: str = "utf-8-sig") -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out).writerows(rows)
    return out.getvalue().encode(encoding)


def as_xlsx(rows: Sequence[Sequence[Any]], finish: Callable[[Any, Any], None] | None = None) -> bytes:
    """A workbook; numbers become numbers. ``finish`` may do to it what people do."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False})
    sheet = book.add_worksheet("花名册")
    for number, cells in enumerate(rows):
        for column, cell in enumerate(cells):
            if cell is not None:
                sheet.write(number, column, cell)
    if finish is not None:
        finish(book, sheet)
    book.close()
    return buffer.getvalue()


@dataclass
class World:
    """The parts of an installation with one enterprise, whose administrator asks."""

    parts: Parts
    settings: Settings
    enterprise: Enterprise

    @property
    def admin(self) -> Actor:
        return Actor.of(Role.ENTERPRISE_ADMIN, "示例管理员", enterprise_id=self.enterprise.id)

    async def ask(
        self, content: bytes, filename: str = "花名册.csv", kind: JobKind = JobKind.IMPORT_ROSTER, **given: Any
    ) -> Job:
        new = NewImport(
            key=given.pop("key", uuid4().hex),
            kind=kind,
            enterprise_id=given.pop("enterprise_id", self.enterprise.id if IMPORTS[kind].of_enterprise else None),
            filename=filename,
            digest=sha256(content),
            content=content,
        )
        async with self.parts.use_cases(given.pop("actor", self.admin), "test") as call:
            return await ask_for_import(call, new, "示例导入")

    async def confirm(self, job: Job, actor: Actor | None = None) -> Job:
        async with self.parts.use_cases(actor or self.admin, "test") as call:
            return await confirm_job(call, _seen(job), "已核对")

    async def cancel(self, job: Job) -> Job:
        async with self.parts.use_cases(self.admin, "test") as call:
            return await cancel_job(call, _seen(job), "不再需要")

    async def job(self, id_: UUID) -> Job:
        async with self.parts.database.read(EVERY_ROW) as session:
            return (await session.exec(select(Job).where(col(Job.id) == id_))).one()

    async def settled(self, id_: UUID) -> Job:
        """The job, once it waits for somebody or is ended."""
        async with asyncio.timeout(LONGEST):
            while (job := await self.job(id_)).phase in DUE:
                await asyncio.sleep(0.02)
        return job

    async def findings(self, job: Job) -> list[JobFinding]:
        query = select(JobFinding).where(col(JobFinding.job_id) == job.id)
        async with self.parts.database.read(EVERY_ROW) as session:
            found = await session.exec(query.order_by(col(JobFinding.row_number), col(JobFinding.id)))
            return list(found.all())

    async def file(self, job: Job, role: JobFileRole) -> bytes | None:
        async with self.parts.use_cases(self.admin, "test") as call:
            file = await file_of(call, job.id, role)
            return None if file is None else await content_of(call, file)

    async def counts(self) -> tuple[int, int]:
        """How many people and employments there are."""
        async with self.parts.database.read(EVERY_ROW) as session:
            tables = (Person, Employment)
            found = [(await session.exec(select(sa.func.count()).select_from(table))).one() for table in tables]
            return int(found[0]), int(found[1])

    @asynccontextmanager
    async def working(self) -> AsyncIterator[None]:
        """Meanwhile jobs are run, by the real engine."""
        async with looking_out(lookout_of(self.settings, self.parts), self.settings.job_seconds):
            yield


@asynccontextmanager
async def opened(database_url: str, home: Path, **given: Any) -> AsyncIterator[World]:
    """The parts of a migrated database, with an enterprise on record."""
    settings = load_settings(database_url=database_url, home=home, **given)
    async with open_parts(settings) as parts:
        enterprise = make.enterprise()
        async with parts.database.write(EVERY_ROW) as session:
            session.add(enterprise)
        yield World(parts, settings, enterprise)


def _seen(job: Job) -> SeenJob:
    return SeenJob(key=uuid4().hex, job_id=job.id, revision=job.revision)
