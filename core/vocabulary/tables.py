"""Reads the first sheet of a CSV or XLSX file as plain rows of cells, or says why it cannot."""

import csv
import io
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import Final

import python_calamine

from core.errors import ErrorCode, GuantongError, Where
from core.files.archive import MB, Limits
from core.files.flaws import Flaw
from core.files.workbook import Unreadable, WorkbookLimits, look_through, not_a_workbook, unreadable
from core.files.workbook_part import Bounds
from core.texts import Text

# A whole classification has some two thousand rows; what is far beyond is not one.
MAX_BYTES: Final = 8 * MB
MAX_ROWS: Final = 20_000
WORKBOOK: Final = WorkbookLimits(
    Text("职业分类", "classification"),
    archive=Limits(upload=MAX_BYTES, entry=16 * MB, total=32 * MB, entries=300, ratio=2000),
    bounds=Bounds(rows=MAX_ROWS, columns=64),
    cells=1_000_000,
)

Cells = Sequence[object]


def read_table(source: Path | bytes, filename: str | None = None) -> tuple[str, list[Cells]]:
    """The name and the rows of a file or its bytes. Raises BAD_FILE when it cannot be read."""
    name, content = _content(source, filename)
    return name, _table(name, content)


def _content(source: Path | bytes, filename: str | None) -> tuple[str, bytes]:
    if isinstance(source, bytes):
        name, content = filename or "?", source
    else:
        name = filename or source.name
        content = _bytes_of(source, name)
    if len(content) > MAX_BYTES:
        raise bad_file(name, f"文件超过 {MAX_BYTES // 2**20} MB", f"the file is larger than {MAX_BYTES // 2**20} MB")
    return name, content


def _bytes_of(path: Path, name: str) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise bad_file(
            name, "文件打不开，请检查路径与权限", "the file cannot be opened; check path and rights"
        ) from error


def bad_file(name: str, zh: str, en: str, nearest: str | None = None) -> GuantongError:
    return GuantongError(ErrorCode.BAD_FILE, Text(zh, en), where=Where(file=name), nearest=nearest)


def _table(name: str, content: bytes) -> list[Cells]:
    suffix = Path(name).suffix.lower()
    if suffix == ".csv":
        table = _csv_table(name, content)
    elif suffix == ".xlsx":
        table = _xlsx_table(name, content)
    else:
        raise bad_file(name, "只接受 .csv 或 .xlsx 文件", "only .csv and .xlsx files are accepted")
    if len(table) > MAX_ROWS:
        raise bad_file(
            name, f"超过 {MAX_ROWS} 行，不是一份职业分类", f"more than {MAX_ROWS} rows: not a classification"
        )
    return table


def _csv_table(name: str, content: bytes) -> list[Cells]:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return _csv_rows(name, text)
    raise bad_file(name, "编码既不是 UTF-8 也不是 GB18030", "the encoding is neither UTF-8 nor GB18030")


def _csv_rows(name: str, text: str) -> list[Cells]:
    if "\0" in text:
        raise bad_file(name, "不是文本文件", "not a text file")
    try:
        # One row too many is enough to know that there are too many.
        return list(islice(csv.reader(io.StringIO(text, newline=""), strict=True), MAX_ROWS + 1))
    except csv.Error as error:
        raise bad_file(name, f"CSV 格式有误：{error}", f"malformed CSV: {error}") from error


def _xlsx_table(name: str, content: bytes) -> list[Cells]:
    notes = look_through(content, WORKBOOK)
    if isinstance(notes, tuple):
        raise _unfit(name, notes[0])
    try:
        with unreadable():
            book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
            return list(book.get_sheet_by_index(0).to_python(skip_empty_area=False))
    except Unreadable as error:
        raise _unfit(name, not_a_workbook()) from error


def _unfit(name: str, flaw: Flaw) -> GuantongError:
    return GuantongError(ErrorCode.BAD_FILE, flaw.what, where=Where(file=name, entry=flaw.entry))
