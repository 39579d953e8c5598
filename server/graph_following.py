"""Keeps the schema that serves up to date: whatever was switched, here or by another replica, and whatever day begins.

Every replica asks the database a few times a second for the number that rises with each change; that is one row, and a
connection that was lost is another one at the next look. What the graph then serves is worked out from what is stored,
so that replicas need to tell each other nothing.
"""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from core.dates import today
from core.published import published
from core.services.quarantine import Look
from core.storage.database import Database
from core.storage.queries.published import declared_facts
from core.storage.row_scope import EVERY_ROW
from core.unbroken import unbroken
from schema.service import GraphQLService
from server.meanwhile import Rhythm
from server.wiring import Parts

log = logging.getLogger("guantong.graph")
BETWEEN_LOOKS = 0.3  # seconds; together with building the schema well within one


@dataclass
class GraphFollower:
    """Looks what is published and what runs, and hands a graph what to serve. ``changed`` is told of changes.

    ``aside`` is a connection of its own: when fifty requests wait for those that they share, the schema waits for none.
    """

    parts: Parts
    aside: Database
    changed: Callable[[], None]
    rhythm: Rhythm = field(default_factory=lambda: Rhythm(log, "following the schemes"), init=False)
    _seen: tuple[Look, int | None, date] | None = field(default=None, init=False)
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock, init=False)

    def wake(self) -> None:
        """Something may have been switched."""
        self.rhythm.wake()

    async def follow(self) -> None:
        """Take up what was switched, before a request is executed. The schema comes after it, and keeps nobody waiting.

        Others wait for what one request has begun: its leaving must not end it.
        """
        if not await self.parts.is_followed() and await self._followed(None):
            self.wake()

    async def _followed(self, aside: Database | None) -> bool:
        before = self.parts.schemes.epoch
        await unbroken(self.parts.follow(aside))
        if self.parts.schemes.epoch == before:
            return False
        self.changed()
        return True

    async def look(self, graph: GraphQLService) -> bool:
        """Follow, and let the graph serve what is so now; whether that is another schema."""
        async with self._turn:
            await self._followed(self.aside)
            now = self.parts.schemes.look, self.parts.schemes.epoch, today(self.parts.clock)
            if now == self._seen:
                return False
            async with self.aside.read(EVERY_ROW) as session:
                declared = await declared_facts(session)
            is_new = await graph.take_up(published(declared, self.parts.schemes.running(now[-1])))
            self._seen = now
            return is_new

    async def forever(self, graph: GraphQLService) -> None:
        """Look again and again, and at once when woken."""

        async def look() -> None:
            if await self.look(graph):
                log.info("the schema is of generation %s", graph.generation)

        await self.rhythm.forever(look, BETWEEN_LOOKS, waits_first=True)
