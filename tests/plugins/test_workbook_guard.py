"""Workbooks that would harm whoever opens them are refused before anything does, each by code and in words."""

import io
import random
import re

import pytest
import xlsxwriter

from core.facts import ContestRank
from plugins.workbook.guard import LIMITS, look_through
from plugins.workbook.reader import read_catalog
from tests.plugins.hostile import wheels as w
from tests.plugins.hostile.workbooks import SHEET, book, drawn, edited, manifest, parts, with_part

MANIFEST = manifest()
SOUND = book({})
DTD = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
FAR = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'


def beside(text: str) -> bytes:
    """A sound workbook with more at the end of its rows."""
    return edited(SOUND, SHEET, lambda xml: xml.replace("</sheetData>", text))


HARMFUL = [
    ("opposite corners", beside(FAR), "WBK002", "内容超出 5000 行、256 列"),
    (
        "a cell far down without a name",
        beside('<row r="1048576"><c><v>1</v></c></row></sheetData>'),
        "WBK002",
        "内容超出",
    ),
    (
        "a cell far right",
        beside('<row r="9"><c r="XFD9" t="inlineStr"><is><t>x</t></is></c></row></sheetData>'),
        "WBK002",
        "内容超出",
    ),
    ("a cell beyond the sheet", beside('<row r="9"><c r="ZZZZ9"><v>1</v></c></row></sheetData>'), "WBK002", "内容超出"),
    (
        "a cell outside its row",
        beside('<row r="1048576"><c r="A9"/><c><v>1</v></c></row></sheetData>'),
        "WBK001",
        "单元格不在其行内",
    ),
    ("nested without end", beside("<a>" * 100 + "</a>" * 100 + "</sheetData>"), "WBK002", "内容超出"),
    ("a document type", edited(SOUND, SHEET, lambda x: x.replace("?>", f"?>{DTD}", 1)), "WBK003", "含文档类型定义"),
    (
        "a document type beside",
        with_part(SOUND, "docProps/more.xml", f"{DTD}<x>&b;</x>".encode()),
        "WBK003",
        "含文档类型定义",
    ),
    ("macros", with_part(SOUND, "xl/vbaProject.bin"), "WBK003", "含宏、嵌入对象或外部链接"),
    ("old macros", with_part(SOUND, "xl/macrosheets/sheet1.xml", b"<x/>"), "WBK003", "含宏"),
    ("links to elsewhere", with_part(SOUND, "xl/externalLinks/externalLink1.xml", b"<x/>"), "WBK003", "含宏"),
    ("an embedded object", with_part(SOUND, "xl/embeddings/oleObject1.bin"), "WBK003", "含宏"),
    ("broken XML", edited(SOUND, SHEET, lambda x: x.replace("</sheetData>", "")), "WBK001", "工作簿内部已损坏"),
    ("not UTF-8", edited(SOUND, SHEET, lambda x: x.replace("UTF-8", "UTF-16")), "WBK001", "内部"),
    ("in Latin-1", edited(SOUND, SHEET, lambda x: x.replace("UTF-8", "ISO-8859-1")), "WBK001", "内部编码不是 UTF-8"),
    (
        "a sheet by an odd name",
        edited(SOUND, "xl/_rels/workbook.xml.rels", lambda x: x.replace("sheet1.xml", "sheet1.vml")),
        "WBK001",
        "内部结构异常",
    ),
    ("no workbook", w.packed({"xl/worksheets/sheet1.xml": b"<x/>"}), "WBK001", "缺少 xl/workbook.xml"),
    ("old or encrypted", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "WBK001", "请去掉密码并另存为 .xlsx"),
    ("no zip", b"no workbook", "WBK001", "不是可读的 XLSX 工作簿"),
    ("an escape within", w.with_entries((w.entry("../x"), b"")), "WBK001", "不是可读的 XLSX 工作簿"),
    ("a bomb", with_part(SOUND, "xl/media/a.png", bytes(LIMITS.entry + 1)), "WBK002", "工作簿过大"),
    ("many parts", w.packed({f"{n}.xml": b"<x/>" for n in range(400)}), "WBK002", "工作簿过大"),
    ("upload too large", bytes(LIMITS.upload + 1), "ART015", "超过 8.0 MB"),
    ("many elements", beside('<row r="9">' + "<c/>" * 1_000_001 + "</row></sheetData>"), "WBK002", "内容超出"),
]


@pytest.mark.parametrize(("name", "data", "code", "says"), HARMFUL, ids=[one[0] for one in HARMFUL])
def test_what_is_not_opened(name: str, data: bytes, code: str, says: str) -> None:
    reading = read_catalog(data, MANIFEST)
    assert reading.form is None
    [finding] = reading.findings
    assert finding.code == code
    assert says in finding.what.zh
    assert finding.what.en


def test_blank_cells_far_away_are_no_harm() -> None:
    """Authors format whole sheets; what holds nothing makes no reader lay anything out."""
    blank = edited(
        SOUND,
        SHEET,
        lambda x: x.replace("</sheetData>", '<row r="1048576"><c r="XFD1048576" s="0"/></row></sheetData>'),
    )
    wide = edited(blank, SHEET, lambda x: re.sub("<dimension[^>]*>", '<dimension ref="A1:XFD1048576"/>', x))
    merged = edited(
        wide,
        SHEET,
        lambda x: x.replace("</sheetData>", '</sheetData><mergeCells><mergeCell ref="A9:XFD1048576"/></mergeCells>'),
    )
    assert read_catalog(merged, MANIFEST).form is not None


def test_links_that_a_reader_only_follows_by_hand_are_no_harm() -> None:
    buffer = io.BytesIO(SOUND)
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as other:
        sheet = other.add_worksheet("说明")
        sheet.write_url(0, 0, "https://example.org")
        sheet.write_comment(0, 0, "一句话")
    assert isinstance(look_through(buffer.getvalue(), "x.xlsx"), dict)


def test_notes_name_formulas_and_what_is_hidden_by_sheet() -> None:
    def fill(sheet: xlsxwriter.worksheet.Worksheet, workbook: xlsxwriter.Workbook) -> None:
        sheet.write_formula(4, 2, "=1+1")
        sheet.set_row(7, options={"hidden": True})
        sheet.set_column(3, 4, options={"hidden": True})
        workbook.add_worksheet("乙")

    notes = look_through(drawn(fill, "甲"), "x.xlsx")
    assert isinstance(notes, dict)
    assert (notes["甲"].formulas, notes["甲"].hidden_rows, notes["甲"].hidden_columns) == ({(4, 2)}, {7}, {3, 4})
    assert notes["乙"].formulas == set()


def test_parts_changed_at_random_never_raise() -> None:
    chance = random.Random(len(ContestRank))
    sound = parts(SOUND)
    for _ in range(250):
        name = chance.choice(
            [SHEET, "xl/workbook.xml", "xl/sharedStrings.xml", "xl/styles.xml", "xl/_rels/workbook.xml.rels"]
        )
        text = bytearray(sound[name])
        for _ in range(chance.randint(1, 4)):
            text[chance.randrange(len(text))] = chance.choice(b'0123456789<>/"=AZaz &')
        reading = read_catalog(with_part(SOUND, name, bytes(text)), MANIFEST)
        assert reading.form is not None or reading.findings
