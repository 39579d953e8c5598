"""Decisions on the pilot list (名单动态更新), and the difference that they made between two days."""

from datetime import date

import strawberry

from core import models
from core.storage.queries.pilot import LISTINGS_BEGUN, LISTINGS_ENDED, ListDifference, ListMove
from schema.compiled.declared import Many, shows
from schema.context import Info
from schema.fields import computed, listed, stored
from schema.relations import loaded
from schema.types import enterprise, pilot_listing
from schema.types.node import Node
from schema.types.refs import EnterpriseRef, PilotListingRef


@shows(models.PilotDecision)
@strawberry.type(description="One announced change of the pilot list. 名单调整决定")
class PilotDecision(Node):
    """A decision with what it rests on; never changed."""

    row: strawberry.Private[models.PilotDecision]
    batch: str = stored("Its batch. 批次")
    basis: str = stored("The document that announces it. 依据")
    decided_on: date = stored("Day of the decision. 决定日期")
    effective_on: date = stored("First day on which it holds. 生效日期")
    reason: str = stored("Why. 理由")

    @classmethod
    def of(cls, row: models.PilotDecision) -> "PilotDecision":
        return cls(
            key=str(row.id),
            row=row,
            batch=row.batch,
            basis=row.basis,
            decided_on=row.decided_on,
            effective_on=row.effective_on,
            reason=row.reason,
        )

    @computed("The listings that it made. 列入", size=5, reads=Many(LISTINGS_BEGUN))
    async def joined(self, info: Info) -> list[PilotListingRef]:
        rows = await info.context.loaders.contests.listings_begun.load(self.row.id)
        return [pilot_listing.PilotListing.of(row) for row in rows]

    @computed("The listings that it ended. 移出", size=2, reads=Many(LISTINGS_ENDED))
    async def left(self, info: Info) -> list[PilotListingRef]:
        rows = await info.context.loaders.contests.listings_ended.load(self.row.id)
        return [pilot_listing.PilotListing.of(row) for row in rows]


@strawberry.type(description="One enterprise that joined the list, left it, or is on it by another listing. 名单变动")
class PilotListMove:
    """A move with what it rests on."""

    move: strawberry.Private[ListMove]
    basis: str = strawberry.field(description="The document that it rests on. 依据")
    reason: str = strawberry.field(description="Why, as it was put on record with the move. 理由")
    decision: PilotDecision | None = strawberry.field(
        description="By which decision; none of what ended as announced from the start, or is older. 所据决定"
    )

    @classmethod
    def of(cls, move: ListMove) -> "PilotListMove":
        decision = PilotDecision.of(move.decision) if move.decision else None
        return cls(move=move, basis=move.basis, reason=move.reason, decision=decision)

    @computed("The enterprise. 企业")
    async def enterprise(self, info: Info) -> EnterpriseRef:
        return enterprise.Enterprise.of(await loaded(info.context.loaders.enterprises, self.move.enterprise_id))

    @computed("By which listing. 试点名单记录")
    def listing(self) -> PilotListingRef:
        return pilot_listing.PilotListing.of(self.move.listing)

    @computed("By which listing before; of what changed alone. 原试点名单记录")
    def listing_before(self) -> PilotListingRef | None:
        return pilot_listing.PilotListing.of(self.move.before) if self.move.before else None


@strawberry.type(description="How the pilot list of one day differs from that of an earlier one. 名单差异")
class PilotListDifference:
    """Three kinds of moves, each by its day."""

    joined: list[PilotListMove] = listed("On it on the later day alone. 列入", 5)
    left: list[PilotListMove] = listed("On it on the earlier day alone. 移出", 2)
    changed: list[PilotListMove] = listed("On it on both days, by different listings. 变更", 1)

    @classmethod
    def of(cls, found: ListDifference) -> "PilotListDifference":
        return cls(
            joined=[PilotListMove.of(one) for one in found.joined],
            left=[PilotListMove.of(one) for one in found.left],
            changed=[PilotListMove.of(one) for one in found.renewed],
        )
