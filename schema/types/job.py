"""Long work (后台任务): jobs, what they found, and their files."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

import strawberry

from core import models
from core.errors import ErrorCode
from core.jobs.phases import KINDS, PHASES, JobFileRole, JobKind, JobPhase, JobSeverity
from core.storage.pages import Slice
from core.storage.queries.enterprises import ENTERPRISE
from core.storage.queries.jobs import FILES_OF_JOB, FINDINGS_OF_JOB
from schema.asking import Asking
from schema.compiled.declared import Many, One, Pages, Stored, by_values, shows
from schema.connections import After, Before, Connection, First, Last, connection
from schema.context import Info
from schema.fields import argument, computed, known, paged, stored, within
from schema.ids import encode_id
from schema.job_files import CONTENT_WEIGHT, FILE_PATH
from schema.types import enterprise
from schema.types.node import Node
from schema.types.refs import EnterpriseRef
from schema.types.text import Text

Severity = Annotated[JobSeverity | None, argument("Only of this weight. 仅此严重程度")]


def _severity(_asking: Asking, given: Mapping[str, Any]) -> JobSeverity | None:
    return given.get("severity")


def _path(job_id: object, role: str) -> str:
    return FILE_PATH.format(job=encode_id("Job", job_id), role=role)


def _is_cancelling(cancel_requested: bool, ended_at: object) -> bool:
    return cancel_requested and ended_at is None


@shows(models.JobFinding)
@strawberry.type(description="Something that was found in a file, with its place. 文件校验结果")
class JobFinding:
    """A finding."""

    severity: JobSeverity = stored("How much it weighs. 严重程度")
    code: ErrorCode = stored("What is wrong; the code never changes. 错误代码")
    row: int = stored("Row of the file, from 1. 行号", "row_number")
    cell: str | None = stored("The cell, as people write it. 单元格")
    header: str | None = stored("Header of its column. 列名")
    message: Text = within("In words, with the remedy. 说明", zh=Stored("zh"), en=Stored("en"))
    nearest: str | None = stored("The nearest right value. 最接近的正确值")

    @classmethod
    def of(cls, row: models.JobFinding) -> "JobFinding":
        return cls(
            severity=row.severity,
            code=row.code,
            row=row.row_number,
            cell=row.cell,
            header=row.header,
            message=Text(zh=row.zh, en=row.en),
            nearest=row.nearest,
        )


@shows(models.JobFile)
@strawberry.type(description="A file of a job. 任务文件")
class JobFile:
    """A file; its bytes are asked for apart."""

    row: strawberry.Private[models.JobFile]
    role: JobFileRole = stored("What it is. 文件种类")
    filename: str = stored("Its name. 文件名")
    media_type: str = stored("Its media type. 媒体类型")
    digest: str = stored("Digest of its bytes (SHA-256). 文件摘要")
    size: int = stored("Its size in bytes. 字节数")
    cleared_at: datetime | None = stored(
        "When its content was deleted, having been kept long enough; none while it is kept. 内容删除时间"
    )
    expires_at: datetime | None = stored("From when on its bytes are gone. 失效时间")
    path: str = known(
        "Where this server gives its bytes by GET, to the same readers as `content`, with a token or from "
        "its own pages. 下载地址",
        ("job_id", "role"),
        by_values(_path),
    )

    @classmethod
    def of(cls, row: models.JobFile) -> "JobFile":
        return cls(
            row=row,
            role=row.role,
            filename=row.filename,
            media_type=row.media_type,
            digest=row.digest,
            size=row.size,
            cleared_at=row.cleared_at,
            expires_at=row.expires_at,
            path=_path(row.job_id, row.role.value),
        )

    @computed(
        "Its bytes, for whoever may upload such a file of the enterprise, or has the role of who asked for an export; "
        "none for others, for it may hold identity numbers in full, and is not kept for ever. One request gets ten "
        "files at most. 文件内容",
        weight=CONTENT_WEIGHT,
    )
    async def content(self, info: Info) -> bytes | None:
        return await info.context.loaders.job_contents.load(self.row.id)


@shows(models.Job)
@strawberry.type(description="Long work, gone on with whatever process ends. 后台任务")
class Job(Node):
    """A job as it stands."""

    row: strawberry.Private[models.Job]
    kind: JobKind = stored("What it does. 任务种类")
    name: Text = known("The same in words. 任务名称", ("kind",), by_values(lambda kind: Text.of(KINDS[JobKind(kind)])))
    phase: JobPhase = stored("How far it has come. 任务阶段")
    label: Text = known(
        "The same in words. 阶段名称", ("phase",), by_values(lambda phase: Text.of(PHASES[JobPhase(phase)]))
    )
    revision: int = stored("Moves with every change: a decision names it. 办理次序")
    total: int | None = stored("How many rows there are, once they were counted. 总行数")
    done: int = stored("How many rows are behind it in this phase. 已处理行数")
    ok: int = stored("How many are sound, or were put on record. 合格或已写入行数")
    unchanged: int = stored("How many were on record already. 无变化行数")
    errors: int = stored("How many errors were found. 错误数")
    warnings: int = stored("How many warnings. 警告数")
    is_cancelling: bool = known(
        "Stops after the rows in hand. 是否正在取消",
        ("cancel_requested", "ended_at"),
        by_values(_is_cancelling),
    )
    asked_by: str = stored("Who asked for it. 提交人")
    asked_role: str = stored("In which role. 提交人角色")
    reason: str = stored("Why. 理由")
    created_at: datetime = stored("When it was asked for. 提交时间")
    started_at: datetime | None = stored("When it was begun. 开始时间")
    ended_at: datetime | None = stored("When it was over. 结束时间")
    error_code: ErrorCode | None = stored("Why it failed. 失败代码")
    error: Text | None = within(
        "The same in words, with the remedy. 失败说明", "error_code", zh=Stored("error_zh"), en=Stored("error_en")
    )

    @classmethod
    def of(cls, row: models.Job) -> "Job":
        error = None if row.error_code is None else Text(zh=row.error_zh or "", en=row.error_en or "")
        return cls(
            key=str(row.id),
            row=row,
            kind=row.kind,
            name=Text.of(KINDS[row.kind]),
            phase=row.phase,
            label=Text.of(PHASES[row.phase]),
            revision=row.revision,
            total=row.total,
            done=row.done,
            ok=row.ok,
            unchanged=row.unchanged,
            errors=row.errors,
            warnings=row.warnings,
            is_cancelling=_is_cancelling(row.cancel_requested, row.ended_at),
            asked_by=row.asked_by,
            asked_role=row.asked_role,
            reason=row.reason,
            created_at=row.created_at,
            started_at=row.started_at,
            ended_at=row.ended_at,
            error_code=row.error_code,
            error=error,
        )

    @computed("Whose it is, where the reader may read the enterprise. 企业", reads=One(ENTERPRISE, "enterprise_id"))
    async def enterprise(self, info: Info) -> EnterpriseRef | None:
        if self.row.enterprise_id is None:
            return None
        row = await info.context.loaders.enterprises.load(self.row.enterprise_id)
        return enterprise.Enterprise.of(row) if row else None

    @computed("Its files. 任务文件", size=3, reads=Many(FILES_OF_JOB))
    async def files(self, info: Info) -> list[JobFile]:
        return [JobFile.of(row) for row in await info.context.loaders.job_files.load(self.row.id)]

    @paged(
        "What was found in its file, by row; ten thousand are kept at most. 校验结果",
        reads=Pages(FINDINGS_OF_JOB, read=_severity),
    )
    async def findings(
        self,
        info: Info,
        severity: Severity = None,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[JobFinding]:
        loaders, part = info.context.loaders, Slice(first, after, last, before)
        page = await loaders.job_findings.load((self.row.id, (severity, part)))
        return connection(page, part, JobFinding.of, lambda: loaders.job_finding_counts.load((self.row.id, severity)))
