"""Looks through a workbook before anything opens it, because libraries trust what they open.

Two cells in opposite corners make a reader lay out the whole sheet between them and end the process; a document type
definition can unfold without end; macros, embedded objects and links to elsewhere are none of a catalog's business.
What is only worth knowing, formulas and hidden rows, is noted on the way.
"""

import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from xml.parsers import expat

from core.texts import Text
from plugins.archive import MB, Limits, open_archive, upload_too_large
from plugins.findings import Finding, Place
from plugins.refusals import Refusal, refusal

LIMITS: Final = Limits(upload=8 * MB, entry=8 * MB, total=16 * MB, entries=300, ratio=2000)
MOST_ROWS: Final = 5000
MOST_COLUMNS: Final = 256
MOST_ELEMENTS: Final = 1_000_000
DEEPEST: Final = 64
OLD_FORMAT: Final = b"\xd0\xcf\x11\xe0"
ACTIVE: Final = (
    "vbaproject",
    "macrosheets/",
    "externallinks/",
    "embeddings/",
    "activex/",
    "connections.xml",
    "querytables/",
)
READ_AS_XML: Final = (".xml", ".rels")
STRUCTURAL: Final = ("officeDocument", "worksheet", "chartsheet", "dialogsheet", "sharedStrings", "styles", "theme")
_CELL = re.compile(r"([A-Z]{1,3})([1-9]\d{0,6})")
Cell = tuple[int, int]


@dataclass(slots=True)
class SheetNotes:
    """What is worth knowing of one sheet; rows and columns count from 0."""

    formulas: set[Cell] = field(default_factory=set)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)


class Unfit(Exception):
    """A workbook that must not be opened."""

    def __init__(self, code: Refusal, what: Text, entry: str | None = None, value: object = None) -> None:
        super().__init__(what)
        self.code, self.what, self.entry, self.value = code, what, entry, value


def look_through(data: bytes, file: str) -> Mapping[str, SheetNotes] | tuple[Finding, ...]:
    """Notes by sheet name, or why the workbook is not opened."""
    if large := upload_too_large(data, file, LIMITS):
        return (large,)
    if data.startswith(OLD_FORMAT):
        return (_not_a_workbook(file, None),)
    opened = open_archive(data, file, LIMITS)
    if opened.findings:
        return tuple(_as_workbook(file, one) for one in opened.findings)
    try:
        return _notes(opened.files)
    except Unfit as fault:
        return (refusal(fault.code, fault.what, Place(file=file, entry=fault.entry), value=fault.value),)


def _not_a_workbook(file: str, value: object) -> Finding:
    what = Text(
        "不是可读的 XLSX 工作簿；请去掉密码并另存为 .xlsx",
        "not a readable XLSX workbook; remove any password and save it as .xlsx",
    )
    return refusal(Refusal.NOT_A_WORKBOOK, what, Place(file=file), value=value)


def _as_workbook(file: str, fault: Finding) -> Finding:
    """What is wrong with the zip, in the words of somebody who has a workbook and never saw the zip in it."""
    is_large = fault.code in (Refusal.ZIP_BOMB, Refusal.TOO_LARGE)
    if not is_large:
        return _not_a_workbook(file, f"{fault.what.en} {fault.value or ''}".strip())
    what = Text("工作簿过大；请删去目录之外的内容", "the workbook is too large; remove what is not the catalog")
    return refusal(Refusal.WORKBOOK_TOO_LARGE, what, Place(file=file, entry=fault.place.entry), value=fault.what.en)


def _notes(files: Mapping[str, bytes]) -> Mapping[str, SheetNotes]:
    for path in files:
        if any(mark in path.casefold() for mark in ACTIVE):
            what = Text(
                "含宏、嵌入对象或外部链接；请删除后另存",
                "macros, embedded objects or external links; remove them and save anew",
            )
            raise Unfit(Refusal.ACTIVE_CONTENT, what, path)
    parts = {path: _look_into(path, data) for path, data in files.items() if path.endswith(READ_AS_XML)}
    book = parts.get("xl/workbook.xml")
    links = parts.get("xl/_rels/workbook.xml.rels")
    if book is None or links is None:
        raise Unfit(
            Refusal.NOT_A_WORKBOOK, Text("缺少 xl/workbook.xml；请另存为 .xlsx", "no xl/workbook.xml; save it as .xlsx")
        )
    paths = {key: posixpath.normpath(posixpath.join("/xl", target)).lstrip("/") for key, target in links.links.items()}
    found = {name: parts.get(paths.get(key, "")) for name, key in book.sheets.items()}
    return {name: part.notes for name, part in found.items() if part is not None}


