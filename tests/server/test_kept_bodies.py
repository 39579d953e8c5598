"""Before a body is there nobody knows whether it was asked before: it is heard within limits, in whatever pieces."""

import asyncio
import json
import tracemalloc
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from typing import Any

import pytest

from core.storage.database import Database
from server import kept_answers
from server.kept_answers import _heard, whole
from tests.server.kept_world import PEOPLE, World, begun, headers_of, settings_for, world_of

pytestmark = pytest.mark.anyio
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
BODY = json.dumps({"query": PEOPLE}).encode()
LIMIT = 262_144


@pytest.fixture
async def world(database_url: str, database: Database) -> AsyncIterator[World]:
    async with world_of(settings_for(database_url, deadline=2.0), database) as found:
        await found.hire(3)
        yield found


async def known(world: World) -> dict[str, str]:
    """The headers of a request that was answered before; how long its body is they do not say."""
    headers = headers_of(world.token(), transfer_encoding="chunked")
    await world.until_kept(lambda: world.send(BODY, headers=headers))
    return headers


@ON_SQLITE
@pytest.mark.parametrize("size", [1, 2, 7, len(BODY) - 1])
async def test_a_body_in_pieces_is_the_same_body(world: World, size: int) -> None:
    headers = await known(world)
    pieces = [BODY[start : start + size] for start in range(0, len(BODY), size)]
    found = await world.send([b"", *pieces, b""], headers=headers)
    assert (found.again, found.total) == (True, 3)
    other = BODY.replace(b"totalCount", b"all: totalCount")
    found = await world.send([other[:9], other[9:]], headers=headers)
    assert (found.again, found.json["data"]["people"]["all"]) == (False, 3)


async def asked(world: World, headers: dict[str, str], receive: Callable[[], Any]) -> list[dict[str, Any]]:
    heard: list[dict[str, Any]] = []

    async def hear(message: dict[str, Any]) -> None:
        heard.append(message)

    await asyncio.wait_for(world.app(begun(world.app, world.state, headers=headers), receive, hear), 60)
    return heard


@ON_SQLITE
async def test_a_body_without_an_end_is_refused_at_its_limit(world: World) -> None:
    headers, sent = await known(world), 0

    async def endless() -> dict[str, Any]:
        nonlocal sent
        sent += 65_536
        assert sent < 10 * LIMIT, "it is heard on and on"
        return {"type": "http.request", "body": b" " * 65_536, "more_body": True}

    heard = await asked(world, headers, endless)
    assert heard[0]["status"] == 413
    assert sent <= LIMIT + 2 * 65_536


@ON_SQLITE
@pytest.mark.parametrize("size", [LIMIT, LIMIT + 1])
async def test_the_limit_is_that_of_every_body(world: World, size: int) -> None:
    headers = await known(world)
    for _ in range(3):
        found = await world.send(BODY + b" " * (size - len(BODY)), headers=headers)
    assert (found.status, found.again) == ((200, True) if size == LIMIT else (413, False))


@ON_SQLITE
async def test_a_body_that_does_not_come_is_waited_for_once(world: World) -> None:
    headers = await known(world)
    messages = [{"type": "http.request", "body": BODY[:5], "more_body": True}]

    async def never() -> dict[str, Any]:
        if messages:
            return messages.pop()
        await asyncio.sleep(600)
        raise AssertionError

    heard = await asked(world, headers, never)
    assert heard[0]["status"] == 408
    state = {"body_limit": LIMIT, "seconds": 0.05}
    body, again = await _heard({"state": state}, never)
    assert (body, state["seconds"]) == (None, 0)
    assert (await again())["more_body"] is True


