"""Who asks the same again: answered alike, at the same price, with the same duties, and of what asks alike alone."""

import gzip
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from opentelemetry.sdk.trace import ReadableSpan

from core.storage.database import Database
from server.compression import A_PIECE
from server.rates import Rates
from tests.server.kept_world import (
    AUDITOR,
    MOST,
    OWN,
    PEOPLE,
    World,
    headers_of,
    service_token,
    settings_for,
    world_of,
)

pytestmark = pytest.mark.anyio
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
Lines = Callable[[], list[dict[str, Any]]]


@pytest.fixture
async def world(database_url: str, database: Database) -> AsyncIterator[World]:
    async with world_of(settings_for(database_url), database) as found:
        await found.hire(3)
        yield found


async def test_the_third_time_the_answer_of_the_second_is_given(world: World, log_lines: Lines) -> None:
    token = world.token()
    first, second = await world.ask(token=token), await world.ask(token=token)
    assert not (first.again or second.again)
    third = await world.kept_people(token)
    assert (third.status, third.body, third.own) == (200, second.body, second.own)
    assert third.header("content-length") == str(len(third.body))
    assert len({first.header("x-request-id"), second.header("x-request-id"), third.header("x-request-id")}) == 3
    lines = [one for one in log_lines() if one["event"] == "request"]
    assert lines[-1]["request_id"] == third.header("x-request-id")
    assert lines[-1]["kept"] is True
    assert not any("kept" in one for one in lines[:2])
    told = {name: lines[-1][name] for name in lines[-1] if name not in ("kept", "ms", "request_id", "timestamp")}
    assert told == {name: lines[1][name] for name in lines[1] if name not in ("ms", "request_id", "timestamp")}


@pytest.mark.parametrize("people", [1, 3, 30])
async def test_it_costs_no_statement_but_the_moment(world: World, monkeypatch: pytest.MonkeyPatch, people: int) -> None:
    await world.hire(people)
    token, looks = world.token(), []
    own: Database = world.service._deps.database
    moment = own.statements.moment

    async def counted() -> str | None:
        looks.append(1)
        return await moment()

    await world.kept_people(token)
    monkeypatch.setattr(own.statements, "moment", counted)
    for _ in range(MOST):
        looks.clear()
        with own.count_queries() as sent:
            answer = await world.ask(token=token)
        assert len(looks) == 1
        if answer.again:
            assert sent == []
            return
        assert sent
    raise AssertionError("never given again")


@pytest.mark.parametrize("coding", ["gzip", "br", "zstd", "identity"])
@pytest.mark.parametrize("times", [1, 40], ids=["short", "in pieces"])
async def test_compressed_answers_are_whole(world: World, coding: str, times: int) -> None:
    await world.hire(80)
    named = " ".join(f"{'name' * 6}{place}: name" for place in range(times))
    token, query = world.token(), f"{{ people(first: 100) {{ edges {{ node {{ {named} }} }} }} }}"
    plain = await world.ask(query, token)
    assert (len(plain.body) > A_PIECE) is (times > 1)
    found = await world.until_kept(lambda: world.ask(query, token, accept_encoding=coding))
    first = await world.ask(query, token, accept_encoding=coding, user_agent="another")
    assert (found.own, found.body) == (first.own, first.body)
    assert found.header("content-length") == str(len(found.body))
    assert not [one for one in found.headers if one[0] == "transfer-encoding"]
    if coding == "gzip":
        assert gzip.decompress(found.body) == plain.body
    if coding == "identity":
        assert found.body == plain.body
    else:
        assert found.header("content-encoding") == coding
        assert len(found.body) < len(plain.body)


def by_get(query: str = PEOPLE) -> dict[str, Any]:
    return {"method": "GET", "query_string": urlencode({"query": query}).encode()}


async def test_what_is_still_so_is_told_again_too(world: World) -> None:
    """By GET, with the tag of what the reader has; and by HEAD."""
    asked = {**by_get(), "headers": headers_of(world.token())}
    whole = await world.until_kept(lambda: world.send(**asked))
    tag = whole.header("etag")
    with_tag = {**asked, "headers": {**asked["headers"], "if-none-match": tag}}
    same = await world.until_kept(lambda: world.send(**with_tag))
    assert (same.status, same.body) == (304, b"")
    assert not [one for one in same.headers if one[0] == "content-length"]
    head = await world.until_kept(lambda: world.send(**{**asked, "method": "HEAD"}))
    assert head.own == whole.own
    await world.hire()
    changed = await world.send(**with_tag)
    assert changed.status == 200
    assert changed.header("etag") != tag


