"""Contests over the graph: what an award leads to, both paths to two certificates, preferences and replays."""

from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import select

from core.models import ContestDecision, SchemeVersion
from core.permissions import Actor, Role
from core.storage.row_scope import EVERY_ROW
from plugins.document import scheme_from
from schema.ids import encode_id
from tests import builders
from tests.schema.conftest import AUDITOR, OFFICER, Graph
from tests.schema.contest_world import Contests, contests_in, person_id, seen
from tests.schema.plugin_world import WELDER

pytestmark = pytest.mark.anyio
CITY_RULE = "推动建立“以赛代评”人才评价模式"
OUTCOMES = """outcomes(asOf: $day) { path issuer isUsed isWaitedFor issuerCitation { clause } enterprise { key }
  decision { isOpen state mayApplyFrom targets { name { zh } }
    conditions { need { zh } gap { zh } citation { clause } } } }"""
GRAPH = """{ viewer { person {
  skillCertificates { number route linkedCredential { number } }
  professionalTitles { number route issuer { name enterprise { key } } linkedCredential { number } }
  contestRequests { state decisions { side granted credential { number } evaluation { decidedOn } %s } } } } }"""
REPLAY = "replay { ... on Replay { isEqual parts { kind isEqual differences { path } } } ... on Problem { code } }"


@pytest.fixture
async def contests(graph: Graph) -> Contests:
    return await contests_in(graph)


async def outcomes(contests: Contests, award: str, actor: Any, day: str | None = None) -> list[dict[str, Any]]:
    query = f"query($id: ID!, $day: Date) {{ node(id: $id) {{ ... on CompetitionAward {{ {OUTCOMES} }} }} }}"
    found: list[dict[str, Any]] = (await contests.graph.ask(query, actor, id=award, day=day))["node"]["outcomes"]
    return found


async def schemes_run(contests: Contests) -> None:
    """What is on record is what eligibility reads, as an installation wires it."""
    async with contests.graph.database.read(EVERY_ROW) as session:
        rows = (await session.exec(select(SchemeVersion))).all()
    contests.graph.schemes.schemes = [scheme_from(row.document) for row in rows]


async def test_by_the_policy_the_bureau_issues_the_title_and_the_enterprise_the_skill_certificate(
    contests: Contests,
) -> None:
    winner = await contests.yard.worker()
    award = await contests.award(winner, await contests.competition())
    request = await contests.asked(winner, award)
    assert (request["state"], request["path"], request["waitsFor"]) == ("ASKED", "POLICY", ["OFFICE", "BUREAU"])
    half = await contests.decided(OFFICER, request)
    assert (half["state"], half["waitsFor"]) == ("ASKED", ["OFFICE"])
    whole = await contests.decided(contests.office, half)
    assert (whole["state"], whole["waitsFor"], whole["revision"]) == ("GRANTED", [], 3)
    shown = (await contests.graph.ask(GRAPH % REPLAY, winner))["viewer"]["person"]
    skill, title = shown["skillCertificates"][-1], shown["professionalTitles"][-1]
    assert (skill["route"], title["route"]) == ("CONTEST", "CONTEST")
    assert (skill["linkedCredential"]["number"], title["linkedCredential"]["number"]) == (
        title["number"],
        skill["number"],
    )
    assert title["issuer"] == {"name": "广州市人力资源和社会保障局", "enterprise": None}
    [told] = shown["contestRequests"]
    by_side = {one["side"]: one for one in told["decisions"]}
    assert by_side["SKILL"]["credential"]["number"] == skill["number"]
    for one in by_side.values():
        assert one["evaluation"] is None, "an evaluation is an enterprise's"
        assert one["replay"] == {
            "isEqual": True,
            "parts": [{"kind": kind, "isEqual": True, "differences": []} for kind in ("RECORD", "DECISION")],
        }


async def test_by_its_own_contest_the_enterprise_issues_both_at_once(contests: Contests) -> None:
    winner = await contests.yard.worker()
    award = await contests.award(winner, await contests.cup())
    request = await contests.asked(contests.office, award, own=True)
    assert (request["path"], request["waitsFor"]) == ("ENTERPRISE", ["OFFICE"])
    assert (await contests.decided(contests.office, request))["state"] == "GRANTED"
    shown = (await contests.graph.ask(GRAPH % REPLAY, winner))["viewer"]["person"]
    skill, title = shown["skillCertificates"][-1], shown["professionalTitles"][-1]
    assert title["issuer"]["enterprise"] == {"key": contests.yard.plugins.owner.key}
    assert skill["linkedCredential"]["number"] == title["number"]
    decisions = shown["contestRequests"][0]["decisions"]
    assert [(one["replay"]["isEqual"], one["evaluation"]["decidedOn"]) for one in decisions] == [
        (True, "2026-03-02")
    ] * 2


