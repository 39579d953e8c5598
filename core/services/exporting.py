"""Use cases of exports (导出): asking for a list or a report; the job that makes it has the rights of then."""

from datetime import date
from typing import Any
from uuid import UUID

from pydantic import Field
from sqlmodel import col, select

from core.audit import Tag
from core.errors import ErrorCode, GuantongError, Where, unknown_code
from core.exporting.form import PAPERS, ExportFormat, ExportKind
from core.exporting.lists import LISTS
from core.jobs.phases import JobKind
from core.models import Job, Round
from core.permissions import Permission
from core.services.call import Call, checked_reason
from core.services.exports.asked import Asked
from core.services.exports.kinds import EXPORTS, Export
from core.services.exports.reports import AskedReport
from core.services.form import Code
from core.services.job_standing import kept_actor
from core.services.once import Keyed, once
from core.services.pilot_report import ReportFormat
from core.services.reach import not_found, own_enterprise, own_side
from core.services.summary import READ, check_period
from core.storage.round_visibility import rounds_visible_to
from core.texts import Text

ROUND = Text("评价批次", "round")


class NewExport(Keyed):
    """A list to export. ``columns`` are their keys in the order wanted; None takes all that are not guarded.

    ``since``, ``until`` (both included) and ``tags`` are for lists of events; None: all.
    """

    kind: ExportKind
    format: ExportFormat = ExportFormat.XLSX
    columns: tuple[Code, ...] | None = None
    enterprise_id: UUID | None = None
    round_id: UUID | None = None
    since: date | None = None
    until: date | None = None
    tags: tuple[Code, ...] | None = Field(default=None, min_length=1, max_length=200)


class NewReport(Keyed):
    """The report of a period, both days included; unless told, of the year so far."""

    format: ReportFormat
    starts: date | None = None
    ends: date | None = None


@once(Job)
async def ask_for_export(call: Call, given: NewExport, reason: str) -> Job:
    """Have a list made. What it holds is read when it is made, by whatever the asker may read then."""
    export, form = EXPORTS[given.kind], LISTS[given.kind]
    call.require(*export.permissions)
    if given.format in PAPERS and export.head is None:
        name = form.name
        raise _bad(
            "format",
            f"“{name.zh}”没有 Word 或 PDF 文书；请选 XLSX 或 CSV",
            f"the {name.en} is no paper; take XLSX or CSV",
        )
    columns = form.chosen(given.columns)
    if any(column.is_guarded for column in columns):
        call.require(*export.numbers)
    enterprise_id = await _enterprise(call, given, export)
    await _check_round(call, given, export)
    _check_events(given, export)
    asked = Asked(
        given.kind, given.format, columns, enterprise_id, given.round_id, given.since, given.until, given.tags
    )
    return await _ask(call, JobKind.EXPORT_LIST, asked.kept(), reason)


@once(Job)
async def ask_for_report(call: Call, given: NewReport, reason: str) -> Job:
    """Have the report of a period made, of what the asker may read when it is made."""
    call.require(*READ)
    ends = given.ends or call.today
    starts = given.starts or ends.replace(month=1, day=1)
    check_period(starts, ends)
    asked = AskedReport(given.format, starts, ends)
    return await _ask(call, JobKind.EXPORT_REPORT, asked.kept(), reason)


async def _ask(call: Call, kind: JobKind, request: dict[str, Any], reason: str) -> Job:
    job = Job(
        kind=kind,
        # Jobs of an enterprise are those that somebody of it asked for: what the bureau exports is the bureau's.
        enterprise_id=own_side(call, Permission.CITY_PERSON_READ, Permission.CITY_AUDIT_READ),
        account_id=call.actor.proof.account_id if call.actor.proof else None,
        actor=kept_actor(call.actor),
        request=request,
        asked_by=call.actor.name,
        asked_role=call.actor.role.value,
        reason=checked_reason(reason),
        created_at=call.now,
    )
    await call.store(job)
    after = {"kind": job.kind, "enterprise_id": job.enterprise_id, **request}
    await call.note(Tag.CITY_JOB_ASK, job, reason, after=after)
    return job


async def _enterprise(call: Call, given: NewExport, export: Export) -> UUID | None:
    if not export.of_enterprise:
        if given.enterprise_id is not None:
            raise _bad("enterprise", "此名单不按企业导出，请勿写明企业", "this list is of no enterprise; name none")
        return None
    wanted = given.enterprise_id or call.actor.enterprise_id
    if wanted is None:
        raise _bad("enterprise", "请写明企业", "name the enterprise")
    return (await own_enterprise(call, wanted, Permission.CITY_PERSON_READ)).id


async def _check_round(call: Call, given: NewExport, export: Export) -> None:
    if export.of_round != (given.round_id is not None):
        raise (
            _bad("round", "请写明评价批次", "name the round")
            if export.of_round
            else _bad("round", "此名单不按批次导出，请勿写明批次", "this list is of no round; name none")
        )
    if given.round_id is not None:
        visible = select(Round.id).where(col(Round.id) == given.round_id, rounds_visible_to(call.actor, call.today))
        if (await call.session.exec(visible)).first() is None:
            raise not_found(ROUND)


def _check_events(given: NewExport, export: Export) -> None:
    if not export.of_events and (given.since, given.until, given.tags) != (None, None, None):
        raise _bad("from", "此名单不按日期或事项导出", "this list is not of days or kinds of events; name neither")
    if given.since is not None and given.until is not None:
        check_period(given.since, given.until)
    for tag in given.tags or ():
        if tag not in set(Tag):
            raise unknown_code(Text("事项", "kind of event"), tag, [one.value for one in Tag], Where(entry="events"))


def _bad(entry: str, zh: str, en: str) -> GuantongError:
    return GuantongError(ErrorCode.BAD_ARGUMENT, Text(zh, en), where=Where(entry=entry))
