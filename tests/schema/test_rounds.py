"""A round over the graph, from its notice to its certificates, and what each side reads of it on the way."""

import hashlib
from datetime import date, timedelta
from typing import Any

import pytest

from core.permissions import Actor, Role
from schema.ids import encode_id
from tests import builders
from tests.schema.conftest import AUDITOR, Graph
from tests.schema.plugin_world import OFFICER, WELDER
from tests.schema.round_stages import noticed, scored
from tests.schema.round_world import BOTH, LAST_DAY, Rounds, rounds_in

pytestmark = pytest.mark.anyio
GATES = "gates { step party isOpen refusals { code clause message { en } } }"


@pytest.fixture
async def yard(graph: Graph) -> Rounds:
    return await rounds_in(graph)


def gate(shown: dict[str, Any], step: str) -> dict[str, Any]:
    found: dict[str, Any] = next(one for one in shown["gates"] if one["step"] == step)
    return found


async def test_from_the_notice_to_two_certificates(yard: Rounds) -> None:
    worker, _application = await noticed(yard)
    await yard.filed()
    await yard.step("acceptResults", OFFICER)
    await yard.step("issueCertificates")
    await yard.step("reportCertificates")
    assert yard.round["state"] == "REPORTED"
    found = await yard.shown(
        "steps { step } certificates { edges { node { id number side pair { number } reportedOn revokedOn } } }"
    )
    assert [one["step"] for one in found["steps"]][-4:] == ["FILE", "ACCEPT", "CERTIFY", "REPORT"]
    skill, title = sorted((edge["node"] for edge in found["certificates"]["edges"]), key=lambda one: one["side"])
    assert (skill["side"], title["side"]) == ("SKILL", "TITLE")
    assert (skill["pair"]["number"], title["pair"]["number"]) == (title["number"], skill["number"])
    own = await yard.graph.ask(
        "{ viewer { applications { totalCount edges { node { status certificates { number } } } } } }", worker
    )
    [edge] = own["viewer"]["applications"]["edges"]
    assert edge["node"]["status"] == "EVALUATED"
    assert {one["number"] for one in edge["node"]["certificates"]} == {skill["number"], title["number"]}
    await _revoked(yard, skill)


async def _revoked(yard: Rounds, skill: dict[str, Any]) -> None:
    """A revocation keeps the certificate, and says why."""
    assert await yard.refused("revokeCertificate", certificate=skill["id"], fraud=True) == "NOT_PERMITTED"
    revoked = await yard.done("revokeCertificate", certificate=skill["id"], reason="打印有误")
    assert revoked["certificate"]["revokedReason"] == "打印有误"
    listed = "query($stands: Boolean) { certificates(filter: {stands: $stands}) { edges { node { number } } } }"
    standing = await yard.graph.listed(listed, yard.office, stands=True)
    gone = await yard.graph.listed(listed, yard.office, stands=False)
    assert (len(standing), [one["number"] for one in gone]) == (1, [skill["number"]])


async def test_gates_say_what_stands_against_each_step_and_by_which_clause(yard: Rounds) -> None:
    worker = await yard.worker()
    await yard.opened()
    application = await yard.applied(worker)
    shown = await yard.shown(f"state label {{ zh }} {GATES} clocks {{ term due workingDaysLeft isOver isProvisional }}")
    assert (shown["state"], shown["label"]["zh"]) == ("APPLYING", "正在申报")
    assert shown["clocks"] == [
        {"term": "APPLICATIONS", "due": "2026-03-13", "workingDaysLeft": 9, "isOver": False, "isProvisional": False}
    ]
    closing = gate(shown, "CLOSE")
    assert (closing["party"], closing["isOpen"]) == ("OFFICE", False)
    [refusal] = closing["refusals"]
    assert refusal["code"] == "STEP_REFUSED"
    assert refusal["message"]["en"] == "applications are taken up to and with 2026-03-13"
    assert refusal["clause"]
    assert gate(shown, "CANCEL")["isOpen"]
    assert await yard.refused("closeApplications", seen=yard.seen) == "STEP_REFUSED"
    yard.on(LAST_DAY + timedelta(days=1))
    assert gate(await yard.shown(GATES), "CLOSE")["isOpen"]
    await yard.step("closeApplications")
    ending = gate(await yard.shown(GATES), "QUALIFY")["refusals"]
    assert [one["message"]["en"] for one in ending] == [
        "1 application(s) are not reviewed yet",
        "nobody was admitted; the round can be cancelled",
    ]
    await yard.reviewed(application)
    assert "fewer than" in gate(await yard.shown(GATES), "QUALIFY")["refusals"][0]["message"]["en"]


