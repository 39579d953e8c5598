"""Competitions and what people reached in them."""

from datetime import date

import strawberry

from core import models
from core.facts import ContestRank, ContestTier
from core.storage.pages import Slice
from core.storage.queries.enterprises import ENTERPRISE
from core.storage.queries.nested import AWARDS_OF_COMPETITION
from core.storage.queries.people import PERSON
from core.storage.queries.person_records import COMPETITION
from schema import rights
from schema.arguments import AsOf
from schema.compiled.declared import Known, One, Pages, Stored, shows
from schema.connections import After, Before, Connection, First, Last, connection
from schema.contest_cases import outcomes_of
from schema.context import Info
from schema.fields import computed, paged, stored, within
from schema.relations import loaded
from schema.types import coaching, contest_request, enterprise, person
from schema.types.contest_outcome import ContestOutcome
from schema.types.node import Node
from schema.types.occupation import Occupation
from schema.types.refs import CoachingRef, CompetitionAwardRef, ContestRequestRef, EnterpriseRef, PersonRef
from schema.types.text import Text


@shows(models.Competition)
@strawberry.type(description="A competition as it was held. 竞赛")
class Competition(Node):
    """A competition."""

    row: strawberry.Private[models.Competition]
    name: Text = within("Name; without an English one the Chinese twice. 名称", zh=Stored("zh"), en=Stored("en", "zh"))
    tier: ContestTier = stored("Tier. 竞赛级别")
    year: int = stored("Year. 年度")
    held_on: date = stored("Day on which it was held. 举办日期")
    basis: str = stored("The document that announced it. 依据")
    is_example: bool = stored("Invented, for demonstration. 是否示例数据")

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

    @paged("Awards of people whom the reader may read, oldest first. 获奖", reads=Pages(AWARDS_OF_COMPETITION))
    async def awards(
        self, info: Info, first: First = None, after: After = None, last: Last = None, before: Before = None
    ) -> Connection[CompetitionAwardRef]:
        loaders, part = info.context.loaders, Slice(first, after, last, before)
        page = await loaders.awards_pages.load((self.row.id, part))
        return connection(page, part, CompetitionAward.of, lambda: loaders.award_counts.load(self.row.id))

    @computed(
        "The enterprise whose contest it was, where the reader may read it. 主办企业",
        reads=One(ENTERPRISE, "enterprise_id"),
    )
    async def host(self, info: Info) -> EnterpriseRef | None:
        if self.row.enterprise_id is None:
            return None
        row = await info.context.loaders.enterprises.load(self.row.enterprise_id)
        return enterprise.Enterprise.of(row) if row else None


@shows(models.Award)
@strawberry.type(description="What a person reached in a competition. 竞赛获奖")
class CompetitionAward(Node):
    """An award."""

    row: strawberry.Private[models.Award]
    rank: ContestRank = stored("Result. 名次")
    position: int | None = stored("Place. 名次序号")
    participants: int | None = stored("Number of contestants. 参赛人数")
    awarded_on: date = stored("Day of the award. 获奖日期")

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

    @computed("The competition. 竞赛", reads=One(COMPETITION, "competition_id"))
    async def competition(self, info: Info) -> Competition:
        return Competition.of(await loaded(info.context.loaders.competitions, self.row.competition_id))

    @computed("Who won it. 获奖人", reads=One(PERSON, "person_id"))
    async def holder(self, info: Info) -> PersonRef:
        return person.Person.of(await loaded(info.context.loaders.people, self.row.person_id))

    @computed("The occupation competed in. 竞赛职业", reads=Known(("occupation",), Occupation.known))
    def occupation(self, info: Info) -> Occupation | None:
        return Occupation.at(info, self.row.occupation)

    @computed(
        "Everything that it leads to on a day, by the policy and by the schemes where its holder works: open ones "
        "first, each with need, have and gap, and who issues. 以赛代评结果",
        size=4,
        weight=100,
    )
    async def outcomes(self, info: Info, as_of: AsOf = None) -> list[ContestOutcome]:
        context = info.context
        held = await loaded(context.loaders.competitions, self.row.competition_id)
        case = await context.cases.load(self.row.person_id, context.day(as_of))
        loaders, host_id = context.loaders, held.enterprise_id
        host = await loaders.enterprises.load(host_id) if host_id is not None else None
        uses = await loaders.contests.uses_of_awards.load(self.row.id)
        found = await context.in_turn(lambda: outcomes_of(case, self.row, held, host, context.policy))
        return [ContestOutcome.of(one, uses) for one in found]

    @computed(
        "What was asked for on its strength, the first asked first. 以赛代评申请", requires=rights.EVALUATIONS, size=1
    )
    async def requests(self, info: Info) -> list[ContestRequestRef]:
        rows = await info.context.loaders.contests.requests_of_awards.load(self.row.id)
        return [contest_request.ContestRequest.of(row) for row in rows]

    @computed("Who coached its holder, of people whom the reader may read. 技术指导专家", size=1)
    async def coaches(self, info: Info) -> list[CoachingRef]:
        rows = await info.context.loaders.contests.coaches_of.load(self.row.id)
        return [coaching.Coaching.of(row) for row in rows]
