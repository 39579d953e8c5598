"""Uploads against the real graph, over HTTP: from a file to a wheel with its findings, and nothing without a right."""

import asyncio
import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from core.models import Enterprise
from core.permissions import Actor, Role
from core.storage.row_scope import EVERY_ROW
from plugins.artifact import pack_folder
from server.app import create_app
from server.clock import SystemClock
from server.operations import migrate_database
from server.service import open_service
from server.settings import Settings
from server.tokens import token_authority
from server.wiring import open_database
from tests import builders

FOLDER = Path(__file__).parents[1] / "broken_schemes" / "clean_base"
USCC = "91990000MA0EXTJ012"
REGISTER = """mutation($file: Upload!, $manifest: Upload) {
  registerScheme(input: {file: $file, manifest: $manifest, reason: "示例"}) {
    __typename
    ... on VerifiedArtifact { wheel { schemeKey version filename state } findings { code } }
    ... on Problem { code message { zh en } where }
  }
}"""


@pytest.fixture
def owner(settings: Settings) -> Enterprise:
    """An example enterprise in a migrated installation."""
    row = builders.enterprise(uscc=USCC)

    async def prepare() -> None:
        await migrate_database(settings)
        async with open_database(settings) as database, database.write(EVERY_ROW) as session:
            session.add(row)

    asyncio.run(prepare())
    return row


@pytest.fixture
def product(settings: Settings, owner: Enterprise) -> Iterator[TestClient]:
    with TestClient(create_app(settings, open_service), base_url="http://127.0.0.1") as client:
        yield client


def post(
    client: TestClient, settings: Settings, actor: Actor, files: dict[str, tuple[str, bytes]], query: str = REGISTER
) -> Any:
    """What one request with files is answered; each file takes the place of the variable of its name."""
    token = token_authority(settings, SystemClock()).issue(actor, timedelta(minutes=5))
    fields = {
        "operations": json.dumps({"query": query, "variables": dict.fromkeys(files)}),
        "map": json.dumps({name: [f"variables.{name}"] for name in files}),
    }
    headers = {"authorization": f"Bearer {token}", "graphql-preflight": "1"}
    answer = client.post("/graphql", data=fields, files=files, headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.json()


def admin(owner: Enterprise) -> Actor:
    return Actor.of(Role.ENTERPRISE_ADMIN, "示例经办", enterprise_id=owner.id)


def test_an_enterprise_registers_a_scheme(product: TestClient, settings: Settings, owner: Enterprise) -> None:
    answer = post(product, settings, admin(owner), {"file": ("方案.zip", pack_folder(FOLDER))})
    assert "errors" not in answer
    result = answer["data"]["registerScheme"]
    assert result["__typename"] == "VerifiedArtifact"
    wheel = result["wheel"]
    assert (wheel["schemeKey"], wheel["version"], wheel["filename"]) == ("tiny_works", "1.0.0", "方案.zip")
    assert "SCH104" in [finding["code"] for finding in result["findings"]]  # not on the pilot list
    assert wheel["state"] == "REJECTED"


def test_a_workbook_and_its_manifest_are_one_artifact(
    product: TestClient, settings: Settings, owner: Enterprise
) -> None:
    files = {
        "file": ("目录.xlsx", b"no workbook"),
        "manifest": ("scheme.toml", (FOLDER / "scheme.toml").read_bytes()),
    }
    result = post(product, settings, admin(owner), files)["data"]["registerScheme"]
    assert (result["wheel"]["filename"], result["wheel"]["schemeKey"]) == ("scheme.zip", "tiny_works")
    assert result["findings"]


def test_nobody_else_may(product: TestClient, settings: Settings) -> None:
    for role in (Role.BUREAU_AUDITOR, Role.BUREAU_OFFICER, Role.INDUSTRY_REVIEWER, Role.WORKER):
        answer = post(product, settings, Actor.of(role, "x"), {"file": ("a.zip", pack_folder(FOLDER))})
        assert answer["data"]["registerScheme"]["code"] == "NOT_PERMITTED"


def test_a_query_takes_no_file(product: TestClient, settings: Settings, owner: Enterprise) -> None:
    query = "query($file: Upload) { viewer { role } }"
    answer = post(product, settings, admin(owner), {"file": ("a.zip", b"x")}, query)
    assert answer["errors"][0]["extensions"]["code"] == "GRAPHQL_VALIDATION"  # declared and never used


def test_mutations_without_files_are_plain_json(product: TestClient, settings: Settings, owner: Enterprise) -> None:
    token = token_authority(settings, SystemClock()).issue(admin(owner), timedelta(minutes=5))
    query = 'mutation { verifyWheel(input: {digest: "0", reason: "示例"}) { ... on Problem { code } } }'
    answer = product.post("/graphql", json={"query": query}, headers={"authorization": f"Bearer {token}"})
    assert answer.json()["data"] == {"verifyWheel": {"code": "NOT_FOUND"}}
