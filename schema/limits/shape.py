"""What a document amounts to as it is written, whatever its operations select: counted once, when it is read."""

from collections.abc import Iterator
from typing import NamedTuple

from graphql import DocumentNode, FragmentDefinitionNode, OperationDefinitionNode, TokenKind


class Shape(NamedTuple):
    """Each is a limit of a budget, by the same name."""

    tokens: int
    operations: int
    fragments: int
    directives: int
    selections: int


def shape_of(document: DocumentNode) -> Shape:
    """The shape of a parsed document."""
    kinds = [type(one) for one in document.definitions]
    tokens = list(_tokens(document))
    return Shape(
        tokens=len(tokens),
        operations=kinds.count(OperationDefinitionNode),
        fragments=kinds.count(FragmentDefinitionNode),
        directives=tokens.count(TokenKind.AT),
        selections=_selections(document),
    )


def _tokens(document: DocumentNode) -> Iterator[TokenKind]:
    """The kinds of its tokens, comments and the two ends apart."""
    token = document.loc.start_token.next if document.loc else None
    while token is not None and token.kind is not TokenKind.EOF:
        if token.kind is not TokenKind.COMMENT:
            yield token.kind
        token = token.next


def _selections(document: DocumentNode) -> int:
    """How many fields and fragments are selected, wherever."""
    counted = 0
    holders = OperationDefinitionNode | FragmentDefinitionNode
    waiting = [one.selection_set for one in document.definitions if isinstance(one, holders)]
    while waiting:
        for selection in waiting.pop().selections:
            counted += 1
            within = getattr(selection, "selection_set", None)
            if within is not None:
                waiting.append(within)
    return counted
