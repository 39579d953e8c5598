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

from core.files.flaws import Flaw, Harm
from core.files.paths import Names, unsafe
from core.texts import Text, shorten

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
    """How much is read at most: bytes of the file, of one entry and of all, number of entries, length of a path.

    ``ratio`` is how many times larger than packed the whole or one entry may be, once it is over 1 MB.
    """

    upload: int = 16 * MB
    entry: int = 4 * MB
    total: int = 32 * MB
    entries: int = 500
    ratio: int = 200
    path: int = 200


@dataclass(frozen=True, slots=True)
class Opened:
    """The files by path, none when there are flaws."""

    files: Mapping[str, bytes]
    flaws: tuple[Flaw, ...] = ()


def open_archive(data: bytes, limits: Limits) -> Opened:
    """Every file of the zip ``data``, or all that speaks against opening it."""
    if flaws := flaws_of(data, limits):
        return Opened({}, flaws)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _unpack(archive, archive.infolist())
    except BROKEN as fault:
        return Opened({}, (_not_a_zip(fault),))


def flaws_of(data: bytes, limits: Limits) -> tuple[Flaw, ...]:
    """All that its directory says against opening the zip ``data``; nothing of it is unpacked."""
    try:
        if too_many := _too_many(data, limits):
            return (too_many,)
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            faults = (*_whole(data, entries, limits), *_paths(entries, limits))
            return faults + tuple(fault for info in entries for fault in _entry(info, limits))
    except UnicodeDecodeError:
        what = Text(
            "条目名不是 UTF-8；请用 UTF-8 文件名重新打包", "an entry's name is not UTF-8; zip it again with UTF-8 names"
        )
        return (Flaw(Harm.ENCODING, what),)
    except BROKEN as fault:
        return (_not_a_zip(fault),)


def _not_a_zip(fault: Exception, entry: str | None = None) -> Flaw:
    what = Text("不是完整可读的 zip 文件；请重新打包", "not a complete, readable zip file; pack it again")
    return Flaw(Harm.NOT_A_ZIP, what, entry, fault)


def _too_many(data: bytes, limits: Limits) -> Flaw | None:
    """Counted before the directory is read, because reading it takes memory for each entry."""
    count = data.count(ENTRY_MARK)
    if count <= limits.entries:
        return None
    what = Text(
        f"压缩包有 {count} 个条目，最多 {limits.entries} 个；只放方案所需的文件",
        f"{count} entries; at most {limits.entries} are read; keep what the scheme needs",
    )
    return Flaw(Harm.BOMB, what, value=count)


def _whole(data: bytes, entries: list[zipfile.ZipInfo], limits: Limits) -> Iterator[Flaw]:
    total = sum(info.file_size for info in entries)
    if total > limits.total:
        what = Text(
            f"解压后共 {_size(total)}，超过 {_size(limits.total)}；请精简",
            f"{_size(total)} once unpacked, more than {_size(limits.total)}; make it smaller",
        )
        yield Flaw(Harm.BOMB, what, value=total)
    elif total > MB and total > limits.ratio * len(data):
        yield _inflated(None, total // len(data), limits)
    if entries and min(info.header_offset for info in entries) != 0:
        what = Text("zip 之前另有内容；请重新打包", "something stands before the zip; pack it again")
        yield Flaw(Harm.NOT_A_ZIP, what)
    yield from _overlaps(data, entries)


def _inflated(entry: str | None, times: int, limits: Limits) -> Flaw:
    what = Text(
        f"解压后是压缩前的 {times} 倍，超过 {limits.ratio} 倍；请删去填充内容",
        f"{times} times larger once unpacked, more than {limits.ratio} times; remove the padding",
    )
    return Flaw(Harm.BOMB, what, entry, times)


def _size(size: int) -> str:
    return f"{size / MB:.1f} MB" if size >= MB else f"{size / 1024:.1f} KB"


def _overlaps(data: bytes, entries: list[zipfile.ZipInfo]) -> Iterator[Flaw]:
    """Entries that share bytes: how a small file holds an endless one."""
    end = 0
    for info in sorted(entries, key=lambda one: one.header_offset):
        if info.header_offset < end:
            what = Text("条目与前一条目重叠；请重新打包", "the entry overlaps the one before it; pack it again")
            yield Flaw(Harm.BOMB, what, shorten(info.orig_filename))
        *_, name, extra = LOCAL_HEADER.unpack_from(data, info.header_offset)
        end = info.header_offset + LOCAL_HEADER.size + name + extra + info.compress_size


def _entry(info: zipfile.ZipInfo, limits: Limits) -> Iterator[Flaw]:
    entry = shorten(info.orig_filename)
    if info.flag_bits & ENCRYPTED_FLAGS:
        what = Text("条目已加密；请去掉密码后重新打包", "the entry is encrypted; remove the password and pack it again")
        yield Flaw(Harm.ENCRYPTED, what, entry)
    if info.compress_type not in METHODS:
        what = Text("压缩方法不受支持；请用 deflate", "this compression method is not read; use deflate")
        yield Flaw(Harm.NOT_A_ZIP, what, entry, info.compress_type)
    if info.file_size > limits.entry:
        yield too_large(info.file_size, limits.entry, entry)
    elif info.file_size > MB and info.file_size > limits.ratio * info.compress_size:
        yield _inflated(entry, info.file_size // max(1, info.compress_size), limits)
    if not info.orig_filename.isascii() and not info.flag_bits & UTF8_FLAG:
        what = Text(
            "条目名不是 UTF-8；请用 UTF-8 文件名重新打包",
            "the entry's name is not UTF-8; zip it again with UTF-8 names",
        )
        yield Flaw(Harm.ENCODING, what, entry)


def too_large(size: int, most: int, entry: str | None = None) -> Flaw:
    """The flaw of something of ``size`` bytes where ``most`` are read."""
    what = Text(
        f"文件 {_size(size)}，超过 {_size(most)}；请精简", f"{_size(size)}, more than {_size(most)}; make it smaller"
    )
    return Flaw(Harm.TOO_LARGE, what, entry, size)


def _paths(entries: list[zipfile.ZipInfo], limits: Limits) -> Iterator[Flaw]:
    names = Names()
    for info in entries:
        name = info.orig_filename
        fault = _path_fault(info, limits) or names.clash(name)
        if fault is not None:
            yield Flaw(Harm.UNSAFE_PATH, fault, shorten(name), name)


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


def _unpack(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> Opened:
    files: dict[str, bytes] = {}
    for info in entries:
        if _is_folder(info):
            continue
        try:
            files[info.filename] = archive.read(info)
        except BROKEN as fault:
            return Opened({}, (_not_a_zip(fault, info.filename),))
    return Opened(MappingProxyType(files))
