"""Exports from the asking to the file, over the graph, made by the real engine on both databases."""

import io
import json
import zipfile
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa
from docx import Document
from pdfminer.high_level import extract_text
from sqlmodel import select

from core.audit import Tag
from core.exporting.form import ExportKind
from core.exporting.lists import LISTS
from core.models import AuditEvent, JobFilePart, Person
from core.permissions import Actor, Proof, Role, Via
from core.secrets import Sealed
from core.storage.database import Database
from core.storage.row_scope import EVERY_ROW
from schema.ids import encode_id, row_key
from server.retention import Retention
from tests import builders
from tests.schema.conftest import AUDITOR, WITHOUT_LIMIT, Graph
from tests.schema.plugin_world import OFFICER
from tests.schema.round_stages import noticed
from tests.schema.round_world import Rounds, rounds_in
from tests.server.export_world import (
    COLUMNS,
    ask_export,
    content,
    exported,
    parts_of,
    read_job,
    rows_of_csv,
    rows_of_xlsx,
    run_all,
    whole_round,
)

pytestmark = pytest.mark.anyio
FORMULA = "=HYPERLINK(1)"


@pytest.fixture
def graph(database: Database) -> Graph:
    return Graph(database)


@pytest.fixture
async def yard(graph: Graph) -> Rounds:
    return await rounds_in(graph)


async def small_shop(graph: Graph, *names: str) -> tuple[Actor, Any, list[Person]]:
    graph.serve(WITHOUT_LIMIT)
    owner = builders.enterprise()
    people = [builders.person(name=name) for name in names]
    await graph.add(owner, *people, *(builders.employment(one, owner) for one in people))
    return Actor.of(Role.ENTERPRISE_ADMIN, "示例管理员", enterprise_id=owner.id), owner, people


async def test_a_roster_comes_in_the_columns_that_were_chosen(graph: Graph) -> None:
    admin, _, (one, _) = await small_shop(graph, "示例甲", FORMULA)
    job = await exported(graph, admin, list="ROSTER", columns=["identity_number", "name", "born_on"])
    assert (job["phase"], job["total"]) == ("DONE", 2)
    [file] = job["files"]
    assert (file["role"], file["filename"][:4]) == ("EXPORT", "花名册-")
    first, second = rows_of_xlsx(content(job))
    assert list(first) == ["证件号码", "姓名", "出生日期"]
    number = builders.KEYRING.open(Sealed(one.identity_key_id, one.identity_cipher), one.id.bytes)
    assert (first["证件号码"], first["姓名"]) == (number, "示例甲")
    assert first["出生日期"].date() == one.born_on
    assert second["姓名"] == FORMULA


async def test_csv_has_the_mark_and_no_formula(graph: Graph) -> None:
    admin, _, _ = await small_shop(graph, FORMULA)
    [row] = rows_of_csv(content(await exported(graph, admin, list="ROSTER", format="CSV")))
    assert row["姓名"] == f"'{FORMULA}"
    assert "证件号码" not in row
    assert row["证件号码（掩码）"].count("*") > 8


async def test_numbers_in_full_are_for_those_who_may_read_them(graph: Graph) -> None:
    admin, owner, _ = await small_shop(graph, "示例甲")
    office = Actor.of(Role.EVALUATION_OFFICER, "示例评价", enterprise_id=owner.id)
    enterprise = encode_id("Enterprise", owner.id)
    asked = {"list": "ROSTER", "columns": ["name", "identity_number"]}
    assert (await ask_export(graph, office, **asked))["code"] == "NOT_PERMITTED"
    assert (await ask_export(graph, AUDITOR, **asked, enterprise=enterprise))["code"] == "NOT_PERMITTED"
    stranger = Actor.of(Role.ENTERPRISE_ADMIN, "示例外人", enterprise_id=builders.enterprise().id)
    assert (await ask_export(graph, stranger, **asked, enterprise=enterprise))["code"] == "NOT_FOUND"
    job = await exported(graph, OFFICER, **asked, enterprise=enterprise)
    assert len(rows_of_xlsx(content(job))) == 1
    # What the bureau exports is the bureau's: an officer's file is no auditor's, and no enterprise sees the job.
    [file] = (await read_job(graph, AUDITOR, job["id"]))["files"]
    assert file["content"] is None
    assert (await graph.fault("query($id: ID!) { job(id: $id) { id } }", admin, id=job["id"]))["extensions"][
        "code"
    ] == "NOT_FOUND"


