"""How long files of jobs are kept: they hold identity numbers, and nobody needs them once the work is done.

What is deleted is their sealed pieces. The job, its counts, its findings and that there were such files stay.
"""

from collections.abc import Sequence
from datetime import datetime
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


async def any_to_clear(session: AsyncSession, before: datetime) -> bool:
    """Whether there is anything to delete: to ask costs nobody the turn to write."""
    return (await session.exec(select(Job.id).where(*_due(before)).limit(1))).first() is not None


def _due(before: datetime) -> list[Predicate]:
    waiting = sa.and_(col(Job.phase) == JobPhase.CHECKED, col(Job.created_at) < before)
    ended = sa.and_(col(Job.phase).in_(ENDED), col(Job.ended_at) < before)
    kept = sa.select(col(JobFile.job_id)).where(col(JobFile.cleared_at).is_(None))
    return [sa.or_(waiting, ended), col(Job.id).in_(kept)]


async def clear_files(call: Call, before: datetime) -> Sequence[Job]:
    """Delete the content of the files of some jobs that ended, or wait to be confirmed, since ``before``.

    One that nobody confirmed meanwhile is cancelled: without its file there is nothing left to apply.
    """
    due = select(Job).where(*_due(before)).order_by(col(Job.id)).limit(TOGETHER)
    jobs = (await call.session.exec(due.with_for_update(skip_locked=True))).all()
    deeds = [await _clear(call, job) for job in jobs]
    if deeds:
        await call.note_all(deeds)
    return jobs


async def _clear(call: Call, job: Job) -> Deed:
    before = job.phase
    if job.phase is JobPhase.CHECKED:
        job.phase, job.ended_at = JobPhase.CANCELLED, call.now
    job.revision += 1
    files = (await call.session.exec(select(JobFile).where(col(JobFile.job_id) == job.id))).all()
    for file in files:
        await call.session.exec(sa.delete(JobFilePart).where(col(JobFilePart.file_id) == file.id))
        file.cleared_at = call.now
    await call.store(job, *files)
    after = {"phase": job.phase, "files": [{"role": one.role, "digest": one.digest} for one in files]}
    return deed_on(Tag.CITY_JOB_CLEAR, job, REASON, before={"phase": before}, after=after)
