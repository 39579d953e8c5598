"""One changed byte in the store, wherever it is, and the version does not run; the audit still renders and says why."""

import sqlite3
from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from core.models import Artifact, EvidenceItem, Fault, Filing, Review, SchemeVersion, Step, Wheel
from core.permissions import Actor, Role
from core.services.call import Call
from core.services.quarantine import Breakage, note_breakages
from plugins.registry import StoredSchemes
from schema.service import GraphQLService
from tests import builders
from tests.schema.conftest import OFFICER, Graph
from tests.schema.plugin_world import PROBLEM, WELDER, World, world_in

pytestmark = pytest.mark.anyio
SERVICE = Actor.of(Role.SERVICE, "platform")
Tamper = Callable[[AsyncSession], Awaitable[None]]
VERIFY = f"""mutation($digest: String!, $reason: String!) {{
  verifyWheel(input: {{digest: $digest, reason: $reason}}) {{ __typename {PROBLEM} }} }}"""
OPEN = """query { people { edges { node { opportunities { offeredBy { schemeKey } } } } } }"""
AUDIT = """{ plugins {
  schemeKey version isActive faults { kind text { zh en } } checks { holds text { zh en } }
} activeSchemes { version } }"""


def in_column(table: Any, name: str, *where: Any) -> Tamper:
    """Flip a bit of the first byte of a column; done twice it is as it was."""

    async def tamper(session: AsyncSession) -> None:
        column = getattr(table, name)
        (old,) = {*(await session.exec(sa.select(column).where(*where))).scalars()}  # type: ignore[call-overload]
        new = bytes([old[0] ^ 1]) + old[1:] if isinstance(old, bytes) else chr(ord(old[0]) ^ 1) + old[1:]
        await session.exec(sa.update(table).where(*where).values(**{name: new}))

    return tamper


OTHER_CONTENT = "its filing and approvals are of another content"
HAS_DIGEST = "the stored content has digest "
PLACES: dict[str, tuple[Tamper, str]] = {
    "the wheel's bytes": (in_column(Artifact, "content"), HAS_DIGEST),
    "the stored document": (in_column(SchemeVersion, "document"), HAS_DIGEST),
    "the digest of the document": (in_column(SchemeVersion, "digest"), HAS_DIGEST),
    "the digest of the wheel": (in_column(Wheel, "digest"), OTHER_CONTENT),
    "the digest of the filing": (in_column(Filing, "digest"), OTHER_CONTENT),
    "the countersignature": (in_column(Review, "digest", col(Review.step) == Step.COUNTERSIGN), OTHER_CONTENT),
    "the record": (in_column(Review, "digest", col(Review.step) == Step.RECORD), OTHER_CONTENT),
}


