"""Builds catalog workbooks in memory: as authors make them, and as nobody should."""

import io
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import xlsxwriter

from plugins.artifact import read_artifact
from plugins.manifest import Manifest
from plugins.workbook.layout import layout
from tests.plugins.hostile import wheels as w

HEADER = tuple(column.header.zh for column in layout().columns)
FIELDS = tuple(column.field for column in layout().columns)
SOUND: dict[str, Any] = {
    "number": 1,
    "occupation": "6-18-02-04",
    "occupation_name": "焊工",
    "skill_level": "技师",
    "series": "工程技术人员",
    "specialty": "机械",
    "title_level": "中级",
    "skill_to_title.years": 2,
    "skill_to_title.clause": "第六条",
}


def manifest() -> Manifest:
    """The manifest of the tiny scheme: evidence ``improvements``, group ``line``."""
    reading = read_artifact(w.bundle(), w.BUNDLE)
    assert reading.manifest is not None
    return reading.manifest


def book(*rows: Mapping[str, Any], header: Sequence[str] = HEADER, sheet: str = "对应关系目录") -> bytes:
    """A plain workbook: the header in row 1, then a row for each of ``rows``, sound but for what they say."""

    def fill(target: Any, _: Any) -> None:
        target.write_row(0, 0, header)
        for index, row in enumerate(rows, start=1):
            write(target, index, {**SOUND, "number": index, **row})

    return drawn(fill, sheet)


def write(target: Any, index: int, row: Mapping[str, Any]) -> None:
    """One row by field, in the layout's columns."""
    for field, value in row.items():
        if value is not None:
            target.write(index, FIELDS.index(field), value)


def drawn(draw: Callable[[Any, Any], None], sheet: str = "对应关系目录") -> bytes:
    """A workbook with one sheet that ``draw`` fills, given sheet and book."""
    buffer = io.BytesIO()
    options = {"in_memory": True, "default_date_format": "yyyy-mm-dd"}
    with xlsxwriter.Workbook(buffer, options) as workbook:
        draw(workbook.add_worksheet(sheet), workbook)
    return buffer.getvalue()
