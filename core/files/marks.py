"""Hands an author's own workbook back with what was found in it: red cells, comments, a result column and sheet.

Everything else stays as the author made it. Marks of an earlier check are taken away first, so that a mended workbook
comes back clean.
"""

import io
import warnings
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

import openpyxl
from openpyxl.cell.cell import MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill

from core.texts import Text, shorten

AUTHOR: Final = "贯通校验 Guantong"
DIVIDER: Final = "—— 校验结果 ——"
LONGEST: Final = 4000  # characters of a line


class Weight(StrEnum):
    """How much a mark weighs, the heaviest first."""

    ERROR = "error"
    WARNING = "warning"
    NOTICE = "notice"


WEIGHTS: Final = {
    Weight.ERROR: Text("错误", "error"),
    Weight.WARNING: Text("警告", "warning"),
    Weight.NOTICE: Text("提示", "notice"),
}
COLOURS: Final = {Weight.ERROR: "FFFFC7CE", Weight.WARNING: "FFFFEB9C", Weight.NOTICE: "FFDDEBF7"}
Cell = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that was found. ``row`` and ``column`` count from 1; without a column it is the whole row's.

    ``line`` is what is said of it at its place, ``listed`` its line in the list of all.
    """

    weight: Weight
    line: str
    listed: tuple[str, ...]
    sheet: str | None = None
    row: int | None = None
    column: int | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    """How the result column and the list of all are headed; ``header`` is the row of the table's own header, from 1."""

    result: Text
    columns: tuple[str, ...]
    widths: tuple[int, ...]
    same: Callable[[str], str]
    sheet: str | None = None
    header: int = 1


def mark_workbook(original: bytes, marks: Sequence[Mark], listing: Listing) -> bytes:
    """The workbook ``original`` with every mark at its place and in a list of all.

    The library saves each sheet by way of a temporary file.
    """
    book = _opened(original)
    by_sheet: dict[str, list[Mark]] = defaultdict(list)
    for mark in marks:
        if mark.sheet is not None and mark.row is not None:
            by_sheet[mark.sheet].append(mark)
    for sheet in book.worksheets:
        _unmark(sheet)
        _mark(sheet, by_sheet.get(sheet.title, []))
    if listing.sheet is not None:
        _fill_result_column(book[listing.sheet], listing, by_sheet.get(listing.sheet, []))
    _list_all(book, marks, listing)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _opened(original: bytes) -> Any:
    with warnings.catch_warnings():
        # It warns of decorations that it drops; the findings and the cells are what matters here.
        warnings.simplefilter("ignore")
        return openpyxl.load_workbook(io.BytesIO(original))


def _unmark(sheet: Any) -> None:
    """Takes away what an earlier check left."""
    for row in sheet.iter_rows():
        for cell in row:
            comment = cell.comment
            if comment is None or DIVIDER not in comment.text:
                continue
            kept = comment.text.partition(DIVIDER)[0].strip()
            cell.comment = Comment(kept, comment.author) if kept else None
            if cell.fill.fgColor.rgb in COLOURS.values():
                cell.fill = PatternFill()


def _mark(sheet: Any, marks: Sequence[Mark]) -> None:
    for (row, column), found in _by_cell(marks).items():
        cell = _holder(sheet, sheet.cell(row, column))
        worst = min((one.weight for one in found), key=list(Weight).index)
        cell.fill = PatternFill("solid", fgColor=COLOURS[worst])
        said = "\n".join(one.line for one in found)
        own = f"{cell.comment.text.strip()}\n" if cell.comment else ""
        cell.comment = Comment(f"{own}{DIVIDER}\n{_visible(said)}", AUTHOR, height=160, width=360)


def _by_cell(marks: Sequence[Mark]) -> Mapping[Cell, list[Mark]]:
    found: dict[Cell, list[Mark]] = defaultdict(list)
    for one in marks:
        if one.row is not None and one.column is not None:
            found[one.row, one.column].append(one)
    return found


def _holder(sheet: Any, cell: Any) -> Any:
    """The cell itself, or for a merged one the cell that holds its value."""
    if not isinstance(cell, MergedCell):
        return cell
    merged = next(one for one in sheet.merged_cells.ranges if cell.coordinate in one)
    return sheet.cell(merged.min_row, merged.min_col)


def _fill_result_column(sheet: Any, listing: Listing, marks: Sequence[Mark]) -> None:
    """One cell a row with all that was found in it, beside the table or in the column that an earlier check made."""
    header = listing.header
    column = _result_column(sheet, listing)
    for row in range(header + 1, sheet.max_row + 1):
        if not isinstance(sheet.cell(row, column), MergedCell):
            sheet.cell(row, column).value = None
    head = sheet.cell(header, column)
    if not isinstance(head, MergedCell):
        head.value, head.font = listing.result.zh, Font(bold=True)
    sheet.column_dimensions[head.column_letter].width = 60
    lines: dict[int, list[str]] = defaultdict(list)
    for one in sorted(marks, key=lambda mark: (mark.row or 0, mark.column or 0)):
        if one.row is not None and one.row > header:
            lines[one.row].append(one.line)
    for row, said in lines.items():
        _say(sheet.cell(row, column), "\n".join(said))


def _result_column(sheet: Any, listing: Listing) -> int:
    names = {listing.same(name) for name in listing.result}
    header = listing.header
    known = (c for c in range(1, sheet.max_column + 1) if listing.same(str(sheet.cell(header, c).value or "")) in names)
    return next(known, sheet.max_column + 1)


def _list_all(book: Any, marks: Sequence[Mark], listing: Listing) -> None:
    name = listing.result.zh
    if name in book.sheetnames:
        del book[name]
    sheet = book.create_sheet(name)
    for row, values in enumerate((listing.columns, *(one.listed for one in marks)), start=1):
        for column, value in enumerate(values, start=1):
            _say(sheet.cell(row, column), value)
    for column, width in enumerate(listing.widths, start=1):
        sheet.column_dimensions[openpyxl.utils.get_column_letter(column)].width = width


def _say(cell: Any, text: str) -> None:
    """Text that stays text, whatever it begins with."""
    if isinstance(cell, MergedCell):
        return
    cell.value = _visible(text)
    cell.data_type = "s"
    cell.alignment = Alignment(wrap_text=True, vertical="top")


def _visible(text: str) -> str:
    """Without the control characters that a workbook cannot hold."""
    return "\n".join(shorten(line, LONGEST) for line in text.split("\n"))
