"""Opens what answers GraphQL. Apart from ``server.wiring``, because importing the schema takes a second or two."""

from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

from core.permissions import Actor
from core.storage.credential_tally import BETWEEN_FOLDS, keep_folded
from schema.context import Dependencies
from schema.operation import Asker, Charge, Operation, free
from schema.outcomes import Watch
from schema.service import GraphQLService
from server.computing import Computer, Waking
from server.downloads import Downloads
from server.graph_following import GraphFollower
from server.graphql_endpoint import Opened
from server.jobs.lookout import looking_out
from server.jobs.running import lookout_of
from server.meanwhile import Rhythm, meanwhile
from server.metrics import Gauges
from server.retention import BETWEEN_LOOKS, Retention
from server.settings import Settings
from server.terms import terms_of
from server.webhooks.sender import sender_of, sending
from server.wiring import Parts, log, open_database, open_parts


@dataclass(frozen=True, slots=True)
class FollowingService:
    """The graph over the schemes that run now: what was suspended does not answer the next request."""

    parts: Parts
    graph: GraphQLService

    async def readiness(self) -> dict[str, bool]:
        return await self.parts.readiness()

    def gauges(self) -> Gauges:
        return {**self.parts.gauges(), **_generation_gauge(self.graph.generation)}

    @property
    def generation(self) -> str:
        """The generation of the schema that serves."""
        return self.graph.generation

    async def execute(
        self, operation: Operation, actor: Actor, request_id: str, charge: Charge = free
    ) -> dict[str, Any]:
        """The result of one operation."""
        return await self.graph.execute(operation, actor, request_id, charge)

    def answers(
        self, operation: Operation, who: Callable[[], Awaitable[Asker]], request_id: str
    ) -> AsyncGenerator[dict[str, Any]]:
        """The results of one operation, of a subscription again and again."""
        return self.graph.answers(operation, who, request_id)


@asynccontextmanager
async def open_service(settings: Settings, watch: Watch) -> AsyncIterator[Opened]:
    """The graph of a migrated installation."""
    terms = terms_of(settings)
    async with AsyncExitStack() as open_while:
        parts = await open_while.enter_async_context(open_parts(settings))
        computer = Computer.of(parts)
        aside = await open_while.enter_async_context(open_database(settings))
        follower = GraphFollower(parts, aside, computer.wake)
        # Nothing else would notice that stored bytes changed.
        inspecting = Rhythm(log, "looking at the stored schemes").forever(
            parts.inspect, settings.inspect_seconds, waits_first=True
        )
        await open_while.enter_async_context(meanwhile(inspecting))
        await open_while.enter_async_context(
            meanwhile(computer.rhythm.forever(computer.look, settings.inspect_seconds))
        )
        retention = Retention(parts, timedelta(days=settings.job_files_days))
        deleting = Rhythm(log, "deleting what was kept long enough").forever(retention.look, BETWEEN_LOOKS)
        await open_while.enter_async_context(meanwhile(deleting))
        folding = Rhythm(log, "folding the tally of credentials").forever(
            partial(keep_folded, parts.database), BETWEEN_FOLDS
        )
        await open_while.enter_async_context(meanwhile(folding))
        lookout = lookout_of(settings, parts)
        await open_while.enter_async_context(looking_out(lookout, settings.job_seconds))
        sender = sender_of(settings, parts)
        await open_while.enter_async_context(sending(sender, settings.webhook_seconds))
        dependencies = Dependencies(
            database=parts.database,
            vocabulary=parts.vocabulary,
            policy=parts.policy,
            schemes=parts.schemes,
            clock=parts.clock,
            keyring=parts.keyring,
            verifier=parts.verifier,
            tells_loopback=settings.is_demonstration,
            watch=Waking(watch, (computer.wake, follower.wake, lookout.wake, sender.wake)),
        )
        graph = GraphQLService(dependencies, terms, refresh=follower.follow)
        await follower.look(graph)
        await open_while.enter_async_context(meanwhile(follower.forever(graph)))
        yield Opened(
            FollowingService(parts, graph), parts.database, Downloads(parts.database, parts.keyring, parts.clock)
        )


def _generation_gauge(name: str) -> dict[str, tuple[str, float]]:
    words = "The generation of the schema that serves, its name as a number; replicas should agree"
    return {"guantong_schema_generation": (words, int(name, 16))}
