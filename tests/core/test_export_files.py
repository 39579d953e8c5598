"""The files of exports: no cell runs, numbers stay texts, memory does not grow with the rows."""

import csv
import io
import tracemalloc
import zipfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from openpyxl import load_workbook

from core.exporting.files import Csv, Workbook, is_formula_like, open_writer
from core.exporting.form import Cells, Column, ExportFormat, ExportKind, ListForm
from core.exporting.lists import LISTS
from core.texts import Text

NAME, NUMBER, DAY, COUNT = (Column(key, Text(key, key)) for key in ("name", "number", "day", "count"))
FORM = ListForm(ExportKind.ROSTER, Text("名单", "list"), (NAME, NUMBER, DAY, COUNT))
HOSTILE = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "＋1", "－1", "＠A", " =1", "'=1", '"=1']


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_that_begins_like_a_formula_runs(tmp_path: Path, text: str) -> None:
    for format_ in ExportFormat:
        writer = open_writer(format_, tmp_path / f"a.{format_}", FORM, FORM.columns)
        writer.write([{"name": text}])
        writer.close()
    [_, row] = csv.reader(io.StringIO((tmp_path / "a.csv").read_bytes().decode("utf-8-sig"), newline=""))
    assert row[0] == f"'{text}"
    cell = load_workbook(tmp_path / "a.xlsx").worksheets[0]["A2"]
    assert (cell.data_type, cell.quotePrefix) == ("s", True)
    assert "<f>" not in zipfile.ZipFile(tmp_path / "a.xlsx").read("xl/worksheets/sheet1.xml").decode()


@pytest.mark.parametrize("text", ["示例", "440106199001011234", "A=1", "1-2", "http://example"])
def test_other_texts_are_left_alone(tmp_path: Path, text: str) -> None:
    assert not is_formula_like(text)
    writer = Csv(tmp_path / "list.xlsx", [NAME])
    writer.write([{"name": text}])
    writer.close()
    assert (tmp_path / "list.xlsx").read_bytes().decode("utf-8-sig").splitlines() == ['"name"', f'"{text}"']


def test_numbers_of_documents_are_texts_and_days_are_days(tmp_path: Path) -> None:
    writer = Workbook(tmp_path / "list.xlsx", FORM, FORM.columns)
    writer.write([{"number": "440106199001011234", "day": date(2026, 3, 15), "count": 7}])
    writer.close()
    sheet = load_workbook(tmp_path / "list.xlsx").worksheets[0]
    assert [sheet[at].data_type for at in ("B2", "C2", "D2")] == ["s", "d", "n"]
    assert (sheet["B2"].value, sheet["B2"].number_format, sheet["D2"].value) == ("440106199001011234", "@", 7)


def test_past_its_longest_sheet_a_list_goes_on_in_another(tmp_path: Path) -> None:
    writer = Workbook(tmp_path / "list.xlsx", FORM, FORM.columns, most=3)
    writer.write({"count": n} for n in range(5))
    writer.close()
    book = load_workbook(tmp_path / "list.xlsx")
    assert book.sheetnames == ["名单", "名单 2", "名单 3", "列说明"]
    assert [sheet.max_row for sheet in book.worksheets[:3]] == [3, 3, 2]


def test_the_last_sheet_says_where_columns_come_from(tmp_path: Path) -> None:
    form = LISTS[ExportKind.SKILL_CERTIFICATES]
    writer = Workbook(tmp_path / "list.xlsx", form, form.columns)
    writer.close()
    rows = {row[1]: row for row in load_workbook(tmp_path / "list.xlsx")["列说明"].iter_rows(values_only=True)}
    assert rows["number"][3] == "《职业技能等级证书内容与查询说明》证书内容（原文）"
    assert rows["pair"][3] == "平台默认 / platform default"
    assert "未见规定写明二维码的内容" in str(rows["qr_code"][4])


@pytest.mark.parametrize("format_", [ExportFormat.XLSX, ExportFormat.CSV])  # a paper is laid out whole, and bounded
def test_memory_does_not_grow_with_the_rows(tmp_path: Path, format_: ExportFormat) -> None:
    def peak(count: int) -> int:
        def rows() -> Iterator[Cells]:
            for n in range(count):
                yield {"name": f"示例{n}", "number": f"44010619900101{n:04}", "day": date(2026, 3, 15), "count": n}

        tracemalloc.start()
        writer = open_writer(format_, tmp_path / f"{format_}{count}", FORM, FORM.columns)
        writer.write(rows())
        writer.close()
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    peak(100)  # whatever is imported on the way
    assert peak(20_000) < peak(2_000) + 300_000


def test_every_list_names_each_column_once() -> None:
    for form in LISTS.values():
        assert len({column.key for column in form.columns}) == len(form.columns)
        assert len({column.header.zh for column in form.columns}) == len(form.columns)
