"""A database with an example workshop whose scheme adds facts to the graph, and clients of real servers over it.

Version 1.0.0 runs from today; 1.1.0 and 1.2.0 wait to be put on record, each with one fact more than the one before.
"""

import asyncio
import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx2

from core.dates import today
from core.permissions import Actor, Role
from core.services.artifacts import Upload
from core.storage.database import Database
from schema.ids import encode_id
from server.clock import SystemClock
from server.settings import load_settings
from server.tokens import token_authority
from tests import builders
from tests.schema import published_rows
from tests.schema.conftest import OFFICER, Graph
from tests.schema.plugin_world import RECORD, REGISTER, SWITCH, World, _replaced, artifact, world_in
from tests.server.processes import LONGEST

KEY, MOUNTED, TYPE = "live_works", "liveWorks", "LiveWorksPersonFacts"
PAUSE = 0.2  # seconds that a client takes to read an answer
VERSIONS = {"1.0.0": ("stages",), "1.1.0": ("stages", "shifts"), "1.2.0": ("stages", "shifts", "night_shifts")}
FACT = '\n[[fact]]\nkey = "%s"\nzh = "示例"\nen = "Example"\ntype = "integer"\non = "person"\n'
PERSON = f"person(id: $id) {{ name {MOUNTED} {{ stages }} schemeFacts {{ key value }} }}"
READ = f"query($id: ID!) {{ {PERSON} }}"
WITH_SHAPE = f"""query($id: ID!) {{ {PERSON}
  owner: __type(name: "Person") {{ fields(includeDeprecated: true) {{ name isDeprecated }} }}
  facts: __type(name: "{TYPE}") {{ fields(includeDeprecated: true) {{ name isDeprecated }} }}
}}"""


def upload(owner: Any, version: str, facts: tuple[str, ...]) -> Upload:
    plain = artifact(owner, key=KEY, version=version)
    declared = "".join(FACT % key for key in facts)
    content = _replaced(plain.content, {"\nexample = true": f"\nexample = true\n{declared}"})
    return Upload(filename=plain.filename, media_type=plain.media_type, content=content)


@dataclass
class Live:
    """What is asked about, and how the scheme is switched over HTTP."""

    person: str
    filings: dict[str, dict[str, Any]]
    token: str
    home: Path

    def token_of(self, number: int) -> str:
        """The token of one client; each is counted by itself."""
        return issue(Actor.of(Role.BUREAU_AUDITOR, f"示例审计 {number}"), self.home)

    def switch(self, how: str, version: str) -> dict[str, Any]:
        """The request that activates, suspends or retires a version."""
        variables = {"filing": self.filings[version]["id"], "reason": "示例理由"}
        return {"query": SWITCH % f"{how}Scheme", "variables": variables}

    def upgrade(self, old: str, new: str) -> list[dict[str, Any]]:
        """The requests by which one version gives way to another within a day: retired, recorded, activated."""
        return [self.switch("retire", old), self._record(new), self.switch("activate", new)]

    def _record(self, version: str) -> dict[str, Any]:
        filing = self.filings[version]
        seen = {"filing": filing["id"], "revision": filing["revision"], "digest": filing["digest"]}
        day = today(SystemClock()).isoformat()
        variables = {"seen": seen, "number": f"示例 {version}", "day": day, "reason": "示例理由"}
        return {"query": RECORD, "variables": variables}


def issue(actor: Actor, home: Path) -> str:
    """A token that the server of a home takes."""
    return token_authority(load_settings(home=home), SystemClock()).issue(actor, timedelta(hours=1))


async def live_in(url: str, home: Path, people: int = 1) -> Live:
    """The world, in a migrated and empty database."""
    database = Database(url)
    try:
        graph = Graph(database)
        graph.clock.moment = SystemClock().now()
        world = await world_in(graph)
        await _on_record(world)
        staff = [builders.person() for _ in range(people)]
        kept = [published_rows.kept(one, world.owner, KEY, facts={"stages": 3}) for one in staff]
        await graph.add(*staff, *kept)
        return Live(encode_id("Person", staff[0].id), world.filings, issue(OFFICER, home), home)
    finally:
        await database.dispose()


