"""Figures for operators: what is counted, where it is read, and that nothing in it is personal."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from core.permissions import Actor, Role
from schema.outcomes import Outcome
from server.app import create_app
from server.clock import SystemClock
from server.metrics import Metrics
from server.service import open_service
from server.settings import Settings, load_settings
from server.tokens import token_authority
from server.watching import Watching, line
from tests.builders import identity_number
from tests.server.fakes import FakeGraph

PORT = 9464
THEIRS = f"http://10.1.2.3:{PORT}"
LABELS = re.compile(r"\{(.*)\}")


@pytest.fixture
def settings() -> Settings:
    return load_settings(operator_port=PORT)


def figures(text: str) -> dict[str, float]:
    """Every sample by its name with labels."""
    lines = (line.rpartition(" ") for line in text.splitlines() if not line.startswith("#"))
    return {name: float(value) for name, _, value in lines}


def test_they_are_read_at_the_operators_port_only(client: TestClient) -> None:
    assert client.get("/metrics").status_code == 404
    answer = client.get(f"{THEIRS}/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain; version=")
    assert "guantong_fake 7.0" in answer.text
    for forged in ({"host": f"127.0.0.1:{PORT}"}, {"x-forwarded-port": str(PORT)}, {"x-forwarded-for": "127.0.0.1"}):
        assert client.get("/metrics", headers=forged).status_code == 404


@pytest.mark.parametrize("path", ["/", "/graphql", "/static/page.js", "/nowhere"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_nothing_else_is_answered_there(client: TestClient, path: str, method: str) -> None:
    answer = client.request(method, THEIRS + path)
    assert answer.status_code == 404
    assert answer.json()["errors"][0]["extensions"]["code"] == "REQUEST_INVALID"
    assert answer.headers["x-frame-options"] == "DENY"


def test_health_is_told_there_under_any_name(client: TestClient) -> None:
    for path in ("/healthz", "/readyz"):
        assert client.get(THEIRS + path).status_code == 200
    assert client.post(f"{THEIRS}/metrics").status_code == 405


def test_the_port_is_closed_unless_set(serve: Callable[[Settings], TestClient]) -> None:
    client = serve(load_settings())
    assert client.get("http://127.0.0.1:9464/metrics").status_code == 404


def test_requests_are_counted_by_route_and_status(client: TestClient, graph: FakeGraph) -> None:
    client.get("/static/page.js")
    client.get(f"/nowhere/{identity_number(3)}")
    client.request("BREW", "/healthz")
    graph.result = RuntimeError("bug")
    client.post("/graphql", json={"query": "{ ok }"})
    found = figures(client.get(f"{THEIRS}/metrics").text)
    for labels in (
        'method="GET",route="/static",status="200"',
        'method="GET",route="other",status="404"',
        'method="other",route="/healthz",status="405"',
        'method="POST",route="/graphql",status="500"',
    ):
        assert found[f"guantong_http_requests_total{{{labels}}}"] == 1
    assert found["guantong_http_requests_under_way"] == 1  # the one that reads this


def test_operations_are_counted_by_kind_and_outcome() -> None:
    metrics = Metrics()
    watching = Watching(metrics)
    watching.began()
    assert figures(metrics.text().decode())["guantong_operations_in_flight"] == 1
    watching.left()
    watching.ended(Outcome("query", "People", (), 0.02))
    watching.ended(Outcome("mutation", "Record", ("OUT_OF_DATE", "NOT_PERMITTED"), 0.3, audit_failed=False))
    watching.ended(Outcome("mutation", "Record", ("INTERNAL",), 0.3, audit_failed=True))
    found = figures(metrics.text().decode())
    assert found['guantong_operations_total{code="OK",kind="query"}'] == 1
    assert found['guantong_operations_total{code="OUT_OF_DATE",kind="mutation"}'] == 1
    assert found['guantong_operation_seconds_bucket{code="OK",le="0.025"}'] == 1
    assert found['guantong_operation_seconds_bucket{code="OUT_OF_DATE",le="0.25"}'] == 0
    assert found["guantong_operations_in_flight"] == 0
    assert found["guantong_audit_failures_total"] == 1


def test_an_operation_is_named_in_the_line_of_its_request() -> None:
    said: dict[str, object] = {}
    token = line.set(said)
    Watching(Metrics()).ended(Outcome("query", "People", ("NOT_PERMITTED",), 0.02))
    line.reset(token)
    assert said == {"operation": "query", "name": "People", "code": "NOT_PERMITTED"}


def test_refusals_by_rate_are_counted() -> None:
    metrics = Metrics()
    metrics.request_began()
    metrics.request_ended("POST", "/graphql", 429)
    metrics.rate_limited()
    assert figures(metrics.text().decode())["guantong_rate_limit_refusals_total"] == 2


def test_a_request_that_nobody_waited_for_has_no_status() -> None:
    metrics = Metrics()
    metrics.request_began()
    metrics.request_ended("POST", None, None)
    found = figures(metrics.text().decode())
    assert found['guantong_http_requests_total{method="POST",route="other",status="none"}'] == 1
    assert found["guantong_http_requests_under_way"] == 0


@pytest.fixture
def product(settings: Settings) -> Iterator[TestClient]:
    import asyncio

    from server.operations import migrate_database

    asyncio.run(migrate_database(settings))
    with TestClient(create_app(settings, open_service), base_url="http://127.0.0.1") as client:
        yield client


def test_the_product_counts_and_says_nothing_personal(
    product: TestClient, settings: Settings, log_lines: Callable[[], list[dict[str, object]]]
) -> None:
    token = token_authority(settings, SystemClock()).issue(Actor.of(Role.WORKER, "示例甲"), timedelta(minutes=1))
    headers = {"authorization": f"Bearer {token}"}
    number = identity_number(4)
    for query in ("{ viewer { role } }", f'{{ person(id: "{number}") {{ name }} }}', "{ nothing }"):
        product.post("/graphql", json={"query": query}, headers=headers)
    text = product.get(f"{THEIRS}/metrics").text
    found = figures(text)
    for code in ("OK", "BAD_ARGUMENT", "GRAPHQL_VALIDATION"):
        assert found[f'guantong_operations_total{{code="{code}",kind="query"}}'] == 1
        assert found[f'guantong_operation_seconds_count{{code="{code}"}}'] == 1
    assert found["guantong_registry_epoch"] == 0
    labels = {name for labels in LABELS.findall(text) for name in re.findall(r'(\w+)="', labels)}
    assert labels == {"method", "route", "status", "kind", "code", "le", "way"}
    for personal in (number, number[:10], "示例甲", "10.1.2.3", "testclient"):
        assert personal not in text
    assert [entry.get("code") for entry in log_lines() if entry["event"] == "request"][:3] == [
        "OK",
        "BAD_ARGUMENT",
        "GRAPHQL_VALIDATION",
    ]
