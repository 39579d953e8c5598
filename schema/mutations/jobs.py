"""Long work: importing a file, exporting a list, confirming what was checked, cancelling."""

import builtins
from collections.abc import Awaitable, Callable
from datetime import date
from typing import Annotated, Any

import strawberry

from core import models
from core.exporting.form import ExportFormat, ExportKind
from core.jobs.phases import JobKind
from core.services.artifacts import Upload, sha256
from core.services.exporting import NewExport, NewReport, ask_for_export, ask_for_report
from core.services.jobs import NewImport, SeenJob, ask_for_import, cancel_job, confirm_job
from core.services.pilot_report import ReportFormat
from schema import rights
from schema.context import Info
from schema.fields import argument, mutation
from schema.ids import row_key
from schema.mutations.attempt import attempt
from schema.mutations.seen import KEY, REASON
from schema.types.job import Job
from schema.types.problem import Problem


@strawberry.input(description="A file to import. 导入文件")
class ImportFileInput:
    """What it is a list of, and whose."""

    key: str = strawberry.field(description=KEY)
    kind: JobKind = strawberry.field(description="What the file lists. 导入种类")
    file: Upload = strawberry.field(description="The list, .xlsx or .csv. 名单文件")
    reason: str = strawberry.field(description=REASON)
    enterprise: strawberry.ID | None = strawberry.field(
        description="Id of the enterprise whose list it is; none for competition results, the pilot list "
        "and one's own marks. 企业标识",
        default=None,
    )

    def read(self) -> NewImport:
        return NewImport(
            key=self.key,
            kind=self.kind,
            enterprise_id=row_key(self.enterprise, "Enterprise") if self.enterprise else None,
            filename=self.file.filename,
            media_type=self.file.media_type,
            digest=sha256(self.file.content),
            content=self.file.content,
        )


@strawberry.input(description="A job as one read it. 所据任务")
class SeenJobInput:
    """Id and revision."""

    job: strawberry.ID = strawberry.field(description="Id of the job. 任务标识")
    revision: int = strawberry.field(description="Its revision, as one read it. 办理次序")


@strawberry.input(description="A decision on a job. 任务办理")
class JobStepInput:
    """Which job, and why."""

    key: str = strawberry.field(description=KEY)
    seen: SeenJobInput = strawberry.field(description="The job as one read it. 所据任务")
    reason: str = strawberry.field(description=REASON)

    def read(self) -> SeenJob:
        return SeenJob(key=self.key, job_id=row_key(self.seen.job, "Job"), revision=self.seen.revision)


@strawberry.type(description="A job that was asked for or decided on. 任务办理结果")
class MovedJob:
    """The job afterwards."""

    job: Job = strawberry.field(description="The job as it stands now. 后台任务")


JobResult = Annotated[MovedJob | Problem, strawberry.union("JobResult", description="What came of it. 任务办理结果")]
Import = Annotated[ImportFileInput, argument("What to import. 导入内容")]
Step = Annotated[JobStepInput, argument("Which job, and why. 办理内容")]
UseCase = Callable[..., Awaitable[models.Job]]


@strawberry.input(description="A list to export. 导出名单")
class ExportListInput:
    """Which list, of what, in which columns."""

    key: str = strawberry.field(description=KEY)
    list: ExportKind = strawberry.field(description="Which list. 名单种类")
    reason: str = strawberry.field(description=REASON)
    format: ExportFormat = strawberry.field(description="As which kind of file. 文件格式", default=ExportFormat.XLSX)
    columns: builtins.list[str] | None = strawberry.field(
        description="Keys of the columns in the order wanted; unless told all without identity numbers in full. 列",
        default=None,
    )
    enterprise: strawberry.ID | None = strawberry.field(
        description="Id of the enterprise, for a roster; the reader's own unless told. 企业标识", default=None
    )
    round: strawberry.ID | None = strawberry.field(
        description="Id of the round, for the lists of a round. 批次标识", default=None
    )
    starts: date | None = strawberry.field(
        name="from", description="First day, of the audit log; from its beginning unless told. 起始日期", default=None
    )
    ends: date | None = strawberry.field(
        name="to", description="Last day, of the audit log; to its end unless told. 截止日期", default=None
    )
    events: builtins.list[str] | None = strawberry.field(
        description="Kinds of events, of the audit log, for example city:job:ask; all unless told. 事项", default=None
    )

    def read(self) -> NewExport:
        return NewExport(
            key=self.key,
            kind=self.list,
            format=self.format,
            columns=None if self.columns is None else tuple(self.columns),
            enterprise_id=row_key(self.enterprise, "Enterprise") if self.enterprise else None,
            round_id=row_key(self.round, "Round") if self.round else None,
            since=self.starts,
            until=self.ends,
            tags=None if self.events is None else tuple(self.events),
        )


@strawberry.input(description="The report of the pilot as a file. 导出总结报告")
class ExportReportInput:
    """Of which days, and as which kind of file."""

    key: str = strawberry.field(description=KEY)
    reason: str = strawberry.field(description=REASON)
    format: ReportFormat = strawberry.field(description="As what. 报告格式")
    starts: date | None = strawberry.field(
        name="from", description="First day of filing; the first of the year unless told. 起始日期", default=None
    )
    ends: date | None = strawberry.field(
        name="to", description="Last day of filing; today unless told. 截止日期", default=None
    )

    def read(self) -> NewReport:
        return NewReport(key=self.key, format=self.format, starts=self.starts, ends=self.ends)


Export = Annotated[ExportListInput, argument("Which list. 导出内容")]
Report = Annotated[ExportReportInput, argument("Which report. 报告内容")]


async def _moved(info: Info, use_case: UseCase, input: Any) -> MovedJob | Problem:
    async def step() -> MovedJob:
        return MovedJob(job=Job.of(await info.context.do(use_case, input.read(), input.reason)))

    return await attempt(step)


@strawberry.type
class JobMutations:
    """Mutations over long work."""

    @mutation(
        "Import a file: it is kept and checked, and nothing is put on record before it is confirmed. 导入文件",
        requires=rights.IMPORT,
        weight=1000,
    )
    async def import_file(self, info: Info, input: Import) -> JobResult:
        return await _moved(info, ask_for_import, input)

    @mutation(
        "Have a list made as a file, of what the reader may read when it is made; the file expires. 导出名单",
        requires=rights.EXPORT,
        weight=200,
    )
    async def export_list(self, info: Info, input: Export) -> JobResult:
        return await _moved(info, ask_for_export, input)

    @mutation(
        "Have the summary and the alerts of a period made as a file, Chinese first, of what the reader may read when "
        "it is made; the file expires. 导出总结报告",
        requires=rights.SUMMARY,
        weight=200,
    )
    async def export_report(self, info: Info, input: Report) -> JobResult:
        return await _moved(info, ask_for_report, input)

    @mutation("Have what was checked without errors put on record. 确认导入", requires=rights.IMPORT)
    async def confirm_job(self, info: Info, input: Step) -> JobResult:
        return await _moved(info, confirm_job, input)

    @mutation("Stop a job; what it has put on record stays. 取消任务", requires=rights.STOP_JOB)
    async def cancel_job(self, info: Info, input: Step) -> JobResult:
        return await _moved(info, cancel_job, input)
