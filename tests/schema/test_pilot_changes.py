"""The pilot list over the graph: changed by decisions, shown to everybody with what moved between two days and why."""

from typing import Any

import pytest

from core.models import Enterprise
from core.permissions import ANONYMOUS, Actor
from schema.ids import encode_id
from tests import builders
from tests.schema import rows
from tests.schema.conftest import OFFICER, Graph
from tests.schema.contest_world import Contests, contests_in

pytestmark = pytest.mark.anyio
CHANGE = {"batch": "第二批", "basis": "示例公告〔2026〕2号", "effectiveOn": "2026-03-02", "reason": "名单动态更新"}
DIFFERENCE = """query($from: Date!, $to: Date!) { pilotListDifference(from: $from, to: $to) {
  joined { ...M } left { ...M } changed { ...M listingBefore { batch } } } }
fragment M on PilotListMove { basis reason enterprise { key } listing { batch } decision { batch effectiveOn } }"""
DECISIONS = """{ pilotDecisions { totalCount edges { node {
  id batch basis decidedOn effectiveOn reason joined { enterprise { key } decision { batch } }
  left { enterprise { key } endedDecision { batch } endedReason } } } } }"""


@pytest.fixture
async def contests(graph: Graph) -> Contests:
    return await contests_in(graph)


async def candidate(contests: Contests) -> Enterprise:
    """An enterprise with both authorities, not on the list."""
    row = builders.enterprise()
    await contests.graph.add(row, rows.authority(row, series=None), rows.skill_authority(row, occupation=None))
    return row


def joining(row: Enterprise) -> dict[str, Any]:
    return {"enterprise": encode_id("Enterprise", row.id)}


async def difference(contests: Contests, earlier: str, later: str, actor: Actor = ANONYMOUS) -> dict[str, Any]:
    found = await contests.graph.ask(DIFFERENCE, actor, **{"from": earlier, "to": later})
    shown: dict[str, Any] = found["pilotListDifference"]
    return shown


async def test_one_decision_moves_several_and_everybody_reads_it(contests: Contests) -> None:
    newcomer, own = await candidate(contests), contests.yard.plugins.owner
    given = {**CHANGE, "revision": 0, "joins": [joining(newcomer)], "leaves": [contests.enterprise]}
    done = await contests.yard.done("changePilotList", OFFICER, **given)
    assert done["decision"]["joined"] == [{"enterprise": {"key": newcomer.key}}]
    for reader in (ANONYMOUS, contests.office, OFFICER):
        shown = (await contests.graph.ask(DECISIONS, reader))["pilotDecisions"]
        assert shown["totalCount"] == 1
        assert shown["edges"][0]["node"] == {
            "id": done["decision"]["id"],
            "batch": "第二批",
            "basis": "示例公告〔2026〕2号",
            "decidedOn": "2026-03-02",
            "effectiveOn": "2026-03-02",
            "reason": "名单动态更新",
            "joined": [{"enterprise": {"key": newcomer.key}, "decision": {"batch": "第二批"}}],
            "left": [
                {"enterprise": {"key": own.key}, "endedDecision": {"batch": "第二批"}, "endedReason": "名单动态更新"}
            ],
        }
        moved = await difference(contests, "2026-03-01", "2026-03-02", reader)
        same = {"basis": CHANGE["basis"], "reason": CHANGE["reason"]}
        same |= {"decision": {"batch": "第二批", "effectiveOn": "2026-03-02"}}
        assert moved == {
            "joined": [{**same, "enterprise": {"key": newcomer.key}, "listing": {"batch": "第二批"}}],
            "left": [{**same, "enterprise": {"key": own.key}, "listing": {"batch": "示例第一批"}}],
            "changed": [],
        }
    listed = await contests.graph.listed("{ pilotList { edges { node { enterprise { key } } } } }", ANONYMOUS)
    assert [one["enterprise"]["key"] for one in listed] == [newcomer.key]


