"""Filings of scheme versions with their steps."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

import strawberry

from core import models
from core.models import FilingState, Step
from core.permissions import Role
from core.storage.queries.filings import STEPS_OF_FILING, WHEEL_BY_ID
from core.storage.queries.plugin_records import ACTIVATIONS_OF_FILING
from core.storage.queries.schemes import SCHEME, VERSION
from schema.compiled.declared import Known, Many, One, by_values, shows
from schema.context import Info
from schema.fields import computed, listed, stored
from schema.relations import loaded
from schema.types import scheme, wheel
from schema.types.activation import Activation
from schema.types.content import SchemeContent
from schema.types.node import Node
from schema.types.problem import Problem, fault_of
from schema.types.refs import SchemeRef, SchemeVersionRef, WheelRef


@strawberry.type(description="A comment on one clause of a scheme. 条款意见")
class ClauseComment:
    """What has to be mended, and where."""

    clause: str = strawberry.field(description="The clause. 条款")
    comment: str = strawberry.field(description="What is to be mended. 意见")

    @classmethod
    def all(cls, stored: Sequence[Mapping[str, str]]) -> "list[ClauseComment]":
        return [cls(clause=one["clause"], comment=one["comment"]) for one in stored]


@shows(models.Review)
@strawberry.type(description="One step of a filing: who did what to which content, and why. 办理记录")
class FilingStep:
    """A step; never changed."""

    number: int = stored("Revision of the filing after it. 办理次序")
    step: Step = stored("What was done. 步骤")
    state: FilingState = stored("Where it led. 其后状态")
    round: int = stored("Round of review that it belongs to. 轮次")
    digest: str = stored("Digest of the content that it was about. 内容摘要")
    role: Role = stored("Role of who took it. 角色", "actor_role")
    actor: str = stored("Who took it. 经办人", "actor_name")
    body: str | None = stored("For whom: the authority or the enterprise. 代表单位")
    at: datetime = stored("When. 时间")
    reason: str = stored("Why. 理由")
    comments: list[ClauseComment] = listed(
        "Comments of a return, by clause. 条款意见",
        2,
        Known(("comments",), by_values(ClauseComment.all)),
    )
    record_number: str | None = stored("Record number that it gave. 备案编号")
    effective_from: date | None = stored("Effective date that it set. 生效日期")
    effective_until: date | None = stored("End that it set. 截止日期（不含）")

    @classmethod
    def of(cls, row: models.Review) -> "FilingStep":
        return cls(
            number=row.number,
            step=row.step,
            state=row.state,
            round=row.round,
            digest=row.digest,
            role=Role(row.actor_role),
            actor=row.actor_name,
            body=row.body,
            at=row.at,
            reason=row.reason,
            comments=ClauseComment.all(row.comments),
            record_number=row.record_number,
            effective_from=row.effective_from,
            effective_until=row.effective_until,
        )


@shows(models.Filing)
@strawberry.type(description="The filing of one version of a scheme. 备案申请")
class Filing(Node):
    """A filing as it stands."""

    row: strawberry.Private[models.Filing]
    version: str = stored("Version. 版本号")
    state: FilingState = stored("How far it has come. 状态")
    revision: int = stored("Number of its last step: a decision names it. 办理次序")
    digest: str = stored("Digest of the content under review: a decision names it. 内容摘要")
    round: int = stored("Number of submissions. 提交轮次")
    industry_authority: str = stored("The authority that countersigns. 行业主管部门")
    record_number: str | None = stored("Number of the record. 备案编号")
    effective_from: date | None = stored("First day on record. 生效日期")
    effective_until: date | None = stored("First day no longer on record. 截止日期（不含）")

    @classmethod
    def of(cls, row: models.Filing) -> "Filing":
        return cls(
            key=str(row.id),
            row=row,
            version=row.version,
            state=row.state,
            revision=row.revision,
            digest=row.digest,
            round=row.round,
            industry_authority=row.industry_authority,
            record_number=row.record_number,
            effective_from=row.effective_from,
            effective_until=row.effective_until,
        )

    @computed("The scheme. 工作方案", reads=One(SCHEME, "scheme_id"))
    async def scheme(self, info: Info) -> SchemeRef:
        return scheme.Scheme.of(await loaded(info.context.loaders.schemes, self.row.scheme_id))

    @computed("The content under review. 方案包", reads=One(WHEEL_BY_ID, "wheel_id"))
    async def wheel(self, info: Info) -> WheelRef:
        return wheel.Wheel.of(await loaded(info.context.loaders.wheels, self.row.wheel_id))

    @computed("The version that went on record. 备案版本", reads=One(VERSION, "scheme_version_id", is_there=True))
    async def scheme_version(self, info: Info) -> SchemeVersionRef | None:
        if self.row.scheme_version_id is None:
            return None
        return scheme.SchemeVersion.of(await loaded(info.context.loaders.versions, self.row.scheme_version_id))

    @computed("Its steps, in order. 办理记录", size=6, reads=Many(STEPS_OF_FILING))
    async def steps(self, info: Info) -> list[FilingStep]:
        return [FilingStep.of(row) for row in await info.context.loaders.reviews.load(self.row.id)]

    @computed("On which days it runs, as things stand. 启用区间", size=3, reads=Many(ACTIVATIONS_OF_FILING))
    async def activations(self, info: Info) -> list[Activation]:
        return [Activation.of(row) for row in await info.context.loaders.activations.load(self.row.id)]

    @computed(
        "The five elements, read from what was filed; null, with an error, when contentFault says why. 方案五要素"
    )
    async def content(self, info: Info) -> SchemeContent | None:
        content = await info.context.contents.of_filing(self.row)
        return await info.context.in_turn(lambda: SchemeContent.of(content))

    @computed("Why its content cannot be read, if so: it is not what was approved. 内容故障")
    async def content_fault(self, info: Info) -> Problem | None:
        return await fault_of(info.context.contents.of_filing(self.row))
