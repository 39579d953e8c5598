"""A document as a tree of what is asked for: fragments merged, ``@skip`` and ``@include`` obeyed, arguments apart."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    DocumentNode,
    FragmentDefinitionNode,
    GraphQLAbstractType,
    GraphQLField,
    GraphQLObjectType,
    GraphQLSchema,
    OperationDefinitionNode,
    get_named_type,
    is_abstract_type,
    is_non_null_type,
    is_object_type,
)
from graphql.execution.collect_fields import (
    FieldDetails,
    FragmentDetails,
    collect_fields,
    collect_subfields,
)
from graphql.execution.values import VariableValues

from schema.compiled.declared import COMPILED, Declared, Shows

TYPENAME = "__typename"


@dataclass(frozen=True, slots=True)
class Input:
    """A field with arguments: what has to be read of every request."""

    field: GraphQLField
    node: Any


@dataclass(frozen=True, slots=True)
class Picked:
    """One field that is asked for. ``within`` is what is asked of its object, by each type that this may be."""

    key: str
    name: str
    nodes: tuple[Any, ...]
    field: GraphQLField | None
    input: int | None
    within: Mapping[str, "Selected"]

    @property
    def declared(self) -> Declared | None:
        """What the field says of itself, if anything."""
        found: Declared | None = definition_of(self.field).metadata.get(COMPILED)
        return found

    @property
    def is_nullable(self) -> bool:
        return self.field is not None and not is_non_null_type(self.field.type)

    @property
    def named_type(self) -> Any:
        return get_named_type(self.field.type) if self.field else None

    @property
    def object(self) -> "Selected":
        """What is asked of an object that can be of one type alone."""
        (only,) = self.within.values()
        return only


@dataclass(frozen=True, slots=True)
class Selected:
    """What is asked of an object of one type."""

    type: GraphQLObjectType
    fields: tuple[Picked, ...]

    @property
    def shows(self) -> Shows | None:
        return shown_by(self.type)


@dataclass(slots=True)
class Selection:
    """What an operation asks for, by its root fields, and the arguments among it."""

    schema: GraphQLSchema
    operation: OperationDefinitionNode
    document: DocumentNode
    variables: VariableValues
    inputs: list[Input] = field(default_factory=list)
    fields: int = 0
    _fragments: dict[str, FragmentDetails] = field(init=False)

    def __post_init__(self) -> None:
        named = (one for one in self.document.definitions if isinstance(one, FragmentDefinitionNode))
        self._fragments = {one.name.value: FragmentDetails(one, None) for one in named}

    def roots(self) -> Iterator[tuple[Picked, range]]:
        """The root fields, in the order of the answer, each with the numbers of the inputs within it."""
        root = self.schema.query_type
        if root is None:
            raise TypeError("a schema without queries")
        found = collect_fields(self.schema, self._fragments, self.variables, root, self.operation)
        for key, details in found.grouped_field_set.items():
            before = len(self.inputs)
            yield self._one(root, key, details), range(before, len(self.inputs))

    def _picked(self, parent: GraphQLObjectType, grouped: Mapping[str, list[FieldDetails]]) -> tuple[Picked, ...]:
        return tuple(self._one(parent, key, details) for key, details in grouped.items())

    def _one(self, parent: GraphQLObjectType, key: str, details: list[FieldDetails]) -> Picked:
        node = details[0].node
        self.fields += 1
        found = parent.fields.get(node.name.value)
        number = self._input(found, node) if found is not None and found.args else None
        within = {one.name: self._within(one, details) for one in self._possible(found)}
        return Picked(key, node.name.value, tuple(one.node for one in details), found, number, within)

    def _input(self, found: GraphQLField, node: Any) -> int:
        self.inputs.append(Input(found, node))
        return len(self.inputs) - 1

    def _within(self, kind: GraphQLObjectType, details: list[FieldDetails]) -> Selected:
        collected = collect_subfields(self.schema, self._fragments, self.variables, self.operation, kind, details)
        return Selected(kind, self._picked(kind, collected.grouped_field_set))

    def _possible(self, found: GraphQLField | None) -> Sequence[GraphQLObjectType]:
        named = get_named_type(found.type) if found is not None else None
        if is_abstract_type(named):
            kind: GraphQLAbstractType = named
            return self.schema.get_possible_types(kind)
        return [named] if is_object_type(named) else []


def definition_of(found: Any) -> Any:
    """What the library knows of a field or a type."""
    return found.extensions["strawberry-definition"]


def shown_by(kind: Any) -> Shows | None:
    """What a type says of the rows that it shows."""
    return getattr(definition_of(kind).origin, "__shows__", None)
