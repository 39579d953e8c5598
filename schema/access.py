"""Who may ask for a field, declared on the field and decided once for a whole operation, before anything is resolved.

Which rows are then seen is the storage's part. The fields of the mutation root are declared too, but refused by their
use cases: a refusal there is part of the result.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import strawberry
from graphql import (
    BooleanValueNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLField,
    GraphQLNamedType,
    GraphQLSchema,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    VariableNode,
    get_named_type,
    is_composite_type,
)
from strawberry.schema_directive import Location

from core.errors import GuantongError
from core.permissions import Actor, Permission, require

EVERYBODY: tuple[Permission, ...] = ()
IS_DECIDED = "guantong-access"  # marks a field of which it was said for whom it is


@strawberry.schema_directive(
    locations=[Location.FIELD_DEFINITION],
    name="requires",
    description="The field is for whoever holds one of these permissions; nobody else may ask for it. 所需权限",
)
class Requires:
    """One of several permissions opens a field."""

    any_of: list[str] = strawberry.field(description="The permissions, of which one is enough. 任一权限即可")


@dataclass(frozen=True, slots=True)
class Needed:
    """A field that an operation asks for and not everybody may."""

    name: str
    any_of: tuple[Permission, ...]
    node: FieldNode = field(compare=False)


@dataclass(slots=True)
class _Walk:
    """Every field that one operation asks for. A fragment is walked once for each type that it stands in."""

    schema: GraphQLSchema
    fragments: Mapping[str, FragmentDefinitionNode]
    variables: Mapping[str, Any]
    _walked: set[str] = field(default_factory=set)

    def of(self, kind: GraphQLNamedType | None, selections: SelectionSetNode | None) -> Iterator[Needed]:
        for selection in selections.selections if selections else ():
            if kind is not None and self._is_asked(selection):
                yield from self._one(kind, selection)

    def _one(self, kind: GraphQLNamedType, selection: SelectionNode) -> Iterator[Needed]:
        if isinstance(selection, FieldNode):
            yield from self._field(kind, selection)
        elif isinstance(selection, FragmentSpreadNode):
            yield from self._fragment(selection.name.value)
        else:
            condition = getattr(selection, "type_condition", None)
            within = self.schema.get_type(condition.name.value) if condition else kind
            yield from self.of(within, getattr(selection, "selection_set", None))

    def _field(self, kind: GraphQLNamedType, node: FieldNode) -> Iterator[Needed]:
        found = getattr(kind, "fields", {}).get(node.name.value)
        if found is None:
            return  # __typename, and what validation has refused
        needed = required_by(found)
        if needed and kind is not self.schema.mutation_type:
            yield Needed(f"{kind.name}.{node.name.value}", needed, node)
        inner = get_named_type(found.type)
        if is_composite_type(inner):
            yield from self.of(inner, node.selection_set)

    def _fragment(self, name: str) -> Iterator[Needed]:
        definition = self.fragments.get(name)
        if definition is None or name in self._walked:
            return
        self._walked.add(name)
        yield from self.of(self.schema.get_type(definition.type_condition.name.value), definition.selection_set)

    def _is_asked(self, selection: SelectionNode) -> bool:
        """Whether ``@skip`` and ``@include`` leave a selection in."""
        for directive in selection.directives or ():
            if directive.name.value in ("skip", "include") and directive.arguments:
                value = self._value(directive.arguments[0].value)
                if isinstance(value, bool) and value is (directive.name.value == "skip"):
                    return False
        return True

    def _value(self, node: Any) -> Any:
        if isinstance(node, BooleanValueNode):
            return node.value
        return self.variables.get(node.name.value) if isinstance(node, VariableNode) else None


def required_by(found: GraphQLField) -> tuple[Permission, ...]:
    """The permissions of which a field needs one; none for a field that is everybody's."""
    definition = found.extensions.get("strawberry-definition")
    for directive in getattr(definition, "directives", ()) or ():
        if isinstance(directive, Requires):
            return tuple(map(Permission, directive.any_of))
    return EVERYBODY


def needed_by(
    schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode, variables: Mapping[str, Any]
) -> Iterator[Needed]:
    """The fields of an operation that not everybody may ask for, in the order in which it asks."""
    fragments = {one.name.value: one for one in document.definitions if isinstance(one, FragmentDefinitionNode)}
    walk = _Walk(schema, fragments, _defaults(operation) | dict(variables))
    yield from walk.of(schema.get_root_type(operation.operation), operation.selection_set)


def _defaults(operation: OperationDefinitionNode) -> dict[str, Any]:
    return {
        one.variable.name.value: one.default_value.value
        for one in operation.variable_definitions or ()
        if isinstance(one.default_value, BooleanValueNode)
    }


def check_access(fields: Iterable[Needed], actor: Actor) -> None:
    """Refuse an operation as a whole when its reader may not ask for one of its fields. Raises a GraphQLError."""
    for needed in fields:
        try:
            require(actor, *needed.any_of, field=needed.name)
        except GuantongError as refused:
            raise GraphQLError(str(refused.message), nodes=[needed.node], original_error=refused) from refused


def check_roots(*roots: type) -> None:
    """Deny by default: a root with a field of which nobody said for whom it is cannot be built."""
    for root in roots:
        for one in root.__strawberry_definition__.fields:  # type: ignore[attr-defined]
            if not one.metadata.get(IS_DECIDED):
                raise TypeError(f"{root.__name__}.{one.python_name} does not say who may ask for it: give it requires=")
