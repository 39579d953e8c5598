"""Global ids, nodes and stable cursors."""

from datetime import date
from typing import Any

import pytest

from core.models import Person
from schema.ids import encode_id
from tests import builders
from tests.schema import rows
from tests.schema.conftest import Graph

pytestmark = pytest.mark.anyio

NODE = "query($id: ID!) { node(id: $id) { id __typename } }"
PAGE = """query($first: Int, $after: String, $last: Int, $before: String, $down: Boolean! = false) {
  people(first: $first, after: $after, last: $last, before: $before, descending: $down) {
    totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor } edges { cursor node { name } } } }"""


async def test_every_kind_of_node_comes_back_by_its_id(graph: Graph) -> None:
    person, enterprise, contest = builders.person(), builders.enterprise(), rows.competition()
    scheme = builders.scheme(enterprise)
    version = builders.scheme_version(scheme)
    entry, evaluation = builders.catalog_row(version), builders.evaluation(person, enterprise, version)
    skill, title, award = builders.credential(person), builders.title(person), rows.award(person, contest)
    listing, authority = rows.listing(enterprise), rows.authority(enterprise)
    stored = [person, enterprise, contest, scheme, version, entry, evaluation, skill, title, award, listing, authority]
    await graph.add(*stored)
    keys: dict[str, Any] = {type(row).__name__: row.id for row in stored}
    del keys["Credential"], keys["CatalogRow"], keys["Award"]
    keys |= {"SkillCertificate": skill.id, "ProfessionalTitle": title.id}
    keys |= {"CorrespondenceEntry": entry.id, "CompetitionAward": award.id}
    keys |= {"Occupation": builders.FITTER, "TitleSeries": "engineering", "Specialty": "engineering:mechanical"}
    for name, key in keys.items():
        id_ = encode_id(name, key)
        assert await graph.ask(NODE, id=id_) == {"node": {"id": id_, "__typename": name}}


@pytest.mark.parametrize(
    "id_",
    [
        encode_id("Person", "018f0000-0000-7000-8000-000000000000"),
        encode_id("Person", "no uuid"),
        encode_id("Nothing", "1"),
        encode_id("Occupation", "9-99-99-99"),
        encode_id("TitleSeries", "nothing"),
        encode_id("Specialty", "engineering"),
    ],
)
async def test_an_unknown_node_is_null(graph: Graph, id_: str) -> None:
    assert await graph.ask(NODE, id=id_) == {"node": None}


async def test_an_id_of_another_kind_of_credential_is_null(graph: Graph) -> None:
    person = builders.person()
    title = builders.title(person)
    await graph.add(person, title)
    assert await graph.ask(NODE, id=encode_id("SkillCertificate", title.id)) == {"node": None}


@pytest.mark.parametrize("id_", ["", "1", "zzz", "张三", "x" * 400, "UGVyc29u", encode_id("Person", "1") + "=="])
async def test_what_is_no_id_is_refused(graph: Graph, id_: str) -> None:
    error = await graph.fault(NODE, id=id_)
    assert error["extensions"]["code"] == "BAD_ARGUMENT"
    assert error["extensions"]["message"] == {
        "zh": f"标识“{id_[:40]}”无效；请原样使用查询结果中的 id",
        "en": f"'{id_[:40]}' is no id; use an id exactly as an answer gave it",
    }


async def test_an_id_of_another_type_is_refused_by_name(graph: Graph) -> None:
    error = await graph.fault("query($id: ID!) { person(id: $id) { name } }", id=encode_id("Enterprise", "1"))
    assert error["message"] == (
        "此处需要 Person 的标识，收到的是 Enterprise 的标识 / an id of Person is needed here; this is one of Enterprise"
    )
    error = await graph.fault("query($id: ID!) { person(id: $id) { name } }", id=encode_id("Person", "1"))
    assert error["extensions"]["code"] == "BAD_ARGUMENT"


async def test_nodes_keep_their_order_and_their_gaps(graph: Graph) -> None:
    first, second = builders.person(), builders.person()
    await graph.add(first, second)
    gone = encode_id("Person", "018f0000-0000-7000-8000-000000000000")
    ids = [
        encode_id("Person", second.id),
        gone,
        encode_id("Occupation", builders.FITTER),
        encode_id("Person", first.id),
    ]
    data = await graph.ask("query($ids: [ID!]!) { nodes(ids: $ids) { id } }", ids=ids)
    assert data["nodes"] == [{"id": ids[0]}, None, {"id": ids[2]}, {"id": ids[3]}]


async def test_a_hundred_nodes_at_once_and_no_more(graph: Graph) -> None:
    error = await graph.fault("query($ids: [ID!]!) { nodes(ids: $ids) { id } }", ids=[encode_id("Person", "1")] * 101)
    assert error["message"] == "一次最多查询 100 个标识 / at most 100 ids at once, not 101"


def people(*names: str) -> list[Person]:
    return [builders.person(name=name) for name in names]


async def pages(graph: Graph, **given: Any) -> tuple[list[str], dict[str, Any]]:
    connection = (await graph.ask(PAGE, **given))["people"]
    return [edge["node"]["name"] for edge in connection["edges"]], connection["pageInfo"]


