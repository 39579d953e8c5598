"""Identity numbers sent wherever one can be sent, and failures that carry them: none is written anywhere.

Beside what is asserted here, the watcher of the suite (``tests/leaks.py``) looks at whatever these requests cause.
"""

import json
import socket
import threading
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.sdk.trace import ReadableSpan
from starlette.testclient import TestClient

from core import audit
from core.permissions import Actor, Role
from core.redaction import IDENTITY_NUMBER
from core.storage.queries import people
from schema.compiled.reads import CompiledReads
from schema.ids import encode_id
from server.app import create_app
from server.clock import SystemClock
from server.service import open_service
from server.settings import Settings, load_settings
from server.tokens import token_authority
from tests.builders import identity_number
from tests.leaks import LOG, identity_numbers
from tests.server.processes import PRODUCT, Running, running

NUMBER = identity_number(77)
PERMIT = identity_number(78, place="830000")
OLD = NUMBER[:6] + NUMBER[8:17]
PEOPLE = "{ people { totalCount } }"
LogLines = Callable[[], list[dict[str, Any]]]
Spans = Callable[[], list[ReadableSpan]]


@pytest.fixture
def settings(database_url: str) -> Settings:
    return load_settings(database_url=database_url)


@pytest.fixture
def product(settings: Settings) -> Iterator[TestClient]:
    """The product on each database, and its auditor's token on every request."""
    token = token_authority(settings, SystemClock()).issue(
        Actor.of(Role.BUREAU_AUDITOR, "auditor"), timedelta(minutes=5)
    )
    headers = {"authorization": f"Bearer {token}"}
    with TestClient(create_app(settings, open_service), base_url="http://127.0.0.1", headers=headers) as client:
        yield client


@pytest.fixture
def by_resolvers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever fails in a resolver's place has to be asked."""
    monkeypatch.setattr(CompiledReads, "ready", lambda *_: None)


def raised(message: str) -> Callable[..., Any]:
    async def fail(*_: Any) -> None:
        error = RuntimeError(message, {"number": message}, [message])
        error.add_note(message)
        raise error from ExceptionGroup(message, [KeyError(message), ValueError(message)])

    return fail


def executed(statement: str, number: str) -> Callable[..., Any]:
    async def fail(session: Any, *_: Any) -> None:
        await session.exec(sa.text(statement.format(number)).bindparams(n=number))

    return fail


@pytest.mark.usefixtures("by_resolvers")
@pytest.mark.parametrize("number", [NUMBER, PERMIT, OLD, " ".join((NUMBER[:6], NUMBER[6:14], NUMBER[14:]))])
@pytest.mark.parametrize(
    "failing",
    [
        raised,
        lambda number: executed("SELECT :n FROM nothing", number),
        lambda number: executed("SELECT '{}' FROM nothing WHERE x = :n", number),
        # PostgreSQL quotes the value that it cannot read in the text of its error; SQLite reads anything.
        lambda number: executed("SELECT CAST(:n AS uuid), nothing", number),
    ],
    ids=["exception", "sql-parameter", "sql-literal", "sql-value"],
)
def test_masked_failures_are_logged_without_it(
    product: TestClient,
    failing: Callable[[str], Any],
    number: str,
    monkeypatch: pytest.MonkeyPatch,
    log_lines: LogLines,
    spans: Spans,
) -> None:
    monkeypatch.setattr(people, "count_people", failing(number))
    answer = product.post("/graphql", json={"query": PEOPLE})
    assert answer.json()["errors"][0]["extensions"]["code"] == "INTERNAL"
    failure, request = (line for line in log_lines() if line["event"] in ("graphql_internal_error", "request"))
    assert (failure["event"], request["code"]) == ("graphql_internal_error", "INTERNAL")
    assert failure["request_id"] == request["request_id"] == answer.headers["x-request-id"]
    assert "exc_value" in json.dumps(failure)
    written = [answer.text, *LOG.lines, *(span.to_json() for span in spans())]
    assert [found for text in written for found in identity_numbers(text)] == []


