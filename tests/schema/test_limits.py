"""Hostile documents cost next to nothing; those of ordinary tools pass."""

import pytest
from graphql import get_introspection_query, parse

from core.permissions import ANONYMOUS
from schema.limits import ALIASES, DEPTH, check_document
from tests.schema.conftest import Graph

pytestmark = pytest.mark.anyio

TOO_DEEP = f"查询嵌套超过 {DEPTH} 层 / the query is nested deeper than {DEPTH} levels"


def nested(levels: int) -> str:
    """A query that is ``levels`` fields deep."""
    inner = "name { zh }"
    for _ in range(levels - 3):
        inner = f"related {{ {inner} }}"
    return f'{{ node(id: "T2NjdXBhdGlvbjox") {{ ... on Occupation {{ {inner} }} }} }}'


async def test_depth(graph: Graph) -> None:
    assert (await graph.answer(nested(DEPTH), ANONYMOUS))["data"] == {"node": None}
    error = await graph.fault(nested(DEPTH + 1), ANONYMOUS)
    assert error["message"] == TOO_DEEP
    assert error["extensions"] == {"code": "GRAPHQL_VALIDATION"}


async def test_depth_counts_through_fragments(graph: Graph) -> None:
    chain = "".join(f"fragment F{n} on Occupation {{ related {{ ...F{n + 1} }} }} " for n in range(DEPTH))
    query = '{ node(id: "T2NjdXBhdGlvbjox") { ...F0 } } ' + chain + f"fragment F{DEPTH} on Occupation {{ code }}"
    assert (await graph.fault(query, ANONYMOUS))["message"] == TOO_DEEP


async def test_aliases(graph: Graph) -> None:
    def query(count: int) -> str:
        return "{ viewer { " + " ".join(f"a{n}: name" for n in range(count)) + " } }"

    assert len((await graph.ask(query(ALIASES)))["viewer"]) == ALIASES
    error = await graph.fault(query(ALIASES + 1))
    assert error["message"] == f"查询别名超过 {ALIASES} 个 / the query uses more than {ALIASES} aliases"


async def test_aliases_count_through_fragments(graph: Graph) -> None:
    doubling = "".join(f"fragment F{n} on Viewer {{ ...F{n + 1} ...F{n + 1} }} " for n in range(40))
    query = "{ viewer { ...F0 } } " + doubling + "fragment F40 on Viewer { a: name }"
    error = await graph.fault(query)  # 2^40 spreads, followed one by one, would never end
    assert error["message"].startswith("查询别名超过")


async def test_tokens(graph: Graph) -> None:
    error = await graph.fault("{ viewer { " + "name " * 4000 + "} }")
    assert error["message"] == "Syntax Error: Document contains more than 4000 tokens. Parsing aborted."
    assert error["extensions"] == {"code": "GRAPHQL_SYNTAX"}


@pytest.mark.parametrize("repeated", ["{ viewer ", "{ viewer { ... "])
async def test_endless_nesting(graph: Graph, repeated: str) -> None:
    levels = 1300
    closing = "}" * repeated.count("{") * levels
    answer = await graph.answer(repeated * levels + "{ role }" + closing)
    assert answer["data"] is None
    assert answer["errors"][0]["extensions"]["code"] in ("GRAPHQL_VALIDATION", "GRAPHQL_SYNTAX")


async def test_circular_fragments_are_named_by_validation(graph: Graph) -> None:
    error = await graph.fault("{ viewer { ...F } } fragment F on Viewer { role ...F }")
    assert error["message"] == "Cannot spread fragment 'F' within itself."


async def test_introspection_of_ordinary_tools_passes(graph: Graph) -> None:
    data = await graph.ask(get_introspection_query(), ANONYMOUS)
    assert data["__schema"]["queryType"]["name"] == "Query"


def test_a_long_chain_of_fragments_is_refused() -> None:
    chain = "".join(f"fragment F{n} on Viewer {{ ...F{n + 1} }} " for n in range(400))
    with pytest.raises(Exception, match="nested deeper than"):
        check_document(parse("{ viewer { ...F0 } } " + chain + "fragment F400 on Viewer { role }"), None)
