"""Nodes of several types by their ids, in one statement and in the order in which they are asked for."""

from typing import Any

import pytest

from core.permissions import Actor, Role
from schema.ids import encode_id
from schema.terms import Terms
from tests import builders
from tests.schema import published_rows as made
from tests.schema import rows
from tests.schema.conftest import AUDITOR, Graph

pytestmark = pytest.mark.anyio
NODES = """query($ids: [ID!]!) { nodes(ids: $ids) { __typename id
  ... on Person { name employments { post enterprise { key } } } ... on Enterprise { uscc isPilot }
  ... on Credential { number status } ... on SkillCertificate { skillLevel } } }"""
NODE = "query($id: ID!) { node(id: $id) { id ... on Credential { number } } }"


@pytest.fixture(autouse=True)
def tells(graph: Graph) -> None:
    graph.serve(Terms(tells_cost=True))


async def both(graph: Graph, query: str, actor: Actor = AUDITOR, **given: Any) -> tuple[list[Any], int]:
    """The nodes of an answer that is the resolvers', and in how many statements."""
    with graph.database.count_queries() as sent:
        answer = await graph.answer(query, actor, **given)
    other = Graph(graph.database)
    other.schemes = graph.schemes
    other.serve(Terms(tells_cost=True, compiles=False))
    assert answer == await other.answer(query, actor, **given)
    (found,) = answer["data"].values()
    return found, len(sent)


async def stock(graph: Graph, number: int) -> list[tuple[str, Any]]:
    """People, their employer and their credentials, by type."""
    owner = builders.enterprise()
    people = [builders.person() for _ in range(number)]
    held = [builders.credential(one) for one in people]
    titles = [builders.title(one) for one in people]
    await graph.add(owner, *people, *held, *titles, *(builders.employment(one, owner) for one in people))
    kinds = ("SkillCertificate", held), ("Person", people), ("ProfessionalTitle", titles)
    return [("Enterprise", owner), *((kind, one) for kind, of_kind in kinds for one in of_kind)]


@pytest.mark.parametrize("number", [1, 3, 30])
async def test_nodes_are_one_statement_however_many_and_of_however_many_types(graph: Graph, number: int) -> None:
    things = await stock(graph, number)
    ids = [encode_id(kind, one.id) for kind, one in reversed(things)]
    found, sent = await both(graph, NODES, ids=ids)
    assert [one["id"] for one in found] == ids
    assert [one["__typename"] for one in found] == [kind for kind, _ in reversed(things)]
    assert sent == 1


async def test_ids_may_come_twice_or_name_nothing_or_something_of_another_type(graph: Graph) -> None:
    (_, owner), (_, held), (_, person), (_, title) = await stock(graph, 1)
    ids = [
        encode_id("Person", person.id),
        encode_id("Person", owner.id),
        encode_id("Person", "1"),
        encode_id("ProfessionalTitle", held.id),
        encode_id("ProfessionalTitle", title.id),
        encode_id("Person", str(person.id).upper()),
        encode_id("Person", person.id),
    ]
    found, sent = await both(graph, NODES, ids=ids)
    assert [one and one["id"] for one in found] == [ids[0], None, None, None, ids[4], ids[0], ids[0]]
    assert sent == 1
    for one, is_there in ((ids[3], False), (ids[4], True)):
        node, sent = await both(graph, NODE, id=one)
        assert (bool(node), sent) == (is_there, 1)
    assert (await both(graph, NODES, ids=[]))[0] == []


@pytest.mark.parametrize("ids", [["no id"], [encode_id("Person", "1")] * 101, [encode_id("Nothing", "1")]])
async def test_what_is_refused_or_unknown_is_the_resolvers(graph: Graph, ids: list[str]) -> None:
    with graph.database.count_queries():
        answer = await graph.answer(NODES, ids=ids)
    graph.resolve()
    assert (await graph.answer(NODES, ids=ids)).get("errors") == answer.get("errors")


async def test_each_reader_finds_their_own(graph: Graph) -> None:
    """Of one plan: others with equal rights asked before."""
    things = [await stock(graph, 1) for _ in range(2)]
    ids = [encode_id("Person", of_one[2][1].id) for of_one in things]
    for place, of_one in enumerate(things):
        worker = Actor.of(Role.WORKER, "示例本人", person_id=of_one[2][1].id)
        found, sent = await both(graph, NODES, worker, ids=ids)
        assert [one is not None for one in found] == [place == 0, place == 1]
        assert sent == 1


async def test_what_hangs_on_a_node_is_filled_in_anew_each_time(graph: Graph) -> None:
    """Which schemes run may change between two answers of the same rows."""
    (_, owner), _, (_, person), _ = await stock(graph, 1)
    await graph.add(made.kept(person, owner, "works"))
    query = "query($ids: [ID!]!) { nodes(ids: $ids) { ... on Person { schemeFacts { key } } } }"
    running = made.running(rows.recorded_scheme(owner, key="works"), *made.ALL)
    for schemes, number in (([running], 4), ([], 0), ([running], 4)):
        graph.schemes.schemes[:] = schemes
        ((one,), sent) = await both(graph, query, ids=[encode_id("Person", person.id)])
        assert (len(one["schemeFacts"]), sent) == (number, 1)
