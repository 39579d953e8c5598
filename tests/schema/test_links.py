"""Links with training, use and treatment, and preferences: typed in the graph, by level, person, matter and day."""

import pytest

from plugins.document import read_folder
from server.documents import ROOT
from tests import builders
from tests.schema.conftest import Graph
from tests.schema.plugin_world import World, world_in

pytestmark = pytest.mark.anyio
RAIL = ROOT / "enterprise_schemes" / "yuexiu_rail" / "scheme_yuexiu_rail"
FIELDS = """preferences { key text { zh } people tiers rank matters clause starts ends }
  links { key kind text { zh } level { name { zh } } like { name { zh } } clause starts ends }"""


@pytest.fixture
async def world(graph: Graph) -> World:
    return await world_in(graph)


async def test_they_are_typed(world: World) -> None:
    document = read_folder(RAIL)
    scheme = builders.scheme(world.owner, key="yuexiu_rail")
    version = builders.scheme_version(scheme, document=document.canonical(), digest=document.digest)
    await world.graph.add(scheme, version)
    query = f"{{ schemes {{ edges {{ node {{ versions {{ content {{ {FIELDS} }} }} }} }} }} }}"
    (edge,) = (await world.graph.ask(query))["schemes"]["edges"]
    shown = edge["node"]["versions"][0]["content"]
    assert shown["preferences"] == [
        {
            "key": "winners_and_coaches",
            "text": {"zh": "竞赛获奖选手和技术指导专家同等条件下优先"},
            "people": ["WINNER", "COACH"],
            "tiers": ["CITY", "PROVINCE", "NATIONAL_SECTOR", "NATIONAL", "WORLD"],
            "rank": "EXCELLENCE",
            "matters": ["PROMOTION", "TREATMENT"],
            "clause": "第十四条",
            "starts": "2026-04-01",
            "ends": None,
        }
    ]
    training, treatment = shown["links"]
    assert (training["key"], training["kind"], training["like"]) == ("line_academy", "TRAINING", None)
    assert treatment == {
        "key": "technician_allowance",
        "kind": "TREATMENT",
        "text": {"zh": "取得技师者享受工程师岗位津贴"},
        "level": {"name": {"zh": "技师（二级）"}},
        "like": {"name": {"zh": "中级职称"}},
        "clause": "第十六条",
        "starts": "2026-04-01",
        "ends": None,
    }
