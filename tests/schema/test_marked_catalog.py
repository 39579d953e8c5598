"""A registered workbook with the findings in it, for whoever may read the wheel and for nobody else."""

import base64
import io
from typing import Any

import openpyxl
import pytest

from core.permissions import Actor, Role
from core.services.artifacts import Upload
from plugins.document import read_folder
from plugins.workbook.writer import write_catalog
from schema.loaders import MOST_ARTIFACTS
from tests.schema.conftest import AUDITOR, OFFICER, Graph
from tests.schema.plugin_world import FOLDER, REGISTER, REVIEWER, World, world_in

pytestmark = pytest.mark.anyio
MARKED = "{ plugins { edges { node { version wheel { filename markedCatalog } } } } }"


@pytest.fixture
async def world(graph: Graph) -> World:
    return await world_in(graph)


def uploads(world: World, version: str = "1.0.0", weight: int = 400) -> dict[str, Upload]:
    """The example scheme as a workbook beside its manifest, sound unless another weight is given."""
    manifest = (FOLDER / "scheme.toml").read_text("utf-8")
    assert "weight = 400" in manifest
    changes = {"91990000MA0EXTJ012": world.owner.uscc, "1.0.0": version, "weight = 400": f"weight = {weight}"}
    for before, after in changes.items():
        manifest = manifest.replace(before, after)
    workbook = write_catalog(read_folder(FOLDER))
    return {
        "file": Upload(filename="catalog.xlsx", content=workbook),
        "manifest": Upload(filename="scheme.toml", content=manifest.encode()),
    }


async def marked(world: World, actor: Actor = AUDITOR) -> list[Any]:
    return [row["wheel"]["markedCatalog"] for row in (await world.graph.listed(MARKED, actor))]


async def test_the_workbook_comes_back_with_the_findings(world: World) -> None:
    registered = await world.do(REGISTER, world.admin, **uploads(world, weight=390))
    codes = [one["code"] for one in registered["findings"]]
    assert "SCH301" in codes
    (found,) = await marked(world, world.admin)
    book = openpyxl.load_workbook(io.BytesIO(base64.b64decode(found, validate=True)))
    assert [row[1].value for row in book["校验结果"].iter_rows(min_row=2)] == codes


async def test_there_is_none_where_nothing_was_found_or_the_catalog_is_no_workbook(world: World) -> None:
    await world.do(REGISTER, world.admin, **uploads(world))
    await world.register(version="1.1.0", years="2")
    await world.do(REGISTER, world.admin, file=Upload(filename="broken.zip", content=b"no zip"))
    broken = uploads(world, "1.2.0") | {"file": Upload(filename="catalog.xlsx", content=b"no workbook")}
    await world.do(REGISTER, world.admin, **broken)
    assert await marked(world) == [None] * 4


async def test_whoever_may_not_read_the_wheel_gets_none(world: World) -> None:
    await world.do(REGISTER, world.admin, **uploads(world, weight=390))
    for actor in (AUDITOR, OFFICER, REVIEWER, world.employee):
        assert len(await marked(world, actor)) == 1
    neighbour = await world_in(world.graph)
    assert await marked(world, neighbour.admin) == []
    id_ = (await world.graph.listed("{ plugins { edges { node { wheel { id } } } } }"))[0]["wheel"]["id"]
    query = "query($id: ID!) { node(id: $id) { ... on Wheel { markedCatalog } } }"
    assert (await world.graph.ask(query, neighbour.admin, id=id_)) == {"node": None}
    worker = Actor.of(Role.WORKER, "somebody")
    assert (await world.graph.ask(query, worker, id=id_)) == {"node": None}
    assert (await world.graph.ask(query, world.admin, id=id_))["node"]["markedCatalog"]


async def test_several_cost_one_statement_and_too_many_are_refused(world: World) -> None:
    costs = []
    for number in range(MOST_ARTIFACTS + 1):
        await world.do(REGISTER, world.admin, **uploads(world, f"1.{number}.0", weight=390))
        if number in (0, 2, MOST_ARTIFACTS - 1):
            costs.append(len(await world.graph.statements(MARKED)))
    assert costs == [costs[0]] * 3
    answer = await world.graph.answer(MARKED)
    assert {one["extensions"]["code"] for one in answer["errors"]} == {"BAD_ARGUMENT"}
