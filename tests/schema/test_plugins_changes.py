"""What a version would change: in its words, against the floors, and for whom."""

from datetime import date
from typing import Any

import pytest

from core.ladders import Level
from core.models import EvidenceItem, Person
from core.permissions import Actor, Role
from schema.impacts import PART
from schema.operation import Operation
from schema.service import GraphQLService
from tests import builders
from tests.schema.conftest import AUDITOR, OFFICER, Graph
from tests.schema.plugin_world import REVIEWER, WELDER, World, world_in

pytestmark = pytest.mark.anyio

DIFF = """query($from: ID!, $to: ID!) { schemeDiff(from: $from, to: $to) {
  older { version } newer { version }
  changes { kind part key field before after row }
  margins { row floorYears ownYears above source { __typename } }
} }"""
IMPACT = """query($version: ID!, $against: ID, $on: Date, $first: Int! = 10) {
  schemeImpact(version: $version, against: $against, asOf: $on, first: $first) {
    day version against people gained lost
    rows { row gained lost kept gainedPeople { name } lostPeople { name }
      source { ... on SkillTarget { skillLevel } ... on TitleTarget { titleLevel } }
      target { ... on SkillTarget { skillLevel } ... on TitleTarget { titleLevel } } }
  }
}"""


@pytest.fixture
async def world(graph: Graph) -> World:
    return await world_in(graph)


def filing(world: World, version: str) -> str:
    id_: str = world.filings[version]["id"]
    return id_


async def welder(world: World, name: str, since: date, improvements: int = 2, **given: Any) -> Person:
    """A welder of the workshop, technician since a day, with improvements to show."""
    person = builders.person(name=name)
    job = builders.employment(person, world.owner, occupation=WELDER, **given)
    held = builders.credential(person, level=Level.TECHNICIAN, occupation=WELDER, awarded_on=since)
    shown = EvidenceItem(person_id=person.id, key="improvements", amount=improvements, since=date(2024, 1, 1))
    await world.graph.add(person, job, held, shown)
    return person


async def test_what_differs_is_told_row_by_row(world: World) -> None:
    await world.recorded()
    await world.register(version="1.1.0", needed="1", name="Another name")
    on_record = await version_id(world)
    data = await world.graph.ask(DIFF, **{"from": on_record, "to": filing(world, "1.1.0")})
    diff = data["schemeDiff"]
    assert (diff["older"], diff["newer"]) == ({"version": "1.0.0"}, {"version": "1.1.0"})
    assert [(one["kind"], one["part"], one["field"]) for one in diff["changes"]] == [
        ("CHANGED", "scheme", "name"),
        ("CHANGED", "row", "skill_to_title.conditions"),
    ]
    row = diff["changes"][1]
    assert row["row"] == 1
    assert row["before"] != row["after"]
    assert [(one["row"], one["above"]) for one in diff["margins"]] == [(1, 0), (1, 0), (2, 0), (2, 0)]
    back = await world.graph.ask(DIFF, **{"from": filing(world, "1.1.0"), "to": on_record})
    assert (back["schemeDiff"]["changes"][1]["before"], back["schemeDiff"]["changes"][1]["after"]) == (
        row["after"],
        row["before"],
    )


async def version_id(world: World) -> str:
    data = await world.graph.ask("{ schemes { edges { node { versions { id } } } } }")
    id_: str = data["schemes"]["edges"][0]["node"]["versions"][0]["id"]
    return id_


async def test_whom_a_version_concerns(world: World) -> None:
    await world.recorded()
    await world.register(version="1.1.0", needed="1")
    await welder(world, "两项", date(2022, 1, 1))
    await welder(world, "一项", date(2022, 1, 1), improvements=1)
    await welder(world, "一年", date(2025, 1, 1), improvements=1)
    await welder(world, "离职", date(2022, 1, 1), improvements=1, ends=date(2026, 1, 1))
    await welder(world, "无业绩", date(2022, 1, 1), improvements=0)
    bystander = builders.person()
    await world.graph.add(bystander, builders.employment(bystander, world.owner))

    found = (await world.graph.ask(IMPACT, version=filing(world, "1.1.0")))["schemeImpact"]
    assert (found["day"], found["version"], found["against"]) == ("2026-03-02", "1.1.0", "1.0.0")
    assert (found["people"], found["gained"], found["lost"]) == (5, 1, 0)
    assert found["rows"] == [
        {
            "row": 1,
            "gained": 1,
            "lost": 0,
            "kept": 1,
            "gainedPeople": [{"name": "一项"}],
            "lostPeople": [],
            "source": {"skillLevel": "TECHNICIAN"},
            "target": {"titleLevel": "INTERMEDIATE"},
        }
    ]
    back = await world.graph.ask(IMPACT, version=await version_id(world), against=filing(world, "1.1.0"))
    assert (back["schemeImpact"]["gained"], back["schemeImpact"]["lost"]) == (0, 1)
    assert back["schemeImpact"]["rows"][0]["lostPeople"] == [{"name": "一项"}]
    later = await world.graph.ask(IMPACT, version=filing(world, "1.1.0"), on="2028-03-02")
    assert [(row["gained"], row["kept"]) for row in later["schemeImpact"]["rows"]] == [(2, 1)]


