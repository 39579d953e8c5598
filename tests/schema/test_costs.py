"""What operations cost: by their fields, their pages, their lists, whatever they are spread over."""

from math import ceil
from typing import Any

import pytest
from graphql import (
    GraphQLNamedType,
    GraphQLSchema,
    OperationDefinitionNode,
    execute_sync,
    get_introspection_query,
    get_named_type,
    is_composite_type,
    is_interface_type,
    is_introspection_type,
    is_list_type,
    is_object_type,
    parse,
)

from core.errors import ErrorCode, GuantongError
from core.permissions import Role
from core.storage.pages import LARGEST_SIZE
from schema.build import build_schema
from schema.limits.budget import NAMES, PLATFORM, budgets_with
from schema.limits.dearest import dearest
from schema.limits.directives import ListSize
from schema.limits.introspection import A_FIELD, A_QUESTION
from schema.limits.measure import COUNTLESS, Measure, lengths_of
from schema.limits.prices import Price, Prices, declared
from server.page import example_queries

SCHEMA: GraphQLSchema = build_schema().plain
PRICES = Prices(SCHEMA)
PAGE = PRICES.of("Query", "people").weight
OPPORTUNITIES = PRICES.of("Person", "opportunities").weight


def measured(query: str, variables: dict[str, Any]) -> tuple[Measure, OperationDefinitionNode]:
    document = parse(query)
    operation = next(one for one in document.definitions if isinstance(one, OperationDefinitionNode))
    return Measure.of(PRICES, document, lengths_of(operation, variables)), operation


def cost(query: str, **variables: Any) -> int:
    measure, operation = measured(query, variables)
    return measure.operation(operation).cost


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("{ viewer { role name } }", 3),
        ("{ viewer { role } again: viewer { role role } }", 5),
        # A connection multiplies what is on its page, and nothing else of it.
        ("{ people { edges { node { name } } } }", PAGE + 20 * 3),
        ("{ people(first: 5) { edges { node { name } cursor } } }", PAGE + 5 * 4),
        ("{ people(last: 5) { edges { node { name } } } }", PAGE + 5 * 3),
        ("{ people(first: 2, last: 5) { edges { cursor } } }", PAGE + 5 * 2),
        ("{ people(first: 0) { edges { cursor } } }", PAGE),
        ("{ people(first: 5) { totalCount pageInfo { endCursor } } }", PAGE + PAGE + 2),
        # Whoever asks for more than a page holds is refused by the field.
        ("{ people(first: 1000000) { edges { cursor } } }", PAGE + LARGEST_SIZE * 2),
        # A plain list multiplies what is within by how long it usually is.
        ("{ policy { id } }", 1 + 150),
        ('{ nodes(ids: ["a", "b", "c"]) { id } }', 1 + 3),
        ("{ people(first: 1) { edges { node { opportunities { state } } } } }", PAGE + 2 + OPPORTUNITIES + 10),
        # Pages within pages.
        (
            "{ people(first: 4) { edges { node { credentials(first: 3) { edges { node { number } } } } } } }",
            PAGE + 4 * (2 + PAGE + 3 * 3),
        ),
        # Fragments cost what is in them, wherever they are spread.
        ("{ viewer { ...F ...F } } fragment F on Viewer { role name }", 5),
        ("{ people(first: 3) { ...F } } fragment F on PersonConnection { edges { cursor } totalCount }", 26),
        ("{ people(first: 3) { ... { edges { cursor } } ... on PersonConnection { totalCount } } }", 26),
        ('{ node(id: "x") { ... on Person { name } ... on Enterprise { key } } }', 3),
        # What is wrong is named by validation; here it must only not be free.
        ("{ nothing { at { all } } viewer { nonsense } }", 5),
        ("{ viewer { ...Missing } }", 1),
        ("{ viewer { ...F } } fragment F on Viewer { role ...F }", 2),
        ("{ viewer { ...F } } fragment F on Nothing { role }", 2),
        ("{ __typename __schema { types { name } } }", 1 + A_QUESTION + ceil(A_FIELD + A_FIELD * len(SCHEMA.type_map))),
        ("mutation { nothing }", 1),
        ("subscription { nothing }", 1),
    ],
)
def test_costs(query: str, expected: int) -> None:
    assert cost(query) == expected


