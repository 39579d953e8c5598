"""Enterprises, the pilot list, schemes and evaluations."""

from datetime import date
from typing import Any

import pytest

from core.ladders import Level
from core.models import Outcome
from core.permissions import ANONYMOUS, Actor, Role
from core.schemes import CriterionSide
from schema.ids import encode_id
from tests import builders
from tests.schema import rows
from tests.schema.conftest import Graph

pytestmark = pytest.mark.anyio


async def test_both_authorities_are_dated_evidence(graph: Graph) -> None:
    enterprise = builders.enterprise()
    ended = rows.authority(enterprise, starts=date(2020, 1, 1), ends=date(2026, 3, 2), highest=Level.INTERMEDIATE)
    await graph.add(enterprise, rows.skill_authority(enterprise), ended)
    query = """query($key: String!) { enterprise(key: $key) { authorities { kind document starts ends isInForce
      before: isInForce(asOf: "2026-03-01") highest { skillLevel titleLevel }
      series { code } occupation { code } } } }"""
    first, second = (await graph.ask(query, key=enterprise.key))["enterprise"]["authorities"]
    assert first == {
        "kind": "TITLE_REVIEW",
        "document": "示例授权",
        "starts": "2020-01-01",
        "ends": "2026-03-02",
        "isInForce": False,
        "before": True,
        "highest": {"skillLevel": None, "titleLevel": "INTERMEDIATE"},
        "series": {"code": "engineering"},
        "occupation": None,
    }
    assert second["kind"] == "SKILL_RECOGNITION"
    assert second["occupation"] == {"code": builders.FITTER}
    assert second["highest"] == {"skillLevel": "CHIEF_TECHNICIAN", "titleLevel": None}


async def test_idle_pilots_are_told_to_the_bureau_with_the_clause(graph: Graph) -> None:
    idle, busy, worker = builders.enterprise(zh="甲"), builders.enterprise(zh="乙"), builders.person()
    scheme = builders.scheme(busy)
    version = builders.scheme_version(scheme)
    done = builders.evaluation(worker, busy, version, skill_level=Level.SENIOR_WORKER, decided_on=date(2026, 3, 1))
    await graph.add(idle, busy, worker, scheme, version, done)
    await graph.add(*(rows.listing(one, starts=date(2026, 1, 1)) for one in (idle, busy)))
    query = """query($on: Date) { idlePilots(asOf: $on) { since dueOn lastEvaluatedOn text { en }
      citation { clause confidence } listing { enterprise { name { zh } } } } }"""
    assert (await graph.ask(query, on="2026-12-31"))["idlePilots"] == []
    [found] = (await graph.ask(query, on="2027-01-01"))["idlePilots"]
    assert found == {
        "since": "2026-01-01",
        "dueOn": "2027-01-01",
        "lastEvaluatedOn": None,
        "text": {
            "en": "nothing evaluated since 2026-01-01: on 2027-01-01 the years were full after which the list loses it"
        },
        "citation": {"clause": "退出机制", "confidence": "INFERRED"},
        "listing": {"enterprise": {"name": {"zh": "甲"}}},
    }
    assert [one["lastEvaluatedOn"] for one in (await graph.ask(query, on="2027-03-01"))["idlePilots"]] == [
        None,
        "2026-03-01",
    ]


@pytest.mark.parametrize(
    ("day", "listed"),
    [("2025-12-31", []), ("2026-01-01", ["甲"]), ("2026-02-28", ["甲", "乙"]), ("2026-03-01", ["乙"])],
)
async def test_the_pilot_list_on_a_day(graph: Graph, day: str, listed: list[str]) -> None:
    first, second = builders.enterprise(zh="甲"), builders.enterprise(zh="乙")
    await graph.add(first, second)
    await graph.add(
        rows.listing(first, starts=date(2026, 1, 1), ends=date(2026, 3, 1), ended_reason="示例移出"),
        rows.listing(second, starts=date(2026, 2, 1), priority_industry="智能装备"),
    )
    query = """query($on: Date) { pilotList(asOf: $on) { totalCount edges { node { batch basis reason starts ends
      priorityIndustry enterprise { name { zh } isPilot(asOf: $on) pilotListings { endedReason } } } } } }"""
    found = (await graph.ask(query, ANONYMOUS, on=day))["pilotList"]
    assert [edge["node"]["enterprise"]["name"]["zh"] for edge in found["edges"]] == listed
    assert found["totalCount"] == len(listed)
    assert all(edge["node"]["enterprise"]["isPilot"] for edge in found["edges"])


