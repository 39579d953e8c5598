"""Reads what a wheel says of itself: file name, METADATA, WHEEL, RECORD, entry points. As data; nothing is imported."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from packaging.metadata import RawMetadata, parse_email
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name, parse_wheel_filename
from packaging.version import Version

from core.texts import Text
from plugins.digests import DIST_INFO
from plugins.findings import Finding
from plugins.refusals import Refusal
from plugins.wheel_entry import EntryPoint, entry_point
from plugins.wheel_files import INFO_FILES, WheelFiles, info_folder, unreadable
from plugins.wheel_record import EXEMPT, check_record

AUTHOR_KIT: Final = "guantong"
TAG: Final = "py3-none-any"
INFO_FOLDERS: Final = ("licenses/", "license_files/", "sboms/")
LICENCES: Final = ("LICENSE", "LICENCE", "COPYING", "NOTICE", "AUTHORS")
LONGEST: Final = 200  # characters of a name, version or requirement


@dataclass(frozen=True, slots=True)
class WheelFacts:
    """What a wheel says of itself: ``name`` and ``version`` as METADATA writes them."""

    name: str
    version: str
    requires: tuple[str, ...]
    entry_point: EntryPoint | None


def read_wheel(filename: str, files: Mapping[str, bytes]) -> tuple[WheelFacts, tuple[Finding, ...]]:
    """What a wheel says of itself, as far as it can be made out, and everything that is wrong with it."""
    info = info_folder(filename, files)
    if isinstance(info, Finding):
        return WheelFacts("", "", (), None), (info,)
    wheel = WheelFiles(filename, files, info)
    metadata = _metadata(wheel)
    point, point_faults = entry_point(wheel)
    facts = WheelFacts(
        metadata.get("name", ""), metadata.get("version", ""), tuple(metadata.get("requires_dist", ())), point
    )
    required = (*facts.requires, *metadata.get("requires_external", ()))
    faults = (
        *unreadable(wheel),
        *_identity(wheel, facts),
        *_tags(wheel),
        *_requirements(wheel, required),
        *point_faults,
        *check_record(wheel),
        *_places(wheel, point),
    )
    return facts, faults


def _metadata(wheel: WheelFiles) -> RawMetadata:
    """The fields before the description; a field given twice counts as none."""
    return parse_email(wheel.text("METADATA").partition("\n\n")[0])[0]


def _identity(wheel: WheelFiles, facts: WheelFacts) -> Iterator[Finding]:
    """File name, folder and METADATA must name one distribution and one version."""
    name, _, version = wheel.info.removesuffix(f"{DIST_INFO}/").rpartition("-")
    inside = (facts.name, facts.version)
    told = _told_by_filename(wheel.filename)
    if len({_comparable(*pair) for pair in (told, (name, version), inside)}) > 1:
        what = Text(
            "文件名、文件夹与 METADATA 的名称或版本不一致；请重新构建 wheel，不要改名",
            "file name, folder and METADATA disagree on name or version; build the wheel anew, never rename it",
        )
        yield wheel.refuse(Refusal.IDENTITY, what, f"{wheel.info}METADATA", " ".join(inside).strip(), " ".join(told))


def _told_by_filename(filename: str) -> tuple[str, str]:
    try:
        name, version, *_ = parse_wheel_filename(filename[:LONGEST])
    except ValueError:
        return ("?", "?")
    return (name, str(version))


def _comparable(name: str, version: str) -> tuple[str, str]:
    try:
        return canonicalize_name(name[:LONGEST]), str(Version(version[:LONGEST]))
    except ValueError:
        return canonicalize_name(name[:LONGEST]), version


def _tags(wheel: WheelFiles) -> Iterator[Finding]:
    text = wheel.text("WHEEL")
    fields = [
        (key.strip().casefold(), value.strip()) for key, _, value in (row.partition(":") for row in text.split("\n"))
    ]
    tags = [value for key, value in fields if key == "tag"]
    pure = [value for key, value in fields if key == "root-is-purelib"]
    named = "-".join(wheel.filename.removesuffix(".whl").split("-")[-3:])
    if text and (tags != [TAG] or pure != ["true"] or named != TAG):
        said = "、".join([named, *(f"Tag: {tag}" for tag in tags), *(f"Root-Is-Purelib: {value}" for value in pure)])
        what = Text(
            f"不是纯 Python 的 wheel，标签应为 {TAG}；请不带扩展模块重新构建",
            f"not a pure Python wheel, its tag should be {TAG}; build it without extension modules",
        )
        yield wheel.refuse(Refusal.WHEEL_TAG, what, f"{wheel.info}WHEEL", said, TAG)


def _requirements(wheel: WheelFiles, required: tuple[str, ...]) -> Iterator[Finding]:
    for text in required:
        if not _is_author_kit(text):
            what = Text(
                f"依赖不允许；只能依赖 {AUTHOR_KIT}，开发所用的依赖请写入 [dependency-groups]",
                f"a forbidden requirement; only {AUTHOR_KIT} may be required, put what development needs into"
                " [dependency-groups]",
            )
            yield wheel.refuse(Refusal.DEPENDENCY, what, f"{wheel.info}METADATA", text, AUTHOR_KIT)


def _is_author_kit(text: str) -> bool:
    """``guantong`` with or without a version, always and from the index: no marker, no address, no extras.

    What has a marker is not even parsed: its quoted words would pass through Python's compiler.
    """
    if any(sign in text for sign in ";@[") or len(text) > LONGEST:
        return False
    try:
        return canonicalize_name(Requirement(text).name) == AUTHOR_KIT
    except ValueError:
        return False


def _places(wheel: WheelFiles, point: EntryPoint | None) -> Iterator[Finding]:
    package = point.package if point else None
    for path in wheel.files:
        if _is_in_place(wheel, path, package):
            continue
        what = Text(
            "文件不在方案的包内；请移入包内或删除",
            "the file is outside the scheme's package; move it in or remove it",
        )
        yield wheel.refuse(Refusal.OUT_OF_PLACE, what, path, None, f"{package}/" if package else None)


def _is_in_place(wheel: WheelFiles, path: str, package: str | None) -> bool:
    if path.startswith(wheel.info):
        inside = path.removeprefix(wheel.info)
        is_licence = "/" not in inside and inside.upper().startswith(LICENCES)
        return inside in {*INFO_FILES, *EXEMPT, "top_level.txt"} or inside.startswith(INFO_FOLDERS) or is_licence
    top, _, rest = path.partition("/")
    return bool(rest) and (top == package if package else not top.endswith(".data"))
