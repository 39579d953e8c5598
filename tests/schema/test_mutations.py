"""Mutations: what each does, how it is refused, and that a request is one transaction."""

from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from graphql import GraphQLObjectType, GraphQLUnionType, get_nullable_type
from sqlmodel import select

from core.models import AuditEvent, FaultKind
from core.permissions import ANONYMOUS, Actor, Role
from core.services.artifacts import Upload
from core.services.quarantine import Breakage, report_fault
from core.storage.row_scope import EVERY_ROW
from core.texts import Text
from schema.build import build_schema
from schema.ids import encode_id, row_key
from schema.operation import Operation
from schema.service import GraphQLService
from tests.core.calls import call
from tests.schema.access.deeds import DEEDS
from tests.schema.conftest import AUDITOR, OFFICER, Graph
from tests.schema.plugin_world import (
    KEEP,
    PROBLEM,
    REASON,
    RECORD,
    REGISTER,
    REVIEWER,
    STEP,
    SWITCH,
    World,
    artifact,
    stored,
    tags,
    world_in,
)

pytestmark = pytest.mark.anyio
ROOT = Path(__file__).parents[2]
NOBODY = "01a20797-307d-70f7-ae76-2fd369d1941f"
FIELDS = build_schema()._schema.mutation_type.fields  # type: ignore[union-attr]


@pytest.fixture
async def world(graph: Graph) -> World:
    return await world_in(graph)


def test_every_mutation_gives_a_success_or_a_problem() -> None:
    for name, field in FIELDS.items():
        result = get_nullable_type(field.type)
        assert isinstance(result, GraphQLUnionType)
        (success, problem) = result.types
        assert problem.name == "Problem"
        assert isinstance(success, GraphQLObjectType)
        assert list(field.args) == ["input"]
        given = get_nullable_type(field.args["input"].type).fields
        # A reason could tell a vote.
        assert "reason" in given or name == "castVote"
        assert "key" in given or name in CALLS


async def test_the_whole_way_onto_the_record_and_off(world: World) -> None:
    registered = await world.register()
    assert registered["isAccepted"]
    assert registered["findings"] == []
    assert (registered["filing"]["state"], registered["filing"]["revision"]) == ("DRAFT", 1)
    assert registered["filing"]["digest"] == registered["wheel"]["digest"]
    assert (await world.submit())["filing"]["state"] == "SUBMITTED"
    assert (await world.countersign())["filing"]["state"] == "COUNTERSIGNED"
    recorded = (await world.record(day="2026-03-05"))["filing"]
    assert (recorded["state"], recorded["recordNumber"]) == ("RECORDED", "示例备案1.0.0")
    assert recorded["effectiveFrom"] == "2026-03-05"
    assert recorded["schemeVersion"]["version"] == "1.0.0"
    active = await world.switch("activate", starts="2026-03-05")
    assert active["filing"]["activations"] == [{"state": "ACTIVE", "starts": "2026-03-05", "ends": None}]
    held = await world.switch("suspend", starts="2026-04-01")
    assert [one["state"] for one in held["filing"]["activations"]] == ["ACTIVE", "SUSPENDED"]
    again = await world.switch("activate", starts="2026-05-01")
    assert [one["state"] for one in again["filing"]["activations"]] == ["ACTIVE", "SUSPENDED", "ACTIVE"]
    over = await world.switch("retire", starts="2026-06-01")
    assert over["filing"]["activations"][-1] == {"state": "RETIRED", "starts": "2026-06-01", "ends": None}
    assert await tags(world.graph) == [
        ("enterprise:wheel:register", "示例企业经办"),
        ("enterprise:wheel:verify", "示例企业经办"),
        ("enterprise:scheme:draft", "示例企业经办"),
        ("enterprise:scheme:submit", "示例企业经办"),
        ("enterprise:scheme:countersign", "示例会签人"),
        ("enterprise:scheme:record", "officer"),
        ("enterprise:scheme:activate", "officer"),
        ("enterprise:scheme:suspend", "officer"),
        ("enterprise:scheme:activate", "officer"),
        ("enterprise:scheme:retire", "officer"),
    ]