@pytest.mark.parametrize(
    ("asked", "code", "words"),
    [
        ({"list": "ROSTER", "columns": ["nmae"]}, "UNKNOWN_CODE", "导出列“nmae”不在词表中"),
        ({"list": "ROSTER", "columns": []}, "BAD_ARGUMENT", "至少选择一列"),
        ({"list": "ROSTER", "columns": ["name", "name"]}, "BAD_ARGUMENT", "“name”列选择了两次"),
        ({"list": "RESULTS"}, "BAD_ARGUMENT", "请写明评价批次"),
        ({"list": "AUDIT"}, "NOT_PERMITTED", "角色 enterprise-admin 没有权限 city:audit:read；请使用具备该权限的令牌"),
    ],
)
async def test_what_cannot_be_exported_is_refused_in_words(
    graph: Graph, asked: dict[str, Any], code: str, words: str
) -> None:
    admin, _, _ = await small_shop(graph)
    refused = await ask_export(graph, admin, **asked)
    assert (refused["code"], refused["message"]["zh"]) == (code, words)
    assert (refused["nearest"] == "name") is (code == "UNKNOWN_CODE")


async def test_an_export_waits_for_nobody_and_is_not_confirmed(graph: Graph) -> None:
    admin, _, _ = await small_shop(graph, "示例甲")
    asked = await ask_export(graph, admin, list="ROSTER")
    seen = {"job": asked["job"]["id"], "revision": 1}
    confirm = "mutation($input: JobStepInput!) { confirmJob(input: $input) { ... on Problem { message { zh } } } }"
    given = {"key": "confirm-it-1", "seen": seen, "reason": "示例"}
    answer = await graph.ask(confirm, admin, input=given)
    assert answer["confirmJob"]["message"]["zh"] == "“导出名单”为“排队”，不能确认；须为“待确认”"


async def test_the_rights_of_the_moment_decide(graph: Graph) -> None:
    """Asked with a right, made without: the account was closed in between."""
    admin, owner, _ = await small_shop(graph, "示例甲")
    account = builders.account()
    await graph.add(account)
    proof = Proof(Via.SESSION, "example", account_id=account.id)
    asker = Actor.of(Role.ENTERPRISE_ADMIN, "示例管理员", enterprise_id=owner.id, proof=proof)
    asked = await ask_export(graph, asker, list="ROSTER")
    async with graph.database.write(EVERY_ROW) as session:
        await session.exec(sa.text("UPDATE account SET disabled_at = '2026-03-01 00:00:00+00:00'"))
    await run_all(graph)
    job = await read_job(graph, admin, asked["job"]["id"])
    assert (job["phase"], job["files"]) == ("FAILED", [])
    assert job["error"]["zh"] == "没有此账户，或无权操作；请核对标识"


async def test_files_expire_and_are_gone(graph: Graph) -> None:
    admin, _, _ = await small_shop(graph, "示例甲")
    job = await exported(graph, admin, list="ROSTER")
    assert content(job)
    graph.clock.moment += timedelta(days=7)
    [file] = (await read_job(graph, admin, job["id"]))["files"]
    assert file["content"] is None
    assert await pieces(graph) == 1
    await Retention(parts_of(graph), timedelta(days=90)).look()
    assert await pieces(graph) == 0
    [file] = (await read_job(graph, admin, job["id"]))["files"]
    assert (file["content"], file["clearedAt"]) == (None, graph.clock.moment.isoformat())
    async with graph.database.read(EVERY_ROW) as session:
        [cleared] = (await session.exec(select(AuditEvent).where(AuditEvent.tag == Tag.CITY_JOB_CLEAR))).all()
    assert (cleared.subject_id, cleared.reason) == (str(row_key(job["id"], "Job")), "保存期满 kept long enough")


