"""Opens a zip file in memory without trusting it: bounded, no path that could escape, nothing written anywhere.

Sizes come from the directory at the end of the file, are summed before anything is unpacked, and bind the unpacking.
"""

import io
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from core.texts import Text
from plugins.findings import Finding, Place
from plugins.paths import Names, unsafe
from plugins.refusals import Refusal, refusal, shorten

MB: Final = 1024 * 1024
ENTRY_MARK: Final = b"PK\x01\x02"
LOCAL_HEADER: Final = struct.Struct("<4s5H3L2H")
ENCRYPTED_FLAGS: Final = 0x1 | 0x40 | 0x2000
UTF8_FLAG: Final = 0x800
METHODS: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    ValueError,
    NotImplementedError,
    RuntimeError,
)


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is read at most: bytes of the upload, of one entry and of all, number of entries, length of a path.

    ``ratio`` is how many times larger than packed the whole or one entry may be, once it is over 1 MB. ``python`` and
    ``toml`` bound in bytes what is taken apart word by word, ``toml_line`` a line of TOML in characters, because dotted
    keys take time by the square of their length.
    """

    upload: int = 16 * MB
    entry: int = 4 * MB
    total: int = 32 * MB
    entries: int = 500
    ratio: int = 200
    path: int = 200
    python: int = MB
    toml: int = 2 * MB
    toml_line: int = 2000


@dataclass(frozen=True, slots=True)
class Opened:
    """The files by path, none when there are findings."""

    files: Mapping[str, bytes]
    findings: tuple[Finding, ...] = ()


def open_archive(data: bytes, file: str, limits: Limits) -> Opened:
    """Every file of the zip ``data``, or all that speaks against opening it; ``file`` is its name in findings."""
    try:
        if too_many := _too_many(data, file, limits):
            return Opened({}, (too_many,))
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            faults = (*_whole(data, entries, file, limits), *_paths(entries, file, limits))
            faults += tuple(fault for info in entries for fault in _entry(info, file, limits))
            return Opened({}, faults) if faults else _unpack(archive, entries, file)
    except UnicodeDecodeError:
        what = Text(
            "条目名不是 UTF-8；请用 UTF-8 文件名重新打包", "an entry's name is not UTF-8; zip it again with UTF-8 names"
        )
        return Opened({}, (refusal(Refusal.ENCODING, what, Place(file=file)),))
    except BROKEN as fault:
        return Opened({}, (_not_a_zip(file, fault),))


def _not_a_zip(file: str, fault: Exception, entry: str | None = None) -> Finding:
    what = Text("不是完整可读的 zip 文件；请重新打包", "not a complete, readable zip file; pack it again")
    return refusal(Refusal.NOT_A_ZIP, what, Place(file=file, entry=entry), value=fault)


def _too_many(data: bytes, file: str, limits: Limits) -> Finding | None:
    """Counted before the directory is read, because reading it takes memory for each entry."""
    count = data.count(ENTRY_MARK)
    if count <= limits.entries:
        return None
    what = Text(
        f"压缩包有 {count} 个条目，最多 {limits.entries} 个；只放方案所需的文件",
        f"{count} entries; at most {limits.entries} are read; keep what the scheme needs",
    )
    return refusal(Refusal.ZIP_BOMB, what, Place(file=file), value=count)


def _whole(data: bytes, entries: list[zipfile.ZipInfo], file: str, limits: Limits) -> Iterator[Finding]:
    total = sum(info.file_size for info in entries)
    if total > limits.total:
        what = Text(
            f"解压后共 {_size(total)}，超过 {_size(limits.total)}；请精简",
            f"{_size(total)} once unpacked, more than {_size(limits.total)}; make it smaller",
        )
        yield refusal(Refusal.ZIP_BOMB, what, Place(file=file), value=total)
    elif total > MB and total > limits.ratio * len(data):
        yield _inflated(Place(file=file), total // len(data), limits)
    if entries and min(info.header_offset for info in entries) != 0:
        what = Text("zip 之前另有内容；请重新打包", "something stands before the zip; pack it again")
        yield refusal(Refusal.NOT_A_ZIP, what, Place(file=file))
    yield from _overlaps(data, entries, file)


def _inflated(place: Place, times: int, limits: Limits) -> Finding:
    what = Text(
        f"解压后是压缩前的 {times} 倍，超过 {limits.ratio} 倍；请删去填充内容",
        f"{times} times larger once unpacked, more than {limits.ratio} times; remove the padding",
    )
    return refusal(Refusal.ZIP_BOMB, what, place, value=times)


def _size(size: int) -> str:
    return f"{size / MB:.1f} MB" if size >= MB else f"{size / 1024:.1f} KB"


def _overlaps(data: bytes, entries: list[zipfile.ZipInfo], file: str) -> Iterator[Finding]:
    """Entries that share bytes: how a small file holds an endless one."""
    end = 0
    for info in sorted(entries, key=lambda one: one.header_offset):
        if info.header_offset < end:
            what = Text("条目与前一条目重叠；请重新打包", "the entry overlaps the one before it; pack it again")
            yield refusal(Refusal.ZIP_BOMB, what, Place(file=file, entry=shorten(info.orig_filename)))
        *_, name, extra = LOCAL_HEADER.unpack_from(data, info.header_offset)
        end = info.header_offset + LOCAL_HEADER.size + name + extra + info.compress_size


def _entry(info: zipfile.ZipInfo, file: str, limits: Limits) -> Iterator[Finding]:
    place = Place(file=file, entry=shorten(info.orig_filename))
    if info.flag_bits & ENCRYPTED_FLAGS:
        what = Text("条目已加密；请去掉密码后重新打包", "the entry is encrypted; remove the password and pack it again")
        yield refusal(Refusal.ENCRYPTED, what, place)
    if info.compress_type not in METHODS:
        what = Text("压缩方法不受支持；请用 deflate", "this compression method is not read; use deflate")
        yield refusal(Refusal.NOT_A_ZIP, what, place, value=info.compress_type)
    if info.file_size > limits.entry:
        yield too_large(place, info.file_size, limits.entry)
    elif info.file_size > MB and info.file_size > limits.ratio * info.compress_size:
        yield _inflated(place, info.file_size // max(1, info.compress_size), limits)
    if not info.orig_filename.isascii() and not info.flag_bits & UTF8_FLAG:
        what = Text(
            "条目名不是 UTF-8；请用 UTF-8 文件名重新打包",
            "the entry's name is not UTF-8; zip it again with UTF-8 names",
        )
        yield refusal(Refusal.ENCODING, what, place)


def too_large(place: Place, size: int, most: int) -> Finding:
    """The refusal of something of ``size`` bytes where ``most`` are read."""
    what = Text(
        f"文件 {_size(size)}，超过 {_size(most)}；请精简", f"{_size(size)}, more than {_size(most)}; make it smaller"
    )
    return refusal(Refusal.TOO_LARGE, what, place, value=size)


def upload_too_large(data: bytes, file: str, limits: Limits) -> Finding | None:
    """The refusal of an upload beyond the limit."""
    return too_large(Place(file=file), len(data), limits.upload) if len(data) > limits.upload else None


def _paths(entries: list[zipfile.ZipInfo], file: str, limits: Limits) -> Iterator[Finding]:
    names = Names()
    for info in entries:
        name = info.orig_filename
        fault = _path_fault(info, limits) or names.clash(name)
        if fault is not None:
            yield refusal(Refusal.UNSAFE_PATH, fault, Place(file=file, entry=shorten(name)), value=name)


def _path_fault(info: zipfile.ZipInfo, limits: Limits) -> Text | None:
    mode = info.external_attr >> 16
    if mode and stat.S_IFMT(mode) not in (0, stat.S_IFREG, stat.S_IFDIR):
        return Text(
            "条目是符号链接或设备，不是文件；请放入文件本身",
            "a symbolic link or device, no file; put in the file itself",
        )
    if _is_folder(info) and info.file_size:
        return Text("文件夹条目带有内容；请重新打包", "a folder that holds bytes of its own; pack it again")
    return unsafe(info.orig_filename, limits.path)


def _is_folder(info: zipfile.ZipInfo) -> bool:
    """By the name as written, which unlike ``ZipInfo.is_dir`` may be empty."""
    return info.orig_filename.endswith("/")


def _unpack(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo], file: str) -> Opened:
    files: dict[str, bytes] = {}
    for info in entries:
        if _is_folder(info):
            continue
        try:
            files[info.filename] = archive.read(info)
        except BROKEN as fault:
            return Opened({}, (_not_a_zip(file, fault, info.filename),))
    return Opened(MappingProxyType(files))
