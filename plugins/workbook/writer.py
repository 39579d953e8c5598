"""Writes a catalog as a workbook: the columns of the layout, lists to choose from, and a sheet that explains them.

Read again it is the same catalog. The same catalog always gives the same bytes.
"""

import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any, Final, Protocol

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from core.ladders import SKILL_LEVELS, TITLE_LEVELS
from core.vocabulary import Vocabulary, load_vocabulary
from plugins.catalog_form import CatalogForm, RowForm, RuleForm
from plugins.manifest import Manifest
from plugins.workbook.condition_words import Language
from plugins.workbook.condition_writing import write_conditions
from plugins.workbook.help import help_lines
from plugins.workbook.layout import Column, layout
from plugins.workbook.phrases import Phrases
from plugins.workbook.words import rung

# Nothing that an author wrote may become a formula or a link.
OPTIONS: Final = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
    "default_date_format": "yyyy-mm-dd",
}
CREATED: Final = datetime(2026, 1, 1)  # noqa: DTZ001  a fixed stamp, so that equal catalogs are equal files
HEADER_ROW: Final = 1
SPARE_ROWS: Final = 200  # below the last row, still with lists to choose from
LISTS: Final = "词表"
HELP: Final = "说明"


class BothParts(Protocol):
    """A scheme document, which reads workbooks and therefore stands above this module."""

    @property
    def manifest(self) -> Manifest: ...

    @property
    def catalog(self) -> CatalogForm: ...


def write_catalog(document: BothParts, vocabulary: Vocabulary | None = None) -> bytes:
    """The catalog of a scheme as the bytes of an XLSX workbook. Raises SCHEME_INVALID for what a cell cannot say."""
    writer = _Writer(document.manifest, vocabulary or load_vocabulary())
    return writer.bytes_of(f"{document.manifest.scheme.zh} · {layout().sheet.zh}", document.catalog.row)


def write_template(manifest: Manifest, vocabulary: Vocabulary | None = None) -> bytes:
    """A catalog without rows, to be filled in."""
    return _Writer(manifest, vocabulary or load_vocabulary()).bytes_of(
        f"{manifest.scheme.zh} · {layout().sheet.zh}", ()
    )


