"""Who sees what: deny by default, rows by employment."""

from datetime import date
from typing import Any

import pytest
from sqlmodel import select

from core.models import AuditEvent
from core.permissions import ANONYMOUS, Actor, Role
from core.storage.database import Database
from core.storage.row_scope import EVERY_ROW
from schema.build import build_schema
from schema.ids import encode_id
from tests import builders
from tests.schema import rows
from tests.schema.conftest import AUDITOR, OFFICER, Graph

pytestmark = pytest.mark.anyio

PUBLIC = {
    "node",  # null for whatever the reader may not read
    "nodes",
    "occupations",
    "pilotDecisions",
    "pilotList",
    "pilotListDifference",
    "policy",
    "policyPacks",
    "policyRoutes",
    "skillLevels",
    "titleLevels",
    "titleSeries",
    "viewer",
}
# One query for each field of the root that takes a permission.
GUARDED = {
    "activeSchemes": "{ activeSchemes { edges { node { version } } } }",
    "applicationWarnings": '{ applicationWarnings(draft: {round: "Um91bmQ6MQ", targets: {}}) { code } }',
    "applications": "{ applications { totalCount } }",
    "certificates": "{ certificates { totalCount } }",
    "competitions": "{ competitions { totalCount } }",
    "contestRequests": "{ contestRequests { totalCount } }",
    "credentialCounts": "{ credentialCounts(by: [KIND]) { count } }",
    "credentials": "{ credentials { totalCount } }",
    "enterprise": '{ enterprise(key: "any") { name { zh } } }',
    "enterprises": "{ enterprises { totalCount } }",
    "evaluations": "{ evaluations { totalCount } }",
    "experts": "{ experts { totalCount } }",
    "idlePilots": "{ idlePilots { dueOn } }",
    "job": '{ job(id: "Sm9iOjE") { phase } }',
    "jobs": "{ jobs { totalCount } }",
    "people": "{ people { totalCount } }",
    "pilotSummary": "{ pilotSummary(by: []) { totalCount } }",
    "supervisionAlerts": "{ supervisionAlerts { totalCount } }",
    "exportColumns": "{ exportColumns(list: ROSTER) { key } }",
    "filingPrecheck": '{ filingPrecheck(round: "Um91bmQ6MQ") { __typename } }',
    "filing": '{ filing(id: "RmlsaW5nOjE") { version } }',
    "filings": "{ filings { totalCount } }",
    "pluginChanges": '{ pluginChanges(from: "2026-01-01", to: "2026-02-01") { totalCount } }',
    "pluginHistory": '{ pluginHistory(key: "any") { edges { node { tag } } } }',
    "plugins": "{ plugins { edges { node { version } } } }",
    "schemeDiff": '{ schemeDiff(from: "RmlsaW5nOjE", to: "RmlsaW5nOjE") { changes { key } } }',
    "schemeImpact": '{ schemeImpact(version: "RmlsaW5nOjE") { people } }',
    "replicableSchemes": "{ replicableSchemes { totalCount } }",
    "person": '{ person(id: "UGVyc29uOjE") { name } }',
    "round": '{ round(id: "Um91bmQ6MQ") { name } }',
    "rounds": "{ rounds { totalCount } }",
    "scheme": '{ scheme(key: "any") { key } }',
    "tasks": "{ tasks { totalCount } }",
    "webhookSubscriptions": "{ webhookSubscriptions { totalCount } }",
    "serviceTokens": "{ serviceTokens { totalCount } }",
    "schemes": "{ schemes { totalCount } }",
}


def test_every_root_field_is_public_on_purpose_or_guarded() -> None:
    fields = build_schema()._schema.query_type.fields  # type: ignore[union-attr]
    assert set(fields) == PUBLIC | set(GUARDED)


@pytest.mark.parametrize("field", sorted(GUARDED))
async def test_anonymous_may_not_ask(graph: Graph, field: str) -> None:
    error = await graph.fault(GUARDED[field], ANONYMOUS)
    assert error["extensions"]["code"] == "NOT_PERMITTED"
    assert error["message"].startswith("角色 anonymous 没有权限 ")
    assert "use a token that carries it" in error["message"]


async def test_anonymous_reads_the_policy_and_the_pilot_list(graph: Graph) -> None:
    listed = builders.enterprise(zh="试点企业")
    await graph.add(listed, builders.enterprise(), rows.listing(listed))
    data = await graph.ask(
        "{ policy { id } pilotList { totalCount edges { node { batch enterprise { name { zh } isPilot } } } } }",
        ANONYMOUS,
    )
    assert len(data["policy"]) > 100
    assert data["pilotList"]["totalCount"] == 1
    assert data["pilotList"]["edges"][0]["node"]["enterprise"] == {"name": {"zh": "试点企业"}, "isPilot": True}


