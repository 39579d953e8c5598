"""Summaries and supervision: what the pilot comes to, and what stands out."""

from datetime import date
from typing import Annotated

import strawberry

from core.services.summary import pilot_summary
from core.services.supervision import AlertKind, Period, supervision_alerts
from core.storage.pages import Slice
from core.storage.queries.summary import Dimension, SummaryFilter
from schema import rights
from schema.connections import After, Before, Connection, First, Last, listed_in_memory
from schema.context import Info
from schema.fields import argument, paged
from schema.ids import row_key
from schema.types.pilot_summary import PilotSummary
from schema.types.supervision_alert import SupervisionAlert

By = Annotated[list[Dimension], argument("What to break it down by; nothing gives the whole. 汇总维度")]
FirstDay = Annotated[
    date | None, argument("First day of filing; the first of the year unless told. 起始日期", name="from")
]
LastDay = Annotated[date | None, argument("Last day of filing; today unless told. 截止日期", name="to")]
Kinds = Annotated[list[AlertKind] | None, argument("Of these kinds; all unless told. 预警类别")]


@strawberry.input(description="What is summed up; all given parts must hold. 汇总筛选条件")
class PilotSummaryFilter:
    """Filter of a summary."""

    enterprise: strawberry.ID | None = strawberry.field(description="Id of the enterprise. 企业", default=None)
    scheme: strawberry.ID | None = strawberry.field(description="Id of the scheme. 方案", default=None)
    occupation: str | None = strawberry.field(description="Code of the occupation. 职业编码", default=None)
    series: str | None = strawberry.field(description="Code of the title series. 职称系列代码", default=None)

    def read(self, starts: date, ends: date) -> SummaryFilter:
        return SummaryFilter(
            starts,
            ends,
            enterprise_id=row_key(self.enterprise, "Enterprise") if self.enterprise else None,
            scheme_id=row_key(self.scheme, "Scheme") if self.scheme else None,
            occupation=self.occupation,
            series=self.series,
        )


Wanted = Annotated[PilotSummaryFilter | None, argument("What is summed up. 筛选条件")]


@strawberry.type
class SummaryRoot:
    """Root fields over what the pilot comes to."""

    @paged(
        "What came of applications filed within a period, group by group: for the bureau of all enterprises, for an "
        "enterprise of its own. Small groups are hidden from readers who may not read persons. 总结提升",
        requires=rights.SUMMARY,
        weight=600,
    )
    async def pilot_summary(
        self,
        info: Info,
        by: By,
        starts: FirstDay = None,
        ends: LastDay = None,
        filter: Wanted = None,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[PilotSummary]:
        context = info.context
        wanted = (filter or PilotSummaryFilter()).read(*_days(info, starts, ends))
        found = await context.run(pilot_summary, context.actor, context.policy, by, wanted, context.today)
        part = Slice(first, after, last, before)
        return listed_in_memory(found, lambda row: row.place, PilotSummary.of, part)

    @paged(
        "What stands out within a period by the values of the packs, the oldest first: pass rates, marks, certificates "
        "and deadlines; for the bureau of all enterprises, for an enterprise of its own. 监管预警",
        requires=rights.SUMMARY,
        weight=700,
    )
    async def supervision_alerts(
        self,
        info: Info,
        starts: FirstDay = None,
        ends: LastDay = None,
        kinds: Kinds = None,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[SupervisionAlert]:
        context, asked = info.context, tuple(AlertKind) if kinds is None else tuple(kinds)
        period = Period(*_days(info, starts, ends), context.today)
        found = await context.run(supervision_alerts, context.actor, context.policy, period, asked)
        part = Slice(first, after, last, before)
        return listed_in_memory(found, lambda one: one.place, SupervisionAlert.of, part)


def _days(info: Info, starts: date | None, ends: date | None) -> tuple[date, date]:
    """The year so far unless told."""
    until = info.context.day(ends)
    return info.context.day(starts) if starts else until.replace(month=1, day=1), until
