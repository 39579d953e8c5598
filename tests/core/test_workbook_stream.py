"""The reader of long workbooks: what harms its reader is refused or does no harm; memory does not grow with rows."""

import io
import tracemalloc
from datetime import date, datetime
from typing import Any

import pytest
import xlsxwriter

from core.files.flaws import Harm
from core.files.workbook import WorkbookLimits
from core.files.workbook_part import Unfit
from core.files.workbook_stream import LONG, StreamedWorkbook
from tests.hostile_books import SHEET, Book, edited, harmful

# What is refused by the whole of a workbook is no harm to who reads it row by row.
HARMLESS = {
    "a cell far down without a name",
    "a sheet by an odd name",
    "a document type beside",
    "in Latin-1",
    "a number in two halves",
    "a text within a text",
    "a value within a text",
    "merged over one another",
    "many sheets of one far cell",
}


def workbook(rows: int = 1, **options: Any) -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, options or {"in_memory": True}) as book:
        sheet = book.add_worksheet("名单")
        sheet.write_row(0, 0, ["姓名", "日期"])
        for row in range(1, rows + 1):
            sheet.write_string(row, 0, f"示例{row}")
            sheet.write_number(row, 1, row)
    return buffer.getvalue()


def read(data: bytes) -> list[tuple[int, list[Any]]]:
    book = StreamedWorkbook(data)
    return [row for sheet in book.sheets for row in book.rows(sheet)]


SOUND = workbook()
FAR = "<v>9e99</v></c></row></sheetData>"
BOOKS = [one for one in harmful(SOUND, WorkbookLimits(LONG.holds)) if one.name not in ("a bomb", "many elements")]


@pytest.mark.parametrize("book", BOOKS, ids=[one.name for one in BOOKS])
def test_what_harms_is_refused_or_does_no_harm(book: Book) -> None:
    tracemalloc.start()
    try:
        found = read(book.data)
    except Unfit as refused:
        assert refused.flaw.what.zh
        assert refused.flaw.what.en
        if book.harm is Harm.ACTIVE_CONTENT:
            assert refused.flaw.what.zh == book.says
    else:
        assert book.name in HARMLESS | {"one long text for every cell", "its number written oddly", "not UTF-8"}, found
    finally:
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert peak < 64 * 2**20


def test_days_numbers_truth_and_formulas_come_as_what_they_are() -> None:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        sheet, day = book.add_worksheet(), book.add_format({"num_format": "yyyy年m月d日"})
        moment = book.add_format({"num_format": 22})
        sheet.write_datetime(0, 0, datetime(2026, 3, 15), day)  # noqa: DTZ001  a sheet knows no zones
        sheet.write_datetime(0, 1, datetime(2026, 3, 15, 12, 30), moment)  # noqa: DTZ001
        sheet.write_number(0, 2, 1.5)
        sheet.write_boolean(0, 3, True)
        sheet.write_formula(0, 4, '="甲"&"乙"', None, "甲乙")
        sheet.write_rich_string(0, 6, "甲", book.add_format({"bold": True}), "乙")
    assert read(buffer.getvalue()) == [
        (
            1,
            [date(2026, 3, 15), datetime(2026, 3, 15, 12, 30), 1.5, True, "甲乙", None, "甲乙"],  # noqa: DTZ001
        )
    ]


def test_a_day_that_does_not_exist_stays_a_number() -> None:
    far = edited(
        SOUND, SHEET, lambda xml: xml.replace("<v>1</v></c></row></sheetData>", "<v>9e99</v></c></row></sheetData>")
    )
    assert read(far)[1] == (2, ["示例1", 9e99])


def test_reading_takes_no_more_memory_for_more_rows() -> None:
    def peak(data: bytes) -> int:
        book = StreamedWorkbook(data)
        tracemalloc.start()
        for _ in book.rows(book.sheets[0]):
            pass
        _, found = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return found

    few, many = (peak(workbook(rows, constant_memory=True)) for rows in (500, 20_000))
    assert many < few + 2**20