async def test_events_carry_the_reason_and_the_request(world: World) -> None:
    await world.do(REGISTER, world.admin, file=artifact(world.owner), reason="首次登记")
    async with world.graph.database.read(EVERY_ROW) as session:
        events = (await session.exec(select(AuditEvent))).all()
    assert {(event.reason, event.request_id, event.actor_role) for event in events} == {
        ("首次登记", "request-1", "enterprise-admin")
    }


async def test_a_rejected_artifact_is_no_problem_but_kept_with_its_findings(world: World) -> None:
    refused = await world.register(years="1")
    assert refused["__typename"] == "VerifiedArtifact"
    assert not refused["isAccepted"]
    assert refused["filing"] is None
    assert (refused["wheel"]["state"], len(refused["findings"])) == ("REJECTED", 1)
    assert refused["findings"][0]["code"] == "SCH201"
    assert refused["findings"][0]["row"] == 1
    accepted = await world.register()
    assert (accepted["isAccepted"], accepted["filing"]["state"]) == (True, "DRAFT")


async def test_what_is_no_artifact_at_all_is_kept_too(world: World) -> None:
    upload = Upload(filename="方案.docx", content=b"not a zip")
    refused = await world.do(REGISTER, world.admin, file=upload)
    assert (refused["isAccepted"], refused["wheel"]["state"]) == (False, "REJECTED")
    (finding,) = refused["findings"]
    assert finding["what"]["en"] == "only .whl, or .zip of scheme.toml and catalog, are accepted"


async def test_a_workbook_comes_with_its_manifest(world: World) -> None:
    folder = ROOT / "enterprise_schemes/lingnan_ship/scheme_lingnan_ship"
    manifest = (folder / "scheme.toml").read_text("utf-8").replace("91990000MA0EXTJ012", world.owner.uscc)
    pair = {
        "file": Upload(filename="目录.xlsx", content=(folder / "catalog.xlsx").read_bytes()),
        "manifest": Upload(filename="scheme.toml", content=manifest.encode()),
    }
    result = await world.do(REGISTER, world.admin, **pair)
    assert result["findings"] == []
    assert result["filing"]["version"] == "1.0.0"
    alone = await world.do(REGISTER, world.admin, file=pair["file"])
    assert not alone["isAccepted"]


async def test_a_return_carries_its_comments(world: World) -> None:
    await world.register()
    await world.submit()
    result = await world.send_back(actor=REVIEWER)
    assert result["filing"]["state"] == "RETURNED"
    assert result["filing"]["steps"][-1] == {
        "step": "RETURN",
        "comments": [{"clause": "第六条", "comment": "年限请写明"}],
    }
    assert (await world.submit())["filing"]["round"] == 2
    empty = await world.send_back(comments=[])
    assert (empty["__typename"], empty["code"], empty["where"]) == ("Problem", "BAD_ARGUMENT", "comments")


async def test_another_content_voids_the_countersignature(world: World) -> None:
    await world.register()
    await world.submit()
    await world.countersign()
    amended = await world.register(name="Another name")
    assert (amended["filing"]["state"], amended["filing"]["revision"]) == ("DRAFT", 4)
    refused = await world.record()
    assert refused["code"] == "STEP_REFUSED"
    assert "so you cannot record it: the enterprise has not submitted it" in refused["message"]["en"]


async def test_whoever_decides_on_what_has_changed_is_refused(world: World) -> None:
    await world.register()
    await world.submit()
    stale = await world.countersign(revision=1)
    assert (stale["code"], stale["clause"]) == ("OUT_OF_DATE", None)
    assert stale["message"]["en"].startswith("version 1.0.0 of scheme 'tiny_works' is at step 2 with digest ")
    other = await world.countersign(digest="0" * 64)
    assert other["code"] == "OUT_OF_DATE"
    odd = await world.countersign(digest="none")
    assert (odd["code"], odd["where"]) == ("BAD_ARGUMENT", "digest")
    assert (await world.countersign())["filing"]["state"] == "COUNTERSIGNED"