async def test_a_grant_is_revoked_by_its_issuer_and_with_deceit_by_the_bureau_alone(contests: Contests) -> None:
    winner = await contests.yard.worker()
    request = await contests.asked(contests.office, await contests.award(winner, await contests.cup()), own=True)
    first, second = (await contests.decided(contests.office, request))["decisions"]
    assert await contests.yard.refused("revokeGrant", decision=first["id"], fraud=True) == "NOT_PERMITTED"
    revoked = await contests.yard.done("revokeGrant", decision=first["id"])
    assert revoked["decision"]["credential"]["revokedOn"]
    assert await contests.yard.refused("revokeGrant", decision=first["id"]) == "DUPLICATE"
    assert await contests.yard.refused("revokeGrant", decision=request["id"]) == "BAD_ARGUMENT"
    await contests.yard.done("revokeGrant", OFFICER, decision=second["id"], fraud=True)
    assert await contests.yard.refused("revokeGrant", winner, decision=second["id"]) == "NOT_PERMITTED"


async def test_what_an_award_leads_to_is_told_with_need_gap_clause_issuer_and_path(contests: Contests) -> None:
    await schemes_run(contests)
    winner = await contests.yard.worker()
    national = await contests.award(winner, await contests.competition())
    for reader in (winner, contests.office, OFFICER, AUDITOR):
        found = await outcomes(contests, national, reader)
        told = {(target["name"]["zh"], one["path"]): one for one in found for target in one["decision"]["targets"]}
        skill = told["焊工 技师（二级）", "POLICY"]
        assert (skill["issuer"], skill["enterprise"], skill["decision"]["isOpen"]) == ("EVALUATION_BODY", None, True)
        assert CITY_RULE in skill["issuerCitation"]["clause"]
        title = next(one for (name, path), one in told.items() if "工程师" in name and path == "POLICY")
        assert title["issuer"] == "CITY_BUREAU"
        assert all(one["citation"]["clause"] for one in skill["decision"]["conditions"])
    cup = await contests.award(winner, await contests.cup())
    own = [one for one in await outcomes(contests, cup, winner) if one["path"] == "ENTERPRISE"]
    assert {one["issuer"] for one in own} == {"ENTERPRISE"}
    assert {one["enterprise"]["key"] for one in own} == {contests.yard.plugins.owner.key}
    assert all(one["decision"]["isOpen"] for one in own)


async def test_no_outcome_rests_on_another_award(contests: Contests) -> None:
    """Gold of the nation does not lend its rank to having taken part elsewhere."""
    winner = await contests.yard.worker()
    await contests.award(winner, await contests.competition())
    weak = await contests.award(winner, await contests.competition("另一大赛"), "PARTICIPANT")
    assert not any(one["decision"]["isOpen"] for one in await outcomes(contests, weak, winner))


async def test_a_refusal_keeps_its_reason_and_has_nothing_to_replay(contests: Contests) -> None:
    winner = await contests.yard.worker()
    request = await contests.asked(winner, await contests.award(winner, await contests.competition()))
    refused = await contests.decided(OFFICER, request, granted=False)
    asked = """query($id: ID!) { node(id: $id) { ... on ContestRequest {
      decisions { granted reason %s replay { __typename } } } } }"""
    shown = await contests.graph.ask(asked % "decidedBy", OFFICER, id=refused["id"])
    assert shown["node"]["decisions"] == [
        {"granted": False, "reason": "示例理由", "decidedBy": "officer", "replay": None}
    ]
    own = await contests.graph.ask(asked % "", winner, id=refused["id"])
    assert own["node"]["decisions"][0]["reason"] == "示例理由"
    assert (await contests.graph.fault(asked % "decidedBy", winner, id=refused["id"]))["extensions"]["code"] == (
        "NOT_PERMITTED"
    )


async def test_a_changed_decision_is_told_by_its_replay(contests: Contests) -> None:
    winner = await contests.yard.worker()
    request = await contests.asked(winner, await contests.award(winner, await contests.competition()))
    await contests.decided(OFFICER, request)
    async with contests.graph.database.write(EVERY_ROW) as session:
        await session.exec(sa.update(ContestDecision).values(engine_version="eligibility 0"))
    shown = await contests.graph.ask(GRAPH % REPLAY, winner)
    [decision] = shown["viewer"]["person"]["contestRequests"][0]["decisions"]
    [record, verdict] = decision["replay"]["parts"]
    assert (record["isEqual"], [one["path"] for one in record["differences"]]) == (False, ["contest[3]"])
    assert verdict["isEqual"]


