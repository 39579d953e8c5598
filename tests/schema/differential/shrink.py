"""Cuts a question down to the least that still differs."""

from collections.abc import Awaitable, Callable, Iterator
from copy import deepcopy

from tests.schema.differential.documents import Document, Field, Fragment, Inline, Raw, Selection, Spread, Value, Var

MOST_TRIES = 600
Differs = Callable[[Document], Awaitable[bool]]


async def shrunk(document: Document, differs: Differs) -> Document:
    """The smallest document found by taking away one part after another; ``differs`` says whether it still counts."""
    tries = 0
    best, size = document, len(document.text())
    is_smaller = True
    while is_smaller and tries < MOST_TRIES:
        is_smaller = False
        for smaller in _smaller(best):
            tries += 1
            if tries > MOST_TRIES:
                break
            try:
                length = len(smaller.text())
            except KeyError:
                continue  # what it needs is gone
            if length < size and await differs(smaller):
                best, size, is_smaller = smaller, length, True
                break
    return best


def _smaller(document: Document) -> Iterator[Document]:
    """Every document with one part less, the largest parts first."""
    if len(document.operations) > 1:
        yield Document(
            {document.asked: document.body}, document.asked, document.fragments, document.variables, document.values
        )
    if document.asked and len(document.operations) == 1:
        yield Document({"": document.body}, "", document.fragments, document.variables, document.values)
    number = sum(1 for _ in _holders(document))
    sizes = [(len(body), place) for place, body in enumerate(_holders(document))]
    for _, place in sorted(sizes, reverse=True):
        yield from _with_less(document, place)
    assert number == len(sizes)


def _holders(document: Document) -> Iterator[list[Selection]]:
    """Every list of selections."""
    waiting = [document.body, *(one.body for one in document.fragments.values())]
    while waiting:
        body = waiting.pop(0)
        yield body
        waiting += [one.body for one in body if isinstance(one, Field | Inline) and one.body]


def _with_less(document: Document, place: int) -> Iterator[Document]:
    body = _nth(document, place)
    for at, one in enumerate(body):
        if len(body) > 1:
            yield _changed(document, place, lambda own, at=at: own.pop(at))
        if isinstance(one, Inline):
            yield _changed(document, place, lambda own, at=at: _splice(own, at, own[at].body))
        if isinstance(one, Spread):
            within = document.fragments[one.name]
            yield _changed(document, place, lambda own, at=at, within=within: _splice(own, at, [_inline(within)]))
        for nth in range(len(one.directives)):
            yield _changed(document, place, lambda own, at=at, nth=nth: own[at].directives.pop(nth))
        if isinstance(one, Field):
            yield from _less_of_field(document, place, at, one)


def _less_of_field(document: Document, place: int, at: int, one: Field) -> Iterator[Document]:
    if one.alias:
        yield _changed(document, place, lambda own: setattr(own[at], "alias", None))
    for name, value in one.arguments.items():
        yield _changed(document, place, lambda own, name=name: own[at].arguments.pop(name))
        for simpler in _simpler(document, value):
            yield _changed(document, place, lambda own, name=name, to=simpler: own[at].arguments.update({name: to}))


def _simpler(document: Document, value: Value) -> Iterator[Value]:
    """A value with less in it; a variable gives way to its default."""
    if isinstance(value, Var):
        default = document.variables[value.name].default
        if isinstance(default, Raw):
            yield default
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield {key: one for key, one in value.items() if key != name}
            for simpler in _simpler(document, inner):
                yield {**value, name: simpler}
    elif isinstance(value, list):
        for nth in range(len(value)):
            yield [*value[:nth], *value[nth + 1 :]]


def _inline(fragment: Fragment) -> Inline:
    return Inline(fragment.on, deepcopy(fragment.body))


def _splice(own: list[Selection], at: int, parts: list[Selection]) -> None:
    own[at : at + 1] = parts


def _nth(document: Document, place: int) -> list[Selection]:
    return next(body for number, body in enumerate(_holders(document)) if number == place)


def _changed(document: Document, place: int, change: Callable[[list[Selection]], object]) -> Document:
    found = deepcopy(document)
    change(_nth(found, place))
    return found