async def test_nobody_approves_their_own(world: World) -> None:
    await world.register()
    await world.submit()
    same = Actor.of(Role.INDUSTRY_REVIEWER, " 示例企业经办 ", authority=REVIEWER.authority)
    refused = await world.countersign(actor=same)
    assert refused["code"] == "OWN_APPROVAL"
    assert refused["clause"]


async def test_another_authority_may_not_countersign(world: World) -> None:
    await world.register()
    await world.submit()
    refused = await world.countersign(actor=Actor.of(Role.INDUSTRY_REVIEWER, "他人", authority="示例交通主管部门"))
    assert refused["code"] == "NOT_PERMITTED"
    assert "names the industry authority '工业和信息化主管部门（示例）'" in refused["message"]["en"]


async def test_a_wheel_is_verified_again(world: World) -> None:
    digest = (await world.register())["wheel"]["digest"]
    world.later()
    result = await world.do(VERIFY, OFFICER, digest=digest)
    assert result == {"isAccepted": True, "wheel": {"verifications": [{"state": "VERIFIED"}, {"state": "VERIFIED"}]}}
    outsider = Actor.of(Role.ENTERPRISE_ADMIN, "别家", enterprise_id=UUID(NOBODY))
    for actor, asked in ((outsider, digest), (OFFICER, "0" * 64)):
        assert (await world.do(VERIFY, actor, digest=asked))["code"] == "NOT_FOUND"


VERIFY = f"""mutation($digest: String!, $reason: String!) {{ verifyWheel(input: {{digest: $digest, reason: $reason}}) {{
  ... on VerifiedArtifact {{ isAccepted wheel {{ verifications {{ state }} }} }} {PROBLEM} }} }}"""
LIFT = f"""mutation($wheel: ID!, $reason: String!) {{ liftQuarantine(input: {{wheel: $wheel, reason: $reason}}) {{
  ... on LiftedQuarantine {{
    quarantine {{ reason liftedBy liftedReason liftedAt imposedAt }}
    wheel {{ faults {{ kind text {{ en }} }} quarantines {{ liftedBy }} }}
  }} {PROBLEM} }} }}"""


async def test_a_quarantine_is_lifted(world: World) -> None:
    wheel = (await world.register())["wheel"]["id"]
    not_held = await world.do(LIFT, OFFICER, wheel=wheel)
    assert (not_held["code"], not_held["message"]["en"].endswith("is not in quarantine")) == ("STEP_REFUSED", True)
    async with world.graph.database.write(EVERY_ROW) as session:
        for _ in range(3):
            met = Breakage(row_key(wheel, "Wheel"), FaultKind.TIMEOUT, Text("超时", "too slow"))
            await report_fault(call(session, Actor.of(Role.SERVICE, "platform")), met)
    result = await world.do(LIFT, OFFICER, wheel=wheel, reason="已修复")
    assert (result["quarantine"]["liftedBy"], result["quarantine"]["liftedReason"]) == ("officer", "已修复")
    assert result["quarantine"]["reason"].endswith("quarantined after 3 faults")
    assert result["quarantine"]["liftedAt"] == "2026-03-02T04:00:00+00:00"
    assert result["wheel"]["faults"] == [{"kind": "TIMEOUT", "text": {"en": "too slow"}}] * 3
    assert result["wheel"]["quarantines"] == [{"liftedBy": "officer"}]


