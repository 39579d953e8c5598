"""An import over HTTP against the real product: uploaded, checked, confirmed, on record."""

import asyncio
import json
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from starlette.testclient import TestClient

from core.models import Enterprise
from core.permissions import Actor, Role
from core.storage.row_scope import EVERY_ROW
from schema.ids import encode_id
from server.app import create_app
from server.clock import SystemClock
from server.operations import migrate_database
from server.service import open_service
from server.settings import Settings
from server.tokens import token_authority
from server.wiring import open_database
from tests import builders
from tests.server.import_world import LONGEST, as_csv, roster

SHOWN = "__typename ... on MovedJob { job { id phase revision } } ... on Problem { code message { zh } }"
IMPORT = f"mutation($input: ImportFileInput!) {{ importFile(input: $input) {{ {SHOWN} }} }}"
CONFIRM = f"mutation($input: JobStepInput!) {{ confirmJob(input: $input) {{ {SHOWN} }} }}"
JOB = """query($id: ID!) { job(id: $id) {
  phase revision done total ok errors files { role filename content } findings { edges { node { cell code } } }
} }"""


@pytest.fixture
def owner(settings: Settings) -> Enterprise:
    row = builders.enterprise()

    async def prepare() -> None:
        await migrate_database(settings)
        async with open_database(settings) as database, database.write(EVERY_ROW) as session:
            session.add(row)

    asyncio.run(prepare())
    return row


@pytest.fixture
def client(settings: Settings, owner: Enterprise) -> Iterator[TestClient]:
    with TestClient(create_app(settings, open_service), base_url="http://127.0.0.1") as client:
        yield client


class Asking:
    """Asks as somebody."""

    def __init__(self, client: TestClient, settings: Settings, actor: Actor) -> None:
        self._client = client
        token = token_authority(settings, SystemClock()).issue(actor, timedelta(hours=1))
        self._headers = {"authorization": f"Bearer {token}", "graphql-preflight": "1"}

    def ask(self, query: str, **variables: Any) -> Any:
        answer = self._client.post("/graphql", json={"query": query, "variables": variables}, headers=self._headers)
        assert "errors" not in answer.json(), answer.json()
        (found,) = answer.json()["data"].values()
        return found

    def upload(self, given: dict[str, Any], name: str, content: bytes) -> Any:
        operations = {"query": IMPORT, "variables": {"input": {**given, "file": None}}}
        sent = {"operations": json.dumps(operations), "map": json.dumps({"f": ["variables.input.file"]})}
        answer = self._client.post("/graphql", data=sent, files={"f": (name, content)}, headers=self._headers)
        return answer.json()["data"]["importFile"]

    def until(self, id_: str, phase: str) -> Any:
        ends = time.monotonic() + LONGEST
        while (job := self.ask(JOB, id=id_))["phase"] != phase:
            assert time.monotonic() < ends, job
            time.sleep(0.05)
        return job


def test_a_roster_comes_in_over_http_and_only_its_uploaders_read_its_bytes(
    client: TestClient, settings: Settings, owner: Enterprise
) -> None:
    admin = Asking(client, settings, Actor.of(Role.ENTERPRISE_ADMIN, "示例管理员", enterprise_id=owner.id))
    office = Asking(client, settings, Actor.of(Role.EVALUATION_OFFICER, "示例评价办", enterprise_id=owner.id))
    officer = Asking(client, settings, Actor.of(Role.BUREAU_OFFICER, "示例经办"))
    given = {"key": "import-0001", "kind": "IMPORT_ROSTER", "enterprise": encode_id("Enterprise", owner.id)}
    asked = admin.upload({**given, "reason": "示例导入"}, "花名册.csv", as_csv(roster(5)))
    assert asked["__typename"] == "MovedJob", asked
    job = admin.until(asked["job"]["id"], "CHECKED")
    assert (job["done"], job["ok"], job["errors"]) == (5, 5, 0)
    assert job["files"][0]["content"]
    for reader in (office, officer):
        assert [one["content"] for one in reader.ask(JOB, id=asked["job"]["id"])["files"]] == [None]
    seen = {"job": asked["job"]["id"], "revision": job["revision"]}
    confirmed = admin.ask(CONFIRM, input={"key": "confirm-0001", "seen": seen, "reason": "已核对"})
    assert confirmed["__typename"] == "MovedJob", confirmed
    assert admin.until(asked["job"]["id"], "DONE")["ok"] == 5
    found = admin.ask("{ people { totalCount } }")
    assert found["totalCount"] == 5
