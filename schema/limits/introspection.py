"""What asking about the schema costs: as much as there is of the schema, on the average of its types.

The library works such a question out without a pause, at about four microseconds a field. Counted as single fields, a
kilobyte of aliases within lists of fields would keep everybody else waiting for eight seconds.
"""

from collections.abc import Collection, Mapping

from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    is_abstract_type,
    is_wrapping_type,
)

# Units of cost of one field, and of a question before any.
A_FIELD = 1 / 4
A_QUESTION = 10


def lengths(schema: GraphQLSchema) -> Mapping[tuple[str, str], float]:
    """How many there are on the average of what a field leads to, by type and field; one where it is not named.

    A type that is asked for by itself may be any: it counts as all of them, which no one type exceeds.
    """
    kinds = list(schema.type_map.values())
    fields = [field for kind in kinds for field in _fields(kind)]
    inputs = [field for kind in kinds if isinstance(kind, GraphQLInputObjectType) for field in kind.fields.values()]
    arguments = [argument for field in fields for argument in field.args.values()]
    values = [one for kind in kinds if isinstance(kind, GraphQLEnumType) for one in kind.values]
    interfaces = [one for kind in kinds if isinstance(kind, GraphQLObjectType) for one in kind.interfaces]
    possible = [one for kind in kinds if is_abstract_type(kind) for one in schema.get_possible_types(kind)]
    # Those that are one of several have more fields than others.
    heavy = _average([field for kind in possible for field in _fields(kind)], fields)
    return {
        ("Query", "__type"): len(kinds),
        **{("__Schema", f"{name}Type"): len(kinds) for name in ("query", "mutation", "subscription")},
        ("__Schema", "types"): len(kinds),
        ("__Schema", "directives"): len(schema.directives),
        ("__Directive", "args"): _average([one for each in schema.directives for one in each.args], schema.directives),
        ("__Type", "fields"): _average(fields, kinds),
        ("__Type", "inputFields"): _average(inputs, kinds),
        ("__Type", "enumValues"): _average(values, kinds),
        ("__Type", "interfaces"): _average(interfaces, kinds),
        ("__Type", "possibleTypes"): max(heavy, _average(possible, kinds)),
        ("__Type", "ofType"): _goes_on([one.type for one in (*fields, *inputs, *arguments)]),
        ("__Field", "args"): _average(arguments, fields),
    }


def _fields(kind: GraphQLNamedType) -> list[GraphQLField]:
    return list(kind.fields.values()) if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType) else []


def _average(found: Collection[object], among: Collection[object]) -> float:
    return len(found) / (len(among) or 1)


def _goes_on(types: Collection[object]) -> float:
    """Which part of the steps into a type, list of it or not null, lead to another: what a chain of them multiplies."""
    steps = sum(map(_wrapped, types))
    return steps / (steps + len(types) or 1)


def _wrapped(kind: object) -> int:
    return 1 + _wrapped(kind.of_type) if is_wrapping_type(kind) else 0
