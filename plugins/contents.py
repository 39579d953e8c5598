"""What may not be among the files of an artifact of any kind: code that runs by itself, compiled code, archives."""

from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Final

from core.texts import Text
from plugins.findings import Finding, Place
from plugins.refusals import Refusal, refusal

CATALOG_WORKBOOK: Final = "catalog.xlsx"
COMPILED: Final = frozenset(
    {".a", ".bin", ".class", ".dll", ".dylib", ".elf", ".exe", ".jar", ".node", ".o", ".pyc", ".pyd", ".pyo", ".so"}
    | {".wasm"}
)
ARCHIVES: Final = frozenset(
    {".7z", ".bz2", ".cab", ".docx", ".egg", ".gz", ".rar", ".tar", ".tgz", ".whl", ".xlsm", ".xlsx", ".xz", ".zip"}
    | {".zst"}
)
MACHINE_CODE: Final = {
    b"\x7fELF": "ELF",
    b"\xfe\xed\xfa\xce": "Mach-O",
    b"\xfe\xed\xfa\xcf": "Mach-O",
    b"\xce\xfa\xed\xfe": "Mach-O",
    b"\xcf\xfa\xed\xfe": "Mach-O",
    b"\xca\xfe\xba\xbe": "Mach-O/Java",
    b"\0asm": "WebAssembly",
    b"!<arch>\n": "ar",
}
PACKED: Final = {
    b"PK\x03\x04": "zip",
    b"PK\x05\x06": "zip",
    b"\x1f\x8b": "gzip",
    b"BZh": "bzip2",
    b"\xfd7zXZ\0": "xz",
    b"7z\xbc\xaf\x27\x1c": "7z",
    b"Rar!": "rar",
    b"\x28\xb5\x2f\xfd": "zstd",
}


def forbidden(files: Mapping[str, bytes], file: str) -> Iterator[Finding]:
    """A finding for each file that no artifact may hold; ``file`` is the artifact's name."""
    for path, data in files.items():
        place = Place(file=file, entry=path)
        suffixes = {suffix.casefold() for suffix in PurePosixPath(path).suffixes}
        if ".pth" in suffixes:
            what = Text(".pth 文件会在 Python 启动时运行；请删除", "a .pth file runs whenever Python starts; remove it")
            yield refusal(Refusal.STARTUP_FILE, what, place)
        elif compiled := _compiled(suffixes, data):
            what = Text(
                f"编译代码（{compiled}）；只接受源代码与数据，请删除",
                f"compiled code ({compiled}); only sources and data are accepted, remove it",
            )
            yield refusal(Refusal.COMPILED_CODE, what, place, value=compiled)
        elif packed := _packed(path, suffixes, data):
            what = Text(f"套有压缩包（{packed}）；请删除或解开", f"an archive within ({packed}); remove or unpack it")
            yield refusal(Refusal.ZIP_BOMB, what, place, value=packed)


def _compiled(suffixes: set[str], data: bytes) -> str | None:
    if found := suffixes & COMPILED:
        return min(found)
    if data[:2] == b"MZ" and b"\0" in data[:64]:
        return "PE"
    return next((name for magic, name in MACHINE_CODE.items() if data.startswith(magic)), None) or _bytecode(data)


def _bytecode(data: bytes) -> str | None:
    """Python bytecode under another name: a version, CR LF, and flags of at most two bits."""
    is_bytecode = data[2:4] == b"\r\n" and data[4:5] in (b"\0", b"\1", b"\3") and data[5:8] == b"\0\0\0"
    return "pyc" if is_bytecode else None


def _packed(path: str, suffixes: set[str], data: bytes) -> str | None:
    if PurePosixPath(path).name == CATALOG_WORKBOOK:
        return None
    if found := suffixes & ARCHIVES:
        return min(found)
    return next((name for magic, name in PACKED.items() if data.startswith(magic)), None)
