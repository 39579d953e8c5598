"""What offices write in their lists: read in any usual spelling, and what is wrong comes back at its cell."""

import io
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter

from core.errors import ErrorCode, GuantongError
from core.files.marks import COLOURS, Weight
from core.jobs.phases import JobFileRole, JobKind, JobPhase, JobSeverity
from core.models import Job
from tests import builders as make
from tests.server.import_world import HEADERS, World, as_csv, as_xlsx, opened, roster

pytestmark = pytest.mark.anyio
NUMERIC = (
    "证件号码在数字格式的单元格中：数字只保留15位，末几位已丢失；请将该列设为文本格式，重新录入",
    "the identity number is in a numeric cell: numbers keep 15 digits, the last ones are lost already; format the "
    "column as text and enter them anew",
)


@pytest.fixture
async def world(sqlite_template: Path, tmp_path: Path, anyio_backend: str) -> AsyncIterator[World]:
    """On SQLite alone: what is read from a file does not depend on the database."""
    path = tmp_path / "test.db"
    path.write_bytes(sqlite_template.read_bytes())
    async with opened(f"sqlite:///{path}", tmp_path, job_seconds=0.02) as world, world.working():
        yield world


async def checked(world: World, content: bytes, filename: str = "花名册.xlsx", **given: Any) -> Job:
    return await world.settled((await world.ask(content, filename, **given)).id)


def row(serial: int, **given: Any) -> list[Any]:
    """A sound row, with some cells of one's own."""
    cells = dict(zip(HEADERS, roster(1, serial)[1], strict=True)) | given
    return [cells[name] for name in HEADERS]


async def test_any_usual_spelling_is_read(world: World) -> None:
    days = "2026.3.15", "2026年3月15日", "2026-03-15", "20260315", "２０２６．３．１５", "2026/3/15"
    rows = [row(n, 入职日期=day) for n, day in enumerate(days)]
    rows.append(row(10, 证件号码=f" {make.identity_number(10)[:6]} {make.identity_number(10)[6:]} ", 职业="装配钳工"))
    rows.append(row(11, 证件号码="".join(chr(ord(c) + 0xFEE0) for c in make.identity_number(11)), 一线="√"))
    title = ["示例企业花名册", None, None, None, None, None]
    job = await checked(world, as_xlsx([title, [], list(HEADERS), *rows, [None] * 6]))
    assert [(one.row_number, one.zh) for one in await world.findings(job)] == []
    assert (job.phase, job.total, job.ok) == (JobPhase.CHECKED, 8, 8)


async def test_merged_cells_are_filled_down_and_blank_formatted_rows_are_no_rows(world: World) -> None:
    rows = [list(HEADERS), *(row(n, 岗位=None, 入职日期=None) for n in range(3))]

    def finish(book: Any, sheet: Any) -> None:
        sheet.merge_range(1, 2, 3, 2, "装配钳工")
        sheet.merge_range(1, 4, 3, 4, "2020-03-15")
        for blank in range(4, 400):
            sheet.write_blank(blank, 0, None, book.add_format({"bg_color": "yellow"}))

    job = await checked(world, as_xlsx(rows, finish))
    assert (job.phase, job.total, job.ok) == (JobPhase.CHECKED, 3, 3), await world.findings(job)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
async def test_csv_in_every_encoding_of_offices(world: World, encoding: str) -> None:
    job = await checked(world, as_csv(roster(3), encoding), "花名册.csv")
    assert (job.phase, job.ok) == (JobPhase.CHECKED, 3)


