"""What the bureau holds up, others take over as a draft; what is withdrawn, or one's own, they do not."""

import base64
import io
import zipfile
from typing import Any

import pytest
from sqlmodel import select

from core.models import AuditEvent
from core.permissions import Actor, Role
from core.storage.row_scope import EVERY_ROW
from tests import builders
from tests.made_once import made_once
from tests.schema import plugin_world
from tests.schema.conftest import OFFICER, Graph
from tests.schema.plugin_world import World, version_id
from tests.schema.round_world import key

pytestmark = pytest.mark.anyio
PROBLEM = "... on Problem { code message { zh en } }"
MARKED = f"{{ __typename ... on MarkedReplicable {{ marked {{ mark revision parts withdrawnOn }} }} {PROBLEM} }}"
MARK = f"mutation($input: MarkReplicableInput!) {{ markReplicable(input: $input) {MARKED} }}"
WITHDRAW = f"mutation($input: WithdrawReplicableInput!) {{ withdrawReplicable(input: $input) {MARKED} }}"
CLONE = f"""mutation($input: CloneSchemeInput!) {{ cloneScheme(input: $input) {{
  __typename ... on ClonedScheme {{ filename package toFillIn {{ en }} source {{ schemeKey }} }} {PROBLEM}
}} }}"""
LIST = """{ replicableSchemes(first: 100) {
  totalCount
  edges { node { mark schemeKey version name { zh } parts reason markedBy revision enterprise { key } } }
} }"""
ALL = ["CATALOG", "GROUPS", "STANDARDS", "PROCESS"]


async def deed(graph: Graph, query: str, actor: Actor, **given: Any) -> dict[str, Any]:
    given = {"key": key(), "reason": "示例理由"} | given
    (answer,) = (await graph.ask(query, actor, input=given)).values()
    found: dict[str, Any] = answer
    return found


@pytest.fixture
@made_once
async def world(graph: Graph) -> World:
    """A scheme on record."""
    world = await plugin_world.world_in(graph)
    await world.register()
    await world.submit()
    await world.countersign()
    await world.record()
    return world


@pytest.fixture
async def other(graph: Graph) -> Actor:
    owner = builders.enterprise()
    await graph.add(owner)
    return Actor.of(Role.ENTERPRISE_ADMIN, "示例外厂经办", enterprise_id=owner.id)


async def test_a_scheme_is_held_up_cloned_and_withdrawn(graph: Graph, world: World, other: Actor) -> None:
    given = {"version": await version_id(world), "parts": ALL}
    marked = (await deed(graph, MARK, OFFICER, **given))["marked"]
    assert (marked["parts"], marked["revision"]) == (ALL, 1)
    assert (await deed(graph, MARK, OFFICER, **given))["code"] == "DUPLICATE"

    for reader in (other, world.admin, OFFICER):
        answer = await graph.ask(LIST, reader)
        [node] = [edge["node"] for edge in answer["replicableSchemes"]["edges"]]
        assert (node["mark"], node["schemeKey"], node["version"]) == (marked["mark"], "tiny_works", "1.0.0")

    same = {"key": key(), "mark": marked["mark"], "schemeKey": "other_works"}
    cloned = await deed(graph, CLONE, other, **same)
    assert cloned["filename"] == "other_works.zip"
    with zipfile.ZipFile(io.BytesIO(base64.b64decode(cloned["package"]))) as archive:
        assert sorted(archive.namelist()) == [
            f"scheme_other_works/{name}" for name in ("README.md", "catalog.xlsx", "scheme.toml")
        ]
    assert await deed(graph, CLONE, other, **same) == cloned, "the same request is done once"
    own = await deed(graph, CLONE, world.admin, mark=marked["mark"], schemeKey="own_works")
    assert own["code"] == "STEP_REFUSED"
    assert own["message"]["en"] == "this is the enterprise's own scheme; draft its next version"
    taken = await deed(graph, CLONE, other, mark=marked["mark"], schemeKey="tiny_works")
    assert taken["message"]["en"] == "scheme key 'tiny_works' is taken; choose another"

    stale = await deed(graph, WITHDRAW, OFFICER, mark=marked["mark"], revision=7)
    assert stale["code"] == "OUT_OF_DATE"
    gone = (await deed(graph, WITHDRAW, OFFICER, mark=marked["mark"], revision=1))["marked"]
    assert gone["withdrawnOn"] is not None
    assert (await graph.ask(LIST, other))["replicableSchemes"]["totalCount"] == 0
    late = await deed(graph, CLONE, other, mark=marked["mark"], schemeKey="late_works")
    assert late["code"] == "NOT_FOUND"
    assert "marked" in await deed(graph, MARK, OFFICER, **given), "it may be held up anew"
    async with graph.database.read(EVERY_ROW) as session:
        tags = (await session.exec(select(AuditEvent.tag).order_by(AuditEvent.seq))).all()  # type: ignore[arg-type]
    assert [one for one in tags if "replicable" in one or "clone" in one] == [
        "enterprise:scheme:replicable",
        "enterprise:scheme:clone",
        "enterprise:scheme:unreplicable",
        "enterprise:scheme:replicable",
    ]


async def test_a_catalog_goes_with_its_groups(graph: Graph, world: World) -> None:
    refused = await deed(graph, MARK, OFFICER, version=await version_id(world), parts=["CATALOG"])
    assert refused["code"] == "BAD_ARGUMENT"
    assert refused["message"]["en"] == "mark the catalog together with the groups: its rows name them"


@pytest.mark.parametrize("count", [1, 3, 30])
async def test_counts(graph: Graph, count: int) -> None:
    from core.models import Replicable

    for serial in range(count):
        owner = builders.enterprise()
        scheme = builders.scheme(owner, key=f"example_{serial}")
        version = builders.scheme_version(scheme)
        mark = Replicable(
            scheme_version_id=version.id,
            owner_id=owner.id,
            scheme_key=scheme.key,
            version="1.0.0",
            zh="示例",
            en="example",
            parts=["groups"],
            marked_on=builders.NOON.date(),
            marked_by="示例",
            reason="示例",
        )
        await graph.add(owner, scheme, version, mark)
    assert len(await graph.statements(LIST)) == 3
