"""Who is believed about whom a request comes from, and under which id."""

from collections.abc import Iterator
from ipaddress import ip_network
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from server.app import middleware
from server.metrics import Metrics
from server.proxies import Proxies, client_address
from server.settings import Settings, load_settings
from server.under_way import UnderWay
from tests.builders import identity_number

PROXY, CLIENT = "10.0.0.7", "203.0.113.9"


@pytest.fixture
def settings() -> Settings:
    return load_settings(trusted_proxies=["10.0.0.0/24", "fd00::/8"])


async def seen(request: Request) -> Response:
    return JSONResponse([client_address(request.scope), request.url.scheme])


@pytest.fixture
def from_peer(settings: Settings) -> Iterator[Any]:
    """A function that asks as a peer with an address, and gives the answer."""
    app = Starlette(routes=[Route("/", seen)], middleware=middleware(settings, Metrics(), UnderWay()))

    def ask(peer: str, **headers: str | bytes) -> Any:
        client = TestClient(app, base_url="http://127.0.0.1", client=(peer, 5000))
        return client.get("/", headers={name.replace("_", "-"): value for name, value in headers.items()})

    return ask


@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        (PROXY, CLIENT, CLIENT),
        (PROXY, f"{CLIENT}:443", CLIENT),
        (PROXY, f"198.51.100.1, {CLIENT}", CLIENT),
        (PROXY, f"198.51.100.1, {CLIENT}, 10.0.0.8", CLIENT),
        (PROXY, f"10.0.0.9, {CLIENT}", CLIENT),
        (PROXY, "2001:db8::1", "2001:db8::/64"),
        (PROXY, "[2001:db8::1]:443", "2001:db8::/64"),
        ("fd00::1", CLIENT, CLIENT),
        (PROXY, "unknown", ""),
        (CLIENT, "198.51.100.1", CLIENT),
        ("10.0.1.1", "198.51.100.1", "10.0.1.1"),
        ("testclient", "198.51.100.1", ""),
    ],
)
def test_only_trusted_proxies_speak_for_others(from_peer: Any, peer: str, forwarded: str, address: str) -> None:
    assert from_peer(peer, x_forwarded_for=forwarded, x_forwarded_proto="https").json()[0] == address


def test_only_trusted_proxies_say_how_they_were_reached(from_peer: Any) -> None:
    assert from_peer(PROXY, x_forwarded_proto="https").json() == [PROXY, "https"]
    assert from_peer(CLIENT, x_forwarded_proto="https").json() == [CLIENT, "http"]


def test_no_proxy_is_trusted_unless_the_settings_name_it() -> None:
    assert load_settings().trusted_proxies == []
    assert not Proxies([]).sent({"client": ("127.0.0.1", 1)})


def test_a_trusted_proxy_gives_the_request_its_id(from_peer: Any) -> None:
    assert from_peer(PROXY, x_request_id="edge-0123456789.a_b").headers["x-request-id"] == "edge-0123456789.a_b"


@pytest.mark.parametrize(
    "given",
    ["short", "has blank", "a" * 61, "-begins-with-a-dash", "{}injected", "", identity_number(5), "日本語日本語日本語"],
)
def test_an_id_that_is_not_well_formed_is_replaced(from_peer: Any, given: str) -> None:
    answer = from_peer(PROXY, x_request_id=given.encode())
    assert len(answer.headers["x-request-id"]) == 36


def test_nobody_else_does(from_peer: Any) -> None:
    assert len(from_peer(CLIENT, x_request_id="edge-0123456789").headers["x-request-id"]) == 36


@pytest.mark.parametrize(
    ("client", "address"),
    [
        (None, ""),
        (("192.0.2.1", 1), "192.0.2.1"),
        (("::ffff:192.0.2.1", 1), "192.0.2.1"),
        (("2001:db8:1:2:3:4:5:6", 1), "2001:db8:1:2::/64"),
        (("2001:db8:1:2:ffff::", 1), "2001:db8:1:2::/64"),
        (("/run/socket", 0), ""),
    ],
)
def test_clients_are_counted_by_address_or_by_network(client: Any, address: str) -> None:
    assert client_address({"type": "http", "client": client}) == address


def test_a_socket_file_is_no_proxy() -> None:
    proxies = Proxies([ip_network("0.0.0.0/0")])
    assert not proxies.sent({"client": None})
    assert not proxies.sent({"client": ("/run/socket", 0)})
    assert proxies.sent({"client": ("192.0.2.1", 1)})