async def test_what_is_wrong_is_told_at_its_cell_with_the_remedy(world: World) -> None:
    rows = [
        row(0, 证件号码=440106184208290006),
        row(1, 入职日期="2026.2.30"),
        row(2, 职业="装配钳匠"),
        row(3, 姓名=None),
        row(4, 一线="也许"),
        row(5),
        row(5),
        row(6, 姓名="另一人"),
        row(6, 岗位="焊工"),
    ]
    job = await checked(world, as_xlsx([list(HEADERS), *rows]))
    found = await world.findings(job)
    told = {(one.row_number, one.cell, one.code, one.severity): (one.zh, one.en, one.nearest) for one in found}
    error, warning = JobSeverity.ERROR, JobSeverity.WARNING
    assert told == {
        (2, "花名册!B2", ErrorCode.IDENTITY_NUMBER_INVALID, error): (*NUMERIC, None),
        (3, "花名册!E3", ErrorCode.BAD_DATE, error): (
            "“2026.2.30”不是存在的日期；请写作 2026-03-15",
            "'2026.2.30' is no date that exists; write it like 2026-03-15",
            None,
        ),
        (4, "花名册!D4", ErrorCode.UNKNOWN_CODE, error): (
            "职业“装配钳匠”不在职业分类中；请填写职业编码（如 6-20-01-01）或完整职业名称",
            "occupation '装配钳匠' is not in the classification; write its code, such as 6-20-01-01, or whole name",
            "装配钳工",
        ),
        (5, "花名册!A5", ErrorCode.BAD_ARGUMENT, error): ("缺少“姓名”；请补上", "'name' is missing; add it", None),
        (6, "花名册!F6", ErrorCode.BAD_ARGUMENT, error): (
            "“也许”应为 是 或 否",
            "'也许' should be 是 (yes) or 否 (no)",
            None,
        ),
        (8, None, ErrorCode.DUPLICATE, warning): ("与第 7 行相同，只计一次", "the same as row 7; it counts once", None),
        (10, None, ErrorCode.DUPLICATE, error): (
            "与第 9 行证件号码相同，但姓名不同；请核对",
            "the identity number of row 9, with another name; check both",
            None,
        ),
    }
    assert (job.phase, job.total, job.errors, job.warnings) == (JobPhase.REJECTED, 9, 6, 1)
    with pytest.raises(GuantongError, match="请按标注改正后重新上传"):
        await world.confirm(job)


async def test_errors_come_back_in_the_authors_own_workbook_and_as_json(world: World) -> None:
    content = as_xlsx([list(HEADERS), row(0), row(1, 入职日期="昨天")])
    job = await checked(world, content)
    marked = await world.file(job, JobFileRole.MARKED)
    assert marked is not None
    book = openpyxl.load_workbook(io.BytesIO(marked))
    cell = book["花名册"]["E3"]
    assert (cell.value, cell.fill.fgColor.rgb) == ("昨天", COLOURS[Weight.ERROR])
    assert "BAD_DATE “昨天”不是存在的日期" in cell.comment.text
    assert (book["花名册"]["G1"].value, book["花名册"]["G2"].value) == ("校验结果", None)
    assert book["花名册"]["G3"].value.startswith("错误 BAD_DATE")
    assert book["花名册"]["B2"].value == make.identity_number(0)
    listed = json.loads(await world.file(job, JobFileRole.FINDINGS) or b"")
    assert [(one["cell"], one["code"], one["column"]) for one in listed] == [("花名册!E3", "BAD_DATE", "入职日期")]
    book["花名册"]["E3"].value = "2026-03-15"
    mended = io.BytesIO()
    book.save(mended)
    again = await checked(world, mended.getvalue())
    assert (again.phase, again.ok, again.errors, again.warnings) == (JobPhase.CHECKED, 2, 0, 0)


async def test_a_csv_comes_back_with_a_column_of_results(world: World) -> None:
    job = await checked(world, as_csv([list(HEADERS), row(0), row(1, 入职日期="昨天")], "gb18030"), "花名册.csv")
    marked = (await world.file(job, JobFileRole.MARKED) or b"").decode("utf-8-sig").splitlines()
    assert marked[0].endswith(",校验结果") and marked[1].endswith(",") and "错误 BAD_DATE" in marked[2]
    again = await checked(world, "\r\n".join(marked).replace("昨天", "2026-03-15").encode(), "花名册.csv")
    assert (again.phase, again.ok) == (JobPhase.CHECKED, 2)


