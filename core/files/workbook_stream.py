"""Reads the sheets of a workbook row by row, however long, in memory that does not grow with the rows.

The other reader lays a whole sheet out. This one is for lists of people, which may have a million rows. It trusts
nothing either: the bounds hold while it reads, and what is refused is refused in the same words. Texts that cells name
by number are kept packed, for a list of people repeats few of them.
"""

import io
import posixpath
import re
import zipfile
from array import array
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import IO, Any, Final
from xml.parsers import expat

from core.files.archive import BROKEN, MB, Limits, flaws_of
from core.files.flaws import Flaw, Harm
from core.files.number_formats import Styles, day_of
from core.files.workbook import OLD_FORMAT, WorkbookLimits, as_workbook, inactive, not_a_workbook
from core.files.workbook_part import Bounds, Unfit
from core.texts import Text

CHUNK: Final = 64 * 1024
MOST_TEXT: Final = 256 * MB
LONGEST_CELL: Final = 32_767
MOST_MERGES: Final = 100_000
LONG: Final = WorkbookLimits(
    Text("名单", "list"),
    archive=Limits(upload=256 * MB, entry=1536 * MB, total=2048 * MB, entries=300, ratio=2000),
    bounds=Bounds(rows=1_048_576, columns=256, depth=64),
)
_CELL = re.compile(r"([A-Z]{1,3})([1-9]\d{0,6})")
_MERGE = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*?ref="([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"')
Row = tuple[int, list[Any]]


@dataclass(frozen=True, slots=True)
class SheetPart:
    """Where a sheet is in the archive, by its name in the workbook."""

    name: str
    path: str
    is_hidden: bool


class StreamedWorkbook:
    """A workbook whose sheets are read one after the other. Raises ``Unfit`` for what is not opened."""

    def __init__(self, data: bytes, limits: WorkbookLimits = LONG) -> None:
        self._limits = limits
        if data.startswith(OLD_FORMAT):
            raise Unfit(not_a_workbook())
        if flaws := flaws_of(data, limits.archive):
            raise Unfit(as_workbook(flaws[0], limits))
        self._archive = zipfile.ZipFile(io.BytesIO(data))
        names = set(self._archive.namelist())
        inactive(names)
        book, links, styles = _Book(), _Links(), Styles()
        self._parse("xl/workbook.xml", names, book.start)
        self._parse("xl/_rels/workbook.xml.rels", names, links.start)
        if "xl/styles.xml" in names:
            self._parse("xl/styles.xml", names, styles.start, styles.end)
        self._days, self._from_1904 = styles.days, book.from_1904
        self._texts = self._shared(links, names)
        self.sheets = tuple(
            SheetPart(name, path, hidden)
            for name, key, hidden in book.sheets
            if (path := links.paths.get(key, "")) in names and "worksheets" in path
        )

    def rows(self, sheet: SheetPart) -> Iterator[Row]:
        """The rows that hold something, by number from 1; cells merged downwards repeat what they are merged with."""
        reading = _Rows(sheet.path, self._limits, self._days, self._texts, self._from_1904)
        merged = _Merged(self._merges(sheet.path))
        for chunk in self._chunks(sheet.path):
            reading.feed(chunk)
            for number, cells in reading.take():
                yield number, merged.filled(number, cells)

    def _merges(self, path: str) -> list[tuple[int, int, int]]:
        """First row, last row and first column of what is merged downwards. It stands behind the rows it is about."""
        found: list[tuple[int, int, int]] = []
        rest = b""
        for chunk in self._chunks(path):
            window = rest + chunk
            for match in _MERGE.finditer(window):
                top, bottom = int(match[2]), int(match[4])
                if bottom > top and len(found) < MOST_MERGES:
                    found.append((top, bottom, _column(match[1].decode())))
            last = window.rfind(b"<")
            rest = window[max(last, len(window) - 512) :] if last >= 0 else b""
        return sorted(set(found))

    def _shared(self, links: "_Links", names: set[str]) -> "_Texts":
        texts = _Texts(self._limits)
        path = links.shared
        if path in names:
            self._parse(path, names, texts.start, texts.end, texts.say)
        return texts

    def _parse(self, path: str, names: set[str], start: Any, end: Any = None, say: Any = None) -> None:
        if path not in names:
            raise Unfit(Flaw(Harm.NOT_A_WORKBOOK, Text(f"缺少 {path}；请另存为 .xlsx", f"no {path}; save it as .xlsx")))
        parser = _guarded(path, start, end, say, self._limits)
        for chunk in self._chunks(path):
            _fed(parser, path, chunk)
        _fed(parser, path, b"", True)

    def _chunks(self, path: str) -> Iterator[bytes]:
        try:
            with self._archive.open(path) as file:
                yield from _read(file)
        except BROKEN as fault:
            raise Unfit(not_a_workbook(fault)) from None


