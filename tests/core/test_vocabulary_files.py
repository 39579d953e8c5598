"""Reading a classification of occupations: sound rows come through, each fault has its row, column and remedy."""

import io
from pathlib import Path

import pytest
import xlsxwriter

from core.errors import ErrorCode, GuantongError
from core.texts import Text
from core.vocabulary import load_vocabulary, tables
from core.vocabulary.occupation_files import read_occupations, split_marks

BROKEN = Path(__file__).parent / "broken_occupations"

WHOLE = """层级,职业编码,职业名称,职业描述
一级,6,生产制造及有关人员,
二级,6-25,计算机、通信和其他电子设备制造人员,
三级,6-25-99,示例小类人员,
四级,6-25-99-01,示例工甲 L/S,"一行
两行"
四级,6—25—99—02,示例工乙,
四级,6-18-01-01,车工,
"""


def workbook(rows: list[list[object]], blank_rows: int = 0) -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        sheet, grey = book.add_worksheet(), book.add_format({"bg_color": "#cccccc"})
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
        for number in range(len(rows), len(rows) + blank_rows):
            sheet.write_blank(number, 0, None, grey)
    return buffer.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_whole_classification_in_any_usual_encoding(encoding: str) -> None:
    sheet = read_occupations(WHOLE.replace("—", "-").encode(encoding), "dadian.csv")
    assert sheet.errors == ()
    first = sheet.rows[0]
    assert (first.code, first.name, first.green, first.digital) == (
        "6-25-99-01",
        Text("示例工甲", "示例工甲"),
        True,
        True,
    )
    assert first.minor_class_name == "示例小类人员"
    assert [row.code for row in sheet.rows] == ["6-25-99-01", "6-25-99-02", "6-18-01-01"]


def test_a_workbook_reads_like_a_csv_and_blank_formatted_rows_are_nothing() -> None:
    rows: list[list[object]] = [
        ["职业名称", "小类", "代码"],
        ["光伏示例工L", "示例小类", "6-25-99-03"],
        ["生产制造及有关人员", "", 6],
        ["示例师S", None, "６－２５－９９－０４"],
    ]
    sheet = read_occupations(workbook(rows, blank_rows=300), "list.XLSX")
    assert sheet.errors == ()
    assert [(row.code, row.name.zh, row.green, row.digital) for row in sheet.rows] == [
        ("6-25-99-03", "光伏示例工", True, False),
        ("6-25-99-04", "示例师", False, True),
    ]
    assert sheet.rows[0].minor_class_name == "示例小类"


def test_the_rows_read_can_join_the_vocabulary() -> None:
    sheet = read_occupations(WHOLE.encode(), "dadian.csv")
    words = load_vocabulary(sheet.rows)
    assert words.occupation("6-25-99-01").digital
    assert words.specialties_of("6-18-01-01") == {("engineering", "mechanical")}


@pytest.mark.parametrize(
    ("name", "split"),
    [
        ("焊工", ("焊工", False, False)),
        ("光伏发电运维值班员L", ("光伏发电运维值班员", True, False)),
        ("人工智能训练师 S", ("人工智能训练师", False, True)),
        ("大地测量工程技术人员 L/S", ("大地测量工程技术人员", True, True)),
    ],
)
def test_marks(name: str, split: tuple[str, bool, bool]) -> None:
    assert split_marks(name) == split


def test_each_fault_has_its_row_column_remedy_and_nearest() -> None:
    sheet = read_occupations(BROKEN / "many_faults.csv")
    assert [row.code for row in sheet.rows] == ["6-25-99-01"]
    assert [(e.row, e.column, e.code, e.message.zh, e.message.en, e.nearest) for e in sheet.errors] == [
        (
            2,
            "职业名称",
            ErrorCode.UNKNOWN_CODE,
            "6-18-01-01 应为“车工”，而不是“焊接工”",
            "6-18-01-01 is '车工', not '焊接工'",
            "车工",
        ),
        (
            3,
            "职业编码",
            ErrorCode.UNKNOWN_CODE,
            "“焊工”的编码应为 6-18-02-04，而不是 6-18-02-99",
            "'焊工' is 6-18-02-04, not 6-18-02-99",
            "6-18-02-04",
        ),
        (
            4,
            "职业编码",
            ErrorCode.UNKNOWN_CODE,
            "“6-18-1-01”不是职业编码，格式应为 6-18-01-01",
            "'6-18-1-01' is not an occupation code; write it like 6-18-01-01",
            "6-18-01-02",
        ),
        (
            5,
            "职业编码",
            ErrorCode.BAD_ARGUMENT,
            "“磨工”缺少职业编码，请补上",
            "'磨工' has no occupation code; add it",
            "6-18-01-04",
        ),
        (
            6,
            "职业名称",
            ErrorCode.BAD_ARGUMENT,
            "6-18-02-04 缺少职业名称，请补上",
            "6-18-02-04 has no occupation name; add it",
            "焊工",
        ),
        (
            8,
            "职业编码",
            ErrorCode.DUPLICATE,
            "6-25-99-01 与第 7 行重复，请删去其中一行",
            "6-25-99-01 repeats row 7; remove one of the two rows",
            None,
        ),
    ]


def test_a_known_code_under_the_name_of_another_says_whose_it_is() -> None:
    sheet = read_occupations("职业编码,职业名称\n6-18-01-01,焊工\n".encode(), "x.csv")
    assert sheet.errors[0].message.zh == "6-18-01-01 应为“车工”，而不是“焊工”；“焊工”的编码是 6-18-02-04"


@pytest.mark.parametrize(
    ("file", "text"),
    [
        (
            "no_code_column.csv",
            "文件表头没有“职业编码”列；请在首行写明该列名",
        ),
        ("near_code_column.csv", "最接近的值 nearest: 职业编码"),
        ("empty.csv", "BAD_FILE [empty.csv] 文件是空的 / the file is empty"),
        (
            "not_a_workbook.xlsx",
            "BAD_FILE [not_a_workbook.xlsx] 不是可读的 XLSX 工作簿；请去掉密码并另存为 .xlsx / not a readable",
        ),
        ("open_quote.csv", "BAD_FILE [open_quote.csv] CSV 格式有误：unexpected end of data"),
        ("binary.csv", "BAD_FILE [binary.csv] 不是文本文件 / not a text file"),
        ("missing.csv", "BAD_FILE [missing.csv] 文件打不开，请检查路径与权限"),
        ("many_faults.ods", "BAD_FILE [many_faults.ods] "),
    ],
)
def test_files_that_cannot_be_read(file: str, text: str) -> None:
    with pytest.raises(GuantongError) as caught:
        read_occupations(BROKEN / file)
    assert caught.value.code is ErrorCode.BAD_FILE
    assert text.removeprefix("文件") in str(caught.value)


def test_bytes_in_no_known_encoding() -> None:
    with pytest.raises(GuantongError, match="编码既不是 UTF-8 也不是 GB18030"):
        read_occupations(b"\xff\xff\xff\x80", "x.csv")


def test_other_formats_are_refused() -> None:
    with pytest.raises(GuantongError, match=r"只接受 \.csv 或 \.xlsx 文件 / only \.csv and \.xlsx files are accepted"):
        read_occupations(b"x", "list.pdf")


def test_too_large_a_file_is_refused_before_it_is_parsed() -> None:
    with pytest.raises(GuantongError, match="文件超过 8 MB"):
        read_occupations(b"a" * (tables.MAX_BYTES + 1), "x.csv")
    with pytest.raises(GuantongError, match="超过 20000 行"):
        read_occupations(b"a,b\n" * (tables.MAX_ROWS + 1), "x.csv")
