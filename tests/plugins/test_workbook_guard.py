"""Workbooks that would harm whoever opens them are refused before anything does, each by code and in words."""

import io
import random
import re

import pytest
import xlsxwriter

from core.facts import ContestRank
from plugins.archive import CODES
from plugins.workbook.guard import LIMITS, look_through
from plugins.workbook.reader import read_catalog
from tests.hostile_books import SHEET, Book, edited, harmful, parts, with_merges, with_part
from tests.plugins.hostile.workbooks import book, drawn, manifest

MANIFEST = manifest()
SOUND = book({})
HARMFUL = harmful(SOUND, LIMITS)


@pytest.mark.parametrize("book", HARMFUL, ids=[one.name for one in HARMFUL])
def test_what_is_not_opened(book: Book) -> None:
    reading = read_catalog(book.data, MANIFEST)
    assert reading.form is None
    [finding] = reading.findings
    assert finding.code == CODES[book.harm]
    assert book.says in finding.what.zh
    assert finding.what.en


def test_an_upload_too_large_is_not_even_looked_into() -> None:
    (finding,) = read_catalog(bytes(LIMITS.archive.upload + 1), MANIFEST).findings
    assert (finding.code, "超过 8.0 MB" in finding.what.zh) == ("ART015", True)


def test_refusals_that_no_other_file_has_are_said_in_both_languages() -> None:
    told = {book.name: read_catalog(book.data, MANIFEST).findings[0] for book in HARMFUL}
    assert str(told["one long text for every cell"].what) == (
        "各单元格的文字共 2000000127 字，超过 4000000；请精简 / "
        "the cells hold 2000000127 characters, more than 4000000; make them shorter"
    )
    assert str(told["many sheets of one far cell"].what) == (
        "各表共占 51989640 个单元格，超过 500000；请删去目录之外的内容 / "
        "the sheets span 51989640 cells, more than 500000; remove what is not the catalog"
    )
    assert str(told["merged over one another"].what) == (
        "合并单元格相互重叠；请取消合并后另存 / merged cells overlap; unmerge them"
    )


def test_merged_headers_and_groups_of_rows_are_no_harm() -> None:
    merged = with_merges(SOUND, "A1:A1", "A2:A3", "B2:B3")
    assert read_catalog(merged, MANIFEST).form is not None


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
