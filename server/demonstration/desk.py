"""The desk of the demonstration: who acts on which day, and stories that take turns as the clock moves on."""

import heapq
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import count
from uuid import UUID

from core.permissions import Actor, Role
from core.services.call import Call
from server.demonstration.clock import FixedClock

REASON = "示例数据 demonstration data"
# A story says on which day it goes on, goes on when that day has come, and is over when it says no more.
Story = AsyncIterator[date]


@dataclass(slots=True)
class Desk:
    """Calls on the day that it is; ``day`` only moves on."""

    call: Call
    day: date
    _keys: "count[int]" = field(default_factory=lambda: count(1))

    def by(self, actor: Actor) -> Call:
        """A call of somebody, today."""
        return replace(self.call, actor=actor, clock=FixedClock(self.day))

    def bureau(self) -> Call:
        """A call of the bureau's officer, today."""
        return self.by(self.call.actor)

    def key(self) -> str:
        """A request key that was not used before."""
        return f"demonstration-{next(self._keys)}"


def office_of(enterprise_id: UUID) -> Actor:
    """The evaluation office of an enterprise."""
    return Actor.of(Role.EVALUATION_OFFICER, "示例评价办公室 demonstration", enterprise_id=enterprise_id)


async def play(desk: Desk, stories: Sequence[Story]) -> None:
    """Let every story happen, all of them day by day."""
    waiting: list[tuple[date, int]] = []
    for place, story in enumerate(stories):
        await _wait(waiting, place, story)
    while waiting:
        day, place = heapq.heappop(waiting)
        assert day >= desk.day, "a story goes on, never back"
        desk.day = day
        await _wait(waiting, place, stories[place])


async def _wait(waiting: list[tuple[date, int]], place: int, story: Story) -> None:
    async for day in story:
        heapq.heappush(waiting, (day, place))
        return
