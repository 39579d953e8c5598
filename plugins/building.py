"""Puts a scheme's folder together as the wheel that it would be built into, in memory: nothing of it is run.

For whoever has Python of their own to try and no build tool at hand. The same folder is always the same bytes.
"""

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from core.errors import ErrorCode, GuantongError, Where
from core.texts import Text
from plugins.artifact import pack
from plugins.parts import MANIFEST
from plugins.wheel import TAG
from plugins.wheel_entry import GROUP
from plugins.wheel_record import record_of

PROJECT: Final = "pyproject.toml"
_WHEEL: Final = f"Wheel-Version: 1.0\nGenerator: guantong\nRoot-Is-Purelib: true\nTag: {TAG}\n"


def has_code(home: Path) -> bool:
    """Whether the scheme in a folder says that Python of its own scores or computes something."""
    try:
        manifest = tomllib.loads((home / MANIFEST).read_text("utf-8"))
    except (OSError, ValueError):
        return False  # what is wrong with it is told where it is read in earnest
    criteria, facts = (_tables(manifest, name) for name in ("criterion", "fact"))
    scored = any("tabulated" in one.get("scoring", ()) for one in criteria)
    return scored or any(one.get("computed") is True for one in facts)


def _tables(manifest: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    found = manifest.get(name, [])
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def build(home: Path) -> tuple[str, bytes]:
    """The wheel of the package ``home``, by the ``pyproject.toml`` beside it: its file name and its bytes.

    Raises BAD_FILE when that does not say name, version and entry point.
    """
    file = home.parent / PROJECT
    try:
        project = tomllib.loads(file.read_text("utf-8"))["project"]
        name, version, point = str(project["name"]), str(project["version"]), project["entry-points"][GROUP]
        points = "".join(f"{key} = {value}\n" for key, value in point.items())
    except (OSError, ValueError, KeyError, AttributeError, TypeError):
        text = Text(
            f"须写明 project.name、version 与 entry-points.“{GROUP}”，才能构建 wheel",
            f"it must say project.name, version and entry-points.'{GROUP}' for a wheel to be built",
        )
        raise GuantongError(ErrorCode.BAD_FILE, text, where=Where(file=str(file))) from None
    base = f"{name.replace('-', '_')}-{version}"
    info = f"{base}.dist-info/"
    files = dict(_package(home))
    files[f"{info}METADATA"] = f"Metadata-Version: 2.4\nName: {name}\nVersion: {version}\n".encode()
    files[f"{info}WHEEL"] = _WHEEL.encode()
    files[f"{info}entry_points.txt"] = f"[{GROUP}]\n{points}".encode()
    files[f"{info}RECORD"] = record_of(files, info).encode()
    return f"{base}-{TAG}.whl", pack(files)


def _package(home: Path) -> Iterator[tuple[str, bytes]]:
    for path in sorted(home.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            yield f"{home.name}/{path.relative_to(home).as_posix()}", path.read_bytes()
