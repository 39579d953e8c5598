"""Reads a classification of occupations (职业分类) from CSV or XLSX, row by row, each fault with its place and remedy.

Pure: it reads and checks, and stores nothing.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from core.errors import ErrorCode, nearest_of
from core.texts import Text
from core.vocabulary.load import load_vocabulary
from core.vocabulary.lookup import Vocabulary
from core.vocabulary.model import Occupation
from core.vocabulary.tables import Cells, bad_file, read_table

CODE_HEADERS: Final = ("职业编码", "职业代码", "编码", "代码", "code")
NAME_HEADERS: Final = ("职业名称", "名称", "职业", "name")
ENGLISH_HEADERS: Final = ("英文名称", "英文", "name_en", "en")
MINOR_HEADERS: Final = ("小类", "小类名称", "minor_class")

_CODE = re.compile(r"[1-8]-\d{2}-\d{2}-\d{2}")
_CLASS_CODE = re.compile(r"[1-8](-\d{2}){0,2}")
_MARKS = re.compile(r"\s*(L/S|S/L|L|S)\s*$")
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—−", "-"))


@dataclass(frozen=True, slots=True)
class RowError:
    """A fault in one row; ``row`` counts from 1, the header included. ``column`` is the header of the cell."""

    row: int
    column: str
    code: ErrorCode
    message: Text
    nearest: str | None = None


@dataclass(frozen=True, slots=True)
class OccupationSheet:
    """What was read: the sound rows, and a fault for each of the others."""

    rows: tuple[Occupation, ...]
    errors: tuple[RowError, ...]


@dataclass(slots=True)
class _Columns:
    """Where the wanted columns stand, and how their headers read."""

    code: int
    name: int
    headers: tuple[str, ...]
    english: int | None = None
    minor: int | None = None


@dataclass(slots=True)
class _Reading:
    """The state of one pass over the rows."""

    columns: _Columns
    vocabulary: Vocabulary
    rows: list[Occupation] = field(default_factory=list)
    errors: list[RowError] = field(default_factory=list)
    seen: dict[str, int] = field(default_factory=dict)
    classes: dict[str, str] = field(default_factory=dict)


def read_occupations(
    source: Path | bytes, filename: str | None = None, vocabulary: Vocabulary | None = None
) -> OccupationSheet:
    """Read occupations from a file or its bytes; ``filename`` decides the format (.csv or .xlsx).

    Codes and names are checked against ``vocabulary`` (default: the shipped one). Raises BAD_FILE when the file as a
    whole cannot be read; faults of single rows are in the answer.
    """
    name, table = read_table(source, filename)
    header, columns = _header(name, table)
    reading = _Reading(columns, vocabulary or load_vocabulary())
    for number, cells in enumerate(table[header + 1 :], start=header + 2):
        _read_row(reading, number, cells)
    return OccupationSheet(tuple(reading.rows), tuple(reading.errors))


def _header(name: str, table: Sequence[Cells]) -> tuple[int, _Columns]:
    """The first row that holds anything is the header."""
    for number, cells in enumerate(table):
        headers = tuple(_clean(cell) for cell in cells)
        if any(headers):
            return number, _columns(name, headers)
    raise bad_file(name, "文件是空的", "the file is empty")


def _columns(name: str, headers: tuple[str, ...]) -> _Columns:
    code, named = _find(headers, CODE_HEADERS), _find(headers, NAME_HEADERS)
    if code is None or named is None:
        wanted = CODE_HEADERS if code is None else NAME_HEADERS
        raise bad_file(
            name,
            f"表头没有“{wanted[0]}”列；请在首行写明该列名",
            f"no column '{wanted[0]}' in the header; name it in the first row",
            nearest=next((near for header in headers if (near := nearest_of(header, wanted)) and header), None),
        )
    return _Columns(code, named, headers, _find(headers, ENGLISH_HEADERS), _find(headers, MINOR_HEADERS))


def _find(headers: tuple[str, ...], wanted: Iterable[str]) -> int | None:
    folded = [header.casefold() for header in headers]
    return next((folded.index(one) for one in wanted if one in folded), None)


def _clean(cell: object) -> str:
    """The text of a cell in one spelling: full-width forms folded, no line breaks, single spaces."""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return " ".join(unicodedata.normalize("NFKC", "" if cell is None else str(cell)).split())


def _cell(cells: Cells, index: int | None) -> str:
    return _clean(cells[index]) if index is not None and index < len(cells) else ""


def _read_row(reading: _Reading, number: int, cells: Cells) -> None:
    columns = reading.columns
    code = _cell(cells, columns.code).translate(_DASHES).replace(" ", "")
    name, green, digital = split_marks(_cell(cells, columns.name))
    if not code and not name:
        return
    if _CLASS_CODE.fullmatch(code):
        reading.classes[code] = name
        return
    fault = _fault(reading, number, code, name)
    if fault is not None:
        reading.errors.append(fault)
        return
    reading.seen[code] = number
    minor = _cell(cells, columns.minor) or reading.classes.get(code.rsplit("-", 1)[0])
    english = _cell(cells, columns.english) or name
    reading.rows.append(Occupation(code, Text(name, english), green, digital, minor))


def split_marks(name: str) -> tuple[str, bool, bool]:
    """Split the marks L (绿色) and S (数字) off a name: ``人工智能训练师S`` → name, green, digital."""
    found = _MARKS.search(name)
    if found is None:
        return name, False, False
    return name[: found.start()], "L" in found[1], "S" in found[1]


def _fault(reading: _Reading, number: int, code: str, name: str) -> RowError | None:
    headers, known = reading.columns.headers, reading.vocabulary
    code_column, name_column = headers[reading.columns.code], headers[reading.columns.name]
    if not code:
        return _missing(number, code_column, name, known)
    if not _CODE.fullmatch(code):
        return _malformed(number, code_column, code, name, known)
    if not name:
        return _nameless(number, name_column, code, known)
    if code in reading.seen:
        return _repeated(number, code_column, code, reading.seen[code])
    listed = known.occupations.get(code)
    if listed is not None and listed.name.zh != name:
        return _misnamed(number, name_column, name, listed, known)
    owner = _owner(known, name)
    return None if owner in (None, code) else _miscoded(number, code_column, code, name, owner)


def _missing(row: int, column: str, name: str, known: Vocabulary) -> RowError:
    message = Text(f"“{name}”缺少职业编码，请补上", f"'{name}' has no occupation code; add it")
    return RowError(row, column, ErrorCode.BAD_ARGUMENT, message, _owner(known, name))


def _malformed(row: int, column: str, code: str, name: str, known: Vocabulary) -> RowError:
    message = Text(
        f"“{code}”不是职业编码，格式应为 6-18-01-01", f"'{code}' is not an occupation code; write it like 6-18-01-01"
    )
    return RowError(
        row, column, ErrorCode.UNKNOWN_CODE, message, _owner(known, name) or nearest_of(code, list(known.occupations))
    )


def _nameless(row: int, column: str, code: str, known: Vocabulary) -> RowError:
    message = Text(f"{code} 缺少职业名称，请补上", f"{code} has no occupation name; add it")
    listed = known.occupations.get(code)
    return RowError(row, column, ErrorCode.BAD_ARGUMENT, message, listed.name.zh if listed else None)


def _repeated(row: int, column: str, code: str, first: int) -> RowError:
    message = Text(
        f"{code} 与第 {first} 行重复，请删去其中一行", f"{code} repeats row {first}; remove one of the two rows"
    )
    return RowError(row, column, ErrorCode.DUPLICATE, message)


def _misnamed(row: int, column: str, name: str, listed: Occupation, known: Vocabulary) -> RowError:
    """A known code under another name: the classification decides, and the name may belong to another code."""
    owner = _owner(known, name)
    hint_zh, hint_en = (f"；“{name}”的编码是 {owner}", f"; '{name}' is {owner}") if owner else ("", "")
    message = Text(
        f"{listed.code} 应为“{listed.name.zh}”，而不是“{name}”{hint_zh}",
        f"{listed.code} is '{listed.name.zh}', not '{name}'{hint_en}",
    )
    return RowError(row, column, ErrorCode.UNKNOWN_CODE, message, listed.name.zh)


def _owner(known: Vocabulary, name: str) -> str | None:
    return next((one.code for one in known.occupations.values() if one.name.zh == name), None)


def _miscoded(row: int, column: str, code: str, name: str, owner: str) -> RowError:
    message = Text(f"“{name}”的编码应为 {owner}，而不是 {code}", f"'{name}' is {owner}, not {code}")
    return RowError(row, column, ErrorCode.UNKNOWN_CODE, message, owner)
