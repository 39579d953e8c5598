"""Settles a batch of rows: judged, and once the job was confirmed applied; what was found is kept with its place."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa
from sqlmodel import col, select

from core.audit import canonical
from core.errors import ErrorCode, GuantongError
from core.importing.form import ListForm
from core.importing.rows import CellFault, ReadRow, Sheet
from core.jobs.phases import JobPhase, JobSeverity
from core.models import Job, JobFinding, JobKey
from core.services.call import Call
from core.services.imports.kinds import IMPORTS, Batch
from core.services.imports.outside import Outside
from core.texts import Text

# Nobody mends more at once; further ones are counted.
MOST_FINDINGS: Final = 10_000
Told = tuple[ReadRow, CellFault]


@dataclass(frozen=True, slots=True)
class Said:
    """What a row says of something, both as digests; ``fields`` are those that tell it from others."""

    row: ReadRow
    digest: bytes
    says: bytes
    is_subject: bool


async def settle(call: Call, job: Job, sheet: Sheet, rows: Sequence[ReadRow], outside: Outside) -> None:
    """Settle rows in the transaction of ``call``, and count them in ``job``."""
    kind = IMPORTS[job.kind]
    told: list[Told] = [(row, fault) for row in rows for fault in row.faults]
    sound = [row for row in rows if row.is_sound and not row.is_header]
    batch = await kind.look(call, job, sound, outside)
    if job.phase is JobPhase.APPLYING:
        # What was wrong with cells was told when the file was checked.
        told = await _applied(job, batch, sheet, sound)
    else:
        repeated = await _repeated(call, job, kind.form, sound)
        told += repeated
        told += await _judged(job, batch, sheet, sound, {row.number for row, fault in repeated if _is_error(fault)})
    await _keep(call, job, sheet, told)


def _is_error(fault: CellFault) -> bool:
    return fault.severity is JobSeverity.ERROR


async def _judged(job: Job, batch: Batch, sheet: Sheet, rows: Sequence[ReadRow], known_bad: set[int]) -> list[Told]:
    told: list[Told] = []
    for row in rows:
        try:
            is_known = await batch.judge(row)
        except GuantongError as refused:
            told.append((row, _at(sheet, refused)))
            continue
        if row.number not in known_bad:
            job.ok += 1
            job.unchanged += is_known
    return told


async def _applied(job: Job, batch: Batch, sheet: Sheet, rows: Sequence[ReadRow]) -> list[Told]:
    """A row that something else has made wrong since it was checked is told, and the others go on."""
    told: list[Told] = []
    for row in rows:
        try:
            if await batch.judge(row):
                job.unchanged += 1
                continue
            await batch.apply(row, job.reason)
        except GuantongError as refused:
            if IMPORTS[job.kind].whole is not None:
                raise _none_of_it(row, refused) from None
            told.append((row, _at(sheet, refused)))
            continue
        job.ok += 1
    await batch.finish()
    return told


def _none_of_it(row: ReadRow, refused: GuantongError) -> GuantongError:
    zh, en = refused.message
    return GuantongError(
        refused.code,
        Text(
            f"第 {row.number} 行自校验后已不能写入，整份未写入：{zh}",
            f"row {row.number} can no longer be applied, so nothing of the file was: {en}",
        ),
        clause=refused.clause,
    )


def _at(sheet: Sheet, refused: GuantongError) -> CellFault:
    entry = refused.where.entry if refused.where else None
    return CellFault.of(refused, sheet.columns.get(entry or ""))


async def _repeated(call: Call, job: Job, form: ListForm, rows: Sequence[ReadRow]) -> list[Told]:
    """What the file says twice: the same, which is a warning, or otherwise, which is an error."""
    said = [one for row in rows for one in _said(call, form, row)]
    query = select(JobKey).where(col(JobKey.job_id) == job.id, col(JobKey.digest).in_({one.digest for one in said}))
    known = {key.digest: (key.says, key.row_number) for key in await call.session.exec(query)}
    fresh: list[dict[str, object]] = []
    told: list[Told] = []
    for one in said:
        before = known.get(one.digest)
        if before is None:
            known[one.digest] = one.says, one.row.number
            fresh.append({"job_id": job.id, "digest": one.digest, "says": one.says, "row_number": one.row.number})
        elif fault := _twice(form, one, *before):
            told.append((one.row, fault))
    if fresh:
        await (await call.session.connection()).execute(sa.insert(JobKey), fresh)
    return told


def _said(call: Call, form: ListForm, row: ReadRow) -> list[Said]:
    found = [_one(call, row, form.key, tuple(row.values), is_subject=False)]
    if form.subject:
        found.append(_one(call, row, form.subject[:1], form.subject[1:], is_subject=True))
    return found


def _one(call: Call, row: ReadRow, key: Sequence[str], says: Sequence[str], *, is_subject: bool) -> Said:
    digest = call.keyring.index(canonical([is_subject, [row.values.get(name) for name in key]]))
    content = hashlib.sha256(call.keyring.index(canonical([row.values.get(name) for name in says])).encode())
    return Said(row, bytes.fromhex(digest)[:16], content.digest()[:16], is_subject)


def _twice(form: ListForm, one: Said, says: bytes, before: int) -> CellFault | None:
    same = says == one.says
    if one.is_subject:
        if same:
            return None
        names = "、".join(form.column(name).header.zh for name in form.subject[1:])
        what = Text(
            f"与第 {before} 行证件号码相同，但{names}不同；请核对",
            f"the identity number of row {before}, with another {form.column(form.subject[1]).header.en}; check both",
        )
        return CellFault(JobSeverity.ERROR, ErrorCode.DUPLICATE, what)
    if same:
        what = Text(f"与第 {before} 行相同，只计一次", f"the same as row {before}; it counts once")
        return CellFault(JobSeverity.WARNING, ErrorCode.DUPLICATE, what)
    what = Text(f"与第 {before} 行重复，但内容不同；只留一行", f"repeats row {before} with other content; keep one")
    return CellFault(JobSeverity.ERROR, ErrorCode.DUPLICATE, what)


async def _keep(call: Call, job: Job, sheet: Sheet, told: Sequence[Told]) -> None:
    kept = job.errors + job.warnings
    for number, (row, fault) in enumerate(sorted(told, key=lambda one: (one[0].number, one[1].column or 0))):
        if _is_error(fault):
            job.errors += 1
        else:
            job.warnings += 1
        if kept + number < MOST_FINDINGS:
            call.session.add(_finding(job, sheet, row, fault))
    await call.session.flush()


def _finding(job: Job, sheet: Sheet, row: ReadRow, fault: CellFault) -> JobFinding:
    headers = {at: IMPORTS[job.kind].form.column(name).header.zh for name, at in sheet.columns.items()}
    return JobFinding(
        job_id=job.id,
        enterprise_id=job.enterprise_id,
        severity=fault.severity,
        code=fault.code,
        row_number=row.number,
        cell=(sheet.at(row.number, fault.column) or "")[:100] or None,
        header=None if fault.column is None else headers.get(fault.column),
        zh=fault.message.zh[:2000],
        en=fault.message.en[:2000],
        nearest=fault.nearest and fault.nearest[:200],
    )