class _Writer:
    """One workbook being written."""

    def __init__(self, manifest: Manifest, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._language = Language.of(manifest)
        self._groups = Phrases({group.key: (group.zh, group.en) for group in manifest.group})
        self._manifest = manifest

    def bytes_of(self, title: str, rows: Sequence[RowForm]) -> bytes:
        buffer = io.BytesIO()
        with xlsxwriter.Workbook(buffer, OPTIONS) as book:
            book.set_properties({"title": title, "created": CREATED})
            sheet = book.add_worksheet(layout().sheet.zh)
            self._head(book, sheet, title)
            body = book.add_format({"text_wrap": True, "valign": "top", "border": 1})
            day = book.add_format({"valign": "top", "border": 1, "num_format": "yyyy-mm-dd"})
            for index, row in enumerate(rows, start=HEADER_ROW + 1):
                for column, value in enumerate(self._values(row)):
                    _write(sheet, index, column, value, day if isinstance(value, date) else body)
            self._explain(book)
            self._offer(book, sheet, len(rows))
        return buffer.getvalue()

    def _head(self, book: Any, sheet: Any, title: str) -> None:
        big = book.add_format({"bold": True, "font_size": 14, "align": "center", "valign": "vcenter"})
        head = book.add_format(
            {
                "bold": True,
                "text_wrap": True,
                "align": "center",
                "valign": "vcenter",
                "border": 1,
                "bg_color": "#DCE6F1",
            }
        )
        columns = layout().columns
        sheet.merge_range(0, 0, 0, len(columns) - 1, title, big)
        sheet.set_row(HEADER_ROW, 32)
        for index, column in enumerate(columns):
            sheet.set_column(index, index, column.width)
            sheet.write_string(HEADER_ROW, index, column.written, head)
        sheet.freeze_panes(HEADER_ROW + 1, 3)

    def _values(self, row: RowForm) -> Iterator[object]:
        by_field = self._by_field(row)
        return (by_field.get(column.field) for column in layout().columns)

    def _by_field(self, row: RowForm) -> dict[str, object]:
        skill_level, title_level = self._levels()
        return {
            "number": row.number,
            "occupation": row.occupation,
            "occupation_name": self._occupation(row.occupation),
            "trade": row.trade,
            "skill_level": skill_level.get(row.skill_level, row.skill_level),
            "series": self._series(row.series),
            "specialty": self._specialty(row.series, row.specialty),
            "title_level": title_level.get(row.title_level, row.title_level),
            "related": "；".join(f"{code} {self._occupation(code)}".strip() for code in row.related),
            "groups": "；".join(self._groups.shown(key) for key in row.groups),
            "dual_certificate": "是" if row.dual_certificate else "否",
            "dual_track": "是" if row.dual_track else "否",
            "from": row.from_,
            "until": row.until,
            **self._rule("skill_to_title", row.skill_to_title),
            **self._rule("title_to_skill", row.title_to_skill),
        }

    def _rule(self, name: str, rule: RuleForm | None) -> dict[str, object]:
        if rule is None:
            return {f"{name}.clause": "—"}
        needs = write_conditions(rule.requires, self._language, rule.clause)
        return {f"{name}.years": rule.years, f"{name}.clause": rule.clause, f"{name}.requires": needs}

    def _levels(self) -> tuple[dict[str, str], dict[str, str]]:
        levels = self._vocabulary.levels
        skill, title = ({rung(one): levels[one].name.zh for one in ladder} for ladder in (SKILL_LEVELS, TITLE_LEVELS))
        return skill, title

    def _occupation(self, code: str) -> str:
        known = self._vocabulary.occupations.get(code)
        return known.name.zh if known else ""

    def _series(self, code: str) -> str:
        known = self._vocabulary.series.get(code)
        return known.name.zh if known else code

    def _specialty(self, series: str, code: str) -> str:
        known = self._vocabulary.specialties.get((series, code))
        return known.name.zh if known else code

    def _explain(self, book: Any) -> None:
        sheet = book.add_worksheet(HELP)
        wrap, bold = book.add_format({"text_wrap": True, "valign": "top"}), book.add_format({"bold": True})
        sheet.set_column(0, 0, 28)
        sheet.set_column(1, 2, 60, wrap)
        for index, line in enumerate(help_lines(self._manifest)):
            for column, text in enumerate(line):
                sheet.write_string(index, column, text, bold if column == 0 else wrap)

    def _offer(self, book: Any, sheet: Any, rows: int) -> None:
        """Lists to choose from, kept on a sheet of their own because a list within a cell may not be long."""
        lists = book.add_worksheet(LISTS)
        lists.hide()
        skill, title = self._levels()
        specialties = dict.fromkeys(one.name.zh for one in self._vocabulary.specialties.values())
        offered: dict[str, Iterable[str]] = {
            "skill_level": skill.values(),
            "series": [one.name.zh for one in self._vocabulary.series.values()],
            "specialty": specialties,
            "title_level": title.values(),
            "occupation": sorted(self._vocabulary.occupations),
            "dual_certificate": ("是", "否"),
            "dual_track": ("是", "否"),
        }
        for index, (field, words) in enumerate(offered.items()):
            names = list(words)
            lists.write_column(0, index, names)
            letter = xl_col_to_name(index)
            _validate(sheet, layout().column(field), f"={LISTS}!${letter}$1:${letter}${len(names)}", rows)


def _validate(sheet: Any, column: Column, source: str, rows: int) -> None:
    """A list that warns and never blocks: other words for the same are read as well."""
    index = layout().columns.index(column)
    last = HEADER_ROW + rows + SPARE_ROWS
    rule = {"validate": "list", "source": source, "error_type": "warning", "error_title": column.header.zh}
    sheet.data_validation(HEADER_ROW + 1, index, last, index, rule)


def _write(sheet: Any, row: int, column: int, value: object, style: Any) -> None:
    if value is None or value == "":
        sheet.write_blank(row, column, None, style)
    elif isinstance(value, date):
        sheet.write_datetime(row, column, value, style)
    elif isinstance(value, int):
        sheet.write_number(row, column, value, style)
    else:
        sheet.write_string(row, column, str(value), style)
