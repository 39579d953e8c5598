"""Long work: jobs that one may read, with their files and findings."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.jobs.phases import JobKind, JobPhase, JobSeverity
from core.models import Job, JobFile, JobFinding
from core.permissions import Actor
from core.storage.job_visibility import jobs_visible_to
from core.storage.pages import FIRST_PAGE, Order, Page, Slice, count_rows, count_rows_by, fetch_page, fetch_pages
from core.storage.queries.base import conditions
from core.storage.queries.relations import ANY_DAY, ById, Children, Listing, on_any_day

_BY_AGE = (col(Job.created_at), col(Job.id))
_BY_ROW = Order("row", (col(JobFinding.row_number), col(JobFinding.id)))
_OF_JOB = col(JobFinding.job_id)


@dataclass(frozen=True, slots=True)
class JobFilter:
    """All given parts must hold."""

    enterprise_id: UUID | None = None
    kinds: frozenset[JobKind] | None = None
    phases: frozenset[JobPhase] | None = None


EVERY_JOB = JobFilter()


async def jobs_page(
    session: AsyncSession,
    actor: Actor,
    filters: JobFilter = EVERY_JOB,
    *,
    descending: bool = True,
    part: Slice = FIRST_PAGE,
) -> Page[Job]:
    """One page of the jobs that the actor may read, the latest first unless told."""
    return await fetch_page(session, _jobs(actor, filters), Order("created_at", _BY_AGE, descending), part)


async def count_jobs(session: AsyncSession, actor: Actor, filters: JobFilter = EVERY_JOB) -> int:
    """How many jobs the actor may read."""
    return await count_rows(session, _jobs(actor, filters))


def _jobs(actor: Actor, filters: JobFilter) -> Any:
    wanted = conditions(
        (filters.enterprise_id, lambda id_: col(Job.enterprise_id) == id_),
        (filters.kinds, lambda kinds: col(Job.kind).in_(kinds)),
        (filters.phases, lambda phases: col(Job.phase).in_(phases)),
    )
    return sa.select(Job).where(jobs_visible_to(actor, Job), *wanted)


async def jobs_by_id(session: AsyncSession, actor: Actor, ids: Collection[UUID]) -> dict[UUID, Job]:
    """The jobs among ``ids`` that the actor may read."""
    return await JOB_BY_ID.load(session, actor, ANY_DAY, ids)


async def files_of_jobs(session: AsyncSession, actor: Actor, ids: Collection[UUID]) -> dict[UUID, list[JobFile]]:
    """The files of each job, in the order in which they came."""
    return await FILES_OF_JOB.load(session, actor, ANY_DAY, ids)


async def findings_pages(
    session: AsyncSession,
    actor: Actor,
    ids: Collection[UUID],
    asked: tuple[JobSeverity | None, Slice] = (None, FIRST_PAGE),
) -> dict[UUID, Page[JobFinding]]:
    """The same page of what was found in the files of each job, by row; of one severity, if one is named."""
    severity, part = asked
    return await fetch_pages(session, _findings(actor, ids, severity), _OF_JOB, _BY_ROW, part)


async def count_findings(
    session: AsyncSession, actor: Actor, ids: Collection[UUID], severity: JobSeverity | None = None
) -> dict[UUID, int]:
    """How many findings of each job are kept."""
    return await count_rows_by(session, _findings(actor, ids, severity), _OF_JOB)


def _findings(actor: Actor, ids: Collection[UUID], severity: JobSeverity | None) -> Any:
    wanted = conditions((severity, lambda one: col(JobFinding.severity) == one))
    return sa.select(JobFinding).where(_OF_JOB.in_(ids), jobs_visible_to(actor, JobFinding), *wanted)


async def revisions_of_jobs(session: AsyncSession, ids: Collection[UUID]) -> Mapping[UUID, int]:
    """The revision of each job, whoever asks: for those who wait for the next."""
    found = await session.exec(select(Job.id, Job.revision).where(col(Job.id).in_(ids)))
    return dict(found.all())


def _of_job(actor: Actor, _day: date, severity: JobSeverity | None, job_id: Any) -> Any:
    return _findings(actor, [job_id], severity)


JOB_BY_ID = ById(Job, on_any_day(jobs_visible_to, Job))
JOBS = Listing(on_any_day(_jobs), {"created_at": _BY_AGE}, EVERY_JOB, descending=True)
FILES_OF_JOB = Children(JobFile, "job_id", on_any_day(jobs_visible_to, JobFile), ())
FINDINGS_OF_JOB = Listing(_of_job, {"row": _BY_ROW.keys}, None)
