"""A paper in Word."""

from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Pt

from core.exporting.papers import Paper

_WIDE = 6  # columns that fit on an upright page
_SONG, _HEI = "宋体", "黑体"


class Word(Paper):
    """A paper as .docx."""

    def close(self) -> None:
        paper: Any = Document()
        paper.core_properties.title, paper.core_properties.author = self._head.title, "贯通 Guantong"
        _font(paper.styles["Normal"].font, _SONG, 11)
        if self._head.is_card:
            self._cards(paper)
        else:
            self._listing(paper)
        paper.save(str(self._path))

    def _listing(self, paper: Any) -> None:
        if len(self._columns) > _WIDE:
            page = paper.sections[0]
            page.orientation = WD_ORIENT.LANDSCAPE
            page.page_width, page.page_height = page.page_height, page.page_width
        self._begin(paper)
        table = paper.add_table(rows=1, cols=len(self._columns))
        table.style = "Table Grid"
        self._fill(table.rows[0].cells, [column.header.zh for column in self._columns], bold=True)
        _repeat(table.rows[0])
        for row in self._rows:
            self._fill(table.add_row().cells, row)
        self._end(paper)

    def _cards(self, paper: Any) -> None:
        for number, row in enumerate(self._rows):
            if number:
                paper.add_page_break()
            self._begin(paper)
            table = paper.add_table(rows=0, cols=2)
            table.style = "Table Grid"
            for column, text in zip(self._columns, row, strict=True):
                self._fill(table.add_row().cells, [column.header.zh, text])
            self._end(paper)

    def _begin(self, paper: Any) -> None:
        title = paper.add_paragraph()
        title.alignment = WD_ALIGN_PARAGRAPH.CENTER
        _font(title.add_run(self._head.title).font, _HEI, 18)
        for line in self._head.lines:
            paper.add_paragraph(line)

    def _end(self, paper: Any) -> None:
        for line in self._head.foot:
            paper.add_paragraph(line)

    def _fill(self, cells: Any, texts: list[str], *, bold: bool = False) -> None:
        for cell, text in zip(cells, texts, strict=True):
            run = cell.paragraphs[0].add_run(_without_controls(text))
            run.bold = bold
            _font(run.font, _SONG, 10)


def _font(font: Any, name: str, size: int) -> None:
    """Word takes the font of Chinese characters from a place of its own."""
    font.name, font.size = name, Pt(size)
    font.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), name)


def _repeat(row: Any) -> None:
    """The header stands on every page."""
    row._tr.get_or_add_trPr().append(row._tr.makeelement(qn("w:tblHeader"), {qn("w:val"): "true"}))


def _without_controls(text: str) -> str:
    """XML knows no control characters."""
    return "".join(letter for letter in text if letter.isprintable() or letter in "\n\t")
