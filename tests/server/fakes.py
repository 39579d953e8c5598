"""Stand-ins for what the server is built on: a clock that stands still, a graph that answers what it is told."""

import shutil
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from core.permissions import Actor
from schema.operation import Asker, Charge, Operation, free
from schema.outcomes import Watch
from server.app import OpenService
from server.downloads import Downloads
from server.graphql_endpoint import Opened
from server.settings import Settings
from server.wiring import open_database
from tests.builders import KEYRING


@dataclass
class StillClock:
    """A clock that only the test moves."""

    moment: datetime = datetime(2026, 3, 1, 4, tzinfo=UTC)

    def now(self) -> datetime:
        return self.moment

    def forward(self, span: timedelta) -> None:
        self.moment += span


@dataclass
class FakeGraph:
    """Answers with ``result`` and remembers who asked what."""

    result: dict[str, Any] | Exception = field(default_factory=lambda: {"data": {"ok": True}})
    ready: dict[str, bool] = field(default_factory=lambda: {"database": True})
    calls: list[tuple[Any, ...]] = field(default_factory=list)
    operations: list[Operation] = field(default_factory=list)
    cost: int = 1
    generation: str = "0123456789ab"

    @property
    def actor(self) -> Actor:
        """Who asked last."""
        found: Actor = self.calls[-1][3]
        return found

    @property
    def operation(self) -> Operation:
        """What was asked last."""
        return self.operations[-1]

    async def readiness(self) -> dict[str, bool]:
        return self.ready

    def gauges(self) -> dict[str, tuple[str, float]]:
        return {"guantong_fake": ("A figure", 7)}

    async def execute(
        self, operation: Operation, actor: Actor, request_id: str, charge: Charge = free
    ) -> dict[str, Any]:
        await charge(self.cost)
        self.operations.append(operation)
        self.calls.append((operation.query, operation.variables, operation.name, actor, request_id))
        if isinstance(self.result, Exception):
            raise self.result
        return self.result

    async def answers(
        self, operation: Operation, who: Callable[[], Awaitable[Asker]], request_id: str
    ) -> AsyncGenerator[dict[str, Any]]:
        """One answer."""
        asker = await who()
        async with asker.turn():
            told = await self.execute(operation, asker.actor, request_id, asker.charge)
        yield told


def opening(graph: FakeGraph, template: Path) -> OpenService:
    """Opens ``graph`` with a real database, a copy of ``template`` unless the settings name one."""

    @asynccontextmanager
    async def opened(settings: Settings, _watch: Watch) -> AsyncIterator[Opened]:
        file = settings.prepare_home() / "guantong.db"
        if settings.database_url is None and not file.exists():
            shutil.copy(template, file)
        async with open_database(settings) as database:
            yield Opened(graph, database, Downloads(database, KEYRING, StillClock()))

    return opened
