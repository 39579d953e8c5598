"""Opens what answers GraphQL. Apart from ``server.wiring``, because importing the schema takes a second or two."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from core.permissions import Actor
from schema.context import Dependencies
from schema.service import GraphQLService
from server.graphql_endpoint import Opened
from server.settings import Settings
from server.wiring import Parts, open_parts


@dataclass(frozen=True, slots=True)
class FollowingService:
    """The graph over the schemes that run now: what was suspended does not answer the next request."""

    parts: Parts
    graph: GraphQLService

    async def execute(
        self,
        query: str | None,
        variables: dict[str, Any] | None,
        operation_name: str | None,
        actor: Actor,
        request_id: str,
    ) -> dict[str, Any]:
        """The result of one operation."""
        await self.parts.follow()
        return await self.graph.execute(query, variables, operation_name, actor, request_id)


@asynccontextmanager
async def open_service(settings: Settings) -> AsyncIterator[Opened]:
    """The graph of a migrated installation."""
    async with open_parts(settings) as parts:
        executor = FollowingService(
            parts,
            GraphQLService(
                Dependencies(
                    database=parts.database,
                    vocabulary=parts.vocabulary,
                    policy=parts.policy,
                    schemes=parts.schemes,
                    clock=parts.clock,
                    keyring=parts.keyring,
                    verifier=parts.verifier,
                )
            ),
        )
        yield Opened(executor, parts.database)