async def test_a_gate_asks_whether_the_version_runs_until_applications_are_taken(yard: Rounds) -> None:
    days = {"referenceDay": "2026-03-02", "applicationsUntil": "2026-03-13"}
    await yard.done("announceRound", schemeVersion=yard.version, name="示例批次", **days)
    assert gate(await yard.shown(GATES), "PLAN")["isOpen"]
    await yard.plugins.switch("suspend")
    for reader in (yard.office, OFFICER, AUDITOR):
        [refusal] = gate(await yard.shown(GATES, reader), "PLAN")["refusals"]
        assert refusal["message"]["en"] == "the scheme version of the round is not active on that day"


async def test_need_have_and_gap_are_those_of_the_day_of_filing(yard: Rounds) -> None:
    worker = await yard.worker(since=date(2025, 6, 1))
    await yard.opened()
    application = await yard.applied(worker)
    asked = """query($id: ID!) { node(id: $id) { ... on Application { claims { evidence state }
      decision { ... on Opportunity { state isOpen conditions { need { zh } have { zh } gap { zh } isMet } } }
      reviewDecision { __typename } } } }"""
    shown = (await yard.graph.ask(asked, worker, id=application["id"]))["node"]
    assert (shown["decision"]["state"], shown["reviewDecision"]) == ("ON_DATE", None)
    unmet = [one for one in shown["decision"]["conditions"] if not one["isMet"]]
    assert unmet
    assert all(one["need"]["zh"] and one["have"]["zh"] and one["gap"]["zh"] for one in unmet)
    # What becomes known later is no part of what was decided then.
    yard.on(LAST_DAY + timedelta(days=1))
    again = (await yard.graph.ask(asked, worker, id=application["id"]))["node"]
    assert again == shown
    await yard.step("closeApplications")
    seen, accepted = {"application": application["id"], "revision": 1}, {"evidence": "improvements", "accepted": True}
    refused = await yard.do("reviewApplication", yard.office, seen=seen, admitted=True, evidence=[accepted])
    assert (refused["code"], bool(refused["clause"])) == ("NOT_ELIGIBLE", True)


async def test_one_is_warned_before_filing_and_nothing_is_kept(yard: Rounds) -> None:
    worker = await yard.worker()
    await yard.opened()
    draft = {"round": yard.round["id"], "targets": {"skill": {"occupation": WELDER, "level": "SENIOR_WORKER"}}}
    asked = """query($draft: ApplicationDraftInput!) {
      applicationWarnings(draft: $draft) { code text { zh } citation { clause } } }"""
    [warning] = (await yard.graph.ask(asked, worker, draft=draft))["applicationWarnings"]
    assert (warning["code"], bool(warning["citation"]["clause"])) == ("ALREADY_HELD", True)
    assert (await yard.graph.ask("{ applications { totalCount } }"))["applications"]["totalCount"] == 0
    named = {**draft, "person": encode_id("Person", worker.person_id)}
    assert await yard.graph.ask(asked, yard.office, draft=named) == {"applicationWarnings": [warning]}
    filed = await yard.done("fileApplication", worker, **draft)
    assert filed["application"]["warnings"] == ["ALREADY_HELD"]


async def test_every_warning_comes_through_the_graph_before_anything_is_kept(yard: Rounds) -> None:
    """A level that is held, another occupation in the batch, two skill certificates in a year."""
    worker = await yard.worker()
    await yard.opened()
    await yard.done("fileApplication", worker, round=yard.round["id"], targets={"skill": skill("TECHNICIAN")})
    asked = """query($draft: ApplicationDraftInput!) {
      applicationWarnings(draft: $draft) { code text { zh } citation { clause } } }"""

    async def warned(level: str, occupation: str = WELDER) -> list[tuple[str, str]]:
        draft = {"round": yard.round["id"], "targets": {"skill": skill(level, occupation)}}
        found = (await yard.graph.ask(asked, worker, draft=draft))["applicationWarnings"]
        assert all(one["citation"]["clause"] for one in found)
        return [(one["code"], one["text"]["zh"]) for one in found]

    a_year = ("TWO_IN_A_YEAR", "2026 年已另有技能等级申报在办")
    assert await warned("SENIOR_TECHNICIAN") == [a_year]
    assert [code for code, _ in await warned("SENIOR_WORKER")] == ["ALREADY_HELD", "TWO_IN_A_YEAR"]
    assert await warned("TECHNICIAN", builders.FITTER) == [a_year, ("TWO_OCCUPATIONS", "本批次已另以其他职业申报")]
    assert (await yard.graph.ask("{ applications { totalCount } }"))["applications"]["totalCount"] == 1


