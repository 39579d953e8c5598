"""What it takes to say whom a new version of a scheme concerns among all the people of one enterprise.

A whole answer of ``schemeImpact`` through GraphQLService, and its stages by themselves: finding who is concerned,
loading their facts, weighing the versions. Beside it a peer: one hand-written SQL statement that asks who holds a level
of an occupation for so many years, for the ways that ask for nothing else; its counts must be those of the answer.

    python -m bench.impact [--people N] [--rows N] [--postgres URL]

``--postgres`` takes the address of a server where a database may be made; it is dropped in the end.
"""

import argparse
import asyncio
import resource
import sqlite3
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import sqlalchemy as sa

from bench._city import DAY, City, build
from core.conditions import CredentialYears
from core.eligibility.impact import Impact, Weighing
from core.eligibility.questions import Way
from core.eligibility.rulebook import Rulebook
from core.ladders import Ladder
from core.permissions import Actor, Role
from core.policy.load import load_packs
from core.schemes import Scheme
from core.secrets import Keyring
from core.storage.database import Database
from core.storage.facts import load_facts
from core.storage.queries.workforce import count_workforce, workforce_holding
from core.vocabulary import load_vocabulary
from plugins.registry import SchemeRegistry
from plugins.verifier import SchemeVerifier
from schema.context import Dependencies
from schema.ids import encode_id
from schema.impacts import PART
from schema.service import GraphQLService

AUDITOR = Actor.of(Role.BUREAU_AUDITOR, "bench")
QUERY = """query($version: ID!, $against: ID!) { schemeImpact(version: $version, against: $against) {
  people gained lost
  rows(first: 100, changed: true) { totalCount edges { node {
    row gained lost kept
    gainedPeople(first: 10) { edges { node { name } } } lostPeople(first: 10) { edges { node { name } } }
  } } }
} }"""
PEER = """
with open as (
  select distinct rule.version, rule.way, credential.person_id
  from employment
  join credential on credential.person_id = employment.person_id
  join rule on rule.occupation = credential.occupation and rule.level = credential.level
  where employment.enterprise_id = {enterprise} and employment.starts <= {day}
    and (employment.ends is null or employment.ends > {day}) and {full} <= {day}
), each as (
  select way, person_id, min(version) as first_version, max(version) as last_version from open group by way, person_id
)
select way, sum(case when first_version = 1 then 1 else 0 end), sum(case when last_version = 0 then 1 else 0 end),
  sum(case when first_version < last_version then 1 else 0 end)
from each group by way
"""


class Noon:
    """A clock that stands still on the day."""

    def now(self) -> datetime:
        return datetime(DAY.year, DAY.month, DAY.day, 4, tzinfo=UTC)


@dataclass(slots=True)
class Spent:
    """Seconds by stage: of CPU in this process, and by the wall."""

    cpu: dict[str, float] = field(default_factory=dict)
    wall: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def on(self, stage: str) -> Iterator[None]:
        cpu, wall = time.process_time(), time.perf_counter()
        yield
        self.cpu[stage] = self.cpu.get(stage, 0) + time.process_time() - cpu
        self.wall[stage] = self.wall.get(stage, 0) + time.perf_counter() - wall

    def report(self) -> None:
        for stage, cpu in self.cpu.items():
            print(f"{stage:34} {cpu:8.2f} s CPU {self.wall[stage]:8.2f} s")


async def staged(database: Database, city: City, schemes: list[Scheme], spent: Spent) -> tuple[int, Impact]:
    """The stages one after the other, as an answer goes through them; how many people were looked at."""
    with spent.on("binding and questions"):
        weighing = Weighing(*schemes, DAY, Rulebook(load_packs(), load_vocabulary()))
    questions, employer = weighing.questions, (city.enterprise, DAY)
    async with database.read() as session:
        with spent.on("finding who is concerned"):
            await count_workforce(session, *employer)
            found = await workforce_holding(session, AUDITOR, DAY, employer, questions.origins)
        for first in range(0, len(found), PART):
            with spent.on("loading facts"):
                facts = await load_facts(
                    session, [id_ for id_, _ in found[first : first + PART]], DAY, questions.reading
                )
            with spent.on("weighing"):
                weighing.look_at(facts.items())
    return len(found), weighing.impact


async def answered(database: Database, city: City, spent: Spent) -> tuple[dict[str, Any], float]:
    """A whole answer, and the longest that anything else waited for the loop meanwhile."""
    vocabulary = load_vocabulary()
    keyring, verifier = Keyring({"bench": bytes(32)}, bytes(range(32))), SchemeVerifier(vocabulary)
    deps = Dependencies(database, vocabulary, load_packs(), SchemeRegistry(), Noon(), keyring, verifier)
    service = GraphQLService(deps)
    ids = [encode_id("SchemeVersion", str(version.id)) for version in (city.older, city.newer)]

    async def ask(query: str) -> dict[str, Any]:
        answer = await service.execute(query, {"against": ids[0], "version": ids[1]}, None, AUDITOR, "bench")
        assert "errors" not in answer, answer["errors"]
        data: dict[str, Any] = answer["data"]
        return data

    # The contents of both versions are kept from here on, as they are once anybody has looked at them.
    await ask("query($version: ID!, $against: ID!) { schemeDiff(from: $against, to: $version) { margins { row } } }")
    waits = [0.0]
    neighbour = asyncio.create_task(_neighbour(waits))
    with spent.on("whole answer"):
        data = await ask(QUERY)
    neighbour.cancel()
    return data["schemeImpact"], max(waits)


