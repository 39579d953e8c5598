"""Reads one pack file and says in readable words what does not fit its form."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from core.errors import ErrorCode, GuantongError, Where, nearest_of
from core.policy import model, requirements
from core.policy.cited import Cited, Form
from core.policy.model import PackForm
from core.policy.requirements import REQUIREMENT_KEYS
from core.texts import Text

Loc = tuple[int | str, ...]


@dataclass(frozen=True, slots=True)
class PackFile:
    """A pack and the name of the file it came from."""

    name: str
    form: PackForm


def read_pack(path: Path) -> tuple[PackFile | None, list[GuantongError]]:
    """The pack of a file, or every fault of its form."""
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        return None, [_unreadable(path, error)]
    except tomllib.TOMLDecodeError as error:
        return None, [_not_toml(path, error)]
    try:
        return PackFile(path.name, PackForm.model_validate(raw)), []
    except ValidationError as error:
        return None, [_fault(path.name, raw, detail) for detail in error.errors()]


def _unreadable(path: Path, error: Exception) -> GuantongError:
    message = Text(
        "政策包文件打不开，请检查路径、权限与 UTF-8 编码",
        "the pack file cannot be opened; check path, rights and UTF-8",
    )
    fault = GuantongError(ErrorCode.BAD_FILE, message, where=Where(file=path.name))
    fault.__cause__ = error
    return fault


def _not_toml(path: Path, error: tomllib.TOMLDecodeError) -> GuantongError:
    message = Text(f"不是有效的 TOML：{error}", f"not valid TOML: {error}")
    return GuantongError(ErrorCode.POLICY_INVALID, message, where=Where(file=path.name))


def _fault(file: str, raw: Mapping[str, Any], detail: ErrorDetails) -> GuantongError:
    loc = detail["loc"]
    message, nearest = _words(detail)
    uncited = detail["type"] == "missing" and loc[-1] in Cited.model_fields
    code = ErrorCode.POLICY_UNCITED if uncited else ErrorCode.POLICY_INVALID
    where = Where(
        file=file, entry=_entry(raw, loc), cell=" ".join(filter(None, (_date(raw, loc), _place(loc)))) or None
    )
    return GuantongError(code, message, where=where, nearest=nearest)


def _date(raw: Mapping[str, Any], loc: Loc) -> str | None:
    """The day from which the faulty version is meant to be in force, as far as it can be read."""
    match loc:
        case (str(table), int(entry), "version", int(version), *_):
            return str(raw[table][entry]["version"][version].get("from", "")) or None
        case _:
            return None


def _place(loc: Loc) -> str:
    """``version[0].requires[1].years``: the path within the entry, without the entry's own index."""
    within = loc[2:] if len(loc) > 1 and isinstance(loc[1], int) else loc[1:]
    steps = [step for i, step in enumerate(within) if not _is_tag(within, i)]
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps).removeprefix(".")


def _is_tag(loc: Loc, i: int) -> bool:
    """Whether a step only tells which kind of requirement pydantic tried."""
    return i > 1 and loc[i - 2] == "requires" and loc[i] in REQUIREMENT_KEYS


def _entry(raw: Mapping[str, Any], loc: Loc) -> str | None:
    if len(loc) < 2 or not isinstance(loc[1], int):
        return str(loc[0]) if loc else None
    entry = raw[str(loc[0])][loc[1]]
    return str(entry["id"]) if isinstance(entry, dict) and "id" in entry else f"{loc[0]}[{loc[1]}]"


def _words(detail: ErrorDetails) -> tuple[Text, str | None]:
    key, given = str(detail["loc"][-1]), detail["input"]
    match detail["type"]:
        case "missing":
            return Text(f"缺少“{key}”，请补上", f"'{key}' is missing; add it"), None
        case "extra_forbidden":
            return Text(f"不认识的键“{key}”", f"unknown key '{key}'"), nearest_of(key, list(_known_keys()))
        case "enum" | "literal_error":
            return _not_among(given, detail)
        case "union_tag_not_found":
            return _no_requirement()
        case "value_error":
            zh, en = str(detail["ctx"]["error"]).split(" / ")
            return Text(zh, en), None
        case kind if kind.startswith("date"):
            return Text(f"“{given}”不是有效日期", f"'{given}' is not a date there is"), None
        case "greater_than_equal":
            least = detail["ctx"]["ge"]
            return Text(f"{given} 须不小于 {least}", f"{given} must be at least {least}"), None
        case _:
            return Text(f"取值 {given!r} 不合要求：{detail['msg']}", f"{given!r} does not fit: {detail['msg']}"), None


def _not_among(given: object, detail: ErrorDetails) -> tuple[Text, str | None]:
    expected = detail["ctx"]["expected"]
    allowed = [part.strip("'") for part in expected.replace(" or ", ", ").split(", ")]
    message = Text(f"取值“{given}”不在可用范围：{'、'.join(allowed)}", f"'{given}' is not one of: {', '.join(allowed)}")
    return message, nearest_of(str(given), allowed)


def _no_requirement() -> tuple[Text, None]:
    keys = ", ".join(REQUIREMENT_KEYS)
    return Text(f"条件须写明以下键之一：{keys}", f"a requirement needs one of the keys: {keys}"), None


def _known_keys() -> Iterator[str]:
    """Every key that some part of a pack knows."""
    for part in (*vars(model).values(), *vars(requirements).values()):
        if isinstance(part, type) and issubclass(part, Form):
            yield from (field.alias or name for name, field in part.model_fields.items())
