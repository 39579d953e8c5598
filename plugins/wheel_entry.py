"""The entry point of a scheme in a wheel: exactly one, in one group, within the wheel's own package."""

import configparser
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from core.texts import Text
from plugins.findings import Finding
from plugins.refusals import Refusal
from plugins.wheel_files import WheelFiles

GROUP: Final = "guantong.schemes"
Point = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class EntryPoint:
    """The entry point of a scheme: its name (the scheme's key), the module, and an object in it, if any is named."""

    name: str
    module: str
    attribute: str | None = None

    @property
    def package(self) -> str:
        return self.module.partition(".")[0]


def entry_point(wheel: WheelFiles) -> tuple[EntryPoint | None, tuple[Finding, ...]]:
    """The entry point, or what is wrong with what is declared."""
    try:
        points = tuple(_points(wheel.text("entry_points.txt")))
    except configparser.Error as fault:
        return None, (_refused(wheel, "入口点无法读取", "the entry points cannot be read", str(fault)),)
    ours = [point for point in points if point[0] == GROUP]
    other = tuple(_refused_group(wheel, group) for group in sorted({group for group, *_ in points} - {GROUP}))
    if len(ours) != 1:
        return None, (*other, *_wrong_number(wheel, ours))
    found = _resolved(wheel, *ours[0][1:])
    return found, other if found else (*other, _astray(wheel, *ours[0][1:]))


def _points(text: str) -> Iterator[Point]:
    parser = configparser.ConfigParser(delimiters=("=",), interpolation=None, strict=True)
    parser.optionxform = str  # type: ignore[assignment,method-assign]  # names keep their letter case
    parser.read_string(text)
    yield from ((group, name, value) for group in parser.sections() for name, value in parser.items(group))


def _resolved(wheel: WheelFiles, name: str, value: str) -> EntryPoint | None:
    module, colon, attribute = (part.strip() for part in value.partition(":"))
    words = [*module.split("."), *(attribute.split(".") if colon else ())]
    base = module.replace(".", "/")
    is_there = f"{base}.py" in wheel.files or f"{base}/__init__.py" in wheel.files
    in_package = f"{words[0]}/__init__.py" in wheel.files
    if not (is_there and in_package and all(map(str.isidentifier, words))):
        return None
    return EntryPoint(name, module, attribute or None)


def _wrong_number(wheel: WheelFiles, ours: list[Point]) -> Iterator[Finding]:
    if f"{wheel.info}entry_points.txt" not in wheel.files:
        return
    zh = f"{GROUP} 组有 {len(ours)} 个入口点，应恰有一个"
    en = f"{len(ours)} entry points in group {GROUP} where one belongs"
    yield _refused(wheel, zh, en, "、".join(name for _, name, _ in ours) or None)


def _astray(wheel: WheelFiles, name: str, value: str) -> Finding:
    zh, en = "入口点不指向本包的模块", "the entry point is no module of this package"
    return _refused(wheel, zh, en, f"{name} = {value}")


def _refused_group(wheel: WheelFiles, group: str) -> Finding:
    return _refused(wheel, f"只能用入口点组 {GROUP}", f"only group {GROUP} may be used", group)


def _refused(wheel: WheelFiles, zh: str, en: str, value: str | None) -> Finding:
    what = Text(f"{zh}；请在 pyproject.toml 中改正", f"{en}; correct it in pyproject.toml")
    return wheel.refuse(Refusal.ENTRY_POINT, what, f"{wheel.info}entry_points.txt", value)
