"""Faults planted into compiled reads, by rewriting the statement that builds the answer's text."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from re import Match, Pattern
from typing import Any

from core.storage.database import Database
from core.storage.row_scope import RowScope


@dataclass(frozen=True)
class Fault:
    """What is found in a statement, and what stands in its place; ``roles`` are who must notice, if not anybody."""

    name: str
    found: Pattern[str]
    instead: str | Callable[[Match[str]], str]
    roles: tuple[str, ...] = ()

    def rewritten(self, statement: str) -> str:
        return self.found.sub(self.instead, statement)


def _turned(found: Match[str]) -> str:
    return f"{found[1]} {'ASC' if found[2] == 'DESC' else 'DESC'}"


def _confused(found: Match[str]) -> str:
    return f"{CONFUSED[found[1]]} AS"


# Columns that are taken for each other.
CONFUSED = {
    "credential.issuer_name": "credential.legal_basis",
    "enterprise.zh": "enterprise.key",
    "evaluation.scheme_digest": "evaluation.policy_digest",
}
READERS_OF_AN_ENTERPRISE = ("admin", "admin-of-other", "office")
FAULTS = (
    Fault("a wrong column", re.compile(rf"\b({'|'.join(map(re.escape, CONFUSED))}) AS"), _confused),
    # The reader's enterprise is compared with nothing any more; whatever else was said of a row still holds.
    Fault(
        "no predicate of the tenant",
        re.compile(r"\b((?:\w+\.)?enterprise_id) = \?"),
        r"\1 IS NOT NULL AND ? IS NOT NULL",
        READERS_OF_AN_ENTERPRISE,
    ),
    Fault("a wrong order", re.compile(r"(ORDER BY \w+\.\w+) (ASC|DESC)"), _turned),
    # Rows that are alike in what they are sorted by come in the other order: only their ids tell.
    Fault("a wrong order among equals", re.compile(r"(ORDER BY \w+\.\w+ (?:ASC|DESC), \w+\.id) (ASC|DESC)"), _turned),
    Fault("facts that are corrected backwards", re.compile(r"(recorded_facts\.)revision, "), r"-\1revision, "),
    Fault("facts of whoever", re.compile(r"(recorded|computed)_facts\.\w+_id = (t\d+\.\"id\")"), r"\2 IS NOT NULL"),
    Fault("a lost null", re.compile(r", 'null'\)"), """, '""')"""),
    Fault("a text that is not escaped", re.compile(r"""json_quote\((\w+\."\w+")\)"""), r"""('"' || \1 || '"')"""),
    Fault("a wrong total", re.compile(r"count\(\*\)"), "count(*) + 1"),
    Fault("a page that begins a row too early", re.compile(r"(\w+\.id\)) ([<>]) (?=\()"), r"\1 \2= "),
    Fault("a page with a row too many", re.compile(r"LIMIT \?"), "LIMIT ? + 1"),
)


@contextmanager
def planted(fault: Fault, database: Database) -> Iterator[list[str]]:
    """The fault in every compiled read of one database; collects the statements that it was planted in."""
    changed: list[str] = []
    row = database.row

    async def rewritten(scope: RowScope, sql: str, *rest: Any) -> Any:
        instead = fault.rewritten(sql)
        if instead != sql:
            changed.append(instead)
        return await row(scope, instead, *rest)

    database.row = rewritten  # type: ignore[method-assign]
    try:
        yield changed
    finally:
        database.row = row  # type: ignore[method-assign]
