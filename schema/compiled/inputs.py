"""Arguments, apart from their values: what decides the form of a statement, and what is filled into its places.

Whether a filter has a part, an order, the size of a page, a day, a level: these make another statement. Texts, ids and
cursors do not: they are values of the same one.
"""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from graphql import VariableNode
from graphql.execution.values import VariableValues, get_argument_values
from strawberry.types.arguments import convert_arguments

from core.permissions import Actor
from core.storage.pages import LARGEST_SIZE, Order, Slice, check_slice, read_cursor
from core.storage.queries.base import searchable
from schema.compiled.declared import (
    COMPILED,
    AnyNode,
    AnyOn,
    Declared,
    Found,
    KeptFacts,
    Known,
    Latest,
    Pages,
    Summed,
    UnderRunning,
)
from schema.compiled.leaves import NotCompiled, NotThisTime
from schema.compiled.selected import Input, definition_of
from schema.ids import decode_id, row_key

ENTERPRISE, PERSON, DAY = "reader_enterprise", "reader_person", "day"


@dataclass(frozen=True, slots=True)
class Marks:
    """The sort values of a cursor, each with its SQL type."""

    values: tuple[Any, ...]
    types: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class PageAsked:
    """Which page of which rows in which order."""

    filters: Any
    order: Order
    part: Slice
    after: Marks | None
    before: Marks | None


@dataclass(frozen=True, slots=True)
class NodeAsked:
    """A node by the two halves of its id."""

    type_name: str
    key: UUID


@dataclass(frozen=True, slots=True)
class NodesAsked:
    """Nodes in an ``order``, where None is an id that names no row; ``keys`` are those of each type.

    So that few forms do for any number of ids, the last key of a type stands there as often as it takes.
    """

    order: tuple[NodeAsked | None, ...]
    keys: tuple[tuple[str, tuple[Any, ...]], ...]


@dataclass(frozen=True, slots=True)
class DayAsked:
    """A day, or today."""

    on: date | None


@dataclass(frozen=True, slots=True)
class SchemeAsked:
    """The scheme of that key, or any."""

    scheme: str | None


def read_input(asked: Input, variables: VariableValues, asking: Any, convert: Any) -> Any:
    """What the arguments of one field come to. Raises what the resolver would raise, and NotCompiled."""
    declared: Declared | None = definition_of(asked.field).metadata.get(COMPILED)
    given = get_argument_values(asked.field, asked.node, variables)
    arguments = convert_arguments(given, definition_of(asked.field).arguments, *convert)
    if isinstance(declared, Pages):
        return _page(declared, arguments, asking)
    if isinstance(declared, Found):
        return _found(declared, arguments)
    if isinstance(declared, Summed):
        return declared.read(asking, arguments)
    if isinstance(declared, AnyNode):
        return _nodes(declared, arguments["ids"]) if "ids" in arguments else _node(arguments["id"])
    if isinstance(declared, KeptFacts | UnderRunning):
        return SchemeAsked(arguments.get("scheme"))
    if isinstance(declared, Known | Latest | AnyOn) and set(arguments) <= {"as_of"}:
        on = arguments.get("as_of")
        return DayAsked(None if on is None else asking.day(on))
    raise NotCompiled(f"the arguments of {definition_of(asked.field).name}")


def _found(declared: Found, arguments: Mapping[str, Any]) -> Any:
    if declared.by is None:
        return row_key(arguments["id"], declared.type_name)
    return searchable(arguments[declared.by])


def _node(text: str) -> NodeAsked:
    type_name, key = decode_id(text)
    try:
        return NodeAsked(type_name, UUID(key))
    except ValueError:
        raise NotThisTime(f"a {type_name} is no row") from None


def _nodes(declared: AnyNode, ids: Sequence[str]) -> NodesAsked:
    if len(ids) > LARGEST_SIZE:
        raise NotThisTime("more ids than are allowed")
    keys: dict[str, dict[UUID, None]] = {}
    order: list[NodeAsked | None] = []
    for type_name, key in map(decode_id, ids):
        if type_name not in declared.rows:
            raise NotThisTime(f"no rows of {type_name}")
        of_type = keys.setdefault(type_name, {})
        try:
            order.append(NodeAsked(type_name, UUID(key)))
        except ValueError:
            order.append(None)
        else:
            of_type[UUID(key)] = None
    return NodesAsked(tuple(order), tuple((one, _padded([*keys[one]])) for one in sorted(keys) if keys[one]))


def _padded(keys: list[UUID]) -> tuple[UUID, ...]:
    """As many as the next power of two."""
    return (*keys, *keys[-1:] * ((1 << (len(keys) - 1).bit_length()) - len(keys)))


