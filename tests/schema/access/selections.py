"""Selections that reach everything below a field, down to the next node: what comes with it comes by its rule."""

from collections.abc import Iterable, Iterator

from graphql import (
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    get_named_type,
    is_required_argument,
)

# Arguments that a field demands.
ARGUMENTS = {
    "target": '{skill: {occupation: "6-20-01-01", level: TECHNICIAN}}',
}


class Selections:
    """Writes selections over a schema, and remembers which fields they reach."""

    def __init__(self, schema: GraphQLSchema) -> None:
        self._schema = schema
        self.reached: set[str] = set()

    def is_node(self, kind: GraphQLNamedType) -> bool:
        return isinstance(kind, GraphQLObjectType | GraphQLInterfaceType) and (
            kind.name == "Node" or any(one.name == "Node" for one in kind.interfaces)
        )

    def of_field(self, owner: str, name: str, field: GraphQLField) -> str:
        """The field with what it demands and everything below it."""
        self.reached.add(f"{owner}.{name}")
        demanded = [f"{key}: {ARGUMENTS[key]}" for key, one in field.args.items() if is_required_argument(one)]
        arguments = f"({', '.join(demanded)})" if demanded else ""
        return f"{name}{arguments}{self.below(get_named_type(field.type))}"

    def below(self, kind: GraphQLNamedType, path: frozenset[str] = frozenset()) -> str:
        """The selection within a value of ``kind``; empty for a scalar. ``path`` are the types around it."""
        if self.is_node(kind):
            return " { __typename id }"
        if isinstance(kind, GraphQLUnionType | GraphQLInterfaceType):
            possible = self._schema.get_possible_types(kind)
            unlike = _unlike(possible)
            return f" {{ __typename {' '.join(self._of_possible(one, path, unlike) for one in possible)} }}"
        if isinstance(kind, GraphQLObjectType):
            return f" {{ __typename {' '.join(self._fields(kind, path))} }}"
        return ""

    def _of_possible(self, kind: GraphQLObjectType, path: frozenset[str], unlike: frozenset[str]) -> str:
        if self.is_node(kind):
            return f"... on {kind.name} {{ id }}"
        return f"... on {kind.name} {{ __typename {' '.join(self._fields(kind, path, unlike))} }}"

    def _fields(
        self, kind: GraphQLObjectType, path: frozenset[str], unlike: frozenset[str] = frozenset()
    ) -> Iterator[str]:
        if kind.name in path:
            return  # a condition within a condition: it was asked for once
        for name, field in kind.fields.items():
            if any(map(is_required_argument, field.args.values())):
                continue
            self.reached.add(f"{kind.name}.{name}")
            alias = f"{kind.name}_{name}: " if name in unlike else ""
            yield f"{alias}{name}{self.below(get_named_type(field.type), path | {kind.name})}"


def _unlike(possible: Iterable[GraphQLObjectType]) -> frozenset[str]:
    """Names of fields that are of several types, and so may not stand side by side."""
    types: dict[str, set[str]] = {}
    for kind in possible:
        for name, field in kind.fields.items():
            types.setdefault(name, set()).add(str(field.type))
    return frozenset(name for name, found in types.items() if len(found) > 1)
