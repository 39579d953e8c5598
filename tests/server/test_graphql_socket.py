"""The graph over a WebSocket: the protocol of graphql-transport-ws, and what bounds a socket."""

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient, WebSocketDenialResponse, WebSocketTestSession
from starlette.websockets import WebSocketDisconnect

from core.permissions import ANONYMOUS, Actor, Role
from core.storage.queries import identity
from schema.operation import Charge, Operation, free
from server import graphql_socket
from server.app import create_app
from server.clock import SystemClock
from server.settings import Settings, load_settings
from server.side_by_side import MOST_AT_ONCE
from server.tokens import token_authority
from tests.server.fakes import FakeGraph, opening

Serve = Callable[[Settings], TestClient]
URL = "ws://127.0.0.1/graphql"
PROTOCOL = "graphql-transport-ws"
ASK = {"query": "{ ok }"}


@contextmanager
def opened(client: TestClient, init: Any = None, **headers: str) -> Iterator[WebSocketTestSession]:
    """A socket that has been greeted."""
    with client.websocket_connect(URL, [PROTOCOL], headers=headers) as socket:
        socket.send_json({"type": "connection_init"} | ({} if init is None else {"payload": init}))
        assert socket.receive_json() == {"type": "connection_ack"}
        yield socket


def closed(socket: WebSocketTestSession) -> tuple[int, str | None]:
    """How the server closes a socket."""
    with pytest.raises(WebSocketDisconnect) as caught:
        socket.receive_json()
    return caught.value.code, caught.value.reason


def ask(socket: WebSocketTestSession, payload: Any = None, id_: Any = "1") -> dict[str, Any]:
    """The next message after an operation was asked for."""
    socket.send_json({"type": "subscribe", "id": id_, "payload": ASK if payload is None else payload})
    found: dict[str, Any] = socket.receive_json()
    return found


def test_an_operation_is_answered_and_completed(client: TestClient, graph: FakeGraph) -> None:
    with opened(client) as socket:
        assert ask(socket, {"query": "query Q($n: Int) { ok }", "variables": {"n": 1}, "operationName": "Q"}) == {
            "type": "next",
            "id": "1",
            "payload": {"data": {"ok": True}},
        }
        assert socket.receive_json() == {"type": "complete", "id": "1"}
        assert ask(socket)["type"] == "next"  # the id is free again
    assert graph.actor == ANONYMOUS
    assert (graph.operations[0].name, graph.operations[0].variables) == ("Q", {"n": 1})


def test_a_request_error_is_an_error_message(client: TestClient, graph: FakeGraph) -> None:
    fault = {"message": "no", "extensions": {"code": "GRAPHQL_VALIDATION"}}
    graph.result = {"data": None, "errors": [fault]}
    with opened(client) as socket:
        assert ask(socket) == {"type": "error", "id": "1", "payload": [fault]}
        graph.result = {"data": {"ok": None}, "errors": [{**fault, "path": ["ok"]}]}
        assert ask(socket)["payload"] == graph.result


def test_a_bug_is_masked_and_logged_under_its_own_id(
    client: TestClient, graph: FakeGraph, caplog: pytest.LogCaptureFixture
) -> None:
    graph.result = RuntimeError("the secret of the database")
    with opened(client) as socket:
        answer = ask(socket)
        (error,) = answer["payload"]
        assert answer["type"] == "error"
        assert error["extensions"]["code"] == "INTERNAL"
        assert "secret" not in str(answer)
        graph.result = {"data": {"ok": True}}
        assert ask(socket)["type"] == "next"  # the socket lives on
    assert error["extensions"]["requestId"] in error["message"]


@pytest.mark.parametrize("payload", [1, [], "query", {"query": 1}, {"query": "{ ok }", "variables": []}, {}])
def test_a_payload_that_is_no_operation_is_told_what_is_wrong(client: TestClient, payload: Any) -> None:
    with opened(client) as socket:
        answer = ask(socket, payload)
        assert answer["type"] == "error"
        assert answer["payload"][0]["extensions"]["code"] == "REQUEST_INVALID"


