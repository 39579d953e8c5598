"""A client that leaves takes its request with it; one that dawdles over its body is not waited for."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from starlette.requests import Request

from core.permissions import Actor
from schema.operation import Charge, Operation, free
from server.app import create_app
from server.leaving import ClientLeft, while_there
from server.settings import load_settings
from tests.server.asgi_client import Client
from tests.server.fakes import FakeGraph, opening

pytestmark = pytest.mark.anyio
BODY = b'{"query": "{ ok }"}'


class SlowGraph(FakeGraph):
    """Never answers; knows whether it was stopped."""

    def __init__(self) -> None:
        super().__init__()
        self.begun, self.stopped = asyncio.Event(), asyncio.Event()

    async def execute(
        self, operation: Operation, actor: Actor, request_id: str, charge: Charge = free
    ) -> dict[str, Any]:
        self.begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            self.stopped.set()
        raise AssertionError


async def run(graph: FakeGraph, client: Client, template: Path, **settings: Any) -> "asyncio.Task[None]":
    """The application under way with the request of a client."""
    app = create_app(load_settings(**settings), opening(graph, template))

    async def serve() -> None:
        async with app.router.lifespan_context(app) as state:
            await app(client.scope(dict(state or {})), client.messages.get, client.hears)  # type: ignore[arg-type]

    return asyncio.ensure_future(serve())


async def test_the_work_of_a_client_that_leaves_is_stopped(sqlite_template: Path) -> None:
    graph, client = SlowGraph(), Client()
    client.says(BODY)
    serving = await run(graph, client, sqlite_template)
    await graph.begun.wait()
    client.leaves()
    await asyncio.wait_for(serving, 30)
    assert graph.stopped.is_set()
    assert client.answers[0]["status"] == 499


async def test_a_client_that_leaves_while_it_speaks_is_no_bug(sqlite_template: Path) -> None:
    graph, client = FakeGraph(), Client()
    client.says(BODY[:5], more=True)
    client.leaves()
    await asyncio.wait_for(await run(graph, client, sqlite_template), 30)
    assert client.answers[0]["status"] == 499
    assert graph.calls == []


async def test_a_body_that_does_not_arrive_is_not_waited_for(sqlite_template: Path) -> None:
    graph, client = FakeGraph(), Client()
    client.says(BODY[:5], more=True)
    await asyncio.wait_for(await run(graph, client, sqlite_template, deadline=0.05), 30)
    assert client.answers[0]["status"] == 408
    assert b"the body took too long to arrive" in client.answers[1]["body"]
    assert graph.calls == []


async def test_a_server_that_stops_takes_its_requests_with_it(sqlite_template: Path) -> None:
    graph, client = SlowGraph(), Client()
    client.says(BODY)
    serving = await run(graph, client, sqlite_template)
    await graph.begun.wait()
    serving.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(serving, 30)
    assert graph.stopped.is_set()


async def test_the_result_and_the_fault_of_work_that_is_waited_for() -> None:
    client = Client()
    request = Request(client.scope({}), client.messages.get)

    async def work(fault: Exception | None = None) -> int:
        if fault:
            raise fault
        return 1

    assert await while_there(request, work()) == 1
    with pytest.raises(ValueError, match="no"):
        await while_there(request, work(ValueError("no")))


async def test_what_a_client_says_after_its_body_is_not_its_leaving() -> None:
    client = Client()
    request = Request(client.scope({}), client.messages.get)
    client.says(b"")
    done = asyncio.Event()

    async def work() -> int:
        await done.wait()
        return 1

    waiting = asyncio.create_task(while_there(request, work()))
    await asyncio.sleep(0)
    done.set()
    assert await waiting == 1
    client.leaves()
    with pytest.raises(ClientLeft):
        await while_there(request, asyncio.Event().wait())
