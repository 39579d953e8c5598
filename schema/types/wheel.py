"""Wheels: one content of a scheme each, whatever file carried it, with what verifying and running it found."""

from datetime import datetime

import strawberry

from core import models, texts
from core.models import FaultKind, WheelState
from core.storage.queries.enterprises import ENTERPRISE
from core.storage.queries.filings import FILING_BY_ID, VERIFICATIONS_OF_WHEEL
from core.storage.queries.plugin_records import FAULTS_OF_WHEEL, QUARANTINES_OF_WHEEL
from schema.compiled.declared import Known, Many, OfLast, One, Stored, by_values, shows
from schema.context import Info
from schema.fields import computed, listed, stored, within
from schema.types import enterprise, filing
from schema.types.finding import Finding
from schema.types.node import Node
from schema.types.refs import EnterpriseRef, FilingRef
from schema.types.text import Text

_FINDINGS = Known(("findings",), by_values(lambda findings: [Finding.of(one) for one in findings]))


@shows(models.Verification)
@strawberry.type(description="What verifying a wheel found at one moment. 校验记录")
class Verification:
    """A verification: history, never rewritten."""

    state: WheelState = stored("Whether it passed. 结论")
    findings: list[Finding] = listed("Everything that was found. 校验结果", 10, _FINDINGS)
    contract: str | None = stored("Version of the contract. 契约版本")
    policy_digest: str = stored("Digest of the policy it was held against. 政策包摘要")
    at: datetime = stored("When. 时间")

    @classmethod
    def of(cls, row: models.Verification) -> "Verification":
        return cls(
            state=row.state,
            findings=[Finding.of(one) for one in row.findings],
            contract=row.contract,
            policy_digest=row.policy_digest,
            at=row.at,
        )


@shows(models.Fault)
@strawberry.type(description="One fault of a wheel. 故障")
class Fault:
    """Something that went wrong."""

    kind: FaultKind = stored("Its kind. 类别")
    text: Text = within("In words. 说明", zh=Stored("zh"), en=Stored("en"))
    at: datetime = stored("When. 时间")
    closed_at: datetime | None = stored(
        "When another look at the store found it mended; other faults have no end. 恢复时间"
    )
    request_id: str = stored("The request that met it. 请求编号")

    @classmethod
    def of(cls, row: models.Fault) -> "Fault":
        return cls(
            kind=row.kind,
            text=Text.of(texts.Text(row.zh, row.en)),
            at=row.at,
            closed_at=row.closed_at,
            request_id=row.request_id,
        )


@shows(models.Quarantine)
@strawberry.type(description="A time for which a wheel is kept from running for technical reasons. 隔离")
class Quarantine:
    """A quarantine; it is no suspension."""

    imposed_at: datetime = stored("From when. 隔离时间")
    reason: str = stored("Why. 原因")
    lifted_at: datetime | None = stored("Until when, once it is over. 解除时间")
    lifted_by: str | None = stored("Who lifted it. 解除人")
    lifted_reason: str | None = stored("Why it was lifted. 解除理由")

    @classmethod
    def of(cls, row: models.Quarantine) -> "Quarantine":
        return cls(
            imposed_at=row.imposed_at,
            reason=row.reason,
            lifted_at=row.lifted_at,
            lifted_by=row.lifted_by,
            lifted_reason=row.lifted_reason,
        )


@shows(models.Wheel)
@strawberry.type(description="One content of a scheme, whatever file carried it. 方案包")
class Wheel(Node):
    """A wheel."""

    row: strawberry.Private[models.Wheel]
    digest: str = stored("Digest of the content (SHA-256). 内容摘要")
    artifact_digest: str = stored("Digest of the file (SHA-256). 文件摘要")
    filename: str = stored("Name of the file that it came in. 文件名")
    distribution: str | None = stored("Distribution; none without a package. 分发包")
    scheme_key: str | None = stored("Key of the scheme, if it could be read. 方案代码", "key")
    version: str | None = stored("Version, if it could be read. 版本号")
    state: WheelState = stored("What the newest verification says. 状态")
    registered_at: datetime = stored("When it was registered. 登记时间")
    registered_by: str = stored("Who registered it. 登记人")

    @classmethod
    def of(cls, row: models.Wheel) -> "Wheel":
        return cls(
            key=str(row.id),
            row=row,
            digest=row.digest,
            artifact_digest=row.artifact_digest,
            filename=row.filename,
            distribution=row.distribution,
            scheme_key=row.key,
            version=row.version,
            state=row.state,
            registered_at=row.registered_at,
            registered_by=row.registered_by,
        )

    @computed("Whose it is. 企业", reads=One(ENTERPRISE, "enterprise_id"))
    async def enterprise(self, info: Info) -> EnterpriseRef | None:
        row = await info.context.loaders.enterprises.load(self.row.enterprise_id)
        return enterprise.Enterprise.of(row) if row else None

    @computed(
        "What the newest verification found. 最近一次校验结果",
        size=10,
        reads=OfLast(VERIFICATIONS_OF_WHEEL, _FINDINGS),
    )
    async def findings(self, info: Info) -> list[Finding]:
        *_, newest = [None, *await info.context.loaders.verifications.load(self.row.id)]
        return [Finding.of(one) for one in newest.findings] if newest else []

    @computed("Every verification, oldest first. 校验记录", size=3, reads=Many(VERIFICATIONS_OF_WHEEL))
    async def verifications(self, info: Info) -> list[Verification]:
        return [Verification.of(row) for row in await info.context.loaders.verifications.load(self.row.id)]

    @computed(
        "The catalog workbook with those findings marked in it; none where the catalog is no workbook, or nothing was "
        "found. One request gets ten at most. 标注校验结果的目录工作簿"
    )
    async def marked_catalog(self, info: Info) -> bytes | None:
        return await info.context.contents.marked(self.row)

    @computed("The filing whose content it is now. 备案申请", reads=One(FILING_BY_ID, "id", by="wheel_id"))
    async def filing(self, info: Info) -> FilingRef | None:
        row = await info.context.loaders.filings_by_wheel.load(self.row.id)
        return filing.Filing.of(row) if row else None

    @computed("Faults, oldest first. 故障", size=2, reads=Many(FAULTS_OF_WHEEL))
    async def faults(self, info: Info) -> list[Fault]:
        return [Fault.of(row) for row in await info.context.loaders.faults.load(self.row.id)]

    @computed("Quarantines, oldest first. 隔离记录", size=2, reads=Many(QUARANTINES_OF_WHEEL))
    async def quarantines(self, info: Info) -> list[Quarantine]:
        return [Quarantine.of(row) for row in await info.context.loaders.quarantines.load(self.row.id)]
