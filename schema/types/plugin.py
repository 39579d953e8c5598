"""The audit of plugins: how each wheel stands on a day, why, and what was ever done to it."""

from datetime import date, datetime

import strawberry

from core.audit import canonical
from core.models import ActivationState, FilingState, WheelState
from core.permissions import Role
from core.storage.queries import plugin_history, plugin_reasons
from core.storage.queries.filing_views import Approval
from core.storage.queries.plugins import PluginRow
from schema.context import Info
from schema.fields import computed
from schema.types import enterprise, filing, wheel
from schema.types.activation import Activation
from schema.types.filing import FilingStep
from schema.types.finding import Finding
from schema.types.refs import EnterpriseRef, FilingRef, WheelRef
from schema.types.text import Text
from schema.types.wheel import Fault, Quarantine


@strawberry.type(description="A countersignature or a record. 审批")
class PluginApproval:
    """An approval of one content."""

    step: FilingStep = strawberry.field(description="The step that gave it. 办理记录")
    stands: bool = strawberry.field(description="Whether no return or other content has voided it. 是否有效")

    @classmethod
    def of(cls, approval: Approval) -> "PluginApproval":
        return cls(step=FilingStep.of(approval.review), stands=approval.stands)


@strawberry.type(description="One thing that must hold for a version to run. 启用条件")
class PluginCheck:
    """A check, whether it holds or not."""

    holds: bool = strawberry.field(description="Whether it does. 是否满足")
    text: Text = strawberry.field(description="In words. 说明")

    @classmethod
    def of(cls, check: plugin_reasons.Check) -> "PluginCheck":
        return cls(holds=check.holds, text=Text.of(check.text))


@strawberry.type(description="How a plugin stands on a day: discovered, recorded, active. 插件状态")
class PluginStatus:
    """One wheel on one day, as it was known at a moment. Whatever was registered has one, however broken it is."""

    found: strawberry.Private[PluginRow]
    day: date = strawberry.field(description="The day. 日期")
    scheme_key: str | None = strawberry.field(description="Key of the scheme, if it could be read. 方案代码")
    version: str | None = strawberry.field(description="Version, if it could be read. 版本号")
    digest: str = strawberry.field(description="Digest of the content (SHA-256). 内容摘要")
    distribution: str | None = strawberry.field(description="Distribution; none without a package. 分发包")
    filename: str = strawberry.field(description="Name of the file that it first came in. 文件名")
    registered_at: datetime = strawberry.field(description="When it was registered. 登记时间")
    registered_by: str = strawberry.field(description="Who registered it. 登记人")
    is_discovered: bool = strawberry.field(description="Registered by the day. 已登记")
    is_recorded: bool = strawberry.field(description="On record on the day. 已备案")
    is_active: bool = strawberry.field(
        description="Runs on the day: switched on, on record, within its own period, stored bytes sound. 已启用"
    )
    verification: WheelState = strawberry.field(description="What the newest verification says. 校验结论")
    verified_at: datetime = strawberry.field(description="When that was. 校验时间")
    contract: str | None = strawberry.field(description="Version of the contract. 契约版本")
    filing_state: FilingState | None = strawberry.field(
        description="How far its filing had come; none for content that was rejected or replaced. 备案状态"
    )
    record_number: str | None = strawberry.field(description="Number of the record. 备案编号")
    recorded_from: date | None = strawberry.field(description="First day on record. 备案起始日期")
    recorded_until: date | None = strawberry.field(description="First day no longer on record. 备案截止日期（不含）")
    activation_state: ActivationState | None = strawberry.field(
        description="How it is switched on the day; none: never switched on. 启用状态"
    )

    @classmethod
    def of(cls, row: PluginRow) -> "PluginStatus":
        on_record = row.filing.on_record if row.filing else None
        return cls(
            found=row,
            day=row.day,
            scheme_key=row.wheel.key,
            version=row.wheel.version,
            digest=row.wheel.digest,
            distribution=row.wheel.distribution,
            filename=row.wheel.filename,
            registered_at=row.wheel.registered_at,
            registered_by=row.wheel.registered_by,
            is_discovered=row.discovered,
            is_recorded=row.recorded,
            is_active=row.active,
            verification=row.verification.state,
            verified_at=row.verification.at,
            contract=row.verification.contract,
            filing_state=row.filing.state if row.filing else None,
            record_number=row.filing.record_number if row.filing else None,
            recorded_from=on_record.start if on_record else None,
            recorded_until=on_record.until if on_record else None,
            activation_state=row.state,
        )

    @computed("Whose it is. 企业")
    def enterprise(self) -> EnterpriseRef:
        return enterprise.Enterprise.of(self.found.enterprise)

    @computed("What the newest verification found. 校验结果", size=10)
    def findings(self) -> list[Finding]:
        return [Finding.of(one) for one in self.found.verification.findings]

    @computed("Approvals of its filing, those that were voided as well. 审批", size=2)
    def approvals(self) -> list[PluginApproval]:
        return [PluginApproval.of(one) for one in (self.found.filing.approvals if self.found.filing else ())]

    @computed("The interval that holds the day. 启用区间")
    def activation(self) -> Activation | None:
        return Activation.of(self.found.activation) if self.found.activation else None

    @computed("Faults known by then, oldest first. 故障", size=2)
    def faults(self) -> list[Fault]:
        return [Fault.of(one) for one in self.found.faults]

    @computed("The quarantine it was in. 隔离")
    def quarantine(self) -> Quarantine | None:
        return Quarantine.of(self.found.quarantine) if self.found.quarantine else None

    @computed("Everything that must hold for it to run, with what holds and what does not. 启用条件", size=7)
    def checks(self) -> list[PluginCheck]:
        return [PluginCheck.of(one) for one in plugin_reasons.checks_of(self.found)]

    @computed("The wheel, as it is today. 方案包")
    def wheel(self) -> WheelRef:
        return wheel.Wheel.of(self.found.wheel)

    @computed("Its filing, as it is today. 备案申请")
    async def filing(self, info: Info) -> FilingRef | None:
        view = self.found.filing
        row = await info.context.loaders.filings.load(view.id) if view else None
        return filing.Filing.of(row) if row else None