async def test_a_header_that_nearly_fits_is_named_and_not_guessed(world: World) -> None:
    headers = ["姓名", "证件号吗", "岗位", "职业", "入职日期", "食堂卡号"]
    job = await checked(world, as_xlsx([headers, row(0)]))
    found = [(one.severity, one.cell, one.zh, one.nearest) for one in await world.findings(job)]
    error = JobSeverity.ERROR
    assert sorted(found, key=str) == sorted(
        [
            (error, None, "缺少列“证件号码”；请补上", "证件号吗"),
            (error, "花名册!B1", "列“证件号吗”无法识别；若为“证件号码”请改名，否则改名为“备注”", "证件号码"),
            (JobSeverity.WARNING, "花名册!F1", "列“食堂卡号”未读取", None),
        ],
        key=str,
    )
    assert job.phase is JobPhase.REJECTED


@pytest.mark.parametrize(
    ("content", "filename", "told"),
    [
        (b"\xd0\xcf\x11\xe0old", "a.xlsx", "不是可读的 XLSX 工作簿；请去掉密码并另存为 .xlsx"),
        (b"PK\x03\x04", "a.xlsx", "不是可读的 XLSX 工作簿；请去掉密码并另存为 .xlsx"),
        (b"\xff\xfe\x00", "a.csv", "编码既不是 UTF-8 也不是 GB18030"),
        (b"a,b\n1,2\n", "a.csv", "前 30 行没有表头；表头须有：姓名、证件号码、岗位、入职日期"),
    ],
)
async def test_a_file_that_is_none_fails_with_the_reason(
    world: World, content: bytes, filename: str, told: str
) -> None:
    job = await checked(world, content, filename)
    assert (job.phase, job.error_code, job.error_zh) == (JobPhase.FAILED, ErrorCode.BAD_FILE, told)


async def test_employments_and_credentials_follow_a_roster(world: World) -> None:
    first = await checked(world, as_csv(roster(1)), "花名册.csv")
    await world.confirm(first)
    await world.settled(first.id)
    number = make.identity_number(0)
    past = [["姓名", "证件号码", "岗位", "入职日期", "离职日期"], ["示例0", number, "学徒", "2018-01-01", "2020-03-15"]]
    past.append(["示例九", make.identity_number(900), "学徒", "2018-01-01", "2020-03-15"])
    job = await checked(world, as_csv(past), "任职.csv", kind=JobKind.IMPORT_EMPLOYMENTS)
    assert [(one.cell, one.zh) for one in await world.findings(job)] == [
        ("B3", "此证件号码的人员尚未登记；请先导入花名册")
    ]
    job = await checked(world, as_csv(past[:2]), "任职.csv", kind=JobKind.IMPORT_EMPLOYMENTS)
    await world.confirm(job)
    assert (await world.settled(job.id)).ok == 1
    assert await world.counts() == (1, 2)
    held = [["姓名", "证件号码", "等级", "职业", "证书编号", "取得日期", "依据"]]
    held.append(["示例0", number, "高级计师", "6-20-01-01", "Y000044000000000000001", "2024-05-06", "示例依据"])
    held.append(["示例0", number, "技师", "6-20-01-01", "Y000044000000000000001", "2024-05-06", "示例依据"])
    job = await checked(world, as_csv(held), "凭证.csv", kind=JobKind.IMPORT_CREDENTIALS)
    told = [(one.cell, one.code, one.nearest) for one in await world.findings(job)]
    assert told[0] == ("C2", ErrorCode.UNKNOWN_CODE, "高级技师")
    assert told[1][1] in (ErrorCode.NOT_PERMITTED, ErrorCode.CERTIFICATE_NUMBER_INVALID)


def test_the_writer_of_these_tests_makes_numbers_numeric() -> None:
    assert xlsxwriter.__version__
    book = openpyxl.load_workbook(io.BytesIO(as_xlsx([[440106184208290006]])))
    assert isinstance(book["花名册"]["A1"].value, int | float)
