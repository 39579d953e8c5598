"""Every address by every method: whatever is asked, the answer is coded, carries the headers, and shows no insides."""

from collections.abc import Callable

import pytest
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.testclient import TestClient

from core.errors import ErrorCode
from server.headers import SECURITY_HEADERS
from server.settings import Settings
from tests.server.fakes import FakeGraph

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "PROPFIND", "X" * 40)
READS = ("GET", "HEAD")
ADDRESSES = {
    "/": READS,
    "/graphql": ("POST",),
    "/auth": (),
    "/auth/": (),
    "/auth/nowhere": (),
    "/healthz": READS,
    "/readyz": READS,
    "/static": (),
    "/static/": (),
    "/static/page.js": READS,
    "/static/nothing.js": (),
    "/static/../app.py": (),
    "/static/%2e%2e/app.py": (),
    "/static/%00": (),
    "/jobs/{job}/files/{role}": (),
    "/metrics": (),
    "/graphql/": (),
    "/nowhere": (),
    "/%2f%2felsewhere.example": (),
    "/nowhere?query={viewer{role}}": (),
    "/证件": (),
}


def test_every_route_is_walked(client: TestClient) -> None:
    routes = client.app.routes  # type: ignore[attr-defined]
    paths = {route.path for route in routes if isinstance(route, Route | Mount)}
    sockets = {route.path for route in routes if isinstance(route, WebSocketRoute)}
    assert paths <= ADDRESSES.keys()
    assert sockets == {"/graphql"}
    assert len(paths) + len(sockets) == len(routes)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("address", ADDRESSES)
def test_whatever_is_asked_the_answer_is_coded(client: TestClient, graph: FakeGraph, address: str, method: str) -> None:
    body = {"json": {"query": "{ ok }"}} if method == "POST" and address == "/graphql" else {}
    answer = client.request(method, address, **body)  # type: ignore[arg-type]
    assert {name: answer.headers[name] for name in SECURITY_HEADERS} == SECURITY_HEADERS
    assert answer.headers["cache-control"] == "no-store"
    assert len(answer.headers["x-request-id"]) == 36
    assert "location" not in answer.headers
    if method in ADDRESSES[address]:
        assert answer.status_code == 200
        return
    needs_a_credential = address == "/jobs/{job}/files/{role}" and method in READS
    needs_a_query = address == "/graphql" and method in READS
    assert answer.status_code in ((401,) if needs_a_credential else (400,) if needs_a_query else (404, 405))
    if method == "HEAD":
        return
    error = answer.json()["errors"][0]
    assert error["extensions"]["code"] == ErrorCode.REQUEST_INVALID
    assert error["extensions"]["requestId"] == answer.headers["x-request-id"]
    assert {"zh", "en"} == error["extensions"]["message"].keys()
    assert graph.calls == []


@pytest.mark.parametrize("method", METHODS)
def test_a_wrong_method_is_told_the_right_ones(client: TestClient, method: str) -> None:
    for address, right in (("/", "GET, HEAD"), ("/graphql", "GET, POST")):
        answer = client.request(method, address)
        if answer.status_code == 405:
            assert set(answer.headers["allow"].split(", ")) >= set(right.split(", "))


@pytest.mark.parametrize(
    "host",
    ["rebound.example", "", "127.0.0.1.rebound.example", "127.0.0.1@rebound.example", "127.0.0.1:80:80", "[::1", "a/b"],
)
def test_another_host_is_refused_with_a_code(client: TestClient, host: str) -> None:
    answer = client.get("/", headers={"host": host})
    assert answer.status_code == 400
    error = answer.json()["errors"][0]
    assert error["extensions"]["code"] == "REQUEST_INVALID"
    assert error["extensions"]["message"]["en"] == (
        "the request names a host that is not this server's; GUANTONG_ALLOWED_HOSTS lists its names"
    )
    assert answer.headers["x-frame-options"] == "DENY"


def test_a_second_host_header_is_refused(client: TestClient) -> None:
    answer = client.get("/", headers=[("host", "127.0.0.1"), ("host", "rebound.example")])  # type: ignore[arg-type]
    assert answer.status_code == 400


def test_hosts_of_a_domain_and_no_others(serve: Callable[[Settings], TestClient], production: Settings) -> None:
    client = serve(production.model_copy(update={"allowed_hosts": ["guantong.example", "*.city.example"]}))
    for host, status in (
        ("guantong.example", 200),
        ("GUANTONG.example:8443", 200),
        ("a.city.example", 200),
        ("city.example", 400),
        ("evilcity.example", 400),
        ("a.guantong.example", 400),
    ):
        assert client.get("/healthz", headers={"host": host}).status_code == status, host