@pytest.mark.usefixtures("by_resolvers")
def test_what_is_taken_out_is_said_to_be(
    product: TestClient, monkeypatch: pytest.MonkeyPatch, log_lines: LogLines
) -> None:
    monkeypatch.setattr(people, "count_people", raised(f"cannot read {NUMBER}"))
    product.post("/graphql", json={"query": PEOPLE})
    assert f"cannot read {IDENTITY_NUMBER}" in json.dumps(log_lines(), ensure_ascii=False)


@pytest.mark.usefixtures("by_resolvers")
def test_a_failure_of_the_server_itself(
    product: TestClient, monkeypatch: pytest.MonkeyPatch, log_lines: LogLines
) -> None:
    monkeypatch.setattr("server.wiring.Parts.is_followed", raised(NUMBER))
    answer = product.post("/graphql", json={"query": PEOPLE})
    assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (500, "INTERNAL")
    assert identity_numbers(answer.text + json.dumps(log_lines())) == []


def test_an_audit_that_fails(settings: Settings, product: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit, "_record", raised(NUMBER))
    officer = token_authority(settings, SystemClock()).issue(Actor.of(Role.SERVICE, "platform"), timedelta(minutes=1))
    mutation = 'mutation { verifyWheel(input: {digest: "0", reason: "示例"}) { __typename } }'
    product.post("/graphql", json={"query": mutation}, headers={"authorization": f"Bearer {officer}"})


ENCODED = urlsafe_b64encode(f'["name:asc","{NUMBER}"]'.encode()).decode()
HOSTILE: list[tuple[str, str, dict[str, Any]]] = [
    ("POST", "/graphql", {"json": {"query": f'{{ person(id: "{NUMBER}") {{ name }} }}'}}),
    ("POST", "/graphql", {"json": {"query": f'{{ person(id: "{encode_id("Person", NUMBER)}") {{ name }} }}'}}),
    ("POST", "/graphql", {"json": {"query": f'{{ people(after: "{ENCODED}") {{ edges {{ cursor }} }} }}'}}),
    ("POST", "/graphql", {"json": {"query": f"{{ people(first: {NUMBER}) {{ totalCount }} }}"}}),
    ("POST", "/graphql", {"json": {"query": f"query q{NUMBER} {{ x{NUMBER}: nothing{NUMBER} }}"}}),
    (
        "POST",
        "/graphql",
        {"json": {"query": "query($n: Int) { people(first: $n) { totalCount } }", "variables": {"n": NUMBER}}},
    ),
    ("POST", "/graphql", {"json": {"query": "{ viewer { role } }", "operationName": NUMBER}}),
    ("POST", "/graphql", {"json": {"query": NUMBER}}),
    ("POST", "/graphql", {"json": {"query": "{ viewer { role } }", NUMBER: NUMBER, "variables": NUMBER}}),
    ("POST", "/graphql", {"content": NUMBER.encode() + b"{", "headers": {"content-type": "application/json"}}),
    ("POST", "/graphql", {"content": b"{}", "headers": {"content-type": f"text/{NUMBER}"}}),
    ("POST", "/graphql", {"json": {"query": "{ ok }"}, "headers": {"authorization": f"Bearer {NUMBER}"}}),
    ("POST", "/graphql", {"json": {"query": "{ ok }"}, "headers": {"accept": NUMBER, "x-request-id": NUMBER}}),
    ("POST", f"/graphql?person={NUMBER}", {"json": {"query": "{ viewer { role } }"}}),
    (
        "POST",
        "/graphql",
        {
            "data": {
                "operations": '{"query": "{ ok }", "variables": {"f": null}}',
                "map": f'{{"{NUMBER}": ["variables.{NUMBER}"]}}',
            },
            "files": {NUMBER: (f"{NUMBER}.xlsx", NUMBER.encode(), f"text/{NUMBER}")},
            "headers": {"graphql-preflight": "1"},
        },
    ),
    ("GET", f"/{NUMBER}", {}),
    ("GET", f"/static/{NUMBER[:6]}-{NUMBER[6:14]}-{NUMBER[14:]}", {}),
    ("GET", "/", {"headers": {"host": f"{NUMBER}.example"}}),
    ("GET", "/", {"headers": {"origin": f"https://{NUMBER}.example", "cookie": f"guantong={NUMBER}"}}),
    ("POST", "/graphql", {"headers": {"origin": f"https://{NUMBER}.example", "cookie": f"guantong={NUMBER}"}}),
    (f"X{NUMBER}", "/graphql", {}),
]


