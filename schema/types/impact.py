"""What a version of a scheme does to the people of its enterprise."""

import asyncio
from collections.abc import Sequence
from datetime import date
from typing import Annotated
from uuid import UUID

import strawberry

from core.eligibility import impact
from core.storage.pages import Slice, cut_page
from schema.connections import After, Before, Connection, First, Last, connection, counted
from schema.context import Info
from schema.fields import argument, paged
from schema.impacts import Effect
from schema.relations import loaded
from schema.types.person import Person
from schema.types.target import Target, target_of

Changed = Annotated[bool, argument("Only those that open or close for somebody. 只列有增减的")]


@strawberry.type(description="What happens on one direction of one pair. 单向影响")
class RowImpact:
    """Counts over everybody; people as far as the reader may read them."""

    found: strawberry.Private[impact.RowImpact]
    readable: strawberry.Private[frozenset[UUID]]
    row: int = strawberry.field(description="Number of the row, the newer one's where it is there. 行号")
    source: Target = strawberry.field(description="What must be held. 来源")
    target: Target = strawberry.field(description="What it leads to. 目标")
    gained: int = strawberry.field(description="People for whom it opens. 新增人数")
    lost: int = strawberry.field(description="People for whom it closes. 减少人数")
    kept: int = strawberry.field(description="People for whom it stays open. 不变人数")

    @classmethod
    def of(cls, found: impact.RowImpact, readable: frozenset[UUID]) -> "RowImpact":
        return cls(
            found=found,
            readable=readable,
            row=found.row,
            source=target_of(found.source),
            target=target_of(found.target),
            gained=len(found.gained),
            lost=len(found.lost),
            kept=found.kept,
        )

    @paged("Those for whom it opens, as far as the reader may read them. 新增人员")
    async def gained_people(
        self, info: Info, first: First = None, after: After = None, last: Last = None, before: Before = None
    ) -> Connection[Person]:
        return await self._people(info, self.found.gained, Slice(first, after, last, before))

    @paged("Those for whom it closes, as far as the reader may read them. 减少人员")
    async def lost_people(
        self, info: Info, first: First = None, after: After = None, last: Last = None, before: Before = None
    ) -> Connection[Person]:
        return await self._people(info, self.found.lost, Slice(first, after, last, before))

    async def _people(self, info: Info, found: Sequence[UUID], part: Slice) -> Connection[Person]:
        ids = [id_ for id_ in found if id_ in self.readable]
        page = cut_page(ids, "person", str, part)
        people = await asyncio.gather(*(loaded(info.context.loaders.people, id_) for id_ in page.rows))
        return connection(page.showing(people), part, Person.of, counted(ids))


@strawberry.type(description="What a version does on a day to the people employed then. 方案影响")
class SchemeImpact:
    """Conditions alone: blocks such as a fraud bar are not counted."""

    effect: strawberry.Private[Effect]
    day: date = strawberry.field(description="The day. 日期")
    version: str = strawberry.field(description="The version asked about. 版本号")
    against: str | None = strawberry.field(description="The version it is held against; none: nothing. 对照版本")
    people: int = strawberry.field(description="People employed at the enterprise on the day. 在职人数")
    gained: int = strawberry.field(description="People with no way before and one now. 新获申报机会的人数")
    lost: int = strawberry.field(description="People with a way before and none now. 失去申报机会的人数")

    @classmethod
    def of(cls, effect: Effect, version: str, against: str | None) -> "SchemeImpact":
        found = effect.impact
        return cls(
            effect=effect,
            day=found.day,
            version=version,
            against=against,
            people=effect.people,
            gained=found.gained,
            lost=found.lost,
        )

    @paged("By direction of each pair that concerns anybody. 逐项影响", weight=1)
    def rows(
        self,
        changed: Changed = False,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[RowImpact]:
        rows = [row for row in self.effect.impact.rows if not changed or row.gained or row.lost]
        part = Slice(first, after, last, before)
        page = cut_page(rows, "way", lambda row: row.key, part)
        return connection(page, part, lambda row: RowImpact.of(row, self.effect.readable), counted(rows))
