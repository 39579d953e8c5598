"""The sheet that holds the catalog: found by its headers, merged cells filled down, blank rows and notes left out."""

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import python_calamine
from xlsxwriter.utility import xl_rowcol_to_cell

from core.errors import nearest_of
from core.files.cells import plain, text_of
from core.files.workbook import Unreadable, unreadable
from core.files.workbook_part import SheetNotes
from core.texts import Text
from plugins.findings import Finding, Place, Severity
from plugins.refusals import Refusal, refusal
from plugins.workbook.guard import look_through
from plugins.workbook.layout import Column, layout, plain_header, without_tail

HEADER_WITHIN: Final = 30  # rows from the top
FEWEST: Final = 3  # columns by which a row is known for the header
WIDE: Final = 3  # columns that a note is merged over
Merge = tuple[tuple[int, int], tuple[int, int]]


@dataclass(frozen=True)
class Sheet:
    """The values of one sheet by row and column from 0, and the cells that are merged."""

    name: str
    rows: Sequence[Sequence[object]]
    merges: tuple[Merge, ...]
    notes: SheetNotes
    is_hidden: bool = False

    def own(self, row: int, column: int) -> object:
        """What the cell itself holds."""
        return self.rows[row][column] if row < len(self.rows) and column < len(self.rows[row]) else ""

    @cached_property
    def _merged(self) -> tuple[Merge, ...]:
        """The merges that reach what the sheet holds; whole columns and rows are cut to it."""
        last, width = len(self.rows) - 1, self.width
        return tuple(
            ((top, left), (min(bottom, last), min(right, width - 1)))
            for (top, left), (bottom, right) in self.merges
            if top <= last and left < width
        )

    @cached_property
    def _down(self) -> Mapping[tuple[int, int], tuple[int, int]]:
        """For each cell that a merge covers in its first column, the cell that holds the value."""
        return {
            (row, left): (top, left) for (top, left), (bottom, _) in self._merged for row in range(top + 1, bottom + 1)
        }

    @cached_property
    def _across(self) -> Mapping[tuple[int, int], tuple[int, int]]:
        """The same for every cell of the rows that a header may stand in."""
        return {
            (row, column): (top, left)
            for (top, left), (bottom, right) in self._merged
            for row in range(top, min(bottom, HEADER_WITHIN) + 1)
            for column in range(left, right + 1)
        }

    @cached_property
    def wide(self) -> frozenset[tuple[int, int]]:
        """Where cells begin that are merged over several columns, as notes are."""
        return frozenset((top, left) for (top, left), (_, right) in self.merges if right - left + 1 >= WIDE)

    def filled(self, row: int, column: int) -> object:
        """What the cell holds, or what the one it is merged with further up holds."""
        return self.own(*self._down.get((row, column), (row, column)))

    def spread(self, row: int, column: int) -> str:
        """The text of a header cell, merged cells filled down and across."""
        return text_of(self.own(*self._across.get((row, column), (row, column))))

    def at(self, row: int, column: int) -> str:
        """How people write the cell: ``对应关系目录!B8``."""
        cell: str = xl_rowcol_to_cell(row, column)
        return f"{self.name}!{cell}"

    @cached_property
    def width(self) -> int:
        return max((len(row) for row in self.rows), default=0)


@dataclass(frozen=True, slots=True)
class Table:
    """The catalog's sheet with its header understood: which column fills which field, and where the rows begin."""

    sheet: Sheet
    columns: Mapping[str, int]
    headers: Mapping[str, str]
    first: int

    def data_rows(self) -> Iterator[int]:
        """The rows that say something; blank formatted rows and notes below the table are none."""
        for row in range(self.first, len(self.sheet.rows)):
            held = [c for c in range(self.sheet.width) if text_of(self.sheet.own(row, c))]
            if any(column in held for column in self.columns.values()) and not self._is_note(row, held):
                yield row

    def _is_note(self, row: int, held: list[int]) -> bool:
        if len(held) != 1:
            return False
        return (row, held[0]) in self.sheet.wide or text_of(self.sheet.own(row, held[0])).startswith(layout().notes)


def read_sheets(data: bytes, file: str) -> tuple[Sheet, ...] | tuple[Finding, ...]:
    """Every sheet of a workbook, or why it is not opened."""
    notes = look_through(data, file)
    if isinstance(notes, tuple):
        return notes
    try:
        with unreadable():
            return tuple(_sheets(data, notes))
    except Unreadable as error:
        what = Text("不是可读的 XLSX 工作簿；请另存后重试", "not a readable XLSX workbook; save it anew")
        return (refusal(Refusal.NOT_A_WORKBOOK, what, Place(file=file), value=error),)


def _sheets(data: bytes, notes: Mapping[str, SheetNotes]) -> Iterator[Sheet]:
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    for about in book.sheets_metadata:
        if about.typ != python_calamine.SheetTypeEnum.WorkSheet:
            continue
        sheet = book.get_sheet_by_name(about.name)
        rows = sheet.to_python(skip_empty_area=False)
        hidden = about.visible != python_calamine.SheetVisibleEnum.Visible
        yield Sheet(
            about.name, rows, tuple(sheet.merged_cell_ranges or ()), notes.get(about.name, SheetNotes()), hidden
        )