@pytest.mark.parametrize(
    ("given", "items"),
    [
        ({"n": 7}, 7),
        ({}, 4),
        ({"n": None}, 20),
        ({"n": "many"}, 20),
        ({"n": True}, 20),
        ({"n": -3}, 0),
        ({"n": 7.5}, 20),
    ],
)
def test_variables_say_how_long_a_page_is(given: dict[str, Any], items: int) -> None:
    assert cost("query($n: Int = 4) { people(first: $n) { edges { cursor } } }", **given) == PAGE + items * 2
    fragment = "query($n: Int = 4) { ...F } fragment F on Query { people(first: $n) { edges { cursor } } }"
    assert cost(fragment, **given) == PAGE + items * 2


def test_a_variable_that_nobody_declared_says_nothing() -> None:
    assert cost("query { people(first: $n) { edges { cursor } } }", n=1) == PAGE + 20 * 2


def test_a_list_in_a_variable_counts_by_its_length() -> None:
    assert cost("query($ids: [ID!]!) { nodes(ids: $ids) { id } }", ids=["a"] * 50) == 51


def test_numbers_stay_numbers() -> None:
    inner = "name"
    for _ in range(20):
        inner = f"credentials(first: 100) {{ edges {{ node {{ holder {{ {inner} }} }} }} }}"
    assert cost(f"{{ people(first: 100) {{ edges {{ node {{ {inner} }} }} }} }}") == COUNTLESS
    assert cost("{ people(first: 9999999999999999999999999999) { edges { cursor } } }") == PAGE + LARGEST_SIZE * 2


@pytest.mark.parametrize(
    ("query", "path"),
    [
        ("{ viewer { role } people { edges { node { name } } } }", "people.edges.node.name"),
        (
            "{ all: people { totalCount edges { node { id opportunities { state } } } } }",
            "all.edges.node.opportunities",
        ),
        ("{ people { edges { node { a: name b: name c: name } } } }", "people.edges.node"),
        (
            "{ ...F } fragment F on Query { people { ...P } } fragment P on PersonConnection { edges { cursor } }",
            "people.edges.cursor",
        ),
        ("{ ...F } fragment F on Query { viewer { role } ...F }", "viewer.role"),
        ('{ node(id: "x") { ... on Person { bridge { nodes { __typename } } } } }', "node.bridge"),
        ("{ a: viewer { role } b: viewer { role } }", "a.role"),
    ],
)
def test_the_dearest_part(query: str, path: str) -> None:
    measure, operation = measured(query, {})
    assert dearest(measure, operation) == path


def test_the_ready_queries_are_within_everybodys_budget() -> None:
    least = min(budget.cost for budget in PLATFORM.values())
    assert [query for query in example_queries() if cost(query) > least] == []


def _shown() -> list[tuple[GraphQLNamedType, str, Any]]:
    kinds = [
        kind
        for kind in SCHEMA.type_map.values()
        if (is_object_type(kind) or is_interface_type(kind)) and not is_introspection_type(kind)
    ]
    return [(kind, name, field) for kind in kinds for name, field in kind.fields.items()]  # type: ignore[attr-defined]


def _is_list(kind: Any) -> bool:
    while hasattr(kind, "of_type"):
        if is_list_type(kind):
            return True
        kind = kind.of_type
    return False


def test_every_list_says_how_long_it_is() -> None:
    silent = [
        f"{kind.name}.{name}"
        for kind, name, field in _shown()
        if _is_list(field.type)
        and is_composite_type(get_named_type(field.type))
        and declared(field, ListSize) is None
        and not PRICES.of(kind.name, name).on_page
    ]
    assert silent == []