DIFFERENT: list[dict[str, Any]] = [
    {"accept": "application/graphql-response+json"},
    {"accept-encoding": "gzip"},
    {"cookie": "guantong-flow=x"},
    {"if-none-match": '"x"'},
    {"origin": "http://127.0.0.1"},
    {"host": "localhost"},
    {"x-forwarded-for": "192.0.2.1"},
    {"x-anything": "1"},
]


@ON_SQLITE
@pytest.mark.parametrize("headers", DIFFERENT, ids=lambda one: next(iter(one)))
async def test_another_header_is_another_request(world: World, headers: dict[str, str]) -> None:
    token = world.token()
    await world.kept_people(token)
    body = json.dumps({"query": PEOPLE, "variables": {}}).encode()
    assert not (await world.send(body, headers={**headers_of(token), **headers})).again
    assert (await world.ask(token=token)).again


@ON_SQLITE
async def test_another_peer_port_query_string_or_caller_is_another_request(world: World) -> None:
    token = world.token()
    await world.kept_people(token)
    body, headers = json.dumps({"query": PEOPLE, "variables": {}}).encode(), headers_of(token)
    for given in (
        {"client": ("192.0.2.1", 1)},
        {"client": None},
        {"server": ("127.0.0.1", 81)},
        {"query_string": b"a"},
    ):
        assert not (await world.send(body, headers=headers, **given)).again
    assert (await world.send(body, headers=headers, client=("127.0.0.1", 2))).again, "by another connection"
    assert not (await world.ask(token=world.token(replace(AUDITOR, name="示例另一人")))).again
    assert (await world.ask()).json["errors"][0]["extensions"]["code"] == "NOT_PERMITTED"
    assert not (await world.send(body + b" ", headers=headers)).again
    assert not (await world.send(body, headers=dict(reversed(headers.items())))).again


@ON_SQLITE
async def test_id_and_trace_of_a_request_make_it_no_other(world: World) -> None:
    token = world.token()
    await world.kept_people(token)
    trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    again = await world.ask(token=token, x_request_id="example-1", traceparent=trace, tracestate="a=1")
    assert again.again
    assert again.header("x-request-id") != "example-1", "nobody believes whoever is no proxy"


@ON_SQLITE
async def test_bytes_moved_between_head_and_body_are_another_request(world: World) -> None:
    token = world.token()
    body = json.dumps({"query": PEOPLE}).encode()
    honest = {**headers_of(token), "x-last": "ab"}
    await world.until_kept(lambda: world.send(body, headers=honest))
    forged: list[tuple[dict[str, str], bytes]] = [
        ({**headers_of(token), "x-last": "a"}, b"b" + body),
        ({**headers_of(token), "x-last": "ab" + body.decode()}, b""),
        ({**headers_of(token), "x-last": f"ab2:{len(body)}"}, body),
        ({**headers_of(token), "x-las": "tab"}, body),
        ({**headers_of(token), "x-last6": "ab"}, body),
        ({**headers_of(token), "x-last": "a", "b": ""}, body),
        ({**headers_of(token), "": "x-lastab"}, body),
    ]
    for headers, said in forged:
        assert not (await world.send(said, headers=headers)).again
    assert (await world.send(body, headers=honest)).again