def find_table(sheets: Sequence[Sheet], file: str) -> tuple[Table | None, tuple[Finding, ...]]:
    """The one sheet with the catalog's header, and what is wrong with the header."""
    found = [(sheet, header) for sheet in sheets if (header := _header(sheet))]
    named = [one for one in found if plain(one[0].name) in map(plain, layout().sheet)]
    chosen = named if len(named) == 1 else found
    if len(chosen) != 1:
        return None, (_no_single_sheet(file, [sheet for sheet, _ in found], sheets),)
    sheet, (row, depth) = chosen[0]
    texts = {column: _header_text(sheet, row, depth, column) for column in range(sheet.width)}
    return _table(sheet, row + depth, texts, file)


def _no_single_sheet(file: str, found: list[Sheet], sheets: Sequence[Sheet]) -> Finding:
    zh, en = layout().sheet
    names = "、".join(sheet.name for sheet in (found or sheets))
    if found:
        what = Text(
            f"有 {len(found)} 张表带目录表头；请合并到名为“{zh}”的一张表",
            f"{len(found)} sheets carry the catalog's header; join them on one named '{zh}' or '{en}'",
        )
    else:
        what = Text(
            f"没有一张表带目录表头（序号、职业编码……）；请按模板在前 {HEADER_WITHIN} 行内写明",
            f"no sheet carries the catalog's header (No., Occupation code …); write it within the first {HEADER_WITHIN}"
            " rows as in the template",
        )
    return refusal(Refusal.SHEET, what, Place(file=file), value=names)


def _header(sheet: Sheet) -> tuple[int, int] | None:
    """The row of the header and whether it is one or two rows deep: the reading that knows the most columns."""
    best, where = FEWEST - 1, None
    for row in range(min(HEADER_WITHIN, len(sheet.rows))):
        for depth in (1, 2):
            known = {
                column.field
                for c in range(sheet.width)
                if (column := column_of(_header_text(sheet, row, depth, c))) is not None
            }
            if len(known) > best:
                best, where = len(known), (row, depth)
    return where


def _header_text(sheet: Sheet, row: int, depth: int, column: int) -> str:
    """The header of a column, a merged group's name before its own."""
    parts = list(dict.fromkeys(sheet.spread(row + down, column) for down in range(depth)))
    return " ".join(part for part in parts if part)


def column_of(header: str) -> Column | None:
    """The column that a header means, by any of its lines."""
    names = layout().names
    for text in (header, *header.splitlines()):
        word = plain_header(text)
        if found := names.get(word) or names.get(without_tail(word)):
            return found
    return None


def _table(sheet: Sheet, first: int, texts: Mapping[int, str], file: str) -> tuple[Table | None, tuple[Finding, ...]]:
    columns: dict[str, int] = {}
    faults: list[Finding] = []
    for index, text in texts.items():
        place = Place(file=file, cell=sheet.at(first - 1, index))
        column = column_of(text)
        if column is None:
            faults += [fault] if (fault := _unknown(text, place)) else []
        elif column.field in columns:
            faults.append(_twice(column, place, sheet.at(first - 1, columns[column.field])))
        else:
            columns[column.field] = index
    faults += [
        _missing(column, file, sheet, texts)
        for column in layout().columns
        if column.required and column.field not in columns
    ]
    if any(fault.severity is Severity.ERROR for fault in faults):
        return None, tuple(faults)
    headers = {field: layout().column(field).header.zh for field in columns}
    return Table(sheet, columns, headers, first), tuple(faults)


def _unknown(text: str, place: Place) -> Finding | None:
    """A column that is not read: a mistake when it looks like one that is, else only said."""
    word = plain_header(text)
    if not word or word in layout().ignored or without_tail(word) in layout().ignored:
        return None
    near = nearest_of(word, list(layout().names))
    nearest = layout().names[near].header.zh if near else None
    if nearest:
        what = Text(
            f"列“{text}”无法识别；请改为模板的列名，或改名为“备注”",
            f"column '{text}' is unknown; name it as in the template, or '备注' (remarks)",
        )
        return refusal(Refusal.COLUMN, what, place, value=text, nearest=nearest)
    what = Text(f"列“{text}”不在模板中，未读取", f"column '{text}' is not in the template and is not read")
    return refusal(Refusal.COLUMN, what, place, value=text, severity=Severity.NOTICE)


def _twice(column: Column, place: Place, first: str) -> Finding:
    zh, en = column.header
    what = Text(f"列“{zh}”重复，已在 {first}；只留一列", f"column '{en}' again, already at {first}; keep one of them")
    return refusal(Refusal.COLUMN, what, place, value=zh)


def _missing(column: Column, file: str, sheet: Sheet, texts: Mapping[int, str]) -> Finding:
    unknown = [text for text in texts.values() if text and column_of(text) is None]
    zh, en = column.header
    what = Text(f"缺少列“{zh}”；请按模板补上", f"column '{en}' is missing; add it as in the template")
    return refusal(Refusal.HEADER, what, Place(file=file, cell=sheet.name), value=zh, nearest=nearest_of(zh, unknown))
