"""What every field of a schema costs, gathered once from its declarations."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple, TypeVar

from graphql import (
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    OperationType,
    get_named_type,
    is_composite_type,
    is_introspection_type,
)
from strawberry.schema.schema_converter import GraphQLCoreConverter

from schema.limits import introspection
from schema.limits.directives import Cost, ListSize

D = TypeVar("D", Cost, ListSize)
Fields = GraphQLObjectType | GraphQLInterfaceType


class Price(NamedTuple):
    """Of one field. ``within`` is the type of what may be asked of it, None for a leaf; ``size`` how often that counts.

    The size of a connection counts for some of the fields within alone, those ``on_page``. Only fields of introspection
    have parts of a unit.
    """

    weight: float = 1
    within: str | None = None
    size: float = 1
    sized_by: tuple[str, ...] = ()
    is_connection: bool = False
    on_page: bool = False


UNKNOWN = Price()  # validation names it


class Prices:
    """Prices by type and field, and the types that operations begin with."""

    def __init__(self, schema: GraphQLSchema) -> None:
        kinds = {name: kind for name, kind in schema.type_map.items() if isinstance(kind, Fields)}
        pages = _pages(kinds.values())
        self._fields: dict[str, dict[str, Price]] = {
            name: {field: _price(shown, field in pages.get(name, ())) for field, shown in kind.fields.items()}
            for name, kind in kinds.items()
        }
        roots = {one: schema.get_root_type(one) for one in OperationType}
        self.roots = {one: kind.name if kind else None for one, kind in roots.items()}
        self._fields |= _of_introspection(schema, kinds)
        query = self._fields[self.roots[OperationType.QUERY] or ""]
        size = introspection.lengths(schema)["Query", "__type"]
        query |= {
            "__schema": Price(introspection.A_QUESTION, "__Schema"),
            "__type": Price(introspection.A_QUESTION, "__Type", size),
        }

    def of(self, type_name: str | None, field: str) -> Price:
        """The price of a field, known or not."""
        return self._fields.get(type_name or "", _NOTHING).get(field, UNKNOWN)


@lru_cache(maxsize=4)
def prices_of(schema: GraphQLSchema) -> Prices:
    """The prices of a schema, gathered once for each."""
    return Prices(schema)


_NOTHING: Mapping[str, Price] = {}


def _price(field: GraphQLField, on_page: bool) -> Price:
    weight, size = declared(field, Cost), declared(field, ListSize)
    kind = get_named_type(field.type)
    return Price(
        weight=weight.weight if weight else 1,
        within=kind.name if is_composite_type(kind) else None,
        size=size.assumed_size if size else 1,
        sized_by=tuple(size.slicing_arguments or ()) if size else (),
        is_connection=bool(size and size.sized_fields),
        on_page=on_page,
    )


def _of_introspection(schema: GraphQLSchema, kinds: Mapping[str, Fields]) -> dict[str, dict[str, Price]]:
    sizes = introspection.lengths(schema)
    return {
        name: {
            field: price._replace(weight=introspection.A_FIELD, size=sizes.get((name, field), 1))
            for field, price in ((field, _price(shown, on_page=False)) for field, shown in kind.fields.items())
        }
        for name, kind in kinds.items()
        if is_introspection_type(kind)
    }


def declared(field: GraphQLField, kind: type[D]) -> D | None:
    """The directive of a kind on a field."""
    definition: Any = field.extensions.get(GraphQLCoreConverter.DEFINITION_BACKREF)
    return next((one for one in getattr(definition, "directives", ()) if isinstance(one, kind)), None)


def _pages(kinds: Any) -> dict[str, frozenset[str]]:
    """The types of connections, with the fields that hold what is on the page."""
    fields = (field for kind in kinds for field in kind.fields.values())
    sized = ((field, declared(field, ListSize)) for field in fields)
    return {
        get_named_type(field.type).name: frozenset(size.sized_fields)
        for field, size in sized
        if size and size.sized_fields
    }
