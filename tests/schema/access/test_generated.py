"""What schemes add to the graph follows one rule, that of ``Person.schemeFacts``: each reader, each generated field."""

from typing import Any

import pytest

from core.storage.database import Database
from schema import rights
from schema.generated.names import name_of
from tests.schema import published_rows
from tests.schema.access.matrix import Cell, read_matrix
from tests.schema.access.readers import Reader, readers
from tests.schema.access.test_access import cell_of
from tests.schema.access.world import AccessWorld, build
from tests.schema.conftest import WITHOUT_LIMIT, Graph

pytestmark = pytest.mark.anyio
ASK = "query($id: ID!) { node(id: $id) { ... on Person { %s } } }"


@pytest.fixture
async def world(database: Database) -> tuple[Graph, AccessWorld]:
    """Everybody's things, with what both enterprises' schemes publish."""
    graph = Graph(database)
    graph.serve(WITHOUT_LIMIT)
    things = await build(graph)
    once = {one.key: published_rows.running(one, *published_rows.ALL) for one in graph.schemes.schemes}
    assert await graph.service.take_up(published_rows.of(*once.values()))
    return graph, things


async def answered(graph: Graph, reader: Reader, selection: str) -> dict[str, Any]:
    return await graph.answer(ASK % selection, reader.actor, id=reader.asks_for.ids["Person"])


async def cell(graph: Graph, reader: Reader, selection: str) -> Cell:
    """As the table has it: hidden with its person, else refused, or whether anything of it is seen."""
    if (await answered(graph, reader, "id"))["data"]["node"] is None:
        return Cell.HIDDEN
    answer = await answered(graph, reader, selection)
    refused = cell_of(answer, selection)
    return refused or (Cell.SEEN if any(answer["data"]["node"].values()) else Cell.HIDDEN)


async def test_generated_fields_are_read_by_whom_the_table_says_of_untyped_ones(
    world: tuple[Graph, AccessWorld],
) -> None:
    graph, things = world
    columns = readers(things)
    assert len(columns) == 15
    told = list(read_matrix()[0]["Person.schemeFacts"])
    assert [await cell(graph, one, f"{name_of(one.asks_for.key)} {{ stages motto }}") for one in columns] == told


async def test_whoever_holds_none_of_the_permissions_may_not_even_ask(world: tuple[Graph, AccessWorld]) -> None:
    graph, things = world
    for reader in readers(things):
        mounted = name_of(reader.asks_for.key)
        answers = [await answered(graph, reader, one) for one in (f"{mounted} {{ stages }}", "schemeFacts { key }")]
        refused = [cell_of(one, reader.name) is Cell.REFUSED for one in answers]
        assert refused == [not reader.actor.may(*rights.EVALUATIONS)] * 2, reader.name
