"""A column as the JSON text of a leaf: by what the database keeps and what the schema promises."""

from enum import Enum
from typing import Any

import sqlalchemy as sa
from graphql import GraphQLEnumType, get_nullable_type, is_list_type, is_non_null_type

from core.models.base import UtcDateTime
from schema.compiled import text
from schema.compiled.text import Text


class NotCompiled(Exception):
    """Left to the resolvers, and why."""


class NotThisTime(NotCompiled):
    """Left to the resolvers with these arguments; with others it may compile."""


def leaf(column: Any, promised: Any, *, may_be_null: bool, strangers: bool = False) -> Text:
    """The text of a column, whose SQL type says how it is kept. ``promised`` is the field's type in the schema."""
    shown = _shown(column, get_nullable_type(promised), strangers=strangers)
    if not may_be_null:
        return shown
    return sa.func.coalesce(shown, text.FAULTY if is_non_null_type(promised) else text.NULL)


def kept_as(column: Any) -> Any:
    """The SQL type of a column, without what only decorates it."""
    kept = column.type
    return kept.impl_instance if isinstance(kept, sa.TypeDecorator) and not isinstance(kept, UtcDateTime) else kept


def _shown(column: Any, promised: Any, *, strangers: bool) -> Text:
    kept = kept_as(column)
    if isinstance(promised, GraphQLEnumType) and isinstance(kept, sa.String):  # an enum of SQL is one too
        return _named(column, promised, sa.null() if strangers else text.FAULTY)
    if is_list_type(promised) and isinstance(kept, sa.JSON):
        return text.TextsListed(column)
    known = _BY_NAME.get(getattr(promised, "name", ""))
    if known is None or not isinstance(kept, known[0]) or isinstance(kept, (sa.Enum, sa.BigInteger)):
        raise NotCompiled(f"{column} is kept as {kept!r} and promised as {promised}")
    shown: Text = known[1](column)
    return shown


def as_kept(column: Any) -> Text:
    """The text of a column, whatever the schema makes of it; null where it is."""
    kept = kept_as(column)
    shown = next((show for kind, show in _AS_KEPT if isinstance(kept, kind)), None)
    if shown is None or isinstance(kept, sa.BigInteger):
        raise NotCompiled(f"nothing is worked out from {column}")
    found: Text = shown(column)
    return found


def _named(column: Any, promised: GraphQLEnumType, otherwise: Any) -> Text:
    """A value of an enum by its name in the schema; one that it does not know is a fault, as it is for resolvers."""
    names = {_kept(value.value): name for name, value in promised.values.items()}
    kept = sa.type_coerce(column, sa.String())
    pairs = [(kept == text.constant(value), text.constant(f'"{name}"')) for value, name in names.items()]
    return sa.case(*pairs, (kept.is_(None), sa.null()), else_=otherwise)


def _kept(value: Any) -> str:
    plain = value.value if isinstance(value, Enum) else getattr(value, "value", value)
    return str(plain.value if isinstance(plain, Enum) else plain)


def _flag(column: Any) -> Text:
    return sa.case((column.is_(None), sa.null()), (column, text.constant("true")), else_=text.constant("false"))


def _day(column: Any) -> Text:
    return text.quotes(text.Day(column))


def _moment(column: Any) -> Text:
    return text.quotes(text.Moment(column))


_BY_NAME: dict[str, tuple[type | tuple[type, ...], Any]] = {
    "String": (sa.String, text.Quoted),
    "ID": (sa.String, text.Quoted),
    "Int": (sa.Integer, text.Digits),
    "Boolean": (sa.Boolean, _flag),
    "Date": (sa.Date, _day),
    "DateTime": (UtcDateTime, _moment),
}
# The first that fits.
_AS_KEPT: tuple[tuple[type, Any], ...] = (
    (sa.Enum, lambda column: text.quotes(sa.type_coerce(column, sa.String()))),
    (sa.String, text.Quoted),
    (sa.Boolean, _flag),
    (sa.Integer, text.Digits),
    (sa.Date, _day),
    (UtcDateTime, _moment),
    (sa.Uuid, lambda column: text.quotes(text.Hyphened(column))),
    (sa.JSON, text.Json),
)
