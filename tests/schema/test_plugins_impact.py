"""Whom a version concerns: counts over everybody, and people in pages, as far as the reader may read them."""

import asyncio
import threading
from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from core.eligibility.impact import Weighing
from core.facts import PersonFacts
from core.ladders import Level
from core.models import Enterprise, EvidenceItem, Person, SchemeVersion
from core.permissions import Actor, Role
from core.vocabulary import load_vocabulary
from plugins.document import SchemeDocument
from schema.ids import encode_id
from schema.impacts import PART
from tests import builders
from tests.schema.conftest import AUDITOR, OFFICER, WITHOUT_LIMIT, Graph
from tests.schema.plugin_world import REVIEWER, WELDER, World, filing, version_id, world_in

pytestmark = pytest.mark.anyio

IMPACT = """query($version: ID!, $against: ID, $on: Date, $changed: Boolean! = false, $size: Int, $after: String) {
  schemeImpact(version: $version, against: $against, asOf: $on) {
    day version against people gained lost
    rows(changed: $changed) { totalCount edges { node {
      row gained lost kept
      gainedPeople(first: $size, after: $after) { ...people }
      lostPeople(first: $size) { ...people }
      source { ... on SkillTarget { skillLevel } ... on TitleTarget { titleLevel } }
      target { ... on SkillTarget { skillLevel } ... on TitleTarget { titleLevel } }
    } } }
  }
}
fragment people on PersonConnection { totalCount pageInfo { hasNextPage endCursor } edges { node { name } } }"""


@pytest.fixture
async def world(graph: Graph) -> World:
    graph.serve(WITHOUT_LIMIT)
    return await world_in(graph)


async def welder(world: World, name: str, since: date, improvements: int = 2, **given: Any) -> Person:
    """A welder of the workshop, technician since a day, with improvements to show."""
    person = builders.person(name=name)
    job = builders.employment(person, world.owner, occupation=WELDER, **given)
    held = builders.credential(person, level=Level.TECHNICIAN, occupation=WELDER, awarded_on=since)
    shown = EvidenceItem(person_id=person.id, key="improvements", amount=improvements, since=date(2024, 1, 1))
    await world.graph.add(person, job, held, shown)
    return person


async def impact(world: World, actor: Actor = AUDITOR, **given: Any) -> dict[str, Any]:
    """The effect of a version, its rows in a list."""
    found: dict[str, Any] = (await world.graph.ask(IMPACT, actor, **given))["schemeImpact"]
    found["rows"] = [edge["node"] for edge in found["rows"]["edges"]]
    return found


def names(people: dict[str, Any]) -> list[str]:
    return [edge["node"]["name"] for edge in people["edges"]]


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

    found = await impact(world, version=filing(world, "1.1.0"))
    assert (found["day"], found["version"], found["against"]) == ("2026-03-02", "1.1.0", "1.0.0")
    assert (found["people"], found["gained"], found["lost"]) == (5, 1, 0)
    [row] = found["rows"]
    assert (row["row"], row["gained"], row["lost"], row["kept"]) == (1, 1, 0, 1)
    assert (row["source"], row["target"]) == ({"skillLevel": "TECHNICIAN"}, {"titleLevel": "INTERMEDIATE"})
    assert (names(row["gainedPeople"]), names(row["lostPeople"])) == (["一项"], [])
    back = await impact(world, version=await version_id(world), against=filing(world, "1.1.0"))
    assert (back["gained"], back["lost"]) == (0, 1)
    assert names(back["rows"][0]["lostPeople"]) == ["一项"]
    later = await impact(world, version=filing(world, "1.1.0"), on="2028-03-02")
    assert [(row["gained"], row["kept"]) for row in later["rows"]] == [(2, 1)]


async def test_rows_that_change_nothing_may_be_left_out(world: World) -> None:
    await world.recorded()
    await world.register(version="1.1.0", name="Another name")
    await welder(world, "两项", date(2022, 1, 1))
    all_rows = await impact(world, version=filing(world, "1.1.0"))
    assert [(row["gained"], row["lost"], row["kept"]) for row in all_rows["rows"]] == [(0, 0, 1)]
    assert (await impact(world, version=filing(world, "1.1.0"), changed=True))["rows"] == []
    gone = await impact(world, version=filing(world, "1.1.0"), on="2026-03-01", changed=True)
    assert [row["gained"] for row in gone["rows"]] == [1]  # before 1.0.0 was on record


async def test_the_first_version_is_held_against_nothing(world: World) -> None:
    await world.register()
    await welder(world, "三年", date(2022, 1, 1))
    found = await impact(world, version=filing(world, "1.0.0"))
    assert (found["against"], found["gained"], found["people"]) == (None, 1, 1)