def _read(file: IO[bytes]) -> Iterator[bytes]:
    while chunk := file.read(CHUNK):
        yield chunk


def _fed(parser: Any, path: str, chunk: bytes, last: bool = False) -> None:
    try:
        parser.Parse(chunk, last)
    except (expat.ExpatError, UnicodeDecodeError) as fault:
        what = Text("工作簿内部已损坏；请另存后重试", "the workbook is damaged inside; save it anew")
        raise Unfit(Flaw(Harm.NOT_A_WORKBOOK, what, path, fault)) from None


def _guarded(path: str, start: Any, end: Any, say: Any, limits: WorkbookLimits) -> Any:
    """A parser that refuses what no table needs, and counts how deep it is."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    depth = 0

    def begun(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > limits.bounds.depth:
            raise Unfit(_odd(path))
        start(name.rpartition(":")[2], attributes)

    def ended(name: str) -> None:
        nonlocal depth
        depth -= 1
        if end is not None:
            end(name.rpartition(":")[2])

    parser.StartElementHandler, parser.EndElementHandler = begun, ended
    parser.StartDoctypeDeclHandler = _doctype(path)
    if say is not None:
        parser.CharacterDataHandler = say
    return parser


def _doctype(path: str) -> Callable[..., None]:
    def refuse(*_: object) -> None:
        what = Text("含文档类型定义；请另存为 .xlsx", "a document type definition; save it as .xlsx")
        raise Unfit(Flaw(Harm.ACTIVE_CONTENT, what, path))

    return refuse


def _odd(path: str) -> Flaw:
    return Flaw(Harm.NOT_A_WORKBOOK, Text("内部结构异常；请另存为 .xlsx", "an odd structure; save it as .xlsx"), path)


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


class _Book:
    """``workbook.xml``: the sheets in order, and from when days are counted."""

    def __init__(self) -> None:
        self.sheets: list[tuple[str, str, bool]] = []
        self.from_1904 = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "sheet" and len(self.sheets) < 300:
            key = next((value for key, value in attributes.items() if key.rpartition(":")[2] == "id"), "")
            hidden = attributes.get("state", "visible") != "visible"
            self.sheets.append((attributes.get("name", ""), key, hidden))
        elif name == "workbookPr":
            self.from_1904 = attributes.get("date1904") in ("1", "true")


class _Links:
    """Where the parts of the workbook are."""

    def __init__(self) -> None:
        self.paths: dict[str, str] = {}
        self.shared = "xl/sharedStrings.xml"

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "Relationship" and len(self.paths) < 1000:
            path = posixpath.normpath(posixpath.join("/xl", attributes.get("Target", ""))).lstrip("/")
            self.paths[attributes.get("Id", "")] = path
            if attributes.get("Type", "").endswith("/sharedStrings"):
                self.shared = path


class _Texts:
    """The texts that cells name by number, one after the other in one block of bytes."""

    def __init__(self, limits: WorkbookLimits) -> None:
        self._limits = limits
        self._block, self._ends = bytearray(), array("Q")
        self._current: list[str] | None = None
        self._spoken, self._phonetic = False, False

    def start(self, name: str, _attributes: dict[str, str]) -> None:
        if name == "si":
            self._current = []
        elif name == "rPh":
            self._phonetic = True
        elif name == "t":
            self._spoken = not self._phonetic

    def end(self, name: str) -> None:
        if name == "t":
            self._spoken = False
        elif name == "rPh":
            self._phonetic = False
        elif name == "si":
            self._block += "".join(self._current or ())[:LONGEST_CELL].encode()
            self._ends.append(len(self._block))
            self._current = None
            if len(self._block) > MOST_TEXT:
                raise _too_large(self._limits)

    def say(self, text: str) -> None:
        if self._spoken and self._current is not None:
            self._current.append(text)

    def __getitem__(self, index: int) -> str | None:
        if not 0 <= index < len(self._ends):
            return None
        start = self._ends[index - 1] if index else 0
        return self._block[start : self._ends[index]].decode()


def _too_large(limits: WorkbookLimits) -> Unfit:
    zh, en = limits.holds
    rows, columns = limits.bounds.rows, limits.bounds.columns
    what = Text(
        f"内容超出 {rows} 行、{columns} 列；请删去{zh}之外的内容",
        f"content beyond {rows} rows and {columns} columns; remove what is not the {en}",
    )
    return Unfit(Flaw(Harm.WORKBOOK_TOO_LARGE, what))


class _Rows:
    """The rows of one sheet, as far as it has been read."""

    def __init__(self, path: str, limits: WorkbookLimits, days: list[bool], texts: _Texts, from_1904: bool) -> None:
        self._limits, self._days, self._texts, self._from_1904 = limits, days, texts, from_1904
        self._path = path
        self._done: list[Row] = []
        self._row, self._column = 0, -1
        self._cells: list[Any] = []
        self._kind, self._style = "n", 0
        self._said: list[str] | None = None
        self._length = 0
        self._parser = _guarded(path, self._start, self._end, self._say, limits)

    def feed(self, chunk: bytes) -> None:
        """Read on."""
        _fed(self._parser, self._path, chunk)

    def take(self) -> list[Row]:
        """The rows that were completed since."""
        done, self._done = self._done, []
        return done

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "c":
            self._on_cell(attributes)
        elif name in ("v", "t"):
            self._said, self._length = [], 0
        elif name == "row":
            told = attributes.get("r", "")
            self._row = int(told) if told.isdigit() and len(told) < 8 else self._row + 1
            self._column, self._cells = -1, []

    def _on_cell(self, attributes: dict[str, str]) -> None:
        at = _CELL.fullmatch(attributes.get("r", ""))
        if at is not None and int(at[2]) != self._row:
            raise Unfit(_odd(self._path))
        self._column = self._column + 1 if at is None else _column(at[1])
        self._kind = attributes.get("t", "n")
        style = attributes.get("s", "0")
        self._style = int(style) if style.isdigit() and len(style) < 7 else 0

    def _say(self, text: str) -> None:
        if self._said is not None and self._length < LONGEST_CELL:
            self._length += len(text)
            self._said.append(text)

    def _end(self, name: str) -> None:
        if name in ("v", "t") and self._said is not None:
            self._put("".join(self._said))
            self._said = None
        elif name == "row" and self._cells:
            self._done.append((self._row, self._cells))
            self._cells = []

    def _put(self, text: str) -> None:
        value = self._value(text)
        if value in (None, ""):
            return
        if self._row > self._limits.bounds.rows or self._column >= self._limits.bounds.columns:
            raise _too_large(self._limits)
        self._cells.extend([None] * (self._column + 1 - len(self._cells)))
        held = self._cells[self._column]
        # A text in runs comes in pieces.
        self._cells[self._column] = held + value if isinstance(held, str) and isinstance(value, str) else value

    def _value(self, text: str) -> Any:
        if self._kind == "s":
            return self._texts[int(text)] if text.isdigit() and len(text) < 10 else None
        if self._kind in ("str", "inlineStr", "e", "d"):
            return text
        if self._kind == "b":
            return text == "1"
        try:
            number = float(text)
        except ValueError:
            return text
        if number in (float("inf"), float("-inf")) or number != number:
            return text
        is_day = self._style < len(self._days) and self._days[self._style]
        return day_of(number, self._from_1904) if is_day else number


class _Merged:
    """Fills cells that are merged downwards."""

    def __init__(self, merges: list[tuple[int, int, int]]) -> None:
        self._coming = merges
        self._next = 0
        self._open: dict[int, tuple[int, Any]] = {}

    def filled(self, number: int, cells: list[Any]) -> list[Any]:
        for column, (bottom, value) in list(self._open.items()):
            if number > bottom:
                del self._open[column]
            elif column >= len(cells) or cells[column] is None:
                cells.extend([None] * (column + 1 - len(cells)))
                cells[column] = value
        while self._next < len(self._coming) and self._coming[self._next][0] <= number:
            top, bottom, column = self._coming[self._next]
            self._next += 1
            if top == number and column < len(cells):
                self._open[column] = (bottom, cells[column])
        return cells