async def pieces(graph: Graph) -> int:
    async with graph.database.read(EVERY_ROW) as session:
        return len((await session.exec(select(JobFilePart.id))).all())


async def test_a_job_may_be_stopped_by_who_asked(graph: Graph) -> None:
    admin, owner, _ = await small_shop(graph, "示例甲")
    asked = await ask_export(graph, admin, list="ROSTER")
    shown = "... on MovedJob { job { phase } } ... on Problem { code }"
    stop = f"mutation($input: JobStepInput!) {{ cancelJob(input: $input) {{ {shown} }} }}"
    given = {"key": "cancel-it-1", "seen": {"job": asked["job"]["id"], "revision": 1}, "reason": "示例"}
    office = Actor.of(Role.EVALUATION_OFFICER, "示例评价", enterprise_id=owner.id)
    assert (await graph.ask(stop, office, input=given))["cancelJob"] == {"code": "NOT_FOUND"}
    assert (await graph.ask(stop, admin, input=given))["cancelJob"]["job"]["phase"] == "CANCELLED"
    await run_all(graph)
    assert (await read_job(graph, admin, asked["job"]["id"]))["files"] == []


async def test_the_audit_log_tells_its_own_export(graph: Graph) -> None:
    graph.serve(WITHOUT_LIMIT)
    first = rows_of_xlsx(content(await exported(graph, AUDITOR, list="AUDIT")))
    assert [row["事项"] for row in first] == ["city:job:ask"]
    second = rows_of_xlsx(content(await exported(graph, AUDITOR, list="AUDIT", columns=["tag", "body", "reason"])))
    assert [row["事项"] for row in second] == ["city:job:ask", "city:export:make", "city:job:ask"]
    made = second[1]["事件正文（规范 JSON）"]
    assert '"rows":1' in made and '"numbers_in_full":false' in made


async def test_the_lists_of_a_round(yard: Rounds) -> None:
    await whole_round(yard)
    graph, round_ = yard.graph, yard.round["id"]

    async def rows(list_: str, actor: Actor = yard.office, **more: Any) -> list[dict[str, Any]]:
        return rows_of_xlsx(content(await exported(graph, actor, list=list_, round=round_, **more)))

    [certificate] = await rows(
        "SKILL_CERTIFICATES",
        columns=[column.key for column in LISTS[ExportKind.SKILL_CERTIFICATES].columns if column.is_prescribed],
    )
    # The national columns, in their order.
    assert " ".join(certificate) == (
        "姓名 证件类型 证件号码 职业名称 工种名称 职业技能等级 证书编号 二维码 评价机构 发证日期"
    )
    assert (certificate["职业技能等级"], certificate["证件类型"]) == ("二级/技师", "居民身份证")
    assert len(certificate["证件号码"]) == 18 and len(certificate["证书编号"]) == 22
    [title] = await rows("TITLE_CERTIFICATES")
    assert (title["资格名称"], title["获得途径"], title["审批单位"]) == ("工程师", "一评双证", certificate["评价机构"])
    assert title["一评双证的技能证书编号"] == certificate["证书编号"]
    assert title["评委会或考试名称"].endswith("评审委员会")
    [result] = await rows("RESULTS")
    assert (result["技能评价结果"], result["同意票数"], result["退回意见"]) == ("通过", 7, None)
    [noticed] = await rows("NOTICE", AUDITOR)
    assert (noticed["姓名"], noticed["职称评审结果"]) == ("示例焊工", "通过")
    [applied] = await rows("APPLICATIONS")
    assert (applied["申报状态"], applied["认定等级"]) == ("已评价", "二级/技师")
    members = await rows("COMMITTEE")
    assert (len(members), {row["出席"] for row in members}) == (7, {"是"})