@ON_SQLITE
async def test_a_repeated_question_is_charged_like_a_new_one(
    database_url: str, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Within one minute, of which a caller has a little more than seven such questions' worth."""
    monkeypatch.setattr("time.time", lambda: 60.0 * 30_000_000)
    spent: list[int] = []
    hit = Rates._hit

    async def noted(self: Rates, limit: Any, account: str, cost: int) -> bool:
        spent.append(cost)
        return await hit(self, limit, account, cost)

    monkeypatch.setattr(Rates, "_hit", noted)
    async with world_of(settings_for(database_url), database) as world:
        await world.ask(token=world.token())
        to_read, price = spent
        most = to_read + 7 * price + price // 2
    spent.clear()
    budgets = {AUDITOR.role.value: {"cost": most, "per_minute": most}}
    async with world_of(settings_for(database_url, budgets=budgets), database) as world:
        token = world.token()
        answers = [await world.ask(token=token) for _ in range(9)]
    assert [one.status for one in answers] == [200] * 7 + [429] * 2
    assert [one.again for one in answers] == [False] * 2 + [True] * 5 + [False] * 2
    assert set(spent[1:]) == {price}
    assert answers[-1].json["errors"][0]["extensions"]["code"] == "RATE_LIMITED"


async def test_it_is_counted_under_its_route_and_as_the_operation_that_it_is(world: World) -> None:
    token = world.token()
    await world.kept_people(token)
    counted = {"method": "POST", "route": "/graphql", "status": "200"}
    labels: list[tuple[str, dict[str, str]]] = [
        ("guantong_http_requests_total", counted),
        ("guantong_operations_total", {"kind": "query", "code": "OK"}),
        ("guantong_operation_seconds_count", {"code": "OK"}),
    ]
    before = [world.figure(name, **one) for name, one in labels]
    await world.kept_people(token)
    after = [world.figure(name, **one) for name, one in labels]
    assert len({now - was for was, now in zip(before, after, strict=True)}) == 1
    assert after[0] > before[0]
    assert world.figure("guantong_http_requests_total", **{**counted, "route": "other"}) == 0
    assert world.figure("guantong_http_requests_under_way") == 0
    assert world.figure("guantong_operations_in_flight") == 0


async def test_its_span_has_its_route(world: World, spans: Callable[[], list[ReadableSpan]]) -> None:
    await world.kept_people(world.token())
    (*_, last) = (one for one in spans() if one.name.startswith(("POST", "request")))
    assert last.name == "POST /graphql"


async def test_a_service_that_asks_again_stands_in_the_log(world: World, log_lines: Lines) -> None:
    row, secret = service_token(starts_at=world.clock.now() - timedelta(days=1))
    await world.add(row)
    found = await world.kept_people(secret)
    assert found.total == 3
    used = [one for one in log_lines() if one["event"] == "service_used"]
    asked = [one for one in log_lines() if one["event"] == "request"]
    assert [one["request_id"] for one in used] == [one["request_id"] for one in asked]
    assert used[-1]["request_id"] == found.header("x-request-id")
    assert {one["service"] for one in used} == {str(row.id)}


NEVER = {
    "an error": "{ nothing }",
    "a refusal": "{ people { edges { node { name } } } nothing }",
    "introspection": "{ __schema { queryType { name } } }",
    "a resolved query": "{ viewer { name } }",
    "a query resolved in part": "{ viewer { name } people { totalCount } }",
    "a mutation": "mutation { __typename }",
    "a subscription": "subscription { taskCount }",
    "what is told of the schema beside rows": '{ __type(name: "Person") { name } people { totalCount } }',
}


@ON_SQLITE
@pytest.mark.parametrize("query", NEVER.values(), ids=NEVER)
async def test_what_does_not_rest_on_rows_alone_is_never_kept(world: World, query: str) -> None:
    token = world.token()
    for accept in ("application/json", "application/graphql-response+json"):
        assert not any([(await world.ask(query, token, accept=accept)).again for _ in range(4)])
    assert len(world.kept._answers) == 0
    assert (await world.kept_people(token)).again


@ON_SQLITE
async def test_neither_events_nor_uploads_are_kept(world: World) -> None:
    token = world.token()
    for _ in range(3):
        events = await world.ask(token=token, accept="text/event-stream")
        assert not events.again
        assert "text/event-stream" in events.header("content-type")
    part = '--x\r\ncontent-disposition: form-data; name="{}"\r\n\r\n{}\r\n'
    body = part.format("operations", json.dumps({"query": PEOPLE})) + part.format("map", "{}") + "--x--\r\n"
    headers = {**OWN, **headers_of(token), "content-type": "multipart/form-data; boundary=x", "graphql-preflight": "1"}
    for _ in range(3):
        upload = await world.send(body.encode(), headers=headers)
        assert not upload.again
        assert upload.status == 200, upload.body
    assert len(world.kept._answers) == 0


@ON_SQLITE
async def test_without_room_nothing_is_kept(database_url: str, database: Database) -> None:
    async with world_of(settings_for(database_url, kept_answers=0), database) as world:
        assert not any([(await world.ask(token=world.token())).again for _ in range(4)])
        assert len(world.kept._answers) == len(world.kept._heads) == 0
