"""Reads TOML that somebody else wrote: bounded in size, length of lines and keys, depth and number of values."""

import re
import tomllib
from collections.abc import Iterator
from typing import Any, Final

from core.texts import Text
from plugins.archive import Limits, too_large
from plugins.findings import Finding, Place
from plugins.refusals import Refusal, refusal

DEEPEST: Final = 24
MOST_VALUES: Final = 60_000
# The time that tomllib takes for a dotted key grows by the square of its parts.
_ENDLESS_KEY = re.compile(r"""(?<![\w-])(?:(?:[\w-]++|"[^"\n]*+"|'[^'\n]*+')[ \t]*+\.[ \t]*+){17}""")
_AT = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")


def read_toml(data: bytes, place: Place, limits: Limits) -> dict[str, Any] | Finding:
    """The content of a TOML file, or the refusal of it; ``place`` names the file."""
    if len(data) > limits.toml:
        return too_large(place, len(data), limits.toml)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return _not_utf8(place, data, error)
    if fault := _endless(text, limits):
        return refusal(Refusal.FORM, fault, place)
    try:
        content = tomllib.loads(text.replace("\r\n", "\n"))
    except (ValueError, RecursionError) as error:
        return _not_toml(place, error)
    return _bounded(content, place)


def _not_utf8(place: Place, data: bytes, fault: UnicodeDecodeError) -> Finding:
    line = data.count(b"\n", 0, fault.start) + 1
    what = Text(f"第 {line} 行不是 UTF-8；请另存为 UTF-8", f"line {line} is not UTF-8; save the file as UTF-8")
    return refusal(Refusal.ENCODING, what, place, value=data[fault.start : fault.start + 4].hex(" "))


def _endless(text: str, limits: Limits) -> Text | None:
    for number, line in enumerate(text.split("\n"), start=1):
        if len(line) > limits.toml_line or _ENDLESS_KEY.search(line):
            return Text(
                f"第 {number} 行超过 {limits.toml_line} 个字符，或键的层级过深；请分行书写",
                f"line {number} is longer than {limits.toml_line} characters or its key too deep; break it up",
            )
    return None


def _not_toml(place: Place, fault: Exception) -> Finding:
    message = "nested too deeply" if isinstance(fault, RecursionError) else str(fault)
    at = _AT.search(message)
    said = message[: at.start()] if at else message
    zh, en = (
        (f"第 {at[1]} 行第 {at[2]} 列", f"line {at[1]}, column {at[2]}") if at and at[1] else ("文件末尾", "at the end")
    )
    what = Text(f"不是有效的 TOML（{zh}）；请改正", f"not valid TOML ({en}: {said}); mend it")
    return refusal(Refusal.FORM, what, place, value=said)


def _bounded(content: dict[str, Any], place: Place) -> dict[str, Any] | Finding:
    for number, depth in enumerate(_depths(content)):
        if depth > DEEPEST or number > MOST_VALUES:
            what = Text(
                f"嵌套超过 {DEEPEST} 层或超过 {MOST_VALUES} 个取值；请精简",
                f"nested more than {DEEPEST} deep or more than {MOST_VALUES} values; make it smaller",
            )
            return refusal(Refusal.TOO_LARGE, what, place)
    return content


def _depths(content: object) -> Iterator[int]:
    """The depth of each value, walked without recursion."""
    waiting: list[tuple[object, int]] = [(content, 0)]
    while waiting:
        value, depth = waiting.pop()
        yield depth
        inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
        waiting.extend((one, depth + 1) for one in inner)
