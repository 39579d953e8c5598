"""Long work (后台任务): jobs, their files, what they found, and the processes that run them."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, Index, UniqueConstraint

from core.errors import ErrorCode
from core.jobs.phases import JobFileRole, JobKind, JobPhase, JobSeverity
from core.models.base import JSON_MAP, Record, Table, UtcDateTime, by_value


class Job(Record, table=True):
    """One job, and all that is to be known of it when a process begins or goes on with it.

    It is of an enterprise, of the city, or somebody's own (``person_id``). It acts as whoever asked or confirmed
    (``actor``: role, permissions and bounds of then). ``request`` is what was asked, where no file says it. ``cursor``
    counts the rows of its file that are behind it in this phase, and moves in the transaction that writes what they
    led to; so nothing is applied twice. ``executor`` is the process that has it in hand; ``attempts`` counts those that
    took it and got nowhere. ``ok`` counts sound or applied rows, ``unchanged`` those that were on record already.
    ``revision`` moves with every change.
    """

    __table_args__ = (Index(None, "enterprise_id", "created_at", "id"), Index(None, "phase", "id"))

    kind: JobKind = Field(sa_type=by_value(JobKind))
    enterprise_id: UUID | None = Field(default=None, foreign_key="enterprise.id")
    person_id: UUID | None = Field(default=None, foreign_key="person.id", index=True)
    account_id: UUID | None = None
    actor: dict[str, Any] = Field(sa_type=JSON_MAP)
    request: dict[str, Any] | None = Field(default=None, sa_type=JSON_MAP)
    asked_by: str = Field(max_length=200)
    asked_role: str = Field(max_length=40)
    reason: str = Field(max_length=500)
    phase: JobPhase = Field(default=JobPhase.QUEUED, sa_type=by_value(JobPhase))
    revision: int = 1
    cursor: int = 0
    total: int | None = None
    done: int = 0
    ok: int = 0
    unchanged: int = 0
    errors: int = 0
    warnings: int = 0
    cancel_requested: bool = False
    executor: str | None = Field(default=None, max_length=200)
    attempts: int = 0
    created_at: datetime = Field(sa_type=UtcDateTime)
    started_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    error_code: ErrorCode | None = Field(default=None, sa_type=by_value(ErrorCode))
    error_zh: str | None = Field(default=None, max_length=2000)
    error_en: str | None = Field(default=None, max_length=2000)


class JobFile(Record, table=True):
    """A file of a job, sealed, for rosters hold identity numbers; ``digest`` is of the bytes before (SHA-256).

    From ``expires_at`` on nobody gets its bytes. Its pieces are deleted after a while (``cleared_at``); that there was
    such a file stays.
    """

    __table_args__ = (UniqueConstraint("job_id", "role"),)

    job_id: UUID = Field(foreign_key="job.id")
    enterprise_id: UUID | None = Field(default=None, foreign_key="enterprise.id", index=True)
    role: JobFileRole = Field(sa_type=by_value(JobFileRole))
    filename: str = Field(max_length=200)
    media_type: str = Field(max_length=100)
    digest: str = Field(max_length=64)
    size: int
    stored_at: datetime = Field(sa_type=UtcDateTime)
    cleared_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    expires_at: datetime | None = Field(default=None, sa_type=UtcDateTime, index=True)


class JobFilePart(Record, table=True):
    """A piece of a file of a job, sealed; in order by ``number``."""

    __table_args__ = (UniqueConstraint("file_id", "number"),)

    file_id: UUID = Field(foreign_key="job_file.id")
    enterprise_id: UUID | None = Field(default=None, foreign_key="enterprise.id", index=True)
    number: int
    key_id: str = Field(max_length=40)
    data: bytes = Field(sa_type=sa.LargeBinary)


class JobFinding(Record, table=True):
    """Something that was found in a file, with its place: row from 1, cell as people write it, its column's header."""

    __table_args__ = (Index(None, "job_id", "row_number", "id"),)

    job_id: UUID = Field(foreign_key="job.id")
    enterprise_id: UUID | None = Field(default=None, foreign_key="enterprise.id", index=True)
    severity: JobSeverity = Field(sa_type=by_value(JobSeverity))
    code: ErrorCode = Field(sa_type=by_value(ErrorCode))
    row_number: int
    cell: str | None = Field(default=None, max_length=100)
    header: str | None = Field(default=None, max_length=100)
    zh: str = Field(max_length=2000)
    en: str = Field(max_length=2000)
    nearest: str | None = Field(default=None, max_length=200)


class JobKey(Table, table=True):
    """What a row of a file speaks of and what it says of it, as keyed digests: so the same twice is found."""

    job_id: UUID = Field(foreign_key="job.id", primary_key=True)
    digest: bytes = Field(sa_type=sa.LargeBinary, primary_key=True)
    says: bytes = Field(sa_type=sa.LargeBinary)
    row_number: int


class JobExecutor(Table, table=True):
    """A process that runs jobs, when it last said that it lives, and the replica that it is; a restart is another."""

    name: str = Field(max_length=200, primary_key=True)
    replica: str = Field(max_length=100, index=True)
    beat_at: datetime = Field(sa_type=UtcDateTime)