def test_every_connection_multiplies_its_page_by_the_arguments_that_it_takes() -> None:
    pages = [
        (f"{kind.name}.{name}", PRICES.of(kind.name, name), set(field.args))
        for kind, name, field in _shown()
        if get_named_type(field.type).name.endswith("Connection")
    ]
    assert len(pages) > 10
    for name, price, arguments in pages:
        assert price.is_connection, name
        assert price.sized_by == ("first", "last"), name
        assert {"first", "last"} <= arguments, name


def fields_in(answer: Any) -> int:
    """How many fields an answer holds."""
    if isinstance(answer, dict):
        return sum(1 + fields_in(value) for value in answer.values())
    return sum(map(fields_in, answer)) if isinstance(answer, list) else 0


TEN = " ".join(f"a{n}: fields {{ name args {{ name }} type {{ kind }} }}" for n in range(10))


@pytest.mark.parametrize(
    "query",
    [
        get_introspection_query(),
        "{ __schema { types { name } } }",
        f"{{ __schema {{ types {{ {TEN} }} }} }}",
        f"{{ __schema {{ types {{ fields {{ type {{ {TEN} }} }} }} }} }}",
        f"{{ __schema {{ types {{ possibleTypes {{ {TEN} }} interfaces {{ name }} }} }} }}",
        f"{{ __schema {{ queryType {{ {TEN} }} mutationType {{ {TEN} }} }} }}",
        f'{{ __type(name: "Query") {{ fields {{ type {{ ofType {{ {TEN} }} }} }} }} }}',
        '{ __type(name: "CredentialRoute") { enumValues { name description } } }',
    ],
)
def test_introspection_costs_what_it_takes(query: str) -> None:
    """Four microseconds a field, and less than a tenth of a second for what ordinary tools ask."""
    answer = execute_sync(SCHEMA, parse(query))
    assert not answer.errors
    assert cost(query) >= 1 + fields_in(answer.data) * A_FIELD * 0.75
    if query == get_introspection_query():
        assert cost(query) < 2 * fields_in(answer.data) * A_FIELD
        assert cost(query) < PLATFORM[Role.ANONYMOUS].cost


def test_a_kilobyte_of_aliases_within_introspection_is_refused() -> None:
    many = " ".join(f"a{n}: fields {{ name args {{ name }} type {{ name }} }}" for n in range(30))
    assert cost(f"{{ __schema {{ types {{ fields {{ type {{ {many} }} }} }} }} }}") > PLATFORM[Role.BUREAU_OFFICER].cost


def test_the_price_of_what_is_not_there() -> None:
    assert PRICES.of("Nothing", "at_all") == PRICES.of(None, "x") == PRICES.of("Query", "nothing") == Price()


def test_budgets_may_be_changed_by_role_and_name() -> None:
    changed = budgets_with({"worker": {"cost": 500, "depth": 9}})
    assert (changed[Role.WORKER].cost, changed[Role.WORKER].depth) == (500, 9)
    assert changed[Role.WORKER].tokens == PLATFORM[Role.WORKER].tokens
    assert {role: budget for role, budget in changed.items() if role is not Role.WORKER} == {
        role: budget for role, budget in PLATFORM.items() if role is not Role.WORKER
    }
    assert set(PLATFORM) == set(Role)


@pytest.mark.parametrize(
    ("changes", "message", "nearest"),
    [
        ({"workers": {"cost": 1}}, "GUANTONG_BUDGETS names no known role: 'workers'", "worker"),
        ({"worker": {"costs": 1}}, "GUANTONG_BUDGETS names no known limit: 'costs'", "cost"),
        ({"worker": {"depth": 0}}, "the limit depth of role worker must be at least 1", None),
        (
            {"worker": {"cost": 500, "per_minute": 400}},
            "the limit per_minute of role worker, 400, is below that of one query, 500",
            None,
        ),
    ],
)
def test_budgets_that_do_not_fit_are_named(
    changes: dict[str, dict[str, int]], message: str, nearest: str | None
) -> None:
    with pytest.raises(GuantongError) as caught:
        budgets_with(changes)
    assert (caught.value.code, caught.value.message.en, caught.value.nearest) == (
        ErrorCode.SETTINGS_INVALID,
        message,
        nearest,
    )
    assert caught.value.message.zh
    assert len(NAMES) == 10
