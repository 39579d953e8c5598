"""The audit of plugins and the filings behind it: what each reader sees, on which day, as known when."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from core.models import FaultKind
from core.permissions import ANONYMOUS, Actor, Role
from core.services.quarantine import Breakage, report_fault
from core.storage.row_scope import EVERY_ROW
from core.texts import Text
from plugins.document import read_folder
from schema.ids import row_key
from tests import builders
from tests.core.calls import call
from tests.schema.conftest import AUDITOR, OFFICER, Graph
from tests.schema.plugin_world import REASON, REVIEWER, World, world_in

pytestmark = pytest.mark.anyio
ROOT = Path(__file__).parents[2]

COLUMNS = "version isDiscovered isRecorded isActive activationState filingState"


@pytest.fixture
async def world(graph: Graph) -> World:
    return await world_in(graph)


async def columns(world: World, arguments: str = "", actor: Actor = AUDITOR) -> list[list[Any]]:
    """Version, the three columns, activation and filing of every plugin."""
    rows = await world.graph.listed(f"{{ plugins{arguments} {{ edges {{ node {{ {COLUMNS} }} }} }} }}", actor)
    return [list(row.values()) for row in rows]


async def test_discovered_recorded_and_active_are_three_columns(world: World) -> None:
    assert await columns(world) == []
    await world.register()
    assert await columns(world) == [["1.0.0", True, False, False, None, "DRAFT"]]
    await world.submit()
    await world.countersign()
    await world.record(day="2026-03-04")
    assert await columns(world) == [["1.0.0", True, False, False, None, "RECORDED"]]
    assert await columns(world, '(asOf: "2026-03-04")') == [["1.0.0", True, True, False, None, "RECORDED"]]
    await world.switch("activate", starts="2026-03-05")
    assert await columns(world, '(asOf: "2026-03-05")') == [["1.0.0", True, True, True, "ACTIVE", "RECORDED"]]
    assert await columns(world, '(asOf: "2026-03-01")') == [["1.0.0", False, False, False, None, "RECORDED"]]


async def test_what_was_known_then_stays_so(world: World) -> None:
    await world.recorded()
    before = world.later()
    await world.switch("activate")
    assert (await columns(world))[0][3:5] == [True, "ACTIVE"]
    known = await columns(world, f'(knownAt: "{before.isoformat()}")')
    assert known[0][3:5] == [False, None]
    long_ago = await columns(world, '(knownAt: "2026-01-01T00:00:00+08:00")')
    assert long_ago == []


async def test_a_suspension_counts_at_once_and_is_no_quarantine(world: World) -> None:
    await world.active()
    query = '{ activeSchemes(on: "2026-03-02") { edges { node { schemeKey version digest quarantine { reason } } } } }'
    assert len(await world.graph.listed(query)) == 1
    await world.switch("suspend")
    assert (await world.graph.listed(query)) == []
    (row,) = await columns(world)
    assert row[3:5] == [False, "SUSPENDED"]


STATUS = """{ plugins { edges { node {
  schemeKey version digest distribution filename registeredBy contract recordNumber recordedFrom recordedUntil
  enterprise { name { zh } } verification findings { code severity what { zh en } nearest clause counterexample { en } }
  approvals { stands step { step actor body digest } } activation { state starts ends actor reason role }
  faults { kind text { en } requestId } quarantine { reason liftedAt } checks { holds text { zh en } }
  wheel { state } filing { state revision }
} } } }"""


async def test_a_plugin_is_shown_with_everything_behind_it(world: World) -> None:
    await world.active()
    (shown,) = await world.graph.listed(STATUS)
    digest = world.filings["1.0.0"]["digest"]
    assert shown["enterprise"] == {"name": {"zh": "示例小厂"}}
    assert (shown["schemeKey"], shown["digest"], shown["filename"]) == ("tiny_works", digest, "scheme.zip")
    assert (shown["recordNumber"], shown["recordedFrom"], shown["recordedUntil"]) == (
        "示例备案1.0.0",
        "2026-03-02",
        None,
    )
    assert shown["approvals"] == [
        {
            "stands": True,
            "step": {"step": "COUNTERSIGN", "actor": "示例会签人", "body": REVIEWER.authority, "digest": digest},
        },
        {"stands": True, "step": {"step": "RECORD", "actor": "officer", "body": None, "digest": digest}},
    ]
    assert shown["activation"] == {
        "state": "ACTIVE",
        "starts": "2026-03-02",
        "ends": None,
        "actor": "officer",
        "reason": REASON,
        "role": "BUREAU_OFFICER",
    }
    assert [check["holds"] for check in shown["checks"]] == [True] * 7
    assert all(check["text"]["zh"] and check["text"]["en"] for check in shown["checks"])
    assert (shown["wheel"], shown["filing"]) == ({"state": "VERIFIED"}, {"state": "RECORDED", "revision": 4})


async def test_a_broken_plugin_has_a_row_that_says_why(world: World) -> None:
    await world.active()
    await world.register(key="other_works", years="1")
    wheel = row_key(
        (await world.graph.listed("{ plugins { edges { node { wheel { id } } } } }"))[1]["wheel"]["id"], "Wheel"
    )
    async with world.graph.database.write(EVERY_ROW) as session:
        for _ in range(3):
            met = Breakage(wheel, FaultKind.CRASH, Text("崩溃", "crashed"))
            await report_fault(call(session, Actor.of(Role.SERVICE, "platform")), met)
    broken, sound = await world.graph.listed(STATUS)
    assert (broken["schemeKey"], broken["verification"], broken["filing"]) == ("other_works", "REJECTED", None)
    (finding,) = broken["findings"]
    assert (finding["code"], finding["severity"]) == ("SCH201", "ERROR")
    assert finding["counterexample"]["en"]
    assert finding["clause"]
    held = [check["text"]["en"] for check in broken["checks"] if not check["holds"]]
    assert held[0].startswith("verification on 2026-03-02 rejected it with 1 findings: SCH201")
    assert sound["verification"] == "VERIFIED"
    assert sound["quarantine"] == {"reason": "3 次故障后自动隔离 quarantined after 3 faults", "liftedAt": None}
    assert sound["faults"] == [{"kind": "CRASH", "text": {"en": "crashed"}, "requestId": "request-1"}] * 3
    assert [check["holds"] for check in sound["checks"]] == [True] * 6 + [False]
    assert (await world.graph.listed("{ activeSchemes { edges { node { version } } } }")) == []


async def test_the_history_tells_every_step(world: World) -> None:
    await world.active()
    told = "number at tag version digest role actor reason before after"
    query = f'{{ pluginHistory(key: "tiny_works") {{ edges {{ node {{ {told} }} }} }} }}'
    events = await world.graph.listed(query)
    assert [event["tag"].rpartition(":")[2] for event in events] == [
        "register", "verify", "draft", "submit", "countersign", "record", "activate",
    ]  # fmt: skip
    assert {event["version"] for event in events} == {"1.0.0"}
    assert {event["digest"] for event in events} == {world.filings["1.0.0"]["digest"]}
    assert [event["role"] for event in events][3:6] == ["ENTERPRISE_ADMIN", "INDUSTRY_REVIEWER", "BUREAU_OFFICER"]
    assert '"state":"recorded"' in events[5]["after"]
    assert [event["number"] for event in events] == sorted(event["number"] for event in events)
    assert (await world.graph.listed('{ pluginHistory(key: "nobody_s") { edges { node { tag } } } }')) == []
    early = '{ pluginHistory(key: "tiny_works", knownAt: "2026-03-01T00:00:00Z") { edges { node { tag } } } }'
    assert (await world.graph.listed(early)) == []


async def test_two_days_are_compared(world: World) -> None:
    await world.recorded(day="2026-03-10")
    await world.switch("activate", starts="2026-03-10")
    query = """{ pluginChanges(from: "2026-03-05", to: "2026-03-12") { edges { node {
      plugin { version } before { isRecorded isActive } after { isRecorded isActive activationState } } } } }"""
    assert (await world.graph.listed(query)) == [
        {
            "plugin": {"version": "1.0.0"},
            "before": {"isRecorded": False, "isActive": False},
            "after": {"isRecorded": True, "isActive": True, "activationState": "ACTIVE"},
        }
    ]
    same = query.replace("2026-03-05", "2026-03-11")
    assert (await world.graph.listed(same)) == []


async def test_filings_are_listed_and_narrowed(world: World) -> None:
    await world.register()
    await world.register(version="1.1.0")
    await world.submit("1.1.0")
    query = "query($filter: FilingFilter) { filings(filter: $filter) { totalCount edges { node { version } } } }"

    async def versions(**given: Any) -> list[str]:
        found = (await world.graph.ask(query, filter=given))["filings"]
        assert found["totalCount"] == len(found["edges"])
        return [edge["node"]["version"] for edge in found["edges"]]

    assert await versions() == ["1.1.0", "1.0.0"]
    assert await versions(state="SUBMITTED") == ["1.1.0"]
    assert await versions(state="RECORDED") == []
    assert await versions(industryAuthority=REVIEWER.authority) == ["1.1.0", "1.0.0"]
    assert await versions(industryAuthority="别的主管部门") == []
    (edge,) = (await world.graph.ask("{ schemes { edges { node { id filings { version } } } } }"))["schemes"]["edges"]
    assert edge["node"]["filings"] == [{"version": "1.0.0"}, {"version": "1.1.0"}]
    assert await versions(scheme=edge["node"]["id"]) == ["1.1.0", "1.0.0"]
    paged = "{ filings(first: 1, descending: false) { edges { node { version } } pageInfo { hasNextPage endCursor } } }"
    page = (await world.graph.ask(paged))["filings"]
    assert (page["edges"][0]["node"]["version"], page["pageInfo"]["hasNextPage"]) == ("1.0.0", True)
    rest = paged.replace("first: 1", f'first: 1, after: "{page["pageInfo"]["endCursor"]}"')
    assert (await world.graph.ask(rest))["filings"]["edges"] == [{"node": {"version": "1.1.0"}}]


ONE = """query($id: ID!) { filing(id: $id) { id version wheel { digest filename filing { id } enterprise { key } }
  scheme { key enterprise { key } } schemeVersion { version filing { id } findings { code } }
  steps { number step state round role reason at } activations { state } } }"""


async def test_one_filing_with_its_steps(world: World) -> None:
    await world.active()
    id_ = world.filings["1.0.0"]["id"]
    shown = (await world.graph.ask(ONE, id=id_))["filing"]
    assert shown["wheel"]["filing"] == {"id": id_}
    assert shown["scheme"] == {"key": "tiny_works", "enterprise": {"key": world.owner.key}}
    assert shown["schemeVersion"] == {"version": "1.0.0", "filing": {"id": id_}, "findings": []}
    assert [(one["number"], one["step"], one["state"]) for one in shown["steps"]] == [
        (1, "DRAFT", "DRAFT"),
        (2, "SUBMIT", "SUBMITTED"),
        (3, "COUNTERSIGN", "COUNTERSIGNED"),
        (4, "RECORD", "RECORDED"),
    ]
    assert datetime.fromisoformat(shown["steps"][0]["at"]) == datetime(2026, 3, 2, 4, tzinfo=UTC)
    node = "query($id: ID!) { node(id: $id) { id ... on Filing { state } ... on Wheel { verdict: state } } }"
    assert (await world.graph.ask(node, id=id_))["node"]["state"] == "RECORDED"
    wheel = (await world.graph.listed("{ plugins { edges { node { wheel { id } } } } }"))[0]["wheel"]["id"]
    assert (await world.graph.ask(node, id=wheel))["node"] == {"id": wheel, "verdict": "VERIFIED"}


CONTENT = """content {
  schemeKey version name { zh } digest starts ends industryAuthority titlePassMark
  groups { key name { zh } needs { __typename text { zh en } ... on EvidenceNeed { evidence atLeast clause } } }
  evidence { key name { zh } kind most }
  criteria { key weight side kind passMark scoring { evidence steps { atLeast points } linear { per base most } } }
  bonuses { key evidence atLeast points side }
  contests { key tier rank clause skill { skillLevel } title { titleLevel series { code } } }
  process { key name { zh } } preferences { key } links { key kind }
  facts { key type on }
  rows { number starts isDualCertificate isDualTrack groups related skill { skillLevel } title { titleLevel }
    titleToSkill { years clause }
    skillToTitle { years clause needs { __typename text { zh } ... on AnyNeed {
      any { __typename ... on ContestNeed { tiers rank } ... on EvidenceNeed { evidence atLeast } } } } } }
  margins { row floorYears ownYears above source { __typename } target { ... on TitleTarget { titleLevel } } }
}"""


async def versions_of(world: World) -> list[dict[str, Any]]:
    """The versions of the only scheme."""
    data = await world.graph.ask(
        f"{{ schemes(first: 1) {{ edges {{ node {{ versions {{ digest {CONTENT} }} }} }} }} }}"
    )
    (edge,) = data["schemes"]["edges"]
    found: list[dict[str, Any]] = edge["node"]["versions"]
    return found


async def test_the_five_elements_are_read_from_what_was_filed(world: World) -> None:
    await world.register()
    draft = (await world.graph.ask(f"{{ filings(first: 1) {{ edges {{ node {{ {CONTENT} }} }} }} }}"))["filings"][
        "edges"
    ][0]
    shown = draft["node"]["content"]
    assert (shown["schemeKey"], shown["version"], shown["titlePassMark"]) == ("tiny_works", "1.0.0", 60)
    assert (shown["starts"], shown["ends"], shown["industryAuthority"]) == ("2026-03-01", None, REVIEWER.authority)
    (group,) = shown["groups"]
    assert group["needs"] == [
        {
            "__typename": "EvidenceNeed",
            "text": {"zh": "工艺改进（项）不少于1", "en": "process improvements at least 1"},
            "evidence": ["improvements"],
            "atLeast": 1,
            "clause": "第三条",
        }
    ]
    assert [(one["key"], one["kind"], one["most"]) for one in shown["evidence"]] == [
        ("improvements", "CONTRIBUTION", 10),
        ("awards", "AWARD", 5),
    ]
    assert [(one["key"], one["weight"], one["side"]) for one in shown["criteria"]] == [
        ("work", 400, "BOTH"),
        ("skills", 300, "BOTH"),
        ("practice", 300, "SKILL"),
        ("defence", 300, "TITLE"),
    ]
    assert shown["bonuses"] == [{"key": "honours", "evidence": ["awards"], "atLeast": 1, "points": 5, "side": "BOTH"}]
    assert shown["contests"] == [
        {
            "key": "welding_cup",
            "tier": "ENTERPRISE",
            "rank": "GOLD",
            "clause": "第十五条",
            "skill": {"skillLevel": "TECHNICIAN"},
            "title": {"titleLevel": "INTERMEDIATE", "series": {"code": "engineering"}},
        }
    ]
    assert [step["key"] for step in shown["process"]][:2] == ["announcement", "plan"]
    first, second = shown["rows"]
    assert (first["number"], first["isDualCertificate"], first["groups"]) == (1, True, ["frontline"])
    assert first["titleToSkill"] == {"years": None, "clause": "第1行 第七条"}
    (need,) = first["skillToTitle"]["needs"]
    assert need["text"]["zh"] == "工艺改进（项）不少于2，或奖项（项）不少于1，或全国技能大赛、世界技能大赛金牌以上"
    assert [one["__typename"] for one in need["any"]] == ["EvidenceNeed", "EvidenceNeed", "ContestNeed"]
    assert need["any"][2]["tiers"] == ["NATIONAL", "WORLD"]
    assert second["skillToTitle"]["needs"] == []
    above = {(one["row"], one["target"].get("titleLevel")): one["above"] for one in shown["margins"]}
    assert above[1, "INTERMEDIATE"] == 3 - shown["margins"][0]["floorYears"]
    assert above[2, "ASSOCIATE_SENIOR"] == 0

    await world.submit()
    await world.countersign()
    await world.record()
    (recorded,) = await versions_of(world)
    assert recorded["content"] == shown
    assert recorded["digest"] == shown["digest"]


async def test_declared_scoring_and_facts_are_typed(world: World) -> None:
    document = read_folder(ROOT / "enterprise_schemes/yuexiu_rail/scheme_yuexiu_rail")
    scheme = builders.scheme(world.owner, key="yuexiu_rail")
    version = builders.scheme_version(scheme, document=document.canonical(), digest=document.digest)
    await world.graph.add(scheme, version)
    shown = (await versions_of(world))[0]["content"]
    tables = {one["key"]: one["scoring"] for one in shown["criteria"]}
    assert [scoring for scoring in tables.values() if scoring and scoring["steps"]]
    assert [scoring for scoring in tables.values() if scoring and scoring["linear"]]
    declared = {criterion.key: criterion.table for criterion in document.scheme().criteria}
    assert {key for key, scoring in tables.items() if scoring} == {key for key, table in declared.items() if table}
    assert [(one["key"], one["on"]) for one in shown["facts"]] == [(one.key, one.on) for one in document.manifest.fact]


QUERIES = (
    "{ plugins { edges { node { version } } } }",
    "{ activeSchemes { edges { node { version } } } }",
    "{ filings { edges { node { version } } } }",
    '{ pluginHistory(key: "tiny_works") { edges { node { version } } } }',
)


def found(data: dict[str, Any]) -> int:
    (answer,) = data.values()
    return len(answer["edges"] if isinstance(answer, dict) else answer)


async def test_bureau_and_reviewers_read_all_an_enterprise_its_own(world: World) -> None:
    await world.active()
    neighbour = await world_in(world.graph)
    own, other = world.admin, neighbour.admin
    for query in QUERIES:
        for actor in (AUDITOR, OFFICER, REVIEWER, own, world.employee):
            assert found(await world.graph.ask(query, actor)) > 0, (query, actor.role)
        assert found(await world.graph.ask(query, other)) == 0, query
    id_ = world.filings["1.0.0"]["id"]
    error = await world.graph.fault(ONE, other, id=id_)
    assert error["extensions"]["code"] == "NOT_FOUND"
    assert (await world.graph.ask("query($id: ID!) { node(id: $id) { id } }", other, id=id_)) == {"node": None}
    same = f'{{ schemeDiff(from: "{id_}", to: "{id_}") {{ changes {{ key }} }} }}'
    assert (await world.graph.fault(same, other))["extensions"]["code"] == "NOT_FOUND"
    assert (await world.graph.ask(same, own)) == {"schemeDiff": {"changes": []}}


@pytest.mark.parametrize("role", [Role.ANONYMOUS, Role.WORKER, Role.ASSESSOR, Role.SERVICE])
async def test_others_read_none(world: World, role: Role) -> None:
    await world.active()
    worker = builders.person()
    await world.graph.add(worker, builders.employment(worker, world.owner))
    actor = ANONYMOUS if role is Role.ANONYMOUS else Actor.of(role, "somebody", person_id=worker.id)
    for query in QUERIES:
        assert (await world.graph.fault(query, actor))["extensions"]["code"] == "NOT_PERMITTED", query


async def test_a_worker_reads_the_scheme_in_force_but_not_its_review(world: World) -> None:
    await world.active()
    worker = builders.person()
    await world.graph.add(worker, builders.employment(worker, world.owner))
    actor = Actor.of(Role.WORKER, "worker", person_id=worker.id)
    query = "{ schemes { edges { node { versions { version findings { code } filing { id } content { version } }}}}}"
    (edge,) = (await world.graph.ask(query, actor))["schemes"]["edges"]
    assert edge["node"]["versions"] == [
        {"version": "1.0.0", "findings": None, "filing": None, "content": {"version": "1.0.0"}}
    ]
    refused = await world.graph.fault("{ schemes { edges { node { filings { id } } } } }", actor)
    assert refused["extensions"]["code"] == "NOT_PERMITTED"


@pytest.mark.parametrize("moment", ["2026-03-02", "2026-03-02T12:00:00", "noon", "1812-01-01T00:00:00Z", "", 5])
async def test_a_moment_has_an_offset(graph: Graph, moment: Any) -> None:
    query = "query($at: DateTime) { plugins(knownAt: $at) { edges { node { version } } } }"
    error = await graph.fault(query, at=moment)
    assert error["extensions"]["code"] == "BAD_DATE"
    assert "is no moment with an offset" in error["message"]


@pytest.mark.parametrize("day", [date(1989, 12, 31), date(2101, 1, 1)])
async def test_days_are_bounded(graph: Graph, day: date) -> None:
    for query in (
        "query($on: Date!) { plugins(asOf: $on) { edges { node { version } } } }",
        "query($on: Date!) { activeSchemes(on: $on) { edges { node { version } } } }",
        "query($on: Date!) { pluginChanges(from: $on, to: $on) { edges { node { plugin { version } } } } }",
    ):
        error = await graph.fault(query, on=day.isoformat())
        assert error["extensions"]["code"] == "BAD_DATE"
