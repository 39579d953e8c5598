"""The two ways to an answer, on each database: by the resolvers, the reference, and as the product answers."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any

from graphql import GraphQLSchema

from core.permissions import Actor
from core.storage.database import Database
from schema.operation import Operation
from schema.service import GraphQLService
from schema.terms import Terms
from tests.schema.conftest import Graph
from tests.schema.differential.documents import Document
from tests.schema.differential.world import World

# What was answered how is told beside the cost.
TELLING = Terms(tells_cost=True)
BY_RESOLVERS = replace(TELLING, compiles=False)


@dataclass(frozen=True)
class Side:
    """One service over one database."""

    name: str
    database: Database
    service: GraphQLService

    @property
    def schema(self) -> GraphQLSchema:
        return self.service._generation.graph.plain

    async def answer(self, document: Document, actor: Actor) -> dict[str, Any]:
        """What it says to a document."""
        asked = Operation(document.text(), document.values, document.name)
        return await self.service.execute(asked, actor, "request-1")


def service_over(world: World, database: Database, terms: Terms) -> GraphQLService:
    """A service of the world's schemes; what they publish has to be taken up."""
    graph = Graph(database)
    graph.schemes.schemes = world.schemes
    return GraphQLService(graph.deps(), terms)


@asynccontextmanager
async def sides_of(world: World) -> AsyncIterator[list[Side]]:
    """Two for each database, the reference before the other."""
    made: list[Side] = []
    try:
        for url in world.urls:
            for name, terms in (("resolved", BY_RESOLVERS), ("answered", TELLING)):
                database = Database(url)
                service = service_over(world, database, terms)
                await service.take_up(world.published)
                made.append(Side(f"{name} on {database.dialect}", database, service))
        yield made
    finally:
        for one in made:
            await one.database.dispose()