ACTORS = {
    "anonymous": ANONYMOUS,
    "worker": Actor.of(Role.WORKER, "worker"),
    "assessor": Actor.of(Role.ASSESSOR, "assessor"),
    "auditor": AUDITOR,
    "service": Actor.of(Role.SERVICE, "service"),
}
SEEN = {"filing": encode_id("Filing", NOBODY), "revision": 1, "digest": "0" * 64}
CALLS: dict[str, tuple[str, dict[str, Any]]] = {
    "registerScheme": (REGISTER, {"file": Upload(filename="scheme.zip", content=b"PK")}),
    "verifyWheel": (VERIFY, {"digest": "0" * 64}),
    "liftQuarantine": (LIFT, {"wheel": encode_id("Wheel", NOBODY)}),
    "submitFiling": (STEP % "submitFiling", {"seen": SEEN}),
    "countersignFiling": (STEP % "countersignFiling", {"seen": SEEN}),
    "returnFiling": (
        f"mutation($seen: SeenFilingInput!, $reason: String!) {{ returnFiling(input: {{seen: $seen, "
        f'comments: [{{clause: "一", comment: "二"}}], reason: $reason}}) {{ __typename {PROBLEM} }} }}',
        {"seen": SEEN},
    ),
    "recordFiling": (
        f"mutation($seen: SeenFilingInput!, $reason: String!) {{ recordFiling(input: {{seen: $seen, "
        f'recordNumber: "1", effectiveFrom: "2026-03-02", reason: $reason}}) {{ __typename {PROBLEM} }} }}',
        {"seen": SEEN},
    ),
    "mintServiceToken": (
        'mutation($reason: String!) { mintServiceToken(input: {name: "x", permissions: ["public:policy:read"], '
        f"reason: $reason}}) {{ __typename {PROBLEM} }} }}",
        {},
    ),
    "revokeServiceToken": (
        "mutation($token: ID!, $reason: String!) { revokeServiceToken(input: {serviceToken: $token, "
        f"reason: $reason}}) {{ __typename {PROBLEM} }} }}",
        {"token": encode_id("ServiceToken", NOBODY)},
    ),
    **{
        f"{how}Scheme": (SWITCH % f"{how}Scheme", {"filing": encode_id("Filing", NOBODY)})
        for how in ("activate", "suspend", "retire")
    },
    "revealIdentityNumber": (
        "mutation($person: ID!, $reason: String!) { revealIdentityNumber(input: {person: $person, "
        f"reason: $reason}}) {{ __typename {PROBLEM} }} }}",
        {"person": encode_id("Person", NOBODY)},
    ),
    "withdrawRecord": (STEP % "withdrawRecord", {"seen": SEEN}),
    "withdrawRetirement": (KEEP, {"filing": encode_id("Filing", NOBODY)}),
}


@pytest.mark.parametrize("role", sorted(ACTORS))
async def test_who_has_no_part_in_it_changes_nothing(graph: Graph, role: str) -> None:
    assert set(CALLS) | set(DEEDS) == set(FIELDS)  # who does the others stands in the table of access
    before = stored(graph)
    for name, (mutation, variables) in CALLS.items():
        data = await graph.ask(mutation, ACTORS[role], reason=REASON, **variables)
        assert data[name]["code"] == "NOT_PERMITTED", (name, data)
    assert stored(graph) == before


async def test_nothing_is_unpacked_for_who_may_not_register(graph: Graph) -> None:
    class Untouched:
        """Fails the request when it is asked to read."""

        def read(self, content: bytes, filename: str) -> Any:
            raise AssertionError("it was read")

    service = GraphQLService(graph.deps(verifier=Untouched()))
    given = {"file": Upload(filename="scheme.zip", content=b"PK"), "reason": REASON}
    answer = await service.execute(Operation(REGISTER, given), OFFICER, "r")
    assert answer["data"]["registerScheme"]["code"] == "NOT_PERMITTED"


