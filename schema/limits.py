"""Basic limits on one operation, counted before validation, so that a hostile document costs next to nothing.

Fragments are counted once each and remembered: the library's own limiters follow every spread anew, which lets a
kilobyte of nested fragments stop the process.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
)
from strawberry.extensions import SchemaExtension, ValidationCache

DEPTH = 15
ALIASES = 60
TOKENS = 4000
# Fragments within fragments add no depth to the answer, but the count follows them downwards.
NESTING = 60


class Size(NamedTuple):
    """What a selection amounts to once its fragments are spread."""

    depth: int = 0
    aliases: int = 0

    def beside(self, other: "Size") -> "Size":
        return Size(max(self.depth, other.depth), self.aliases + other.aliases)


@dataclass(slots=True)
class _Measure:
    fragments: dict[str, FragmentDefinitionNode]
    _known: dict[str, Size] = field(default_factory=dict)

    def of(self, selections: SelectionSetNode | None, nesting: int = 0) -> Size:
        check(Size(0 if nesting <= NESTING else DEPTH + 1))
        size = Size()
        for selection in selections.selections if selections else ():
            size = size.beside(self._one(selection, nesting))
            check(size)
        return size

    def _one(self, selection: SelectionNode, nesting: int) -> Size:
        if isinstance(selection, FragmentSpreadNode):
            return self._fragment(selection.name.value, nesting)
        within = self.of(getattr(selection, "selection_set", None), nesting + 1)
        if not isinstance(selection, FieldNode):
            return within
        return Size(within.depth + 1, within.aliases + (selection.alias is not None))

    def _fragment(self, name: str, nesting: int) -> Size:
        if name not in self.fragments:
            return Size()  # validation names it
        if name not in self._known:
            self._known[name] = Size()  # a circle ends here; validation names it
            self._known[name] = self.of(self.fragments[name].selection_set, nesting + 1)
        return self._known[name]


def check(size: Size) -> None:
    """Raise when a limit is passed."""
    if size.depth > DEPTH:
        raise _refused(f"查询嵌套超过 {DEPTH} 层", f"the query is nested deeper than {DEPTH} levels")
    if size.aliases > ALIASES:
        raise _refused(f"查询别名超过 {ALIASES} 个", f"the query uses more than {ALIASES} aliases")


def check_document(document: DocumentNode, operation_name: str | None) -> None:
    """Raise when an operation of the document is too large, or when it is unclear which one is meant."""
    operations = [one for one in document.definitions if isinstance(one, OperationDefinitionNode)]
    if len(operations) > 1 and operation_name is None:
        raise _refused(
            "请求含多个操作，须以 operationName 指明一个",
            "the document holds several operations; name one as operationName",
        )
    fragments = {one.name.value: one for one in document.definitions if isinstance(one, FragmentDefinitionNode)}
    measure = _Measure(fragments)
    for operation in operations:
        measure.of(operation.selection_set)


class Limits(SchemaExtension):
    """Stops the parser at the token limit and checks the parsed document."""

    def on_operation(self) -> Iterator[None]:
        self.execution_context.parse_options["max_tokens"] = TOKENS
        yield

    def on_parse(self) -> Iterator[None]:
        yield
        document = self.execution_context.graphql_document
        if document is None:
            return
        try:
            # The library would take the first of several operations, and say its name was given.
            check_document(document, self.execution_context.context.operation_name)
        except GraphQLError as refused:
            # Raised from here, it would never be answered over WebSocket.
            self.execution_context.pre_execution_errors = [refused]


class Validation(ValidationCache):
    """Cached validation, of documents within the limits only: it would overwrite what the limits found."""

    def on_validate(self) -> Iterator[None]:
        if self.execution_context.pre_execution_errors:
            yield
        else:
            yield from super().on_validate()


def _refused(zh: str, en: str) -> GraphQLError:
    return GraphQLError(f"{zh} / {en}")