class Replica:
    """A process that starts anew over the same store."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.schemes = StoredSchemes(graph.verifier.read)
        graph.service = GraphQLService(graph.deps(schemes=self.schemes))

    async def follow(self) -> tuple[Breakage, ...]:
        """Take up what may run, and put on record what may not."""
        async with self.graph.database.read() as session:
            found = await self.schemes.refresh(session)
        if found:
            async with self.graph.database.write() as session:
                deps = self.graph.deps()
                parts = deps.clock, deps.vocabulary, deps.policy, deps.keyring
                await note_breakages(Call(session, SERVICE, *parts, "registry", deps.database.read), found)
        return found

    async def offered(self) -> set[str]:
        """The schemes by which the worker may apply for something."""
        nodes = (edge["node"] for edge in (await self.graph.ask(OPEN))["people"]["edges"])
        ways = (one["offeredBy"] for node in nodes for one in node["opportunities"])
        return {way["schemeKey"] for way in ways if way}


@pytest.fixture
async def world(graph: Graph) -> World:
    """A version that runs, and a welder who may apply for a title by it."""
    world = await world_in(graph)
    person = builders.person()
    await graph.add(
        person,
        builders.employment(person, world.owner, occupation=WELDER),
        builders.credential(person, level="skill:technician", occupation=WELDER, awarded_on=date(2020, 1, 1)),
        EvidenceItem(person_id=person.id, key="improvements", amount=2, since=date(2024, 1, 1)),
    )
    await world.active()
    replica = Replica(graph)
    assert await replica.follow() == ()
    assert await replica.offered() == {"tiny_works"}
    world.later()
    return world


async def not_run(world: World, why: str) -> Breakage:
    """What a new replica finds, after everything that must hold of a version that may not run has been looked at."""
    replica = Replica(world.graph)
    (found,) = await replica.follow()
    assert await replica.offered() == set()
    assert await replica.follow() == ()  # it is on record, and what is on record is left out
    assert await replica.offered() == set()
    data = await world.graph.ask(AUDIT)
    assert data["activeSchemes"] == []
    (row,) = data["plugins"]
    assert (row["schemeKey"], row["version"], row["isActive"]) == ("tiny_works", "1.0.0", False)
    (fault,) = row["faults"]
    assert fault["kind"] == "DRIFT"
    assert f"is not used: {why}" in fault["text"]["en"]
    (told,) = (check["text"] for check in row["checks"] if not check["holds"] and fault["text"]["en"] in check["text"]["en"])
    assert told["zh"] == f"2026-03-02 发现存储内容有变：{fault['text']['zh']}；恢复后请重新校验"
    assert told["en"].endswith("; verify it again once it is restored")
    return found


@pytest.mark.parametrize("place", PLACES)
async def test_one_changed_byte_and_it_does_not_run(world: World, place: str) -> None:
    tamper, why = PLACES[place]
    async with world.graph.database.write() as session:
        await tamper(session)
    await not_run(world, why)


async def test_a_file_that_is_gone_stops_its_version(world: World) -> None:
    """Only whoever reaches the file of the database itself can do that: it keeps what it refers to."""
    if world.graph.database.dialect != "sqlite":
        pytest.skip("PostgreSQL keeps references whole for whoever may not switch that off, so it cannot come about")
    path = world.graph.database.url.removeprefix("sqlite:///")
    with sqlite3.connect(path) as raw:
        raw.execute("UPDATE artifact SET digest = 'x' || substr(digest, 2)")
    await not_run(world, "its file is not in the store")


async def test_what_is_restored_runs_once_it_is_verified_again(world: World) -> None:
    async with world.graph.database.read() as session:
        (content,) = (await session.exec(sa.select(Artifact.content))).scalars()  # type: ignore[call-overload]
    async with world.graph.database.write() as session:
        await PLACES["the wheel's bytes"][0](session)
    await not_run(world, HAS_DIGEST)
    digest = world.filings["1.0.0"]["digest"]
    refused = await world.do(VERIFY, OFFICER, digest=digest)
    assert refused["code"] == "DIGEST_MISMATCH"
    async with world.graph.database.write() as session:
        await session.exec(sa.update(Artifact).values(content=content))
    replica = Replica(world.graph)
    assert await replica.follow() == ()
    assert await replica.offered() == set()  # nobody has looked at it since
    world.later()
    assert (await world.do(VERIFY, OFFICER, digest=digest))["__typename"] == "VerifiedArtifact"
    assert await replica.follow() == ()
    assert await replica.offered() == {"tiny_works"}
    data = await world.graph.ask(AUDIT)
    assert [one["isActive"] for one in data["plugins"]] == [True]
    assert [check["holds"] for check in data["plugins"][0]["checks"]] == [True] * 8


async def test_what_drifts_again_is_told_again(world: World) -> None:
    tamper, why = PLACES["the stored document"]
    for times in (1, 2):
        async with world.graph.database.write() as session:
            await tamper(session)
        replica = Replica(world.graph)
        (found,) = await replica.follow()
        assert why in found.what.en
        async with world.graph.database.write() as session:
            await tamper(session)  # the same bit again: as it was
        world.later()
        await world.do(VERIFY, OFFICER, digest=world.filings["1.0.0"]["digest"])
        world.later()
        assert await replica.follow() == ()
        assert await replica.offered() == {"tiny_works"}
        async with world.graph.database.read() as session:
            assert (await session.exec(sa.select(sa.func.count()).select_from(Fault))).scalar_one() == times  # type: ignore[call-overload]


async def test_the_audit_keeps_its_reason_beside_versions_that_run(world: World) -> None:
    await world.register(version="1.1.0", needed="1")
    async with world.graph.database.write() as session:
        changed = sa.update(Artifact).where(col(Artifact.digest).in_(
            sa.select(col(Wheel.artifact_digest)).where(col(Wheel.version) == "1.0.0")
        ))
        await session.exec(changed.values(content=b"gone"))
    await Replica(world.graph).follow()
    rows = (await world.graph.ask(AUDIT))["plugins"]
    assert [(row["version"], row["isActive"], len(row["faults"])) for row in rows] == [
        ("1.0.0", False, 1),
        ("1.1.0", False, 0),
    ]
