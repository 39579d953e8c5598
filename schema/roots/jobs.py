"""Long work: jobs, the latest first."""

import builtins
from typing import Annotated

import strawberry

from core.errors import ErrorCode, GuantongError
from core.exporting.form import ExportKind
from core.exporting.lists import LISTS
from core.jobs.phases import JobKind, JobPhase
from core.storage.pages import Slice
from core.storage.queries import jobs
from core.storage.queries.jobs import JOB_BY_ID, JOBS
from core.texts import Text
from schema import rights
from schema.asking import Asking
from schema.compiled.declared import Found, Pages
from schema.connections import After, Before, Connection, Descending, First, Last, connection
from schema.context import Info
from schema.fields import argument, computed, paged
from schema.ids import row_key
from schema.types.export_column import ExportColumn
from schema.types.job import Job


@strawberry.input(description="Which jobs; all given parts must hold. 任务筛选条件")
class JobFilter:
    """Filter of jobs."""

    enterprise: strawberry.ID | None = strawberry.field(description="Id of the enterprise. 企业", default=None)
    kinds: list[JobKind] | None = strawberry.field(description="One of these kinds. 任务种类", default=None)
    phases: list[JobPhase] | None = strawberry.field(description="In one of these phases. 任务阶段", default=None)

    def read(self, _asking: Asking) -> jobs.JobFilter:
        return jobs.JobFilter(
            enterprise_id=row_key(self.enterprise, "Enterprise") if self.enterprise else None,
            kinds=None if self.kinds is None else frozenset(self.kinds),
            phases=None if self.phases is None else frozenset(self.phases),
        )


JobsWanted = Annotated[JobFilter | None, argument("Which jobs. 筛选条件")]
ListWanted = Annotated[ExportKind, argument("Which list. 名单种类")]
JobId = Annotated[strawberry.ID, argument("Id of the job. 任务标识")]


@strawberry.type
class JobsRoot:
    """Root fields over long work."""

    @paged(
        "Jobs that the reader may read, the latest first unless told. 后台任务",
        requires=rights.JOBS,
        reads=Pages(JOBS),
    )
    async def jobs(
        self,
        info: Info,
        filter: JobsWanted = None,
        descending: Descending = True,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[Job]:
        run, actor, part = info.context.run, info.context.actor, Slice(first, after, last, before)
        wanted = filter.read(info.context.asking) if filter else jobs.EVERY_JOB
        page = await run(jobs.jobs_page, actor, wanted, descending=descending, part=part)
        return connection(page, part, Job.of, lambda: run(jobs.count_jobs, actor, wanted))

    @computed(
        "The columns that a list can be exported in, with what prescribes each. 可导出的列",
        requires=rights.EXPORT,
        size=20,
    )
    def export_columns(self, list: ListWanted) -> builtins.list[ExportColumn]:
        return [ExportColumn.of(column) for column in LISTS[list].columns]

    @computed(
        "One job; NOT_FOUND when unknown or not to be read. 后台任务",
        requires=rights.JOBS,
        reads=Found(JOB_BY_ID, "Job"),
    )
    async def job(self, info: Info, id: JobId) -> Job:
        return await job_of(info, id)


async def job_of(info: Info, id_: strawberry.ID) -> Job:
    """The job of an id that the reader may read."""
    row = await info.context.loaders.jobs.load(row_key(id_, "Job"))
    if row is None:
        raise GuantongError(
            ErrorCode.NOT_FOUND, Text(f"任务 {id_} 不存在，或无权查看", f"no job {id_}, or not visible to this reader")
        )
    return Job.of(row)