def skill(level: str, occupation: str = WELDER) -> dict[str, str]:
    return {"occupation": occupation, "level": level}


async def test_a_request_is_done_once_and_nothing_that_changed_is_overwritten(yard: Rounds) -> None:
    worker = await yard.worker()
    await yard.opened()
    same = {"key": "the-same-key", "round": yard.round["id"], "targets": BOTH}
    first = await yard.done("fileApplication", worker, **same)
    assert await yard.done("fileApplication", worker, **same) == first
    other = {**same, "targets": {"title": BOTH["title"]}}
    assert await yard.refused("fileApplication", worker, **other) == "KEY_REUSED"
    stale = {"round": yard.round["id"], "revision": 1}
    assert await yard.refused("cancelRound", seen=stale) == "OUT_OF_DATE"
    taken = {"application": first["application"]["id"], "revision": 1}
    await yard.done("takeBackApplication", worker, seen=taken)
    assert await yard.refused("takeBackApplication", worker, seen=taken) == "OUT_OF_DATE"
    assert await yard.refused("planRound", seen=stale, key="short") == "BAD_ARGUMENT"


async def test_assessors_score_for_themselves_and_corrections_stay_visible(yard: Rounds) -> None:
    _worker, application = await scored(yard)
    await yard.marked(application)
    asked = """query($id: ID!) { node(id: $id) { ... on Application {
      person { name } marks { id criterion points isCurrent replaces { points } } } } }"""
    one = yard.assessors[0]
    own = (await yard.graph.ask(asked, one, id=application["id"]))["node"]
    assert (own["person"], len(own["marks"])) == (None, 4)
    wrong = own["marks"][0]
    corrected = (await yard.done("correctMark", one, mark=wrong["id"], points=90, reason="看错行"))["mark"]
    assert (corrected["points"], corrected["isCurrent"]) == (90, True)
    assert corrected["replaces"] == {"id": wrong["id"], "points": 80, "isCurrent": False}
    assert await yard.refused("correctMark", yard.assessors[1], mark=corrected["id"], points=10) == "NOT_FOUND"
    every = (await yard.graph.ask(asked, yard.office, id=application["id"]))["node"]
    assert len(every["marks"]) == 13
    assert len([mark for mark in every["marks"] if mark["isCurrent"]]) == 12


async def test_anybody_can_repeat_the_draw_from_what_the_graph_says(yard: Rounds) -> None:
    _worker, application = await scored(yard)
    await yard.marked(application)
    committee = await yard.drawn()
    asked = "committees { seats draw { seed outsideSeats how { en } order { number isOutside } } members { number } }"
    [shown] = (await yard.shown(asked, AUDITOR))["committees"]
    draw, pool = shown["draw"], {one["number"]: one["isOutside"] for one in shown["draw"]["order"]}
    order = sorted(pool, key=lambda n: (hashlib.sha256(f"{draw['seed']}:{n}".encode()).hexdigest(), n))
    assert order == [one["number"] for one in draw["order"]]
    seated = [n for n in order if pool[n]][: draw["outsideSeats"]]
    seated += [n for n in order if n not in seated][: shown["seats"] - len(seated)]
    assert {one["number"] for one in shown["members"]} == set(seated)
    leaving = committee["members"][0]["id"]
    followed = await yard.done("replaceMember", seen=yard.seen, member=leaving, reason="因病")
    assert followed["member"]["follows"] == {"id": leaving, "steppedDownReason": "因病"}


