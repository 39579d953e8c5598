"""Rows per second of importing a roster, beside plain reading of the same file, and peak memory of reading long ones.

Checked and applied are the real turns of a job, with every rule and audit event, in SQLite; reading is by csv,
python-calamine and the product's own streaming reader. Memory is the peak of a process of its own beyond what it had
before it read, the file's bytes aside. Invented people.

    python -m bench.imports [ROWS [LONG]]
    python -m bench.imports --job a.csv|a.xlsx ROWS [URL]      one import from end to end, into an empty database
    python -m bench.imports --checked a.csv|a.xlsx ROWS [URL]  the same as far as it waits to be confirmed
"""

import asyncio
import csv
import io
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import python_calamine
import xlsxwriter
from stdnum.cn import ric

from core.files.workbook_stream import StreamedWorkbook
from core.importing.csv_rows import csv_rows
from core.jobs.phases import JobKind
from core.models import Enterprise, Job
from core.permissions import Actor, Role
from core.services.artifacts import sha256
from core.services.jobs import NewImport, SeenJob, ask_for_import, confirm_job
from core.storage.migrate import upgrade
from core.storage.row_scope import EVERY_ROW
from server.jobs.running import lookout_of
from server.settings import Settings, load_settings
from server.wiring import Parts, open_parts

HEADERS = ("姓名", "证件号码", "岗位", "职业", "入职日期", "一线")


def number(serial: int) -> str:
    """An invented identity number of somebody born in the 1800s; up to 18 million differ."""
    year, day, order = 1840 + serial // 28_000 % 50, 1 + serial // 1000 % 28, serial % 1000
    head = f"4401{6 + serial // 1_400_000 % 90:02d}{year}03{day:02d}{order:03d}"
    return head + ric.calc_check_digit(head + "0")


def people(count: int) -> Iterator[list[str]]:
    yield list(HEADERS)
    for serial in range(count):
        yield [f"示例{serial}", number(serial), "装配钳工", "6-20-01-01", "2020-03-15", "是"]


def as_csv(count: int) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out).writerows(people(count))
    return out.getvalue().encode()


def as_xlsx(count: int) -> bytes:
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": False, "constant_memory": True})
    sheet = book.add_worksheet("花名册")
    for at, cells in enumerate(people(count)):
        for column, cell in enumerate(cells):
            sheet.write_string(at, column, cell)
    book.close()
    return buffer.getvalue()


def by_calamine(content: bytes) -> int:
    sheet = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0)
    return sum(1 for _ in sheet.iter_rows())


def by_stream(content: bytes) -> int:
    book = StreamedWorkbook(content)
    return sum(1 for _ in book.rows(book.sheets[0]))


def by_csv(content: bytes) -> int:
    return sum(1 for _ in csv_rows(content, "a.csv"))


READERS = {"csv": by_csv, "calamine": by_calamine, "stream": by_stream}


async def imported(
    parts: Parts, settings: Settings, enterprise: Enterprise, content: bytes, name: str, *, is_applied: bool = True
) -> None:
    admin = Actor.of(Role.ENTERPRISE_ADMIN, "示例管理员", enterprise_id=enterprise.id)
    given = NewImport(
        key=uuid4().hex,
        kind=JobKind.IMPORT_ROSTER,
        enterprise_id=enterprise.id,
        filename=name,
        digest=sha256(content),
        content=content,
    )
    async with parts.use_cases(admin, "bench") as call:
        job = await ask_for_import(call, given, "测量")
    lookout = lookout_of(settings, parts)
    lookout.turns.rest = 0.0
    await timed(parts, lookout, job, f"{name} checked")
    if not is_applied:
        return
    async with parts.database.read(EVERY_ROW) as session:
        revision = (await session.get_one(Job, job.id)).revision
    async with parts.use_cases(admin, "bench") as call:
        await confirm_job(call, SeenJob(key=uuid4().hex, job_id=job.id, revision=revision), "测量")
    await timed(parts, lookout, job, f"{name} applied")


