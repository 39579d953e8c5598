"""The application over HTTP: who is let in as whom, what is refused how, and what every answer carries."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from starlette.testclient import TestClient

from core.permissions import ANONYMOUS, Actor, Role
from core.redaction import SECRET
from server.clock import SystemClock
from server.headers import SECURITY_HEADERS
from server.settings import Settings, load_settings
from server.tokens import token_authority
from tests.server.fakes import FakeGraph

QUERY = {"query": "{ ok }"}
Serve = Callable[[Settings], TestClient]
LogLines = Callable[[], list[dict[str, Any]]]


def bearer(settings: Settings, role: Role = Role.WORKER) -> dict[str, str]:
    token = token_authority(settings, SystemClock()).issue(Actor.of(role, "someone"), timedelta(minutes=1))
    return {"authorization": f"Bearer {token}"}


def test_an_operation_is_handed_to_the_graph(client: TestClient, graph: FakeGraph) -> None:
    answer = client.post("/graphql", json={"query": "query A { ok }", "variables": {"n": 1}, "operationName": "A"})
    assert (answer.status_code, answer.json()) == (200, {"data": {"ok": True}})
    assert answer.headers["content-type"] == "application/json"
    assert graph.calls == [("query A { ok }", {"n": 1}, "A", ANONYMOUS, answer.headers["x-request-id"])]


def test_the_newer_media_type_when_asked_for(client: TestClient, graph: FakeGraph) -> None:
    graph.result = {"data": None, "errors": [{"message": "Syntax Error"}]}
    accept = {"accept": "application/graphql-response+json"}
    answer = client.post("/graphql", json=QUERY, headers=accept)
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/graphql-response+json"
    assert answer.json() == {"errors": [{"message": "Syntax Error"}]}


def test_a_token_says_who_asks(client: TestClient, graph: FakeGraph, settings: Settings) -> None:
    assert client.post("/graphql", json=QUERY, headers=bearer(settings)).status_code == 200
    assert graph.actor == Actor.of(Role.WORKER, "someone")


@pytest.mark.parametrize("header", ["Bearer nonsense", "Bearer", "Basic dXNlcjpwYXNz", ""])
def test_a_bad_token_is_not_taken_for_none(client: TestClient, graph: FakeGraph, header: str) -> None:
    answer = client.post("/graphql", json=QUERY, headers={"authorization": header})
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == 'Bearer error="invalid_token"'
    error = answer.json()["errors"][0]
    assert error["extensions"] == {
        "code": "TOKEN_INVALID",
        "message": {
            "zh": "令牌的签名或内容有误；请重新获取令牌",
            "en": "the token's signature or content is wrong; get a new token",
        },
        "requestId": answer.headers["x-request-id"],
    }
    assert graph.calls == []


@pytest.mark.parametrize(
    ("content", "headers", "status", "message"),
    [
        (b"{}", {}, 415, "send application/json in UTF-8, not ''"),
        (b"{}", {"content-type": "text/plain"}, 415, "send application/json in UTF-8, not 'text/plain'"),
        (b"{}", {"content-type": "application/json"}, 400, "the parameter query is missing, or documentId"),
        (b" " * 2000, {"content-type": "application/json"}, 413, "the body is longer than 1024 bytes"),
        (
            b"{}",
            {"content-type": "application/json", "accept": "text/html"},
            406,
            "answers are application/json, application/graphql-response+json or text/event-stream",
        ),
    ],
)
def test_refusals(
    serve: Serve, graph: FakeGraph, content: bytes, headers: dict[str, str], status: int, message: str
) -> None:
    client = serve(load_settings(body_limit=1024))
    answer = client.post("/graphql", content=content, headers=headers)
    assert answer.status_code == status
    error = answer.json()["errors"][0]
    assert error["extensions"]["code"] == "REQUEST_INVALID"
    assert error["message"].endswith(" / " + message)
    assert graph.calls == []


def test_a_browser_that_opens_the_address_is_sent_to_the_page(client: TestClient) -> None:
    answer = client.get("/graphql", headers={"accept": "text/html,application/xhtml+xml"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/")


def test_nothing_is_asked_by_an_address_without_a_query(client: TestClient, graph: FakeGraph) -> None:
    answer = client.get("/graphql")
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["message"].endswith("the parameter query is missing, or documentId")
    assert graph.calls == []


def test_unknown_addresses_and_methods_are_coded_too(client: TestClient) -> None:
    assert client.get("/nowhere").json()["errors"][0]["extensions"]["code"] == "REQUEST_INVALID"
    assert client.delete("/graphql").status_code == 405
    assert client.get("/static/../app.py").status_code == 404
    assert client.get("/static/%2e%2e/app.py").status_code == 404


def test_a_bug_shows_nothing_but_the_id_it_is_logged_under(
    client: TestClient, graph: FakeGraph, log_lines: LogLines
) -> None:
    graph.result = RuntimeError("password=hunter2 in /srv/app/secret.py")
    answer = client.post("/graphql", json=QUERY)
    assert answer.status_code == 500
    request_id = answer.headers["x-request-id"]
    error = answer.json()["errors"][0]
    assert (error["extensions"]["code"], error["extensions"]["requestId"]) == ("INTERNAL", request_id)
    assert error["message"].endswith(f"internal error; quote the request id {request_id}")
    assert "/srv/app" not in answer.text
    bug, request = log_lines()
    assert (bug["event"], bug["request_id"]) == ("unhandled error", request_id)
    assert bug["exception"][0]["exc_value"] == f"password={SECRET} in /srv/app/secret.py"
    assert (request["event"], request["request_id"], request["status"]) == ("request", request_id, 500)


@pytest.mark.parametrize("path", ["/", "/graphql", "/healthz", "/readyz", "/nowhere", "/static/page.js"])
def test_every_answer_carries_the_security_headers(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    assert {name: headers[name] for name in SECURITY_HEADERS} == SECURITY_HEADERS
    assert "access-control-allow-origin" not in headers
    assert headers["x-request-id"]
    assert "strict-transport-security" not in headers


def test_scripts_and_styles_come_from_files_of_this_server_alone() -> None:
    policy = SECURITY_HEADERS["content-security-policy"]
    assert "default-src 'none'; script-src 'self'; style-src 'self'" in policy
    for loose in ("unsafe", "http", "*", "nonce"):
        assert loose not in policy


def test_production_is_reached_by_tls_alone(serve: Serve, production: Settings) -> None:
    assert serve(production).get("/healthz").headers["strict-transport-security"] == "max-age=31536000"


def test_request_ids_differ(client: TestClient) -> None:
    ids = {client.get("/healthz", headers={"x-request-id": "mine"}).headers["x-request-id"] for _ in range(3)}
    assert len(ids) == 3
    assert "mine" not in ids


def test_only_this_machine_is_answered(client: TestClient) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}
    assert client.get("/healthz", headers={"host": "localhost:8000"}).status_code == 200
    assert client.get("/healthz", headers={"host": "[::1]:8000"}).status_code == 200
    assert client.get("/", headers={"host": "rebound.example"}).status_code == 400


def test_production_answers_to_its_own_name_only(serve: Serve, production: Settings) -> None:
    client = serve(production)
    assert client.get("/healthz").status_code == 200
    assert client.get("/healthz", headers={"host": "127.0.0.1"}).status_code == 400
