"""Reads ``catalog.xlsx``: the same form as ``catalog.toml``, with the cell that every part of it came from."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from core.files.cells import plain
from core.texts import Text
from core.vocabulary import Vocabulary, load_vocabulary
from plugins.catalog_form import CatalogForm
from plugins.findings import Finding, Place, Severity
from plugins.form_reading import fit
from plugins.limits import rows_beyond
from plugins.manifest import Manifest
from plugins.refusals import Refusal, refusal
from plugins.workbook.condition_words import Language
from plugins.workbook.phrases import Phrases
from plugins.workbook.row_cells import Reading, RowCells
from plugins.workbook.rows import content_of
from plugins.workbook.sheet import Sheet, Table, find_table, read_sheets
from plugins.workbook.words import Words

FILE: Final = "catalog.xlsx"
MOST_FINDINGS: Final = 2000
MOST_TEXT: Final = 500_000  # characters: what takes time grows with them, and merged cells repeat them

# (number of the row, path of the field such as ``skill_to_title.years``) → ``对应关系目录!B8``
CellMap = Mapping[tuple[int, str], str]


@dataclass(frozen=True, slots=True)
class CatalogReading:
    """The catalog, None when a finding is an error; where each field of each row stands; and every finding."""

    form: CatalogForm | None
    cells: CellMap = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()


def read_catalog(
    data: bytes, manifest: Manifest, file: str = FILE, vocabulary: Vocabulary | None = None
) -> CatalogReading:
    """The catalog of a workbook; names of evidence and groups are those that ``manifest`` declares."""
    sheets = read_sheets(data, file)
    if not all(isinstance(one, Sheet) for one in sheets):
        return CatalogReading(None, {}, tuple(one for one in sheets if isinstance(one, Finding)))
    table, faults = find_table([one for one in sheets if isinstance(one, Sheet)], file)
    if table is None:
        return CatalogReading(None, {}, faults)
    reading = _reading(table, file, manifest, vocabulary or load_vocabulary())
    reading.findings += [*faults, *_hidden(table, file)]
    return _read(reading)


def _reading(table: Table, file: str, manifest: Manifest, vocabulary: Vocabulary) -> Reading:
    return Reading(
        table,
        file,
        vocabulary,
        Words(vocabulary),
        Language.of(manifest),
        Phrases({group.key: (group.zh, group.en) for group in manifest.group}),
        {plain(one.name.zh): one.code for one in vocabulary.occupations.values()},
    )


def _read(reading: Reading) -> CatalogReading:
    contents: list[dict[str, Any]] = []
    cells: dict[tuple[int, str], str] = {}
    seen: dict[int, str] = {}
    length = 0
    rows = list(reading.table.data_rows())
    beyond = list(rows_beyond(len(rows), reading.file))
    reading.findings += beyond
    for index in () if beyond else rows:
        row = RowCells(reading, index)
        length += row.length
        if length > MOST_TEXT:
            reading.findings.append(_too_long(reading, row))
            break
        contents.append(content_of(row))
        _number_once(row, seen)
        if row.number is not None:
            for name in reading.table.columns:
                cells.setdefault((row.number, name), row.cell(name))
        if len(reading.findings) > MOST_FINDINGS:
            break
    if not rows:
        what = Text("目录没有数据行；请在表头下填写", "the catalog has no rows; fill them in below the header")
        place = Place(file=reading.file, cell=reading.table.sheet.name)
        reading.findings.append(refusal(Refusal.NO_ROWS, what, place))
    return _fitted(reading, contents, cells)


def _too_long(reading: Reading, row: RowCells) -> Finding:
    what = Text(
        f"目录超过 {MOST_TEXT} 个字；请精简或分为几个方案",
        f"the catalog is longer than {MOST_TEXT} characters; shorten it or split the scheme",
    )
    return refusal(Refusal.WORKBOOK_TOO_LARGE, what, Place(file=reading.file, cell=row.cell("number")))


def _number_once(row: RowCells, seen: dict[int, str]) -> None:
    if row.number is None:
        return
    first = seen.setdefault(row.number, row.cell("number"))
    if first != row.cell("number"):
        what = Text(
            f" {row.number} 已用于 {first}；请改用其他序号", f"{row.number} is used at {first}; take another number"
        )
        row.refuse(Refusal.DUPLICATE_NUMBER, "number", what)


def _fitted(reading: Reading, contents: list[dict[str, Any]], cells: CellMap) -> CatalogReading:
    """The form, once no cell is at fault; what the form still refuses is told by cell as well."""
    findings = reading.findings
    if any(one.severity is Severity.ERROR for one in findings):
        return CatalogReading(None, cells, tuple(findings))
    form, misfits = fit(CatalogForm, {"row": contents}, Place(file=reading.file))
    return CatalogReading(form, cells, (*findings, *in_workbook(misfits, cells, reading.file)))


def _hidden(table: Table, file: str) -> list[Finding]:
    """Hidden rows, columns and sheets count like any other, which who looks at the workbook does not see."""
    sheet = table.sheet
    rows = [sheet.at(row, 0) for row in table.data_rows() if row in sheet.notes.hidden_rows]
    columns = [sheet.at(table.first - 1, c) for c in table.columns.values() if c in sheet.notes.hidden_columns]
    places = [*([sheet.name] if sheet.is_hidden else []), *rows, *columns]
    what = Text("隐藏的内容也已读取；请取消隐藏或删除", "hidden content is read as well; unhide or remove it")
    return [refusal(Refusal.HIDDEN, what, Place(file=file, cell=place), severity=Severity.WARNING) for place in places]


def in_workbook(findings: tuple[Finding, ...], cells: CellMap, file: str = FILE) -> tuple[Finding, ...]:
    """Findings on the rows of a catalog with the cells of the workbook that it was read from."""
    return tuple(_with_cell(one, cells, file) for one in findings)


def _with_cell(finding: Finding, cells: CellMap, file: str) -> Finding:
    place = finding.place
    if place.row is None or place.cell is not None:
        return finding
    named = (cells.get((place.row, name)) for name in _fields(place.entry or ""))
    return replace(finding, place=replace(place, file=file, cell=next((cell for cell in named if cell), None)))


def _fields(entry: str) -> Iterator[str]:
    """The fields that an entry such as ``row[3].skill_to_title.requires[1].at_least`` may stand in, nearest first."""
    parts = [part for part in re.sub(r"^row\[\d+\]\.?|\[\d+\]", "", entry).split(".") if part]
    for depth in range(len(parts), 0, -1):
        path = ".".join(parts[:depth])
        yield from (path, f"{path}.years", f"{path}.clause")
    yield "number"
