"""Reads the sheets of a workbook row by row, however long, in memory that does not grow with the rows.

The other reader lays a whole sheet out. This one is for lists of people, which may have a million rows. It trusts
nothing either: the bounds hold while it reads, and what is refused is refused in the same words. Texts that cells name
by number are kept packed, for a list of people repeats few of them.
"""

import io
import posixpath
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any, Final

from core.files.archive import BROKEN, MB, Limits, flaws_of
from core.files.flaws import Flaw, Harm
from core.files.number_formats import Styles
from core.files.workbook import OLD_FORMAT, WorkbookLimits, as_workbook, inactive, not_a_workbook
from core.files.workbook_part import Bounds, Unfit
from core.files.workbook_rows import Merged, Row, Rows, Texts, column_number, fed, guarded
from core.texts import Text

CHUNK: Final = 64 * 1024
MOST_MERGES: Final = 100_000
LONG: Final = WorkbookLimits(
    Text("名单", "list"),
    archive=Limits(upload=256 * MB, entry=1536 * MB, total=2048 * MB, entries=300, ratio=2000),
    bounds=Bounds(rows=1_048_576, columns=256, depth=64),
)
_MERGE = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*?ref="([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"')


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
        reading = Rows(sheet.path, self._limits, self._days, self._texts, self._from_1904)
        merged = Merged(self._merges(sheet.path))
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
                    found.append((top, bottom, column_number(match[1].decode())))
            last = window.rfind(b"<")
            rest = window[max(last, len(window) - 512) :] if last >= 0 else b""
        return sorted(set(found))

    def _shared(self, links: "_Links", names: set[str]) -> "Texts":
        texts = Texts(self._limits)
        path = links.shared
        if path in names:
            self._parse(path, names, texts.start, texts.end, texts.say)
        return texts

    def _parse(self, path: str, names: set[str], start: Any, end: Any = None, say: Any = None) -> None:
        if path not in names:
            raise Unfit(Flaw(Harm.NOT_A_WORKBOOK, Text(f"缺少 {path}；请另存为 .xlsx", f"no {path}; save it as .xlsx")))
        parser = guarded(path, start, end, say, self._limits)
        for chunk in self._chunks(path):
            fed(parser, path, chunk)
        fed(parser, path, b"", True)

    def _chunks(self, path: str) -> Iterator[bytes]:
        try:
            with self._archive.open(path) as file:
                yield from _read(file)
        except BROKEN as fault:
            raise Unfit(not_a_workbook(fault)) from None


def _read(file: IO[bytes]) -> Iterator[bytes]:
    while chunk := file.read(CHUNK):
        yield chunk


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