@pytest.mark.parametrize(
    ("sent", "code", "reason"),
    [
        ("{", 4400, "messages must be JSON"),
        ("[]", 4400, "no message of this protocol"),
        ('{"type": "start"}', 4400, "no message of this protocol"),
        ('{"type": ["subscribe"]}', 4400, "no message of this protocol"),
        ('{"type": "subscribe", "payload": {}}', 4400, "an id is a text of 1 to 100 characters"),
        ('{"type": "subscribe", "id": "", "payload": {}}', 4400, "an id is a text of 1 to 100 characters"),
        ('{"type": "connection_init"}', 4429, "connection_init comes once"),
        ("[" * 5000, 4400, "messages must be JSON"),
        ('{"type": "ping", "payload": "' + "x" * 300_000 + '"}', 1009, "a message has at most 262144 bytes"),
    ],
)
def test_a_message_that_is_none_closes_the_socket(client: TestClient, sent: str, code: int, reason: str) -> None:
    with opened(client) as socket:
        socket.send_text(sent)
        assert closed(socket) == (code, reason)


def test_bytes_are_no_message(client: TestClient) -> None:
    with opened(client) as socket:
        socket.send_bytes(b"{}")
        assert closed(socket) == (4400, "messages must be text")


def test_pings_are_answered_before_and_after_the_greeting(client: TestClient) -> None:
    with client.websocket_connect(URL, [PROTOCOL]) as socket:
        socket.send_json({"type": "ping", "payload": {"n": 1}})
        assert socket.receive_json() == {"type": "pong", "payload": {"n": 1}}
        socket.send_json({"type": "pong"})
        socket.send_json({"type": "subscribe", "id": "1", "payload": ASK})
        assert closed(socket) == (4401, "send connection_init first")


def test_another_protocol_is_told_which_one(client: TestClient) -> None:
    for protocols in ([], ["graphql-ws"]):
        with client.websocket_connect(URL, protocols) as socket:
            assert closed(socket) == (4406, f"only {PROTOCOL} is spoken here")