async def test_what_the_bureau_marked_stands_in_the_row(yard: Rounds) -> None:
    _worker, application = await noticed(yard)
    await yard.filed()
    comments = [{"row": application["id"], "comment": "技能总分与原始成绩不符"}]
    await yard.step("returnResults", OFFICER, comments=comments)
    job = await exported(yard.graph, yard.office, list="RESULTS", round=yard.round["id"])
    [row] = rows_of_xlsx(content(job))
    assert (row["退回意见"], row["退回后是否更正"]) == ("技能总分与原始成绩不符", "否")


async def test_columns_say_where_they_come_from(graph: Graph) -> None:
    graph.serve(WITHOUT_LIMIT)
    found = {one["key"]: one for one in (await graph.ask(COLUMNS % "SKILL_CERTIFICATES"))["exportColumns"]}
    assert found["number"]["citation"]["url"] == "http://cfpba.zyjndj.com/w1346/c31891"
    assert (found["identity_number"]["isGuarded"], found["reported_on"]["isPlatformDefault"]) == (True, True)


async def test_a_page_costs_the_same_whatever_it_holds(graph: Graph) -> None:
    """Forty statements and some for a file, at one, three and thirty rows."""
    counts = []
    for number in (1, 3, 30):
        admin, _, _ = await small_shop(graph, *(f"示例{n}" for n in range(number)))
        await ask_export(graph, admin, list="ROSTER")
        with graph.database.count_queries() as sent:
            await run_all(graph)
        counts.append(len(sent))
    assert len(set(counts)) == 1, counts


async def test_papers_of_a_round(yard: Rounds) -> None:
    refused = await ask_export(yard.graph, yard.office, list="ROSTER", format="PDF")
    assert (refused["where"], refused["message"]["zh"]) == ("format", "“花名册”没有 Word 或 PDF 文书；请选 XLSX 或 CSV")
    await yard.opened()
    early = {"list": "NOTICE", "round": yard.round["id"], "format": "PDF"}
    failed = await exported(yard.graph, yard.office, **early)
    assert failed["error"]["zh"] == "该批次尚未公示结果；公示后再生成"
    await whole_round(yard)
    for format_ in ("PDF", "DOCX"):
        said = {}
        for list_ in ("NOTICE", "COMMITTEE", "SKILL_CERTIFICATES", "TITLE_CERTIFICATES"):
            job = await exported(yard.graph, yard.office, list=list_, round=yard.round["id"], format=format_)
            assert job["phase"] == "DONE", job
            said[list_] = words_of(content(job), format_)
        assert "评价结果公示" in said["NOTICE"] and "示例焊工" in said["NOTICE"]
        assert "公示期：2026-" in said["NOTICE"] and "以实名书面" in said["NOTICE"]
        assert "表决为无记名投票" in said["COMMITTEE"] and "E00" in said["COMMITTEE"]
        assert "职业技能等级证书" in said["SKILL_CERTIFICATES"] and "Y000044000001" in said["SKILL_CERTIFICATES"]
        assert "工程师" in said["TITLE_CERTIFICATES"]


def words_of(data: bytes, format_: str) -> str:
    if format_ == "PDF":
        return extract_text(io.BytesIO(data)).replace("\n", "")
    paper: Any = Document(io.BytesIO(data))
    cells = [cell.text for table in paper.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(one.text for one in paper.paragraphs), *cells])


