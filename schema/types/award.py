"""Competitions and what people reached in them."""

from datetime import date

import strawberry

from core import models
from core.facts import ContestRank, ContestTier
from core.storage.pages import Slice
from schema.connections import After, Before, Connection, First, Last, connection
from schema.context import Info
from schema.fields import computed, paged
from schema.relations import loaded
from schema.types import person
from schema.types.node import Node
from schema.types.occupation import Occupation
from schema.types.refs import CompetitionAwardRef, PersonRef
from schema.types.text import Text


@strawberry.type(description="A competition as it was held. 竞赛")
class Competition(Node):
    """A competition."""

    row: strawberry.Private[models.Competition]
    name: Text = strawberry.field(description="Name; without an English one the Chinese twice. 名称")
    tier: ContestTier = strawberry.field(description="Tier. 竞赛级别")
    year: int = strawberry.field(description="Year. 年度")
    held_on: date = strawberry.field(description="Day on which it was held. 举办日期")
    basis: str = strawberry.field(description="The document that announced it. 依据")
    is_example: bool = strawberry.field(description="Invented, for demonstration. 是否示例数据")

    @classmethod
    def of(cls, row: models.Competition) -> "Competition":
        return cls(
            key=str(row.id),
            row=row,
            name=Text(zh=row.zh, en=row.en or row.zh),
            tier=row.tier,
            year=row.year,
            held_on=row.held_on,
            basis=row.basis,
            is_example=row.is_example,
        )

    @paged("Awards of people whom the reader may read, oldest first. 获奖")
    async def awards(
        self, info: Info, first: First = None, after: After = None, last: Last = None, before: Before = None
    ) -> Connection[CompetitionAwardRef]:
        loaders, part = info.context.loaders, Slice(first, after, last, before)
        page = await loaders.awards_pages.load((self.row.id, part))
        return connection(page, part, CompetitionAward.of, lambda: loaders.award_counts.load(self.row.id))


@strawberry.type(description="What a person reached in a competition. 竞赛获奖")
class CompetitionAward(Node):
    """An award."""

    row: strawberry.Private[models.Award]
    rank: ContestRank = strawberry.field(description="Result. 名次")
    position: int | None = strawberry.field(description="Place. 名次序号")
    participants: int | None = strawberry.field(description="Number of contestants. 参赛人数")
    awarded_on: date = strawberry.field(description="Day of the award. 获奖日期")

    @classmethod
    def of(cls, row: models.Award) -> "CompetitionAward":
        return cls(
            key=str(row.id),
            row=row,
            rank=row.rank,
            position=row.position,
            participants=row.participants,
            awarded_on=row.awarded_on,
        )

    @computed("The competition. 竞赛")
    async def competition(self, info: Info) -> Competition:
        return Competition.of(await loaded(info.context.loaders.competitions, self.row.competition_id))

    @computed("Who won it. 获奖人")
    async def holder(self, info: Info) -> PersonRef:
        return person.Person.of(await loaded(info.context.loaders.people, self.row.person_id))

    @computed("The occupation competed in. 竞赛职业")
    def occupation(self, info: Info) -> Occupation | None:
        return Occupation.at(info, self.row.occupation)