async def _neighbour(waits: list[float]) -> None:
    while True:
        start = time.perf_counter()
        await asyncio.sleep(0.005)
        waits.append(time.perf_counter() - start - 0.005)


Counts = dict[int, tuple[int, int, int]]


def simple_ways(schemes: list[Scheme]) -> tuple[list[Way], list[tuple[int, int, str, str, int]]]:
    """The ways to a title that ask for years after a certificate alone, and their rules for the peer."""
    book = Rulebook(load_packs(), load_vocabulary())
    numbers: dict[Way, int] = {}
    rules, others = [], set()
    for version, scheme in enumerate(schemes):
        for route in book.scheme(scheme).routes:
            if route.source is None or route.source.ladder is not Ladder.SKILL or DAY not in route.period:
                continue
            number = numbers.setdefault((route.source, route.target), len(numbers))
            atoms = [atom for atom in route.leaves if isinstance(atom, CredentialYears)]
            others |= {number} if len(atoms) < len(route.leaves) else set()
            years = max(atom.years for atom in atoms)
            sides = ((o, level) for o in sorted(atoms[0].occupations or ()) for level in sorted(atoms[0].levels))
            rules += [(version, number, occupation, level.value, years) for occupation, level in sides]
    return list(numbers), [rule for rule in rules if rule[1] not in others]


def by_sqlite(url: str, enterprise: Any, rules: list[tuple[int, int, str, str, int]]) -> Callable[[], Counts]:
    base = sqlite3.connect(sa.make_url(url).database or "")
    _tell(base, rules, "?")
    full = "date(credential.awarded_on, '+' || rule.years || ' years')"
    query = PEER.format(enterprise=f"'{enterprise.hex}'", day=f"'{DAY}'", full=full)
    return lambda: {row[0]: tuple(map(int, row[1:])) for row in base.execute(query)}  # type: ignore[misc]


def by_postgres(url: str, enterprise: Any, rules: list[tuple[int, int, str, str, int]]) -> Callable[[], Counts]:
    base = psycopg.connect(url)
    _tell(base.cursor(), rules, "%s")
    full = "credential.awarded_on + make_interval(years => rule.years)"
    query = PEER.format(enterprise=f"'{enterprise}'", day=f"date '{DAY}'", full=full)
    return lambda: {row[0]: tuple(map(int, row[1:])) for row in base.execute(query.encode())}  # type: ignore[misc]


def _tell(base: Any, rules: list[tuple[int, int, str, str, int]], mark: str) -> None:
    base.execute("create temp table rule (version int, way int, occupation text, level text, years int)")
    base.executemany(f"insert into rule values ({', '.join([mark] * 5)})", rules)


def differing(ways: list[Way], compared: set[int], peer: Counts, impact: Impact) -> int:
    """How many of the compared ways have other counts here and there."""
    rows = {(row.source, row.target): (len(row.gained), len(row.lost), row.kept) for row in impact.rows}
    return sum(peer.get(number, (0, 0, 0)) != rows.get(ways[number], (0, 0, 0)) for number in compared)


async def measure(url: str, people: int, rows: int) -> None:
    spent = Spent()
    database = Database(url)
    try:
        await database.migrate()
        with spent.on("building the city"):
            city = await build(database, people, rows)
        if database.dialect == "postgresql":
            with psycopg.connect(url, autocommit=True) as connection:
                connection.execute("ANALYZE")  # what the server does by itself after a while
        answer, longest = await answered(database, city, spent)
        looked_at, impact = await staged(database, city, city.schemes, spent)
        ways, rules = simple_ways(city.schemes)
        peer = (by_sqlite if database.dialect == "sqlite" else by_postgres)(url, city.enterprise, rules)
        with spent.on("peer: one SQL statement"):
            counts = peer()
    finally:
        await database.dispose()
    compared = {rule[1] for rule in rules}
    print(
        f"{database.dialect}: {answer['people']} people, {looked_at} looked at, {len(impact.rows)} ways concern anybody"
    )
    spent.report()
    moved = [row for row in impact.rows if row.gained or row.lost]
    assert (answer["gained"], answer["lost"]) == (impact.gained, impact.lost)
    assert answer["rows"]["totalCount"] == len(moved)
    print(f"gained {impact.gained}, lost {impact.lost}, in {len(moved)} ways")
    print(f"ways compared with the peer {len(compared)}, differing {differing(ways, compared, counts, impact)}")
    print(f"whole answer / peer, by the wall: {spent.wall['whole answer'] / spent.wall['peer: one SQL statement']:.1f}")
    print(f"longest wait of another request {1000 * longest:.0f} ms; most memory {_megabytes()} MB")


def _megabytes() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


@asynccontextmanager
async def somewhere(server: str | None) -> AsyncIterator[str]:
    """The address of a database of our own, for as long as it is needed."""
    if server is None:
        with tempfile.TemporaryDirectory() as folder:
            yield f"sqlite:///{Path(folder) / 'city.db'}"
        return
    name = f"guantong_bench_{uuid4().hex[:12]}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"'.encode())
    try:
        yield sa.make_url(server).set(database=name).render_as_string(hide_password=False)
    finally:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())


async def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--people", type=int, default=50_000)
    options.add_argument("--rows", type=int, default=400)
    options.add_argument("--postgres", metavar="URL")
    chosen = options.parse_args()
    async with somewhere(chosen.postgres) as url:
        await measure(url, chosen.people, chosen.rows)


if __name__ == "__main__":
    asyncio.run(main())