async def test_the_first_version_is_held_against_nothing(world: World) -> None:
    await world.register()
    await welder(world, "三年", date(2022, 1, 1))
    found = (await world.graph.ask(IMPACT, version=filing(world, "1.0.0")))["schemeImpact"]
    assert (found["against"], found["gained"], found["people"]) == (None, 1, 1)


async def test_a_version_that_begins_later_is_asked_on_its_first_day(world: World) -> None:
    await world.register(starts="2026-06-01")
    found = (await world.graph.ask(IMPACT, version=filing(world, "1.0.0")))["schemeImpact"]
    assert found["day"] == "2026-06-01"
    today = (await world.graph.ask(IMPACT, version=filing(world, "1.0.0"), on="2026-03-02"))["schemeImpact"]
    assert (today["day"], today["rows"]) == ("2026-03-02", [])


async def test_people_are_named_as_far_as_they_may_be_read(world: World) -> None:
    await world.register()
    for number in range(3):
        await welder(world, f"工{number}", date(2020, 1, 1))
    ask = world.graph.ask
    for actor, names in ((OFFICER, 3), (AUDITOR, 3), (world.admin, 3), (REVIEWER, 0)):
        row = (await ask(IMPACT, actor, version=filing(world, "1.0.0")))["schemeImpact"]["rows"][0]
        assert (row["gained"], len(row["gainedPeople"])) == (3, names), actor.role
    few = (await ask(IMPACT, version=filing(world, "1.0.0"), first=2))["schemeImpact"]["rows"][0]
    assert (few["gained"], len(few["gainedPeople"])) == (3, 2)
    none = (await ask(IMPACT, version=filing(world, "1.0.0"), first=0))["schemeImpact"]["rows"][0]
    assert (none["gained"], none["gainedPeople"]) == (3, [])
    for wrong in (-1, 101):
        error = await world.graph.fault(IMPACT, version=filing(world, "1.0.0"), first=wrong)
        assert error["message"].endswith(f"first should be from 0 to 100, not {wrong}")


async def test_people_are_looked_at_in_parts(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    await world.register()
    for number in range(5):
        await welder(world, f"工{number}", date(2020 + number, 1, 1))
    whole = await world.graph.ask(IMPACT, version=filing(world, "1.0.0"))
    assert PART > 5
    monkeypatch.setattr("schema.impacts.PART", 2)
    assert await world.graph.ask(IMPACT, version=filing(world, "1.0.0")) == whole
    assert whole["schemeImpact"]["rows"][0]["gained"] == 4
    assert whole["schemeImpact"]["gained"] == 4


@pytest.mark.parametrize("count", [1, 3, 30])
async def test_the_statements_do_not_grow_with_the_people(world: World, count: int) -> None:
    await world.recorded()
    await world.register(version="1.1.0", needed="1")
    for number in range(count):
        await welder(world, f"工{number}", date(2022, 1, 1), improvements=1)
    await world.graph.ask(IMPACT, version=filing(world, "1.1.0"))  # the contents are kept from now on
    sent = await world.graph.statements(IMPACT, version=filing(world, "1.1.0"), first=100)
    # the filing, the versions, the scheme, the workforce twice, six of facts, and the people who are named
    assert len(sent) == 12


async def test_others_may_not_ask(world: World) -> None:
    await world.register()
    worker = Actor.of(Role.WORKER, "worker", person_id=builders.person().id)
    id_ = filing(world, "1.0.0")
    for query, given in ((IMPACT, {"version": id_}), (DIFF, {"from": id_, "to": id_})):
        assert (await world.graph.fault(query, worker, **given))["extensions"]["code"] == "NOT_PERMITTED"
    neighbour = await world_in(world.graph)
    error = await world.graph.fault(IMPACT, neighbour.admin, version=id_)
    assert error["extensions"]["code"] == "NOT_FOUND"
    assert error["message"].endswith(f"no scheme version {id_}, or not visible to this reader")


async def test_versions_of_different_schemes_are_not_held_against_each_other(world: World) -> None:
    await world.register()
    await world.register(key="other_works", version="2.0.0")
    given = {"version": filing(world, "1.0.0"), "against": filing(world, "2.0.0")}
    error = await world.graph.fault(IMPACT, **given)
    assert error["extensions"]["code"] == "BAD_ARGUMENT"
    assert error["message"].endswith("is one of scheme 'other_works'; take one of the same scheme")


async def test_a_draft_is_read_from_its_file_and_refused_when_that_was_changed(world: World) -> None:
    await world.register()
    given = {"from": filing(world, "1.0.0"), "to": filing(world, "1.0.0")}
    first = await world.graph.statements(DIFF, **given)
    again = await world.graph.statements(DIFF, **given)
    assert len(again) < len(first)  # what was read is kept by its digest

    class Forged:
        """Reads every file as something else."""

        def read(self, content: bytes, filename: str) -> Any:
            found = world.graph.verifier.read(content, filename)
            return type(found)(digest="0" * 64, scheme=found.scheme)

    fresh = GraphQLService(world.graph.deps(verifier=Forged()))
    answer = await fresh.execute(Operation(DIFF, given), AUDITOR, "r")
    assert answer["errors"][0]["extensions"]["code"] == "DIGEST_MISMATCH"
