"""Arguments of compiled reads: wrong ones are refused as resolvers refuse them; null, absent and default differ."""

from typing import Any
from uuid import uuid4

import pytest

from schema.compiled import reads
from schema.ids import encode_id
from schema.terms import Terms
from tests import builders
from tests.schema.conftest import Graph

pytestmark = pytest.mark.anyio
PAGE = """query($first: Int, $after: String, $name: String) {
  enterprises { totalCount }
  found: people(first: $first, after: $after, filter: {nameContains: $name}) { edges { cursor node { name } } }
}"""
WITHIN = """query($after: String) { people { edges { node {
  held: credentials(first: 2, after: $after) { totalCount } } } } }"""
ONE = "query($id: ID!) { enterprises { totalCount } one: person(id: $id) { name } }"
NODE = "query($id: ID!) { one: node(id: $id) { __typename id } }"
CREDENTIALS = (
    "query($level: LevelInput) { credentials(filter: {level: $level}) { totalCount edges { node { number } } } }"
)


async def both(graph: Graph, query: str, **variables: Any) -> dict[str, Any]:
    """An answer; that of resolvers alone must be the same."""
    other = Graph(graph.database)
    other.serve(Terms(compiles=False))
    answer = await graph.answer(query, **variables)
    assert answer == await other.answer(query, **variables)
    return answer


async def people(graph: Graph, number: int = 3) -> list[Any]:
    made = [builders.person(name=f"示例{place}") for place in range(number)]
    await graph.add(*made)
    for person in made:
        await graph.add(builders.credential(person), builders.title(person))
    return made


@pytest.mark.parametrize(
    ("query", "variables", "path", "code"),
    [
        (PAGE, {"first": 101}, ["found"], "BAD_ARGUMENT"),
        (PAGE, {"first": -1}, ["found"], "BAD_ARGUMENT"),
        (PAGE, {"after": "nonsense"}, ["found"], "BAD_CURSOR"),
        (PAGE, {"after": "WyJuYW1lOmFzYyJd"}, ["found"], "BAD_CURSOR"),
        (PAGE, {"name": "a\x00b"}, ["found"], "BAD_ARGUMENT"),
        (PAGE, {"name": "\ud800"}, ["found"], "BAD_ARGUMENT"),
        (WITHIN, {"after": "nonsense"}, ["people", "edges", 0, "node", "held"], "BAD_CURSOR"),
        (ONE, {"id": "nonsense"}, ["one"], "BAD_ARGUMENT"),
        (ONE, {"id": encode_id("Enterprise", str(uuid4()))}, ["one"], "BAD_ARGUMENT"),
        (ONE, {"id": encode_id("Person", "\x00")}, ["one"], "BAD_ARGUMENT"),
        (ONE, {"id": encode_id("Person", str(uuid4()))}, ["one"], "NOT_FOUND"),
        (NODE, {"id": "nonsense"}, ["one"], "BAD_ARGUMENT"),
    ],
)
@pytest.mark.parametrize("is_warm", [False, True], ids=["at once", "after one that is right"])
async def test_what_is_wrong_is_said_as_the_resolvers_say_it(
    graph: Graph, query: str, variables: dict[str, Any], path: list[Any], code: str, is_warm: bool
) -> None:
    made = await people(graph, 1)
    if is_warm:
        right = {"id": encode_id("Person", str(made[0].id))} if "$id" in query else {}
        assert "errors" not in await graph.answer(query, **right)
    answer = await both(graph, query, **variables)
    error = answer["errors"][0]
    assert (error["path"], error["extensions"]["code"]) == (path, code)
    line, column = error["locations"][0]["line"], error["locations"][0]["column"]
    assert query.splitlines()[line - 1][column - 1 :].startswith(str(path[-1]))
    # The next is answered as if nothing had been.
    if is_warm:
        assert "errors" not in await both(graph, query, **right)


@pytest.mark.parametrize(
    ("field", "code"),
    [
        ("people(first: 101) { totalCount }", "BAD_ARGUMENT"),
        ('people(after: "nonsense") { totalCount }', "BAD_CURSOR"),
        ('people(filter: {nameContains: "a\\u0000b"}) { totalCount }', "BAD_ARGUMENT"),
        ('person(id: "nonsense") { name }', "BAD_ARGUMENT"),
    ],
)
async def test_what_is_wrong_in_the_document_itself_is_said_every_time(graph: Graph, field: str, code: str) -> None:
    query = f"{{ enterprises {{ totalCount }} found: {field} }}"
    for _ in range(2):
        (error,) = (await both(graph, query))["errors"]
        assert (error["path"], error["extensions"]["code"]) == (["found"], code)
        assert error["locations"] == [{"line": 1, "column": query.index("found") + 1}]


