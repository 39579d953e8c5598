"""The outermost layer by itself: what it makes of bugs and of sockets, whatever the application inside does."""

import asyncio
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient, WebSocketDenialResponse
from starlette.websockets import WebSocket, WebSocketDisconnect

from server.app import middleware
from server.headers import SECURITY_HEADERS
from server.metrics import Metrics
from server.middleware import RequestScope
from server.proxies import Proxies
from server.settings import Settings
from server.under_way import UnderWay
from tests.builders import identity_number

NUMBER = identity_number(31)
LogLines = Callable[[], list[dict[str, Any]]]


async def breaks(_request: Request) -> Response:
    raise RuntimeError(NUMBER)


async def breaks_half_way(_request: Request) -> Response:
    async def parts() -> Any:
        yield b"begun"
        raise RuntimeError(NUMBER)

    return StreamingResponse(parts())


async def breaks_before_it_is_one(_socket: WebSocket) -> None:
    raise RuntimeError(NUMBER)


async def breaks_while_open(socket: WebSocket) -> None:
    await socket.accept()
    await socket.receive_text()
    raise RuntimeError(NUMBER)


@pytest.fixture
def inside(settings: Settings) -> Iterator[TestClient]:
    routes = [
        Route("/breaks", breaks),
        Route("/half", breaks_half_way),
        WebSocketRoute("/socket", breaks_before_it_is_one),
        WebSocketRoute("/open", breaks_while_open),
    ]
    with TestClient(
        Starlette(routes=routes, middleware=middleware(settings, Metrics(), UnderWay())), base_url="http://127.0.0.1"
    ) as client:
        yield client


def test_a_bug_is_masked_and_logged_under_the_id(inside: TestClient, log_lines: LogLines) -> None:
    answer = inside.get("/breaks")
    error = answer.json()["errors"][0]
    assert (answer.status_code, error["extensions"]["code"]) == (500, "INTERNAL")
    bug, request = log_lines()
    assert bug["request_id"] == request["request_id"] == error["extensions"]["requestId"]
    assert {name: answer.headers[name] for name in SECURITY_HEADERS} == SECURITY_HEADERS


def test_an_answer_that_has_begun_is_cut_off(inside: TestClient, log_lines: LogLines) -> None:
    with pytest.raises(RuntimeError):
        inside.get("/half")
    assert [line["event"] for line in log_lines()] == ["unhandled error", "request"]


def test_a_socket_that_breaks_before_it_is_open_is_refused(inside: TestClient, log_lines: LogLines) -> None:
    connecting = inside.websocket_connect("ws://127.0.0.1/socket")
    with pytest.raises(WebSocketDenialResponse) as denied, connecting:
        pass
    assert denied.value.status_code == 500
    assert denied.value.json()["errors"][0]["extensions"]["code"] == "INTERNAL"
    assert NUMBER not in denied.value.text
    bug, request = log_lines()
    assert (bug["event"], request["method"], request["status"]) == ("unhandled error", "WEBSOCKET", 500)


def test_a_socket_that_breaks_is_closed_with_nothing_but_the_id(inside: TestClient, log_lines: LogLines) -> None:
    with inside.websocket_connect("ws://127.0.0.1/open") as socket:
        socket.send_text(NUMBER)
        with pytest.raises(WebSocketDisconnect) as closed:
            socket.receive_text()
    bug, request = log_lines()
    assert (closed.value.code, closed.value.reason) == (1011, bug["request_id"])
    assert request["request_id"] == bug["request_id"]


@pytest.mark.anyio
async def test_what_is_cut_off_is_told_to_try_again(log_lines: LogLines) -> None:
    async def hangs(*_: Any) -> None:
        await asyncio.Event().wait()

    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        return {"type": "http.request"}

    scope: dict[str, Any] = {"type": "http", "method": "POST", "path": "/graphql", "headers": [], "client": None}
    asking = asyncio.create_task(
        RequestScope(hangs, SECURITY_HEADERS, Proxies([]), Metrics(), UnderWay())(scope, receive, send)
    )
    await asyncio.sleep(0)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    headers = dict(sent[0]["headers"])
    assert (sent[0]["status"], headers[b"retry-after"]) == (503, b"1")
    assert b'"code":"UNAVAILABLE"' in sent[1]["body"]
    assert log_lines()[-1]["status"] == 503
