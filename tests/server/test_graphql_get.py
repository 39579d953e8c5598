"""Queries by GET: of whoever asks, kept by nobody else, sent once."""

import pytest
from starlette.testclient import TestClient

from core.errors import ErrorCode
from schema.operation import Operation
from server.graphql_http import GRAPHQL_JSON, is_known, tag_of
from server.responses import JSON
from tests.server.fakes import FakeGraph

ASKED = {"documentId": "sha256:abc", "variables": '{"n": 1}', "operationName": "A"}


def test_a_query_is_read_from_the_address(client: TestClient, graph: FakeGraph) -> None:
    assert client.get("/graphql", params=ASKED).json() == {"data": {"ok": True}}
    assert graph.operation == Operation(None, {"n": 1}, "A", "sha256:abc", only_reads=True)
    assert client.get("/graphql", params={"query": "{ ok }"}).status_code == 200
    assert graph.operation == Operation("{ ok }", only_reads=True)


def test_what_the_reader_has_is_not_sent_again(client: TestClient, graph: FakeGraph) -> None:
    first = client.get("/graphql", params=ASKED)
    assert first.headers["cache-control"] == "private, no-cache"
    assert first.headers["vary"] == "Accept, Accept-Encoding, Authorization, Cookie"
    known = {"if-none-match": first.headers["etag"]}
    again = client.get("/graphql", params=ASKED, headers=known)
    assert (again.status_code, again.content) == (304, b"")
    assert {name: again.headers[name] for name in ("etag", "vary", "cache-control")} == {
        name: first.headers[name] for name in ("etag", "vary", "cache-control")
    }
    # It was executed all the same: whoever may no longer read it is told so.
    assert len(graph.calls) == 2
    graph.result = {"data": {"ok": False}}
    other = client.get("/graphql", params=ASKED, headers=known)
    assert (other.status_code, other.json()) == (200, graph.result)


def test_tags_differ_by_reader_bytes_and_form() -> None:
    tags = [tag_of(*one) for one in ((b"a", JSON, ""), (b"b", JSON, ""), (b"a", GRAPHQL_JSON, ""), (b"a", JSON, "x"))]
    assert len(set(tags)) == 4
    assert tag_of(b"a", JSON, "") == tags[0]
    assert is_known(tags[0], f'"other", W/{tags[0]}')
    assert is_known(tags[0], "*")
    assert not is_known(tags[0], tags[1])
    assert not is_known(tags[0], "")


def test_neither_errors_nor_posts_are_kept(client: TestClient, graph: FakeGraph) -> None:
    posted = client.post("/graphql", json={"query": "{ ok }"})
    graph.result = {"data": {"ok": None}, "errors": [{"message": "no", "path": ["ok"]}]}
    for answer in (posted, client.get("/graphql", params=ASKED, headers={"if-none-match": "*"})):
        assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
        assert "etag" not in answer.headers


@pytest.mark.parametrize("accept", [JSON, GRAPHQL_JSON])
def test_what_changes_something_is_a_wrong_method(client: TestClient, graph: FakeGraph, accept: str) -> None:
    graph.result = {"data": None, "errors": [{"message": "no", "extensions": {"code": "REQUEST_INVALID"}}]}
    answer = client.get("/graphql", params=ASKED, headers={"accept": accept})
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"query": "{ ok }", "variables": "{"}, "the parameter variables is not JSON"),
        ({"query": "{ ok }", "variables": "1"}, "the parameter variables must be an object"),
        ({"query": "{ ok }", "extensions": "x"}, "the parameter extensions is not JSON"),
        ({"operationName": "A"}, "the parameter query is missing, or documentId"),
    ],
)
def test_addresses_that_cannot_be_read(
    client: TestClient, graph: FakeGraph, asked: dict[str, str], message: str
) -> None:
    answer = client.get("/graphql", params=asked)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["message"].endswith(message)
    assert graph.calls == []


def test_with_a_session_only_pages_of_this_server_query(client: TestClient, graph: FakeGraph) -> None:
    headers = {"cookie": "guantong=abc", "origin": "https://elsewhere.example"}
    answer = client.get("/graphql", params=ASKED, headers=headers)
    assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (403, ErrorCode.CROSS_SITE)
    assert graph.calls == []
