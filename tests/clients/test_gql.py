"""The client of Python, gql, over each of its transports, against the server as it runs."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from gql import Client, gql
from gql.transport.aiohttp import AIOHTTPTransport
from gql.transport.aiohttp_websockets import AIOHTTPWebsocketsTransport
from gql.transport.async_transport import AsyncTransport
from gql.transport.exceptions import TransportQueryError
from gql.transport.httpx import HTTPXAsyncTransport
from gql.transport.websockets import WebsocketsTransport

from tests.clients.following import Followable

pytestmark = pytest.mark.anyio
ROUND = "query($id: ID!) { round(id: $id) { __typename id state revision } }"
PROGRESS = "subscription($id: ID!) { progress(round: $id) { __typename id state revision } }"
Transport = Callable[[Followable], AsyncTransport]


def bearer(world: Followable) -> dict[str, str]:
    return {"authorization": f"Bearer {world.token}"}


def socket(world: Followable) -> str:
    return world.url.replace("http", "ws")


ANY: dict[str, Transport] = {
    "aiohttp": lambda world: AIOHTTPTransport(world.url, headers=bearer(world)),
    "httpx": lambda world: HTTPXAsyncTransport(world.url, headers=bearer(world), trust_env=False),
    "websockets": lambda world: WebsocketsTransport(socket(world), init_payload=bearer(world)),
    "aiohttp_websockets": lambda world: AIOHTTPWebsocketsTransport(socket(world), init_payload=bearer(world)),
}


def asked(text: str, id_: str) -> Any:
    document = gql(text)
    document.variable_values = {"id": id_}
    return document


@pytest.mark.parametrize("transport", ANY)
async def test_it_asks_and_is_refused(world: Followable, transport: str) -> None:
    async with Client(transport=ANY[transport](world)) as session:
        assert await session.execute(asked(ROUND, world.round_id)) == {"round": world.shown}
        with pytest.raises(TransportQueryError) as caught:
            await session.execute(asked(ROUND, "nonsense"))
    assert [error["extensions"]["code"] for error in caught.value.errors or ()] == ["BAD_ARGUMENT"]


@pytest.mark.parametrize("transport", ["websockets", "aiohttp_websockets"])
async def test_it_follows(world: Followable, transport: str) -> None:
    async with Client(transport=ANY[transport](world)) as session:
        results = session.subscribe(asked(PROGRESS, world.round_id))
        assert await anext(results) == {"progress": world.shown}
        await asyncio.to_thread(world.move)
        assert await anext(results) == {"progress": world.shown}
        await results.aclose()