async def test_votes_are_three_numbers_shown_when_voting_is_over(yard: Rounds) -> None:
    _worker, application = await scored(yard)
    await yard.marked(application)
    await yard.voted(application, await yard.drawn(), agree=4)
    asked = "query($id: ID!) { node(id: $id) { ... on Application { ballot { agree disagree abstain } %s } } }"
    for reader in (yard.office, OFFICER):
        assert (await yard.graph.ask(asked % "", reader, id=application["id"]))["node"]["ballot"] is None
    await yard.step("concludeRound")
    results = "results { skillOutcome titleOutcome skillTotal voters agree }"
    shown = (await yard.graph.ask(asked % results, yard.office, id=application["id"]))["node"]
    assert shown["ballot"] == {"agree": 4, "disagree": 3, "abstain": 0}
    # Each fails alone: four of seven do not carry a title.
    assert shown["results"] == [
        {"skillOutcome": "PASSED", "titleOutcome": "FAILED", "skillTotal": 80_000, "voters": 7, "agree": 4}
    ]


async def test_notices_are_read_by_who_may_object_and_objections_have_a_clock(yard: Rounds) -> None:
    worker, colleague = await yard.worker(), await yard.worker("示例同事")
    stranger = Actor.of(Role.WORKER, "示例外人", person_id=None)
    await yard.opened()
    application = await yard.applied(worker)
    await yard.scoring(application)
    await yard.noticed(application)
    asked = "notices { number rows { name applicationId titleOutcome corrections targets { name { zh } } } }"
    [notice] = (await yard.shown(asked, colleague))["notices"]
    [row] = notice["rows"]
    assert (row["name"], row["applicationId"], row["titleOutcome"]) == ("示例焊工", application["id"], "PASSED")
    read = "query($id: ID!) { node(id: $id) { id } }"
    assert (await yard.graph.ask(read, colleague, id=application["id"]))["node"] is None
    about = {"round": yard.round["id"], "application": row["applicationId"], "text": "业绩不实"}
    assert await yard.refused("raiseObjection", stranger, **about) == "NOT_FOUND"
    raised = (await yard.done("raiseObjection", colleague, **about))["objection"]
    assert (raised["state"], raised["clock"]["workingDaysLeft"]) == ("OPEN", 10)
    [task] = await yard.graph.listed("{ tasks { edges { node { party clocks { term } } } } }", yard.office)
    assert [one["term"] for one in task["clocks"]] == ["NOTICE", "RESULTS", "ANSWER"]
    seen = {"objection": raised["id"], "revision": 1}
    answered = await yard.done("answerObjection", seen=seen, upheld=False, answer="经核查无误")
    assert answered["objection"]["state"] == "DISMISSED"
    assert await yard.refused("answerObjection", seen=seen, upheld=True, answer="再答") == "OUT_OF_DATE"
    own = await yard.shown("objections { text state answer }", colleague)
    assert own["objections"] == [{"text": "业绩不实", "state": "DISMISSED", "answer": "经核查无误"}]
    assert (await yard.shown("objections { text }", worker))["objections"] == []


async def test_tasks_say_whose_turn_it_is_and_a_return_comes_back(yard: Rounds) -> None:
    _worker, application = await noticed(yard)
    await yard.filed()
    asked = """query($day: Date, $mine: Boolean!) { tasks(asOf: $day, mine: $mine) { edges { node {
      party workingDaysLeft isOverdue round { state } clocks { term workingDaysLeft } } } } }"""
    assert await yard.graph.listed(asked, yard.office, mine=True) == []
    assert len(await yard.graph.listed(asked, yard.office, mine=False)) == 1
    [task] = await yard.graph.listed(asked, OFFICER, mine=True)
    assert (task["party"], task["workingDaysLeft"], task["round"]["state"]) == ("BUREAU", 5, "FILED")
    later = (date(2026, 3, 21) + timedelta(days=30)).isoformat()
    [late] = await yard.graph.listed(asked, OFFICER, mine=True, day=later)
    assert late["isOverdue"]
    assert late["clocks"][0]["workingDaysLeft"] == late["workingDaysLeft"] < 0
    comments = [{"row": application["id"], "comment": "请核对"}]
    await yard.step("returnResults", OFFICER, comments=comments)
    shown = await yard.shown("steps { step comments { comment } } resultFilings { state comments { row comment } }")
    assert shown["steps"][-1] == {"step": "RETURN", "comments": [{"comment": "请核对"}]}
    assert shown["resultFilings"] == [{"state": "RETURNED", "comments": comments}]
    [task] = await yard.graph.listed(asked, yard.office, mine=True)
    assert [one["term"] for one in task["clocks"]] == ["CORRECTION"]
    assert await yard.refused("extendTerm", yard.office, seen=yard.seen, term="CORRECTION", due="2026-06-01") == (
        "NOT_PERMITTED"
    )
    await yard.step("extendTerm", OFFICER, term="CORRECTION", due="2026-06-01")
    await yard.step("fileResults")
    assert len((await yard.shown("resultFilings { number }"))["resultFilings"]) == 2


