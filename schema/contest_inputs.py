"""Filters of competitions and of requests on the strength of awards, read into those of core."""

import strawberry

from core.facts import ContestTier
from core.models import ContestPath, ContestState
from core.rounds.steps import Party
from core.storage.queries import contests, person_records
from schema.asking import Asking
from schema.ids import row_key


@strawberry.input(description="Which competitions; all given parts must hold. 竞赛筛选条件")
class CompetitionFilter:
    """Filter of competitions."""

    name_contains: str | None = strawberry.field(description="Part of the Chinese name. 名称包含", default=None)
    tiers: list[ContestTier] | None = strawberry.field(description="One of these tiers. 竞赛级别", default=None)
    year: int | None = strawberry.field(description="Year. 年度", default=None)
    enterprise: strawberry.ID | None = strawberry.field(
        description="Id of the enterprise whose contest it was. 主办企业", default=None
    )

    def read(self, _asking: Asking) -> person_records.CompetitionFilter:
        return person_records.CompetitionFilter(
            name_contains=self.name_contains,
            tiers=None if self.tiers is None else frozenset(self.tiers),
            year=self.year,
            enterprise_id=row_key(self.enterprise, "Enterprise") if self.enterprise else None,
        )


@strawberry.input(description="Which requests; all given parts must hold. 以赛代评申请筛选条件")
class ContestRequestFilter:
    """Filter of requests on the strength of awards."""

    enterprise: strawberry.ID | None = strawberry.field(description="Id of the enterprise. 所在企业", default=None)
    person: strawberry.ID | None = strawberry.field(description="Id of the winner. 获奖人", default=None)
    award: strawberry.ID | None = strawberry.field(description="Id of the award. 获奖", default=None)
    path: ContestPath | None = strawberry.field(description="By whose rule. 途径", default=None)
    states: list[ContestState] | None = strawberry.field(description="One of these states. 申请状态", default=None)
    waits_for: Party | None = strawberry.field(
        description="Something of it is for this side to decide. 待何方决定", default=None
    )

    def read(self, _asking: Asking) -> contests.ContestFilter:
        return contests.ContestFilter(
            enterprise_id=row_key(self.enterprise, "Enterprise") if self.enterprise else None,
            person_id=row_key(self.person, "Person") if self.person else None,
            award_id=row_key(self.award, "CompetitionAward") if self.award else None,
            path=self.path,
            states=None if self.states is None else frozenset(self.states),
            waits_for=self.waits_for,
        )
