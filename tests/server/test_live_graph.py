"""The schema changes while real servers answer: nobody's request fails, and every answer is of one generation."""

import asyncio
import json
import shutil
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import SQLITE_AT_NIGHT, PostgresServer
from tests.server.live_world import (
    KEY,
    MOUNTED,
    READ,
    WITH_SHAPE,
    Asking,
    Live,
    Seen,
    asking_all_the_while,
    expected_shapes,
    http_client,
    live_in,
)
from tests.server.processes import PRODUCT, Running, running

pytestmark = pytest.mark.anyio
CLIENTS = 50


async def until_seen(seen: Seen, facts: dict[str, bool]) -> None:
    """Wait until some client was answered by a generation with these facts."""
    async with asyncio.timeout(60):
        while facts not in seen.facts.values():
            await asyncio.sleep(0.02)


@SQLITE_AT_NIGHT
async def test_fifty_clients_ask_while_a_scheme_is_switched_and_upgraded(database_url: str, tmp_path: Path) -> None:
    live, seen = await live_in(database_url, tmp_path), Seen()
    with running(PRODUCT, tmp_path, "serve", database_url=database_url) as server:
        async with http_client() as client:
            asking = Asking(server.base, client)

            async def ask(token: str, query: str) -> None:
                seen.note(await asking.read(live, token, query))

            asked = [WITH_SHAPE if number % 5 == 0 else READ for number in range(CLIENTS)]
            clients = [partial(ask, live.token_of(number), query) for number, query in enumerate(asked)]
            await asking_all_the_while(clients, switched(asking, live, seen))
        assert "Traceback" not in server.written()
    assert {name: len(told) for name, told in seen.shapes.items()} == dict.fromkeys(seen.shapes, 1)
    found = list(seen.facts.values())
    assert len(found) == 6
    assert all(one in found for one in expected_shapes())
    assert seen.answers.keys() == seen.shapes.keys()
    assert seen.answers.total() > CLIENTS


async def switched(asking: Asking, live: Live, seen: Seen) -> None:
    """Every version is held, switched on again and then followed by the next."""
    names: list[str] = []
    before = None
    for version, fact in (("1.0.0", "stages"), ("1.1.0", "shifts"), ("1.2.0", "nightShifts")):
        names.append(fact)
        for request in live.upgrade(before, version) if before else ():
            await asking.do(live.token, request)
        before = version
        await until_seen(seen, dict.fromkeys(names, False))
        await asking.do(live.token, live.switch("suspend", version))
        await until_seen(seen, dict.fromkeys(names, True))
        await asking.do(live.token, live.switch("activate", version))
        answer = await asking.post(live.token, {"query": reading(names), "variables": {"id": live.person}})
        assert answer["data"]["person"][MOUNTED]["stages"] == 3


def reading(names: list[str]) -> str:
    return f"query($id: ID!) {{ person(id: $id) {{ {MOUNTED} {{ {' '.join(names)} }} }} }}"


async def test_two_replicas_follow_one_another(
    postgres: PostgresServer, postgres_database: str, tmp_path: Path
) -> None:
    """Also after the database has ended every connection of both."""
    url = postgres.address_of(postgres_database)
    postgres.clear(postgres_database)
    homes = [tmp_path / name for name in ("first", "second")]
    live = await live_in(url, homes[0])
    shutil.copytree(*homes)  # replicas sign alike
    try:
        with (
            running(PRODUCT, homes[0], "serve", database_url=url) as first,
            running(PRODUCT, homes[1], "serve", database_url=url) as second,
        ):
            async with http_client() as client:
                one, other = Asking(first.base, client), Asking(second.base, client)
                assert await generation(one, live) == await generation(other, live)
                for how in ("suspend", "activate", "suspend"):
                    before = await generation(other, live)
                    await one.do(live.token, live.switch(how, "1.0.0"))
                    told = await followed(other, live, before)
                    assert told["person"][MOUNTED] == ({"stages": 3} if how == "activate" else None)
                    postgres.end_connections(postgres_database)
                for request in live.upgrade("1.0.0", "1.1.0"):
                    await one.do(live.token, request)
                await until_valid(other, live, reading(["stages", "shifts"]))
                await until_agreed(one, other, live)
                assert readiness(first) == readiness(second)
    finally:
        postgres.clear(postgres_database)


@SQLITE_AT_NIGHT
async def test_facts_are_never_among_the_answers_that_are_given_again(database_url: str, tmp_path: Path) -> None:
    """They rest on what the process could take up; people alone rest on rows, and are given again."""
    live = await live_in(database_url, tmp_path)
    facts, people = READ.replace("query", "query Facts", 1), "query People { people { totalCount } }"
    with running(PRODUCT, tmp_path, "serve", database_url=database_url) as server:
        async with http_client() as client:
            asking = Asking(server.base, client)
            async with asyncio.timeout(60):
                while not given_again(server, "People"):  # now and then somebody writes meanwhile
                    for query in (people, facts):
                        answer = await asking.read(live, live.token, query)
            assert answer["data"]["person"][MOUNTED] == {"stages": 3}
            assert "resolved" not in answer["extensions"]
            lines = [one for one in answered(server) if one.get("name") == "Facts"]
            assert len(lines) >= 2
            assert {(one["compiled"], one["resolved"]) for one in lines} == {(1, 0)}
            assert not given_again(server, "Facts")
            await asking.do(live.token, live.switch("suspend", "1.0.0"))
            answer = await asking.read(live, live.token, facts)
            assert answer["data"]["person"] == {
                "name": answer["data"]["person"]["name"],
                MOUNTED: None,
                "schemeFacts": [],
            }
            assert [one["scheme"] for one in answer["extensions"]["withheld"]] == [KEY]


def answered(server: Running) -> list[dict[str, Any]]:
    """What the log says of requests."""
    lines = [json.loads(one) for one in server.written().splitlines() if one.startswith("{")]
    return [one for one in lines if one.get("event") == "request"]


def given_again(server: Running, name: str) -> bool:
    return any(one.get("kept") for one in answered(server) if one.get("name") == name)


async def generation(asking: Asking, live: Live) -> str:
    """Which one answers."""
    found: str = (await asking.read(live, live.token))["extensions"]["schemaGeneration"]
    return found


async def until_agreed(one: Asking, other: Asking, live: Live) -> None:
    """Wait until both answer by one generation: either may take up a change before the other."""
    async with asyncio.timeout(60):
        while await generation(one, live) != await generation(other, live):
            await asyncio.sleep(0.02)


async def followed(asking: Asking, live: Live, before: str) -> dict[str, Any]:
    """The first answer of another generation."""
    async with asyncio.timeout(60):
        while True:
            answer = await asking.read(live, live.token)
            if answer["extensions"]["schemaGeneration"] != before:
                found: dict[str, Any] = answer["data"]
                return found
            await asyncio.sleep(0.02)


async def until_valid(asking: Asking, live: Live, query: str) -> None:
    """Wait until a replica knows the fields that a query asks for."""
    headers = {"authorization": f"Bearer {live.token}"}
    body = {"query": query, "variables": {"id": live.person}}
    async with asyncio.timeout(60):
        while "errors" in (await asking.client.post(f"{asking.base}/graphql", json=body, headers=headers)).json():
            await asyncio.sleep(0.02)


def readiness(server: Any) -> Any:
    status, text = server.get("/readyz")
    assert (status, KEY in text) == (200, False)
    return text
