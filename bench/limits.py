"""Milliseconds of CPU that limits, rates and finding out who asks add to a small query, beside Strawberry alone.

In one process and without a network; the database is the demonstration's, one snapshot a request in every way. Each
round measures every way in turn (A B C … A B C …) and compares it with the first of the same round; the medians of the
rounds are given.

* Strawberry: the library's schema executes the text, which it parses and validates every time;
* remembering: the same with the library's own memory of what was parsed and validated;
* limits: the product's service: counting, weighing, who may ask for what, the deadline, what operators learn;
* rates: that, counted for the caller and in its turn beside the caller's other operations;
* known: that, for a caller who shows a token, which is verified and looked up every time.

``new`` documents were never read before, neither by the product nor by the library.

    python -m bench.limits [--requests N] [--rounds N]
"""

import argparse
import asyncio
import io
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import strawberry
from graphql import parse
from strawberry.extensions import ParserCache, ValidationCache
from strawberry.schema.config import StrawberryConfig

import schema.build  # noqa: F401  # describes core's enums before any type uses them
from core.eligibility.rulebook import Rulebook
from core.permissions import Actor, Role
from core.services.artifacts import Upload
from schema.context import Context, Dependencies, Kept
from schema.limits.budget import STANDARD
from schema.mutation import Mutation
from schema.operation import Operation
from schema.query import Query
from schema.reader import Reader
from schema.scalars import BASE64, DATE, DATETIME, UPLOAD
from schema.service import GraphQLService
from schema.terms import Terms
from schema.types import need
from schema.types.credential import CONCRETE
from schema.types.scheme_fact import FACT_VALUE, FactValue
from schema.types.target import SkillTarget, TitleTarget
from server.clock import SystemClock
from server.identity import identity_of
from server.logs import configure_logs
from server.metrics import Metrics
from server.operations import load_demonstration, migrate_database
from server.rates import MEMORY, Rates, account
from server.settings import Settings, load_settings
from server.side_by_side import SideBySide
from server.watching import Watching
from server.wiring import Parts, open_parts

QUERIES = {
    "who am I": "{ viewer { role } }",
    "27 rows of the vocabulary": "{ titleSeries { code } }",
    "a page of ten": "{ occupations(first: 10) { edges { node { code } } } }",
}
AUDITOR = Actor.of(Role.BUREAU_AUDITOR, "auditor")
SCOPE = {"client": ("127.0.0.1", 50_000)}
BUDGETS = dict.fromkeys(Role, replace(STANDARD, per_minute=10**12))
Way = Callable[[str], Awaitable[Any]]


class Ways:
    """The ways to answer one text."""

    def __init__(self, parts: Parts, settings: Settings) -> None:
        self._parts = parts
        self._deps = Dependencies(
            parts.database, parts.vocabulary, parts.policy, parts.schemes, parts.clock, parts.keyring, parts.verifier
        )
        self._kept = Kept(Rulebook(parts.policy, parts.vocabulary))
        watched = replace(self._deps, watch=Watching(Metrics()))
        self._service = GraphQLService(watched, Terms(budgets=BUDGETS))
        self._rates, self._side_by_side = Rates(MEMORY, BUDGETS), SideBySide(60.0)
        identity = identity_of(settings, parts.database, SystemClock())
        self._authentication = identity.authentication
        self._headers = {"authorization": f"Bearer {identity.tokens.issue(AUDITOR, timedelta(hours=1))}"}
        self.all: dict[str, Way] = {
            "Strawberry": self._plainly(plain()),
            "remembering": self._plainly(plain(ParserCache, ValidationCache)),
            "limits": self.limits,
            "rates": self.rates,
            "known": self.known,
        }

    def _plainly(self, schema: strawberry.Schema) -> Way:
        async def execute(text: str) -> Any:
            async with self._parts.reading(AUDITOR, "bench") as call:
                context = Context(self._deps, self._kept, Reader(call.session), call, NOTHING)
                result = await schema.execute(text, context_value=context)
            assert not result.errors, result.errors
            return result.data

        return execute

    async def limits(self, text: str) -> Any:
        return right(await self._service.execute(Operation(text), AUDITOR, "bench"))

    async def rates(self, text: str, actor: Actor = AUDITOR, key: str = "") -> Any:
        counted_as = account(key, SCOPE)
        async with self._side_by_side.one(counted_as):
            charge = self._rates.charge(actor.role, counted_as)
            return right(await self._service.execute(Operation(text), actor, "bench", charge))

    async def known(self, text: str) -> Any:
        caller = await self._authentication.actor_of(self._headers, {})
        return await self.rates(text, caller.actor, caller.key)


NOTHING = parse("{ __typename }")


def plain(*extensions: Any) -> strawberry.Schema:
    """The same types in the library's own schema."""
    return strawberry.Schema(
        Query,
        Mutation,
        types=(*CONCRETE, *need.CONCRETE, SkillTarget, TitleTarget),
        extensions=list(extensions),
        config=StrawberryConfig(
            scalar_map={date: DATE, datetime: DATETIME, Upload: UPLOAD, bytes: BASE64, FactValue: FACT_VALUE}
        ),
    )


def right(answer: dict[str, Any]) -> Any:
    assert "errors" not in answer, answer
    return answer["data"]


_numbers = count()


def same(text: str) -> str:
    return text


def new(text: str) -> str:
    """The text as nobody has sent it."""
    return text.replace("{ ", f"{{ a{next(_numbers)}: ", 1)


async def cost(way: Way, text: str, as_sent: Callable[[str], str], requests: int) -> float:
    """Milliseconds of CPU a request, threads of the database included."""
    texts = [as_sent(text) for _ in range(requests)]
    began = time.process_time()
    for one in texts:
        await way(one)
    return (time.process_time() - began) / requests * 1000


async def measure(ways: dict[str, Way], text: str, as_sent: Callable[[str], str], requests: int, rounds: int) -> None:
    found: dict[str, list[float]] = {name: [] for name in ways}
    answers = [await way(text) for way in ways.values()]
    assert all(answer == answers[0] for answer in answers)
    for way in ways.values():
        await cost(way, text, as_sent, requests // 5 + 1)
    for _ in range(rounds):
        for name, way in ways.items():
            found[name].append(await cost(way, text, as_sent, requests))
    for name, times in found.items():
        beside = list(zip(times, found["Strawberry"], strict=True))
        added = statistics.median(one - plainly for one, plainly in beside)
        ratio = statistics.median(one / plainly for one, plainly in beside)
        print(f"| {name} | {statistics.median(times):.2f} | {added:+.2f} | {ratio:.2f} |")


async def run(settings: Settings, requests: int, rounds: int) -> None:
    await migrate_database(settings)
    await load_demonstration(settings)
    async with open_parts(settings) as parts:
        ways = Ways(parts, settings).all
        for as_sent in (same, new):
            for name, text in QUERIES.items():
                print(f"\n{name}, {as_sent.__name__} document: `{text}`\n")
                print("| way | ms of CPU | added | times Strawberry |\n| --- | ---: | ---: | ---: |")
                await measure(ways, text, as_sent, requests, rounds)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--requests", type=int, default=20)
    parser.add_argument("--rounds", type=int, default=25)
    given = parser.parse_args()
    configure_logs(stream=io.StringIO())
    print(f"{given.requests} requests a round, median of {given.rounds} rounds, CPU time of one process")
    with tempfile.TemporaryDirectory() as directory:
        asyncio.run(run(load_settings(home=Path(directory)), given.requests, given.rounds))


if __name__ == "__main__":
    main()
