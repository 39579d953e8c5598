"""Hands an author's own catalog workbook back with the findings in it, as ``core.files.marks`` does with any."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from openpyxl.utils import coordinate_to_tuple

from core.errors import ErrorCode, GuantongError, Where
from core.files.marks import WEIGHTS, Listing, Mark, Weight, mark_workbook
from plugins.findings import Finding, Severity
from plugins.workbook.layout import layout, plain_header
from plugins.workbook.reader import FILE, in_workbook
from plugins.workbook.sheet import Sheet, Table, find_table, read_sheets

SEVERITIES: Final = {severity: WEIGHTS[Weight(severity.value)] for severity in Severity}
COLUMNS: Final = ("程度", "代码", "单元格", "问题", "Problem", "内容", "最接近", "依据", "反例")
WIDTHS: Final = (8, 10, 20, 60, 60, 24, 20, 30, 40)


def annotate(original: bytes, findings: Iterable[Finding], file: str = FILE) -> bytes:
    """The workbook ``original`` with every finding marked where it is. Raises BAD_FILE when it is no readable workbook.

    A finding that names a row but no cell is marked at the row's number; one that names neither is on the sheet only.
    """
    sheets = read_sheets(original, file)
    faults = [one for one in sheets if isinstance(one, Finding)]
    if faults:
        raise GuantongError(ErrorCode.BAD_FILE, faults[0].what, where=Where(file=file))
    table, _ = find_table([one for one in sheets if isinstance(one, Sheet)], file)
    told: Sequence[Finding] = in_workbook(tuple(findings), _rows_by_number(table) if table else {}, file)
    return mark_workbook(original, [_marked(one) for one in told], _listing(table))


def _listing(table: Table | None) -> Listing:
    name, header = (table.sheet.name, table.first) if table else (None, 1)
    return Listing(layout().result, COLUMNS, WIDTHS, plain_header, name, header)


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


def _marked(finding: Finding) -> Mark:
    sheet, mark, cell = (finding.place.cell or "").rpartition("!")
    row, column = coordinate_to_tuple(cell) if mark else (None, None)
    weight = Weight(finding.severity.value)
    return Mark(weight, _line(finding), _listed(finding), sheet if mark else None, row, column)


def _line(finding: Finding) -> str:
    nearest = f"；最接近 nearest: {finding.nearest}" if finding.nearest else ""
    clause = f"；依据 clause: {finding.clause}" if finding.clause else ""
    example = f"；反例 counterexample: {finding.counterexample}" if finding.counterexample else ""
    return f"{SEVERITIES[finding.severity].zh} {finding.code} {finding.what}{nearest}{clause}{example}"


def _listed(one: Finding) -> tuple[str, ...]:
    place = one.place
    where = place.cell or " · ".join(part for part in (place.file, place.entry) if part)
    example = str(one.counterexample or "")
    told = (where, one.what.zh, one.what.en, one.value or "", one.nearest or "", one.clause or "", example)
    return (str(SEVERITIES[one.severity]), one.code, *told)