async def _on_record(world: World) -> None:
    for version, facts in VERSIONS.items():
        found = await world.do(REGISTER, world.admin, file=upload(world.owner, version, facts))
        assert found["__typename"] == "VerifiedArtifact", found
        assert found["isAccepted"], found
        await world.submit(version)
        await world.countersign(version)
    day = today(SystemClock()).isoformat()
    for done in (await world.record("1.0.0", day=day), await world.switch("activate", "1.0.0")):
        assert done["__typename"] != "Problem", done


@dataclass
class Asking:
    """One server as clients ask it."""

    base: str
    client: httpx2.AsyncClient

    async def post(self, token: str, body: dict[str, Any]) -> dict[str, Any]:
        """The answer of a request that must not fail."""
        headers = {"authorization": f"Bearer {token}"}
        answer = await self.client.post(f"{self.base}/graphql", json=body, headers=headers)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        assert "errors" not in found, found
        return found

    async def do(self, token: str, body: dict[str, Any]) -> dict[str, Any]:
        """The result of the only mutation of a request that must be done."""
        (result,) = (await self.post(token, body))["data"].values()
        assert result["__typename"] != "Problem", result
        done: dict[str, Any] = result
        return done

    async def read(self, live: Live, token: str, query: str = READ) -> dict[str, Any]:
        return await self.post(token, {"query": query, "variables": {"id": live.person}})


def http_client(most: int = 60) -> httpx2.AsyncClient:
    limits = httpx2.Limits(max_connections=most, max_keepalive_connections=most)
    return httpx2.AsyncClient(timeout=LONGEST, limits=limits, trust_env=False)


@dataclass
class Seen:
    """What clients were answered: by the name of each generation, every shape that was told under it."""

    shapes: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    answers: Counter[str] = field(default_factory=Counter)

    def note(self, answer: dict[str, Any]) -> None:
        """Keep what an answer says of the schema, where it does, and check its data."""
        data, name = answer["data"], answer["extensions"]["schemaGeneration"]
        self.answers[name] += 1
        if "owner" in data:
            owner = {one["name"]: one["isDeprecated"] for one in data["owner"]["fields"]}
            facts = {one["name"]: one["isDeprecated"] for one in data["facts"]["fields"]}
            self.shapes[name].add(json.dumps([owner, facts], sort_keys=True))
            assert not owner[MOUNTED] or all(facts.values()), "a field of one generation beside facts of another"
        is_withheld = "withheld" in answer["extensions"]
        assert data["person"][MOUNTED] == (None if is_withheld else {"stages": 3})
        assert data["person"]["schemeFacts"] == ([] if is_withheld else [{"key": "stages", "value": 3}])

    @property
    def facts(self) -> dict[str, dict[str, bool]]:
        """By generation, whether each fact was deprecated."""
        return {name: json.loads(next(iter(told)))[1] for name, told in self.shapes.items()}


async def asking_all_the_while(clients: list[Callable[[], Any]], meanwhile: Any) -> None:
    """Let every client ask again and again until ``meanwhile`` is done; the first failure of any fails all."""
    over = asyncio.Event()

    async def one(ask: Callable[[], Any]) -> None:
        while not over.is_set():
            await ask()
            await asyncio.sleep(PAUSE)

    async def switching() -> None:
        try:
            await meanwhile
        finally:
            over.set()

    async with asyncio.TaskGroup() as group:
        for ask in clients:
            group.create_task(one(ask))
        group.create_task(switching())


def expected_shapes() -> Iterator[dict[str, bool]]:
    """The facts of every generation that the switches lead through, whether each is deprecated."""
    for names in (("stages",), ("stages", "shifts"), ("stages", "shifts", "nightShifts")):
        for stopped in (False, True):
            yield dict.fromkeys(names, stopped)
