"""Writes what a form holds as TOML that authors edit: tables at the top, whatever lies deeper on one line."""

import json
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any


def toml_of(content: Mapping[str, Any], comments: Mapping[str, str] | None = None) -> str:
    """The text; ``comments`` stand after entries, by ``table.key``. Values that are plain come before all tables."""
    told = comments or {}
    plain = {key: value for key, value in content.items() if not _is_table(value)}
    lines = [*_entries("", plain, told)]
    for name, value in content.items():
        if not _is_table(value):
            continue
        many = isinstance(value, list)
        for each in value if many else [value]:
            lines += ["", f"[[{name}]]" if many else f"[{name}]", *_entries(f"{name}.", each, told)]
    return "\n".join([*lines, ""]).lstrip("\n")


def _is_table(value: Any) -> bool:
    return isinstance(value, Mapping) or (isinstance(value, list) and bool(value) and isinstance(value[0], Mapping))


def _entries(place: str, values: Mapping[str, Any], told: Mapping[str, str]) -> Iterator[str]:
    for key, value in values.items():
        comment = told.get(f"{place}{key}")
        yield f"{key} = {_value(value)}{f' # {comment}' if comment else ''}"


def _value(value: Any) -> str:
    """A value on one line. JSON's strings, numbers and truths are TOML's as well."""
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{key} = {_value(one)}" for key, one in value.items()) + " }"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_value, value)) + "]"
    if isinstance(value, date):
        return value.isoformat()
    # A TOML string holds no DEL as it is, and JSON leaves it so.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
