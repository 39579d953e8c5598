"""What an author points at, as the one file that registering uploads: a wheel, a zip, a folder, or a workbook.

Nothing is imported. A folder whose scheme scores or computes by Python is put together as its wheel; the Python of
another stays where it is, and is named as left out.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from core.errors import ErrorCode, GuantongError, Where
from core.texts import Text
from plugins.artifact import PAIR_NAME, pack
from plugins.building import PROJECT, build, has_code
from plugins.parts import CATALOG_TOML, CATALOG_XLSX, MANIFEST, PART_NAMES

WORKBOOKS: Final = (".xlsx", ".xlsm")
CACHES: Final = ("__pycache__",)


@dataclass(frozen=True, slots=True)
class Intake:
    """One file as it would be uploaded. ``left_out`` are files of a folder that a zip does not carry."""

    filename: str
    content: bytes = field(repr=False)
    left_out: tuple[str, ...] = ()


def take_in(path: Path, manifest: Path | None = None) -> Intake:
    """The upload that ``path`` amounts to; ``manifest`` is the ``scheme.toml`` of a catalog that lies elsewhere.

    A folder may be the scheme's own or the distribution's around it. Raises BAD_FILE for what cannot be read.
    """
    if manifest is not None:
        return _pair(path, manifest)
    if path.is_dir():
        return _folder(_home(path))
    if path.suffix.lower() in WORKBOOKS:
        raise _bad(
            path,
            "目录工作簿中的材料与人群由 scheme.toml 声明；请用 --manifest 指明",
            "a catalog workbook names evidence and groups that scheme.toml declares; give that by --manifest",
        )
    return Intake(path.name, _read(path))


def _pair(catalog: Path, manifest: Path) -> Intake:
    """A catalog with its manifest beside it, and with the cases that lie beside that, if any do."""
    name = CATALOG_TOML if catalog.suffix.lower() == ".toml" else CATALOG_XLSX
    others = {part: manifest.parent / part for part in PART_NAMES if part not in (MANIFEST, CATALOG_TOML, CATALOG_XLSX)}
    return Intake(PAIR_NAME, pack(_contents({MANIFEST: manifest, name: catalog} | _there(others))))


def _folder(home: Path) -> Intake:
    if has_code(home) and (home.resolve().parent / PROJECT).exists():
        filename, content = build(home.resolve())
        return Intake(filename, content)
    parts = _there({name: home / name for name in PART_NAMES})
    return Intake(f"{home.resolve().name}.zip", pack(_contents(parts)), tuple(_left_out(home, set(parts))))


def _home(folder: Path) -> Path:
    """The folder that holds ``scheme.toml``: the one given, or the only such one right below it."""
    if (folder / MANIFEST).exists():
        return folder
    found = sorted(one.parent for one in folder.glob(f"*/{MANIFEST}"))
    if len(found) == 1:
        return found[0]
    zh, en = ("没有", "no") if not found else ("有多个", "several of")
    raise _bad(
        folder,
        f"文件夹及其下一层{zh} {MANIFEST}；请指明方案所在的文件夹",
        f"there is {en} {MANIFEST} in the folder or right below it; name the folder of the scheme",
    )


def _there(parts: Mapping[str, Path]) -> dict[str, Path]:
    return {name: path for name, path in parts.items() if path.exists()}


def _contents(parts: Mapping[str, Path]) -> dict[str, bytes]:
    return {name: _read(path) for name, path in parts.items()}


def _left_out(home: Path, taken: set[str]) -> Iterator[str]:
    for path in sorted(home.rglob("*")):
        name = path.relative_to(home).as_posix()
        if path.is_file() and name not in taken and not set(path.parts) & set(CACHES):
            yield name


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as fault:
        raise _bad(path, f"无法读取：{fault.strerror}", f"it cannot be read: {fault.strerror}") from None


def _bad(path: Path, zh: str, en: str) -> GuantongError:
    return GuantongError(ErrorCode.BAD_FILE, Text(zh, en), where=Where(file=str(path)))