async def test_the_audit_log_comes_for_the_days_and_kinds_that_were_asked_for(graph: Graph) -> None:
    admin, _, _ = await small_shop(graph, "示例甲")
    await exported(graph, admin, list="ROSTER")
    graph.clock.moment += timedelta(days=1)
    await exported(graph, admin, list="ROSTER")
    asked = {"list": "AUDIT", "columns": ["seq", "at", "tag"], "format": "CSV"}

    async def told(**more: Any) -> list[tuple[str, str]]:
        found = rows_of_csv(content(await exported(graph, AUDITOR, **asked, **more)))
        return [(row["时间（北京时间）"][:10], row["事项"]) for row in found]

    both = {"events": ["city:job:ask", "city:export:make"]}
    made = [(day, tag) for day in ("2026-03-02", "2026-03-03") for tag in both["events"]]
    assert await told(to="2026-03-03", **both) == [*made, ("2026-03-03", "city:job:ask")]
    assert await told(**{"from": "2026-03-02", "to": "2026-03-02"}) == made[:2]
    assert await told(**{"from": "2026-03-04"}) == []
    # Reading the log stands in it as well, with what was asked for.
    async with graph.database.read(EVERY_ROW) as session:
        query = select(AuditEvent).where(AuditEvent.tag == Tag.CITY_EXPORT_MAKE).order_by(sa.desc("seq"))
        last = (await session.exec(query)).first()
    assert last is not None
    after = json.loads(last.body)["after"]
    assert (last.actor_role, after["list"], after["since"], after["rows"]) == (AUDITOR.role, "audit", "2026-03-04", 0)


@pytest.mark.parametrize(
    ("given", "code", "said"),
    [
        ({"list": "ROSTER", "from": "2026-03-02"}, "BAD_ARGUMENT", "此名单不按日期或事项导出"),
        ({"list": "AUDIT", "from": "2026-03-02", "to": "2026-03-01"}, "PERIOD_REVERSED", "前后颠倒"),
        ({"list": "AUDIT", "events": ["city:job:asks"]}, "UNKNOWN_CODE", "事项“city:job:asks”不在词表中"),
    ],
)
async def test_what_cannot_be_asked_of_the_log_is_told(graph: Graph, given: Any, code: str, said: str) -> None:
    admin, _, _ = await small_shop(graph, "示例甲")
    actor = AUDITOR if given["list"] == "AUDIT" else admin
    refused = await ask_export(graph, actor, **given)
    assert (refused["code"], said in refused["message"]["zh"]) == (code, True)


async def test_a_report_is_made_as_a_job_and_kept_for_its_role(yard: Rounds) -> None:
    graph = yard.graph
    mutation = (
        "mutation($input: ExportReportInput!) { exportReport(input: $input) { "
        "... on MovedJob { job { id kind } } ... on Problem { code } } }"
    )

    async def asked(actor: Actor, **given: Any) -> Any:
        wanted = {"key": f"report-{uuid4().hex}", "reason": "示例", **given}
        return (await graph.ask(mutation, actor, input=wanted))["exportReport"]

    for format_, suffix, part in (("WORD", "docx", "word/document.xml"), ("EXCEL", "xlsx", "xl/charts/chart1.xml")):
        job = (await asked(OFFICER, format=format_, **{"from": "2020-01-01", "to": "2030-12-31"}))["job"]
        await run_all(graph)
        made = await read_job(graph, OFFICER, job["id"])
        assert (job["kind"], made["phase"]) == ("EXPORT_REPORT", "DONE"), made
        assert made["files"][0]["filename"] == f"试点总结-2020-01-01-2030-12-31.{suffix}"
        with zipfile.ZipFile(io.BytesIO(content(made))) as archive:
            assert part in archive.namelist()
        assert [one["content"] for one in (await read_job(graph, AUDITOR, job["id"]))["files"]] == [None]
    assert (await asked(OFFICER, format="WORD", **{"from": "2026-12-31", "to": "2026-01-01"}))[
        "code"
    ] == "PERIOD_REVERSED"
