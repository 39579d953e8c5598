"""What is deprecated in the graph: in which words, for how long it stays, and since when it may be missing.

``README.md`` of this folder has the policy. Fields that schemes add are never removed, so they promise no day.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from graphql import (
    GraphQLEnumType,
    GraphQLError,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
)
from graphql.utilities import resolve_schema_coordinate

KEPT_AT_LEAST = timedelta(days=180)  # no document says how long: a default of the platform
FORM = "Use Type.field instead; deprecated since YYYY-MM-DD, may go from YYYY-MM-DD. 中文说明"
_DAY = r"\d{4}-\d{2}-\d{2}"
_REASON = re.compile(
    rf"Use (?P<use>[\w.():]+) instead; deprecated since (?P<since>{_DAY}), may go from (?P<goes>{_DAY})\. "
    r".*[\u4e00-\u9fff].*"
)


@dataclass(frozen=True, slots=True)
class Deprecation:
    """What is to be used instead of something, and how long it is promised."""

    use: str
    since: date
    goes: date

    @classmethod
    def read(cls, reason: str) -> "Deprecation | None":
        """What a reason promises; None when it is not written as it should be, or names a day that does not exist."""
        found = _REASON.fullmatch(reason)
        if found is None:
            return None
        try:
            return cls(found["use"], date.fromisoformat(found["since"]), date.fromisoformat(found["goes"]))
        except ValueError:
            return None


def deprecated(schema: GraphQLSchema) -> dict[str, str]:
    """The reasons of all that is deprecated, by coordinates."""
    kinds = [kind for name, kind in schema.type_map.items() if not name.startswith("__")]
    return {where: reason for kind in kinds for where, reason in _within(kind) if reason is not None}


def faults_of(schema: GraphQLSchema, before: Mapping[str, str], released_on: date) -> Iterator[str]:
    """What is wrong with the deprecations of a schema, by themselves and beside those of the released one."""
    for where, reason in deprecated(schema).items():
        told = Deprecation.read(reason)
        if told is None:
            yield f"{where}: the reason of a deprecation is written '{FORM}', not '{reason}'"
            continue
        yield from (f"{where}: {fault}" for fault in _faults(schema, told))
        yield from (f"{where}: {fault}" for fault in _breaches(told, before.get(where), released_on))


def _faults(schema: GraphQLSchema, told: Deprecation) -> Iterator[str]:
    if not _exists(schema, told.use):
        yield f"{told.use}, to be used instead, is not in the schema"
    elif told.use in deprecated(schema):
        yield f"{told.use}, to be used instead, is deprecated itself"
    least = told.since + KEPT_AT_LEAST
    if told.goes < least:
        yield f"stays at least {KEPT_AT_LEAST.days} days: may go from {least}, not from {told.goes}"


def _breaches(told: Deprecation, before: str | None, released_on: date) -> Iterator[str]:
    earlier = Deprecation.read(before) if before else None
    if earlier and told.goes < earlier.goes:
        yield f"was promised until {earlier.goes}, which cannot be brought forward to {told.goes}"
    if earlier is None and told.since < released_on:
        yield f"was not deprecated in what was released on {released_on}, so not since {told.since} either"


def _exists(schema: GraphQLSchema, coordinate: str) -> bool:
    try:
        return resolve_schema_coordinate(schema, coordinate) is not None
    except (GraphQLError, TypeError):
        return False


def _within(kind: GraphQLNamedType) -> Iterator[tuple[str, str | None]]:
    if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType):
        for name, field in kind.fields.items():
            yield f"{kind.name}.{name}", field.deprecation_reason
            for argument, given in field.args.items():
                yield f"{kind.name}.{name}({argument}:)", given.deprecation_reason
    elif isinstance(kind, GraphQLInputObjectType):
        for name, wanted in kind.fields.items():
            yield f"{kind.name}.{name}", wanted.deprecation_reason
    elif isinstance(kind, GraphQLEnumType):
        for name, value in kind.values.items():
            yield f"{kind.name}.{name}", value.deprecation_reason
