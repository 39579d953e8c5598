"""An author's own workbook comes back with the findings in it, and clean once they are mended."""

import io
from typing import Any

import openpyxl
import pytest

from core.errors import GuantongError
from core.files.marks import AUTHOR, COLOURS
from core.texts import Text
from plugins.findings import Finding, Place, Severity, Stage
from plugins.workbook.marks import annotate
from plugins.workbook.reader import in_workbook, read_catalog
from tests.plugins.hostile.workbooks import HEADER, SOUND, book, drawn, manifest, write

MANIFEST = manifest()
RED = COLOURS[Severity.ERROR]


def opened(data: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(data))


def sheet_of(data: bytes) -> Any:
    return opened(data)["对应关系目录"]


def finding(**place: Any) -> Finding:
    what = Text("低于政策年限", "below the floor")
    return Finding("SCH201", Stage.STATIC, Severity.ERROR, Place("x", "1.0.0", **place), what, "1", "2", "国家 第二条")


def test_cells_are_red_with_a_comment_and_a_line_beside_the_row() -> None:
    original = book({"skill_level": "高级计师"}, {})
    sheet = sheet_of(annotate(original, read_catalog(original, MANIFEST).findings))
    assert sheet["E2"].fill.fgColor.rgb == RED
    assert sheet["E2"].value == "高级计师"
    assert sheet["E2"].comment.author == AUTHOR
    said = (
        "错误 WBK012 技能等级“高级计师”不在词表中；请改正 / "
        "Skill level '高级计师' is not in the vocabulary; correct it；最接近 nearest: 高级技师"
    )
    assert sheet["E2"].comment.text == f"—— 校验结果 ——\n{said}"
    column = len(HEADER) + 1
    assert [sheet.cell(row, column).value for row in (1, 2, 3)] == ["校验结果", said, None]
    assert sheet["E3"].fill.fgColor.rgb != RED


def test_findings_of_the_rules_are_marked_by_row_and_entry() -> None:
    """What verification says of the document knows rows and entries; the workbook knows where they stand."""
    original = book({"number": 7}, {"number": 9})
    marked = sheet_of(
        annotate(
            original,
            [
                finding(file="catalog.toml", row=9, entry="skill_to_title"),
                finding(file="catalog.toml", row=9, entry="row[2].skill_to_title.requires[1].at_least"),
                finding(file="catalog.toml", row=7, entry="title_level"),
                finding(file="catalog.toml", row=7),
                finding(file="scheme.toml", entry="scheme.from"),
            ],
        )
    )
    red = [cell.coordinate for row in marked.iter_rows() for cell in row if cell.fill.fgColor.rgb == RED]
    assert red == ["A2", "H2", "I3", "K3"]


def test_every_finding_is_listed_on_a_sheet_of_its_own() -> None:
    marked = opened(
        annotate(book({}), [finding(file="scheme.toml", entry="scheme.from"), finding(row=1, entry="trade")])
    )
    listed = [[cell.value for cell in row] for row in marked["校验结果"].iter_rows()]
    assert listed[0][:5] == ["程度", "代码", "单元格", "问题", "Problem"]
    assert listed[1] == [
        "错误 / error",
        "SCH201",
        "scheme.toml · scheme.from",
        "低于政策年限",
        "below the floor",
        "1",
        "2",
        "国家 第二条",
        None,
    ]
    assert listed[2][2] == "对应关系目录!D2"


def test_the_author_s_own_comments_stay_and_earlier_marks_go() -> None:
    def fill(sheet: Any, workbook: Any) -> None:
        sheet.write_row(0, 0, HEADER)
        write(sheet, 1, {**SOUND, "skill_level": "高级计师"})
        sheet.write_comment(1, 4, "请领导审阅")

    original = drawn(fill)
    once = annotate(original, read_catalog(original, MANIFEST).findings)
    assert sheet_of(once)["E2"].comment.text.startswith("请领导审阅\n—— 校验结果 ——\n错误 WBK012")
    book_again = opened(once)
    book_again["对应关系目录"]["E2"].value = "高级技师"
    buffer = io.BytesIO()
    book_again.save(buffer)
    mended = buffer.getvalue()
    assert read_catalog(mended, MANIFEST).findings == (), "marks are no part of the catalog"
    clean = opened(annotate(mended, ()))
    sheet = clean["对应关系目录"]
    assert sheet["E2"].comment.text == "请领导审阅"
    assert sheet["E2"].fill.fgColor.rgb != RED
    assert sheet.max_column == len(HEADER) + 1
    assert [sheet.cell(row, sheet.max_column).value for row in (1, 2)] == ["校验结果", None]
    assert clean.sheetnames.count("校验结果") == 1


def test_a_merged_cell_is_marked_where_it_holds_its_value() -> None:
    def fill(sheet: Any, workbook: Any) -> None:
        sheet.write_row(0, 0, HEADER)
        for row in (1, 2):
            write(sheet, row, {**SOUND, "number": row, "series": None})
        sheet.merge_range(1, 5, 2, 5, "工程技木人员")

    original = drawn(fill)
    findings = read_catalog(original, MANIFEST).findings
    assert [one.place.cell for one in findings] == ["对应关系目录!F2", "对应关系目录!F3"]
    sheet = sheet_of(annotate(original, findings))
    assert sheet["F2"].comment.text.count("WBK012") == 2


def test_what_is_said_never_becomes_a_formula() -> None:
    what = Text('=HYPERLINK("http://example.org")\x07', "=1+1")
    told = Finding("SCH201", Stage.STATIC, Severity.NOTICE, Place(cell="对应关系目录!A2"), what, "=2", "=3")
    marked = opened(annotate(book({}), [told]))
    kinds = {cell.value: cell.data_type for row in marked["校验结果"].iter_rows() for cell in row}
    assert [kinds[text] for text in ('=HYPERLINK("http://example.org")\\x07', "=1+1", "=2", "=3")] == ["s"] * 4


def test_a_workbook_without_a_catalog_still_gets_the_list() -> None:
    original = drawn(lambda sheet, _: sheet.write(0, 0, "你好"))
    marked = opened(annotate(original, read_catalog(original, MANIFEST).findings))
    assert marked["校验结果"]["B2"].value == "WBK004"
    assert marked["对应关系目录"]["A1"].value == "你好"


def test_what_is_no_workbook_is_refused() -> None:
    with pytest.raises(
        GuantongError, match=r"BAD_FILE \[catalog.xlsx\] 不是可读的 XLSX 工作簿；请去掉密码并另存为 .xlsx"
    ):
        annotate(b"no workbook", ())


def test_a_finding_keeps_a_place_that_the_workbook_does_not_know() -> None:
    cells = {(7, "number"): "目录!A9", (7, "skill_to_title.clause"): "目录!J9"}
    told = in_workbook(
        (
            finding(row=7, entry="skill_to_title"),
            finding(row=7, entry="row[1]"),
            finding(row=8),
            finding(entry="group.a"),
        ),
        cells,
    )
    assert [one.place.cell for one in told] == ["目录!J9", "目录!A9", None, None]
    assert [one.place.file for one in told] == ["catalog.xlsx", "catalog.xlsx", "catalog.xlsx", None]
