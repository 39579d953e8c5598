"""A world for tests of contests over the graph: a municipal workshop of welders with a contest of its own."""

from dataclasses import dataclass
from typing import Any

from core.permissions import Actor
from schema.ids import encode_id
from tests.made_once import made_once
from tests.schema.conftest import OFFICER, WITHOUT_LIMIT, Graph
from tests.schema.plugin_world import WELDER, version_id, world_in
from tests.schema.round_world import BOTH, Rounds

HELD_ON = "2026-02-01"
PREFERENCE = """[[preference]]
key = "winners_and_coaches"
zh = "国赛获奖选手及其技术指导专家，同等条件下优先"
en = "Winners of national contests and their coaches come first among equals"
for = ["winner", "coach"]
contest_tiers = ["national", "world"]
contest_rank = "excellence"
in = ["promotion", "treatment"]
clause = "第十六条"

"""


@dataclass
class Contests:
    """The workshop; ``yard`` has its people, its clock and its graph."""

    yard: Rounds

    @property
    def graph(self) -> Graph:
        return self.yard.graph

    @property
    def office(self) -> Actor:
        return self.yard.office

    @property
    def enterprise(self) -> str:
        return encode_id("Enterprise", self.yard.plugins.owner.id)

    async def competition(self, name: str = "示例技能大赛", **given: Any) -> str:
        """Id of a competition that the bureau recorded; a national one unless told."""
        fields = {"name": name, "tier": "NATIONAL", "heldOn": HELD_ON, "basis": "示例公告", "isExample": True}
        done = await self.yard.done("recordCompetition", OFFICER, **fields | given)
        id_: str = done["competition"]["id"]
        return id_

    async def cup(self) -> str:
        """Id of the workshop's own contest."""
        return await self.competition("示例焊接比武", tier="ENTERPRISE", enterprise=self.enterprise)

    async def award(self, winner: Actor, competition: str, rank: str = "GOLD") -> str:
        """Id of what somebody reached there."""
        one = {"person": person_id(winner), "occupation": WELDER, "rank": rank, "awardedOn": HELD_ON}
        done = await self.yard.done("recordAwards", OFFICER, competition=competition, awards=[one])
        [*_, edge] = done["competition"]["awards"]["edges"]
        id_: str = edge["node"]["id"]
        return id_

    def asking(self, award: str, *, own: bool = False, **given: Any) -> dict[str, Any]:
        """A request by the policy's rule, or with ``own`` by the workshop's contest."""
        version = self.yard.version if own else None
        same = {"award": award, "enterprise": self.enterprise, "schemeVersion": version, "targets": BOTH}
        return same | given

    async def asked(self, actor: Actor, award: str, **given: Any) -> dict[str, Any]:
        """The request as it was answered."""
        done = await self.yard.done("askContest", actor, **self.asking(award, **given))
        found: dict[str, Any] = done["request"]
        return found

    async def decided(self, actor: Actor, request: dict[str, Any], granted: bool = True) -> dict[str, Any]:
        done = await self.yard.done("decideContest", actor, seen=seen(request), granted=granted)
        found: dict[str, Any] = done["request"]
        return found


def seen(request: dict[str, Any]) -> dict[str, Any]:
    return {"request": request["id"], "revision": request["revision"]}


def person_id(actor: Actor) -> str:
    return encode_id("Person", actor.person_id)


@made_once
async def contests_in(graph: Graph, **given: Any) -> Contests:
    """The workshop, owned by the city, listed, with both authorities, its codes, and a scheme that runs."""
    graph.serve(WITHOUT_LIMIT)
    plugins = await world_in(graph, is_municipal=True, **given)
    await plugins.active(preference=PREFERENCE)
    yard = Rounds(plugins, await version_id(plugins))
    codes = {"recordCode": "EX01", "certificatePrefix": "Y000044000001"}
    await yard.done("assignIssuerCode", OFFICER, enterprise=encode_id("Enterprise", plugins.owner.id), **codes)
    return Contests(yard)
