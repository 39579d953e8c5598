"""Documents as they are read: parsed and looked over once, validated once, and kept while they are in use.

What may be kept is bounded by its length as well as its number, because anybody may send documents that differ.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from graphql import (
    ASTValidationRule,
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    GraphQLSyntaxError,
    NoSchemaIntrospectionCustomRule,
    OperationDefinitionNode,
    parse,
    specified_rules,
    validate,
)
from graphql.validation.rules import overlapping_fields_can_be_merged
from strawberry.schema.validation_rules.maybe_null import MaybeNullValidationRule
from strawberry.schema.validation_rules.one_of import OneOfInputValidationRule

from schema.access import Needed, needed_by
from schema.limits.budget import Budget
from schema.limits.measure import Measure, Size
from schema.limits.refusals import check_shape, check_text, too_many_tokens
from schema.limits.shape import Shape, shape_of
from schema.trusted import document_id

T = TypeVar("T")
KEPT_DOCUMENTS = 1_000
KEPT_CHARACTERS = 500_000
KEPT_SIZES = 30
MOST_ERRORS = 10
# Comparing fields that share a name is the one part of validation that grows with the square of a document. The
# library's own allowance is a second of work; real documents need a hundredth of it.
overlapping_fields_can_be_merged.MAX_COMPLEXITY_BUDGET = 20_000
RULES: tuple[type[ASTValidationRule], ...] = (*specified_rules, MaybeNullValidationRule, OneOfInputValidationRule)


@dataclass(slots=True)
class Document:
    """A parsed document. ``errors`` is None until it was validated."""

    text: str
    parsed: DocumentNode
    shape: Shape
    errors: list[GraphQLError] | None = None
    operations: Mapping[str | None, OperationDefinitionNode] = field(init=False)
    _sizes: dict[Hashable, Size] = field(default_factory=dict)
    _needed: dict[Hashable, tuple[Needed, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        found = [one for one in self.parsed.definitions if isinstance(one, OperationDefinitionNode)]
        self.operations = {one.name.value if one.name else None: one for one in found}

    def operation(self, name: str | None) -> OperationDefinitionNode:
        """The operation that is meant. Raises GraphQLError when that is unclear, or there is none."""
        if name is None and self.shape.operations == 1:
            return next(iter(self.operations.values()))
        if name is None and self.operations:
            raise _unclear(
                "请求含多个操作，须以 operationName 指明一个",
                "the document holds several operations; name one as operationName",
            )
        if name is None or name not in self.operations:
            named = "" if name is None else f" {name}"
            raise _unclear(f"文档中没有操作{named}", f"the document holds no operation{named}")
        return self.operations[name]

    def size(self, operation: OperationDefinitionNode, measure: Measure) -> Size:
        """The size of one of its operations, measured once for the same lengths of lists."""
        key = (operation.name and operation.name.value, *measure.lengths.items())
        return _once(self._sizes, key, lambda: measure.operation(operation))

    def needed(
        self, schema: GraphQLSchema, operation: OperationDefinitionNode, variables: Mapping[str, Any]
    ) -> tuple[Needed, ...]:
        """The fields of one of its operations that not everybody may ask for, collected once.

        Only values that are true or false can leave a field out.
        """
        switches = tuple((name, value) for name, value in variables.items() if isinstance(value, bool))
        key = (operation.name and operation.name.value, *switches)
        return _once(self._needed, key, lambda: tuple(needed_by(schema, self.parsed, operation, variables)))


class Documents:
    """Reads documents against one schema. With ``hides_schema`` nothing can be learnt of it that was not known."""

    def __init__(self, schema: GraphQLSchema, *, hides_schema: bool = False) -> None:
        self._schema = schema
        self._hides_schema = hides_schema
        self._rules = (*RULES, NoSchemaIntrospectionCustomRule) if hides_schema else RULES
        self._kept: OrderedDict[str, Document] = OrderedDict()
        self._named: dict[str, str] = {}
        self._characters = 0

    def kept(self, text: str) -> Document | None:
        """The document of a text that was valid before."""
        found = self._kept.get(text)
        if found is not None:
            self._kept.move_to_end(text)
        return found

    def named(self, hash_: str) -> str | None:
        """The text that came with this hash before and is still kept."""
        return self._named.get(hash_)

    def name(self, hash_: str, text: str) -> None:
        """Know a kept text by its hash as well, for as long as it is kept."""
        if text in self._kept:
            self._named[hash_] = text

    def read(self, text: str, budget: Budget) -> Document:
        """The document of a text, within a budget. Raises BUDGET_EXCEEDED, or what the parser found."""
        document = self.kept(text) or _parsed(text, budget)
        check_shape(document.shape, budget)
        return document

    def validate(self, document: Document) -> list[GraphQLError]:
        """What is wrong with a document: nothing, as a rule, and then it is kept."""
        if document.errors is None:
            document.errors = validate(
                self._schema, document.parsed, self._rules, MOST_ERRORS, hide_suggestions=self._hides_schema
            )
            if not document.errors:
                self._keep(document)
        return document.errors

    def latest(self, most: int) -> list[Document]:
        """The documents that were used last, the oldest of them first."""
        return [self._kept[text] for text in [*self._kept][-most:]]

    def carry_over(self, known: Iterable[Document]) -> None:
        """Read and validate what another schema's documents say; what is no longer valid is not kept."""
        for one in known:
            self.validate(Document(one.text, one.parsed, one.shape))

    def _keep(self, document: Document) -> None:
        if document.text in self._kept:
            return
        self._kept[document.text] = document
        self._characters += len(document.text)
        while len(self._kept) > KEPT_DOCUMENTS or self._characters > KEPT_CHARACTERS:
            dropped, _ = self._kept.popitem(last=False)
            self._characters -= len(dropped)
            self._forget(dropped)

    def _forget(self, text: str) -> None:
        if self._named:
            self._named.pop(document_id(text), None)


def _once(kept: dict[Hashable, T], key: Hashable, work: Callable[[], T]) -> T:
    """What ``work`` came to for a key, of which so many are kept."""
    if key not in kept:
        if len(kept) == KEPT_SIZES:
            kept.clear()
        kept[key] = work()
    return kept[key]


def _parsed(text: str, budget: Budget) -> Document:
    check_text(text, budget)
    try:
        parsed = parse(text, max_lexical_tokens=budget.tokens, max_comments=budget.tokens)
    except GraphQLSyntaxError as error:
        if "Document contains more than" in error.message:
            raise too_many_tokens(budget.tokens) from None
        raise
    return Document(text, parsed, shape_of(parsed))


def _unclear(zh: str, en: str) -> GraphQLError:
    return GraphQLError(f"{zh} / {en}")