@pytest.mark.parametrize(("method", "path", "sent"), HOSTILE)
def test_a_number_sent_anywhere_is_written_nowhere(
    product: TestClient, method: str, path: str, sent: dict[str, Any], spans: Spans, log_lines: LogLines
) -> None:
    answer = product.request(method, path, **sent)
    assert "INTERNAL" not in answer.text
    assert log_lines()
    written = [answer.text if "errors" in answer.text else "", str(answer.headers), *LOG.lines]
    written += [span.to_json() for span in spans()]
    assert [found for text in written for found in identity_numbers(text)] == []


class Collector(HTTPServer):
    """Takes traces as a collector would (OTLP over HTTP)."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Take)
        self.taken: list[ExportTraceServiceRequest] = []

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1/traces"

    @property
    def names(self) -> list[str]:
        return [
            span.name
            for one in self.taken
            for resource in one.resource_spans
            for scope in resource.scope_spans
            for span in scope.spans
        ]


class _Take(BaseHTTPRequestHandler):
    server: Collector

    def do_POST(self) -> None:
        import gzip

        body = self.rfile.read(int(self.headers["content-length"]))
        plain = gzip.decompress(body) if self.headers.get("content-encoding") == "gzip" else body
        self.server.taken.append(ExportTraceServiceRequest.FromString(plain))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Says nothing."""


@pytest.fixture
def collector() -> Iterator[Collector]:
    found = Collector()
    thread = threading.Thread(target=found.serve_forever)
    thread.start()
    yield found
    found.shutdown()
    thread.join()
    found.server_close()


def test_a_real_server_writes_no_number_and_sends_none_to_a_collector(
    sqlite_template: Path, tmp_path: Path, collector: Collector
) -> None:
    (tmp_path / "guantong.db").write_bytes(sqlite_template.read_bytes())
    with running(PRODUCT, tmp_path, "serve", traces_endpoint=collector.endpoint) as server:
        assert server.ask("query Roles { viewer { role } }")[0] == 200
        for _method, _path, sent in HOSTILE:
            if "json" in sent:
                server.post(json.dumps(sent["json"]).encode(), **sent.get("headers", {}))
        server.ask("query($id: ID!) { person(id: $id) { name } }", {"id": NUMBER}, traceparent=f"00-{NUMBER}")
        send_nonsense(server)
        server.terminate()
        server.wait()
        written = server.written()
    assert written.count('"event":"request"') > len([one for one in HOSTILE if "json" in one[2]])
    assert identity_numbers(written) == []
    assert {"POST /graphql", "query Roles", "SELECT"} <= set(collector.names)
    assert [found for one in collector.taken for found in identity_numbers(str(one))] == []
    assert NUMBER[:10] not in written + str(collector.taken)


def send_nonsense(server: Running) -> None:
    """What is no HTTP never reaches the application; the web server itself answers and logs it."""
    port = int(server.base.rpartition(":")[2])
    for sent in (f"{NUMBER}\r\n\r\n", f"GET /{NUMBER} HTTP/9.9\r\n{NUMBER}\r\n\r\n"):
        with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
            connection.sendall(sent.encode())
            assert NUMBER.encode() not in connection.recv(4096)
