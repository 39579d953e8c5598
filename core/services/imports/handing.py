"""Hands back what was found: the author's own file with everything marked in it, and the same as JSON."""

import asyncio
import csv
import io
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any, Final

import xlsxwriter
from openpyxl.utils import coordinate_to_tuple
from sqlmodel import col, select

from core.files.archive import MB
from core.files.cells import plain
from core.files.marks import WEIGHTS, Listing, Mark, Weight, mark_workbook
from core.importing.csv_rows import csv_rows
from core.importing.rows import open_sheet
from core.jobs.phases import JobFileRole
from core.models import Job, JobFinding
from core.services.artifacts import Upload
from core.services.call import Call
from core.services.imports.kinds import IMPORTS
from core.services.job_files import content_of, file_of
from core.texts import Text

RESULT: Final = Text("校验结果", "Findings")
COLUMNS: Final = ("程度", "代码", "行", "单元格", "列", "问题", "Problem", "最接近")
WIDTHS: Final = (8, 24, 8, 16, 14, 60, 60, 20)
# Beyond that the library that keeps an author's workbook as it is takes too much memory: what was found comes alone.
LARGEST_MARKED: Final = 2 * MB
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


async def handed_back(opened: AbstractAsyncContextManager[Call], job: Job) -> Mapping[JobFileRole, Upload]:
    """The marked file and the JSON of a job that was checked, if anything was found.

    ``opened`` is a transaction to read in; making the files takes seconds, for which nobody else should wait.
    """
    if not job.errors + job.warnings:
        return {}
    async with opened as call:
        of_job = select(JobFinding).where(col(JobFinding.job_id) == job.id)
        order = (col(JobFinding.row_number), col(JobFinding.id))
        found = (await call.session.exec(of_job.order_by(*order))).all()
        file = await file_of(call, job.id, JobFileRole.INPUT)
        assert file is not None
        content, name = await content_of(call, file), file.filename
    listed = json.dumps([_as_json(one) for one in found], ensure_ascii=False, indent=1).encode()
    upload = Upload(filename=f"{_stem(name)}-校验结果.json", media_type="application/json", content=listed)
    marked = await asyncio.to_thread(_marked, content, name, job, found)
    return {JobFileRole.MARKED: marked, JobFileRole.FINDINGS: upload}


def _as_json(one: JobFinding) -> Mapping[str, Any]:
    return {
        "severity": one.severity.value,
        "code": one.code.value,
        "row": one.row_number,
        "cell": one.cell,
        "column": one.header,
        "message": {"zh": one.zh, "en": one.en},
        "nearest": one.nearest,
    }


def _stem(filename: str) -> str:
    return filename.rpartition(".")[0][:150]


def _marked(content: bytes, filename: str, job: Job, found: Sequence[JobFinding]) -> Upload:
    name = f"{_stem(filename)}-校验结果"
    if filename.lower().endswith(".csv"):
        header = open_sheet(content, filename, IMPORTS[job.kind].form).header_row
        return Upload(filename=f"{name}.csv", media_type="text/csv", content=_csv(content, filename, header, found))
    if len(content) > LARGEST_MARKED:
        return Upload(filename=f"{name}.xlsx", media_type=XLSX, content=_alone(found))
    sheet = open_sheet(content, filename, IMPORTS[job.kind].form)
    listing = Listing(RESULT, COLUMNS, WIDTHS, plain, sheet.name, sheet.header_row)
    marks = [_mark(one, sheet.name) for one in found]
    return Upload(filename=f"{name}.xlsx", media_type=XLSX, content=mark_workbook(content, marks, listing))


def _mark(one: JobFinding, sheet: str | None) -> Mark:
    column = coordinate_to_tuple(one.cell.rpartition("!")[2])[1] if one.cell else None
    return Mark(Weight(one.severity.value), _line(one), _listed(one), sheet, one.row_number, column)


def _line(one: JobFinding) -> str:
    nearest = f"；最接近 nearest: {one.nearest}" if one.nearest else ""
    return f"{WEIGHTS[Weight(one.severity.value)].zh} {one.code} {one.zh} / {one.en}{nearest}"


def _listed(one: JobFinding) -> tuple[str, ...]:
    severity = str(WEIGHTS[Weight(one.severity.value)])
    return (
        severity,
        one.code.value,
        str(one.row_number),
        one.cell or "",
        one.header or "",
        one.zh,
        one.en,
        one.nearest or "",
    )


def _csv(content: bytes, filename: str, header: int, found: Sequence[JobFinding]) -> bytes:
    """The author's rows with one more column; in UTF-8 with its mark, which every office program reads."""
    said: dict[int, list[str]] = defaultdict(list)
    for one in found:
        said[one.row_number].append(_line(one))
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    width: int | None = None
    for number, cells in csv_rows(content, filename):
        if number == header:
            # Where an earlier check wrote its results, if one did.
            width = next((at for at, cell in enumerate(cells) if plain(cell) == plain(RESULT.zh)), len(cells))
        result = RESULT.zh if number == header else "\n".join(said.get(number, []))
        writer.writerow([*cells[:width], *[""] * ((width or 0) - len(cells)), result])
    return out.getvalue().encode("utf-8-sig")


def _alone(found: Sequence[JobFinding]) -> bytes:
    buffer = io.BytesIO()
    options = {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True}
    book = xlsxwriter.Workbook(buffer, options)
    sheet = book.add_worksheet(RESULT.zh)
    for number, values in enumerate((COLUMNS, *map(_listed, found))):
        for column, value in enumerate(values):
            sheet.write_string(number, column, value)
    book.close()
    return buffer.getvalue()
