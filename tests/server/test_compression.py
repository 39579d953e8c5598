"""Answers as their reader can take them: which are compressed, by what, and that their tags still hold."""

import gzip
from collections.abc import Callable
from pathlib import Path
from typing import Any

import brotli
import orjson
import pytest
import zstandard
from starlette.testclient import TestClient

from server import compression
from server.app import create_app
from server.graphql_http import EVENT_STREAM, GRAPHQL_JSON
from server.settings import load_settings
from tests.server.asgi_client import Client
from tests.server.fakes import FakeGraph, opening

LONG = {"data": {"text": "技能" * 1_000}}
ASKED = {"query": "{ text }"}


def unpacked(encoding: str, body: bytes) -> bytes:
    read: dict[str, Callable[[bytes], bytes]] = {
        "gzip": gzip.decompress,
        "br": brotli.decompress,
        "zstd": lambda packed: zstandard.ZstdDecompressor().decompressobj().decompress(packed),
    }
    return read[encoding](body)


def raw(client: TestClient, encoding: str, **headers: str) -> tuple[dict[str, str], bytes]:
    """Headers and bytes of an answer as they come."""
    with client.stream("POST", "/graphql", json=ASKED, headers={"accept-encoding": encoding, **headers}) as answer:
        return dict(answer.headers), b"".join(answer.iter_raw())


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [("gzip", "gzip"), ("br", "br"), ("zstd", "zstd"), ("gzip, deflate, br, zstd", "zstd"), ("zstd;q=0, *", "br")],
)
@pytest.mark.parametrize("media_type", ["application/json", GRAPHQL_JSON])
def test_long_answers_are_compressed(
    client: TestClient, graph: FakeGraph, accepted: str, encoding: str, media_type: str
) -> None:
    graph.result = LONG
    headers, body = raw(client, accepted, accept=media_type)
    assert (headers["content-type"], headers["content-encoding"]) == (media_type, encoding)
    assert int(headers["content-length"]) == len(body) < 500
    assert "accept-encoding" in headers["vary"].lower()
    assert orjson.loads(unpacked(encoding, body)) == LONG


@pytest.mark.parametrize("accepted", ["", "identity", "gzip;q=0", "deflate"])
def test_who_cannot_take_it_gets_the_bytes(client: TestClient, graph: FakeGraph, accepted: str) -> None:
    graph.result = LONG
    headers, body = raw(client, accepted)
    assert "content-encoding" not in headers
    assert "accept-encoding" in headers["vary"].lower()
    assert orjson.loads(body) == LONG


def test_short_answers_and_events_are_not(client: TestClient, graph: FakeGraph) -> None:
    assert "content-encoding" not in raw(client, "gzip")[0]
    graph.result = LONG
    headers, body = raw(client, "gzip, br, zstd", accept=EVENT_STREAM)
    assert "content-encoding" not in headers
    assert "技能".encode() in body


def test_files_of_the_page_are_and_what_holds_a_token_is_not(client: TestClient) -> None:
    for path, encoding in (("/static/graphiql/graphiql.min.js", "gzip"), ("/", None)):
        answer = client.get(path, headers={"accept-encoding": "gzip"})
        assert len(answer.content) > compression.WORTH_IT
        assert answer.headers.get("content-encoding") == encoding


@pytest.mark.parametrize("path", ["/graphql?query={text}", "/static/graphiql/graphiql.min.js"])
def test_a_tag_holds_whatever_the_encoding(client: TestClient, graph: FakeGraph, path: str) -> None:
    graph.result = LONG
    tags = {client.get(path, headers={"accept-encoding": one}).headers["etag"] for one in ("identity", "gzip", "br")}
    (tag,) = tags
    assert tag.startswith('W/"')
    for encoding in ("identity", "gzip"):
        again = client.get(path, headers={"accept-encoding": encoding, "if-none-match": tag})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)


@pytest.mark.anyio
@pytest.mark.parametrize("encoding", ["gzip", "br", "zstd"])
async def test_a_very_long_one_is_compressed_in_pieces(
    sqlite_template: Path, monkeypatch: pytest.MonkeyPatch, encoding: str
) -> None:
    monkeypatch.setattr(compression, "A_PIECE", 1_000)
    graph = FakeGraph(result=LONG)
    app = create_app(load_settings(), opening(graph, sqlite_template))
    client = Client(**{"accept-encoding": encoding})
    client.says(orjson.dumps(ASKED))
    async with app.router.lifespan_context(app) as state:
        held: Any = client.scope(dict(state or {}))
        await app(held, client.messages.get, client.hears)
    headers = dict(client.answers[0]["headers"])
    assert headers[b"content-encoding"] == encoding.encode()
    assert b"content-length" not in headers
    assert orjson.loads(unpacked(encoding, client.body)) == LONG