def test_a_greeting_that_does_not_come_is_not_waited_for(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(graphql_socket, "UNTIL_INIT", 0.05)
    with client.websocket_connect(URL, [PROTOCOL]) as socket:
        assert closed(socket) == (4408, "connection_init did not come in time")


def test_pings_do_not_put_off_the_greeting(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(graphql_socket, "UNTIL_INIT", 0.2)
    with client.websocket_connect(URL, [PROTOCOL]) as socket, pytest.raises(WebSocketDisconnect) as caught:
        for _ in range(10_000):
            socket.send_json({"type": "ping"})
            socket.receive_json()
    assert caught.value.code == 4408


def test_a_socket_of_which_nothing_is_asked_is_closed(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(graphql_socket, "UNTIL_IDLE", 0.05)
    with opened(client) as socket:
        assert closed(socket) == (1000, "nothing was asked for a while")


@pytest.mark.parametrize("most", [{"sockets": 1}, {"sockets_each": 1}])
def test_one_socket_too_many_is_refused_before_it_is_one(serve: Serve, most: dict[str, int]) -> None:
    client = serve(load_settings(**most))
    with opened(client):
        with pytest.raises(WebSocketDenialResponse) as caught, client.websocket_connect(URL, [PROTOCOL]):
            pass
        assert caught.value.status_code == 503
        assert caught.value.json()["errors"][0]["extensions"]["code"] == "UNAVAILABLE"
        assert caught.value.headers["retry-after"] == "60"
    with opened(client):  # there is room again
        pass


def test_what_a_caller_sends_is_counted(serve: Serve) -> None:
    client = serve(load_settings(budgets={"anonymous": {"cost": 50, "per_minute": 5 * graphql_socket.A_MESSAGE}}))
    with opened(client) as socket:
        for _ in range(4):
            socket.send_json({"type": "ping"})
            assert socket.receive_json()["type"] == "pong"
        socket.send_json({"type": "ping"})
        assert closed(socket) == (1008, "RATE_LIMITED")


class PatientGraph(FakeGraph):
    """Answers when it is told to; remembers what was stopped."""

    def __init__(self) -> None:
        super().__init__()
        self.stopped: list[str | None] = []

    async def execute(
        self, operation: Operation, actor: Actor, request_id: str, charge: Charge = free
    ) -> dict[str, Any]:
        if operation.name == "quick":
            return await super().execute(operation, actor, request_id, charge)
        try:
            await asyncio.Event().wait()
        finally:
            self.stopped.append(operation.name)
        raise AssertionError


@pytest.fixture
def patient(settings: Settings, sqlite_template: Path) -> Iterator[tuple[TestClient, PatientGraph]]:
    graph = PatientGraph()
    with TestClient(create_app(settings, opening(graph, sqlite_template)), base_url="http://127.0.0.1") as client:
        yield client, graph


def begin(socket: WebSocketTestSession, id_: str, name: str) -> None:
    socket.send_json({"type": "subscribe", "id": id_, "payload": {**ASK, "operationName": name}})


def test_operations_run_side_by_side_and_one_can_be_given_up(patient: tuple[TestClient, PatientGraph]) -> None:
    client, graph = patient
    with opened(client) as socket:
        begin(socket, "1", "first")
        begin(socket, "2", "second")
        begin(socket, "3", "quick")
        assert [socket.receive_json()["id"] for _ in range(2)] == ["3", "3"]
        socket.send_json({"type": "complete", "id": "1"})
        socket.send_json({"type": "complete", "id": "nobody's"})
        begin(socket, "4", "quick")
        assert socket.receive_json()["id"] == "4"
        assert graph.stopped == ["first"]
    assert graph.stopped == ["first", "second"]  # a client that leaves gives up everything


def test_an_id_is_taken_while_its_operation_is_under_way(patient: tuple[TestClient, PatientGraph]) -> None:
    client, graph = patient
    with opened(client) as socket:
        begin(socket, "1", "first")
        begin(socket, "1", "first")
        assert closed(socket) == (4409, "an operation 1 is under way")
    assert graph.stopped == ["first"]


def test_only_so_many_operations_at_once(patient: tuple[TestClient, PatientGraph]) -> None:
    client, graph = patient
    with opened(client) as socket:
        for number in range(graphql_socket.MOST_OPERATIONS + 1):
            begin(socket, str(number), "slow")
        assert closed(socket) == (1008, "at most 20 operations at once")
    assert len(graph.stopped) == MOST_AT_ONCE  # the others were waiting for their turn


def test_a_socket_with_an_operation_under_way_is_not_idle(
    patient: tuple[TestClient, PatientGraph], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(graphql_socket, "UNTIL_IDLE", 0.05)
    client, _ = patient
    with opened(client) as socket:
        begin(socket, "1", "slow")
        time.sleep(0.2)
        begin(socket, "2", "quick")
        assert socket.receive_json()["type"] == "next"


def token(settings: Settings, minutes: float = 60) -> str:
    officer = Actor.of(Role.BUREAU_OFFICER, "officer")
    return token_authority(settings, SystemClock()).issue(officer, timedelta(minutes=minutes))


@pytest.mark.parametrize("name", ["authorization", "Authorization"])
def test_the_credential_comes_with_the_greeting(
    client: TestClient, graph: FakeGraph, settings: Settings, name: str
) -> None:
    with opened(client, {name: f"Bearer {token(settings)}"}) as socket:
        assert ask(socket)["type"] == "next"
    assert graph.actor.role is Role.BUREAU_OFFICER


def test_or_with_the_handshake(client: TestClient, graph: FakeGraph, settings: Settings) -> None:
    with opened(client, authorization=f"Bearer {token(settings)}") as socket:
        assert ask(socket)["type"] == "next"
    assert graph.actor.role is Role.BUREAU_OFFICER


def test_a_credential_that_does_not_hold_closes_the_socket(client: TestClient) -> None:
    with client.websocket_connect(URL, [PROTOCOL]) as socket:
        socket.send_json({"type": "connection_init", "payload": {"authorization": "Bearer nonsense"}})
        assert closed(socket) == (4403, "TOKEN_INVALID")


def test_a_socket_does_not_outlive_its_credential(client: TestClient, settings: Settings) -> None:
    with opened(client, {"authorization": f"Bearer {token(settings, 0.05)}"}) as socket:
        assert closed(socket) == (4403, "the credential has expired; connect anew")


def test_what_was_revoked_decides_the_next_operation(
    client: TestClient, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened(client, {"authorization": f"Bearer {token(settings)}"}) as socket:
        assert ask(socket)["type"] == "next"
        assert socket.receive_json()["type"] == "complete"

        async def revoked(*_: Any) -> bool:
            return True

        monkeypatch.setattr(identity, "is_revoked", revoked)
        socket.send_json({"type": "subscribe", "id": "2", "payload": ASK})
        assert closed(socket) == (4403, "TOKEN_INVALID")


def test_too_much_within_a_minute_is_counted_among_the_figures(client: TestClient, graph: FakeGraph) -> None:
    graph.result = {"data": None, "errors": [{"message": "…", "extensions": {"code": "RATE_LIMITED"}}]}
    with opened(client) as socket:
        assert ask(socket)["type"] == "error"
    assert b"guantong_rate_limit_refusals_total 1.0" in client.app_state["metrics"].text()
