"""Evaluation rounds (评价批次)."""

from datetime import date

import strawberry

from core import models
from core.rounds.steps import STATES, RoundState
from core.services.round_gates import latest
from core.services.tasks import running_in
from core.storage.pages import Slice
from core.storage.queries.enterprises import ENTERPRISE
from core.storage.queries.rounds import RESULT_FILINGS_OF_ROUND
from core.storage.queries.schemes import VERSION
from schema import rights
from schema.compiled.declared import Many, One, shows
from schema.connections import After, Before, Connection, First, Last, connection
from schema.context import Info
from schema.fields import computed, paged, stored
from schema.types import application, certificate, committee, enterprise, expert, public_notice, result_filing, scheme
from schema.types.node import Node
from schema.types.refs import (
    ApplicationRef,
    CertificateRef,
    CommitteeSittingRef,
    EnterpriseRef,
    ObjectionRef,
    PublicNoticeRef,
    ResultFilingRef,
    RoundAssessorRef,
    SchemeVersionRef,
    TieDeclarationRef,
)
from schema.types.round_clock import RoundClock
from schema.types.round_step import RoundGate, RoundStep
from schema.types.text import Text


@shows(models.Round)
@strawberry.type(description="One evaluation round of an enterprise under one version of its scheme. 评价批次")
class Round(Node):
    """A round as it stands."""

    row: strawberry.Private[models.Round]
    name: str = stored("Name. 批次名称", "zh")
    state: RoundState = stored("How far it has come. 批次状态")
    label: Text = strawberry.field(description="The same in words. 状态名称")
    revision: int = stored("Number of its last step: a decision names it. 办理次序")
    announced_on: date = stored("Day of its notice. 发布通知日期")
    reference_day: date = stored("The day on which conditions are judged. 资格审核基准日")
    applications_until: date = stored("Last day of applying, as announced. 申报截止日期")
    plan_number: str | None = stored("Number of its plan; never changed. 评价计划编号")
    is_example: bool = stored("Invented, for demonstration. 是否示例数据")

    @classmethod
    def of(cls, row: models.Round) -> "Round":
        return cls(
            key=str(row.id),
            row=row,
            name=row.zh,
            state=row.state,
            label=Text.of(STATES[row.state]),
            revision=row.revision,
            announced_on=row.announced_on,
            reference_day=row.reference_day,
            applications_until=row.applications_until,
            plan_number=row.plan_number,
            is_example=row.is_example,
        )

    @computed("Whose it is, where the reader may read the enterprise. 评价企业", reads=One(ENTERPRISE, "enterprise_id"))
    async def enterprise(self, info: Info) -> EnterpriseRef | None:
        row = await info.context.loaders.enterprises.load(self.row.enterprise_id)
        return enterprise.Enterprise.of(row) if row else None

    @computed(
        "The version that it is pinned to, where the reader may read it. 方案版本",
        reads=One(VERSION, "scheme_version_id"),
    )
    async def scheme_version(self, info: Info) -> SchemeVersionRef | None:
        row = await info.context.loaders.versions.load(self.row.scheme_version_id)
        return scheme.SchemeVersion.of(row) if row else None

    @computed("Its steps, in order; for those who run and review it. 步骤记录", size=12)
    async def steps(self, info: Info) -> list[RoundStep]:
        return [RoundStep.of(row) for row in await info.context.loaders.rounds.steps.load(self.row.id)]

    @computed("The deadlines that run, the first to end first. 在计期限", size=3)
    async def clocks(self, info: Info) -> list[RoundClock]:
        rows = await info.context.loaders.rounds.deadlines.load(self.row.id)
        running = running_in(self.row.state, latest(info.context.policy, rows, info.context.calendar))
        return [RoundClock.of(one, info.context.today) for one in sorted(running, key=lambda deadline: deadline.due)]

    @computed("Every term's deadline that counts, in the order of the terms' days. 全部期限", size=6)
    async def deadlines(self, info: Info) -> list[RoundClock]:
        rows = await info.context.loaders.rounds.deadlines.load(self.row.id)
        kept = latest(info.context.policy, rows, info.context.calendar).values()
        ordered = sorted(kept, key=lambda deadline: (deadline.start, deadline.due))
        return [RoundClock.of(one, info.context.today) for one in ordered]

    @computed(
        "The steps that lead on from here, each with what stands against it; null, with an error, where the content of "
        "its scheme cannot be read. 关口",
        requires=rights.ROUND_STAFF,
        weight=150,
        size=4,
    )
    async def gates(self, info: Info) -> list[RoundGate] | None:
        return [RoundGate.of(one) for one in await info.context.gates.of(self.row)]

    @paged("Applications that the reader may read, by day of filing. 申报", requires=rights.APPLICATIONS)
    async def applications(
        self, info: Info, first: First = None, after: After = None, last: Last = None, before: Before = None
    ) -> Connection[ApplicationRef]:
        loaders, part = info.context.loaders.rounds, Slice(first, after, last, before)
        page = await loaders.applications.load((self.row.id, part))
        return connection(page, part, application.Application.of, lambda: loaders.application_counts.load(self.row.id))

    @computed("Who scores; released ones as well. 考评人员", requires=rights.ROUND_STAFF, size=5)
    async def assessors(self, info: Info) -> list[RoundAssessorRef]:
        return [expert.RoundAssessor.of(row) for row in await info.context.loaders.rounds.assessors.load(self.row.id)]

    @computed("Declared ties that recuse. 回避申明", requires=rights.ROUND_STAFF, size=2)
    async def ties(self, info: Info) -> list[TieDeclarationRef]:
        return [expert.TieDeclaration.of(row) for row in await info.context.loaders.rounds.ties.load(self.row.id)]

    @computed("The committees that were drawn. 评审委员会", requires=rights.ROUND_STAFF, size=2)
    async def committees(self, info: Info) -> list[CommitteeSittingRef]:
        rows = await info.context.loaders.rounds.committees.load(self.row.id)
        return [committee.CommitteeSitting.of(row) for row in rows]

    @computed("Its public notices that the reader may read, in order. 公示", size=2)
    async def notices(self, info: Info) -> list[PublicNoticeRef]:
        rows = await info.context.loaders.rounds.notices.load(self.row.id)
        return [public_notice.PublicNotice.of(row) for row in rows]

    @computed("Objections that the reader may read. 异议", requires=rights.OBJECTIONS, size=2)
    async def objections(self, info: Info) -> list[ObjectionRef]:
        rows = await info.context.loaders.rounds.objections.load(self.row.id)
        return [public_notice.Objection.of(row) for row in rows]

    @computed(
        "Filings of its results, in order. 结果报备",
        requires=rights.ROUND_STAFF,
        size=2,
        reads=Many(RESULT_FILINGS_OF_ROUND),
    )
    async def result_filings(self, info: Info) -> list[ResultFilingRef]:
        rows = await info.context.loaders.rounds.filings.load(self.row.id)
        return [result_filing.ResultFiling.of(row) for row in rows]

    @paged("Certificates that it issued and the reader may read, by number. 证书", requires=rights.EVALUATIONS)
    async def certificates(
        self, info: Info, first: First = None, after: After = None, last: Last = None, before: Before = None
    ) -> Connection[CertificateRef]:
        loaders, part = info.context.loaders.rounds, Slice(first, after, last, before)
        page = await loaders.certificates.load((self.row.id, part))
        return connection(page, part, certificate.Certificate.of, lambda: loaders.certificate_counts.load(self.row.id))