def _look_into(path: str, data: bytes) -> "_Part":
    part = _Part(path)
    try:
        data.decode()
        part.parser.Parse(data, True)
    except (expat.ExpatError, UnicodeDecodeError) as fault:
        what = Text("工作簿内部已损坏；请另存后重试", "the workbook is damaged inside; save it anew")
        raise Unfit(Refusal.NOT_A_WORKBOOK, what, path, fault) from None
    return part


class _Part:
    """One XML part, read element by element; nothing of it is kept but sheet names, links and notes."""

    def __init__(self, path: str) -> None:
        self.sheets: dict[str, str] = {}
        self.links: dict[str, str] = {}
        self.notes = SheetNotes()
        self._path = path
        self._elements, self._depth = 0, 0
        self._row, self._column = -1, -1
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.parser.XmlDeclHandler = self._declared

    def _unfit(self, code: Refusal, zh: str, en: str, value: object = None) -> Unfit:
        return Unfit(code, Text(zh, en), self._path, value)

    def _doctype(self, *_: object) -> None:
        raise self._unfit(
            Refusal.ACTIVE_CONTENT, "含文档类型定义；请另存为 .xlsx", "a document type definition; save it as .xlsx"
        )

    def _declared(self, version: str, encoding: str | None, standalone: int) -> None:
        if encoding is not None and encoding.casefold() not in ("utf-8", "us-ascii"):
            raise self._unfit(
                Refusal.NOT_A_WORKBOOK,
                "内部编码不是 UTF-8；请另存为 .xlsx",
                "not UTF-8 inside; save it as .xlsx",
                encoding,
            )

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._elements += 1
        self._depth += 1
        if self._elements > MOST_ELEMENTS or self._depth > DEEPEST:
            raise self._too_large(self._elements)
        handler = _HANDLERS.get(name.rpartition(":")[2])
        if handler is not None:
            handler(self, attributes)

    def _end(self, _: str) -> None:
        self._depth -= 1

    def _too_large(self, value: object) -> Unfit:
        return self._unfit(
            Refusal.WORKBOOK_TOO_LARGE,
            f"内容超出 {MOST_ROWS} 行、{MOST_COLUMNS} 列；请删去目录之外的内容",
            f"content beyond {MOST_ROWS} rows and {MOST_COLUMNS} columns; remove what is not the catalog",
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
                Refusal.NOT_A_WORKBOOK, "单元格不在其行内；请另存后重试", "a cell outside its row; save it anew", at[0]
            )
        self._column = self._column + 1 if at is None else _column_number(at[1])

    def _on_content(self, _: dict[str, str]) -> None:
        """Only cells that hold something make a reader lay out the sheet up to them."""
        if self._row >= MOST_ROWS or self._column >= MOST_COLUMNS:
            raise self._too_large(f"R{self._row + 1}C{self._column + 1}")

    def _on_formula(self, attributes: dict[str, str]) -> None:
        self._on_content(attributes)
        self.notes.formulas.add((self._row, self._column))

    def _on_columns(self, attributes: dict[str, str]) -> None:
        if attributes.get("hidden") in ("1", "true"):
            first, last = _number(attributes.get("min"), 1), _number(attributes.get("max"), 1)
            self.notes.hidden_columns.update(range(first - 1, min(last, MOST_COLUMNS)))

    def _on_sheet(self, attributes: dict[str, str]) -> None:
        key = next((value for name, value in attributes.items() if name.rpartition(":")[2] == "id"), "")
        self.sheets[attributes.get("name", "")] = key

    def _on_link(self, attributes: dict[str, str]) -> None:
        target, kind = attributes.get("Target", ""), attributes.get("Type", "").rpartition("/")[2]
        if kind in STRUCTURAL and not target.endswith(".xml"):
            raise self._unfit(
                Refusal.NOT_A_WORKBOOK, "内部结构异常；请另存为 .xlsx", "an odd structure; save it as .xlsx", target
            )
        self.links[attributes.get("Id", "")] = target


_HANDLERS = {
    "row": _Part._on_row,
    "c": _Part._on_cell,
    "v": _Part._on_content,
    "is": _Part._on_content,
    "f": _Part._on_formula,
    "col": _Part._on_columns,
    "sheet": _Part._on_sheet,
    "Relationship": _Part._on_link,
}


def _number(text: str | None, otherwise: int) -> int:
    return int(text) if text is not None and text.isascii() and text.isdigit() and len(text) < 8 else otherwise


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1