async def test_what_waits_is_listed_and_counted_for_each_side(contests: Contests) -> None:
    national, cup = await contests.competition(), await contests.cup()
    winners = [await contests.yard.worker(f"示例焊工{number}") for number in range(3)]
    first = await contests.asked(winners[0], await contests.award(winners[0], national))
    await contests.asked(winners[1], await contests.award(winners[1], national))
    await contests.asked(winners[2], await contests.award(winners[2], cup), own=True)
    await contests.decided(OFFICER, first)
    asked = "query($wanted: ContestRequestFilter) { contestRequests(filter: $wanted) { totalCount } }"
    other = builders.enterprise()
    await contests.graph.add(other)
    stranger = Actor.of(Role.EVALUATION_OFFICER, "外厂", enterprise_id=other.id)
    for wanted, office, bureau in (
        (None, 3, 3),
        ({"waitsFor": "OFFICE"}, 3, 3),
        ({"waitsFor": "BUREAU"}, 1, 1),
        ({"path": "ENTERPRISE", "states": ["ASKED"]}, 1, 1),
        ({"states": []}, 0, 0),
        ({"person": person_id(winners[0])}, 1, 1),
        ({"enterprise": encode_id("Enterprise", other.id)}, 0, 0),
    ):
        for actor, number in ((contests.office, office), (OFFICER, bureau), (stranger, 0)):
            found = await contests.graph.ask(asked, actor, wanted=wanted)
            assert found["contestRequests"]["totalCount"] == number, (wanted, actor.name)
    own = await contests.graph.ask(asked, winners[2])
    assert own["contestRequests"]["totalCount"] == 1
    whose = """query($id: ID!) { node(id: $id) { ... on Enterprise {
      contestRequests { totalCount } competitions { totalCount edges { node { name { zh } host { key } } } } } } }"""
    shown = (await contests.graph.ask(whose, contests.office, id=contests.enterprise))["node"]
    assert shown["contestRequests"]["totalCount"] == 3
    assert [edge["node"]["name"]["zh"] for edge in shown["competitions"]["edges"]] == ["示例焊接比武"]


async def test_competitions_are_found_by_tier_year_name_and_host(contests: Contests) -> None:
    await contests.competition()
    await contests.cup()
    asked = "query($wanted: CompetitionFilter) { competitions(filter: $wanted) { totalCount } }"
    for wanted, number in (
        ({"tiers": ["NATIONAL", "WORLD"]}, 1),
        ({"tiers": []}, 0),
        ({"year": 2026}, 2),
        ({"year": 2025}, 0),
        ({"nameContains": "比武"}, 1),
        ({"enterprise": contests.enterprise}, 1),
    ):
        assert (await contests.graph.ask(asked, wanted=wanted))["competitions"]["totalCount"] == number, wanted


async def test_results_are_recorded_all_or_none_and_once(contests: Contests) -> None:
    winner, second = await contests.yard.worker(), await contests.yard.worker("示例二")
    competition = await contests.competition()
    one = {"occupation": WELDER, "rank": "GOLD", "awardedOn": "2026-02-01"}
    both = [{"person": person_id(winner), **one}, {"person": person_id(second), **one, "rank": "SILVER"}]
    wrong = [both[0], {**both[1], "position": 9, "participants": 3}]
    assert await contests.yard.refused("recordAwards", OFFICER, competition=competition, awards=wrong) == "BAD_ARGUMENT"
    assert await contests.yard.refused("recordAwards", OFFICER, competition=competition, awards=[]) == "BAD_ARGUMENT"
    for _ in range(2):
        done = await contests.yard.done(
            "recordAwards", OFFICER, key="results-of-2026", competition=competition, awards=both
        )
        assert [edge["node"]["rank"] for edge in done["competition"]["awards"]["edges"]] == ["GOLD", "SILVER"]
    again = {"competition": competition, "awards": both}
    assert await contests.yard.refused("recordAwards", OFFICER, **again) == "DUPLICATE"


