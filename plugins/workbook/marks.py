"""Hands an author's own workbook back with the findings in it: red cells, comments, a 校验结果 column and sheet.

Everything else stays as the author made it. Marks of an earlier check are taken away first, so that a mended workbook
comes back clean.
"""

import io
import warnings
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import openpyxl
from openpyxl.cell.cell import MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import coordinate_to_tuple

from core.errors import ErrorCode, GuantongError, Where
from core.texts import Text, shorten
from plugins.findings import Finding, Severity
from plugins.workbook.layout import layout, plain_header
from plugins.workbook.reader import FILE, in_workbook
from plugins.workbook.row_cells import LONGEST
from plugins.workbook.sheet import Sheet, Table, find_table, read_sheets

AUTHOR: Final = "贯通校验 Guantong"
DIVIDER: Final = "—— 校验结果 ——"
SEVERITIES: Final = {
    Severity.ERROR: Text("错误", "error"),
    Severity.WARNING: Text("警告", "warning"),
    Severity.NOTICE: Text("提示", "notice"),
}
COLOURS: Final = {Severity.ERROR: "FFFFC7CE", Severity.WARNING: "FFFFEB9C", Severity.NOTICE: "FFDDEBF7"}
COLUMNS: Final = ("程度", "代码", "单元格", "问题", "Problem", "内容", "最接近", "依据", "反例")
Cell = tuple[int, int]


def annotate(original: bytes, findings: Iterable[Finding], file: str = FILE) -> bytes:
    """The workbook ``original`` with every finding marked where it is. Raises BAD_FILE when it is no readable workbook.

    A finding that names a row but no cell is marked at the row's number; one that names neither is on the sheet only.
    The library saves each sheet by way of a temporary file.
    """
    sheets = read_sheets(original, file)
    faults = [one for one in sheets if isinstance(one, Finding)]
    if faults:
        raise GuantongError(ErrorCode.BAD_FILE, faults[0].what, where=Where(file=file))
    table, _ = find_table([one for one in sheets if isinstance(one, Sheet)], file)
    told = in_workbook(tuple(findings), _rows_by_number(table) if table else {}, file)
    book = _opened(original)
    by_cell = _by_cell(told)
    for sheet in book.worksheets:
        _unmark(sheet)
        _mark(sheet, by_cell.get(sheet.title, {}))
    if table is not None:
        _fill_result_column(book[table.sheet.name], table, by_cell.get(table.sheet.name, {}))
    _list_all(book, told)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _opened(original: bytes) -> Any:
    with warnings.catch_warnings():
        # It warns of decorations that it drops; the findings and the cells are what matters here.
        warnings.simplefilter("ignore")
        return openpyxl.load_workbook(io.BytesIO(original))


def _rows_by_number(table: Table) -> Mapping[tuple[int, str], str]:
    """Where each row of the catalog stands, by its number and field."""
    found: dict[tuple[int, str], str] = {}
    column = table.columns["number"]
    for row in table.data_rows():
        number = table.sheet.filled(row, column)
        if isinstance(number, int | float | str) and str(number).removesuffix(".0").isdigit():
            for field, at in table.columns.items():
                found.setdefault((int(float(number)), field), table.sheet.at(row, at))
    return found


def _by_cell(findings: Sequence[Finding]) -> Mapping[str, Mapping[Cell, list[Finding]]]:
    """Findings by sheet, row and column, both from 1."""
    found: dict[str, dict[Cell, list[Finding]]] = defaultdict(lambda: defaultdict(list))
    for one in findings:
        sheet, mark, cell = (one.place.cell or "").rpartition("!")
        if mark:
            found[sheet][coordinate_to_tuple(cell)].append(one)
    return found


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


def _mark(sheet: Any, cells: Mapping[Cell, list[Finding]]) -> None:
    for (row, column), findings in cells.items():
        cell = _holder(sheet, sheet.cell(row, column))
        worst = min((one.severity for one in findings), key=list(Severity).index)
        cell.fill = PatternFill("solid", fgColor=COLOURS[worst])
        said = "\n".join(_line(one) for one in findings)
        own = f"{cell.comment.text.strip()}\n" if cell.comment else ""
        cell.comment = Comment(f"{own}{DIVIDER}\n{_visible(said)}", AUTHOR, height=160, width=360)


def _holder(sheet: Any, cell: Any) -> Any:
    """The cell itself, or for a merged one the cell that holds its value."""
    if not isinstance(cell, MergedCell):
        return cell
    merged = next(one for one in sheet.merged_cells.ranges if cell.coordinate in one)
    return sheet.cell(merged.min_row, merged.min_col)


def _line(finding: Finding) -> str:
    nearest = f"；最接近 nearest: {finding.nearest}" if finding.nearest else ""
    clause = f"；依据 clause: {finding.clause}" if finding.clause else ""
    example = f"；反例 counterexample: {finding.counterexample}" if finding.counterexample else ""
    return f"{SEVERITIES[finding.severity].zh} {finding.code} {finding.what}{nearest}{clause}{example}"


def _fill_result_column(sheet: Any, table: Table, cells: Mapping[Cell, list[Finding]]) -> None:
    """One cell a row with all that was found in it, beside the table or in the column that an earlier check made."""
    header = table.first
    column = _result_column(sheet, header)
    for row in range(header + 1, sheet.max_row + 1):
        if not isinstance(sheet.cell(row, column), MergedCell):
            sheet.cell(row, column).value = None
    head = sheet.cell(header, column)
    if not isinstance(head, MergedCell):
        head.value, head.font = layout().result.zh, Font(bold=True)
    sheet.column_dimensions[head.column_letter].width = 60
    for row in sorted({row for row, _ in cells if row > header}):
        lines = [_line(one) for at, found in sorted(cells.items()) if at[0] == row for one in found]
        _say(sheet.cell(row, column), "\n".join(lines))


def _result_column(sheet: Any, header: int) -> int:
    names = {plain_header(name) for name in layout().result}
    known = (c for c in range(1, sheet.max_column + 1) if plain_header(str(sheet.cell(header, c).value or "")) in names)
    return next(known, sheet.max_column + 1)


def _list_all(book: Any, findings: Sequence[Finding]) -> None:
    name = layout().result.zh
    if name in book.sheetnames:
        del book[name]
    sheet = book.create_sheet(name)
    for row, values in enumerate((COLUMNS, *map(_listed, findings)), start=1):
        for column, value in enumerate(values, start=1):
            _say(sheet.cell(row, column), value)
    for letter, width in zip("ABCDEFGHI", (8, 10, 20, 60, 60, 24, 20, 30, 40), strict=True):
        sheet.column_dimensions[letter].width = width


def _listed(one: Finding) -> tuple[str, ...]:
    place = one.place
    where = place.cell or " · ".join(part for part in (place.file, place.entry) if part)
    example = str(one.counterexample or "")
    told = (where, one.what.zh, one.what.en, one.value or "", one.nearest or "", one.clause or "", example)
    return (str(SEVERITIES[one.severity]), one.code, *told)


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