async def test_who_is_on_it_by_another_listing_has_changed(contests: Contests) -> None:
    same = {**CHANGE, "leaves": [contests.enterprise]}
    await contests.yard.done("changePilotList", OFFICER, revision=0, **same)
    back = {**CHANGE, "batch": "第三批", "effectiveOn": "2026-05-01", "joins": [joining(contests.yard.plugins.owner)]}
    await contests.yard.done("changePilotList", OFFICER, revision=1, **back)
    moved = await difference(contests, "2026-03-01", "2026-05-01")
    [changed] = moved["changed"]
    assert (changed["listing"], changed["listingBefore"]) == ({"batch": "第三批"}, {"batch": "示例第一批"})
    assert (moved["joined"], moved["left"]) == ([], [])
    fault = await contests.graph.fault(DIFFERENCE, ANONYMOUS, **{"from": "2026-05-01", "to": "2026-03-01"})
    assert fault["extensions"]["code"] == "PERIOD_REVERSED"


async def test_two_officers_do_not_lose_each_others_changes(contests: Contests) -> None:
    first, second = await candidate(contests), await candidate(contests)
    given = {**CHANGE, "key": "second-batch", "revision": 0, "joins": [joining(first)]}
    done = await contests.yard.done("changePilotList", OFFICER, **given)
    again = await contests.yard.done("changePilotList", OFFICER, **given)
    assert again["decision"]["id"] == done["decision"]["id"], "the same request is done once"
    assert (
        await contests.yard.refused("changePilotList", OFFICER, **given | {"joins": [joining(second)]}) == "KEY_REUSED"
    )
    stale = {**CHANGE, "revision": 0, "joins": [joining(second)]}
    assert await contests.yard.refused("changePilotList", OFFICER, **stale) == "OUT_OF_DATE"
    await contests.yard.done("changePilotList", OFFICER, **stale | {"revision": 1})


async def test_a_change_is_taken_as_a_whole_or_not_at_all(contests: Contests) -> None:
    unfit = builders.enterprise()
    await contests.graph.add(unfit)
    wanted = {**CHANGE, "revision": 0, "leaves": [contests.enterprise]}
    result = await contests.yard.do("changePilotList", OFFICER, **wanted, joins=[joining(unfit)])
    assert (result["code"], bool(result["clause"])) == ("BAD_ARGUMENT", True), "it lacks both authorities"
    nothing = {**CHANGE, "revision": 0}
    twice = {**wanted, "joins": [joining(contests.yard.plugins.owner)]}
    for given in (nothing, twice, {**wanted, "batch": "第\u0000批"}, {**wanted, "revision": -1}):
        assert await contests.yard.refused("changePilotList", OFFICER, **given) == "BAD_ARGUMENT"
    unknown = {**CHANGE, "revision": 0, "joins": [{"enterprise": encode_id("Enterprise", "0" * 32)}]}
    assert await contests.yard.refused("changePilotList", OFFICER, **unknown) == "NOT_FOUND"
    shown = await contests.graph.ask("{ pilotDecisions { totalCount } pilotList { totalCount } }", ANONYMOUS)
    assert shown == {"pilotDecisions": {"totalCount": 0}, "pilotList": {"totalCount": 1}}


async def test_losing_the_listing_stops_contests_of_the_scheme_at_once(contests: Contests) -> None:
    winner = await contests.yard.worker()
    award = await contests.award(winner, await contests.cup())
    request = await contests.asked(winner, award, own=True)
    await contests.yard.done("changePilotList", OFFICER, revision=0, **CHANGE, leaves=[contests.enterprise])
    given = {"seen": {"request": request["id"], "revision": 1}, "granted": True}
    result = await contests.yard.do("decideContest", contests.office, **given)
    assert (result["code"], bool(result["clause"])) == ("NOT_ELIGIBLE", True)
    refused = await contests.yard.done("decideContest", contests.office, **given | {"granted": False})
    assert refused["request"]["state"] == "REFUSED", "it may still be refused"


async def test_who_joined_on_the_same_day_comes_in_the_order_of_ids(graph: Graph) -> None:
    """However the database has the rows: here the last comes first."""
    owners = [builders.enterprise() for _ in range(4)]
    joined = [rows.listing(one) for one in owners]
    await graph.add(*owners, *reversed(joined))
    data = await graph.ask(DIFFERENCE, **{"from": "2025-12-31", "to": "2026-01-02"})
    moves = data["pilotListDifference"]["joined"]
    assert [one["enterprise"]["key"] for one in moves] == [one.key for one in owners]
