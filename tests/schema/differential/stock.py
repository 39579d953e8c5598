"""Values that the data hold, asked of the graph beforehand: ids by type, cursors by list, texts by what they are."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    GraphQLArgument,
    GraphQLField,
    GraphQLNamedType,
    GraphQLSchema,
    ast_from_value,
    get_named_type,
    is_abstract_type,
    is_required_argument,
    print_ast,
)

from core.permissions import Actor
from schema.ids import encode_id
from schema.operation import Operation
from schema.service import GraphQLService
from tests.schema.differential.documents import Raw, Value, fields_of

PAGE = 40
# Where a text of an answer may be asked for again: argument by field.
TEXTS = {
    "Person": {"name": "nameContains"},
    "Enterprise": {"key": "enterprise.key", "uscc": "uscc"},
    "Scheme": {"key": "scheme.key"},
    "Competition": {},
    "Certificate": {"number": "numberContains"},
}
NOBODY = {"Occupation": ["6-20-01-01", "6-18-01-01"], "TitleSeries": ["engineering"]}
NOBODY["Specialty"] = ["engineering:mechanical"]


@dataclass
class Stock:
    """``ids`` by type, ``cursors`` by ``place_key``, ``texts`` by argument; ``names`` are the keys of nested lists.

    ``seen`` are the ids that each reader finds.
    """

    ids: dict[str, list[str]] = field(default_factory=dict)
    cursors: dict[str, list[str]] = field(default_factory=dict)
    texts: dict[str, list[str]] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    seen: dict[str, dict[str, list[str]]] = field(default_factory=dict)

    def take(self, name: str, answer: Any, role: str) -> None:
        """Everything of use in an answer; ``name`` says whose cursors are in it, where that is a list."""
        if isinstance(answer, list):
            for one in answer:
                self.take(name, one, role)
        elif isinstance(answer, dict):
            self._node(answer, role)
            if isinstance(answer.get("cursor"), str):
                _add(self.cursors, name, answer["cursor"])
            for key, one in answer.items():
                # Within a page the list's name stays; a list of a node has its own.
                self.take(name if key in ("edges", "node") else self.names.get(key, key), one, role)

    def _node(self, answer: dict[str, Any], role: str) -> None:
        kind, id_ = answer.get("__typename"), answer.get("id")
        if kind and id_:
            _add(self.ids, kind, id_)
            _add(self.seen.setdefault(role, {}), kind, id_)
        for name, text in TEXTS.get(kind or "", {}).items():
            if isinstance(answer.get(name), str):
                _add(self.texts, text, answer[name])


def _add(pool: dict[str, list[str]], name: str, value: str) -> None:
    found = pool.setdefault(name, [])
    if value not in found:
        found.append(value)


async def stocked(service: GraphQLService, schema: GraphQLSchema, actors: Mapping[str, Actor]) -> Stock:
    """What all readers find in the lists of the graph, and in those that hang on what is listed."""
    stock = Stock(names=_nested(schema))
    for kind, keys in NOBODY.items():
        stock.ids[kind] = [encode_id(kind, key) for key in keys]
    for name, query in _questions(schema):
        for role, actor in actors.items():
            answer = await service.execute(Operation(query), actor, "stock")
            for found in (answer["data"] or {}).values():
                stock.take(name, found, role)
    assert stock.ids["Person"]
    assert stock.cursors["people:NAME:false"]
    return stock


def _nested(schema: GraphQLSchema) -> dict[str, str]:
    """By name, whose cursors the lists of nodes give when they are asked without an order."""
    return {
        name: place_key(name, one.args, {})
        for kind in schema.type_map.values()
        if kind is not schema.query_type
        for name, one in fields_of(kind).items()
        if is_page(get_named_type(one.type))
    }


def is_page(kind: GraphQLNamedType) -> bool:
    """Whether it is a connection."""
    return kind.name.endswith("Connection")


def _questions(schema: GraphQLSchema) -> Iterator[tuple[str, str]]:
    """One question for each list that demands nothing, in each of its orders and both directions."""
    root = schema.query_type
    assert root is not None
    below = _Below(schema)
    for name, one in root.fields.items():
        kind = get_named_type(one.type)
        if not is_page(kind) or any(map(is_required_argument, one.args.values())):
            continue
        for given in _orders(one):
            yield place_key(name, one.args, given), f"{{ {name}({_written(given)}) {below.page(kind, nested=True)} }}"


def _orders(one: GraphQLField) -> Iterator[dict[str, Value]]:
    """The arguments of each order of a list."""
    orders = getattr(get_named_type(one.args["orderBy"].type), "values", {}) if "orderBy" in one.args else {}
    for order in orders or [None]:
        for direction in ("true", "false") if "descending" in one.args else [None]:
            order_given: dict[str, Value] = {"orderBy": Raw(order)} if order else {}
            yield order_given | ({"descending": Raw(direction)} if direction else {})


def _written(given: dict[str, Value]) -> str:
    return ", ".join(
        [f"first: {PAGE}", *(f"{name}: {one.text}" for name, one in given.items() if isinstance(one, Raw))]
    )


def place_key(name: str, arguments: Mapping[str, GraphQLArgument], given: Mapping[str, Value]) -> str:
    """Which cursors a list takes: its own, of the same order and direction."""
    parts = [name]
    for argument in ("orderBy", "descending"):
        if argument in arguments:
            value, one = given.get(argument), arguments[argument]
            default = print_ast(ast_from_value(one.default_value, one.type))  # type: ignore[arg-type]
            parts.append(value.text if isinstance(value, Raw) else default)
    return ":".join(parts)


class _Below:
    """Selections of pages: cursors, nodes with what identifies them, and their own pages once more."""

    def __init__(self, schema: GraphQLSchema) -> None:
        self._schema = schema

    def page(self, kind: GraphQLNamedType, *, nested: bool) -> str:
        edge = get_named_type(fields_of(kind)["edges"].type)
        return f"{{ edges {{ cursor node {self._node(get_named_type(fields_of(edge)['node'].type), nested)} }} }}"

    def _node(self, kind: GraphQLNamedType, nested: bool) -> str:
        parts = ["__typename", *(one for one in ("id", *TEXTS.get(kind.name, {})) if one in fields_of(kind))]
        if nested and not is_abstract_type(kind):
            parts += self._lists(kind)
        return f"{{ {' '.join(parts)} }}"

    def _lists(self, kind: GraphQLNamedType) -> Iterator[str]:
        for name, one in fields_of(kind).items():
            within = get_named_type(one.type)
            if any(map(is_required_argument, one.args.values())):
                continue
            if is_page(within):
                yield f"{name}(first: {PAGE}) {self.page(within, nested=False)}"
            elif "id" in fields_of(within):
                yield f"{name} {{ __typename id }}"
