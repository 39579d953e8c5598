"""RECORD: whether a wheel's own list of files, sizes and digests agrees with its files."""

import base64
import binascii
import csv
import io
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Final

from core.texts import Text
from plugins.digests import sha256_of
from plugins.findings import Finding
from plugins.refusals import Refusal
from plugins.wheel_files import WheelFiles

EXEMPT: Final = ("RECORD", "RECORD.jws", "RECORD.p7s")


def check_record(wheel: WheelFiles) -> Iterator[Finding]:
    """Files that are not listed, listed twice, listed but missing, or other than listed."""
    path = f"{wheel.info}RECORD"
    if path not in wheel.files:
        return
    try:
        rows = [row for row in csv.reader(io.StringIO(wheel.text("RECORD"), newline=""), strict=True) if row]
    except csv.Error as error:
        what = Text("RECORD 不是有效的 CSV；请重新构建 wheel", "RECORD is not valid CSV; build the wheel anew")
        yield wheel.refuse(Refusal.RECORD, what, path, error)
        return
    exempt = {f"{wheel.info}{name}" for name in EXEMPT}
    times = Counter(row[0] for row in rows)
    yield from _unlisted(wheel, times, exempt)
    for entry in sorted(one for one, count in times.items() if count > 1):
        what = Text("RECORD 中重复列出；请重新构建 wheel", "listed twice in RECORD; build the wheel anew")
        yield wheel.refuse(Refusal.RECORD, what, path, entry)
    for row in rows:
        if row[0] not in exempt and (fault := _row_fault(wheel, path, row)):
            yield fault


def record_of(files: Mapping[str, bytes], info: str) -> str:
    """A RECORD that lists ``files`` as they are; ``info`` is the folder that it lies in."""
    buffer = io.StringIO(newline="")
    rows = csv.writer(buffer, lineterminator="\n")
    rows.writerows((path, _written(data), len(data)) for path, data in files.items())
    rows.writerow((f"{info}RECORD", "", ""))
    return buffer.getvalue()


def _unlisted(wheel: WheelFiles, listed: Mapping[str, int], exempt: set[str]) -> Iterator[Finding]:
    for entry in sorted(wheel.files.keys() - exempt - listed.keys()):
        what = Text(
            "文件未列入 RECORD；请重新构建 wheel，不要手工添加",
            "the file is not listed in RECORD; build the wheel anew, never add by hand",
        )
        yield wheel.refuse(Refusal.RECORD, what, entry)


def _row_fault(wheel: WheelFiles, path: str, row: list[str]) -> Finding | None:
    entry, digest, size = [*row, "", ""][:3]
    data = wheel.files.get(entry)
    if data is None:
        what = Text(
            "RECORD 列出的文件不存在；请重新构建 wheel", "RECORD lists a file that is not there; build the wheel anew"
        )
        return wheel.refuse(Refusal.RECORD, what, path, entry)
    if _hexadecimal(digest) == sha256_of(data) and size in ("", str(len(data))):
        return None
    what = Text(
        "文件与 RECORD 中的 SHA-256 或大小不符；请重新构建 wheel，不要手工改动",
        "the file differs from its SHA-256 or size in RECORD; build the wheel anew, never edit it",
    )
    return wheel.refuse(Refusal.RECORD, what, entry, f"{digest},{size}", f"{_written(data)},{len(data)}")


def _hexadecimal(digest: str) -> str | None:
    """The hexadecimal SHA-256 of a RECORD entry; None for any other algorithm."""
    name, _, value = digest.partition("=")
    try:
        return base64.urlsafe_b64decode(f"{value}==").hex() if name == "sha256" else None
    except (binascii.Error, ValueError):
        return None


def _written(data: bytes) -> str:
    return "sha256=" + base64.urlsafe_b64encode(bytes.fromhex(sha256_of(data))).rstrip(b"=").decode()
