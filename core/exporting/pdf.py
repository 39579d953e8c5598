"""A paper in PDF, by reportlab (BSD) with the font STSong-Light, which is named and not carried."""

from html import escape
from typing import Any, Final

from reportlab.lib import colors
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.platypus import PageBreak, Paragraph, SimpleDocTemplate, Spacer, Table

from core.exporting.papers import Glyphs, Paper

FONT: Final = "STSong-Light"
_WIDE: Final = 6  # columns that fit on an upright page
_MARGIN: Final = 18 * mm
_TEXT: Final = ParagraphStyle("text", fontName=FONT, fontSize=11, leading=17, wordWrap="CJK")
_CELL: Final = ParagraphStyle("cell", fontName=FONT, fontSize=9, leading=12, wordWrap="CJK")
_TITLE: Final = ParagraphStyle("title", fontName=FONT, fontSize=18, leading=30, alignment=1, wordWrap="CJK")
_GRID: Final = [
    ("GRID", (0, 0), (-1, -1), 0.5, colors.black),
    ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
]


class Pdf(Paper):
    """A paper as .pdf."""

    def close(self) -> None:
        pdfmetrics.registerFont(UnicodeCIDFont(FONT))
        self._glyphs = Glyphs()
        size = landscape(A4) if len(self._columns) > _WIDE and not self._head.is_card else A4
        self._width = size[0] - 2 * _MARGIN
        paper = SimpleDocTemplate(
            str(self._path),
            pagesize=size,
            leftMargin=_MARGIN,
            rightMargin=_MARGIN,
            title=self._head.title,
            author="贯通 Guantong",
            initialFontName=FONT,
        )
        told = list(self._cards() if self._head.is_card else self._listing())
        if self._glyphs.told:
            told.append(self._text(self._glyphs.told))
        paper.build(told)

    def _listing(self) -> list[Any]:
        whole = sum(column.width for column in self._columns)
        widths = [self._width * column.width / whole for column in self._columns]
        header = [self._text(column.header.zh, _CELL) for column in self._columns]
        body = [[self._text(text, _CELL) for text in row] for row in self._rows]
        table = Table([header, *body], colWidths=widths, repeatRows=1, style=_GRID)
        return [*self._begin(), table, *self._end()]

    def _cards(self) -> list[Any]:
        told: list[Any] = []
        for number, row in enumerate(self._rows):
            lines = [
                [self._text(column.header.zh), self._text(text)]
                for column, text in zip(self._columns, row, strict=True)
            ]
            widths = [self._width * 0.35, self._width * 0.65]
            told += [PageBreak()] if number else []
            told += [*self._begin(), Table(lines, colWidths=widths, style=_GRID), *self._end()]
        return told or self._begin()

    def _begin(self) -> list[Any]:
        return [self._text(self._head.title, _TITLE), *map(self._text, self._head.lines), Spacer(0, 4 * mm)]

    def _end(self) -> list[Any]:
        return [Spacer(0, 4 * mm), *map(self._text, self._head.foot)]

    def _text(self, text: str, style: ParagraphStyle = _TEXT) -> Any:
        return Paragraph(escape(self._glyphs.of(text)), style)
