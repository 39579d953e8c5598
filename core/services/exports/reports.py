"""Makes the report of the pilot (总结报告): read at once, in the rights of the moment, and kept as an export is."""

import asyncio
import io
from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from core.audit import Tag
from core.files.report import Report, as_word, as_workbook
from core.jobs.phases import JobFileRole, JobPhase
from core.models import Job
from core.permissions import Actor
from core.services.call import Call
from core.services.exports.asked import still_open
from core.services.job_files import OpenFile, keep_whole
from core.services.pilot_report import EXCEL, WORD, ReportFormat, pilot_report
from core.services.summary import READ
from core.services.supervision import Period

_WRITERS: Final[Mapping[ReportFormat, tuple[Callable[[Report], bytes], str, str]]] = {
    ReportFormat.WORD: (as_word, WORD, "docx"),
    ReportFormat.EXCEL: (as_workbook, EXCEL, "xlsx"),
}


@dataclass(frozen=True, slots=True)
class AskedReport:
    """Of which days, both included, and as which kind of file; as a job keeps it."""

    format: ReportFormat
    starts: date
    ends: date

    @classmethod
    def read(cls, kept: Mapping[str, Any]) -> "AskedReport":
        return cls(ReportFormat(kept["format"]), date.fromisoformat(kept["starts"]), date.fromisoformat(kept["ends"]))

    def kept(self) -> dict[str, Any]:
        return {"format": self.format.value, "starts": self.starts.isoformat(), "ends": self.ends.isoformat()}


async def make_report(
    job: Job,
    actor: Actor,
    reading: Callable[[Actor], AbstractAsyncContextManager[Call]],
    moving: Callable[[Job], AbstractAsyncContextManager[tuple[Call, Job]]],
    *,
    kept: timedelta,
) -> None:
    """Make the report of a job that was begun. Raises GuantongError where the asker may not have it any more."""
    asked = AskedReport.read(job.request or {})
    async with reading(actor) as call:
        call.require(*READ)
        await still_open(call, job)
        period = Period(asked.starts, asked.ends, call.today)
        report = await pilot_report(call.session, actor, call.policy, call.vocabulary, period)
    write, media_type, suffix = _WRITERS[asked.format]
    content = await asyncio.to_thread(write, report)  # a long one takes a while, and others should not wait
    async with moving(job) as (call, locked):
        locked.ended_at = call.now
        if locked.cancel_requested:
            locked.phase = JobPhase.CANCELLED
            return
        name = f"试点总结-{asked.starts}-{asked.ends}.{suffix}"
        whole = OpenFile(name, media_type, io.BytesIO(content), call.now + kept)
        file = await keep_whole(call, locked, JobFileRole.EXPORT, whole)
        locked.total = locked.done = locked.ok = sum(len(one.rows) for one in report.sections)
        locked.phase = JobPhase.DONE
        after = {"kind": locked.kind, **asked.kept(), "rows": locked.total, "digest": file.digest}
        await call.note(Tag.CITY_EXPORT_MAKE, locked, locked.reason, after=after)
