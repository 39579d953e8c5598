"""Committees (评审委员会): how they were drawn, who sits on them, who attends."""

from datetime import date, datetime

import strawberry

from core import models
from core.rounds.committee import Drawn, outside_seats, ranked
from core.services.replacements import draws_of
from core.storage.queries.people import PERSON
from core.storage.queries.round_lookups import COMMITTEE_MEMBER_BY_ID, EXPERT_BY_ID
from schema.compiled.declared import One, shows
from schema.context import Info
from schema.enums import TitleLevel
from schema.fields import computed, listed, stored
from schema.types import person
from schema.types.expert import Expert
from schema.types.node import Node
from schema.types.refs import CommitteeMemberRef, PersonRef
from schema.types.text import Text
from schema.types.title_series import Specialty, TitleSeries

HOW = Text(
    zh="对每位专家取“种子:编号”的 SHA-256（UTF-8，十六进制），按此值、再按编号排序；先从前往后取足外单位席位，"
    "再从其余专家中从前往后补满席位；有人不能出席时，由同一次序的下一位递补；"
    "递补用尽后，从新入库专家中以新种子另行抽取，按同一方法排序，由最前的一位递补。",
    en="Of each expert take the SHA-256 of 'seed:number' (UTF-8, hexadecimal) and sort by that, then by number. From "
    "the top take the outside seats, then fill the other seats from the top of who is left. Whoever steps down is "
    "followed by the next of the same order. Once nobody is left, those who came into the pool since are sorted in the "
    "same way by a seed of their own, and the first of them follows.",
)


@strawberry.type(description="An expert as the draw saw one. 候选专家")
class DrawCandidate:
    """A place in the order of the draw."""

    place: int = strawberry.field(description="Place in the order, from 1. 抽取次序")
    number: str = strawberry.field(description="Number in the pool. 专家编号")
    is_outside: bool = strawberry.field(description="From outside the enterprise. 是否外单位")


@strawberry.type(description="Everything that a draw was made of, so that anybody can repeat it. 随机抽取")
class CommitteeDraw:
    """The seed, the pool in the order that it gives, and how seats are filled from it."""

    drawn_on: date = strawberry.field(description="Day of the draw. 抽取日期")
    seed: str = strawberry.field(description="The seed, drawn by the platform. 随机种子")
    how: Text = strawberry.field(description="How to repeat it. 复算方法")
    outside_seats: int = strawberry.field(description="How many seats are for outside experts. 外单位席位数")
    order: list[DrawCandidate] = listed("The pool, in the order of the draw. 抽取次序", 20)


@shows(models.Committee)
@strawberry.type(description="A committee that was drawn in a round. 评审委员会")
class CommitteeSitting(Node):
    """A committee for a series, or for one specialty of it."""

    row: strawberry.Private[models.Committee]
    highest: TitleLevel = strawberry.field(description="Up to which level it decides. 最高评审层级")
    seats: int = stored("Number of members. 席位数")
    drawn_on: date = stored("Day of the draw. 抽取日期")
    drawn_at: datetime = stored("When. 抽取时间")

    @classmethod
    def of(cls, row: models.Committee) -> "CommitteeSitting":
        return cls(
            key=str(row.id),
            row=row,
            highest=TitleLevel(row.highest.value),
            seats=row.seats,
            drawn_on=row.drawn_on,
            drawn_at=row.drawn_at,
        )

    @computed("The series, while the vocabulary lists it. 职称系列")
    def series(self, info: Info) -> TitleSeries | None:
        known = info.context.vocabulary.series.get(self.row.series)
        return TitleSeries.of(known) if known else None

    @computed("The one specialty that it is for; none: for the series. 职称专业")
    def specialty(self, info: Info) -> Specialty | None:
        return Specialty.at(info, self.row.series, self.row.specialty)

    @computed("How its members were drawn. 随机抽取", weight=20)
    def draw(self, info: Info) -> CommitteeDraw:
        return self._shown(info, draws_of(self.row)[0], self.row.drawn_on)

    @computed("Draws from newcomers, once nobody was left who could follow. 另行抽取", weight=20, size=1)
    def further_draws(self, info: Info) -> list[CommitteeDraw]:
        days = [date.fromisoformat(one["drawn_on"]) for one in self.row.further_draws]
        return [self._shown(info, *one) for one in zip(draws_of(self.row)[1:], days, strict=True)]

    def _shown(self, info: Info, drawn: Drawn, day: date) -> CommitteeDraw:
        return CommitteeDraw(
            drawn_on=day,
            seed=drawn.seed,
            how=HOW,
            outside_seats=outside_seats(info.context.policy, self.row.drawn_on, self.row.seats),
            order=[
                DrawCandidate(place=place, number=one.number, is_outside=one.is_outside)
                for place, one in enumerate(ranked(drawn.seed, drawn.pool), 1)
            ],
        )

    @computed("Its members, those who stepped down as well. 评委", size=9)
    async def members(self, info: Info) -> list[CommitteeMemberRef]:
        rows = await info.context.loaders.rounds.members.load(self.row.id)
        return [CommitteeMember.of(row) for row in rows]


@shows(models.CommitteeMember)
@strawberry.type(description="An expert with a seat on a committee; how anybody votes is kept nowhere. 评委")
class CommitteeMember(Node):
    """A seat."""

    row: strawberry.Private[models.CommitteeMember]
    number: str = stored("Number in the pool. 专家编号")
    is_outside: bool = stored("From outside the enterprise. 是否外单位")
    is_present: bool | None = stored("Whether they attend; none before the meeting. 是否出席", "present")
    stepped_down_on: date | None = stored("Day on which they stepped down. 退出日期")
    stepped_down_reason: str | None = stored("Why. 退出理由")

    @classmethod
    def of(cls, row: models.CommitteeMember) -> "CommitteeMember":
        return cls(
            key=str(row.id),
            row=row,
            number=row.number,
            is_outside=row.is_outside,
            is_present=row.present,
            stepped_down_on=row.stepped_down_on,
            stepped_down_reason=row.stepped_down_reason,
        )

    @computed("Whom they follow. 递补自", reads=One(COMMITTEE_MEMBER_BY_ID, "follows_id"))
    async def follows(self, info: Info) -> "CommitteeMember | None":
        if self.row.follows_id is None:
            return None
        row = await info.context.loaders.rounds.members_by_id.load(self.row.follows_id)
        return CommitteeMember.of(row) if row else None

    @computed("The entry in the pool. 专家", reads=One(EXPERT_BY_ID, "expert_id"))
    async def expert(self, info: Info) -> Expert | None:
        row = await info.context.loaders.rounds.experts_by_id.load(self.row.expert_id)
        return Expert.of(row) if row else None

    @computed("Who it is, where the reader may read the person. 人员", reads=One(PERSON, "person_id"))
    async def person(self, info: Info) -> PersonRef | None:
        row = await info.context.loaders.people.load(self.row.person_id)
        return person.Person.of(row) if row else None
