"""The audits of GraphQL over HTTP, by people who wrote its reference implementation, against the server as it runs."""

import json
import shutil
from pathlib import Path
from typing import Any

from schema.trusted import document_id
from tests.clients.programs import node
from tests.server.processes import PRODUCT, running

# What the audits ask that tells nothing of the schema: an operator could register it.
HARMLESS = ("{ __typename }", "query Query { __typename }")
# These MUSTs ask for ``__type``, which the public is not told.
NEED_INTROSPECTION = {"28B9"}


def audited(home: Path, **settings: str) -> list[dict[str, Any]]:
    with running(PRODUCT, home, "serve", **settings) as server:
        found: list[dict[str, Any]] = node("audit.mjs", f"{server.base}/graphql")
    assert len(found) > 50
    return found


def test_partners_are_served_to_the_letter(demonstration: Path, tmp_path: Path) -> None:
    found = audited(shutil.copytree(demonstration, tmp_path / "copy"), profile="partner")
    assert [one for one in found if one["status"] != "ok"] == []


def test_the_public_is_served_as_it_must(demonstration: Path, tmp_path: Path) -> None:
    home = shutil.copytree(demonstration, tmp_path / "copy")
    (home / "documents.json").write_text(json.dumps({document_id(text): text for text in HARMLESS}))
    found = [one for one in audited(home, profile="public") if one["name"].startswith("MUST")]
    assert len(found) > 10
    assert {one["id"] for one in found if one["status"] != "ok"} == NEED_INTROSPECTION
