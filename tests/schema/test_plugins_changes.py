"""What a version would change: in its words and against the floors."""

from typing import Any

import pytest

from core.permissions import Actor, Role
from schema.operation import Operation
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


ROW = "6-18-02-04 technician ↔ engineering/mechanical intermediate"


async def test_rows_are_named_in_words_and_told_whole_when_new_or_gone(world: World) -> None:
    await world.recorded()
    await world.register(version="1.1.0", trade="手工焊")
    query = "query($from: ID!, $to: ID!) { schemeDiff(from: $from, to: $to) { changes { %s } } }"
    given = {"from": await version_id(world), "to": filing(world, "1.1.0")}
    data = await world.graph.ask(query % "kind key before after label { zh en }", **given)
    gone, new = data["schemeDiff"]["changes"]
    assert (new["kind"], new["key"], new["before"]) == (
        "ADDED",
        "6-18-02-04（手工焊） technician ↔ engineering/mechanical intermediate",
        None,
    )
    assert (gone["kind"], gone["key"], gone["after"]) == ("REMOVED", ROW, None)
    assert gone["before"].startswith("[2026-03-01, …)；skill_to_title: years 3，（")
    assert "工艺改进（项） process improvements [improvements] ≥ 2（每项至多计 counted up to 10）" in gone["before"]
    assert " 或 or 竞赛 contest national, world ≥ gold）" in gone["before"]
    assert gone["before"].endswith("；title_to_skill: years 1（政策底线 policy floor）")
    assert gone["label"]["zh"] == "焊工 技师（二级） ↔ 机械 工程师"


async def test_years_left_to_the_policy_are_told_with_its_floor(world: World) -> None:
    await world.recorded()
    await world.register(version="1.1.0", back_years="5")
    query = "query($from: ID!, $to: ID!) { schemeDiff(from: $from, to: $to) { changes { field before after } } }"
    data = await world.graph.ask(query, **{"from": await version_id(world), "to": filing(world, "1.1.0")})
    assert data["schemeDiff"]["changes"] == [
        {"field": "title_to_skill.years", "before": "1（政策底线 policy floor）", "after": "5"}
    ]


async def test_two_schemes_are_not_laid_beside_each_other(world: World) -> None:
    await world.register()
    await world.register(key="other_works", version="2.0.0")
    error = await world.graph.fault(DIFF, **{"from": filing(world, "1.0.0"), "to": filing(world, "2.0.0")})
    assert error["extensions"]["code"] == "BAD_ARGUMENT"
    assert error["message"] == (
        "两个版本分属方案“tiny_works”和“other_works”；请选同一方案的版本 / the versions are of two schemes, "
        "'tiny_works' and 'other_works'; take two of the same scheme"
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
    answer = await fresh.execute(Operation(DIFF, given), AUDITOR, "r")
    assert answer["errors"][0]["extensions"]["code"] == "DIGEST_MISMATCH"
