"""The floor: one statement by hand for each question, which builds the whole answer; Starlette passes it on.

It knows four questions and nothing of GraphQL. Cursors are a date and an id.
"""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import orjson
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bench.peers.floor import on_postgresql, on_sqlite

START = "0001-01-01,00000000-0000-0000-0000-000000000000"


@asynccontextmanager
async def _open(app: Starlette) -> AsyncIterator[None]:
    url = os.environ["DATABASE_URL"]
    app.state.statements = statements_of(url)
    await app.state.statements.open(url)
    yield
    await app.state.statements.close()


def statements_of(url: str) -> on_postgresql.Statements | on_sqlite.Statements:
    """Not opened yet."""
    return on_sqlite.Statements() if url.startswith("sqlite:") else on_postgresql.Statements()


async def answer(request: Request) -> Response:
    """The query's name alone says what is asked."""
    asked = orjson.loads(await request.body())
    given = asked.get("variables") or {}
    day, last = (given.get("after") or START).split(",")
    found = await request.app.state.statements.answer(asked["query"], given.get("id"), day, last)
    return Response(found, media_type="application/json")


app = Starlette(routes=[Route("/graphql", answer, methods=["POST"])], lifespan=_open)