async def test_preferences_are_shown_with_person_and_application_and_decide_nothing(contests: Contests) -> None:
    await schemes_run(contests)
    winner, coach, other = [await contests.yard.worker(name) for name in ("示例选手", "示例教练", "示例同事")]
    award = await contests.award(winner, await contests.competition())
    done = await contests.yard.done("recordCoaching", OFFICER, award=award, coach=person_id(coach), basis="示例名单")
    assert done["coaching"]["coach"]["name"] == "示例教练"
    await contests.yard.opened()
    applications = {one.name: await contests.yard.applied(one) for one in (winner, coach, other)}
    asked = "preferences { schemeKey person matters tier rank awardedOn preference { key clause } }"
    shown = await contests.graph.listed(
        f"{{ people(first: 100) {{ edges {{ node {{ name {asked} }} }} }} }}", contests.office
    )
    by_name = {one["name"]: one["preferences"] for one in shown}
    assert {name: [one["person"] for one in by_name[name]] for name in applications} == {
        "示例选手": ["WINNER"],
        "示例教练": ["COACH"],
        "示例同事": [],
    }
    read = f"""query($id: ID!) {{ node(id: $id) {{ ... on Application {{
      {asked} decision {{ ... on Opportunity {{ isOpen }} }} }} }} }}"""
    for name, application in applications.items():
        for reader in (contests.office, OFFICER):
            node = (await contests.graph.ask(read, reader, id=application["id"]))["node"]
            assert node["preferences"] == by_name[name]
            assert node["decision"] == {"isOpen": True}
    assert by_name["示例教练"] == [
        {
            "schemeKey": "tiny_works",
            "person": "COACH",
            "matters": ["PROMOTION", "TREATMENT"],
            "tier": "NATIONAL",
            "rank": "GOLD",
            "awardedOn": "2026-02-01",
            "preference": {"key": "winners_and_coaches", "clause": "第十六条"},
        }
    ]


async def test_coaches_are_seen_from_both_sides(contests: Contests) -> None:
    winner, coach = await contests.yard.worker("示例选手"), await contests.yard.worker("示例教练")
    award = await contests.award(winner, await contests.competition())
    about = {"award": award, "coach": person_id(coach), "basis": "示例名单"}
    await contests.yard.done("recordCoaching", OFFICER, **about)
    assert await contests.yard.refused("recordCoaching", OFFICER, **about) == "DUPLICATE"
    assert await contests.yard.refused("recordCoaching", OFFICER, **about | {"coach": person_id(winner)}) == (
        "BAD_ARGUMENT"
    )
    read = "query($id: ID!) { node(id: $id) { ... on CompetitionAward { coaches { basis coach { name } } } } }"
    shown = await contests.graph.ask(read, contests.office, id=award)
    assert shown["node"]["coaches"] == [{"basis": "示例名单", "coach": {"name": "示例教练"}}]
    own = "{ viewer { person { coachings { basis award { rank holder { name } } } } } }"
    found = (await contests.graph.ask(own, coach))["viewer"]["person"]["coachings"]
    assert found == [{"basis": "示例名单", "award": None}], "whom one coached one does not read by that"
    assert (await contests.graph.ask(read, winner, id=award))["node"]["coaches"] == []


async def test_a_request_is_taken_back_before_anything_is_decided(contests: Contests) -> None:
    winner = await contests.yard.worker()
    award = await contests.award(winner, await contests.competition())
    request = await contests.asked(winner, award)
    done = await contests.yard.done("withdrawContest", winner, seen=seen(request))
    assert (done["request"]["state"], done["request"]["waitsFor"]) == ("WITHDRAWN", [])
    again = await contests.asked(winner, award)
    half = await contests.decided(OFFICER, again)
    assert await contests.yard.refused("withdrawContest", winner, seen=seen(half)) == "DUPLICATE"


async def test_an_award_that_was_used_says_so_and_anothers_contest_leads_nowhere_here(contests: Contests) -> None:
    await schemes_run(contests)
    winner = await contests.yard.worker()
    award = await contests.award(winner, await contests.competition())
    request = await contests.asked(winner, award)
    before = await outcomes(contests, award, winner)
    assert not any(one["isUsed"] for one in before)
    assert all(one["isWaitedFor"] for one in before), "both certificates were asked for"
    await contests.decided(OFFICER, request)
    for one in await outcomes(contests, award, winner):
        assert one["isUsed"] is (one["issuer"] == "CITY_BUREAU" or "工程师" in str(one["decision"]["targets"]))
    other = builders.enterprise()
    await contests.graph.add(other)
    foreign = await contests.competition("外厂比武", tier="ENTERPRISE", enterprise=encode_id("Enterprise", other.id))
    theirs = await contests.award(winner, foreign)
    assert "ENTERPRISE" not in {one["path"] for one in await outcomes(contests, theirs, winner)}
