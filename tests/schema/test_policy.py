"""The policy and the vocabulary, as anyone reads them."""

import pytest

from core.permissions import ANONYMOUS
from core.vocabulary import load_vocabulary
from tests.schema.conftest import Graph

pytestmark = pytest.mark.anyio


async def test_every_value_has_a_clause_and_a_confidence(graph: Graph) -> None:
    data = await graph.ask(
        "{ policy { kind id label { zh en } text { zh en } starts ends pack { id } "
        "citation { document clause confidence confidenceLabel { zh } url } } }",
        ANONYMOUS,
    )
    rows = data["policy"]
    assert {row["kind"] for row in rows} == {"VALUE", "CLOCK", "LEVEL_GROUP", "REQUIREMENT"}
    assert {row["pack"]["id"] for row in rows} == {"national", "guangdong", "guangzhou"}
    assert all(row["citation"]["clause"] and row["citation"]["document"] for row in rows)
    assert {row["citation"]["confidence"] for row in rows} >= {"VERBATIM", "INFERRED", "PLATFORM_DEFAULT"}


async def test_one_value_or_all_requirements_of_a_route(graph: Graph) -> None:
    routes = (await graph.ask("{ policyRoutes { id requirements { years } } }", ANONYMOUS))["policyRoutes"]
    route = next(one for one in routes if len(one["requirements"]) > 1)
    query = "query($id: String) { policy(id: $id) { id } }"
    found = (await graph.ask(query, ANONYMOUS, id=route["id"]))["policy"]
    assert [one["id"] for one in found] == [f"{route['id']}#{n + 1}" for n in range(len(route["requirements"]))]
    assert (await graph.ask(query, ANONYMOUS, id=f"{route['id']}#2"))["policy"] == [{"id": f"{route['id']}#2"}]


async def test_an_unknown_value_names_the_nearest(graph: Graph) -> None:
    error = await graph.fault('{ policy(id: "block.fraud_bar_year") { id } }', ANONYMOUS)
    assert error["extensions"]["code"] == "UNKNOWN_CODE"
    assert error["extensions"]["nearest"] == "block.fraud_bar_years"


async def test_the_policy_of_the_city_begins_on_its_day(graph: Graph) -> None:
    query = 'query($on: Date) { policy(on: $on, pack: "guangzhou") { id } }'
    assert (await graph.ask(query, ANONYMOUS, on="2025-12-21"))["policy"] == []
    assert (await graph.ask(query, ANONYMOUS, on="2025-12-22"))["policy"] != []


async def test_routes_name_both_ladders(graph: Graph) -> None:
    routes = (
        await graph.ask(
            "{ policyRoutes { id direction target { ladder skillLevel titleLevel name { zh } } "
            "floorFor { skillLevel } issuedBy requirements { years held { name { zh } } citation { clause } } } }",
            ANONYMOUS,
        )
    )["policyRoutes"]
    crossing = [one for one in routes if one["direction"] == "SKILL_TO_TITLE"]
    from_senior = [one for one in crossing if {"skillLevel": "SENIOR_WORKER"} in one["floorFor"]]
    assert from_senior
    assert {one["target"]["titleLevel"] for one in from_senior} == {"ASSISTANT"}
    assert {requirement["years"] for one in from_senior for requirement in one["requirements"]} >= {2}


async def test_the_ladders(graph: Graph) -> None:
    data = await graph.ask(
        "{ skillLevels { level order name { zh en } isHighSkill standardLabel citation { document } } "
        "titleLevels { level order name { zh } band { zh } } policyPacks { id breadth name { zh } } }",
        ANONYMOUS,
    )
    assert [one["level"] for one in data["skillLevels"]][::7] == ["APPRENTICE", "CHIEF_TECHNICIAN"]
    assert [one["order"] for one in data["titleLevels"]] == [1, 2, 3, 4, 5]
    assert data["skillLevels"][4]["standardLabel"] == "二级/技师"
    assert [one["breadth"] for one in data["policyPacks"]] == [0, 1, 2]


async def test_the_series(graph: Graph) -> None:
    series = (
        await graph.ask(
            "{ titleSeries { code number name { zh } lowestLevel titles { level name { zh } branch { zh } } "
            "specialties { code occupations { code } } } }",
            ANONYMOUS,
        )
    )["titleSeries"]
    assert [one["number"] for one in series] == list(range(1, 28))
    engineering = next(one for one in series if one["code"] == "engineering")
    assert [title["name"]["zh"] for title in engineering["titles"]] == [
        "技术员",
        "助理工程师",
        "工程师",
        "高级工程师",
        "正高级工程师",
    ]
    health = next(one for one in series if one["code"] == "health")
    technician = [title for title in health["titles"] if title["name"]["zh"] == "技师"]
    assert [title["level"] for title in technician] == ["ASSISTANT"]  # a title, though a skill level has its name


@pytest.mark.parametrize("search", ["6-20-01", "装配钳", "FITTER"])
async def test_occupations_by_code_or_name(graph: Graph, search: str) -> None:
    query = "query($s: String) { occupations(search: $s) { totalCount edges { node { code name { zh } } } } }"
    found = (await graph.ask(query, ANONYMOUS, s=search))["occupations"]
    assert {"code": "6-20-01-01", "name": {"zh": "装配钳工"}} in [edge["node"] for edge in found["edges"]]
    assert found["totalCount"] < len(load_vocabulary().occupations)


async def test_occupations_come_in_pages_by_code(graph: Graph) -> None:
    query = """query($after: String) { occupations(first: 50, after: $after) {
      pageInfo { hasNextPage endCursor } edges { node { code } } } }"""
    codes: list[str] = []
    after, more = None, True
    while more:
        found = (await graph.ask(query, ANONYMOUS, after=after))["occupations"]
        codes += [edge["node"]["code"] for edge in found["edges"]]
        after, more = found["pageInfo"]["endCursor"], found["pageInfo"]["hasNextPage"]
    assert codes == sorted(load_vocabulary().occupations)
    error = await graph.fault(query, ANONYMOUS, after="zzz")
    assert error["extensions"]["code"] == "BAD_CURSOR"


async def test_what_corresponds_to_an_occupation(graph: Graph) -> None:
    query = """{ occupations(search: "6-20-01-01") { edges { node { isGreen isDigital minorClass minorClassName
      related { code } specialties { code series { code } } citation { clause } correspondence { confidence } } } } }"""
    (edge,) = (await graph.ask(query, ANONYMOUS))["occupations"]["edges"]
    assert edge["node"]["minorClass"] == "6-20-01"
    assert {"code": "mechanical", "series": {"code": "engineering"}} in edge["node"]["specialties"]
    assert edge["node"]["correspondence"] == {"confidence": "INFERRED"}
    assert {"code": "6-20-01-01"} not in edge["node"]["related"]
