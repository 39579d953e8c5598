"""Faults planted into one side by rewriting what it sends to its database: however a read was made, it comes to SQL."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from re import Match, Pattern
from typing import Any

from sqlalchemy import event

from core.storage.database import Database

_VALUE = r"(\?|%\(\w+\)s(?:::\w+)?)"


@dataclass(frozen=True)
class Fault:
    """What is found in a statement, and what stands in its place; ``role`` is who must notice, if not everybody."""

    name: str
    found: Pattern[str]
    instead: str | Callable[[Match[str]], str]
    roles: tuple[str, ...] = ()

    def rewritten(self, statement: str) -> str:
        return self.found.sub(self.instead, statement)


def _turned(found: Match[str]) -> str:
    return f"{found[1]} {'ASC' if found[2] == 'DESC' else 'DESC'}"


READERS_OF_AN_ENTERPRISE = ("admin", "admin-of-other", "office")
FAULTS = (
    Fault("a wrong column", re.compile(r"\b(credential\w*)\.issuer_name\b"), r"\1.legal_basis"),
    # The reader's enterprise is compared with nothing any more; whatever else was said of a row still holds.
    Fault(
        "no predicate of the tenant",
        re.compile(rf"\b((?:\w+\.)?enterprise_id) = {_VALUE}"),
        r"\1 IS NOT NULL AND \2 IS NOT NULL",
        READERS_OF_AN_ENTERPRISE,
    ),
    Fault("a wrong order", re.compile(r"(ORDER BY \w+\.\w+) (ASC|DESC)"), _turned),
    # Rows that are alike in what they are sorted by come in the other order: only their ids tell.
    Fault("a wrong order among equals", re.compile(r"(ORDER BY \w+\.\w+ (?:ASC|DESC), \w+\.id) (ASC|DESC)"), _turned),
    Fault("a lost null", re.compile(r"\b(\w+\.revoked_reason)\b"), r"COALESCE(\1, '')"),
    Fault("a wrong total", re.compile(r"count\(\*\)"), "count(*) + 1"),
    Fault("a page that begins a row too early", re.compile(r"(\w+\.id\)) ([<>]) (?=\()"), r"\1 \2= "),
)


@contextmanager
def planted(fault: Fault, database: Database) -> Iterator[list[str]]:
    """The fault in everything that is sent through one engine; collects the statements that it was planted in."""
    changed: list[str] = []

    def rewrite(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> tuple[str, Any]:
        instead = fault.rewritten(statement)
        if instead != statement:
            changed.append(instead)
        return instead, parameters

    engine = database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", rewrite, retval=True)
    try:
        yield changed
    finally:
        event.remove(engine, "before_cursor_execute", rewrite)
