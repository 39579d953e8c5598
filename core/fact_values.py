"""Values of facts that a scheme declares (扩展事实的取值): what is of the declared type, what comes nearest to it."""

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import date
from typing import Any

from core.errors import ErrorCode, GuantongError, Where, nearest_of
from core.redaction import shown
from core.schemes import FactField, FactType
from core.texts import Text

Value = bool | int | str | None
# Technical bounds of the platform (平台默认): what GraphQL's Int holds, and what a line of a form does.
LARGEST_INTEGER = 2**31 - 1
LONGEST_TEXT = 300
TYPES: Mapping[FactType, Text] = {
    FactType.INTEGER: Text("整数", "a whole number"),
    FactType.TEXT: Text("文字", "text"),
    FactType.BOOLEAN: Text("是否（true 或 false）", "true or false"),
    FactType.DATE: Text("日期，如 2026-03-15", "a day such as 2026-03-15"),
}
_YES, _NO = {"true", "yes", "是", "1"}, {"false", "no", "否", "0"}
_DAY = re.compile(r"(\d{4})\D?(\d{1,2})\D?(\d{1,2})日?")


def checked_value(field: FactField, value: Value) -> Value:
    """A value as it is kept; None, that nothing is known, is of every type. Raises BAD_ARGUMENT, naming the nearest."""
    if value is None:
        return None
    checked = _CHECKS[field.type](field, value)
    if beyond := beyond_declared(field, checked):
        raise _refused(field, *beyond)
    return checked


def beyond_declared(field: FactField, value: Value) -> tuple[Text, str | None] | None:
    """Why a value of the right type is none of those that the scheme declares, and the nearest of them."""
    name = field.name
    if isinstance(value, int) and not isinstance(value, bool):
        nearest = max(value, field.least) if field.least is not None else value
        nearest = min(nearest, field.most) if field.most is not None else nearest
        if nearest == value:
            return None
        side = Text("至少为", "at least") if nearest > value else Text("至多为", "at most")
        said = Text(
            f"“{name.zh}”为 {value}，方案规定{side.zh} {nearest}",
            f"'{name.en}' is {value}; the scheme asks for {side.en} {nearest}",
        )
        return said, str(nearest)
    if isinstance(value, str) and field.choices and value not in field.choices:
        quoted, known = shown(value), "、".join(field.choices)
        said = Text(
            f"“{name.zh}”为“{quoted}”，方案只列：{known}",
            f"'{name.en}' is '{quoted}'; the scheme lists: {known}",
        )
        return said, nearest_of(value, list(field.choices))
    return None


def _integer(field: FactField, value: bool | int | str) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise _misfit(field, value, _as_integer(value))
    if abs(value) > LARGEST_INTEGER:
        nearest = LARGEST_INTEGER if value > 0 else -LARGEST_INTEGER
        raise _refused(
            field,
            Text(
                f"“{field.name.zh}”须在 {-LARGEST_INTEGER} 至 {LARGEST_INTEGER} 之间",
                f"'{field.name.en}' should be from {-LARGEST_INTEGER} to {LARGEST_INTEGER}",
            ),
            str(nearest),
        )
    return value


def _text(field: FactField, value: bool | int | str) -> str:
    if not isinstance(value, str):
        raise _misfit(field, value, None if isinstance(value, bool) else f'"{value}"')
    stripped = value.strip()
    if any(letter < " " for letter in stripped) or not 1 <= len(stripped) <= LONGEST_TEXT:
        raise _refused(
            field,
            Text(
                f"“{field.name.zh}”应为一行 1 至 {LONGEST_TEXT} 字的文字，现为 {len(stripped)} 字",
                f"'{field.name.en}' should be one line of 1 to {LONGEST_TEXT} characters and has {len(stripped)}",
            ),
        )
    return stripped


def _boolean(field: FactField, value: bool | int | str) -> bool:
    if isinstance(value, bool):
        return value
    said = str(value).strip().lower()
    raise _misfit(field, value, "true" if said in _YES else "false" if said in _NO else None)


def _date(field: FactField, value: bool | int | str) -> str:
    nearest = _as_day(str(value))
    if nearest != value:
        raise _misfit(field, value, nearest)
    return nearest


_CHECKS: Mapping[FactType, Callable[[FactField, Any], Value]] = {
    FactType.INTEGER: _integer,
    FactType.TEXT: _text,
    FactType.BOOLEAN: _boolean,
    FactType.DATE: _date,
}


def _as_integer(value: bool | str) -> str | None:
    if isinstance(value, str):
        with suppress(ValueError):
            return str(int(value))
    return None


def _as_day(value: str) -> str | None:
    if found := _DAY.fullmatch(value.strip()):
        with suppress(ValueError):
            return date(*map(int, found.groups())).isoformat()
    return None


def _misfit(field: FactField, value: Value, nearest: str | None) -> GuantongError:
    wanted, quoted = TYPES[field.type], shown(str(value).lower() if isinstance(value, bool) else value)
    text = Text(
        f"“{field.name.zh}”应为{wanted.zh}，实为“{quoted}”",
        f"'{field.name.en}' should be {wanted.en} and is '{quoted}'",
    )
    return _refused(field, text, nearest)


def _refused(field: FactField, text: Text, nearest: str | None = None) -> GuantongError:
    return GuantongError(ErrorCode.BAD_ARGUMENT, text, where=Where(entry=f"facts.{field.key}"), nearest=nearest)