async def test_every_root_field_tells_that_an_argument_is_refused(graph: Graph) -> None:
    """None is compiled, for resolvers say what is wrong, where, and of which field."""
    graph.serve(Terms(tells_cost=True))
    answer = await graph.answer('{ enterprises { totalCount } found: people(after: "nonsense") { totalCount } }')
    told = "refused with BAD_CURSOR"
    assert answer["extensions"]["resolved"] == {"enterprises": told, "found": told}


async def test_variables_of_the_wrong_type_are_refused_before_anything_is_asked(graph: Graph) -> None:
    with graph.database.count_queries() as sent:
        for given in ({"first": "3"}, {"first": 2**40}, {"name": 7}, {"name": ["a"]}):
            answer = await graph.answer(PAGE, **given)
            assert answer["errors"]
            assert answer["data"] is None
    assert sent == []


DEFAULTS = """query($first: Int = 2, $descending: Boolean! = true, $name: String = "示例") {
  people(first: $first, descending: $descending, filter: {nameContains: $name}) { edges { node { name } } }
}"""


@pytest.mark.parametrize(
    ("variables", "names"),
    [
        ({}, ["示例2", "示例1"]),
        ({"first": 1}, ["示例2"]),
        ({"first": None}, ["示例2", "示例1", "示例0"]),
        ({"descending": False}, ["示例0", "示例1"]),
        ({"name": "1"}, ["示例1"]),
        ({"name": None, "first": 3}, ["示例2", "示例1", "示例0"]),
        ({"name": "", "first": 3}, ["示例2", "示例1", "示例0"]),
        ({"first": 0}, []),
        ({}, ["示例2", "示例1"]),
    ],
)
async def test_null_absent_and_default_are_three_things(
    graph: Graph, variables: dict[str, Any], names: list[str]
) -> None:
    await people(graph)
    await graph.answer(DEFAULTS)  # a plan of other variables is there already
    answer = await both(graph, DEFAULTS, **variables)
    assert [edge["node"]["name"] for edge in answer["data"]["people"]["edges"]] == names


async def test_one_document_with_its_variables_in_turn(graph: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each form of the arguments has its plan; a value of one never stays in the place of another's."""
    await people(graph)
    made: list[Any] = []
    plan_of = reads.plan_of
    monkeypatch.setattr(reads, "plan_of", lambda *given: made.append(given) or plan_of(*given))
    skill, title = {"skill": "SENIOR_WORKER"}, {"title": "ASSISTANT"}
    totals = {}
    for given in ({}, {"level": skill}, {"level": title}, {"level": None}, {"level": skill}, {}):
        answer = await both(graph, CREDENTIALS, **given)
        totals[str(given)] = answer["data"]["credentials"]["totalCount"]
    assert list(totals.values()) == [6, 3, 3, 6]
    before = len(made)
    for given in ({"level": title}, {}, {"level": skill}):
        await graph.answer(CREDENTIALS, **given)
    assert len(made) == before


async def test_switches_make_trees_of_their_own(graph: Graph) -> None:
    await people(graph, 1)
    query = """query($names: Boolean!, $held: Boolean = false) { people { edges { node {
      id @skip(if: true) name @include(if: $names) credentials @include(if: $held) { totalCount } } } } }"""
    for _ in range(2):
        for names, held in ((True, False), (False, True), (True, True)):
            answer = await both(graph, query, names=names, held=held)
            (edge,) = answer["data"]["people"]["edges"]
            assert list(edge["node"]) == ["name"] * names + ["credentials"] * held
    assert "errors" in await both(graph, query)


async def test_a_node_of_each_type_by_one_document(graph: Graph) -> None:
    (person,) = await people(graph, 1)
    owner = builders.enterprise()
    await graph.add(owner)
    for _ in range(2):
        for kind, id_ in (("Person", person.id), ("Enterprise", owner.id)):
            answer = await both(graph, NODE, id=encode_id(kind, str(id_)))
            assert answer["data"] == {"one": {"__typename": kind, "id": encode_id(kind, str(id_))}}
        # An id of the right form that names nothing, and one of another type's row.
        for kind, id_ in (("Person", owner.id), ("Enterprise", uuid4()), ("Person", uuid4())):
            await both(graph, NODE, id=encode_id(kind, str(id_)))