async def test_enterprises_by_name_credit_code_or_listing(graph: Graph) -> None:
    first, second = builders.enterprise(zh="甲船厂", key="a-yard", en="A Yard"), builders.enterprise(key="b")
    await graph.add(first, second, rows.listing(first, starts=date(2026, 1, 1)))
    query = "query($f: EnterpriseFilter) { enterprises(filter: $f) { edges { node { key name { zh en } uscc } } } }"
    only_first = [{"node": {"key": "a-yard", "name": {"zh": "甲船厂", "en": "A Yard"}, "uscc": first.uscc}}]
    for filters in ({"nameContains": "船"}, {"uscc": first.uscc}, {"listedOn": "2026-01-01"}, {"nameContains": "yard"}):
        assert (await graph.ask(query, f=filters))["enterprises"]["edges"] == only_first
    everything = (await graph.ask(query, f={}))["enterprises"]["edges"]
    assert [edge["node"]["key"] for edge in everything] == ["a-yard", "b"]


@pytest.mark.parametrize(
    ("field", "zh", "en"), [("enterprise", "企业", "enterprise"), ("scheme", "工作方案", "scheme")]
)
async def test_an_unknown_key(graph: Graph, field: str, zh: str, en: str) -> None:
    error = await graph.fault(f'{{ {field}(key: "nothing") {{ key }} }}')
    assert error["extensions"]["code"] == "NOT_FOUND"
    assert error["message"] == f"{zh} nothing 不存在，或无权查看 / no {en} nothing, or not visible to this reader"


async def test_employees_of_today(graph: Graph) -> None:
    enterprise, here, gone = builders.enterprise(), builders.person(name="在职"), builders.person(name="离职")
    await graph.add(enterprise, here, gone)
    await graph.add(
        builders.employment(here, enterprise),
        builders.employment(here, enterprise, post="兼任班长"),
        builders.employment(gone, enterprise, ends=date(2026, 3, 2)),
    )
    query = "query($key: String!) { enterprise(key: $key) { people { totalCount edges { node { name } } } } }"
    people = (await graph.ask(query, key=enterprise.key))["enterprise"]["people"]
    assert people == {"totalCount": 1, "edges": [{"node": {"name": "在职"}}]}


class Filed:
    """A scheme of two versions: one on record until March, the other from then on."""

    def __init__(self) -> None:
        self.enterprise = builders.enterprise()
        self.scheme = builders.scheme(self.enterprise)
        self.old = builders.scheme_version(self.scheme, recorded_until=date(2026, 3, 1))
        self.new = builders.scheme_version(
            self.scheme, version="2.0.0", starts=date(2026, 3, 1), recorded_from=date(2026, 3, 1), document='{"n":2}'
        )
        self.rows: list[Any] = [self.enterprise, self.scheme, self.old, self.new]


async def test_the_version_on_record_on_a_day(graph: Graph) -> None:
    filed = Filed()
    await graph.add(*filed.rows)
    query = """query($key: String!) { scheme(key: $key) { key enterprise { key }
      now: versionOnRecord { version document name { zh en } recordNumber digest }
      before: versionOnRecord(asOf: "2026-02-28") { version isOnRecord(asOf: "2026-02-28") isOnRecordNow: isOnRecord }
      never: versionOnRecord(asOf: "2025-12-31") { version } versions { version scheme { key } } } }"""
    scheme = (await graph.ask(query, key=filed.scheme.key))["scheme"]
    assert scheme["now"] == {
        "version": "2.0.0",
        "document": '{"n":2}',
        "name": {"zh": "示例方案", "en": "example scheme"},
        "recordNumber": "示例备案1号",
        "digest": filed.new.digest,
    }
    assert scheme["before"] == {"version": "1.0.0", "isOnRecord": True, "isOnRecordNow": False}
    assert scheme["never"] is None
    assert [one["version"] for one in scheme["versions"]] == ["1.0.0", "2.0.0"]


async def test_who_reads_which_versions(graph: Graph) -> None:
    filed, worker, stranger = Filed(), builders.person(), builders.enterprise()
    await graph.add(*filed.rows, worker, stranger, builders.employment(worker, filed.enterprise))
    query = "{ schemes { totalCount edges { node { versions { version } } } } }"

    async def seen(actor: Actor) -> list[list[str]]:
        edges = (await graph.ask(query, actor))["schemes"]["edges"]
        return [[one["version"] for one in edge["node"]["versions"]] for edge in edges]

    assert await seen(Actor.of(Role.INDUSTRY_REVIEWER, "reviewer")) == [["1.0.0", "2.0.0"]]
    assert await seen(Actor.of(Role.ENTERPRISE_ADMIN, "own", enterprise_id=filed.enterprise.id)) == [["1.0.0", "2.0.0"]]
    assert await seen(Actor.of(Role.WORKER, "worker", person_id=worker.id)) == [["2.0.0"]]
    assert await seen(Actor.of(Role.ENTERPRISE_ADMIN, "other", enterprise_id=stranger.id)) == []


