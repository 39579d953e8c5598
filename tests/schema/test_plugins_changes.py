"""What a version would change: in its words and against the floors."""

from typing import Any

import pytest

from core.permissions import Actor, Role
from schema.service import GraphQLService
from tests import builders
from tests.schema.conftest import AUDITOR, Graph
from tests.schema.plugin_world import World, filing, version_id, world_in

pytestmark = pytest.mark.anyio

DIFF = """query($from: ID!, $to: ID!) { schemeDiff(from: $from, to: $to) {
  older { version } newer { version }
  changes { kind part key field before after row }
  margins { row floorYears ownYears above source { __typename } }
} }"""


@pytest.fixture
async def world(graph: Graph) -> World:
    return await world_in(graph)


async def test_what_differs_is_told_row_by_row(world: World) -> None:
    await world.recorded()
    await world.register(version="1.1.0", needed="1", name="Another name")
    on_record = await version_id(world)
    data = await world.graph.ask(DIFF, **{"from": on_record, "to": filing(world, "1.1.0")})
    diff = data["schemeDiff"]
    assert (diff["older"], diff["newer"]) == ({"version": "1.0.0"}, {"version": "1.1.0"})
    assert [(one["kind"], one["part"], one["field"]) for one in diff["changes"]] == [
        ("CHANGED", "scheme", "name"),
        ("CHANGED", "row", "skill_to_title.conditions"),
    ]
    row = diff["changes"][1]
    assert row["row"] == 1
    assert row["before"] != row["after"]
    assert [(one["row"], one["above"]) for one in diff["margins"]] == [(1, 0), (1, 0), (2, 0), (2, 0)]
    back = await world.graph.ask(DIFF, **{"from": filing(world, "1.1.0"), "to": on_record})
    assert (back["schemeDiff"]["changes"][1]["before"], back["schemeDiff"]["changes"][1]["after"]) == (
        row["after"],
        row["before"],
    )


async def test_others_may_not_ask(world: World) -> None:
    await world.register()
    worker = Actor.of(Role.WORKER, "worker", person_id=builders.person().id)
    id_ = filing(world, "1.0.0")
    error = await world.graph.fault(DIFF, worker, **{"from": id_, "to": id_})
    assert error["extensions"]["code"] == "NOT_PERMITTED"
    neighbour = await world_in(world.graph)
    error = await world.graph.fault(DIFF, neighbour.admin, **{"from": id_, "to": id_})
    assert error["extensions"]["code"] == "NOT_FOUND"
    assert error["message"].endswith(f"no scheme version {id_}, or not visible to this reader")


async def test_a_draft_is_read_from_its_file_and_refused_when_that_was_changed(world: World) -> None:
    await world.register()
    given = {"from": filing(world, "1.0.0"), "to": filing(world, "1.0.0")}
    first = await world.graph.statements(DIFF, **given)
    again = await world.graph.statements(DIFF, **given)
    assert len(again) < len(first)  # what was read is kept by its digest

    class Forged:
        """Reads every file as something else."""

        def read(self, content: bytes, filename: str) -> Any:
            found = world.graph.verifier.read(content, filename)
            return type(found)(digest="0" * 64, scheme=found.scheme)

    fresh = GraphQLService(world.graph.deps(verifier=Forged()))
    answer = await fresh.execute(DIFF, given, None, AUDITOR, "r")
    assert answer["errors"][0]["extensions"]["code"] == "DIGEST_MISMATCH"
