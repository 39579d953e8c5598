"""The page of codes: every one is on it, with what it means and what to do, and statuses are those that are sent."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.errors import MEANINGS, ErrorCode
from core.remedies import REMEDIES
from core.texts import Text
from plugins.refusals import MEANINGS as REFUSALS
from plugins.refusals import Refusal
from plugins.rules import RULES
from schema import errors, outcomes
from schema.errors import GRAPH_CODES
from server.error_tables import OF_REQUESTS, OF_THE_INSTALLATION, http_of
from server.responses import STATUSES

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "ERRORS.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| \[?`(\w+)`", re.MULTILINE)
ANCHOR = re.compile(r"\(plugins/rules/README\.md#([\w-]+)\)")


def test_every_code_is_on_the_page_once() -> None:
    graph = [one.code for one in GRAPH_CODES]
    assert ROW.findall(PAGE) == [*ErrorCode, *graph, *Refusal, *(rule.code for rule in RULES)]


def test_the_graphs_own_codes_are_all_there() -> None:
    assert {one.code for one in GRAPH_CODES} == {errors.SYNTAX, errors.VALIDATION, errors.NOT_KEPT, outcomes.INTERNAL}


@pytest.mark.parametrize("words", [MEANINGS, REMEDIES, REFUSALS], ids=["meanings", "remedies", "refusals"])
def test_every_code_says_it_in_both_languages(words: dict[str, Text]) -> None:
    assert list(words) == list(Refusal if words is REFUSALS else ErrorCode)
    for text in words.values():
        assert re.search(r"[\u4e00-\u9fff]", text.zh)
        assert re.fullmatch(r"[\x20-\x7e\u4e00-\u9fff≥]+", text.en)


def test_links_to_rules_lead_to_their_entries() -> None:
    text = (ROOT / "plugins/rules/README.md").read_text(encoding="utf-8")
    headings = re.findall(r"^### (.+)$", text, re.MULTILINE)
    anchors = [re.sub(r"[^\w -]", "", heading).lower().replace(" ", "-") for heading in headings]
    assert ANCHOR.findall(PAGE) == anchors


def sent() -> Iterator[tuple[str, int]]:
    """Every status that is written in the server beside a fault: the function that takes it, and the status."""
    for path in (ROOT / "server").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args:
                status = node.args[0]
                if node.func.id in ("refused", "RequestFault") and isinstance(status, ast.Constant):
                    yield node.func.id, status.value


def test_the_statuses_are_those_that_are_sent() -> None:
    found = set(sent())
    refused = {status for name, status in found if name == "refused"}
    coded = {status for name, status in found if name == "RequestFault"}
    routing = {404, 405}  # of the web framework, passed on
    assert set(STATUSES[ErrorCode.REQUEST_INVALID]) == refused | routing
    others = {
        status for code, statuses in STATUSES.items() if code is not ErrorCode.REQUEST_INVALID for status in statuses
    }
    assert others == coded


def test_what_comes_where() -> None:
    assert http_of(ErrorCode.NOT_FOUND) == "200, 404"
    assert http_of(ErrorCode.TOKEN_INVALID) == "401"
    assert http_of(ErrorCode.BAD_ARGUMENT) == "200, 400"
    assert http_of(ErrorCode.SETTINGS_INVALID) == "–"
    assert http_of(ErrorCode.RATE_LIMITED) == "429"
    assert set(STATUSES) >= OF_REQUESTS
    assert not OF_REQUESTS & OF_THE_INSTALLATION
