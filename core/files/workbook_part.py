"""One XML part of a workbook, read element by element; of it are kept sheet names, links, sizes and notes alone."""

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Final
from xml.parsers import expat

from core.files.flaws import Flaw, Harm
from core.texts import Text

STRUCTURAL: Final = ("officeDocument", "worksheet", "chartsheet", "dialogsheet", "sharedStrings", "styles", "theme")
LONGEST: Final = -1  # stands for the number of the longest text
_CELL = re.compile(r"([A-Z]{1,3})([1-9]\d{0,6})")
_RANGE = re.compile(rf"{_CELL.pattern}(?::{_CELL.pattern})?")
Cell = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Bounds:
    """How far a sheet may reach, and how many elements a part may have, nested how deep."""

    rows: int = 5000
    columns: int = 256
    elements: int = 1_000_000
    depth: int = 64


@dataclass(slots=True)
class SheetNotes:
    """What is worth knowing of one sheet; rows and columns count from 0."""

    formulas: set[Cell] = field(default_factory=set)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)


class Unfit(Exception):
    """A workbook that must not be opened."""

    def __init__(self, flaw: Flaw) -> None:
        super().__init__(flaw.what)
        self.flaw = flaw


def read_part(path: str, data: bytes, bounds: Bounds, holds: Text) -> "Part":
    """What is to be known of a part; ``holds`` is what the workbook should hold. Raises ``Unfit``."""
    part = Part(path, bounds, holds)
    try:
        data.decode()
        part.parser.Parse(data, True)
    except (expat.ExpatError, UnicodeDecodeError) as fault:
        what = Text("工作簿内部已损坏；请另存后重试", "the workbook is damaged inside; save it anew")
        raise Unfit(Flaw(Harm.NOT_A_WORKBOOK, what, path, fault)) from None
    part.check_merges()
    return part