async def test_a_version_that_begins_later_is_asked_on_its_first_day(world: World) -> None:
    await world.register(starts="2026-06-01")
    assert (await impact(world, version=filing(world, "1.0.0")))["day"] == "2026-06-01"
    today = await impact(world, version=filing(world, "1.0.0"), on="2026-03-02")
    assert (today["day"], today["rows"]) == ("2026-03-02", [])


async def test_people_are_named_as_far_as_they_may_be_read(world: World) -> None:
    await world.register()
    for number in range(3):
        await welder(world, f"工{number}", date(2020, 1, 1))
    await welder(world, "已离职", date(2020, 1, 1), ends=builders.DAY)
    asked = {"version": filing(world, "1.0.0"), "on": "2026-03-01"}
    for actor, readable in ((OFFICER, 4), (AUDITOR, 4), (world.admin, 3), (world.employee, 3), (REVIEWER, 0)):
        row = (await impact(world, actor, **asked))["rows"][0]
        assert (row["gained"], row["gainedPeople"]["totalCount"]) == (4, readable), actor.role
        assert len(row["gainedPeople"]["edges"]) == readable


async def test_people_come_in_pages(world: World) -> None:
    await world.register()
    for number in range(5):
        await welder(world, f"工{number}", date(2020, 1, 1))
    asked: dict[str, Any] = {"version": filing(world, "1.0.0"), "size": 2}
    seen: list[list[str]] = []
    for _ in range(3):
        people = (await impact(world, **asked))["rows"][0]["gainedPeople"]
        assert (people["totalCount"], people["pageInfo"]["hasNextPage"]) == (5, len(seen) < 2)
        seen.append(names(people))
        asked["after"] = people["pageInfo"]["endCursor"]
    assert seen == [["工0", "工1"], ["工2", "工3"], ["工4"]]


@pytest.mark.parametrize("size", [-1, 101])
async def test_no_page_holds_more_than_a_hundred(world: World, size: int) -> None:
    await world.register()
    await welder(world, "三年", date(2022, 1, 1))
    answer = await world.graph.answer(IMPACT, version=filing(world, "1.0.0"), size=size)
    for error in answer["errors"]:
        assert error["message"].endswith(f"a page has 0 to 100 rows, {size} were asked for")


