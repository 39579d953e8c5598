"""What offices keep beside the records, with what is seldom there: jobs in every phase, and what they found."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

from core.errors import ErrorCode
from core.jobs.phases import JobFileRole, JobKind, JobPhase, JobSeverity
from core.models import Enterprise, Job, JobFile, JobFinding, Person
from tests.builders import NOON
from tests.schema.job_rows import job_rows


def job_batches(owners: Sequence[Enterprise | None], person: Person, texts: Sequence[str]) -> Iterator[list[Any]]:
    """Jobs of each owner and one's own, many asked for at the same moment, with none to four findings."""
    jobs = [_job(place, owners[place % len(owners)], texts[place % len(texts)]) for place in range(2 * len(JobPhase))]
    jobs[2].person_id = jobs[5].person_id = person.id  # of no enterprise, as one's own are
    yield jobs
    yield [_file(job, role) for place, job in enumerate(jobs) for role in list(JobFileRole)[: place % 4]]
    yield [_finding(job, nth, texts[nth]) for place, job in enumerate(jobs) for nth in range(place % 5)]


def _job(place: int, owner: Enterprise | None, text: str) -> Job:
    job = job_rows(owner, text[:200])[0]
    job.kind, job.phase = list(JobKind)[place % len(JobKind)], list(JobPhase)[place % len(JobPhase)]
    job.reason, job.total = text * 2, None if place % 3 else 2**31 - 1
    job.created_at = NOON + timedelta(microseconds=place // 4, hours=-(place // 8))
    job.cancel_requested, job.started_at = place % 2 == 1, NOON if place % 3 else None
    if place % 4 == 3:
        job.ended_at = NOON + timedelta(microseconds=120_000)
    if job.phase is JobPhase.FAILED:
        job.error_code, job.error_zh, job.error_en = ErrorCode.NOT_FOUND, text, text
    return job


def _file(job: Job, role: JobFileRole) -> JobFile:
    return JobFile(
        job_id=job.id,
        enterprise_id=job.enterprise_id,
        role=role,
        filename=job.asked_by,
        media_type="text/csv",
        digest="0" * 64,
        size=2**31 - 1,
        stored_at=NOON,
        cleared_at=NOON if role is JobFileRole.MARKED else None,
        expires_at=NOON + timedelta(days=1) if role is JobFileRole.EXPORT else None,
    )


def _finding(job: Job, place: int, text: str) -> JobFinding:
    return JobFinding(
        job_id=job.id,
        enterprise_id=job.enterprise_id,
        severity=list(JobSeverity)[place % 2],
        code=list(ErrorCode)[place],
        row_number=place // 2,
        cell=text[:100] if place % 2 else None,
        header=text[:100] if place else None,
        zh=text,
        en=text,
        nearest=None if place % 3 else text[:200],
    )