async def timed(parts: Parts, lookout: Any, job: Job, what: str) -> None:
    forget_peak()
    before = status("VmRSS")
    began, worked = time.perf_counter(), time.process_time()
    await lookout.look()
    await lookout.idle()
    seconds, processor = time.perf_counter() - began, time.process_time() - worked
    memory = (status("VmHWM") - before) / 1024
    async with parts.database.read(EVERY_ROW) as session:
        done = await session.get_one(Job, job.id)
    print(
        f"{what:22} {done.done / seconds:9.0f} rows/s {done.done / processor:9.0f} a second of processor time, "
        f"{memory:.0f} MB more at its peak, {done.phase}, {done.errors} errors"
    )


def read(content: bytes, name: str) -> None:
    began, worked = time.perf_counter(), time.process_time()
    count = READERS[name](content)
    seconds, processor = time.perf_counter() - began, time.process_time() - worked
    print(f"{'read by ' + name:22} {count / seconds:9.0f} rows/s {count / processor:9.0f} a second of processor time")


def peak(path: Path, name: str) -> float:
    """MB that reading takes beyond the bytes of the file, in a process of its own."""
    found = subprocess.run(
        [sys.executable, "-m", "bench.imports", "--peak", name, str(path)], capture_output=True, text=True, check=True
    )
    return float(found.stdout)


def measure_peak(name: str, path: Path) -> None:
    content = path.read_bytes()
    forget_peak()
    before = status("VmRSS")
    READERS[name](content)
    print((status("VmHWM") - before) / 1024)


def forget_peak() -> None:
    """From now on the peak is that of what follows."""
    Path("/proc/self/clear_refs").write_text("5")


def status(name: str) -> int:
    """A figure of this process from the kernel, in KB."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith(f"{name}:")).split()[1])


async def one_import(content: bytes, name: str, url: str | None, *, is_applied: bool = True) -> None:
    """An import into an empty database, SQLite unless ``url`` names one."""
    with tempfile.TemporaryDirectory() as home:
        settings = load_settings(home=Path(home), database_url=url)
        await upgrade(settings.database)
        async with open_parts(settings) as parts:
            enterprise = Enterprise(uscc="91440100000000019A", key="bench", zh="示例企业", is_example=True)
            async with parts.database.write(EVERY_ROW) as session:
                session.add(enterprise)
            await imported(parts, settings, enterprise, content, name, is_applied=is_applied)


async def main(count: int, long: int) -> None:
    files = {"a.csv": as_csv(count), "a.xlsx": as_xlsx(count)}
    for name, reader in (("a.csv", "csv"), ("a.xlsx", "calamine"), ("a.xlsx", "stream")):
        read(files[name], reader)
    for name, content in files.items():
        await one_import(content, name, None)
    with tempfile.TemporaryDirectory() as folder:
        for rows in (long // 10, long):
            path = Path(folder) / f"{rows}.xlsx"
            path.write_bytes(as_xlsx(rows))
            table = Path(folder) / f"{rows}.csv"
            table.write_bytes(as_csv(rows))
            took = {name: peak(table if name == "csv" else path, name) for name in READERS}
            told = ", ".join(f"{name} {size:.0f} MB" for name, size in took.items())
            print(f"{rows} rows, xlsx of {path.stat().st_size / 2**20:.1f} MB: {told}")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--peak"]:
        measure_peak(sys.argv[2], Path(sys.argv[3]))
    elif sys.argv[1:2] in (["--job"], ["--checked"]):
        which, rows_of_it = sys.argv[2], int(sys.argv[3])
        made = as_csv(rows_of_it) if which.endswith(".csv") else as_xlsx(rows_of_it)
        for reader in ("csv",) if which.endswith(".csv") else ("calamine", "stream"):
            read(made, reader)
        address = sys.argv[4] if len(sys.argv) > 4 else None
        asyncio.run(one_import(made, which, address, is_applied=sys.argv[1] == "--job"))
    else:
        asyncio.run(main(*[*map(int, sys.argv[1:]), 20_000, 200_000][:2]))
