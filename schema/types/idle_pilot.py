"""Pilot enterprises that evaluate nothing, as the bureau is alerted of them."""

from datetime import date

import strawberry

from core.services.idle import IdleStay
from schema.types.citation import Citation
from schema.types.pilot_listing import PilotListing
from schema.types.text import Text


@strawberry.type(
    description="A pilot enterprise that evaluated nothing for as long as the policy lets it. 未组织评价的试点企业"
)
class IdlePilot:
    """An alert; that the enterprise leaves the list is for the bureau to decide."""

    listing: PilotListing = strawberry.field(description="Its stay on the list. 试点名单记录")
    last_evaluated_on: date | None = strawberry.field(
        description="Day on which it last concluded a round or decided an evaluation. 最近一次评价日期"
    )
    since: date = strawberry.field(description="From which day nothing was evaluated. 起算日期")
    due_on: date = strawberry.field(description="The day on which the years were full. 期满日期")
    text: Text = strawberry.field(description="In words. 说明")
    citation: Citation = strawberry.field(description="The clause. 依据")

    @classmethod
    def of(cls, found: IdleStay) -> "IdlePilot":
        return cls(
            listing=PilotListing.of(found.listing),
            last_evaluated_on=found.last,
            since=found.since,
            due_on=found.due,
            text=Text.of(found.text),
            citation=Citation.of(found.citation),
        )