@strawberry.type(description="One thing done to a plugin, as its audit event says. 插件历史")
class PluginEvent:
    """An event of the audit."""

    number: int = strawberry.field(description="Number of the event. 序号")
    at: datetime = strawberry.field(description="When. 时间")
    tag: str = strawberry.field(description="What was done, scope:resource:action. 事项")
    version: str | None = strawberry.field(description="Version that it concerned. 版本号")
    digest: str = strawberry.field(description="Content that it concerned. 内容摘要")
    role: Role = strawberry.field(description="Role of who did it. 角色")
    actor: str = strawberry.field(description="Who did it. 经办人")
    reason: str = strawberry.field(description="Why. 理由")
    before: str | None = strawberry.field(description="What was before, as canonical JSON. 办理前（规范化JSON）")
    after: str | None = strawberry.field(description="What was after, as canonical JSON. 办理后（规范化JSON）")

    @classmethod
    def of(cls, entry: plugin_history.HistoryEntry) -> "PluginEvent":
        return cls(
            number=entry.seq,
            at=entry.at,
            tag=entry.tag,
            version=entry.version,
            digest=entry.digest,
            role=Role(entry.actor_role),
            actor=entry.actor_name,
            reason=entry.reason,
            before=None if entry.before is None else canonical(entry.before),
            after=None if entry.after is None else canonical(entry.after),
        )


@strawberry.type(description="How a wheel stands on a day. 某日状态")
class PluginStanding:
    """The three columns, and how it is switched."""

    is_discovered: bool = strawberry.field(description="Registered by the day. 已登记")
    is_recorded: bool = strawberry.field(description="On record on the day. 已备案")
    is_active: bool = strawberry.field(description="Runs on the day. 已启用")
    activation_state: ActivationState | None = strawberry.field(description="How it is switched. 启用状态")

    @classmethod
    def of(cls, standing: plugin_history.Standing) -> "PluginStanding":
        return cls(
            is_discovered=standing.discovered,
            is_recorded=standing.recorded,
            is_active=standing.active,
            activation_state=standing.state,
        )


@strawberry.type(description="A wheel that stands differently on two days. 插件变化")
class PluginChange:
    """The same wheel twice."""

    plugin: PluginStatus = strawberry.field(description="How it stands on the later day. 其后状态")
    before: PluginStanding = strawberry.field(description="On the first of the two days. 前一日")
    after: PluginStanding = strawberry.field(description="On the second. 后一日")

    @classmethod
    def of(cls, change: plugin_history.PluginChange) -> "PluginChange":
        return cls(
            plugin=PluginStatus.of(change.row),
            before=PluginStanding.of(change.before),
            after=PluginStanding.of(change.after),
        )