async def test_a_catalog_row_joins_both_sides_and_holds_two_rules(graph: Graph) -> None:
    filed = Filed()
    rule = {"skill_to_title_years": 3, "dual_certificate": True, "number": 12, "trade": "机床装配"}
    more = [builders.catalog_row(filed.new, number=number) for number in (13, 14)]
    await graph.add(*filed.rows, builders.catalog_row(filed.new, **rule), *more)
    query = """query($key: String!) { scheme(key: $key) { versionOnRecord { entries(first: 1) {
      totalCount pageInfo { hasNextPage } edges { node { number starts ends isDualCertificate isDualTrack
      skill { occupation { code } trade skillLevel name { zh } } title { specialty { code } titleLevel name { zh } }
      skillToTitle { years clause } titleToSkill { years } schemeVersion { version } } } } } } }"""
    entries = (await graph.ask(query, key=filed.scheme.key))["scheme"]["versionOnRecord"]["entries"]
    assert (entries["totalCount"], entries["pageInfo"]["hasNextPage"]) == (3, True)
    assert entries["edges"][0]["node"] == {
        "number": 12,
        "starts": "2026-01-01",
        "ends": None,
        "isDualCertificate": True,
        "isDualTrack": False,
        "skill": {
            "occupation": {"code": builders.FITTER},
            "trade": "机床装配",
            "skillLevel": "SENIOR_WORKER",
            "name": {"zh": "装配钳工（机床装配） 高级工（三级）"},
        },
        "title": {"specialty": {"code": "mechanical"}, "titleLevel": "ASSISTANT", "name": {"zh": "机械 助理工程师"}},
        "skillToTitle": {"years": 3, "clause": "示例条款"},
        "titleToSkill": None,
        "schemeVersion": {"version": "2.0.0"},
    }


async def test_an_evaluation_with_its_scores_and_digests(graph: Graph) -> None:
    filed, person = Filed(), builders.person()
    skill = {"occupation": builders.FITTER, "skill_level": Level.SENIOR_WORKER, "skill_outcome": Outcome.PASSED}
    evaluation = builders.evaluation(
        person, filed.enterprise, filed.new, title_outcome=Outcome.FAILED, decided_on=date(2026, 3, 1), **skill
    )
    await graph.add(*filed.rows, person, evaluation)
    await graph.add(
        rows.score(evaluation), rows.score(evaluation, criterion="theory", side=CriterionSide.SKILL, points=71)
    )
    query = """query($f: EvaluationFilter) { evaluations(filter: $f) { totalCount edges { node { referenceDay decidedOn
      skill { level outcome occupation { code } } title { level outcome specialty { code } } schemeDigest policyDigest
      scores { criterion side points weight assessor } } } } }"""
    given = {
        "enterprise": encode_id("Enterprise", filed.enterprise.id),
        "schemeVersion": encode_id("SchemeVersion", filed.new.id),
        "decidedFrom": "2026-03-01",
        "decidedTo": "2026-03-01",
    }
    (edge,) = (await graph.ask(query, f=given))["evaluations"]["edges"]
    assert edge["node"] == {
        "referenceDay": "2026-02-01",
        "decidedOn": "2026-03-01",
        "skill": {"level": "SENIOR_WORKER", "outcome": "PASSED", "occupation": {"code": builders.FITTER}},
        "title": {"level": "ASSISTANT", "outcome": "FAILED", "specialty": {"code": "mechanical"}},
        "schemeDigest": filed.new.digest,
        "policyDigest": "sha256:policy",
        "scores": [
            {"criterion": "contribution", "side": "BOTH", "points": 88, "weight": 400, "assessor": "示例考评员"},
            {"criterion": "theory", "side": "SKILL", "points": 71, "weight": 400, "assessor": "示例考评员"},
        ],
    }
    for others in (
        {"decidedFrom": "2026-03-02"},
        {"decidedTo": "2026-02-28"},
        {**given, "schemeVersion": _id(filed.old)},
    ):
        assert (await graph.ask(query, f=others))["evaluations"]["totalCount"] == 0


def _id(version: Any) -> str:
    return encode_id("SchemeVersion", version.id)
