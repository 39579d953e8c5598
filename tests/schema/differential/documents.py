"""Documents that can be taken apart: what generation builds, mutation rearranges and shrinking cuts down.

Definitions of variables are the document's, and every operation is written with those that it reaches, so that nothing
that moves a selection has to think of them.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLNamedType,
    GraphQLSchema,
    InlineFragmentNode,
    ListValueNode,
    ObjectValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    ValueNode,
    get_named_type,
    parse,
    print_ast,
)

TYPENAME = "__typename"


@dataclass(frozen=True)
class Raw:
    """A literal as GraphQL writes it."""

    text: str


@dataclass(frozen=True)
class Var:
    """A variable where a value is taken."""

    name: str


Value = Raw | Var | list[Any] | dict[str, Any]
NULL = Raw("null")


def string(text: str, *, escapes: bool = True) -> Raw:
    """The literal of a text: JSON's escapes are GraphQL's. Without them only what must be is escaped."""
    return Raw(json.dumps(text, ensure_ascii=escapes))


@dataclass
class Directive:
    """``@skip`` or ``@include``."""

    name: str
    condition: Raw | Var


@dataclass
class Field:
    """A field; ``body`` is empty for a leaf."""

    name: str
    alias: str | None = None
    arguments: dict[str, Value] = field(default_factory=dict)
    directives: list[Directive] = field(default_factory=list)
    body: list["Selection"] = field(default_factory=list)

    @property
    def key(self) -> str:
        """Under which it is answered."""
        return self.alias or self.name


@dataclass
class Inline:
    """An inline fragment, with a type condition or without."""

    on: str | None
    body: list["Selection"]
    directives: list[Directive] = field(default_factory=list)


@dataclass
class Spread:
    """A named fragment where it is spread."""

    name: str
    directives: list[Directive] = field(default_factory=list)


Selection = Field | Inline | Spread


@dataclass
class Fragment:
    """A named fragment as it is defined."""

    on: str
    body: list[Selection]


@dataclass
class Variable:
    """A variable as it is defined."""

    type: str
    default: Value | None = None


@dataclass
class Document:
    """Operations by name, their fragments and variables; ``values`` and ``asked`` are sent beside the text."""

    operations: dict[str, list[Selection]]
    asked: str
    fragments: dict[str, Fragment] = field(default_factory=dict)
    variables: dict[str, Variable] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)

    @property
    def body(self) -> list[Selection]:
        """What the operation that is asked selects."""
        return self.operations[self.asked]

    @property
    def name(self) -> str | None:
        """The operationName that is sent: none for an operation without a name."""
        return self.asked or None

    def text(self) -> str:
        """The document as it is sent: what no operation reaches is left out, for it would be refused."""
        reached: dict[str, None] = {}
        written = []
        for name, body in self.operations.items():
            own: dict[str, None] = {}
            used = list(dict.fromkeys(self._variables(body, own)))
            reached |= own
            given = ", ".join(f"${one}: {_definition(self.variables[one])}" for one in used)
            head = f"query {name}{f'({given})' if given else ''} " if name or given else ""
            written.append(head + _body(body))
        written += [f"fragment {one} on {self.fragments[one].on} {_body(self.fragments[one].body)}" for one in reached]
        return "\n".join(written)

    def _variables(self, body: list[Selection], reached: dict[str, None]) -> Iterator[str]:
        for one in body:
            for directive in one.directives:
                yield from _names(directive.condition)
            if isinstance(one, Field):
                for value in one.arguments.values():
                    yield from _names(value)
            if isinstance(one, Spread):
                if one.name not in reached:
                    reached[one.name] = None
                    yield from self._variables(self.fragments[one.name].body, reached)
            else:
                yield from self._variables(one.body, reached)


def _definition(variable: Variable) -> str:
    return variable.type + ("" if variable.default is None else f" = {_value(variable.default)}")


def _names(value: Value) -> Iterator[str]:
    if isinstance(value, Var):
        yield value.name
    elif isinstance(value, list | dict):
        for one in value.values() if isinstance(value, dict) else value:
            yield from _names(one)


def _value(value: Value) -> str:
    if isinstance(value, Raw):
        return value.text
    if isinstance(value, Var):
        return f"${value.name}"
    if isinstance(value, list):
        return f"[{', '.join(map(_value, value))}]"
    return f"{{{', '.join(f'{name}: {_value(one)}' for name, one in value.items())}}}"


def _body(body: list[Selection]) -> str:
    return f"{{ {' '.join(map(_selection, body))} }}"


def _selection(one: Selection) -> str:
    directives = "".join(f" @{own.name}(if: {_value(own.condition)})" for own in one.directives)
    if isinstance(one, Spread):
        return f"...{one.name}{directives}"
    if isinstance(one, Inline):
        return f"...{f' on {one.on}' if one.on else ''}{directives} {_body(one.body)}"
    given = ", ".join(f"{name}: {_value(value)}" for name, value in one.arguments.items())
    head = f"{f'{one.alias}: ' if one.alias else ''}{one.name}{f'({given})' if given else ''}{directives}"
    return f"{head} {_body(one.body)}" if one.body else head


def plain(value: Value) -> Any:
    """A literal as a variable holds it."""
    if isinstance(value, list):
        return [plain(one) for one in value]
    if isinstance(value, dict):
        return {name: plain(one) for name, one in value.items()}
    assert isinstance(value, Raw)
    try:
        return json.loads(value.text)
    except ValueError:
        return value.text  # a value of an enum


def read(text: str) -> Document:
    """A document that somebody else wrote."""
    document = Document({}, "")
    for one in parse(text).definitions:
        if isinstance(one, FragmentDefinitionNode):
            document.fragments[one.name.value] = Fragment(one.type_condition.name.value, _read(one.selection_set))
        if isinstance(one, OperationDefinitionNode):
            document.operations[one.name.value if one.name else ""] = _read(one.selection_set)
    document.asked = next(iter(document.operations))
    return document


def _read(selections: SelectionSetNode | None) -> list[Selection]:
    found: list[Selection] = []
    for one in selections.selections if selections else ():
        if isinstance(one, FieldNode):
            given = {argument.name.value: _read_value(argument.value) for argument in one.arguments or ()}
            alias = one.alias.value if one.alias else None
            found.append(Field(one.name.value, alias, given, [], _read(one.selection_set)))
        elif isinstance(one, InlineFragmentNode):
            condition = one.type_condition.name.value if one.type_condition else None
            found.append(Inline(condition, _read(one.selection_set)))
        elif isinstance(one, FragmentSpreadNode):
            found.append(Spread(one.name.value))
    return found


def _read_value(node: ValueNode) -> Value:
    if isinstance(node, ListValueNode):
        return [_read_value(one) for one in node.values]
    if isinstance(node, ObjectValueNode):
        return {one.name.value: _read_value(one.value) for one in node.fields}
    return Raw(print_ast(node))


@dataclass(frozen=True)
class Place:
    """A list of selections, and the type that they are of."""

    kind: GraphQLNamedType
    body: list[Selection]
    depth: int


def places(document: Document, schema: GraphQLSchema) -> list[Place]:
    """Every list of selections of the operation that is asked and of the fragments, outermost first."""
    root = schema.query_type
    assert root is not None
    found = list(_places(root, document.body, schema, 0))
    for one in document.fragments.values():
        found += _places(schema.type_map[one.on], one.body, schema, 1)
    return found


def _places(kind: GraphQLNamedType, body: list[Selection], schema: GraphQLSchema, depth: int) -> Iterator[Place]:
    yield Place(kind, body, depth)
    for one in body:
        if isinstance(one, Inline):
            yield from _places(schema.type_map[one.on] if one.on else kind, one.body, schema, depth + 1)
        elif isinstance(one, Field) and one.body:
            yield from _places(get_named_type(fields_of(kind)[one.name].type), one.body, schema, depth + 1)


def fields_of(kind: GraphQLNamedType) -> Mapping[str, Any]:
    """The fields of an object or an interface."""
    found: Mapping[str, Any] = getattr(kind, "fields", {})
    return found
