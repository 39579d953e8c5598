"""While others write: an answer of compiled reads is of one moment, and that moment is not before it was asked for."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import col

from core.models import Credential, Person, PluginEpoch, RevokedToken
from core.permissions import Actor, Role
from core.storage.database import Database
from core.storage.looks import KeyedLooks, Looks
from core.storage.queries.identity import is_revoked
from core.storage.queries.runnable import newest_epoch
from core.storage.row_scope import EVERY_ROW
from schema.terms import Terms
from tests import builders
from tests.schema.conftest import WITHOUT_LIMIT, Graph

pytestmark = pytest.mark.anyio
HELD = "credentials(first: 100) { totalCount edges { node { number status } } }"
WHOLE = (
    "query($at: String!) { all: credentials { totalCount } "
    "before: credentials(last: 100, before: $at) { totalCount edges { node { number status } } } "
    "after: credentials(first: 100, after: $at) { edges { node { number status } } } "
    f"people(first: 10) {{ edges {{ node {{ {HELD} }} }} }} "
    "sums: credentialCounts(by: [KIND]) { count } }"
)
OWN = f"{{ all: credentials {{ totalCount }} people {{ edges {{ node {{ {HELD} }} }} }} {HELD} }}"
MIDDLE = "示例中间"
WRITERS, DEEDS, LEAST = 3, 15, 5


@dataclass
class Register:
    """People whose credentials come, are revoked and go; ``going`` are those that somebody is about to take away."""

    graph: Graph
    people: list[Person]
    committed: set[str] = field(default_factory=set)
    going: set[str] = field(default_factory=set)
    gone: set[str] = field(default_factory=set)
    revoked: set[str] = field(default_factory=set)
    done: int = 0

    async def write(self, seed: int) -> None:
        chance = random.Random(seed)
        for number in range(DEEDS):
            mine = [one for one in self.committed - self.going if one.startswith(f"{seed}-")]
            if mine and number % 3 == 1:
                await self._revoke(chance.choice(sorted(mine)))
            elif mine and number % 3 == 2:
                await self._take(chance.sample(sorted(mine), min(len(mine), 2)))
            else:
                await self._give([f"{seed}-{number}-{part}" for part in range(chance.randint(1, 3))], chance)
        self.done += 1

    async def _give(self, numbers: list[str], chance: random.Random) -> None:
        async with self.graph.database.write(EVERY_ROW) as session:
            for number in numbers:
                day = builders.DAY - timedelta(days=chance.randint(0, 3000))
                make = chance.choice([builders.credential, builders.title])
                session.add(make(chance.choice(self.people), number=number, awarded_on=day))
                await session.flush()
                await asyncio.sleep(0)
        self.committed.update(numbers)

    async def _revoke(self, number: str) -> None:
        ended = {"revoked_on": builders.DAY, "revoked_reason": "示例"}
        async with self.graph.database.write(EVERY_ROW) as session:
            await session.exec(sa.update(Credential).where(col(Credential.number) == number).values(**ended))
            await asyncio.sleep(0)
        self.revoked.add(number)

    async def _take(self, numbers: list[str]) -> None:
        self.going.update(numbers)
        async with self.graph.database.write(EVERY_ROW) as session:
            for number in numbers:
                await session.exec(sa.delete(Credential).where(col(Credential.number) == number))
                await asyncio.sleep(0)
        self.gone.update(numbers)

    async def read(self, ask: Callable[[], Awaitable[dict[str, str]]]) -> int:
        """Answers are asked for until all have written; each is held against what was known before and after."""
        answers = 0
        while self.done < WRITERS or answers < LEAST:
            there, gone, revoked = self.committed - self.going, set(self.gone), set(self.revoked)
            seen = await ask()
            assert there - self.going <= seen.keys(), "what was committed before it was asked for is missing"
            assert not seen.keys() & gone, "what was taken away before it was asked for is still there"
            assert {seen[one] for one in revoked & seen.keys()} <= {"REVOKED"}, "what was revoked before still holds"
            answers += 1
        return answers


@pytest.fixture
async def register(graph: Graph) -> Register:
    graph.serve(Terms(tells_cost=True, budgets=WITHOUT_LIMIT.budgets))
    people = [builders.person() for _ in range(4)]
    await graph.add(*people)
    middle = builders.DAY - timedelta(days=1500)
    await graph.add(builders.credential(people[0], number=MIDDLE, awarded_on=middle))
    return Register(graph, people, {MIDDLE})


def numbers(connection: dict[str, Any]) -> list[str]:
    return [edge["node"]["number"] for edge in connection["edges"]]


def statuses(*connections: dict[str, Any]) -> dict[str, str]:
    return {edge["node"]["number"]: edge["node"]["status"] for one in connections for edge in one["edges"]}


def torn(data: dict[str, Any]) -> list[int]:
    """The number of all credentials, as every part of an answer has it: of one moment when they are one number."""
    held = [edge["node"]["credentials"] for edge in data["people"]["edges"]]
    for one in held:
        assert one["totalCount"] == len(numbers(one))
    found = {data["all"]["totalCount"], sum(len(numbers(one)) for one in held)}
    if "sums" in data:
        found |= {sum(one["count"] for one in data["sums"])}
        found |= {1 + len(numbers(data["before"])) + len(numbers(data["after"])), data["before"]["totalCount"]}
    else:
        found |= {len(numbers(data["credentials"])), data["credentials"]["totalCount"]}
    return sorted(found)


async def test_every_answer_is_of_one_moment_and_never_of_one_before_it(register: Register) -> None:
    graph = register.graph
    (edge,) = (await graph.ask("{ credentials { edges { cursor } } }"))["credentials"]["edges"]

    async def whole() -> dict[str, str]:
        answer = await graph.answer(WHOLE, at=edge["cursor"])
        assert "errors" not in answer
        assert answer["extensions"].get("resolved", {}) == {}
        data = answer["data"]
        assert len(torn(data)) == 1
        seen = [MIDDLE, *numbers(data["before"]), *numbers(data["after"])]
        held = [one["node"]["credentials"] for one in data["people"]["edges"]]
        assert sorted(seen) == sorted(number for one in held for number in numbers(one))
        assert statuses(*held).items() >= statuses(data["before"], data["after"]).items()
        return statuses(*held)

    writing = [register.write(seed) for seed in range(WRITERS)]
    _, _, _, *read = await asyncio.gather(*writing, *(register.read(whole) for _ in range(3)))
    assert min(read) >= LEAST
    assert register.gone
    assert register.revoked


async def test_a_reader_bound_to_a_person_sees_one_moment_too(register: Register) -> None:
    graph, person = register.graph, register.people[0]
    worker = Actor.of(Role.WORKER, "示例", person_id=person.id)
    register.people = [person]

    async def own() -> dict[str, str]:
        answer = await graph.answer(OWN, worker)
        assert answer["extensions"].get("resolved", {}) == {}
        assert len(torn(answer["data"])) == 1
        return statuses(answer["data"]["credentials"])

    writing = [register.write(seed) for seed in range(WRITERS)]
    *_, first, second = await asyncio.gather(*writing, register.read(own), register.read(own))
    assert min(first, second) >= LEAST


async def test_an_answer_of_two_moments_would_be_found_out(register: Register) -> None:
    """The guard taken away: two statements, between which somebody writes."""
    graph = register.graph
    first = await graph.ask("{ all: credentials { totalCount } }")
    await graph.add(builders.credential(register.people[1], number="between"))
    second = await graph.ask(f"{{ people {{ edges {{ node {{ {HELD} }} }} }} {HELD} }}")
    assert len(torn({**second, **first})) == 2


async def revoke(database: Database, key: str) -> None:
    async with database.write(EVERY_ROW) as session:
        session.add(RevokedToken(key=key, until=builders.NOON))
        await session.flush()
        await asyncio.sleep(0.002)


async def test_a_token_is_refused_from_its_revocation_on(database: Database) -> None:
    looks: KeyedLooks[str, bool] = KeyedLooks(partial(is_revoked, database))
    revoked: set[str] = set()
    keys = [f"{number:064d}" for number in range(12)]

    async def ask(key: str) -> None:
        told = False
        while not told:
            was = key in revoked
            told = await looks.now(key)
            assert told or not was, "a revoked token held"

    async def write() -> None:
        for key in keys:
            await revoke(database, key)
            revoked.add(key)

    await asyncio.gather(write(), *(ask(key) for key in keys for _ in range(3)))
    assert await asyncio.gather(*map(looks.now, keys)) == [True] * len(keys)
    await asyncio.sleep(0)
    assert looks._looks == {}


async def test_an_epoch_is_seen_from_its_commit_on(database: Database) -> None:
    looks: Looks[int] = Looks(partial(newest_epoch, database))
    committed = 0
    async with database.write(EVERY_ROW) as session:
        await session.exec(sa.delete(PluginEpoch))
        session.add(PluginEpoch(number=0))

    async def write() -> None:
        nonlocal committed
        for number in range(1, 31):
            async with database.write(EVERY_ROW) as session:
                await session.exec(sa.update(PluginEpoch).values(number=number))
            committed = number

    async def ask() -> int:
        answers = 0
        while committed < 30:
            before = committed
            assert before <= await looks.now()
            answers += 1
        return answers

    _, *answers = await asyncio.gather(write(), *(ask() for _ in range(8)))
    assert all(answers)
    assert await looks.now() == 30


@pytest.mark.parametrize("is_joined", [False, True], ids=["as it is", "planted: who comes late joins the look"])
async def test_a_look_that_began_before_a_revocation_answers_nobody_who_asks_after_it(
    database: Database, monkeypatch: pytest.MonkeyPatch, is_joined: bool
) -> None:
    """The database is slow: a look has found nothing yet is not back when the token is revoked."""
    looked, go_on = asyncio.Event(), asyncio.Event()

    async def slow(key: str) -> bool:
        found = await is_revoked(database, key)
        looked.set()
        await go_on.wait()
        return found

    now = Looks.now

    async def joining(self: Looks[Any]) -> Any:
        under_way = self._current
        return await (now(self) if under_way is None or under_way.done() else asyncio.shield(under_way))

    if is_joined:
        monkeypatch.setattr(Looks, "now", joining)
    looks: KeyedLooks[str, bool] = KeyedLooks(slow)
    before = asyncio.ensure_future(looks.now("a" * 64))
    await looked.wait()
    await revoke(database, "a" * 64)
    after = asyncio.ensure_future(looks.now("a" * 64))
    with suppress(TimeoutError):
        await asyncio.wait_for(asyncio.shield(after), 0.01)
    go_on.set()
    assert await before is False
    assert await after is not is_joined
