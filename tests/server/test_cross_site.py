"""What pages of other sites get when they try: by form, script and WebSocket, with a visitor's cookie and without."""

from collections.abc import Callable, Iterator

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient, WebSocketDenialResponse
from starlette.websockets import WebSocket

from server.app import middleware
from server.cookies import Cookies
from server.metrics import Metrics
from server.settings import Settings
from server.under_way import UnderWay
from tests.server.fakes import FakeGraph

QUERY = {"query": "{ ok }"}
CONSOLE = "https://console.example"
OURS = "https://guantong.example"
SOCKET = "wss://guantong.example/socket"
COOKIE = {"cookie": "__Host-guantong=abc"}
SAME = {"origin": OURS, "sec-fetch-site": "same-origin"}
Serve = Callable[[Settings], TestClient]


@pytest.fixture
def named(production: Settings) -> Settings:
    """Production with one origin that may send requests."""
    return production.model_copy(update={"cors_origins": [CONSOLE]})


@pytest.fixture
def site(serve: Serve, named: Settings) -> TestClient:
    return serve(named)


def code(answer: Response) -> str:
    found: str = answer.json()["errors"][0]["extensions"]["code"]  # type: ignore[attr-defined]
    return found


def preflight(client: TestClient, origin: str, **headers: str) -> Response:
    asked = {"origin": origin, "access-control-request-method": "POST"} | headers
    return client.options("/graphql", headers=asked)  # type: ignore[return-value]


def test_nobody_is_let_in_unless_the_settings_name_them(client: TestClient) -> None:
    answer = preflight(client, CONSOLE)
    assert answer.status_code == 405
    assert not [name for name in answer.headers if name.startswith("access-control")]
    answer = client.post("/graphql", json=QUERY, headers={"origin": CONSOLE})
    assert not [name for name in answer.headers if name.startswith("access-control")]


def test_a_named_origin_may_query_by_address_and_read_the_tag(site: TestClient) -> None:
    asks = {"access-control-request-method": "GET", "access-control-request-headers": "authorization, if-none-match"}
    assert preflight(site, CONSOLE, **asks).status_code == 200
    answer = site.get("/graphql", params=QUERY, headers={"origin": CONSOLE})
    assert answer.headers["etag"]
    assert "etag" in answer.headers["access-control-expose-headers"]
    assert "Origin" in answer.headers["vary"]


def test_a_named_origin_may_post_with_credentials(site: TestClient) -> None:
    answer = preflight(site, CONSOLE, **{"access-control-request-headers": "content-type, graphql-preflight"})
    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == CONSOLE
    assert answer.headers["access-control-allow-credentials"] == "true"
    assert answer.headers["access-control-allow-methods"] == "GET, POST"
    answer = site.post("/graphql", json=QUERY, headers={"origin": CONSOLE})
    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == CONSOLE
    assert answer.headers["access-control-expose-headers"] == "etag, retry-after, x-request-id"
    assert "origin" in answer.headers["vary"].lower()


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "https://console.example.evil.example", f"{CONSOLE}:8443"]
)
def test_any_other_origin_is_not(site: TestClient, origin: str) -> None:
    answer = preflight(site, origin)
    assert (answer.status_code, code(answer)) == (403, "REQUEST_INVALID")
    assert "access-control-allow-origin" not in answer.headers
    assert answer.headers["x-frame-options"] == "DENY"
    answer = site.post("/graphql", json=QUERY, headers={"origin": origin})
    assert "access-control-allow-origin" not in answer.headers


def test_a_refused_preflight_says_which_setting_decides(site: TestClient) -> None:
    message = preflight(site, "https://evil.example").json()["errors"][0]["extensions"]["message"]  # type: ignore[attr-defined]
    assert message == {
        "zh": "不允许“https://evil.example”的页面发送此请求；来源由 GUANTONG_CORS_ORIGINS 设定",
        "en": "pages of 'https://evil.example' may not send this; GUANTONG_CORS_ORIGINS lists who may, by GET and POST",
    }


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_no_other_method_is_let_in(site: TestClient, method: str) -> None:
    assert preflight(site, CONSOLE, **{"access-control-request-method": method}).status_code == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "https://evil.example", "sec-fetch-site": "same-origin"},
        {"origin": OURS, "sec-fetch-site": "cross-site"},
        {"origin": OURS, "sec-fetch-site": "same-site"},
        {"origin": "http://guantong.example"},
        {"origin": "https://a.guantong.example", "sec-fetch-site": "same-site"},
        {"origin": "null"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "none"},
        {},
    ],
)
def test_a_session_is_not_used_by_other_sites(site: TestClient, graph: FakeGraph, headers: dict[str, str]) -> None:
    answer = site.post("/graphql", json=QUERY, headers=COOKIE | headers)
    assert (answer.status_code, code(answer)) == (403, "CROSS_SITE")
    assert graph.calls == []


