"""Streams of events of real servers: one that stops ends them, and a client that reads nothing is not kept."""

import asyncio
import json
import shutil
import signal
import socket
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

import httpx2
import pytest

from schema.operation import Asker, Operation
from schema.outcomes import Watch
from server import graphql_events
from server.downloads import Downloads
from server.graphql_endpoint import Opened
from server.serving import run
from server.settings import Settings, load_settings
from server.wiring import open_database
from tests.builders import KEYRING
from tests.server.fakes import FakeGraph, StillClock
from tests.server.processes import LONGEST, Running, running, until

ENDLESS = "from tests.server.test_streams_served import serve_endlessly; serve_endlessly()"
SIZES = {"quiet": 1, "loud": 1_000_000}
LONGEST_UNREAD = 0.5


class EndlessGraph(FakeGraph):
    """Goes on answering with as much as it is asked for; once with little, without an end with much."""

    async def answers(
        self, operation: Operation, who: Callable[[], Awaitable[Asker]], request_id: str
    ) -> AsyncGenerator[dict[str, Any]]:
        assert operation.name is not None
        while True:
            await who()
            yield {"data": {"text": "x" * SIZES[operation.name]}}
            if operation.name == "quiet":
                await asyncio.Event().wait()


@asynccontextmanager
async def open_endless(settings: Settings, _watch: Watch) -> AsyncIterator[Opened]:
    async with open_database(settings) as database:
        yield Opened(EndlessGraph(), database, Downloads(database, KEYRING, StillClock()))


def serve_endlessly() -> None:
    """Serve such a graph in a process of its own."""
    graphql_events.UNTIL_READ = LONGEST_UNREAD
    run(load_settings(), open_endless)


@pytest.fixture
def home(sqlite_template: Path, tmp_path: Path) -> Path:
    shutil.copy(sqlite_template, tmp_path / "guantong.db")
    return tmp_path


def under_way(server: Running) -> int:
    """How many requests the server has under way, besides the one that asks."""
    text = server.get("/metrics", server.operators)[1]
    (line,) = (one for one in text.splitlines() if one.startswith("guantong_http_requests_under_way "))
    return int(float(line.split()[1])) - 1


def test_a_server_that_stops_waits_for_no_stream(home: Path) -> None:
    asked = {"query": "subscription quiet { text }", "operationName": "quiet"}
    with (
        running(ENDLESS, home, stop_seconds="600") as server,
        httpx2.Client(timeout=LONGEST, trust_env=False) as client,
        client.stream("POST", f"{server.base}/graphql", json=asked, headers={"accept": "text/event-stream"}) as answer,
    ):
        lines = answer.iter_lines()
        while not next(lines).startswith("data: "):
            pass
        server.terminate()
        assert "event: complete" not in list(lines)  # so that it is asked for again, of another server
        assert server.wait() == -signal.SIGTERM
        assert "Traceback" not in server.written()


def test_a_client_that_reads_nothing_loses_its_connection(home: Path) -> None:
    body = json.dumps({"query": "subscription loud { text }", "operationName": "loud"}).encode()
    head = (
        "POST /graphql HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/event-stream\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    with running(ENDLESS, home) as server:
        with closing(socket.create_connection(("127.0.0.1", int(server.base.rpartition(":")[2])))) as connection:
            connection.sendall(head.encode() + body)
            until(lambda: under_way(server) == 1, server)
            until(lambda: under_way(server) == 0, server)
        # It was dropped in order, not as a fault of the application.
        assert "ASGI" not in server.written()
        assert "Traceback" not in server.written()