async def test_pages_forward_and_backward(graph: Graph) -> None:
    await graph.add(*people("A", "B", "C", "D", "E"))
    names, info = await pages(graph, first=2)
    assert (names, info["hasNextPage"], info["hasPreviousPage"]) == (["A", "B"], True, False)
    names, info = await pages(graph, first=2, after=info["endCursor"])
    assert (names, info["hasNextPage"], info["hasPreviousPage"]) == (["C", "D"], True, True)
    names, _ = await pages(graph, last=2, before=info["startCursor"])
    assert names == ["A", "B"]
    names, info = await pages(graph, last=2)
    assert (names, info["hasNextPage"], info["hasPreviousPage"]) == (["D", "E"], False, True)
    assert (await pages(graph, first=2, down=True))[0] == ["E", "D"]
    assert (await pages(graph, first=0))[0] == []


async def test_a_page_is_stable_when_rows_are_added(graph: Graph) -> None:
    await graph.add(*people("B", "C", "D"))
    _, info = await pages(graph, first=2)
    await graph.add(*people("A", "CC"))
    assert (await pages(graph, first=2, after=info["endCursor"]))[0] == ["CC", "D"]


@pytest.mark.parametrize("cursor", ["zzz", "", "5", "W10", encode_id("a", "b")])
async def test_a_cursor_that_was_not_given_out(graph: Graph, cursor: str) -> None:
    error = await graph.fault(PAGE, after=cursor)
    assert error["extensions"]["code"] == "BAD_CURSOR"
    assert error["message"] == (
        "分页游标无效：只能使用按“name”排序的同一列表给出的游标 / "
        "the cursor is not one that this list, sorted by 'name', gave out; start without a cursor"
    )


async def test_a_cursor_of_another_order(graph: Graph) -> None:
    await graph.add(*people("A", "B"))
    _, info = await pages(graph, first=1)
    assert (await graph.fault(PAGE, after=info["endCursor"], down=True))["extensions"]["code"] == "BAD_CURSOR"


@pytest.mark.parametrize(("given", "asked"), [({"first": 101}, 101), ({"first": -1}, -1), ({"last": 101}, 101)])
async def test_pages_have_a_largest_size(graph: Graph, given: dict[str, int], asked: int) -> None:
    error = await graph.fault(PAGE, **given)
    assert error["extensions"]["code"] == "BAD_ARGUMENT"
    assert error["message"] == (
        f"每页应为 0 至 100 条，实为 {asked} / a page has 0 to 100 rows, {asked} were asked for"
    )


async def test_first_and_last_exclude_each_other(graph: Graph) -> None:
    error = await graph.fault(PAGE, first=1, last=1)
    assert error["message"] == "first 与 last 不能同时使用 / first and last cannot be used together"


async def test_pages_within_pages(graph: Graph) -> None:
    first, second = people("甲", "乙")
    held = [builders.credential(first, number=f"N{day}", awarded_on=date(2020, 1, day)) for day in (1, 2, 3)]
    await graph.add(first, second, *held, builders.credential(second, number="M"))
    query = """query($after: String, $down: Boolean! = false) { people(orderBy: CREATED) { edges { node {
      credentials(first: 2, after: $after, descending: $down) { totalCount pageInfo { hasNextPage endCursor }
        edges { node { number } } } } } } }"""

    ends: list[str] = []

    async def asked(**given: Any) -> list[tuple[list[str], bool, int]]:
        found = [edge["node"]["credentials"] for edge in (await graph.ask(query, **given))["people"]["edges"]]
        ends.append(found[0]["pageInfo"]["endCursor"])
        return [
            ([one["node"]["number"] for one in page["edges"]], page["pageInfo"]["hasNextPage"], page["totalCount"])
            for page in found
        ]

    assert await asked() == [(["N1", "N2"], True, 3), (["M"], False, 1)]
    # The second person's certificate is of 2022, later than the cursor.
    assert await asked(after=ends[0]) == [(["N3"], False, 3), (["M"], False, 1)]
    assert await asked(down=True) == [(["N3", "N2"], True, 3), (["M"], False, 1)]


NODES = "query($ids: [ID!]!) { nodes(ids: $ids) { id } }"


async def test_a_bad_id_beside_good_ones_leaves_nothing_running(graph: Graph) -> None:
    """Each such request once leaked its connection; fifteen of them stopped the server."""
    enterprises = [builders.enterprise() for _ in range(3)]
    await graph.add(*enterprises)
    good = [encode_id("Enterprise", one.id) for one in enterprises]
    for _ in range(20):
        fault = await graph.fault(NODES, ids=["no id", *good, encode_id("Occupation", builders.FITTER)])
        assert fault["extensions"]["code"] == "BAD_ARGUMENT"
    assert graph.database.engine.pool.checkedout() == 0  # type: ignore[attr-defined]
    assert [node["id"] for node in (await graph.ask(NODES, ids=good))["nodes"]] == good


async def test_nothing_is_said_of_an_identity_number_to_who_may_not_look_for_one(graph: Graph) -> None:
    for number in ("440103199001010012", builders.identity_number()):
        fault = await graph.fault(
            "query($n: String!) { people(filter: { identityNumber: $n }) { totalCount } }", n=number
        )
        assert fault["extensions"]["code"] == "NOT_PERMITTED"
