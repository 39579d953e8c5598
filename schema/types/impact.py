"""What a version of a scheme does to the people of its enterprise."""

import asyncio
from collections.abc import Iterable
from datetime import date
from uuid import UUID

import strawberry

from core.eligibility import impact
from schema.context import Info
from schema.fields import computed, listed
from schema.types.person import Person
from schema.types.target import Target, target_of


@strawberry.type(description="What happens on one direction of one pair. 单向影响")
class RowImpact:
    """Counts over everybody; people as far as the reader may read them."""

    found: strawberry.Private[impact.RowImpact]
    most: strawberry.Private[int]
    row: int | None = strawberry.field(description="Number of the row, the newer one's where it is there. 行号")
    source: Target = strawberry.field(description="What must be held. 来源")
    target: Target = strawberry.field(description="What it leads to. 目标")
    gained: int = strawberry.field(description="People for whom it opens. 新增人数")
    lost: int = strawberry.field(description="People for whom it closes. 减少人数")
    kept: int = strawberry.field(description="People for whom it stays open. 不变人数")

    @classmethod
    def of(cls, found: impact.RowImpact, most: int) -> "RowImpact":
        return cls(
            found=found,
            most=most,
            row=found.row,
            source=target_of(found.source),
            target=target_of(found.target),
            gained=len(found.gained),
            lost=len(found.lost),
            kept=found.kept,
        )

    @computed("Of the first for whom it opens, those whom the reader may read. 新增人员", size=20)
    async def gained_people(self, info: Info) -> list[Person]:
        return await _people(info, self.found.gained[: self.most])

    @computed("Of the first for whom it closes, those whom the reader may read. 减少人员", size=20)
    async def lost_people(self, info: Info) -> list[Person]:
        return await _people(info, self.found.lost[: self.most])


async def _people(info: Info, ids: Iterable[object]) -> list[Person]:
    rows = await asyncio.gather(*(info.context.loaders.people.load(id_) for id_ in ids if isinstance(id_, UUID)))
    return [Person.of(row) for row in rows if row]


@strawberry.type(description="What a version does on a day to the people employed then. 方案影响")
class SchemeImpact:
    """Conditions alone: blocks such as a fraud bar are not counted."""

    day: date = strawberry.field(description="The day. 日期")
    version: str = strawberry.field(description="The version asked about. 版本号")
    against: str | None = strawberry.field(description="The version it is held against; none: nothing. 对照版本")
    people: int = strawberry.field(description="People employed at the enterprise on the day. 在职人数")
    gained: int = strawberry.field(description="People with no way before and one now. 新获申报机会的人数")
    lost: int = strawberry.field(description="People with a way before and none now. 失去申报机会的人数")
    rows: list[RowImpact] = listed("By direction of each pair that concerns anybody. 逐项影响", 100)

    @classmethod
    def of(cls, found: impact.Impact, version: str, against: str | None, most: int) -> "SchemeImpact":
        return cls(
            day=found.day,
            version=version,
            against=against,
            people=found.people,
            gained=found.gained,
            lost=found.lost,
            rows=[RowImpact.of(row, most) for row in found.rows],
        )
