"""Use cases about long work: asking for it, confirming what was checked, cancelling."""

from uuid import UUID

from pydantic import Field
from sqlmodel import col, select

from core.audit import Tag
from core.errors import ErrorCode, GuantongError, Where
from core.jobs.phases import ENDED, KINDS, PHASES, UNDER_WAY, JobFileRole, JobKind, JobPhase
from core.models import Job
from core.services.artifacts import Upload, storable
from core.services.call import Call, checked_reason
from core.services.exports.kinds import ASKERS
from core.services.form import LongName, Name
from core.services.imports.kinds import IMPORTS, Import
from core.services.job_files import keep_file
from core.services.job_standing import kept_actor
from core.services.once import Keyed, once
from core.services.reach import not_found, own_enterprise
from core.storage.job_visibility import jobs_visible_to
from core.texts import Text

JOB = Text("任务", "job")
LARGEST_LIST = 96 * 1024 * 1024  # a million rows as .csv; what is accepted over HTTP is the operator's to say
_ANY = tuple({permission for kind in IMPORTS.values() for permission in kind.permissions})
STOP = tuple(sorted({*_ANY, *ASKERS}))


class NewImport(Keyed):
    """A file to import for an enterprise. ``digest`` stands for its bytes where requests are compared."""

    kind: JobKind
    enterprise_id: UUID | None
    filename: LongName
    media_type: Name = "application/octet-stream"
    digest: str
    content: bytes


class SeenJob(Keyed):
    """A job as one read it."""

    job_id: UUID
    revision: int = Field(ge=1)


@once(Job, "content")
async def ask_for_import(call: Call, given: NewImport, reason: str) -> Job:
    """Keep a file and have it checked; nothing of it is applied before somebody confirms it."""
    form = _form(given.kind)
    call.require(*form.permissions)
    await _check_owner(call, given, form)
    upload = Upload(filename=given.filename, media_type=given.media_type, content=given.content)
    storable(upload, LARGEST_LIST)
    _readable_name(given.filename)
    job = Job(
        kind=given.kind,
        enterprise_id=given.enterprise_id,
        person_id=call.actor.person_id if form.own else None,
        account_id=call.actor.proof.account_id if call.actor.proof else None,
        actor=kept_actor(call.actor),
        asked_by=call.actor.name,
        asked_role=call.actor.role.value,
        reason=checked_reason(reason),
        created_at=call.now,
    )
    await call.store(job)
    file = await keep_file(call, job, JobFileRole.INPUT, upload)
    after = {"kind": job.kind, "enterprise_id": job.enterprise_id, "digest": file.digest, "size": file.size}
    await call.note(Tag.CITY_JOB_ASK, job, reason, after=after)
    return job


def _form(kind: JobKind) -> Import:
    if kind not in IMPORTS:
        raise GuantongError(
            ErrorCode.BAD_ARGUMENT,
            Text(f"“{KINDS[kind].zh}”不是导入", f"'{KINDS[kind].en}' is no import"),
            where=Where(entry="kind"),
        )
    return IMPORTS[kind]


async def _check_owner(call: Call, given: NewImport, form: Import) -> None:
    """Lists of an enterprise name it, and those of the city name none."""
    if form.of_enterprise != (given.enterprise_id is not None):
        zh, en = KINDS[given.kind]
        raise GuantongError(
            ErrorCode.BAD_ARGUMENT,
            Text(f"{zh}须写明企业", f"the {en} has to name the enterprise")
            if form.of_enterprise
            else Text(f"{zh}不属任何企业，请勿写明企业", f"the {en} is of no enterprise; name none"),
            where=Where(entry="enterprise"),
        )
    if given.enterprise_id is not None:
        await own_enterprise(call, given.enterprise_id, form.everywhere)


def _readable_name(filename: str) -> None:
    if not filename.lower().endswith((".xlsx", ".csv")):
        raise GuantongError(
            ErrorCode.BAD_FILE,
            Text("只接受 .xlsx 或 .csv 文件；请另存为其中一种", "only .xlsx and .csv are read; save it as one of them"),
            where=Where(file=filename),
        )


@once(Job)
async def confirm_job(call: Call, given: SeenJob, reason: str) -> Job:
    """Have what was checked without errors applied."""
    call.require(*_ANY)
    job = await _seen(call, given)
    if job.kind in IMPORTS:
        call.require(*IMPORTS[job.kind].permissions)
    if job.phase is not JobPhase.CHECKED:
        raise _refused(job, "确认", "confirmed", JobPhase.CHECKED)
    # From now on it acts as whoever confirmed it: they answer for what is written.
    job.actor = kept_actor(call.actor)
    _move(job, JobPhase.CONFIRMED)
    job.cursor, job.done, job.ok, job.unchanged = 0, 0, 0, 0
    await call.store(job)
    await call.note(Tag.CITY_JOB_CONFIRM, job, reason, after={"phase": job.phase, "total": job.total})
    return job


@once(Job)
async def cancel_job(call: Call, given: SeenJob, reason: str) -> Job:
    """Stop a job. What it has applied stays and is told by its counts; one under way stops after the rows in hand."""
    call.require(*STOP)
    job = await _seen(call, given, lenient=True)
    if job.kind in IMPORTS:
        call.require(*IMPORTS[job.kind].permissions)
    elif (job.asked_role, job.enterprise_id) != (call.actor.role, call.actor.enterprise_id):
        raise not_found(JOB)  # what somebody else has made is theirs to stop
    if job.phase in ENDED:
        raise _refused(job, "取消", "cancelled")
    job.cancel_requested = True
    if job.phase not in UNDER_WAY:
        _move(job, JobPhase.CANCELLED)
        job.ended_at = call.now
    else:
        job.revision += 1
    await call.store(job)
    await call.note(Tag.CITY_JOB_CANCEL, job, reason, after={"phase": job.phase, "done": job.done})
    return job


def _move(job: Job, phase: JobPhase) -> None:
    job.phase = phase
    job.revision += 1


async def _seen(call: Call, given: SeenJob, *, lenient: bool = False) -> Job:
    """The job, locked; OUT_OF_DATE when it has moved since it was read, unless that makes no difference."""
    wanted = select(Job).where(col(Job.id) == given.job_id, jobs_visible_to(call.actor, Job))
    job = (await call.session.exec(wanted.with_for_update().execution_options(populate_existing=True))).one_or_none()
    if job is None:
        raise not_found(JOB)
    if job.revision != given.revision and not lenient:
        raise GuantongError(
            ErrorCode.OUT_OF_DATE,
            Text(
                f"任务已有变化（当前为第 {job.revision} 次办理，所据为第 {given.revision} 次）；请刷新后再决定",
                f"the job has moved since (revision {job.revision}, you read {given.revision}); read it again",
            ),
        )
    return job


def _refused(job: Job, zh: str, en: str, needed: JobPhase | None = None) -> GuantongError:
    now, kind = PHASES[job.phase], KINDS[job.kind]
    remedy_zh = f"；须为“{PHASES[needed].zh}”" if needed else ""
    remedy_en = f"; it has to be '{PHASES[needed].en}'" if needed else ""
    if job.phase is JobPhase.REJECTED:
        remedy_zh, remedy_en = "；请按标注改正后重新上传", "; mend what is marked and upload it anew"
    return GuantongError(
        ErrorCode.STEP_REFUSED,
        Text(
            f"“{kind.zh}”为“{now.zh}”，不能{zh}{remedy_zh}",
            f"the {kind.en} is '{now.en}' and cannot be {en}{remedy_en}",
        ),
    )
