"""Installed schemes (developer mode): found by their metadata and read as data. Nothing of them is imported.

What a distribution holds is put together as its wheel, in memory, so that it is read and verified like any upload. That
is all: there is no step from here to the record. Installing runs code (a ``.pth`` file runs whenever Python starts);
what is approved is bytes that were uploaded.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import Distribution, EntryPoint, distributions
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote, urlparse

from packaging.utils import canonicalize_name

from core.texts import Text
from plugins.archive import Limits
from plugins.artifact import DEFAULT_LIMITS, pack
from plugins.digests import DIST_INFO, logical_path
from plugins.wheel import TAG
from plugins.wheel_entry import GROUP
from plugins.wheel_record import record_of

STATE: Final = Text("开发模式发现", "discovered (developer mode)")
NEVER: Final = Text(
    "已安装的分发包只供开发时查看，不能备案；请用 guantong schemes register 登记其 wheel",
    "an installed distribution is there for developing and can never be approved; register its wheel with: guantong "
    "schemes register",
)


class Unreadable(Exception):
    """Why a distribution cannot be read as a wheel."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.text = Text(zh, en)


@dataclass(frozen=True, slots=True)
class Installed:
    """A distribution that says it is a scheme. ``content`` is its wheel, None with the ``fault`` that says why not."""

    name: str
    distribution: str
    version: str
    filename: str
    content: bytes | None = field(repr=False)
    fault: Text | None = None


def installed(path: Sequence[str] | None = None, limits: Limits = DEFAULT_LIMITS) -> list[Installed]:
    """Every installed distribution with an entry point of the group, by entry point and distribution.

    ``path`` are the folders to look in, those of this Python unless told.
    """
    given: dict[str, Any] = {} if path is None else {"path": list(path)}
    found = [_installed(one, limits) for one in distributions(**given) if GROUP in _text(one, "entry_points.txt")]
    return sorted(found, key=lambda one: (one.name, one.distribution, one.version))


def _installed(distribution: Distribution, limits: Limits) -> Installed:
    """One distribution; whatever is wrong with it is its own."""
    name, version = _identity(distribution)
    filename = f"{canonicalize_name(name).replace('-', '_')}-{version}-{TAG}.whl"
    try:
        point = _entry_point(distribution)
        content = pack(_wheel(distribution, point, limits))
    except Unreadable as fault:
        return Installed("", name, version, filename, None, fault.text)
    except Exception as fault:  # metadata is as its author wrote it, and one broken plugin hides no other
        what = type(fault).__name__
        return Installed(
            "", name, version, filename, None, Text(f"读取时出错（{what}）", f"reading it failed ({what})")
        )
    return Installed(point.name, name, version, filename, content)


def _identity(distribution: Distribution) -> tuple[str, str]:
    try:
        return str(distribution.metadata["Name"] or "?"), str(distribution.version)
    except Exception:
        return "?", "?"


def _text(distribution: Distribution, name: str) -> str:
    try:
        return distribution.read_text(name) or ""
    except (OSError, UnicodeDecodeError):
        return ""


def _entry_point(distribution: Distribution) -> EntryPoint:
    ours = [one for one in distribution.entry_points if one.group == GROUP]
    if len(ours) != 1:
        raise Unreadable(
            f"{GROUP} 组有 {len(ours)} 个入口点，应恰有一个",
            f"{len(ours)} entry points in group {GROUP} where one belongs",
        )
    return ours[0]


def _wheel(distribution: Distribution, point: EntryPoint, limits: Limits) -> dict[str, bytes]:
    """The files of the wheel that the distribution was, or would be, installed from."""
    listed = distribution.files
    info = next((one.parts[0] for one in listed or () if one.parts[0].endswith(DIST_INFO)), None)
    if listed is None or info is None:
        raise Unreadable("缺少 RECORD；请用 pip 安装", "it has no RECORD; install it by pip")
    package = point.module.partition(".")[0]
    places = {one.as_posix(): Path(str(one.locate())) for one in listed}
    root = _edited_in(distribution)
    if root is not None:
        within = {path: place for path, place in places.items() if path.startswith(f"{info}/")}
        places = within | dict(_package_files(root, package))
    files = _read({path: place for path, place in places.items() if logical_path(path) is not None}, limits)
    return files | {f"{info}/RECORD": record_of(files, f"{info}/").encode()}


def _edited_in(distribution: Distribution) -> Path | None:
    """The folder of the project, where it is installed for editing."""
    told = json.loads(_text(distribution, "direct_url.json") or "{}")
    if not told.get("dir_info", {}).get("editable"):
        return None
    return Path(unquote(urlparse(told["url"]).path))


def _package_files(root: Path, package: str) -> Iterator[tuple[str, Path]]:
    home = next((one for one in (root, root / "src") if (one / package).is_dir()), None)
    if home is None:
        raise Unreadable(f"{root} 中没有包 {package}", f"there is no package {package} in {root}")
    for place in sorted((home / package).rglob("*")):
        if place.is_file() and not place.is_symlink():
            yield place.relative_to(home).as_posix(), place


def _read(places: Mapping[str, Path], limits: Limits) -> dict[str, bytes]:
    missing = [path for path, place in places.items() if not place.is_file()]
    if missing:
        raise Unreadable(f"缺少文件 {missing[0]}；请重新安装", f"the file {missing[0]} is missing; install it again")
    if len(places) > limits.entries or _size(places.values()) > limits.total:
        raise Unreadable("文件过多或过大", "it has too many files, or too large ones")
    return {path: place.read_bytes() for path, place in places.items()}


def _size(places: Iterable[Path]) -> int:
    return sum(place.stat().st_size for place in places)
