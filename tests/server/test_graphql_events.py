"""The graph as server-sent events: the protocol of graphql-sse, one connection for each operation, and its bounds."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from starlette.testclient import TestClient
from starlette.types import Message

from core.permissions import Actor, Role
from core.storage.queries import identity
from schema.operation import Asker, Operation
from server import graphql_events
from server.app import create_app
from server.clock import SystemClock
from server.connections import DROP
from server.settings import load_settings
from server.tokens import token_authority
from tests.server.asgi_client import Client
from tests.server.fakes import FakeGraph, opening

EVENTS = {"accept": "text/event-stream"}
ASK = {"query": "{ ok }"}
BODY = b'{"query": "subscription { ok }"}'
DONE = "event: complete\ndata: \n\n"


def event(data: str) -> str:
    return f"event: next\ndata: {data}\n\n"


def told(text: str) -> str:
    """What a stream says, without the comments that keep it open."""
    return text.replace(":\n\n", "")


class LiveGraph(FakeGraph):
    """Answers whenever it is told what; knows whether it was stopped."""

    def __init__(self) -> None:
        super().__init__()
        self.results: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.stopped = asyncio.Event()

    async def answers(
        self, operation: Operation, who: Callable[[], Awaitable[Asker]], request_id: str
    ) -> AsyncGenerator[dict[str, Any]]:
        """One answer for each result, without an end."""
        try:
            while True:
                result = await self.results.get()
                asker = await who()
                async with asker.turn():
                    self.calls.append((operation.query, None, None, asker.actor, request_id))
                    await asker.charge(1)
                yield result
        finally:
            self.stopped.set()


class Live:
    """An application with such a graph, and those who ask it."""

    def __init__(self, app: Any, state: dict[str, Any], graph: LiveGraph) -> None:
        self.app = app
        self.state = state
        self.graph = graph

    def serve(self, client: Client, **extra: Any) -> "asyncio.Task[None]":
        """Begin to answer a client."""
        return asyncio.ensure_future(
            self.app({**client.scope(dict(self.state)), **extra}, client.messages.get, client.hears)
        )

    def subscribe(self, **headers: str) -> tuple[Client, "asyncio.Task[None]"]:
        client = Client(**{**EVENTS, **headers})
        client.says(BODY)
        return client, self.serve(client)


@asynccontextmanager
async def live(template: Path, **settings: Any) -> AsyncIterator[Live]:
    graph = LiveGraph()
    app = create_app(load_settings(**settings), opening(graph, template))
    async with app.router.lifespan_context(app) as state:
        yield Live(app, dict(state or {}), graph)


def token(minutes: float = 60) -> str:
    officer = Actor.of(Role.BUREAU_OFFICER, "officer")
    return "Bearer " + token_authority(load_settings(), SystemClock()).issue(officer, timedelta(minutes=minutes))


def test_a_query_is_answered_once_and_completed(client: TestClient, graph: FakeGraph) -> None:
    answer = client.post("/graphql", json=ASK, headers=EVENTS)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/event-stream; charset=utf-8"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-accel-buffering"] == "no"
    assert "content-encoding" not in answer.headers
    assert answer.text.startswith(":\n\n")
    assert told(answer.text) == event('{"data":{"ok":true}}') + DONE


@pytest.mark.parametrize("accept", ["application/json, text/event-stream", "text/event-stream;q=0.5, */*"])
def test_events_come_only_to_those_who_want_them_more(client: TestClient, accept: str) -> None:
    answer = client.post("/graphql", json=ASK, headers={"accept": accept})
    assert answer.headers["content-type"] == "application/json"


def test_a_page_follows_by_its_address(client: TestClient, graph: FakeGraph) -> None:
    answer = client.get("/graphql", params={"query": "subscription { ok }"}, headers=EVENTS)
    assert told(answer.text) == event('{"data":{"ok":true}}') + DONE
    assert graph.operation == Operation("subscription { ok }", only_reads=True)
    head = client.head("/graphql", params={"query": "subscription { ok }"}, headers=EVENTS)
    assert (head.status_code, head.headers["content-type"]) == (200, "text/event-stream; charset=utf-8")
    assert len(graph.operations) == 1


def test_what_is_wrong_with_an_operation_is_an_event(client: TestClient, graph: FakeGraph) -> None:
    graph.result = {"data": None, "errors": [{"message": "no"}]}
    assert told(client.post("/graphql", json=ASK, headers=EVENTS).text) == event('{"errors":[{"message":"no"}]}') + DONE
    graph.result = {"data": None, "errors": [{"message": "…", "extensions": {"code": "RATE_LIMITED"}}]}
    client.post("/graphql", json=ASK, headers=EVENTS)
    assert b"guantong_rate_limit_refusals_total 1.0" in client.app_state["metrics"].text()


def test_what_is_wrong_with_a_request_is_a_status(client: TestClient, graph: FakeGraph) -> None:
    for answer, status in (
        (client.post("/graphql", json={}, headers=EVENTS), 400),
        (client.post("/graphql", json=ASK, headers={**EVENTS, "authorization": "Bearer nonsense"}), 401),
        (client.post("/graphql", content=b"{}", headers=EVENTS), 415),
        (client.get("/graphql", headers=EVENTS), 400),
    ):
        assert (answer.status_code, answer.headers["content-type"]) == (status, "application/json")
        assert answer.json()["errors"][0]["extensions"]["code"]
    assert graph.calls == []


def test_with_a_session_only_pages_of_this_server_follow(client: TestClient, graph: FakeGraph) -> None:
    headers = {**EVENTS, "cookie": "guantong=abc", "origin": "https://elsewhere.example"}
    assert client.get("/graphql", params={"query": "subscription { ok }"}, headers=headers).status_code == 403
    assert graph.calls == []


def test_a_bug_is_masked(client: TestClient, graph: FakeGraph) -> None:
    graph.result = RuntimeError("the secret of the database")
    answer = client.post("/graphql", json=ASK, headers=EVENTS)
    assert "INTERNAL" in answer.text
    assert "secret" not in answer.text
    assert answer.text.endswith(DONE)


@pytest.mark.anyio
async def test_answers_are_told_as_they_come_until_the_client_leaves(sqlite_template: Path) -> None:
    async with live(sqlite_template) as product:
        client, serving = product.subscribe()
        for number in (1, 2):
            product.graph.results.put_nowait({"data": {"n": number}})
            await client.until(event(f'{{"data":{{"n":{number}}}}}').encode())
        assert product.state["sockets"].open == 1
        client.leaves()
        await asyncio.wait_for(serving, 30)
        assert product.graph.stopped.is_set()
        assert product.state["sockets"].open == 0
        assert not client.is_complete


@pytest.mark.anyio
async def test_a_comment_keeps_it_open(sqlite_template: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(graphql_events, "BETWEEN_BEATS", 0.01)
    async with live(sqlite_template) as product:
        client, serving = product.subscribe()
        await client.until(b":\n\n:\n\n:\n\n")
        client.leaves()
        await asyncio.wait_for(serving, 30)


@pytest.mark.anyio
@pytest.mark.parametrize("most", [{"sockets": 1}, {"sockets_each": 1}])
async def test_one_too_many_is_refused_before_it_begins(sqlite_template: Path, most: dict[str, int]) -> None:
    async with live(sqlite_template, **most) as product:
        first, serving = product.subscribe()
        await first.until(b":")
        second, refused = product.subscribe()
        await asyncio.wait_for(refused, 30)
        assert second.answers[0]["status"] == 503
        assert b"UNAVAILABLE" in second.body
        first.leaves()
        await asyncio.wait_for(serving, 30)
        third, serving = product.subscribe()
        await third.until(b":")  # there is room again
        third.leaves()
        await asyncio.wait_for(serving, 30)


@pytest.mark.anyio
async def test_what_was_revoked_ends_it_before_the_next_answer(
    sqlite_template: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with live(sqlite_template) as product:
        client, serving = product.subscribe(authorization=token())
        product.graph.results.put_nowait({"data": {"n": 1}})

        async def revoked(*_: Any) -> bool:
            return True

        await client.until(b"next")
        monkeypatch.setattr(identity, "is_revoked", revoked)
        product.graph.results.put_nowait({"data": {"n": 2}})
        await asyncio.wait_for(serving, 30)
        assert product.graph.actor.role is Role.BUREAU_OFFICER
        assert len(product.graph.calls) == 1
        assert b"TOKEN_INVALID" in client.body
        assert client.body.endswith(DONE.encode())
        assert client.is_complete


@pytest.mark.anyio
async def test_it_does_not_outlive_its_credential(sqlite_template: Path) -> None:
    async with live(sqlite_template) as product:
        client, serving = product.subscribe(authorization=token(0.05))
        await asyncio.wait_for(serving, 30)
        assert b"the credential has expired" in client.body
        assert client.body.endswith(DONE.encode())
        assert client.is_complete
        assert product.graph.stopped.is_set()


@pytest.mark.anyio
async def test_a_server_that_stops_ends_it_so_that_it_is_asked_for_again(sqlite_template: Path) -> None:
    async with live(sqlite_template) as product:
        client, serving = product.subscribe()
        await client.until(b":")
        product.state["health"].stop()
        product.graph.results.put_nowait({"data": {"n": 1}})  # what was asked for first is answered
        await asyncio.wait_for(serving, 30)
        assert told(client.body.decode()) == event('{"data":{"n":1}}')
        assert client.is_complete


@pytest.mark.anyio
async def test_a_client_that_reads_nothing_is_dropped(sqlite_template: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(graphql_events, "UNTIL_READ", 0.05)

    class Slow(Client):
        async def hears(self, message: Message) -> None:
            await super().hears(message)
            if b"next" in message.get("body", b""):
                await asyncio.Event().wait()

    async with live(sqlite_template) as product:
        client = Slow(**EVENTS)
        client.says(BODY)
        product.graph.results.put_nowait({"data": {"n": 1}})
        await asyncio.wait_for(product.serve(client, extensions={DROP: client.leaves}), 30)
        assert client.messages.empty()  # its connection was closed, and that was waited for
        assert not client.is_complete
        assert product.graph.stopped.is_set()
        assert product.state["sockets"].open == 0


@pytest.mark.anyio
async def test_each_answer_is_charged(sqlite_template: Path) -> None:
    asked = {"query": "subscription { ok }"}
    async with live(sqlite_template, budgets={"anonymous": {"cost": 1, "per_minute": 2}}) as product:
        client = Client("GET", urlencode(asked), **EVENTS)
        client.says(b"")
        for number in range(3):
            product.graph.results.put_nowait({"data": {"n": number}})
        await asyncio.wait_for(product.serve(client), 30)
        assert client.body.count(b"event: next") == 3
        assert b"INTERNAL" in client.body  # the graph itself would say RATE_LIMITED
