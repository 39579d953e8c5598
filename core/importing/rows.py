"""Opens a list and reads it row by row: its header found, merged cells filled down, blank rows left out."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import Any, Final

from xlsxwriter.utility import xl_rowcol_to_cell

from core.errors import ErrorCode, GuantongError, Where, nearest_of
from core.files.cells import plain, text_of
from core.files.workbook_part import Unfit
from core.files.workbook_stream import StreamedWorkbook
from core.importing.csv_rows import csv_rows
from core.importing.form import Column, ListForm
from core.jobs.phases import JobSeverity
from core.texts import Text
from core.vocabulary import Vocabulary

HEADER_WITHIN: Final = 30
FEWEST: Final = 2  # columns by which a row is known for the header
Row = tuple[int, Sequence[Any]]


@dataclass(frozen=True, slots=True)
class CellFault:
    """What is wrong with a cell or a row: the column that it stands in, from 0, if it is one cell's."""

    severity: JobSeverity
    code: ErrorCode
    message: Text
    column: int | None = None
    nearest: str | None = None

    @classmethod
    def of(cls, error: GuantongError, column: int | None) -> "CellFault":
        return cls(JobSeverity.ERROR, error.code, error.message, column, error.nearest)


@dataclass(frozen=True, slots=True)
class ReadRow:
    """A row that was read, by its number from 1: what its cells mean by field, and what is wrong with them."""

    number: int
    values: Mapping[str, Any]
    faults: tuple[CellFault, ...] = ()
    is_header: bool = False

    @property
    def is_sound(self) -> bool:
        return not any(one.severity is JobSeverity.ERROR for one in self.faults)


@dataclass(frozen=True)
class Sheet:
    """A list with its header understood. ``columns`` says where each field stands; rows can be read once."""

    file: str
    name: str | None
    header_row: int
    columns: Mapping[str, int]
    faults: tuple[CellFault, ...]
    _rows: Iterator[Row] = field(repr=False)

    def at(self, row: int, column: int | None) -> str | None:
        """How people write the cell: ``花名册!B8``."""
        if column is None:
            return None
        cell: str = xl_rowcol_to_cell(row - 1, column)
        return f"{self.name}!{cell}" if self.name else cell

    def rows(self, form: ListForm, vocabulary: Vocabulary) -> Iterator[ReadRow]:
        """The rows that say something; before them what is wrong with the header, if anything is."""
        if self.faults:
            yield ReadRow(self.header_row, {}, self.faults, is_header=True)
        if any(one.severity is JobSeverity.ERROR for one in self.faults):
            return
        places = [(form.column(name), at) for name, at in self.columns.items()]
        for number, cells in self._rows:
            if any(text_of(cells[at]) for _, at in places if at < len(cells)):
                yield _read(number, cells, places, vocabulary)


def _read(number: int, cells: Sequence[Any], places: list[tuple[Column, int]], vocabulary: Vocabulary) -> ReadRow:
    values: dict[str, Any] = {}
    faults: list[CellFault] = []
    for column, at in places:
        try:
            value = column.read(cells[at] if at < len(cells) else None, vocabulary)
        except GuantongError as fault:
            faults.append(CellFault.of(fault, at))
            continue
        if value is None and column.required:
            zh, en = column.header
            what = Text(f"缺少“{zh}”；请补上", f"'{en}' is missing; add it")
            faults.append(CellFault(JobSeverity.ERROR, ErrorCode.BAD_ARGUMENT, what, at))
        values[column.field] = value
    return ReadRow(number, values, tuple(faults))


def open_sheet(content: bytes, filename: str, form: ListForm) -> Sheet:
    """The list in a file. Raises BAD_FILE when it cannot be read, or no sheet has a header of the form."""
    if filename.lower().endswith(".csv"):
        return _headed(form, filename, None, csv_rows(content, filename)) or _no_header(form, filename)
    try:
        book = StreamedWorkbook(content)
        for part in book.sheets:
            if not part.is_hidden and (
                found := _headed(form, filename, part.name, _refusing(book.rows(part), filename))
            ):
                return found
    except Unfit as fault:
        raise _unreadable(fault, filename) from None
    return _no_header(form, filename)


def _refusing(rows: Iterator[Row], filename: str) -> Iterator[Row]:
    try:
        yield from rows
    except Unfit as fault:
        raise _unreadable(fault, filename) from None


def _unreadable(fault: Unfit, filename: str) -> GuantongError:
    return GuantongError(ErrorCode.BAD_FILE, fault.flaw.what, where=Where(file=filename, entry=fault.flaw.entry))


def _headed(form: ListForm, file: str, name: str | None, rows: Iterator[Row]) -> Sheet | None:
    """The sheet, if one of its first rows is a header: the first with the most columns of the form."""
    first = list(islice(rows, HEADER_WITHIN))
    known = [sum(plain(text_of(cell)) in form.names for cell in cells) for _, cells in first]
    best = max(known, default=0)
    if best < FEWEST:
        return None
    place = known.index(best)
    number, cells = first[place]
    columns, faults = _columns(form, [text_of(cell) for cell in cells])
    return Sheet(file, name, number, columns, faults, chain(first[place + 1 :], rows))


def _columns(form: ListForm, headers: list[str]) -> tuple[dict[str, int], tuple[CellFault, ...]]:
    found: dict[str, int] = {}
    faults: list[CellFault] = []
    for at, header in enumerate(headers):
        column = form.names.get(plain(header))
        if column is None:
            faults += _unknown(form, header, at)
        elif column.field in found:
            zh, en = column.header
            what = Text(f"列“{zh}”重复；只留一列", f"column '{en}' again; keep one of them")
            faults.append(CellFault(JobSeverity.ERROR, ErrorCode.BAD_FILE, what, at))
        else:
            found[column.field] = at
    unknown = [header for header in headers if plain(header) not in form.names and header]
    for column in form.columns:
        if column.required and column.field not in found:
            zh, en = column.header
            what = Text(f"缺少列“{zh}”；请补上", f"column '{en}' is missing; add it")
            near = nearest_of(zh, unknown)
            faults.append(CellFault(JobSeverity.ERROR, ErrorCode.BAD_FILE, what, None, near))
    return found, tuple(faults)


def _unknown(form: ListForm, header: str, at: int) -> list[CellFault]:
    """A column that is not read: a mistake when it looks like one that is, else only said."""
    word = plain(header)
    if not word or word in ("序号", "备注", "校验结果"):
        return []
    near = nearest_of(word, list(form.names))
    if near is not None:
        zh = form.names[near].header.zh
        what = Text(
            f"列“{header}”无法识别；若为“{zh}”请改名，否则改名为“备注”",
            f"column '{header}' is unknown; name it '{zh}' if it is that, else '备注' (remarks)",
        )
        return [CellFault(JobSeverity.ERROR, ErrorCode.BAD_FILE, what, at, zh)]
    what = Text(f"列“{header}”未读取", f"column '{header}' is not read")
    return [CellFault(JobSeverity.WARNING, ErrorCode.BAD_FILE, what, at)]


def _no_header(form: ListForm, filename: str) -> Sheet:
    wanted = "、".join(one.header.zh for one in form.columns if one.required)
    raise GuantongError(
        ErrorCode.BAD_FILE,
        Text(
            f"前 {HEADER_WITHIN} 行没有表头；表头须有：{wanted}",
            f"no header within the first {HEADER_WITHIN} rows; it has to have: {wanted}",
        ),
        where=Where(file=filename),
    )
