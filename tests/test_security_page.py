"""The page on security: every promise names the tests that hold it, and every test named exists."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
# Parts that are still to be written, each with its name.
OPEN = re.compile(r"\*\(open: (\w+)\)\*")


@cache
def functions_of(path: str) -> frozenset[str]:
    """The functions of a file that pytest would collect."""
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    functions = (node for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    return frozenset(node.name for node in functions if node.name.startswith("test_"))


@pytest.mark.parametrize(("path", "name"), NAMED.findall(PAGE))
def test_a_test_that_is_named_exists(path: str, name: str) -> None:
    assert name in functions_of(path)


def test_every_promise_names_what_holds_it() -> None:
    promised = PAGE.partition("## What is promised")[2].partition("## What is not defended")[0]
    rows = [
        line for line in promised.splitlines() if line.startswith("|") and not line.startswith(("| promise", "| ---"))
    ]
    assert len(rows) > 30
    assert [row for row in rows if not NAMED.search(row)] == []


def test_nothing_that_looks_like_a_test_is_misspelt() -> None:
    assert len(re.findall(r"tests/[^`\s]*::", PAGE)) == len(NAMED.findall(PAGE))


def test_what_is_open_is_said_to_be() -> None:
    assert set(OPEN.findall(PAGE)) <= {"authorisation", "identity", "limits"}
