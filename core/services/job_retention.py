"""How long files of jobs are kept: they hold identity numbers, and nobody needs them once the work is done.

What is deleted is their sealed pieces; no key opens them again. The job, its counts, its findings and that there were
such files stay.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.audit import Deed, Tag
from core.jobs.phases import ENDED, JobPhase
from core.models import Job, JobFile, JobFilePart
from core.services.call import Call, deed_on
from core.storage.visibility import Predicate

TOGETHER: Final = 20  # jobs of one transaction
REASON: Final = "保存期满 kept long enough"


def _due(now: datetime, kept: timedelta) -> list[Predicate]:
    """Which files, beside their jobs, were kept long enough: by their own term, or ``kept`` since the work was done.

    What waits to be confirmed counts from its beginning; what is due or under way keeps its files.
    """
    waiting = sa.and_(col(Job.phase) == JobPhase.CHECKED, col(Job.created_at) <= now - kept)
    ended = sa.and_(col(Job.phase).in_(ENDED), col(Job.ended_at) <= now - kept)
    return [col(JobFile.cleared_at).is_(None), sa.or_(col(JobFile.expires_at) <= now, waiting, ended)]


async def any_to_clear(session: AsyncSession, now: datetime, kept: timedelta) -> bool:
    """Whether there is anything to delete: to ask costs nobody the turn to write."""
    some = select(JobFile.id).join(Job, col(Job.id) == col(JobFile.job_id)).where(*_due(now, kept)).limit(1)
    return (await session.exec(some)).first() is not None


async def clear_files(call: Call, kept: timedelta) -> Sequence[Job]:
    """Delete the content of files that were kept long enough, those of some jobs.

    A job that nobody confirmed meanwhile is cancelled: without its file there is nothing left to apply.
    """
    of_files = select(JobFile.job_id).join(Job, col(Job.id) == col(JobFile.job_id)).where(*_due(call.now, kept))
    some = select(Job).where(col(Job.id).in_(of_files)).order_by(col(Job.id)).limit(TOGETHER)
    jobs = (await call.session.exec(some.with_for_update(skip_locked=True))).all()
    cleared = [(job, files) for job in jobs if (files := await _due_files(call, job, kept))]
    deeds = [await _clear(call, job, files) for job, files in cleared]
    if deeds:
        await call.note_all(deeds)
    return [job for job, _ in cleared]


async def _due_files(call: Call, job: Job, kept: timedelta) -> Sequence[JobFile]:
    """Those of a job that is locked; none where another process has just cleared them."""
    due = select(JobFile).join(Job, col(Job.id) == col(JobFile.job_id)).where(*_due(call.now, kept))
    return (await call.session.exec(due.where(col(JobFile.job_id) == job.id).order_by(col(JobFile.role)))).all()


async def _clear(call: Call, job: Job, files: Sequence[JobFile]) -> Deed:
    before = job.phase
    for file in files:
        await call.session.exec(sa.delete(JobFilePart).where(col(JobFilePart.file_id) == file.id))
        file.cleared_at = call.now
    if job.phase is JobPhase.CHECKED:
        job.phase, job.ended_at = JobPhase.CANCELLED, call.now
    job.revision += 1
    await call.store(job, *files)
    after = {"phase": job.phase, "files": [{"role": one.role, "digest": one.digest} for one in files]}
    return deed_on(Tag.CITY_JOB_CLEAR, job, REASON, before={"phase": before}, after=after)
