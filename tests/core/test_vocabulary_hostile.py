"""A workbook of occupations that would harm its reader is refused before anything opens it, in words of its own."""

import csv
import io

import pytest
import xlsxwriter

from core.errors import ErrorCode, GuantongError
from core.vocabulary import tables
from core.vocabulary.occupation_files import read_occupations
from tests.hostile_books import SHEET, Book, edited, harmful


def workbook() -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["职业编码", "职业名称"])
        sheet.write_row(1, 0, ["6-18-01-01", "车工"])
    return buffer.getvalue()


SOUND = workbook()
HARMFUL = harmful(SOUND, tables.WORKBOOK)


@pytest.mark.parametrize("book", HARMFUL, ids=[one.name for one in HARMFUL])
def test_what_is_not_opened(book: Book) -> None:
    with pytest.raises(GuantongError) as caught:
        read_occupations(book.data, "list.xlsx")
    assert caught.value.code is ErrorCode.BAD_FILE
    assert caught.value.where is not None
    assert caught.value.where.file == "list.xlsx"
    assert book.says in caught.value.message.zh
    assert caught.value.message.en


def test_the_refusal_of_far_apart_cells_in_full() -> None:
    (far,) = (book for book in HARMFUL if book.name == "opposite corners")
    with pytest.raises(GuantongError) as caught:
        read_occupations(far.data, "list.xlsx")
    assert str(caught.value) == (
        "BAD_FILE [list.xlsx · xl/worksheets/sheet1.xml] 内容超出 20000 行、64 列；请删去职业分类之外的内容 / "
        "content beyond 20000 rows and 64 columns; remove what is not the classification"
    )


def test_the_sound_workbook_reads_and_blank_formatted_cells_far_away_are_no_harm() -> None:
    far = '<row r="1048576"><c r="XFD1048576" s="0"/></row></sheetData>'
    for data in (SOUND, edited(SOUND, SHEET, lambda xml: xml.replace("</sheetData>", far))):
        assert [row.code for row in read_occupations(data, "list.xlsx").rows] == ["6-18-01-01"]


def test_what_the_library_cannot_read_is_refused_in_the_same_words() -> None:
    broken = edited(SOUND, "xl/workbook.xml", lambda xml: xml.replace("sheetId", "sheetNo").replace("r:id", "r:no"))
    with pytest.raises(GuantongError, match="不是可读的 XLSX 工作簿"):
        read_occupations(broken, "list.xlsx")


def test_no_more_rows_are_read_than_show_that_there_are_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    """Eight megabytes of empty lines would be as many lists."""
    taken = 0
    reader = csv.reader

    def counted(*given: object, **named: object) -> object:
        nonlocal taken
        for row in reader(*given, **named):  # type: ignore[call-overload]
            taken += 1
            yield row

    monkeypatch.setattr(tables.csv, "reader", counted)
    with pytest.raises(GuantongError, match="超过 20000 行"):
        read_occupations(b"\n" * (tables.MAX_ROWS * 3), "x.csv")
    assert taken == tables.MAX_ROWS + 1