async def test_a_record_says_what_it_switches_off_and_can_be_withdrawn_before_its_day(world: World) -> None:
    await world.active()
    await world.register(version="1.1.0")
    await world.submit("1.1.0")
    await world.countersign("1.1.0")
    told = {"seen": world.seen("1.1.0"), "number": "示例备案1.1.0", "day": "2026-04-01"}
    asking = RECORD.replace("__typename", "__typename ... on MovedFiling { notice { en } }", 1)
    moved = await world.do(asking, OFFICER, **told)
    assert moved["notice"]["en"] == (
        "version 1.0.0 is no longer on record from 2026-04-01 and stops running then; version 1.1.0 is not activated, "
        "so nothing runs from that day. Activate version 1.1.0 from 2026-04-01"
    )
    stale = await world.do(STEP % "withdrawRecord", OFFICER, seen=world.seen("1.1.0", revision=1))
    assert stale["code"] == "OUT_OF_DATE"
    back = await world.do(STEP % "withdrawRecord", OFFICER, seen=world.seen("1.1.0"))
    assert (back["filing"]["state"], back["filing"]["recordNumber"], back["filing"]["effectiveFrom"]) == (
        "COUNTERSIGNED",
        None,
        None,
    )
    begun = await world.do(STEP % "withdrawRecord", OFFICER, seen=world.seen("1.0.0", revision=6))
    assert begun["code"] == "STEP_REFUSED"


async def test_a_planned_retirement_can_be_withdrawn(world: World) -> None:
    await world.active()
    await world.switch("retire", starts="2026-07-01")
    kept = await world.do(KEEP, OFFICER, filing=world.filings["1.0.0"]["id"])
    assert kept["filing"]["activations"] == [{"state": "ACTIVE", "starts": "2026-03-02", "ends": None}]
    again = await world.do(KEEP, OFFICER, filing=world.filings["1.0.0"]["id"])
    assert again["code"] == "STEP_REFUSED"


async def test_each_step_is_for_its_own_party(world: World) -> None:
    await world.register()
    assert (await world.submit(actor=OFFICER))["code"] == "NOT_PERMITTED"
    assert (await world.submit(actor=world.employee))["code"] == "NOT_PERMITTED"
    await world.submit()
    assert (await world.countersign(actor=OFFICER))["code"] == "NOT_PERMITTED"
    assert (await world.countersign(actor=world.admin))["code"] == "NOT_PERMITTED"
    await world.countersign()
    assert (await world.record(actor=REVIEWER))["code"] == "NOT_PERMITTED"
    assert (await world.record(actor=world.admin))["code"] == "NOT_PERMITTED"
    await world.record()
    for actor in (REVIEWER, world.admin):
        assert (await world.switch("activate", actor=actor))["code"] == "NOT_PERMITTED"


async def test_another_enterprise_finds_nothing(world: World) -> None:
    await world.register()
    other = await world_in(world.graph)
    other.filings = world.filings
    assert (await other.submit())["code"] == "NOT_FOUND"
    taken = await other.register()
    assert taken["code"] == "DUPLICATE"
    assert "scheme key 'tiny_works' is provided by enterprise '示例小厂' already" in taken["message"]["en"]
    foreign = await world.do(REGISTER, world.admin, file=artifact(other.owner))
    assert foreign["code"] == "NOT_PERMITTED"
    assert foreign["where"] == "scheme.toml · scheme.enterprise"


async def test_what_was_refused_leaves_nothing(world: World) -> None:
    await world.register()
    await world.submit()
    before = stored(world.graph)
    refusals = [
        await world.submit(),
        await world.countersign(revision=1),
        await world.record(),
        await world.switch("activate"),
        await world.do(REGISTER, world.admin, file=artifact(world.owner, name="Another"), reason=" "),
        await world.do(REGISTER, world.admin, file=artifact(world.owner, name="Another"), reason="多" * 501),
        await world.do(STEP % "submitFiling", world.admin, seen=world.seen(filing="nonsense")),
        await world.do(STEP % "submitFiling", world.admin, seen=world.seen(filing=encode_id("Wheel", NOBODY))),
    ]
    assert [one.get("code") for one in refusals] == [
        "STEP_REFUSED",
        "OUT_OF_DATE",
        "STEP_REFUSED",
        "STEP_REFUSED",
        "BAD_ARGUMENT",
        "BAD_ARGUMENT",
        "BAD_ARGUMENT",
        "BAD_ARGUMENT",
    ]
    assert stored(world.graph) == before
