"""What a person may apply for, as the graph tells it. The rules themselves are tested with core."""

from datetime import date
from typing import Any

import pytest

from core.ladders import Level
from core.permissions import Actor, Role
from tests import builders
from tests.schema import rows
from tests.schema.conftest import AUDITOR, Graph

pytestmark = pytest.mark.anyio

ASSISTANT = '{title: {series: "engineering", specialty: "mechanical", level: ASSISTANT}}'
INTERMEDIATE = '{title: {series: "engineering", specialty: "mechanical", level: INTERMEDIATE}}'


class Shop:
    """A listed enterprise with both authorities and a recorded scheme, and one fitter of it."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.enterprise, self.person = builders.enterprise(), builders.person()
        self.certificate = builders.credential(self.person, awarded_on=date(2024, 6, 1))
        self.job = builders.employment(self.person, self.enterprise)
        self.listing = rows.listing(self.enterprise)
        self.authority = rows.authority(self.enterprise)

    async def open(self, *more: Any) -> None:
        everything = [self.enterprise, self.person, self.certificate, self.job, self.listing, self.authority, *more]
        await self.graph.add(*everything, rows.skill_authority(self.enterprise))
        self.graph.schemes.schemes = [rows.recorded_scheme(self.enterprise)]

    async def ask(self, fields: str, actor: Actor = AUDITOR, **variables: Any) -> Any:
        head = "query" + ("($on: Date)" if "on" in variables else "")
        query = f"{head} {{ people {{ edges {{ node {{ {fields} }} }} }} }}"
        (edge,) = (await self.graph.ask(query, actor, **variables))["people"]["edges"]
        return edge["node"]

    async def offered(self, fields: str, **variables: Any) -> Any:
        """The decision on the title that the scheme offers to a 高级工."""
        on = "asOf: $on, " if "on" in variables else ""
        shown = f"{fields} offeredBy {{ row }}"
        decisions = (await self.ask(f"decision({on}target: {ASSISTANT}) {{ {shown} }}", **variables))["decision"]
        found = [one for one in decisions if one.pop("offeredBy") == {"row": 7}]
        assert len(found) == 1
        return found[0]


@pytest.fixture
def shop(graph: Graph) -> Shop:
    return Shop(graph)


@pytest.mark.parametrize(("day", "state", "is_met"), [("2026-05-31", "ON_DATE", False), ("2026-06-01", "NOW", True)])
async def test_a_condition_the_day_before_and_the_day_of(shop: Shop, day: str, state: str, is_met: bool) -> None:
    await shop.open()
    fields = "state isOpen mayApplyFrom conditions { need { zh } gap { zh } isMet due citation { clause } }"
    decision = await shop.offered(fields, on=day)
    assert (decision["state"], decision["mayApplyFrom"], decision["isOpen"]) == (state, "2026-06-01", is_met)
    years = next(one for one in decision["conditions"] if "满2年" in one["need"]["zh"])
    assert (years["isMet"], years["due"]) == (is_met, "2026-06-01")
    assert (years["gap"] is None) is is_met
    assert years["citation"]["clause"]


async def test_opportunities_say_everything_about_themselves(shop: Shop) -> None:
    await shop.open()
    node = await shop.ask(
        "opportunities { targets { __typename name { zh } ... on TitleTarget { titleLevel specialty { code } "
        "series { code } } ... on SkillTarget { skillLevel occupation { code } trade } } mode state fulfilledOn "
        "assumptions { zh } weakCitations { confidence } policyRoute offeredBy { schemeKey version row "
        "enterprise { key } scheme { key } } routes { label { zh } issuedBy isAppointment target { __typename } "
        "conditions { isMet have { zh } anyOf { isMet } fulfilledOn } weakCitations { clause } } "
        "alternatives { policyRoute mode state mayApplyFrom offeredBy { row } } }"
    )
    crossing = [one for one in node["opportunities"] if one["mode"] == "CROSSING" and one["offeredBy"]]
    (offered,) = crossing
    assert offered["targets"] == [
        {
            "__typename": "TitleTarget",
            "titleLevel": "ASSISTANT",
            "name": {"zh": "机械 助理工程师"},
            "specialty": {"code": "mechanical"},
            "series": {"code": "engineering"},
        }
    ]
    assert offered["state"] == "ON_DATE"
    assert offered["assumptions"] == [{"zh": "假定在现岗位继续工作"}]
    assert offered["offeredBy"] == {
        "schemeKey": "example_scheme",
        "version": "1.0.0",
        "row": 7,
        "enterprise": {"key": shop.enterprise.key},
        "scheme": None,  # known to the rules, but not on record in the database
    }
    (route,) = offered["routes"]
    assert route["target"] == {"__typename": "TitleTarget"}
    assert all(one["confidence"] in ("INFERRED", "PLATFORM_DEFAULT") for one in offered["weakCitations"])
    assert offered["weakCitations"]  # 初级 read as 助理级 is inferred


async def test_one_evaluation_for_two_certificates(shop: Shop) -> None:
    shop.certificate.level = Level.INTERMEDIATE_WORKER
    shop.certificate.awarded_on = date(2015, 6, 1)
    await shop.open()
    fields = "targets { __typename } mode state routes { target { __typename } } alternatives { state }"
    node = await shop.ask(f"opportunities(includeUnreached: true) {{ {fields} }}")
    (dual,) = [one for one in node["opportunities"] if one["mode"] == "DUAL_CERTIFICATE"]
    assert dual["targets"] == [{"__typename": "SkillTarget"}, {"__typename": "TitleTarget"}]
    assert [route["target"] for route in dual["routes"]] == dual["targets"]
    assert dual["alternatives"] == []


async def test_blocks_stand_apart(shop: Shop) -> None:
    shop.listing.ends = date(2026, 2, 1)
    shop.certificate.awarded_on = date(2020, 6, 1)
    await shop.open()
    decision = await shop.offered("state isOpen blocks { code text { zh } until citation { document } }")
    assert (decision["state"], decision["isOpen"]) == ("NOW", False)
    (block,) = decision["blocks"]
    assert (block["code"], block["text"], block["until"]) == ("OFF_LIST", {"zh": "企业当日不在试点名单"}, None)
    assert block["citation"]["document"]


async def test_no_authority_no_evaluation(shop: Shop) -> None:
    shop.authority.ends = builders.DAY
    await shop.open()
    decision = await shop.offered("blocks { code }")
    assert decision["blocks"] == [{"code": "NO_AUTHORITY"}]


async def test_facts_of_a_past_day_are_those_known_then(shop: Shop) -> None:
    await shop.open()
    node = await shop.ask("opportunities(asOf: $on) { targets { __typename } }", on="2024-05-31")
    assert not any(one["targets"] == [{"__typename": "TitleTarget"}] for one in node["opportunities"])


async def test_an_enterprise_does_not_see_what_another_offers(shop: Shop) -> None:
    other = builders.enterprise()
    version_of_other = builders.scheme(other)
    version = builders.scheme_version(version_of_other)
    applied = builders.application(shop.person, other, version)
    await shop.open(other, version_of_other, version, applied)
    reader = Actor.of(Role.ENTERPRISE_ADMIN, "other", enterprise_id=other.id)
    fields = "opportunities(includeUnreached: true) { offeredBy { schemeKey } }"
    seen = (await shop.ask(fields, reader))["opportunities"]
    assert seen
    assert {"offeredBy": {"schemeKey": "example_scheme"}} not in seen
    for actor in (
        Actor.of(Role.ENTERPRISE_ADMIN, "own", enterprise_id=shop.enterprise.id),
        Actor.of(Role.WORKER, "self", person_id=shop.person.id),
    ):
        assert {"offeredBy": {"schemeKey": "example_scheme"}} in (await shop.ask(fields, actor))["opportunities"]


async def test_a_pathway_step_by_step(shop: Shop) -> None:
    await shop.open()
    node = await shop.ask(
        f"pathway(target: {INTERMEDIATE}) {{ reachableOn target {{ __typename }} assumptions {{ zh }} steps {{ on mode "
        "label { zh } policyRoute offeredBy { row } target { ... on TitleTarget { titleLevel } "
        "... on SkillTarget { skillLevel } } needs { need { zh } citation { clause } } "
        "restsOn { ... on TitleTarget { titleLevel } ... on SkillTarget { skillLevel } } } }"
    )
    steps = node["pathway"]["steps"]
    assert steps[-1]["target"] == {"titleLevel": "INTERMEDIATE"}
    assert steps[-1]["on"] == node["pathway"]["reachableOn"]
    assert steps[-1]["restsOn"] == [steps[-2]["target"]]
    assert [step["on"] for step in steps] == sorted(step["on"] for step in steps)
    assert all(need["citation"]["clause"] for step in steps for need in step["needs"])
    assert len(node["pathway"]["assumptions"]) == 3


async def test_no_pathway_to_what_is_held(shop: Shop) -> None:
    await shop.open(builders.title(shop.person))
    assert await shop.ask(f"pathway(target: {ASSISTANT}) {{ reachableOn }}") == {"pathway": None}


async def test_the_picture_of_both_ladders(shop: Shop) -> None:
    await shop.open()
    picture = (
        await shop.ask(
            "bridge { day lanes { id ladder name { zh } isFocus } nodes { id lane tier name { zh } state since "
            "target { __typename } } edges { id from to direction mode years due progress citation { clause } "
            "policyRoute offeredBy { row } } }"
        )
    )["bridge"]
    assert picture["day"] == "2026-03-02"
    focus = [(lane["ladder"], lane["name"]["zh"]) for lane in picture["lanes"] if lane["isFocus"]]
    assert focus == [("SKILL", "装配钳工"), ("TITLE", "机械")]
    nodes = {node["id"]: node for node in picture["nodes"]}
    assert {node["lane"] for node in picture["nodes"]} == {lane["id"] for lane in picture["lanes"]}
    held = nodes[f"skill:{builders.FITTER}/skill:senior_worker"]
    assert (held["state"], held["since"]) == ("HELD", "2024-06-01")
    edges = {(edge["from"], edge["to"]): edge for edge in picture["edges"]}
    assert all(end in nodes for ends in edges for end in ends)
    crossing = edges[held["id"], "title:engineering:mechanical/title:assistant"]
    assert (crossing["direction"], crossing["years"], crossing["due"]) == ("SKILL_TO_TITLE", 2, "2026-06-01")
    assert crossing["offeredBy"] == {"row": None}
    assert 0.8 < crossing["progress"] < 1


@pytest.mark.parametrize(
    ("target", "nearest"),
    [
        ('{skill: {occupation: "6-20-01-011", level: TECHNICIAN}}', "6-20-01-01"),
        ('{title: {series: "engineer", specialty: "mechanical", level: STAFF}}', "engineering"),
        ('{title: {series: "engineering", specialty: "mechanica", level: STAFF}}', "mechanical"),
    ],
)
async def test_an_unknown_target_names_the_nearest(shop: Shop, target: str, nearest: str) -> None:
    await shop.open()
    error = await shop.graph.fault(f"{{ people {{ edges {{ node {{ decision(target: {target}) {{ state }} }} }} }} }}")
    assert error["extensions"]["code"] == "UNKNOWN_CODE"
    assert error["extensions"]["nearest"] == nearest


async def test_a_target_is_one_or_the_other(shop: Shop) -> None:
    await shop.open()
    error = await shop.graph.fault("{ people { edges { node { decision(target: {}) { state } } } } }")
    assert "exactly one" in error["message"].lower()
