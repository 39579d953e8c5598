"""Stays of enterprises on the pilot list."""

from datetime import date
from uuid import UUID

import strawberry

from core import models
from schema.compiled.declared import shows
from schema.context import Info
from schema.fields import computed, stored
from schema.relations import loaded
from schema.types import enterprise, pilot_decision
from schema.types.node import Node
from schema.types.refs import EnterpriseRef, PilotDecisionRef


@shows(models.PilotListing)
@strawberry.type(description="One stay of an enterprise on the pilot list. 试点名单记录")
class PilotListing(Node):
    """A listing, with what it rests on."""

    row: strawberry.Private[models.PilotListing]
    batch: str = stored("Batch in which it was listed. 批次")
    basis: str = stored("The document that lists it. 依据")
    priority_industry: str | None = stored("Priority industry that it belongs to. 重点产业")
    starts: date = stored("First day on the list. 列入日期")
    ends: date | None = stored("First day no longer on the list. 移出日期")
    reason: str = stored("Why it was listed. 列入理由")
    ended_reason: str | None = stored("Why the listing ended. 移出理由")

    @classmethod
    def of(cls, row: models.PilotListing) -> "PilotListing":
        return cls(
            key=str(row.id),
            row=row,
            batch=row.batch,
            basis=row.basis,
            priority_industry=row.priority_industry,
            starts=row.starts,
            ends=row.ends,
            reason=row.reason,
            ended_reason=row.ended_reason,
        )

    @computed("The enterprise. 企业")
    async def enterprise(self, info: Info) -> EnterpriseRef:
        row = await loaded(info.context.loaders.enterprises, self.row.enterprise_id)
        return enterprise.Enterprise.of(row)

    @computed("The decision that put it there; none of those that are older. 列入决定")
    async def decision(self, info: Info) -> PilotDecisionRef | None:
        return await self._decision(info, self.row.decision_id)

    @computed("The decision that ended it; none of what ends as announced from the start. 移出决定")
    async def ended_decision(self, info: Info) -> PilotDecisionRef | None:
        return await self._decision(info, self.row.ended_decision_id)

    async def _decision(self, info: Info, id_: UUID | None) -> PilotDecisionRef | None:
        row = await info.context.loaders.contests.pilot_decisions.load(id_) if id_ is not None else None
        return pilot_decision.PilotDecision.of(row) if row else None
