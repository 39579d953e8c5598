"""Hostile documents cost next to nothing; those of ordinary tools pass; what is refused says how much it was."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest
from graphql import get_introspection_query

from core.errors import ErrorCode, GuantongError
from core.permissions import ANONYMOUS, Actor, Role
from core.texts import Text
from schema.intake import TO_EXECUTE, TO_READ
from schema.limits.budget import PLATFORM, STANDARD
from schema.limits.measure import COUNTLESS
from schema.operation import Operation
from schema.service import GraphQLService
from schema.terms import Terms
from tests.schema.conftest import AUDITOR, Graph

pytestmark = pytest.mark.anyio

DEPTH, ALIASES, TOKENS = STANDARD.depth, STANDARD.aliases, STANDARD.tokens
TOO_DEEP = f"查询嵌套超过 {DEPTH} 层；请减少层数 / the query is nested deeper than {DEPTH} levels; ask for less at once"


def nested(levels: int) -> str:
    """A query that is ``levels`` fields deep."""
    inner = "name { zh }"
    for _ in range(levels - 3):
        inner = f"related {{ {inner} }}"
    return f'{{ node(id: "T2NjdXBhdGlvbjox") {{ ... on Occupation {{ {inner} }} }} }}'


def generous(graph: Graph, **changes: int) -> GraphQLService:
    """The service for readers who may spend much, but for what is given."""
    budget = replace(STANDARD, cost=COUNTLESS, per_minute=COUNTLESS, **changes)
    return GraphQLService(graph.deps(), Terms(budgets=dict.fromkeys(Role, budget)))


async def fault(service: GraphQLService, query: str, **variables: Any) -> dict[str, Any]:
    answer = await service.execute(Operation(query, variables), ANONYMOUS, "request-1")
    (error,) = answer["errors"]
    assert answer["data"] is None
    found: dict[str, Any] = error
    return found


async def test_depth(graph: Graph) -> None:
    service = generous(graph)
    passed = await service.execute(Operation(nested(DEPTH)), ANONYMOUS, "request-1")
    assert (passed["data"], "errors" in passed) == ({"node": None}, False)
    error = await fault(service, nested(DEPTH + 1))
    assert error["message"] == TOO_DEEP
    assert error["extensions"] == {
        "code": "BUDGET_EXCEEDED",
        "message": {
            "zh": f"查询嵌套超过 {DEPTH} 层；请减少层数",
            "en": f"the query is nested deeper than {DEPTH} levels; ask for less at once",
        },
        "where": None,
        "nearest": None,
        "clause": None,
        "what": "depth",
        "limit": DEPTH,
    }


async def test_forty_three_levels_of_people_and_their_credentials(graph: Graph) -> None:
    inner = "name"
    for _ in range(10):
        inner = f"credentials {{ edges {{ node {{ holder {{ {inner} }} }} }} }}"
    error = await graph.fault(f"{{ people {{ edges {{ node {{ {inner} }} }} }} }}", ANONYMOUS)
    assert error["message"] == TOO_DEEP


async def test_depth_counts_through_fragments(graph: Graph) -> None:
    chain = "".join(f"fragment F{n} on Occupation {{ related {{ ...F{n + 1} }} }} " for n in range(DEPTH))
    query = '{ node(id: "T2NjdXBhdGlvbjox") { ...F0 } } ' + chain + f"fragment F{DEPTH} on Occupation {{ code }}"
    assert (await graph.fault(query, ANONYMOUS))["message"] == TOO_DEEP


async def test_a_long_chain_of_fragments_is_refused(graph: Graph) -> None:
    chain = "".join(f"fragment F{n} on Viewer {{ ...F{n + 1} }} " for n in range(300))
    query = "{ viewer { ...F0 } } " + chain + "fragment F300 on Viewer { role }"
    assert (await fault(generous(graph, fragments=400, tokens=4000, selections=1000), query))["message"] == TOO_DEEP


async def test_aliases(graph: Graph) -> None:
    def query(count: int) -> str:
        return "{ viewer { " + " ".join(f"a{n}: name" for n in range(count)) + " } }"

    assert len((await graph.ask(query(ALIASES)))["viewer"]) == ALIASES
    error = await graph.fault(query(ALIASES + 1))
    assert error["message"] == (
        f"别名有 {ALIASES + 1} 个，最多 {ALIASES} 个；请精简或拆分 / "
        f"{ALIASES + 1} aliases, at most {ALIASES}; shorten or split it"
    )
    counted = {name: error["extensions"][name] for name in ("code", "what", "asked", "limit")}
    assert counted == {"code": "BUDGET_EXCEEDED", "what": "aliases", "asked": ALIASES + 1, "limit": ALIASES}


async def test_aliases_count_through_fragments(graph: Graph) -> None:
    doubling = "".join(f"fragment F{n} on Viewer {{ ...F{n + 1} ...F{n + 1} }} " for n in range(6))
    query = "{ viewer { ...F0 } } " + doubling + "fragment F6 on Viewer { a: name }"
    assert (await graph.fault(query))["extensions"]["asked"] == 64


async def test_forty_doublings_are_counted_and_not_followed(graph: Graph) -> None:
    doubling = "".join(f"fragment F{n} on Viewer {{ ...F{n + 1} ...F{n + 1} }} " for n in range(39))
    query = "{ viewer { ...F0 } } " + doubling + "fragment F39 on Viewer { name }"
    error = await graph.fault(query)  # 2^39 spreads, followed one by one, would never end
    assert error["extensions"]["what"] == "cost"
    assert error["extensions"]["asked"] == 2**39 + 1
    assert error["extensions"]["dearest"] == "viewer.name"


@pytest.mark.parametrize(
    ("what", "limit", "query"),
    [
        ("operations", STANDARD.operations, " ".join(f"query Q{n} {{ viewer {{ role }} }}" for n in range(200))),
        (
            "fragments",
            STANDARD.fragments,
            "{ viewer { ...F0 } } " + " ".join(f"fragment F{n} on Viewer {{ role }}" for n in range(100)),
        ),
        ("directives", STANDARD.directives, "{ viewer { role " + "@skip(if: false) " * 200 + "} }"),
        ("directives", STANDARD.directives, "{ viewer { role " + "@nothing " * 500 + "} }"),
        ("selections", STANDARD.selections, "{ viewer { " + "role " * 500 + "} }"),
    ],
)
async def test_what_a_document_may_hold(graph: Graph, what: str, limit: int, query: str) -> None:
    extensions = (await graph.fault(query))["extensions"]
    assert (extensions["code"], extensions["what"], extensions["limit"]) == ("BUDGET_EXCEEDED", what, limit)
    assert extensions["asked"] > limit


async def test_tokens(graph: Graph) -> None:
    error = await graph.fault("{ viewer { " + "name " * TOKENS + "} }")
    assert error["message"] == (
        f"查询文档的词元超过 {TOKENS} 个；请精简或拆分 / more than {TOKENS} tokens of the document; shorten or split it"
    )
    assert (error["extensions"]["what"], error["extensions"]["limit"]) == ("tokens", TOKENS)


async def test_a_long_document_is_not_even_read(graph: Graph) -> None:
    error = await graph.fault("{ viewer { role } } #" + " " * STANDARD.length)
    assert (error["extensions"]["code"], error["extensions"]["what"]) == ("BUDGET_EXCEEDED", "length")


async def test_a_budget_of_fewer_tokens_holds_for_documents_that_others_had_read(graph: Graph) -> None:
    budgets = PLATFORM | {Role.ANONYMOUS: replace(STANDARD, tokens=5)}
    service = GraphQLService(graph.deps(), Terms(budgets=budgets))
    assert "errors" not in await service.execute(Operation("{ viewer { role } }"), AUDITOR, "request-1")
    assert (await fault(service, "{ viewer { role } }"))["extensions"]["what"] == "tokens"


@pytest.mark.parametrize("repeated", ["{ viewer ", "{ viewer { ... "])
async def test_endless_nesting(graph: Graph, repeated: str) -> None:
    levels = 600 // repeated.count("{")
    closing = "}" * repeated.count("{") * levels
    answer = await graph.answer(repeated * levels + "{ role }" + closing)
    assert answer["data"] is None
    assert answer["errors"][0]["extensions"]["code"] in ("BUDGET_EXCEEDED", "GRAPHQL_SYNTAX")


async def test_a_number_of_too_many_digits_is_the_fault_of_whoever_wrote_it(graph: Graph) -> None:
    error = await graph.fault(f"{{ occupations(first: {'9' * 5000}) {{ totalCount }} }}")
    assert error["extensions"]["code"] == "GRAPHQL_SYNTAX"
    assert error["message"] == "Syntax Error: Number longer than 100 characters."


async def test_circular_fragments_are_named_by_validation(graph: Graph) -> None:
    error = await graph.fault("{ viewer { ...F } } fragment F on Viewer { role ...F }")
    assert error["message"] == "Cannot spread fragment 'F' within itself."


async def test_introspection_of_ordinary_tools_passes(graph: Graph) -> None:
    data = await graph.ask(get_introspection_query(), ANONYMOUS)
    assert data["__schema"]["queryType"]["name"] == "Query"


async def test_a_query_that_costs_too_much_is_told_what_it_costs_and_where(graph: Graph) -> None:
    query = "query($n: Int!) { people(first: $n) { edges { node { name opportunities { state } } } } }"
    error = await graph.fault(query, Actor.of(Role.WORKER, "worker"), n=100)
    assert error["message"] == (
        "本次查询的成本为 21310，角色 worker 的上限为 10000；"
        "成本最高的部分是 people.edges.node.opportunities，请在该处减少条数或字段 / "
        "the query costs 21310, and role worker may spend 10000 on one; "
        "the dearest part is people.edges.node.opportunities: ask for fewer items or fields there"
    )
    told = {name: error["extensions"][name] for name in ("code", "what", "asked", "limit", "dearest")}
    assert told == {
        "code": "BUDGET_EXCEEDED",
        "what": "cost",
        "asked": 21310,
        "limit": 10000,
        "dearest": "people.edges.node.opportunities",
    }
    assert "errors" not in await graph.answer(query, n=40)


async def test_what_is_refused_never_reaches_the_database(graph: Graph) -> None:
    many = "{ people(first: 100) { edges { node { bridge { nodes { __typename } } } } } }"
    with graph.database.count_queries() as sent:
        for query in (many, nested(40), "{ nothing }", "{", "{ viewer { " + "name " * TOKENS + "} }"):
            assert (await graph.answer(query))["data"] is None
    assert sent == []


async def test_the_cost_is_told_on_terms_that_say_so(graph: Graph) -> None:
    service = GraphQLService(graph.deps(), Terms(tells_cost=True))
    answer = await service.execute(Operation("{ viewer { role name } }"), AUDITOR, "request-1")
    assert answer["extensions"]["cost"] == {"asked": 3, "limit": PLATFORM[Role.BUREAU_AUDITOR].cost}
    assert "cost" not in (await graph.answer("{ viewer { role name } }"))["extensions"]


async def test_what_is_read_and_what_is_done_are_charged_before_they_happen(graph: Graph) -> None:
    charged: list[int] = []

    async def charge(cost: int) -> None:
        charged.append(cost)

    async def ask(query: str) -> None:
        await graph.service.execute(Operation(query), AUDITOR, "request-1", charge)

    await ask("{ viewer { role } }")
    assert charged == [TO_READ, TO_EXECUTE + 2]
    await ask("{ viewer { role } }")
    assert charged[2:] == [TO_EXECUTE + 2]  # it was read before
    charged.clear()
    for text in ("{ " * 100, "{ nothing " + " " * 100 + "}"):
        await ask(text)
    wrong = [TO_READ + 10, TO_READ + 5, TO_EXECUTE + 1]
    assert charged == wrong
    await ask("{ nothing " + " " * 100 + "}")
    assert charged == [*wrong, *wrong[1:]]  # what is not valid is not kept


async def test_who_may_not_ask_now_is_told_so_before_anything_is_read(graph: Graph) -> None:
    async def charge(_: int) -> None:
        raise GuantongError(ErrorCode.RATE_LIMITED, Text("稍后再试", "later"))

    answer = await graph.service.execute(Operation("not even GraphQL"), AUDITOR, "request-1", charge)
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["RATE_LIMITED"]


async def test_others_are_served_while_one_query_is_worked_out(graph: Graph) -> None:
    """Twenty answers over the whole policy are not worked out without a pause."""
    query = "{ " + " ".join(f"p{n}: policy {{ id }}" for n in range(8)) + " }"
    turns = 0

    async def others() -> None:
        nonlocal turns
        while True:
            await asyncio.sleep(0)
            turns += 1

    await graph.ask(query)  # from now on it is known
    beside = asyncio.create_task(others())
    await graph.ask(query)
    beside.cancel()
    assert turns >= 8


async def test_the_schema_is_worked_out_once(graph: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = get_introspection_query()
    first = await graph.ask(asked)

    async def fail(*_: Any) -> None:
        raise AssertionError("it was worked out again")

    monkeypatch.setattr(GraphQLService, "_query", fail)
    assert await graph.ask(asked, ANONYMOUS) == first
