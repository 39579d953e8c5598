"""Writes a list to a file row by row, in memory that does not grow with the rows.

What people typed may begin like a formula. In a workbook such a cell is a text and stays one when it is edited
(``quotePrefix``); in CSV, which knows no texts, it gets an apostrophe. Numbers of documents and certificates are texts,
for a program that takes them for numbers loses their last digits.
"""

import csv
import re
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Final, Protocol

import xlsxwriter

from core.exporting.form import PAPERS, Cell, Cells, Column, ExportFormat, ListForm
from core.exporting.papers import Head
from core.exporting.pdf import Pdf
from core.exporting.word import Word
from core.texts import Text

# OWASP, CSV injection; with the full-width forms that office programs of East Asia read alike.
FORMULA: Final = re.compile(r"^[\s'\"]*[=+\-@\t\r\n＝＋－＠]")
ABOUT: Final = Text("列说明", "Columns")
_DEFAULT: Final = Text("平台默认", "platform default")
ROWS_A_SHEET: Final = 1_048_576
MOST_CHARACTERS: Final = 32_767  # of a cell
_ABOUT_WIDTHS: Final = (22, 24, 40, 60, 60)


class Writer(Protocol):
    """A file that grows."""

    def write(self, rows: Iterable[Cells]) -> None:
        """Add rows."""

    def close(self) -> None:
        """Finish the file."""

    def abandon(self) -> None:
        """Let go of a file that nobody wants any more; nothing once it is finished."""


def open_writer(
    format_: ExportFormat, path: Path, form: ListForm, columns: Sequence[Column], head: Head | None = None
) -> Writer:
    """A file of a list with its headers; a paper with its head."""
    if format_ in PAPERS:
        return (Word if format_ is ExportFormat.DOCX else Pdf)(path, head or Head(form.name.zh), columns)
    return Csv(path, columns) if format_ is ExportFormat.CSV else Workbook(path, form, columns)


def is_formula_like(text: str) -> bool:
    """Whether a program might run ``text``."""
    return FORMULA.match(text) is not None


class Csv:
    """UTF-8 with its mark, which every office program reads; every cell quoted."""

    def __init__(self, path: Path, columns: Sequence[Column]) -> None:
        self._keys = [column.key for column in columns]
        self._file = path.open("w", encoding="utf-8-sig", newline="")
        self._out = csv.writer(self._file, quoting=csv.QUOTE_ALL)
        self._out.writerow([column.header.zh for column in columns])

    def write(self, rows: Iterable[Cells]) -> None:
        self._out.writerows([_plain(row.get(key)) for key in self._keys] for row in rows)

    def close(self) -> None:
        self._file.close()

    abandon = close


def _plain(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, date):
        return cell.isoformat()
    return f"'{cell}" if isinstance(cell, str) and is_formula_like(cell) else str(cell)


class Workbook:
    """A workbook; past its longest sheet it goes on in another. A last sheet says where each column comes from."""

    def __init__(self, path: Path, form: ListForm, columns: Sequence[Column], most: int = ROWS_A_SHEET) -> None:
        options = {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "tmpdir": str(path.parent),  # rows lie there until the file is whole
        }
        self._book: Any = xlsxwriter.Workbook(str(path), options)
        self._form, self._columns, self._most = form, columns, most
        self._head = self._book.add_format({"bold": True, "text_wrap": True, "num_format": "@"})
        self._text = self._book.add_format({"num_format": "@"})
        self._quoted = self._book.add_format({"num_format": "@", "quote_prefix": True})
        self._day = self._book.add_format({"num_format": "yyyy-mm-dd"})
        self._sheets = 0
        self._begin()

    def _begin(self) -> None:
        self._sheets += 1
        name = self._form.name.zh if self._sheets == 1 else f"{self._form.name.zh} {self._sheets}"
        self._sheet: Any = self._book.add_worksheet(name)
        self._sheet.freeze_panes(1, 0)
        for at, column in enumerate(self._columns):
            self._sheet.set_column(at, at, column.width)
            self._sheet.write_string(0, at, column.header.zh, self._head)
        self._next = 1

    def write(self, rows: Iterable[Cells]) -> None:
        for row in rows:
            if self._next == self._most:
                self._begin()
            for at, column in enumerate(self._columns):
                self._put(at, row.get(column.key))
            self._next += 1

    def _put(self, at: int, cell: Cell) -> None:
        if cell is None:
            return
        if isinstance(cell, date):
            self._sheet.write_datetime(self._next, at, cell, self._day)
        elif isinstance(cell, int):
            self._sheet.write_number(self._next, at, cell)
        else:
            form = self._quoted if is_formula_like(cell) else self._text
            self._sheet.write_string(self._next, at, cell[:MOST_CHARACTERS], form)

    def close(self) -> None:
        sheet: Any = self._book.add_worksheet(ABOUT.zh)
        for at, width in enumerate(_ABOUT_WIDTHS):
            sheet.set_column(at, at, width)
        for at, text in enumerate(("列 column", "标识 key", "English", "依据 source", "说明 note")):
            sheet.write_string(0, at, text, self._head)
        for number, column in enumerate(self._columns, 1):
            note = str(column.note) if column.note else ""
            for at, text in enumerate((column.header.zh, column.key, column.header.en, source_of(column), note)):
                sheet.write_string(number, at, text)
        self._book.close()

    def abandon(self) -> None:
        for sheet in self._book.worksheets():
            sheet.row_data_fh.close()  # where its rows lie until the file is whole


def source_of(column: Column) -> str:
    """What prescribes a column, in words."""
    if column.citation is None:
        return str(_DEFAULT)
    return f"{column.citation}（{column.citation.confidence.label.zh}）"
