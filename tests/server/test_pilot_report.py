"""The report as a file: what it says is what the summary says, and nothing in it is a formula."""

import io
import zipfile
from dataclasses import replace
from datetime import date
from typing import Any

import docx
import openpyxl
import pytest

from core.files.report import Chart, Report, Section, as_word, as_workbook
from core.permissions import Actor, Permission, Role
from core.policy.load import load_packs
from core.services.pilot_report import HIDDEN, pilot_report
from core.services.summary import pilot_summary, rate
from core.services.supervision import Period
from core.storage.database import Database
from core.storage.queries.summary import Dimension, SummaryFilter
from core.storage.row_scope import RowScope
from core.vocabulary import load_vocabulary
from server.wiring import Parts
from tests.server.test_crowd import generate

PERIOD = Period(date(2026, 1, 1), date(2026, 12, 31), date(2026, 11, 23))
AUDITOR = Actor.of(Role.BUREAU_AUDITOR, "auditor")
POLICY = load_packs()
HOSTILE = '=HYPERLINK("http://example.invalid")'
SMALL = Report(
    "示例报告",
    ("一行",),
    (
        Section(
            "分组 groups",
            ("名称 name", "人数 people", "比例 share"),
            ((HOSTILE, 3, 0.25), ("@SUM(1)", None, None)),
            frozenset({2}),
            ("一条说明",),
            (Chart("比例", (2,), is_share=True),),
        ),
        Section("空 empty", ("名称 name",), ()),
    ),
)


def cells(content: bytes, sheet: int = 0) -> list[list[Any]]:
    book = openpyxl.load_workbook(io.BytesIO(content))
    return [[cell.value for cell in row] for row in book.worksheets[sheet].iter_rows()]


def test_a_workbook_has_a_sheet_a_section_and_its_charts() -> None:
    content = as_workbook(SMALL)
    assert content == as_workbook(SMALL), "the same report is the same file"
    found = cells(content)
    assert found[0][0] == "示例报告 · 分组 groups"
    assert [row[:3] for row in found[3:6]] == [
        ["名称 name", "人数 people", "比例 share"],
        [HOSTILE, 3, 0.25],
        ["@SUM(1)", None, None],
    ]
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = archive.namelist()
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
    assert [name for name in names if name.startswith("xl/charts/chart")] == ["xl/charts/chart1.xml"]
    assert "<f>" not in sheet
    assert "hyperlink" not in sheet.lower()


def test_a_document_has_the_same_tables() -> None:
    document = docx.Document(io.BytesIO(as_word(SMALL)))
    [table] = document.tables
    assert [[cell.text for cell in row.cells] for row in table.rows] == [
        ["名称 name", "人数 people", "比例 share"],
        [HOSTILE, "3", "25.0%"],
        ["@SUM(1)", "—", "—"],
    ]
    texts = [one.text for one in document.paragraphs]
    assert texts == ["示例报告", "一行", "分组 groups", "一条说明", "空 empty", "无 none"]


@pytest.mark.anyio
async def test_the_report_says_what_the_summary_says(parts: Parts) -> None:
    await generate(parts, 600)
    database = parts.database
    report = await _report(database, AUDITOR)
    titles = [one.title for one in report.sections]
    assert titles[0] == "总体 whole"
    assert titles[-2:] == ["材料分组 evidence groups", "监管预警 alerts"]
    async with database.read(RowScope.of(AUDITOR)) as session:
        wanted = SummaryFilter(PERIOD.starts, PERIOD.ends)
        [whole] = await pilot_summary(session, AUDITOR, POLICY, [], wanted, PERIOD.day)
        owners = await pilot_summary(session, AUDITOR, POLICY, [Dimension.ENTERPRISE], wanted, PERIOD.day)
    assert whole.figures is not None
    [row] = report.sections[0].rows
    assert row[:2] == ("合计 all", whole.figures.applicants)
    assert row[4] == rate(whole.figures.skill)
    by_enterprise = report.sections[2].rows
    assert len(by_enterprise) == len(owners)
    assert {one[0] for one in by_enterprise} == {"岭南船舶示例企业", "越秀轨道示例企业"}
    assert sum(int(one[1] or 0) for one in by_enterprise) == whole.figures.applicants
    assert cells(as_workbook(report))[3][0] == "分组 group"
    assert len(docx.Document(io.BytesIO(as_word(report))).tables) == len(titles)

    small = next(one for one in owners if one.figures is not None and one.figures.applicants < 5)
    id_ = small.key[Dimension.ENTERPRISE]
    office = Actor.of(Role.EVALUATION_OFFICER, "office", enterprise_id=id_)
    statistics = replace(office, permissions=frozenset({Permission.ENTERPRISE_EVALUATION_READ}))
    hidden = await _report(database, statistics)
    assert hidden.sections[0].rows[0][1] == HIDDEN
    assert hidden.sections[0].notes[0].startswith("小于下限的分组已隐去；依据：")
    assert hidden.sections[-2].rows == ()


async def _report(database: Database, actor: Actor) -> Report:
    async with database.read(RowScope.of(actor)) as session:
        return await pilot_report(session, actor, POLICY, load_vocabulary(), PERIOD)