@pytest.mark.parametrize("field", ["authorities { id }", "schemes { id }", "people { totalCount }"])
async def test_anonymous_does_not_get_past_the_pilot_list(graph: Graph, field: str) -> None:
    listed = builders.enterprise()
    await graph.add(listed, rows.listing(listed))
    error = await graph.fault(f"{{ pilotList {{ edges {{ node {{ enterprise {{ {field} }} }} }} }} }}", ANONYMOUS)
    assert error["extensions"]["code"] == "NOT_PERMITTED"


async def test_the_service_role_may_not_even_read_the_policy(graph: Graph) -> None:
    service = Actor.of(Role.SERVICE, "another system")
    for query in ("{ policy { id } }", "{ titleSeries { id } }", "{ pilotList { totalCount } }"):
        assert (await graph.fault(query, service))["extensions"]["code"] == "NOT_PERMITTED"
    series = encode_id("TitleSeries", "engineering")
    assert await graph.ask("query($id: ID!) { node(id: $id) { id } }", service, id=series) == {"node": None}


class Two:
    """Two enterprises; a worker of the first who holds a certificate and has an evaluation from the second."""

    def __init__(self) -> None:
        self.first, self.second = builders.enterprise(), builders.enterprise()
        self.worker = builders.person(name="示例工")
        self.scheme = builders.scheme(self.second)
        self.version = builders.scheme_version(self.scheme)
        self.here = builders.employment(self.worker, self.first)
        self.rows: list[Any] = [
            self.first,
            self.second,
            self.worker,
            self.scheme,
            self.version,
            self.here,
            builders.employment(self.worker, self.second, starts=date(2010, 1, 1), ends=date(2019, 1, 1)),
            builders.credential(self.worker, issuer_name="乙企业", issuer_enterprise_id=self.second.id),
            builders.evaluation(self.worker, self.second, self.version),
        ]

    def admin(self, of_second: bool = False) -> Actor:
        owner = self.second if of_second else self.first
        return Actor.of(Role.ENTERPRISE_ADMIN, "admin", enterprise_id=owner.id)

    def itself(self) -> Actor:
        return Actor.of(Role.WORKER, "worker", person_id=self.worker.id)


PERSON = """query($id: ID!) { person(id: $id) {
  name credentials { edges { node { issuer { name enterprise { key } } } } } evaluations { id } } }"""


async def test_the_employer_reads_credentials_of_other_issuers_but_not_their_evaluations(graph: Graph) -> None:
    two = Two()
    await graph.add(*two.rows)
    data = await graph.ask(PERSON, two.admin(), id=encode_id("Person", two.worker.id))
    issuer = {"name": "乙企业", "enterprise": {"key": two.second.key}}
    assert [edge["node"]["issuer"] for edge in data["person"]["credentials"]["edges"]] == [issuer]
    assert data["person"]["evaluations"] == []
    assert (await graph.ask("{ evaluations { totalCount } }", two.admin()))["evaluations"]["totalCount"] == 0


async def test_who_evaluated_keeps_the_evaluation_when_the_person_is_out_of_sight(graph: Graph) -> None:
    two = Two()
    await graph.add(*two.rows)
    query = "{ evaluations { edges { node { person { name } enterprise { key } schemeVersion { version } } } } }"
    data = await graph.ask(query, two.admin(of_second=True))
    (edge,) = data["evaluations"]["edges"]
    assert edge["node"] == {
        "person": None,
        "enterprise": {"key": two.second.key},
        "schemeVersion": {"version": "1.0.0"},
    }


async def test_a_leaver_becomes_invisible(graph: Graph) -> None:
    two = Two()
    two.here.ends = builders.DAY  # the first day no longer employed
    await graph.add(*two.rows)
    wanted = encode_id("Person", two.worker.id)
    error = await graph.fault(PERSON, two.admin(), id=wanted)
    assert error["extensions"]["code"] == "NOT_FOUND"
    assert error["message"] == f"人员 {wanted} 不存在，或无权查看 / no person {wanted}, or not visible to this reader"
    everything = "query($id: ID!) { node(id: $id) { id } people { totalCount } credentials { totalCount } }"
    assert await graph.ask(everything, two.admin(), id=wanted) == {
        "node": None,
        "people": {"totalCount": 0},
        "credentials": {"totalCount": 0},
    }


async def test_a_worker_reads_only_their_own(graph: Graph) -> None:
    two, other = Two(), builders.person(name="另一人")
    await graph.add(*two.rows, other, builders.employment(other, two.first), builders.credential(other))
    data = await graph.ask(
        "{ people { edges { node { name } } } credentials { totalCount } evaluations { totalCount } "
        "viewer { role person { name } enterprise { key } } }",
        two.itself(),
    )
    assert data == {
        "people": {"edges": [{"node": {"name": "示例工"}}]},
        "credentials": {"totalCount": 1},
        "evaluations": {"totalCount": 1},
        "viewer": {"role": "WORKER", "person": {"name": "示例工"}, "enterprise": None},
    }
    error = await graph.fault(PERSON, two.itself(), id=encode_id("Person", other.id))
    assert error["extensions"]["code"] == "NOT_FOUND"


