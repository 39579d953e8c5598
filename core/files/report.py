"""A report as sections with tables, and two ways to write it: a workbook with charts, and a Word document.

Nothing that anybody wrote becomes a formula or a link. The same report always gives the same workbook.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import xlsxwriter
from docx import Document
from docx.oxml.ns import qn
from docx.shared import Pt

Cell = str | int | float | None
_OPTIONS: Final = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
}
_CREATED: Final = datetime(2026, 1, 1, tzinfo=UTC).replace(tzinfo=None)
_LONGEST_SHEET_NAME, _WIDEST, _FONT = 31, 48, "宋体"


@dataclass(frozen=True, slots=True)
class Chart:
    """Columns side by side: ``columns`` of the table over its first one. Shares are drawn as percentages."""

    title: str
    columns: tuple[int, ...]
    is_share: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """A heading, a table (``shares`` are the columns that hold shares of one), what has to be said of it."""

    title: str
    headers: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    shares: frozenset[int] = frozenset()
    notes: tuple[str, ...] = ()
    charts: tuple[Chart, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """The whole of it."""

    title: str
    lines: tuple[str, ...]
    sections: tuple[Section, ...]


def as_workbook(report: Report) -> bytes:
    """A sheet a section, charts below the tables."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, _OPTIONS) as book:
        book.set_properties({"title": report.title, "created": _CREATED})
        formats = {
            "title": book.add_format({"bold": True, "font_size": 14}),
            "head": book.add_format({"bold": True, "bg_color": "#DCE6F1", "border": 1, "text_wrap": True}),
            "cell": book.add_format({"border": 1, "valign": "top", "text_wrap": True}),
            "share": book.add_format({"border": 1, "valign": "top", "num_format": "0.0%"}),
            "note": book.add_format({"italic": True, "font_color": "#555555"}),
        }
        for section in report.sections:
            _sheet(book, formats, report, section)
    return buffer.getvalue()


def _sheet(book: Any, formats: dict[str, Any], report: Report, section: Section) -> None:
    name = section.title[:_LONGEST_SHEET_NAME]
    sheet = book.add_worksheet(name)
    sheet.write_string(0, 0, f"{report.title} · {section.title}", formats["title"])
    top = 1
    for line in (*report.lines, *section.notes):
        sheet.write_string(top, 0, line, formats["note"])
        top += 1
    for column, header in enumerate(section.headers):
        sheet.write_string(top, column, header, formats["head"])
        longest = max([len(header), *(len(_text(row[column])) for row in section.rows)])
        sheet.set_column(column, column, min(_WIDEST, 4 + 2 * longest))
    for at, row in enumerate(section.rows, start=top + 1):
        for column, value in enumerate(row):
            _write(sheet, at, column, value, formats["share" if column in section.shares else "cell"])
    sheet.freeze_panes(top + 1, 1)
    below = top + len(section.rows) + 3
    for nth, chart in enumerate(section.charts if section.rows else ()):
        drawn = _chart(book, name, section, chart, top)
        sheet.insert_chart(below + nth * 18, 0, drawn, {"x_scale": 1.6, "y_scale": 1.1})


def _write(sheet: Any, row: int, column: int, value: Cell, style: Any) -> None:
    if value is None:
        sheet.write_blank(row, column, None, style)
    elif isinstance(value, str):
        sheet.write_string(row, column, value, style)
    else:
        sheet.write_number(row, column, value, style)


def _chart(book: Any, sheet: str, section: Section, chart: Chart, top: int) -> Any:
    drawn = book.add_chart({"type": "column"})
    first, last = top + 1, top + len(section.rows)
    for column in chart.columns:
        drawn.add_series(
            {
                "name": [sheet, top, column],
                "categories": [sheet, first, 0, last, 0],
                "values": [sheet, first, column, last, column],
            }
        )
    drawn.set_title({"name": chart.title})
    if chart.is_share:
        drawn.set_y_axis({"num_format": "0%", "min": 0, "max": 1})
    return drawn


def as_word(report: Report) -> bytes:
    """A document with a table a section."""
    document = Document()
    _in_chinese(document)
    document.core_properties.title = report.title
    document.core_properties.author = ""
    document.add_heading(report.title, 0)
    for line in report.lines:
        document.add_paragraph(line)
    for section in report.sections:
        document.add_heading(section.title, 1)
        for note in section.notes:
            document.add_paragraph(note)
        _table(document, section)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _in_chinese(document: Any) -> None:
    """Word takes another font for Chinese than for Latin letters, and has to be told both."""
    for name in ("Normal", "Title", "Heading 1"):
        style = document.styles[name]
        style.font.name = _FONT
        style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), _FONT)
    document.styles["Normal"].font.size = Pt(10)


def _table(document: Any, section: Section) -> None:
    if not section.rows:
        document.add_paragraph("无 none")
        return
    table = document.add_table(rows=1, cols=len(section.headers), style="Table Grid")
    _fill(table.rows[0].cells, section.headers, bold=True)
    for row in section.rows:
        shown = [_text(value, column in section.shares) for column, value in enumerate(row)]
        _fill(table.add_row().cells, shown)


def _fill(cells: Sequence[Any], texts: Sequence[str], bold: bool = False) -> None:
    for cell, text in zip(cells, texts, strict=True):
        run = cell.paragraphs[0].add_run(text)
        run.bold = bold


def _text(value: Cell, is_share: bool = False) -> str:
    if value is None:
        return "—"
    if is_share and not isinstance(value, str):
        return f"{value * 100:.1f}%"
    return f"{value:g}" if isinstance(value, float) else str(value)
