"""Runs a turn of a job, batch by batch. Each batch and the job's own counts are one transaction.

Whatever ends the process, the next to take the turn goes on at the job's cursor. Two that run the same turn, because
one was thought dead, do not harm: a batch is written only from the cursor that it was read at.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import timedelta
from functools import partial
from itertools import islice
from typing import Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select

from core.errors import ErrorCode, GuantongError
from core.importing.rows import ReadRow, Sheet, open_sheet
from core.jobs.phases import BEGINS, DUE, MADE, UNDER_WAY, JobFileRole, JobKind, JobPhase
from core.models import Job, JobKey
from core.permissions import Actor
from core.services.call import Call
from core.services.exports.making import make_export
from core.services.exports.reports import make_report
from core.services.imports.handing import handed_back
from core.services.imports.kinds import IMPORTS
from core.services.imports.outside import Outside
from core.services.imports.settle import settle
from core.services.job_files import content_of, file_of, keep_file
from core.services.job_standing import actor_of, check_permitted, check_standing
from core.texts import Text

BATCH: Final = 200
MOST_CLASHES: Final = 10
FORGOTTEN_TOGETHER: Final = 20_000
OpenCall = Callable[[Actor, str], AbstractAsyncContextManager[Call]]
REQUEST: Final = "job"


class Overtaken(Exception):
    """Another process has moved the job since it was read here."""


class Turns:
    """Runs turns. ``open_call`` opens a transaction for an actor; ``size`` is how many rows one of them takes.

    ``open_reading`` opens one that only reads; what is exported is ``kept`` for so long. ``rest`` is the share of its
    own time that a batch leaves to others before the next, for where one writes at a time.
    """

    def __init__(
        self,
        open_call: OpenCall,
        platform: Actor,
        executor: str,
        outside: Outside,
        *,
        size: int = BATCH,
        rest: float = 0.0,
        open_reading: OpenCall | None = None,
        kept: timedelta = timedelta(days=7),
    ) -> None:
        self.open_call = open_call
        self.outside = outside
        self.platform = platform
        self._executor = executor
        self._size = size
        self.rest = rest
        self._open_reading = open_reading or open_call
        self._kept = kept

    async def run(self, job_id: UUID) -> None:
        """Drive a job on until it waits for somebody, is ended, or another process has it in hand.

        A refusal ends it, and says why in the job itself.
        """
        clashes = 0
        while (job := await self._mine(job_id)) is not None:
            try:
                await self._turn(job)
            except Overtaken:
                continue
            except IntegrityError:
                # Somebody else has just recorded the same: judged anew, it is on record already.
                clashes += 1
                if clashes > MOST_CLASHES:
                    raise
            except GuantongError as refused:
                await self._fail(job, refused)

    async def _forget(self, job_id: UUID) -> None:
        """Delete what rows were compared by, a part at a time: of a million rows there are two million."""
        some = select(JobKey.digest).where(col(JobKey.job_id) == job_id).limit(FORGOTTEN_TOGETHER)
        gone = sa.delete(JobKey).where(col(JobKey.job_id) == job_id, col(JobKey.digest).in_(some))
        deleted = 1
        while deleted:
            async with self.open_call(self.platform, REQUEST) as call:
                deleted = (await call.session.exec(gone)).rowcount

    async def give_up(self, job_id: UUID) -> None:
        """End a job in hand that could not be brought to its end."""
        job = await self._mine(job_id)
        if job is not None:
            what = Text(
                "任务因系统故障中断；已写入的内容保留，请重新上传同一文件",
                "the job was broken off by a fault of the system; what it wrote stays, upload the same file again",
            )
            await self._fail(job, GuantongError(ErrorCode.UNAVAILABLE, what))

    async def _mine(self, job_id: UUID) -> Job | None:
        """The job, as long as it is due and in the hand of this process."""
        held = (col(Job.id) == job_id, col(Job.executor) == self._executor, col(Job.phase).in_(DUE))
        async with self.open_call(self.platform, REQUEST) as call:
            return (await call.session.exec(select(Job).where(*held))).one_or_none()

    async def _turn(self, job: Job) -> None:
        if job.kind in MADE:
            await self._make(job)
            return
        check_permitted(job, IMPORTS[job.kind].permissions)
        if job.phase in BEGINS:
            job = await self._begin(job)
        sheet, rows = await self._rows(job)
        whole = IMPORTS[job.kind].whole
        # One more than can be, so that more are seen.
        size = self._size if whole is None else whole + 1
        while True:
            batch = await asyncio.to_thread(lambda: list(islice(rows, size)))
            if whole is not None and len(batch) > whole:
                raise _too_many(whole)
            if not batch:
                break
            began = time.monotonic()
            job = await self._batch(job, sheet, batch)
            await asyncio.sleep((time.monotonic() - began) * self.rest)
            if job.phase not in UNDER_WAY:
                await self._forget(job.id)
                return
        await self._finish(job)

    async def _make(self, job: Job) -> None:
        async with self._moving(job) as (call, begun):
            begun.phase, begun.done = JobPhase.MAKING, 0
            begun.started_at = begun.started_at or call.now

        def reading(actor: Actor) -> AbstractAsyncContextManager[Call]:
            return self._open_reading(actor, REQUEST)

        make = partial(make_export, page=self._size * 5) if begun.kind is JobKind.EXPORT_LIST else make_report
        await make(begun, actor_of(begun), reading, self._moving, kept=self._kept)

    async def _rows(self, job: Job) -> tuple[Sheet, Iterator[ReadRow]]:
        """The sheet of the job's file, and its rows from the cursor on."""
        async with self.open_call(actor_of(job), REQUEST) as call:
            file = await file_of(call, job.id, JobFileRole.INPUT)
            assert file is not None
            content, vocabulary = await content_of(call, file), call.vocabulary
        form = IMPORTS[job.kind].form
        sheet = await asyncio.to_thread(open_sheet, content, file.filename, form)
        rows = sheet.rows(form, vocabulary)
        await asyncio.to_thread(lambda: next(islice(rows, job.cursor, job.cursor), None))
        return sheet, rows

    async def _begin(self, job: Job) -> Job:
        async with self._moving(job) as (call, locked):
            await self._check(call, locked)
            locked.phase = BEGINS[job.phase]
            locked.started_at = locked.started_at or call.now
        return locked

    async def _batch(self, job: Job, sheet: Sheet, batch: list[ReadRow]) -> Job:
        async with self._moving(job) as (call, locked):
            if locked.cancel_requested:
                _ended(call, locked, JobPhase.CANCELLED)
                return locked
            await self._check(call, locked)
            await settle(call, locked, sheet, batch, self.outside)
            locked.cursor += len(batch)
            locked.done = locked.cursor
        return locked

    async def _check(self, call: Call, job: Job) -> None:
        await check_standing(call, job, IMPORTS[job.kind].permissions)

    async def _finish(self, job: Job) -> None:
        is_checked = job.phase is JobPhase.CHECKING
        await self._forget(job.id)
        files = await handed_back(self.open_call(actor_of(job), REQUEST), job) if is_checked else {}
        async with self._moving(job) as (call, locked):
            locked.total = locked.done
            if not is_checked:
                _ended(call, locked, JobPhase.DONE)
                return
            for role, upload in files.items():
                await keep_file(call, locked, role, upload)
            if locked.errors:
                _ended(call, locked, JobPhase.REJECTED)
            else:
                locked.phase = JobPhase.CHECKED

    async def _fail(self, job: Job, refused: GuantongError) -> None:
        current = await self._mine(job.id)
        if current is None:
            return
        # Whoever it acts for may no longer be allowed to move it.
        async with self._moving(current, self.platform) as (call, locked):
            locked.error_code = refused.code
            locked.error_zh, locked.error_en = refused.message.zh[:2000], refused.message.en[:2000]
            _ended(call, locked, JobPhase.FAILED)
        await self._forget(job.id)

    @asynccontextmanager
    async def _moving(self, job: Job, actor: Actor | None = None) -> AsyncIterator[tuple[Call, Job]]:
        """The job to change, in the transaction of whoever it acts as. Raises Overtaken unless it is as it was read."""
        async with self.open_call(actor or actor_of(job), REQUEST) as call:
            locked = select(Job).where(col(Job.id) == job.id).with_for_update()
            found = (await call.session.exec(locked)).one()
            if (found.phase, found.cursor, found.executor) != (job.phase, job.cursor, self._executor):
                raise Overtaken
            yield call, found
            found.revision += 1
            found.attempts = 0
            if found.phase not in DUE:
                found.executor = None
            await call.store(found)


def _too_many(whole: int) -> GuantongError:
    return GuantongError(
        ErrorCode.BAD_FILE,
        Text(
            f"这类文件作为一个整体办理，最多 {whole} 行；请核对是否传错文件",
            f"such a file is decided as a whole and has {whole} rows at most; check whether it is the right one",
        ),
    )


def _ended(call: Call, job: Job, phase: JobPhase) -> None:
    job.phase, job.ended_at = phase, call.now