async def test_colleagues_are_not_read_through_the_enterprise(graph: Graph) -> None:
    two, colleague = Two(), builders.person(name="同事")
    await graph.add(*two.rows, colleague, builders.employment(colleague, two.first))
    query = (
        "{ viewer { person { currentEmployment { enterprise { people { totalCount edges { node { name } } } } } } } }"
    )
    data = await graph.ask(query, two.itself())
    people = data["viewer"]["person"]["currentEmployment"]["enterprise"]["people"]
    assert people == {"totalCount": 1, "edges": [{"node": {"name": "示例工"}}]}


async def test_identity_numbers_are_masked_for_everyone(graph: Graph) -> None:
    number = builders.identity_number()
    worker = builders.person(identity=number)
    await graph.add(worker)
    for actor in (AUDITOR, OFFICER, Actor.of(Role.WORKER, "worker", person_id=worker.id)):
        answer = await graph.answer("{ people { edges { node { identityKind maskedIdentityNumber } } } }", actor)
        shown = answer["data"]["people"]["edges"][0]["node"]
        assert shown == {"identityKind": "RESIDENT_CARD", "maskedIdentityNumber": f"440{'*' * 13}{number[-2:]}"}
        assert number not in str(answer)


async def test_only_cleared_readers_find_people_by_identity_number(graph: Graph) -> None:
    number = builders.identity_number()
    await graph.add(builders.person(identity=number, name="找到"), builders.person())
    query = "query($n: String!) { people(filter: {identityNumber: $n}) { edges { node { name } } } }"
    found = await graph.ask(query, OFFICER, n=number)
    assert [edge["node"]["name"] for edge in found["people"]["edges"]] == ["找到"]
    error = await graph.fault(query, AUDITOR, n=number)
    assert error["extensions"]["code"] == "NOT_PERMITTED"
    assert "city:identity:read" in error["message"]
    assert number not in str(error)
    wrong = number[:-1] + ("1" if number[-1] != "1" else "2")
    error = await graph.fault(query, OFFICER, n=wrong)
    assert error["extensions"]["code"] == "IDENTITY_NUMBER_INVALID"
    assert wrong not in str(error)


async def test_requests_without_data_open_no_transaction(database: Database) -> None:
    with database.count_queries() as sent:
        assert "errors" not in await Graph(database).answer("{ viewer { role } skillLevels { order } }", ANONYMOUS)
    assert sent == []


REVEAL = """mutation($id: ID!, $reason: String!) { revealIdentityNumber(input: {person: $id, reason: $reason}) {
  __typename ... on RevealedIdentityNumber { number } ... on Problem { code message { en } } } }"""


async def test_a_whole_identity_number_is_read_with_a_reason_that_is_kept(graph: Graph) -> None:
    number = builders.identity_number()
    worker = builders.person(identity=number)
    await graph.add(worker)
    wanted = {"id": encode_id("Person", worker.id), "reason": "核对证书信息"}
    data = await graph.ask(REVEAL, OFFICER, **wanted)
    assert data == {"revealIdentityNumber": {"__typename": "RevealedIdentityNumber", "number": number}}
    async with graph.database.read(EVERY_ROW) as session:
        (event,) = await session.exec(select(AuditEvent))
    assert (event.tag, event.subject_id, event.reason) == ("person:identity:read", str(worker.id), "核对证书信息")
    assert event.actor_name == OFFICER.name
    assert number not in event.body


async def test_without_clearance_or_reason_no_identity_number_is_read(graph: Graph) -> None:
    worker = builders.person()
    employer = builders.enterprise()
    await graph.add(worker, employer, builders.employment(worker, employer))
    id_ = encode_id("Person", worker.id)
    others = (
        ANONYMOUS,
        AUDITOR,
        Actor.of(Role.ENTERPRISE_ADMIN, "admin", enterprise_id=employer.id),
        Actor.of(Role.WORKER, "worker", person_id=worker.id),
    )
    for actor in others:
        refused = (await graph.ask(REVEAL, actor, id=id_, reason="好奇"))["revealIdentityNumber"]
        assert refused["code"] == "NOT_PERMITTED"
        assert "city:identity:read" in refused["message"]["en"]
    silent = (await graph.ask(REVEAL, OFFICER, id=id_, reason="  "))["revealIdentityNumber"]
    assert silent["code"] == "BAD_ARGUMENT"
    assert silent["message"]["en"] == "give a reason of at most 500 characters; this has 0"
    async with graph.database.read(EVERY_ROW) as session:
        assert list(await session.exec(select(AuditEvent))) == []
