"""The imports of the bureau and of an assessor over HTTP against the real product, on a round that is being scored."""

import asyncio
import base64
import io
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from starlette.testclient import TestClient

from core.ladders import Level
from core.models import Authority, AuthorityKind, Enterprise
from core.permissions import Actor, Role
from core.storage.database import Database
from schema.ids import encode_id
from server.app import create_app
from server.service import open_service
from server.settings import Settings, load_settings
from tests import builders
from tests.schema.conftest import Graph
from tests.schema.plugin_world import OFFICER
from tests.schema.round_stages import scored
from tests.schema.round_world import Rounds, rounds_in
from tests.server.import_world import as_xlsx
from tests.server.test_import_product import CONFIRM, JOB, Asking

SCORES = ["申报标识", "评价要素", "得分"]
LIST = ["统一社会信用代码", "企业名称", "变动", "批次", "依据", "生效日期"]
MARKS = "query($id: ID!) { node(id: $id) { ... on Application { marks { criterion points } } } }"
DECISIONS = "{ pilotDecisions { edges { node { batch joined { enterprise { name { zh } } } } } } }"


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    return load_settings(database_url=database_url, home=tmp_path / "home", job_seconds=0.05)


@pytest.fixture
def client(settings: Settings) -> Iterator[TestClient]:
    with TestClient(create_app(settings, open_service), base_url="http://127.0.0.1") as client:
        yield client


def prepared(settings: Settings, build: Any) -> Any:
    """What ``build`` makes of a workshop that runs rounds."""

    async def prepare() -> Any:
        database = Database(settings.database)
        try:
            return await build(await rounds_in(Graph(database)))
        finally:
            await database.dispose()

    return asyncio.run(prepare())


async def in_scoring(yard: Rounds) -> tuple[str, list[Actor]]:
    """An application that is scored, and its assessors."""
    _worker, application = await scored(yard)
    return application["id"], yard.assessors


async def two_candidates(yard: Rounds) -> list[Enterprise]:
    """Enterprises with both authorities."""
    found = [builders.enterprise() for _ in range(2)]
    await yard.graph.add(*found)
    for one in found:
        same = {"enterprise_id": one.id, "document": "示例授权", "starts": date(2026, 1, 1)}
        skill = {"kind": AuthorityKind.SKILL_RECOGNITION, "occupation": builders.FITTER, "highest": Level.TECHNICIAN}
        title = {"kind": AuthorityKind.TITLE_REVIEW, "series": "engineering", "highest": Level.INTERMEDIATE}
        await yard.graph.add(Authority(**same, **skill), Authority(**same, **title))
    return found


def uploaded(asking: Asking, kind: str, rows: list[list[Any]], phase: str) -> Any:
    """A workbook that was uploaded and checked, with its id."""
    given = {"key": f"import-{kind}-{phase}", "kind": kind, "reason": "示例导入"}
    asked = asking.upload(given, "名单.xlsx", as_xlsx(rows))
    assert asked["__typename"] == "MovedJob", asked
    return asking.until(asked["job"]["id"], phase) | {"id": asked["job"]["id"]}


def applied(asking: Asking, job: Any) -> Any:
    seen = {"job": job["id"], "revision": job["revision"]}
    confirmed = asking.ask(CONFIRM, input={"key": f"confirm-{job['id']}"[:60], "seen": seen, "reason": "已核对"})
    assert confirmed["__typename"] == "MovedJob", confirmed
    return asking.until(job["id"], "DONE")


def marked(job: Any, cell: str) -> str:
    """What the workbook that was handed back says of a cell."""
    content = next(one["content"] for one in job["files"] if one["role"] == "MARKED")
    comment = load_workbook(io.BytesIO(base64.b64decode(content))).worksheets[0][cell].comment
    assert comment is not None
    return str(comment.text)


def test_an_assessor_s_sheet_is_marked_mended_and_put_on_record_and_nobody_else_reads_it(
    settings: Settings, client: TestClient
) -> None:
    application, (assessor, other, *_) = prepared(settings, in_scoring)
    mine, theirs = Asking(client, settings, assessor), Asking(client, settings, other)
    bureau = Asking(client, settings, OFFICER)
    bad = [SCORES, [application, "work", 80], [application, "skills", 180]]
    rejected = uploaded(mine, "IMPORT_SCORES", bad, "REJECTED")
    assert [one["node"] for one in rejected["findings"]["edges"]] == [{"cell": "花名册!C3", "code": "BAD_ARGUMENT"}]
    assert "应为 0 至 100 的整数" in marked(rejected, "C3")
    job = uploaded(mine, "IMPORT_SCORES", [SCORES, [application, "work", 80], [application, "skills", 70]], "CHECKED")
    assert (job["ok"], mine.ask(MARKS, id=application)["marks"]) == (2, [])
    assert theirs.ask("query($id: ID!) { node(id: $id) { id } }", id=job["id"]) is None
    assert [one["content"] for one in bureau.ask(JOB, id=job["id"])["files"]] == [None]
    assert applied(mine, job)["ok"] == 2
    found = {(one["criterion"], one["points"]) for one in mine.ask(MARKS, id=application)["marks"]}
    assert found == {("work", 80), ("skills", 70)}


def test_a_change_of_the_pilot_list_is_marked_mended_and_decided_as_a_whole(
    settings: Settings, client: TestClient
) -> None:
    first, second = prepared(settings, two_candidates)
    bureau = Asking(client, settings, OFFICER)
    same = ["列入", "第二批", "示例公告〔2026〕2号", "2026年3月2日"]
    lines = [[one.uscc, one.zh, *same] for one in (first, second)]
    unknown = [builders.credit_code(), None, *same]
    rejected = uploaded(bureau, "IMPORT_PILOT_LIST", [LIST, *lines, unknown], "REJECTED")
    assert [one["node"] for one in rejected["findings"]["edges"]] == [{"cell": "花名册!A4", "code": "NOT_FOUND"}]
    assert "请先登记企业" in marked(rejected, "A4")
    assert bureau.ask(DECISIONS)["edges"] == []
    job = uploaded(bureau, "IMPORT_PILOT_LIST", [LIST, *lines], "CHECKED")
    assert applied(bureau, job)["ok"] == 2
    [decision] = [one["node"] for one in bureau.ask(DECISIONS)["edges"]]
    joined = {one["enterprise"]["name"]["zh"] for one in decision["joined"]}
    assert (decision["batch"], joined) == ("第二批", {first.zh, second.zh})


def test_who_may_not_decide_the_list_or_mark_uploads_nothing(settings: Settings, client: TestClient) -> None:
    owner = prepared(settings, two_candidates)[0]
    admin = Asking(client, settings, Actor.of(Role.ENTERPRISE_ADMIN, "示例管理员", enterprise_id=owner.id))
    for kind in ("IMPORT_PILOT_LIST", "IMPORT_SCORES"):
        given = {"key": f"refused-{kind}", "kind": kind, "reason": "示例导入"}
        refused = admin.upload(given, "名单.xlsx", as_xlsx([LIST]))
        assert (refused["__typename"], refused["code"]) == ("Problem", "NOT_PERMITTED")
    named = {"key": "named-0001", "kind": "IMPORT_PILOT_LIST", "enterprise": encode_id("Enterprise", owner.id)}
    bureau = Asking(client, settings, OFFICER)
    refused = bureau.upload({**named, "reason": "示例导入"}, "名单.xlsx", as_xlsx([LIST]))
    assert (refused["__typename"], refused["code"]) == ("Problem", "BAD_ARGUMENT")
