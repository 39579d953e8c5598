"""The screens of the pilot list, of contests and of one's own chances: one query each, within the reader's budget."""

from typing import Any

import pytest
from sqlmodel import select

from core.models import SchemeVersion
from core.permissions import ANONYMOUS
from core.storage.row_scope import EVERY_ROW
from plugins.document import scheme_from
from schema.terms import Terms
from server.page import example_queries
from tests.made_once import made_once
from tests.schema.conftest import AUDITOR, OFFICER, Graph
from tests.schema.contest_world import Contests, contests_in

pytestmark = pytest.mark.anyio
PILOT_LIST, CONTESTS = example_queries()[3:]
PILOT_OFFICE = """query {
  pilotList(first: 50) { totalCount edges { node {
    batch basis starts ends reason endedReason decision { batch basis effectiveOn reason }
    enterprise { id key name { zh } isMunicipal
      authorities { kind series { name { zh } } occupation { name { zh } } highest { name { zh } }
        document starts ends }
    } } } }
  pilotDecisions(first: 20) { totalCount edges { node { id batch basis effectiveOn reason
    joined { enterprise { key } } left { enterprise { key } endedReason } } } }
  pilotListDifference(from: "2025-12-31", to: "2026-03-02") {
    joined { basis reason enterprise { key } } left { basis enterprise { key } } changed { basis enterprise { key } } }
}"""
CONTEST_DESK = """query {
  waiting: contestRequests(first: 10, filter: {waitsFor: %s}) { totalCount edges { node {
    id revision path state waitsFor askedOn isByApplicant
    person { name currentEmployment { post } } targets { name { zh } }
    award { rank competition { name { zh } tier host { key } }
      outcomes { path issuer decision { isOpen targets { name { zh } }
        conditions { need { zh } have { zh } gap { zh } due citation { clause } } blocks { text { zh } } } } }
    decisions { side granted reason decidedBy decidedOn credential { number linkedCredential { number } } }
  } } }
  competitions(first: 5) { totalCount edges { node { id name { zh } tier heldOn basis
    awards(first: 5) { totalCount edges { node { id rank position holder { id name }
      coaches { coach { name } basis } } } }
  } } }
}"""
MINE = """query { viewer {
  person {
    name
    credentials(first: 20) { edges { node { levelName { zh } number status route } } }
    opportunities { state mayApplyFrom targets { name { zh } } offeredBy { schemeKey }
      conditions { need { zh } have { zh } gap { zh } due citation { clause } } blocks { text { zh } until } }
    preferences { preference { text { zh } clause } person matters rank }
    awards { id rank competition { name { zh } }
      outcomes { path issuer decision { isOpen mayApplyFrom targets { name { zh } } conditions { gap { zh } } } } }
    contestRequests { id revision state waitsFor decisions { side granted reason } }
    coachings { basis }
  }
  applications(first: 5) { totalCount edges { node { id status preferences { person } } } }
} rounds(first: 5, filter: {states: [APPLYING]}) { edges { node { id name applicationsUntil } } } }"""


@pytest.fixture
@made_once
async def contests(graph: Graph) -> Contests:
    """A winner who asked, in a workshop whose round takes applications; asked from now on by everybody's budget."""
    found = await contests_in(graph)
    async with graph.database.read(EVERY_ROW) as session:
        rows = (await session.exec(select(SchemeVersion))).all()
    graph.schemes.schemes = [scheme_from(row.document) for row in rows]
    await found.yard.opened()
    graph.serve(Terms())
    return found


def edges(shown: dict[str, Any], *path: str) -> list[dict[str, Any]]:
    inside: Any = shown
    for name in path:
        inside = inside[name]
    return [edge["node"] for edge in inside["edges"]]


async def test_the_pilot_list_with_both_qualifications_and_its_difference(contests: Contests) -> None:
    for reader in (OFFICER, AUDITOR, contests.office):
        shown = await contests.graph.ask(PILOT_OFFICE, reader)
        [listing] = edges(shown, "pilotList")
        held = {one["kind"]: one["document"] for one in listing["enterprise"]["authorities"]}
        assert held == {"TITLE_REVIEW": "示例授权", "SKILL_RECOGNITION": "示例授权"}
        assert [one["enterprise"]["key"] for one in shown["pilotListDifference"]["joined"]] == [
            listing["enterprise"]["key"]
        ]
    public = await contests.graph.ask(PILOT_LIST, ANONYMOUS)
    assert public["pilotList"]["totalCount"] == 1
    refused = await contests.graph.fault(PILOT_OFFICE, ANONYMOUS)
    assert refused["extensions"]["code"] == "NOT_PERMITTED", "authorities are not public"


async def test_contests_with_what_they_lead_to_for_bureau_and_enterprise(contests: Contests) -> None:
    winner = await contests.yard.worker()
    award = await contests.award(winner, await contests.competition())
    request = await contests.asked(winner, award)
    for reader, side in ((OFFICER, "BUREAU"), (contests.office, "OFFICE")):
        shown = await contests.graph.ask(CONTEST_DESK % side, reader)
        [waiting] = edges(shown, "waiting")
        assert (waiting["id"], waiting["revision"]) == (request["id"], 1)
        assert {one["issuer"] for one in waiting["award"]["outcomes"]} >= {"CITY_BUREAU", "EVALUATION_BODY"}
        [competition] = edges(shown, "competitions")
        assert competition["awards"]["totalCount"] == 1
    half = await contests.decided(OFFICER, request)
    await contests.decided(contests.office, half)
    shown = await contests.graph.ask(CONTEST_DESK % "BUREAU", OFFICER)
    assert shown["waiting"]["totalCount"] == 0
    [told] = edges(await contests.graph.ask(CONTESTS, AUDITOR), "competitions")
    [won] = edges(told, "awards")
    numbers = {one["credential"]["number"]: one["credential"] for one in won["requests"][0]["decisions"]}
    assert {one["linkedCredential"]["number"] for one in numbers.values()} == set(numbers)


async def test_what_a_worker_may_apply_for_has_won_and_asked(contests: Contests) -> None:
    winner = await contests.yard.worker()
    award = await contests.award(winner, await contests.competition())
    await contests.yard.applied(winner)
    request = await contests.asked(winner, award)
    shown = await contests.graph.ask(MINE, winner)
    mine = shown["viewer"]["person"]
    assert {one["state"] for one in mine["opportunities"]} >= {"NOW"}
    assert [one["person"] for one in mine["preferences"]] == ["WINNER"]
    assert any(one["decision"]["isOpen"] for one in mine["awards"][0]["outcomes"])
    assert [one["id"] for one in mine["contestRequests"]] == [request["id"]]
    assert [one["preferences"] for one in edges(shown, "viewer", "applications")] == [[{"person": "WINNER"}]]
    assert len(edges(shown, "rounds")) == 1