def test_programs_are_told_to_use_tokens(site: TestClient) -> None:
    message = site.post("/graphql", json=QUERY, headers=COOKIE).json()["errors"][0]["extensions"]["message"]
    assert message["en"] == "the request carries the session's cookie but no Origin; programs use a token instead"
    message = site.post("/graphql", json=QUERY, headers=COOKIE | {"origin": "null"}).json()["errors"][0]["extensions"]
    assert message["message"]["en"] == (
        "a page of another site sent this with the session's cookie; act on a page of this server"
    )


@pytest.mark.parametrize(
    "headers",
    [SAME, {"origin": OURS}, {"sec-fetch-site": "same-origin"}, {"origin": CONSOLE, "sec-fetch-site": "cross-site"}],
)
def test_a_session_is_used_by_its_own_pages(site: TestClient, graph: FakeGraph, headers: dict[str, str]) -> None:
    answer = site.post("/graphql", json=QUERY, headers=COOKIE | headers)
    # Let through as far as the session, which nobody has signed in with.
    assert (answer.status_code, code(answer)) == (401, "TOKEN_INVALID")
    assert graph.calls == []


def test_without_the_cookie_there_is_nothing_to_use(site: TestClient) -> None:
    """Whoever sends a token has put it there on purpose: no browser adds it."""
    answer = site.post("/graphql", json=QUERY, headers={"origin": "https://evil.example", "cookie": "other=1"})
    assert answer.status_code == 200


def test_reading_pages_needs_no_proof(site: TestClient) -> None:
    assert site.get("/healthz", headers=COOKIE | {"sec-fetch-site": "cross-site"}).status_code == 200


@pytest.mark.parametrize(
    ("content_type", "extra", "status"),
    [
        ("text/plain", {}, 415),
        ("application/x-www-form-urlencoded", {}, 415),
        ("multipart/form-data; boundary=x", {}, 415),
        ("", {}, 415),
        ("TEXT/PLAIN; charset=utf-8", {}, 415),
    ],
)
def test_a_form_is_refused_even_from_our_own_page(
    site: TestClient, content_type: str, extra: dict[str, str], status: int
) -> None:
    answer = site.post(
        "/graphql", content=b'{"query": "{ ok }"}', headers=COOKIE | SAME | {"content-type": content_type}
    )
    assert (answer.status_code, code(answer)) == (status, "REQUEST_INVALID")  # type: ignore[arg-type]
    assert "a request with the session's cookie is application/json" in answer.text


def test_the_demonstration_is_reached_without_tls(client: TestClient) -> None:
    cookie = {"cookie": "guantong=abc"}
    assert client.post("/graphql", json=QUERY, headers=cookie | {"origin": "http://127.0.0.1"}).status_code == 401
    assert client.post("/graphql", json=QUERY, headers=cookie | {"origin": "http://localhost"}).status_code == 403
    assert client.post("/graphql", json=QUERY, headers=cookie | {"origin": "http://127.0.0.1:81"}).status_code == 403


@pytest.fixture
def any_route(named: Settings) -> Iterator[TestClient]:
    """Routes that check nothing themselves, behind the middleware of the product."""

    async def done(_request: Request) -> Response:
        return PlainTextResponse("done")

    async def echo(socket: WebSocket) -> None:
        await socket.accept()
        await socket.send_text(socket.state.request_id)
        await socket.close()

    routes = [Route("/end", done, methods=["GET", "POST", "DELETE"]), WebSocketRoute("/socket", echo)]
    app = Starlette(routes=routes, middleware=middleware(named, Metrics(), UnderWay()))
    with TestClient(app, base_url=OURS) as client:
        yield client


@pytest.mark.parametrize("method", ["POST", "DELETE"])
def test_no_route_has_to_remember_the_check(any_route: TestClient, method: str) -> None:
    assert any_route.request(method, "/end", headers=COOKIE).status_code == 403
    assert any_route.request(method, "/end", headers=COOKIE | SAME).status_code == 200
    assert any_route.get("/end", headers=COOKIE).status_code == 200


def test_another_site_opens_no_socket_with_the_session(any_route: TestClient) -> None:
    for headers in ({"origin": "https://evil.example"}, {}):
        with (
            pytest.raises(WebSocketDenialResponse) as denied,
            any_route.websocket_connect(SOCKET, headers=COOKIE | headers),
        ):
            pass
        assert (denied.value.status_code, code(denied.value)) == (403, "CROSS_SITE")  # type: ignore[arg-type]
        assert denied.value.headers["x-request-id"]
        assert denied.value.headers["x-frame-options"] == "DENY"
    with any_route.websocket_connect(SOCKET, headers=COOKIE | {"origin": OURS}) as socket:
        assert len(socket.receive_text()) == 36


def test_a_socket_to_another_host_is_refused(any_route: TestClient) -> None:
    connecting = any_route.websocket_connect(SOCKET, headers={"host": "rebound.example"})
    with pytest.raises(WebSocketDenialResponse) as denied, connecting:
        pass
    assert denied.value.status_code == 400


def test_the_cookie_is_out_of_reach(settings: Settings, production: Settings) -> None:
    cookies = [Cookies(secure=not one.is_demonstration).session for one in (settings, production)]
    assert cookies == ["guantong", "__Host-guantong"]