@ON_SQLITE
async def test_who_leaves_before_the_body_is_there_is_answered_by_nothing(
    world: World, log_lines: Callable[[], list[dict[str, Any]]]
) -> None:
    headers = await known(world)
    for place in (0, 1, 5):
        pieces = [{"type": "http.request", "body": BODY[place:9], "more_body": True}] * min(place, 1)
        messages = [{"type": "http.disconnect"}, *pieces]

        async def leaves(left: list[dict[str, Any]] = messages) -> dict[str, Any]:
            return left.pop() if len(left) > 1 else left[0]

        await asked(world, headers, leaves)
        assert log_lines()[-1]["status"] == 499
    assert (await world.send(BODY, headers=headers)).again


@pytest.mark.parametrize("pieces", [[b""], [b"a"], [b"a", b"", b"b"], [b"ab", b"c"]])
async def test_what_was_heard_is_heard_once_more(pieces: list[bytes]) -> None:
    last = len(pieces) - 1
    messages = [{"type": "http.request", "body": one, "more_body": at < last} for at, one in enumerate(pieces)]
    messages.append({"type": "http.disconnect"})
    left = iter(messages)

    async def receive() -> dict[str, Any]:
        return next(left)

    body, again = await whole(receive, 10, 60)
    assert body == b"".join(pieces)
    assert await again() == {"type": "http.request", "body": body, "more_body": False}
    assert await again() == {"type": "http.disconnect"}


@ON_SQLITE
async def test_answers_weigh_no_more_than_they_may(database_url: str, database: Database) -> None:
    """Whoever asks for ever new things: other heads, other bodies, long names, long answers."""
    most = 150_000
    async with world_of(settings_for(database_url, kept_answers=most), database) as world:
        await world.hire(60)
        token = world.token()
        for number in range(50):
            name = "n" * 3_000 + str(number)
            for query, header in ((PEOPLE, str(number)), (f"query {name} {PEOPLE}", "x"), (PEOPLE, "y" * number)):
                for _ in range(2):
                    assert (await world.ask(query, token, x_a=header)).status == 200
            assert world.kept._answers.weight <= most
        kept = list(world.kept._answers._things.values())
        assert 10 < len(kept) <= most // kept_answers.ONCE
        assert sum(one.weight for one in kept) == world.kept._answers.weight
        assert sum(len(one.body) + len(one.said.get("name") or "") for one in kept) <= most
        assert len(world.kept._heads) <= most // kept_answers.BESIDE


@ON_SQLITE
async def test_what_was_asked_is_not_held(world: World) -> None:
    """Bodies of 200,000 bytes, of which a short answer comes."""
    token = world.token()
    bodies = [json.dumps({"query": PEOPLE, "extensions": {"a": str(n) + "x" * 200_000}}).encode() for n in range(40)]
    await world.send(bodies[0], headers=headers_of(token))
    tracemalloc.start()
    before, _ = tracemalloc.get_traced_memory()
    for body in bodies:
        for _ in range(2):
            assert (await world.send(body, headers=headers_of(token))).status == 200
    after, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(world.kept._answers) >= 40
    assert after - before < 4_000_000


@ON_SQLITE
async def test_an_answer_of_more_bytes_is_sent_and_not_kept(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    token = world.token()
    whole_ = await world.ask(token=token)
    for longest, again in ((len(whole_.body) - 1, False), (len(whole_.body), True)):
        monkeypatch.setattr(kept_answers, "LONGEST", longest)
        found = [await world.ask(token=token, x_a=str(longest)) for _ in range(3)]
        assert {one.body for one in found} == {whole_.body}
        assert [one.again for one in found] == [False, False, again]


@ON_SQLITE
async def test_what_may_not_be_told_any_more_is_not_held(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("server.kept_answers.BETWEEN_CLEARINGS", 0.01)
    token = world.token()
    await world.kept_people(token)
    assert any(one.body for one in world.kept._answers)
    await asyncio.sleep(0.05)
    assert any(one.body for one in world.kept._answers)
    world.clock.moment += timedelta(minutes=2)
    while any(one.body for one in world.kept._answers):
        await asyncio.sleep(0.01)