class Part:
    """``rows`` and ``columns`` are how far content reaches, ``texts`` how long each text is that cells name by number,
    ``named`` how often they name it."""

    def __init__(self, path: str, bounds: Bounds, holds: Text) -> None:
        self.sheets: dict[str, str] = {}
        self.links: dict[str, str] = {}
        self.notes = SheetNotes()
        self.rows, self.columns = 0, 0
        self.texts: list[int] = []
        self.named: Counter[int] = Counter()
        self._path, self._bounds, self._holds = path, bounds, holds
        self._elements, self._depth = 0, 0
        self._row, self._column = -1, -1
        self._names_a_text = False
        self._text: int | None = None  # how long the text is that is being read
        self._value: list[str] | None = None  # the number of a text, in as many pieces as it is written in
        self._merges: list[tuple[Cell, Cell]] = []
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.parser.XmlDeclHandler = self._declared
        self.parser.CommentHandler = self._aside
        self.parser.ProcessingInstructionHandler = self._aside

    def check_merges(self) -> None:
        """Cells that are merged twice are nobody's work: together merges cover no more than the sheet."""
        covered = sum(
            max(0, min(bottom + 1, self.rows) - top) * max(0, min(right + 1, self.columns) - left)
            for (top, left), (bottom, right) in self._merges
        )
        if covered > self.rows * self.columns:
            raise self._unfit(
                Harm.NOT_A_WORKBOOK,
                "合并单元格相互重叠；请取消合并后另存",
                "merged cells overlap; unmerge them",
                covered,
            )

    def _unfit(self, harm: Harm, zh: str, en: str, value: object = None) -> Unfit:
        return Unfit(Flaw(harm, Text(zh, en), self._path, value))

    def _doctype(self, *_: object) -> None:
        raise self._unfit(
            Harm.ACTIVE_CONTENT, "含文档类型定义；请另存为 .xlsx", "a document type definition; save it as .xlsx"
        )

    def _declared(self, version: str, encoding: str | None, standalone: int) -> None:
        if encoding is not None and encoding.casefold() not in ("utf-8", "us-ascii"):
            raise self._unfit(
                Harm.NOT_A_WORKBOOK,
                "内部编码不是 UTF-8；请另存为 .xlsx",
                "not UTF-8 inside; save it as .xlsx",
                encoding,
            )

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._elements += 1
        self._depth += 1
        if self._elements > self._bounds.elements or self._depth > self._bounds.depth:
            raise self._too_large(self._elements)
        local = name.rpartition(":")[2]
        if self._value is not None or (self._text is not None and local in _STARTS):
            raise self._odd(local)
        handler = _STARTS.get(local)
        if handler is not None:
            handler(self, attributes)

    def _end(self, name: str) -> None:
        self._depth -= 1
        handler = _ENDS.get(name.rpartition(":")[2])
        if handler is not None:
            handler(self)

    def _aside(self, *_: object) -> None:
        """Readers disagree on what is left of a number that something stands within."""
        if self._value is not None:
            raise self._odd("v")

    def _odd(self, value: object) -> Unfit:
        return self._unfit(
            Harm.NOT_A_WORKBOOK, "内部结构异常；请另存为 .xlsx", "an odd structure; save it as .xlsx", value
        )

    def _too_large(self, value: object) -> Unfit:
        rows, columns = self._bounds.rows, self._bounds.columns
        zh, en = self._holds
        return self._unfit(
            Harm.WORKBOOK_TOO_LARGE,
            f"内容超出 {rows} 行、{columns} 列；请删去{zh}之外的内容",
            f"content beyond {rows} rows and {columns} columns; remove what is not the {en}",
            value,
        )

    def _on_row(self, attributes: dict[str, str]) -> None:
        self._row = _number(attributes.get("r"), self._row + 2) - 1
        self._column = -1
        if attributes.get("hidden") in ("1", "true"):
            self.notes.hidden_rows.add(self._row)

    def _on_cell(self, attributes: dict[str, str]) -> None:
        at = _CELL.fullmatch(attributes.get("r", ""))
        if at is None and "r" in attributes:
            raise self._too_large(attributes["r"])
        if at is not None and int(at[2]) != self._row + 1:
            raise self._unfit(
                Harm.NOT_A_WORKBOOK, "单元格不在其行内；请另存后重试", "a cell outside its row; save it anew", at[0]
            )
        self._column = self._column + 1 if at is None else _column_number(at[1])
        self._names_a_text = attributes.get("t") == "s"

    def _on_content(self, _: dict[str, str]) -> None:
        """Only cells that hold something make a reader lay out the sheet up to them."""
        if self._row >= self._bounds.rows or self._column >= self._bounds.columns:
            raise self._too_large(f"R{self._row + 1}C{self._column + 1}")
        self.rows, self.columns = max(self.rows, self._row + 1), max(self.columns, self._column + 1)

    def _on_value(self, attributes: dict[str, str]) -> None:
        self._on_content(attributes)
        if self._names_a_text:
            self._value = []
            self.parser.CharacterDataHandler = self._value.append

    def _on_value_end(self) -> None:
        if self._value is not None:
            # In one piece it is the same number to every reader; else it counts as whichever text is the longest.
            whole = self._value[0] if len(self._value) == 1 else None
            self.named[_number(whole, LONGEST)] += 1
            self._value, self.parser.CharacterDataHandler = None, None

    def _on_text(self, _: dict[str, str]) -> None:
        self._text = 0
        self.parser.CharacterDataHandler = self._on_characters

    def _on_characters(self, data: str) -> None:
        self._text = (self._text or 0) + len(data)

    def _on_text_end(self) -> None:
        if self._text is not None:
            self.texts.append(self._text)
            self._text, self.parser.CharacterDataHandler = None, None

    def _on_formula(self, attributes: dict[str, str]) -> None:
        self._on_content(attributes)
        self.notes.formulas.add((self._row, self._column))

    def _on_columns(self, attributes: dict[str, str]) -> None:
        if attributes.get("hidden") in ("1", "true"):
            first, last = _number(attributes.get("min"), 1), _number(attributes.get("max"), 1)
            self.notes.hidden_columns.update(range(first - 1, min(last, self._bounds.columns)))

    def _on_merge(self, attributes: dict[str, str]) -> None:
        at = _RANGE.fullmatch(attributes.get("ref", ""))
        if at is not None:
            first = (int(at[2]) - 1, _column_number(at[1]))
            last = (int(at[4]) - 1, _column_number(at[3])) if at[4] else first
            self._merges.append((first, last))

    def _on_sheet(self, attributes: dict[str, str]) -> None:
        key = next((value for name, value in attributes.items() if name.rpartition(":")[2] == "id"), "")
        self.sheets[attributes.get("name", "")] = key

    def _on_link(self, attributes: dict[str, str]) -> None:
        target, kind = attributes.get("Target", ""), attributes.get("Type", "").rpartition("/")[2]
        if kind in STRUCTURAL and not target.endswith(".xml"):
            raise self._odd(target)
        self.links[attributes.get("Id", "")] = target


_STARTS = {
    "row": Part._on_row,
    "c": Part._on_cell,
    "v": Part._on_value,
    "is": Part._on_content,
    "f": Part._on_formula,
    "si": Part._on_text,
    "col": Part._on_columns,
    "mergeCell": Part._on_merge,
    "sheet": Part._on_sheet,
    "Relationship": Part._on_link,
}
_ENDS = {"v": Part._on_value_end, "si": Part._on_text_end}


def _number(text: str | None, otherwise: int) -> int:
    return int(text) if text is not None and text.isascii() and text.isdigit() and len(text) < 8 else otherwise


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1
