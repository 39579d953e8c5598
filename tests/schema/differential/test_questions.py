"""The questions of a run hold what they are meant to hold, and are the same for the same seed."""

import re
from collections.abc import Callable

import pytest

from tests.schema.differential.documents import Document, read
from tests.schema.differential.questions import Question, Questions
from tests.schema.differential.stock import Stock
from tests.schema.differential.walk import from_elsewhere
from tests.schema.differential.world import TEXTS, World

pytestmark = pytest.mark.anyio
FEW = 24
# Of four hundred questions at least so many hold each.
LEAST = 4


def written(pattern: str) -> Callable[[Document], bool]:
    found = re.compile(pattern)
    return lambda document: found.search(document.text()) is not None


def is_absent(document: Document) -> bool:
    """A variable without a value and without a default."""
    return any(one.default is None and name not in document.values for name, one in document.variables.items())


HELD: dict[str, Callable[[Document], bool]] = {
    "another name": written(r"\w+: \w+ [({]"),
    "a long name": written(r"x{120}: "),
    "the same field twice": written(r"(\w+)_\d+: \1"),
    "a named fragment": written(r"\.\.\.F\d+"),
    "a fragment within a fragment": written(r"fragment F\d+ on \w+ \{[^}]*\.\.\.F\d+"),
    "a fragment without a condition": written(r"\.\.\. (@|\{)"),
    "a fragment on a type": written(r"\.\.\. on \w+"),
    "a fragment on an interface": written(r"\.\.\. on (Node|Credential|SkillCredential|TitleCredential|Target)\b"),
    "a switch by literal": written(r"@(skip|include)\(if: (true|false)\)"),
    "a switch by variable": written(r"@(skip|include)\(if: \$"),
    "both switches": written(r"@\w+\(if: [^)]*\) @\w+"),
    "a switch on a fragment": written(r"\.\.\.F\d+ @"),
    "a variable": written(r"\w+: \$v"),
    "a variable within an object": written(r"\{(\w+: [^{}]*)?\w+: \$v"),
    "a default": written(r"\$v\d+: [\w!\[\]]+ = "),
    "a variable that is null": lambda document: None in document.values.values(),
    "an absent variable": is_absent,
    "several operations": lambda document: len(document.operations) > 1,
    "several root fields": lambda document: len(document.body) > 1,
    "a cursor after which": written(r"after: "),
    "a cursor before which": written(r"before: "),
    "from the end": written(r"last: "),
    "an order": written(r"orderBy: "),
    "a filter": written(r"filter: (\{\w|\$)"),
    "a total": written(r"totalCount"),
    "page information": written(r"pageInfo"),
    "nodes by their ids": written(r"nodes?\("),
    "facts of schemes": written(r"schemeFacts\W"),
    "facts of one scheme": written(r"schemeFact(s|Records)\(scheme: (\"|\$)"),
    "recordings of facts": written(r"schemeFactRecords\W"),
    "typed facts": written(r"\w+Works(_scheme)? |bareScheme "),
    "types": written(r"__typename"),
}


@pytest.mark.parametrize("what", HELD)
async def test_questions_hold(questions: list[Question], what: str) -> None:
    assert sum(HELD[what](one.document) for one in questions) >= LEAST


async def test_the_same_seed_asks_the_same(world: World, stock: Stock) -> None:
    async def texts(seed: int, start: int = 0) -> list[str]:
        drawn = await Questions(world, stock, seed).drawn(FEW - start, start)
        return [f"{one.role} {one.document.text()} {one.document.values}" for one in drawn]

    once = await texts(1)
    assert await texts(1) == once
    assert await texts(1, start=20) == once[20:]
    assert len(set(once) & set(await texts(2))) < FEW / 4


async def test_everybody_asks(world: World, questions: list[Question]) -> None:
    assert {one.role for one in questions} == set(world.actors)


async def test_a_document_is_read_as_it_was_written(questions: list[Question]) -> None:
    """Where it has no directives, variables and escapes, which nobody else's documents hold."""
    plain = [text for one in questions if not set("$@\\") & set(text := one.document.text())]
    assert len(plain) > FEW
    assert [read(text).text() for text in plain] == plain


async def test_documents_of_the_library_are_taken_up(world: World, stock: Stock) -> None:
    schema = Questions(world, stock, 0).schema
    once, again = ([one.text() for one in from_elsewhere(schema, FEW, 3)] for _ in range(2))
    assert once == again
    assert len(set(once)) > FEW / 2


async def test_the_world_holds_every_odd_text(stock: Stock) -> None:
    assert set(TEXTS) <= set(stock.texts["nameContains"])
