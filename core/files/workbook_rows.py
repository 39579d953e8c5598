"""The rows of a streamed workbook: a guarded parser, texts that cells name by number, cells put in their places."""

import re
from array import array
from collections.abc import Callable
from typing import Any, Final
from xml.parsers import expat

from core.files.archive import MB
from core.files.flaws import Flaw, Harm
from core.files.number_formats import day_of
from core.files.workbook import WorkbookLimits
from core.files.workbook_part import Unfit
from core.texts import Text

MOST_TEXT: Final = 256 * MB
LONGEST_CELL: Final = 32_767
MOST_IN_A_ROW: Final = 65_536  # characters: a text that is kept once is copied for every cell that names it
_CELL = re.compile(r"([A-Z]{1,3})([1-9]\d{0,6})")
Row = tuple[int, list[Any]]


def fed(parser: Any, path: str, chunk: bytes, last: bool = False) -> None:
    try:
        parser.Parse(chunk, last)
    except (expat.ExpatError, UnicodeDecodeError) as fault:
        what = Text("工作簿内部已损坏；请另存后重试", "the workbook is damaged inside; save it anew")
        raise Unfit(Flaw(Harm.NOT_A_WORKBOOK, what, path, fault)) from None


def guarded(path: str, start: Any, end: Any, say: Any, limits: WorkbookLimits) -> Any:
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


def column_number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


class Texts:
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
                raise too_large(self._limits)

    def say(self, text: str) -> None:
        if self._spoken and self._current is not None:
            self._current.append(text)

    def __getitem__(self, index: int) -> str | None:
        if not 0 <= index < len(self._ends):
            return None
        start = self._ends[index - 1] if index else 0
        return self._block[start : self._ends[index]].decode()


def too_large(limits: WorkbookLimits) -> Unfit:
    zh, en = limits.holds
    rows, columns = limits.bounds.rows, limits.bounds.columns
    what = Text(
        f"内容超出 {rows} 行、{columns} 列；请删去{zh}之外的内容",
        f"content beyond {rows} rows and {columns} columns; remove what is not the {en}",
    )
    return Unfit(Flaw(Harm.WORKBOOK_TOO_LARGE, what))


class Rows:
    """The rows of one sheet, as far as it has been read."""

    def __init__(self, path: str, limits: WorkbookLimits, days: list[bool], texts: Texts, from_1904: bool) -> None:
        self._limits, self._days, self._texts, self._from_1904 = limits, days, texts, from_1904
        self._path = path
        self._done: list[Row] = []
        self._row, self._column, self._held = 0, -1, 0
        self._cells: list[Any] = []
        self._kind, self._style = "n", 0
        self._said: list[str] | None = None
        self._length = 0
        self._parser = guarded(path, self._start, self._end, self._say, limits)

    def feed(self, chunk: bytes) -> None:
        """Read on."""
        fed(self._parser, self._path, chunk)

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
            self._column, self._cells, self._held = -1, [], 0

    def _on_cell(self, attributes: dict[str, str]) -> None:
        at = _CELL.fullmatch(attributes.get("r", ""))
        if at is None and "r" in attributes:
            raise too_large(self._limits)
        if at is not None and int(at[2]) != self._row:
            raise Unfit(_odd(self._path))
        self._column = self._column + 1 if at is None else column_number(at[1])
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
            raise too_large(self._limits)
        self._held += len(value) if isinstance(value, str) else 1
        if self._held > MOST_IN_A_ROW:
            raise too_large(self._limits)
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


class Merged:
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
