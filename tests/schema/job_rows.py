"""Jobs for the tests of the graph: one with a file and two findings, and what its lists cost."""

from typing import Any

from core.errors import ErrorCode
from core.jobs.phases import JobFileRole, JobKind, JobPhase, JobSeverity
from core.models import Enterprise, Job, JobFile, JobFilePart, JobFinding
from core.permissions import Actor, Role
from core.services.artifacts import sha256
from core.services.job_standing import kept_actor
from tests import builders

CONTENT = "姓名,证件号码\n".encode()
JOBS = "{ jobs(first: 100) { edges { node { %s } } } }"
COUNTS: list[tuple[str, int]] = [
    (JOBS % "name { zh } phase label { zh } done total error { zh }", 1),
    ("{ jobs { totalCount } }", 2),
    (JOBS % "enterprise { name { zh } }", 2),
    (JOBS % "files { role filename size }", 2),
    (JOBS % "findings(first: 1) { edges { node { row cell message { zh } } } }", 2),
    (JOBS % "findings { totalCount }", 3),
]


def job_rows(owner: Enterprise | None, name: str = "示例") -> tuple[Job, JobFile, JobFilePart, JobFinding]:
    """A job that was checked, and what hangs on it; of the city without an owner."""
    id_ = owner.id if owner else None
    admin = Actor.of(Role.ENTERPRISE_ADMIN, name, enterprise_id=id_)
    job = Job(
        kind=JobKind.IMPORT_ROSTER,
        enterprise_id=id_,
        actor=kept_actor(admin),
        asked_by=name,
        asked_role=admin.role.value,
        reason="示例导入",
        phase=JobPhase.CHECKED,
        created_at=builders.NOON,
        warnings=1,
    )
    hangs: dict[str, Any] = {"enterprise_id": id_}
    file = JobFile(
        **hangs,
        job_id=job.id,
        role=JobFileRole.INPUT,
        filename="花名册.csv",
        media_type="text/csv",
        digest=sha256(CONTENT),
        size=len(CONTENT),
        stored_at=builders.NOON,
    )
    sealed = builders.KEYRING.seal_bytes(CONTENT, file.id.bytes + bytes(4))
    part = JobFilePart(**hangs, file_id=file.id, number=0, key_id=sealed.key_id, data=sealed.data)
    finding = JobFinding(
        **hangs,
        job_id=job.id,
        severity=JobSeverity.WARNING,
        code=ErrorCode.DUPLICATE,
        row_number=3,
        zh="与第 2 行相同，只计一次",
        en="the same as row 2; it counts once",
    )
    return job, file, part, finding
