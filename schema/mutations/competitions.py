"""Competitions with their results, and the coaches of winners, recorded by the bureau."""

from datetime import date
from typing import Annotated, Any

import strawberry

from core.facts import ContestRank, ContestTier
from core.services import coaching, competitions
from core.services.competitions import MOST_RESULTS
from schema import rights
from schema.context import Info
from schema.fields import argument, mutation
from schema.ids import row_key
from schema.mutations.attempt import attempt
from schema.mutations.seen import KEY, REASON
from schema.types.award import Competition
from schema.types.coaching import Coaching
from schema.types.problem import Problem


@strawberry.input(description="A competition that was held. 竞赛登记")
class RecordCompetitionInput:
    """Once a name and day."""

    key: str = strawberry.field(description=KEY)
    name: str = strawberry.field(description="Name. 名称")
    name_en: str | None = strawberry.field(description="English name. 英文名称", default=None)
    tier: ContestTier = strawberry.field(description="Tier. 竞赛级别")
    held_on: date = strawberry.field(description="Day on which it was held. 举办日期")
    year: int | None = strawberry.field(description="Year; that of the day unless told. 年度", default=None)
    basis: str = strawberry.field(description="The document that announced it. 依据")
    enterprise: strawberry.ID | None = strawberry.field(
        description="Id of the enterprise whose contest it was. 主办企业标识", default=None
    )
    is_example: bool = strawberry.field(description="Invented, for demonstration. 是否示例数据", default=False)
    reason: str = strawberry.field(description=REASON)

    def read(self) -> dict[str, Any]:
        return {
            "key": self.key,
            "zh": self.name,
            "en": self.name_en,
            "tier": self.tier,
            "held_on": self.held_on,
            "year": self.year,
            "basis": self.basis,
            "enterprise_id": row_key(self.enterprise, "Enterprise") if self.enterprise else None,
            "is_example": self.is_example,
        }


@strawberry.input(description="What one person reached. 竞赛成绩")
class AwardInput:
    """Once a person and occupation."""

    person: strawberry.ID = strawberry.field(description="Id of the person. 人员标识")
    occupation: str = strawberry.field(description="Code of the occupation competed in. 竞赛职业编码")
    rank: ContestRank = strawberry.field(description="Result. 名次")
    position: int | None = strawberry.field(description="Place. 名次序号", default=None)
    participants: int | None = strawberry.field(description="Number of contestants. 参赛人数", default=None)
    awarded_on: date = strawberry.field(description="Day of the award. 获奖日期")

    def read(self) -> dict[str, Any]:
        return {
            "person_id": row_key(self.person, "Person"),
            "occupation": self.occupation,
            "rank": self.rank,
            "position": self.position,
            "participants": self.participants,
            "awarded_on": self.awarded_on,
        }


@strawberry.input(description="Results of a competition, as one list announces them. 竞赛成绩登记")
class RecordAwardsInput:
    """All of them or none."""

    key: str = strawberry.field(description=KEY)
    competition: strawberry.ID = strawberry.field(description="Id of the competition. 竞赛标识")
    awards: list[AwardInput] = strawberry.field(description=f"The results, at most {MOST_RESULTS}. 成绩")
    reason: str = strawberry.field(description=REASON)

    def read(self) -> dict[str, Any]:
        return {
            "key": self.key,
            "competition_id": row_key(self.competition, "Competition"),
            "results": tuple(one.read() for one in self.awards),
        }


@strawberry.input(description="The coach of a winner. 技术指导专家登记")
class RecordCoachingInput:
    """Somebody else than the winner."""

    key: str = strawberry.field(description=KEY)
    award: strawberry.ID = strawberry.field(description="Id of the award. 获奖标识")
    coach: strawberry.ID = strawberry.field(description="Id of the coach. 技术指导专家标识")
    basis: str = strawberry.field(description="What shows it. 依据")
    reason: str = strawberry.field(description=REASON)

    def read(self) -> dict[str, Any]:
        return {
            "key": self.key,
            "award_id": row_key(self.award, "CompetitionAward"),
            "person_id": row_key(self.coach, "Person"),
            "basis": self.basis,
        }


@strawberry.type(description="A competition that was recorded, or whose results were. 竞赛登记结果")
class RecordedCompetition:
    """The competition, its results beneath it."""

    competition: Competition = strawberry.field(description="The competition as it stands now. 竞赛")


@strawberry.type(description="A coach that was recorded. 技术指导专家登记结果")
class RecordedCoaching:
    """The coach with the award."""

    coaching: Coaching = strawberry.field(description="What is on record. 技术指导")


RecordCompetitionResult = Annotated[
    RecordedCompetition | Problem,
    strawberry.union("RecordCompetitionResult", description="What came of it. 竞赛登记结果"),
]
RecordCoachingResult = Annotated[
    RecordedCoaching | Problem,
    strawberry.union("RecordCoachingResult", description="What came of it. 技术指导专家登记结果"),
]
New = Annotated[RecordCompetitionInput, argument("The competition. 竞赛")]
Results = Annotated[RecordAwardsInput, argument("The results. 成绩")]
Coach = Annotated[RecordCoachingInput, argument("The coach. 技术指导专家")]


@strawberry.type
class CompetitionMutations:
    """Mutations over competitions."""

    @mutation("Record a competition, as the bureau. 登记竞赛", requires=rights.RECORD_COMPETITION)
    async def record_competition(self, info: Info, input: New) -> RecordCompetitionResult:
        async def step() -> RecordedCompetition:
            given = competitions.NewCompetition(**input.read())
            row = await info.context.do(competitions.record_competition, given, input.reason)
            return RecordedCompetition(competition=Competition.of(row))

        return await attempt(step)

    @mutation(
        "Record results of a competition, as the bureau: all of them or none. 登记竞赛成绩",
        requires=rights.RECORD_COMPETITION,
        weight=MOST_RESULTS * 10,
    )
    async def record_awards(self, info: Info, input: Results) -> RecordCompetitionResult:
        async def step() -> RecordedCompetition:
            given = competitions.NewResults(**input.read())
            row = await info.context.do(competitions.record_results, given, input.reason)
            return RecordedCompetition(competition=Competition.of(row))

        return await attempt(step)

    @mutation("Record the coach of a winner, as the bureau. 登记技术指导专家", requires=rights.RECORD_COMPETITION)
    async def record_coaching(self, info: Info, input: Coach) -> RecordCoachingResult:
        async def step() -> RecordedCoaching:
            given = coaching.NewCoaching(**input.read())
            row = await info.context.do(coaching.record_coaching, given, input.reason)
            return RecordedCoaching(coaching=Coaching.of(row))

        return await attempt(step)