async def test_tasks_of_whoever_applies_marks_and_votes_are_their_own(yard: Rounds) -> None:
    asked = """{ tasks { totalCount edges { node { party work workingDaysLeft round { state } clocks { term }
      cases { application { id person { name } } criteria { key name { zh } } } } } } }"""
    worker, colleague = await yard.worker(), await yard.worker("示例同事")
    await yard.opened()
    [task] = await yard.graph.listed(asked, colleague)
    assert (task["party"], task["work"], [one["term"] for one in task["clocks"]]) == (
        "APPLICANT",
        "APPLY",
        ["APPLICATIONS"],
    )
    application = await yard.applied(worker)
    assert await yard.graph.listed(asked, worker) == []
    await yard.scoring(application)
    [task] = await yard.graph.listed(asked, yard.assessors[0])
    [case] = task["cases"]
    assert (task["party"], task["work"], case["application"]) == (
        "ASSESSOR",
        "MARK",
        {"id": application["id"], "person": None},
    )
    assert [one["key"] for one in case["criteria"]] == ["work", "skills", "practice", "defence"]
    assert await yard.graph.listed(asked, await yard.staff("示例外人")) == []
    [task] = await yard.graph.listed(asked, yard.office)
    assert (task["party"], task["work"], task["cases"]) == ("OFFICE", "STEP", [])
    await yard.noticed(application)
    assert await yard.graph.listed(asked, yard.assessors[0]) == []
    [task] = await yard.graph.listed(asked, worker)
    assert (task["work"], task["workingDaysLeft"], len(task["cases"])) == ("CHECK", 5, 1)


async def test_rounds_are_found_by_enterprise_version_state_and_from_both(yard: Rounds) -> None:
    await yard.opened()
    enterprise, version = encode_id("Enterprise", yard.plugins.owner.id), yard.version
    asked = "query($filter: RoundFilter) { rounds(filter: $filter) { totalCount edges { node { name } } } }"
    for wanted, number in (
        ({"enterprise": enterprise, "schemeVersion": version, "states": ["APPLYING"]}, 1),
        ({"states": ["REPORTED"]}, 0),
        ({"states": []}, 0),
        ({"enterprise": encode_id("Enterprise", "0" * 32)}, 0),
    ):
        assert (await yard.graph.ask(asked, filter=wanted))["rounds"]["totalCount"] == number, wanted
    linked = await yard.graph.ask(
        """query($v: ID!, $e: ID!) {
          version: node(id: $v) { ... on SchemeVersion { rounds { edges { node { planNumber } } } } }
          enterprise: node(id: $e) { ... on Enterprise { rounds { totalCount } } } }""",
        yard.office,
        v=version,
        e=enterprise,
    )
    assert linked["version"]["rounds"]["edges"][0]["node"]["planNumber"] == yard.round["planNumber"]
    assert linked["enterprise"]["rounds"]["totalCount"] == 1


async def test_ties_recuse_and_are_shown_to_the_office(yard: Rounds) -> None:
    worker, application = await scored(yard)
    relative = yard.assessors[0]
    who = {"actor": encode_id("Person", relative.person_id), "applicant": encode_id("Person", worker.person_id)}
    declared = await yard.done("declareTie", relative, round=yard.round["id"], ground="RELATIVE", **who)
    assert declared["tie"] == {"ground": "RELATIVE", "declaredBy": "示例考评员0"}
    marks = [{"criterion": "work", "points": 80}]
    assert await yard.refused("giveMarks", relative, application=application["id"], marks=marks) == "RECUSED"
    shown = await yard.shown("ties { ground actor { name } applicant { name } } assessors { id name releasedOn }")
    assert shown["ties"] == [
        {"ground": "RELATIVE", "actor": {"name": "示例考评员0"}, "applicant": {"name": "示例焊工"}}
    ]
    released = await yard.done("releaseAssessor", seen=yard.seen, assessor=shown["assessors"][0]["id"])
    assert released["assessor"]["releasedOn"] == "2026-03-14"
