"""Makes what was asked for: page by page into a file of its own, which is then kept sealed in one transaction.

Nothing is half there. A process that is ended leaves a job that somebody begins anew; its file on the way lies in a
folder named by the job, which the next one clears away.
"""

import asyncio
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractAsyncContextManager, contextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO, Final
from uuid import UUID

from core.audit import Tag
from core.dates import SHANGHAI
from core.errors import ErrorCode, GuantongError
from core.exporting.files import Writer, open_writer
from core.exporting.form import MEDIA_TYPES, PAPERS
from core.exporting.lists import LISTS
from core.exporting.papers import MOST_ROWS, TOO_LONG, Head
from core.jobs.phases import JobFileRole, JobPhase
from core.models import Job
from core.permissions import Actor
from core.services.call import Call
from core.services.exports.asked import Asked, Rows, still_open
from core.services.exports.kinds import EXPORTS
from core.services.job_files import OpenFile, keep_whole

PAGE: Final = 1000
Reading = Callable[[Actor], AbstractAsyncContextManager[Call]]
Moving = Callable[[Job], AbstractAsyncContextManager[tuple[Call, Job]]]


class _Cancelled(Exception):
    """Somebody stopped the job."""


async def make_export(
    job: Job, actor: Actor, reading: Reading, moving: Moving, *, kept: timedelta, page: int = PAGE
) -> None:
    """Make the file of a job that was begun. Raises GuantongError where the asker may not have it any more."""
    asked = Asked.read(job.request or {})
    with _folder(job.id) as folder:
        path = folder / "list"
        head = await _head(asked, partial(reading, actor))
        writer = open_writer(asked.format, path, LISTS[asked.kind], asked.columns, head)
        try:
            count = await _fill(writer, job, asked, partial(reading, actor), moving, page)
            await asyncio.to_thread(writer.close)
        except _Cancelled:
            return
        finally:
            writer.abandon()
        with path.open("rb") as file:
            # From here on it has no name: however this process ends, nothing of it stays behind unsealed.
            shutil.rmtree(folder)
            await _keep(job, asked, file, count, moving, kept)


async def _head(asked: Asked, reading: Callable[[], AbstractAsyncContextManager[Call]]) -> Head | None:
    head = EXPORTS[asked.kind].head
    if asked.format not in PAPERS or head is None:
        return None
    async with reading() as call:
        return await head(call, asked)


async def _fill(
    writer: Writer,
    job: Job,
    asked: Asked,
    reading: Callable[[], AbstractAsyncContextManager[Call]],
    moving: Moving,
    most: int,
) -> int:
    """Write every page; how many rows there were."""
    count, after = 0, None
    while True:
        async with reading() as call:
            await _still_may(call, job, asked)
            rows: Rows = await EXPORTS[asked.kind].page(call, asked, after, most)
        if not rows:
            return count
        await asyncio.to_thread(writer.write, [cells for _, cells in rows])
        count, after = count + len(rows), rows[-1][0]
        if asked.format in PAPERS and count > MOST_ROWS:
            raise GuantongError(ErrorCode.BAD_ARGUMENT, TOO_LONG)
        async with moving(job) as (call, locked):
            locked.done = count
            if locked.cancel_requested:
                locked.phase, locked.ended_at = JobPhase.CANCELLED, call.now
        if locked.phase is JobPhase.CANCELLED:
            raise _Cancelled


async def _still_may(call: Call, job: Job, asked: Asked) -> None:
    """The rights of the moment: a role may have lost a permission, and an account may have been closed."""
    export = EXPORTS[asked.kind]
    call.require(*export.permissions)
    if asked.is_guarded:
        call.require(*export.numbers)
    await still_open(call, job)


async def _keep(job: Job, asked: Asked, content: BinaryIO, count: int, moving: Moving, kept: timedelta) -> None:
    async with moving(job) as (call, locked):
        name = f"{LISTS[asked.kind].name.zh}-{call.now.astimezone(SHANGHAI):%Y%m%d-%H%M%S}.{asked.format.value}"
        file = await keep_whole(
            call, locked, JobFileRole.EXPORT, OpenFile(name, MEDIA_TYPES[asked.format], content, call.now + kept)
        )
        locked.total = locked.done = locked.ok = count
        locked.phase, locked.ended_at = JobPhase.DONE, call.now
        told: dict[str, Any] = {"rows": count, "digest": file.digest, "numbers_in_full": asked.is_guarded}
        await call.note(Tag.CITY_EXPORT_MAKE, locked, locked.reason, after={**asked.kept(), **told})


@contextmanager
def _folder(job_id: UUID) -> Iterator[Path]:
    """A folder that its owner alone may read, for what is not sealed yet."""
    path = Path(tempfile.gettempdir()) / f"guantong-export-{job_id}"
    shutil.rmtree(path, ignore_errors=True)  # whatever a killed process left
    path.mkdir(mode=0o700)
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)
