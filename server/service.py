"""Opens what answers GraphQL. Apart from ``server.wiring``, because importing the schema takes a second or two."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from core.unbroken import unbroken
from schema.context import Dependencies
from schema.service import GraphQLService
from server.graphql_endpoint import Executor
from server.settings import Settings
from server.terms import terms_of
from server.wiring import open_parts


@asynccontextmanager
async def open_service(settings: Settings) -> AsyncIterator[Executor]:
    """The graph of a migrated installation."""
    terms = terms_of(settings)
    async with open_parts(settings) as parts:
        dependencies = Dependencies(
            database=parts.database,
            vocabulary=parts.vocabulary,
            policy=parts.policy,
            schemes=parts.schemes,
            clock=parts.clock,
            keyring=parts.keyring,
            verifier=parts.verifier,
        )

        async def follow() -> None:
            """What was suspended does not answer the next request. Others wait for what one request has begun."""
            await unbroken(parts.follow())

        yield GraphQLService(dependencies, terms, refresh=follow)
