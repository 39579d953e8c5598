"""Looks through a workbook before anything opens it, because libraries trust what they open.

Two cells in opposite corners make a reader lay out the whole sheet between them and end the process; a text kept once
and named by every cell is copied for each; a document type definition can unfold without end; macros, embedded objects
and links to elsewhere are none of a table's business. What is only worth knowing, formulas and hidden rows, is noted on
the way.
"""

import posixpath
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import zip_longest
from typing import Final

from core.files.archive import MB, Limits, open_archive, too_large
from core.files.flaws import Flaw, Harm
from core.files.workbook_part import Bounds, Part, SheetNotes, Unfit, read_part
from core.texts import Text

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
USUAL_ARCHIVE: Final = Limits(upload=8 * MB, entry=8 * MB, total=16 * MB, entries=300, ratio=2000)
USUAL_BOUNDS: Final = Bounds()


@dataclass(frozen=True, slots=True)
class WorkbookLimits:
    """How much of a workbook is read at most. ``holds`` is what it should hold, as refusals say it.

    ``cells`` are those a reader lays out over all sheets, ``text`` the characters of all of them together.
    """

    holds: Text
    archive: Limits = USUAL_ARCHIVE
    bounds: Bounds = USUAL_BOUNDS
    cells: int = 500_000
    text: int = 4_000_000


class Unreadable(Exception):
    """A workbook that a library could not read."""


@contextmanager
def unreadable() -> Iterator[None]:
    """Whatever a library does when it cannot read a workbook comes out as ``Unreadable``."""
    try:
        yield
    except BaseException as error:
        # A fault that the library's own language does not recover from is no Exception in Python.
        if not isinstance(error, Exception) and type(error).__name__ != "PanicException":
            raise
        raise Unreadable(str(error)) from error


def look_through(data: bytes, limits: WorkbookLimits) -> Mapping[str, SheetNotes] | tuple[Flaw, ...]:
    """Notes by sheet name, or why the workbook is not opened."""
    if len(data) > limits.archive.upload:
        return (too_large(len(data), limits.archive.upload),)
    if data.startswith(OLD_FORMAT):
        return (not_a_workbook(),)
    opened = open_archive(data, limits.archive)
    if opened.flaws:
        return tuple(as_workbook(one, limits) for one in opened.flaws)
    try:
        return _notes(opened.files, limits)
    except Unfit as fault:
        return (fault.flaw,)


def not_a_workbook(value: object = None) -> Flaw:
    """The flaw of what is no workbook at all."""
    what = Text(
        "不是可读的 XLSX 工作簿；请去掉密码并另存为 .xlsx",
        "not a readable XLSX workbook; remove any password and save it as .xlsx",
    )
    return Flaw(Harm.NOT_A_WORKBOOK, what, value=value)


def as_workbook(flaw: Flaw, limits: WorkbookLimits) -> Flaw:
    """What is wrong with the zip, in the words of somebody who has a workbook and never saw the zip in it."""
    if flaw.harm not in (Harm.BOMB, Harm.TOO_LARGE):
        return not_a_workbook(f"{flaw.what.en} {flaw.value or ''}".strip())
    zh, en = limits.holds
    what = Text(f"工作簿过大；请删去{zh}之外的内容", f"the workbook is too large; remove what is not the {en}")
    return Flaw(Harm.WORKBOOK_TOO_LARGE, what, flaw.entry, flaw.what.en)


def _notes(files: Mapping[str, bytes], limits: WorkbookLimits) -> Mapping[str, SheetNotes]:
    inactive(files)
    bounds, holds = limits.bounds, limits.holds
    parts = {path: read_part(path, data, bounds, holds) for path, data in files.items() if path.endswith(READ_AS_XML)}
    book, links = parts.get("xl/workbook.xml"), parts.get("xl/_rels/workbook.xml.rels")
    if book is None or links is None:
        what = Text("缺少 xl/workbook.xml；请另存为 .xlsx", "no xl/workbook.xml; save it as .xlsx")
        raise Unfit(Flaw(Harm.NOT_A_WORKBOOK, what))
    _not_too_much(parts.values(), limits)
    paths = {key: posixpath.normpath(posixpath.join("/xl", target)).lstrip("/") for key, target in links.links.items()}
    found = {name: parts.get(paths.get(key, "")) for name, key in book.sheets.items()}
    return {name: part.notes for name, part in found.items() if part is not None}


def inactive(paths: Iterable[str]) -> None:
    """Raise Unfit for macros, embedded objects and links to elsewhere."""
    for path in paths:
        if any(mark in path.casefold() for mark in ACTIVE):
            what = Text(
                "含宏、嵌入对象或外部链接；请删除后另存",
                "macros, embedded objects or external links; remove them and save anew",
            )
            raise Unfit(Flaw(Harm.ACTIVE_CONTENT, what, path))


def _not_too_much(parts: Iterable[Part], limits: WorkbookLimits) -> None:
    """What no part shows by itself: what all sheets take together, and every copy of a text that is kept once."""
    zh, en = limits.holds
    cells = sum(part.rows * part.columns for part in parts)
    if cells > limits.cells:
        what = Text(
            f"各表共占 {cells} 个单元格，超过 {limits.cells}；请删去{zh}之外的内容",
            f"the sheets span {cells} cells, more than {limits.cells}; remove what is not the {en}",
        )
        raise Unfit(Flaw(Harm.WORKBOOK_TOO_LARGE, what, value=cells))
    lengths = [max(same) for same in zip_longest(*(part.texts for part in parts), fillvalue=0)]
    named: Counter[int] = sum((part.named for part in parts), Counter())
    lengths = [*lengths, max(lengths, default=0)]  # the number LONGEST counts from behind
    text = sum(times * lengths[index] for index, times in named.items() if index < len(lengths))
    if text > limits.text:
        what = Text(
            f"各单元格的文字共 {text} 字，超过 {limits.text}；请精简",
            f"the cells hold {text} characters, more than {limits.text}; make them shorter",
        )
        raise Unfit(Flaw(Harm.WORKBOOK_TOO_LARGE, what, value=text))
