"""Builds wheels and zips in memory, sound ones and hostile ones; nothing hostile is kept on disk."""

import base64
import hashlib
import io
import struct
import warnings
import zipfile
from collections.abc import Iterable, Mapping

NAME = "scheme_tiny_works-1.0.0-py3-none-any.whl"
PACKAGE = "scheme_tiny_works"
INFO = "scheme_tiny_works-1.0.0.dist-info"
MANIFEST = f"{PACKAGE}/scheme.toml"
CATALOG = f"{PACKAGE}/catalog.toml"
BUNDLE = "scheme.zip"

SCHEME_TOML = """contract = "1.0"
[scheme]
key = "tiny_works"
version = "1.0.0"
zh = "示例小厂方案"
en = "Scheme of a small example works"
enterprise = "91990000MA0EXTJ012"
document = "示例小厂工作方案"
issued_on = 2026-02-10
industry_authority = "工业和信息化主管部门（示例）"
from = 2026-03-01
example = true
[[evidence]]
key = "improvements"
zh = "工艺改进（项）"
en = "improvements"
kind = "contribution"
most = 20
[[group]]
key = "line"
zh = "一线人员"
en = "line workers"
requires = [{ evidence = ["improvements"], at_least = 1, zh = "工艺改进", en = "improvements", clause = "第三条" }]
"""
CATALOG_TOML = """[[row]]
number = 1
occupation = "6-18-02-04"
skill_level = "technician"
series = "engineering"
specialty = "mechanical"
title_level = "intermediate"
groups = ["line"]
[row.skill_to_title]
clause = "第六条"
"""
METADATA = "Metadata-Version: 2.4\nName: scheme-tiny-works\nVersion: 1.0.0\nRequires-Dist: guantong>=0.1\n"
WHEEL = "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
ENTRY_POINTS = "[guantong.schemes]\ntiny_works = scheme_tiny_works\n"

Content = str | bytes | None


def files(changes: Mapping[str, Content] | None = None) -> dict[str, bytes]:
    """The files of a sound wheel but for RECORD, with ``changes`` laid over; None takes one away."""
    whole: dict[str, Content] = {
        f"{PACKAGE}/__init__.py": '"""Data only."""\n',
        MANIFEST: SCHEME_TOML,
        CATALOG: CATALOG_TOML,
        f"{INFO}/METADATA": METADATA,
        f"{INFO}/WHEEL": WHEEL,
        f"{INFO}/entry_points.txt": ENTRY_POINTS,
        **(changes or {}),
    }
    return {path: data.encode() if isinstance(data, str) else data for path, data in whole.items() if data is not None}


def record(content: Mapping[str, bytes], info: str = INFO) -> str:
    """A RECORD that agrees with its files."""
    lines = [f"{path},sha256={digest(data)},{len(data)}" for path, data in content.items()]
    return "\n".join([*lines, f"{info}/RECORD,,", ""])


def digest(data: bytes, algorithm: str = "sha256") -> str:
    return base64.urlsafe_b64encode(hashlib.new(algorithm, data).digest()).rstrip(b"=").decode()


def wheel(changes: Mapping[str, Content] | None = None) -> bytes:
    """A wheel whose RECORD agrees with its files, unless the changes bring a RECORD of their own."""
    content = files(changes)
    if not (changes and f"{INFO}/RECORD" in changes):
        content[f"{INFO}/RECORD"] = record(content).encode()
    return packed(content)


def bundle(changes: Mapping[str, Content] | None = None) -> bytes:
    """A zip of ``scheme.toml`` and ``catalog.toml``, with changes."""
    whole: dict[str, Content] = {"scheme.toml": SCHEME_TOML, "catalog.toml": CATALOG_TOML, **(changes or {})}
    return packed({p: d.encode() if isinstance(d, str) else d for p, d in whole.items() if d is not None})


def packed(content: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A plain zip."""
    return zipped(((entry(path), data) for path, data in content.items()), method)


def entry(path: str, mode: int = 0o100644) -> zipfile.ZipInfo:
    """An entry by any name at all, of any kind."""
    info = zipfile.ZipInfo("placeholder")
    info.filename = info.orig_filename = path
    info.external_attr = mode << 16
    return info


def zipped(entries: Iterable[tuple[zipfile.ZipInfo, bytes]], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(buffer, "w", method) as archive:
        warnings.simplefilter("ignore")  # it warns of names that are written twice, which is meant
        for info, data in entries:
            archive.writestr(info, data, method)
    return buffer.getvalue()


def with_entries(*more: tuple[zipfile.ZipInfo, bytes]) -> bytes:
    """A sound bundle with further entries behind it."""
    sound = {"scheme.toml": SCHEME_TOML.encode(), "catalog.toml": CATALOG_TOML.encode()}
    return zipped([*((entry(path), data) for path, data in sound.items()), *more])


def patched(data: bytes, path: str, offset_in_local: int, offset_in_central: int, value: bytes) -> bytes:
    """A zip with some bytes of both headers of an entry replaced, as no zip program would."""
    changed = bytearray(data)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        local = archive.getinfo(path).header_offset
    central = data.index(b"PK\x01\x02")
    while data[central + 46 : central + 46 + len(path)] != path.encode():
        central = data.index(b"PK\x01\x02", central + 1)
    changed[local + offset_in_local : local + offset_in_local + len(value)] = value
    changed[central + offset_in_central : central + offset_in_central + len(value)] = value
    return bytes(changed)


def encrypted(path: str) -> bytes:
    """A bundle that says an entry is encrypted."""
    return patched(bundle(), path, 6, 8, struct.pack("<H", 1))


def lying_size(path: str, size: int) -> bytes:
    """A bundle whose directory claims another size for an entry than it has."""
    return patched(bundle(), path, 22, 24, struct.pack("<L", size))


def without_utf8_flag(name: str, encoding: str) -> bytes:
    """A zip with a file name in some local encoding, as old tools write it."""
    buffer = io.BytesIO(with_entries())
    raw = name.encode(encoding)
    stand_in = "x" * len(raw)
    with zipfile.ZipFile(buffer, "a") as archive:
        archive.writestr(entry(stand_in), b"")
    return buffer.getvalue().replace(stand_in.encode(), raw)


def overlapping(copies: int = 40) -> bytes:
    """Many entries of the directory that all point at the same bytes."""
    kernel = packed({"aa": bytes(1000)})
    central = kernel.index(b"PK\x01\x02")
    end = kernel.index(b"PK\x05\x06")
    heads = [kernel[central:end].replace(b"aa", f"{n:02}".encode()) for n in range(copies)]
    # The local header says "aa": readers that compare names stop later than those that look at places.
    directory = b"".join(heads)
    tail = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, copies, copies, len(directory), central, 0)
    return kernel[:central] + directory + tail
