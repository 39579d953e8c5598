"""What a document amounts to as it is written, whatever its operations select: counted once, when it is read."""

from collections.abc import Iterator
from typing import NamedTuple

from graphql import (
    DocumentNode,
    FragmentDefinitionNode,
    GraphQLSyntaxError,
    OperationDefinitionNode,
    Source,
    Token,
    TokenKind,
)

# Of any use are those of 64 bits, and of decimal fractions: Python refuses to read a number of some thousand digits, in
# the midst of validation and as if it were at fault.
LONGEST_NUMBER = 100


class Shape(NamedTuple):
    """Each is a limit of a budget, by the same name."""

    tokens: int
    operations: int
    fragments: int
    directives: int
    selections: int


def shape_of(document: DocumentNode) -> Shape:
    """The shape of a parsed document. Raises GraphQLSyntaxError for a number of too many digits."""
    kinds = [type(one) for one in document.definitions]
    tokens = [token.kind for token in _tokens(document)]
    return Shape(
        tokens=len(tokens),
        operations=kinds.count(OperationDefinitionNode),
        fragments=kinds.count(FragmentDefinitionNode),
        directives=tokens.count(TokenKind.AT),
        selections=_selections(document),
    )


def _tokens(document: DocumentNode) -> Iterator[Token]:
    """Its tokens, comments and the two ends apart."""
    assert document.loc is not None  # as it is parsed here
    token = document.loc.start_token.next
    while token is not None and token.kind is not TokenKind.EOF:
        if token.kind in (TokenKind.INT, TokenKind.FLOAT):
            _check_number(document.loc.source, token)
        if token.kind is not TokenKind.COMMENT:
            yield token
        token = token.next


def _check_number(source: Source, token: Token) -> None:
    if token.end - token.start > LONGEST_NUMBER:
        raise GraphQLSyntaxError(source, token.start, f"Number longer than {LONGEST_NUMBER} characters.")


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