def _page(declared: Pages, given: Mapping[str, Any], asking: Any) -> PageAsked:
    listing, filtering = declared.listing, given.get("filter")
    order = listing.order(given.get("order_by"), descending=given.get("descending"))
    part = Slice(*(given.get(name) for name in ("first", "after", "last", "before")))
    check_slice(part)
    if declared.read is not None:
        filters = declared.read(asking, given)
    else:
        filters = filtering.read(asking) if filtering else listing.no_filter
    return PageAsked(filters, order, part, _marks(order, part.after), _marks(order, part.before))


def _marks(order: Order, cursor: str | None) -> Marks | None:
    if cursor is None:
        return None
    return Marks(tuple(read_cursor(order, cursor)), tuple(key.type for key in order.keys))


def place(name: str, kind: Any) -> Any:
    """A place in a statement. It is filled later: a list of values beside it must not want one now."""
    return sa.bindparam(name, type_=kind, required=False)


def shape(value: Any) -> Any:
    """What of an input decides the form of the statement."""
    if isinstance(value, (str, UUID)) and not hasattr(value, "name"):
        return type(value)
    if isinstance(value, Marks):
        return len(value.values)
    if isinstance(value, Order):
        return value.tag
    if isinstance(value, Slice):
        return value.first, value.last, value.after is None, value.before is None
    if isinstance(value, NodeAsked):
        return value.type_name
    if isinstance(value, NodesAsked):
        return tuple((type_name, len(keys)) for type_name, keys in value.keys)
    if isinstance(value, DayAsked):
        return value.on is None
    if is_dataclass(value) and not isinstance(value, type):
        return type(value), *(shape(getattr(value, one.name)) for one in fields(value))
    return value


def places(value: Any, name: str) -> Iterator[tuple[str, Any]]:
    """The values that an input fills into the places of the statement."""
    if isinstance(value, (str, UUID)) and not hasattr(value, "name"):
        yield name, value
    elif isinstance(value, Marks):
        yield from ((f"{name}_{number}", one) for number, one in enumerate(value.values))
    elif isinstance(value, NodeAsked):
        yield name, value.key
    elif isinstance(value, NodesAsked):
        for type_name, keys in value.keys:
            yield from ((f"{name}_{type_name}_{number}", key) for number, key in enumerate(keys))
    elif isinstance(value, DayAsked):
        yield name, value.on
    elif _is_compound(value):
        for one in fields(value):
            yield from places(getattr(value, one.name), f"{name}_{one.name}")


def symbolic(value: Any, name: str) -> Any:
    """An input with places instead of values, to build the statement with."""
    if isinstance(value, str) and not hasattr(value, "name"):
        return place(name, sa.String())
    if isinstance(value, UUID):
        return place(name, sa.Uuid())
    if isinstance(value, Marks):
        marks = zip(value.values, value.types, strict=True)
        return Marks(tuple(place(f"{name}_{n}", kind) for n, (_, kind) in enumerate(marks)), value.types)
    if isinstance(value, NodeAsked):
        return replace(value, key=place(name, sa.Uuid()))
    if isinstance(value, NodesAsked):
        return NodesAsked((), tuple((one, _key_places(f"{name}_{one}", keys)) for one, keys in value.keys))
    if isinstance(value, DayAsked):
        return DayAsked(None if value.on is None else place(name, sa.Date()))
    if _is_compound(value):
        inner = {one.name: symbolic(getattr(value, one.name), f"{name}_{one.name}") for one in fields(value)}
        return replace(value, **inner)
    return value


def _key_places(name: str, keys: Sequence[UUID]) -> tuple[Any, ...]:
    return tuple(place(f"{name}_{number}", sa.Uuid()) for number in range(len(keys)))


def _is_compound(value: Any) -> bool:
    return is_dataclass(value) and not isinstance(value, (type, Order, Slice, DayAsked))


@dataclass(frozen=True, slots=True)
class Given:
    """An input as it is of use to a request: what it decides of the form, and what it fills in."""

    value: Any
    shape: Hashable
    places: Mapping[str, Any]

    @classmethod
    def of(cls, value: Any, name: str) -> "Given":
        return cls(value, shape(value), dict(places(value, name)))


NOTHING = Given(None, None, {})


def reader_places(actor: Actor, day: date) -> dict[str, Any]:
    """What every statement may want to know of the reader."""
    return {ENTERPRISE: actor.enterprise_id, PERSON: actor.person_id, DAY: day}


def symbolic_actor(actor: Actor) -> Actor:
    """The same rights, of nobody in particular."""
    bound: Any = {
        name: place(where, sa.Uuid())
        for name, where in (("enterprise_id", ENTERPRISE), ("person_id", PERSON))
        if getattr(actor, name) is not None
    }
    return replace(actor, **bound)


def is_fixed(asked: Input) -> bool:
    """Whether the arguments stand in the document itself."""
    return not any(_varies(argument.value) for argument in asked.node.arguments or ())


def _varies(node: Any) -> bool:
    if isinstance(node, VariableNode):
        return True
    inner = [*(getattr(node, "values", None) or ()), *(one.value for one in getattr(node, "fields", None) or ())]
    return any(map(_varies, inner))