async def test_people_are_looked_at_in_parts(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    await world.register()
    for number in range(5):
        await welder(world, f"工{number}", date(2020 + number, 1, 1))
    whole = await impact(world, version=filing(world, "1.0.0"))
    assert PART > 5
    monkeypatch.setattr("schema.impacts.PART", 2)
    assert await impact(world, version=filing(world, "1.0.0")) == whole
    assert whole["rows"][0]["gained"] == 4
    assert whole["gained"] == 4


async def test_effects_are_weighed_one_at_a_time_beside_the_loop(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    await world.register()
    for number in range(4):
        await welder(world, f"工{number}", date(2020, 1, 1))
    monkeypatch.setattr("schema.impacts.PART", 1)
    looks: list[tuple[int, str]] = []

    class Watched(Weighing):
        def look_at(self, people: Iterable[tuple[UUID, PersonFacts]]) -> None:
            looks.append((id(self), threading.current_thread().name))
            super().look_at(people)

    monkeypatch.setattr("schema.impacts.Weighing", Watched)
    twice = """query($version: ID!) {
      a: schemeImpact(version: $version) { gained }
      b: schemeImpact(version: $version) { gained }
    }"""
    asked = {"version": filing(world, "1.0.0")}
    assert await world.graph.ask(twice, **asked) == {"a": {"gained": 4}, "b": {"gained": 4}}
    assert len(looks) == 8
    assert looks[:4] == [looks[0]] * 4  # a request has one after the other weighed
    assert looks[4:] == [looks[4]] * 4
    await asyncio.gather(*(world.graph.ask(twice, **asked) for _ in range(3)))
    assert {thread for _, thread in looks} == {"impact_0"}  # and all requests share one thread


def many_rows(owner: Enterprise, count: int, version: str, years: int) -> tuple[SchemeDocument, list[str]]:
    """A scheme of so many rows, each for technicians of another occupation."""
    known = load_vocabulary()
    occupations = [code for code in sorted(known.occupations) if known.specialties_of(code)][:count]
    rows = []
    for number, code in enumerate(occupations, 1):
        series, specialty = min(known.specialties_of(code))
        sides = {"occupation": code, "skill_level": "technician", "series": series, "specialty": specialty}
        rule = {"clause": "第六条", "years": years}
        rows.append({"number": number, **sides, "title_level": "intermediate", "skill_to_title": rule})
    text = {"zh": "示例", "en": "example"}
    header = {"key": "many_rows", "version": version, "enterprise": owner.uscc, "document": "示例"}
    dated = {"issued_on": "2026-01-05", "industry_authority": "示例主管部门", "from": "2026-01-15"}
    content = {"manifest": {"contract": "1.0", "scheme": {**text, **header, **dated}}, "catalog": {"row": rows}}
    return SchemeDocument.of(content), occupations


async def put_on_record(world: World, count: int) -> list[str]:
    """Two versions of so many rows; for each row somebody who gains by the second and somebody who loses."""
    scheme = builders.scheme(world.owner, key="many_rows")
    versions: list[SchemeVersion] = []
    for version, years in (("1.0.0", 3), ("2.0.0", 5)):
        read, occupations = many_rows(world.owner, count, version, years)
        given = {"version": version, "digest": read.digest, "document": read.canonical(), "recorded_from": None}
        versions.append(builders.scheme_version(scheme, **given))
    await world.graph.add(scheme, *versions)
    for occupation in occupations:
        person = builders.person(name=occupation)
        job = builders.employment(person, world.owner, occupation=occupation)
        held = builders.credential(person, level=Level.TECHNICIAN, occupation=occupation, awarded_on=date(2022, 1, 1))
        await world.graph.add(person, job, held)
    return [encode_id("SchemeVersion", str(version.id)) for version in versions]


@pytest.mark.parametrize("count", [1, 3, 30])
async def test_the_statements_grow_with_neither_people_nor_rows(world: World, count: int) -> None:
    older, newer = await put_on_record(world, count)
    query = IMPACT.replace("rows(changed: $changed)", "rows(changed: $changed, first: 100)")
    for asked, moved in (((older, newer), "gained"), ((newer, older), "lost")):
        given = {"version": asked[0], "against": asked[1], "size": 100}
        found = (await world.graph.ask(query, **given))["schemeImpact"]  # the contents are kept from now on
        assert (found[moved], found["rows"]["totalCount"]) == (count, count)
        assert [len(edge["node"][f"{moved}People"]["edges"]) for edge in found["rows"]["edges"]] == [1] * count
        # two versions, the scheme, the workforce twice, facts of three kinds, and the people who are named
        assert len(await world.graph.statements(query, **given)) == 9


async def test_others_may_not_ask(world: World) -> None:
    await world.register()
    id_ = filing(world, "1.0.0")
    worker = Actor.of(Role.WORKER, "worker", person_id=builders.person().id)
    assert (await world.graph.fault(IMPACT, worker, version=id_))["extensions"]["code"] == "NOT_PERMITTED"
    neighbour = await world_in(world.graph)
    for actor in (neighbour.admin, neighbour.employee):
        error = await world.graph.fault(IMPACT, actor, version=id_)
        assert error["extensions"]["code"] == "NOT_FOUND"
        assert error["message"].endswith(f"no scheme version {id_}, or not visible to this reader")


async def test_another_enterprises_version_is_no_measure_either(world: World) -> None:
    await world.register()
    own = filing(world, "1.0.0")
    neighbour = await world_in(world.graph)
    await neighbour.register(key="other_works", version="1.0.0")
    given = {"version": filing(neighbour, "1.0.0"), "against": own}
    assert (await world.graph.fault(IMPACT, neighbour.admin, **given))["extensions"]["code"] == "NOT_FOUND"


async def test_versions_of_different_schemes_are_not_held_against_each_other(world: World) -> None:
    await world.register()
    await world.register(key="other_works", version="2.0.0")
    given = {"version": filing(world, "1.0.0"), "against": filing(world, "2.0.0")}
    error = await world.graph.fault(IMPACT, **given)
    assert error["extensions"]["code"] == "BAD_ARGUMENT"
    assert error["message"].endswith("is one of scheme 'other_works'; take one of the same scheme")


async def test_a_version_on_record_is_held_against_the_one_before_it(world: World) -> None:
    await world.recorded()
    await world.recorded("1.1.0", day="2026-04-01", needed="1")
    await welder(world, "一项", date(2022, 1, 1), improvements=1)
    for day in (None, "2026-06-01"):
        found = (await world.graph.ask(IMPACT, version=filing(world, "1.1.0"), on=day))["schemeImpact"]
        assert (found["against"], found["gained"]) == ("1.0.0", 1)
    first = (await world.graph.ask(IMPACT, version=filing(world, "1.0.0"), on="2026-06-01"))["schemeImpact"]
    assert (first["against"], first["lost"]) == (None, 0)
