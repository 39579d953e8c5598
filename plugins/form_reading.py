"""Fits content into a form of the contract and says every misfit in both languages, with the nearest right word."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final, TypeVar

from pydantic import BaseModel, ValidationError

from core.errors import nearest_of
from core.texts import Text
from plugins.findings import Finding, Place
from plugins.refusals import Refusal, refusal

F = TypeVar("F", bound=BaseModel)
Error = Mapping[str, Any]
Loc = tuple[int | str, ...]

MOST_ERRORS: Final = 5000
_UNION_MEMBER = re.compile(r"[A-Z]\w*(Need|Form)$")
WRONG_SHAPE: Final = ("missing", "extra_forbidden")
MESSAGES: Final = {
    "missing": Text("缺少必填项，请补上", "is required; add it"),
    "extra_forbidden": Text("不是可用的键，请改名或删除", "is no key here; rename or remove it"),
    "string_pattern_mismatch": Text("不合格式 {pattern}", "does not match {pattern}"),
    "string_too_short": Text("不能为空", "must not be empty"),
    "too_short": Text("至少应有 {min_length} 项", "needs at least {min_length} items"),
    "too_long": Text("至多 {max_length} 项", "takes at most {max_length} items"),
    "string_too_long": Text("至多 {max_length} 个字符", "takes at most {max_length} characters"),
    "greater_than_equal": Text("不得小于 {ge}", "must be at least {ge}"),
    "less_than_equal": Text("不得大于 {le}", "must be at most {le}"),
    "enum": Text("应为 {choices} 之一", "should be one of {expected}"),
    "literal_error": Text("应为 {choices} 之一", "should be one of {expected}"),
}
FAMILIES: Final = {
    "date": Text("应为存在的日期，例如 2026-03-15", "should be a date that exists, such as 2026-03-15"),
    "int": Text("应为整数", "should be a whole number"),
    "bool": Text("应为 true 或 false", "should be true or false"),
    "string": Text("应为文字，请加引号", "should be text in quotes"),
    "list": Text("应为数组 [ … ]", "should be an array [ … ]"),
    "model": Text("应为表，如 {{ key = … }}", "should be a table such as {{ key = … }}"),
}
OTHER: Final = Text("不合要求", "does not fit")


def fit(form: type[F], content: dict[str, Any], place: Place) -> tuple[F | None, tuple[Finding, ...]]:
    """The content as the form, or a finding for each entry that does not fit; ``place`` names the file."""
    try:
        return form.model_validate(content), ()
    except ValidationError as fault:
        if fault.error_count() > MOST_ERRORS:
            return None, (_too_many(fault, place),)
        errors = _of_nearest_members(fault.errors(include_url=False))
        return None, tuple(_finding(form, content, error, place) for error in errors)


def _too_many(fault: ValidationError, place: Place) -> Finding:
    count = fault.error_count()
    what = Text(f"有 {count} 处不合格式；请对照模板重写", f"{count} misfits; start again from the template")
    return refusal(Refusal.FORM, what, place, value=count)


def _of_nearest_members(errors: Sequence[Error]) -> Iterator[Error]:
    """Without the errors of those members of a union that the author can not have meant."""
    meant = _meant(errors)
    for error in errors:
        loc: Loc = error["loc"]
        if all(meant[loc[:i]] == part for i, part in enumerate(loc) if _is_member(part)):
            yield error


def _meant(errors: Sequence[Error]) -> dict[Loc, str]:
    """For each place of a union the member with the fewest keys missing or unknown, then the fewest errors."""
    scores: dict[Loc, dict[str, list[int]]] = defaultdict(lambda: defaultdict(lambda: [0, 0]))
    for error in errors:
        loc: Loc = error["loc"]
        for i, part in enumerate(loc):
            if _is_member(part):
                score = scores[loc[:i]][str(part)]
                score[0] += len(loc) == i + 2 and error["type"] in WRONG_SHAPE
                score[1] += 1
    return {loc: min(members, key=lambda one: members[one]) for loc, members in scores.items()}


def _is_member(part: int | str) -> bool:
    return isinstance(part, str) and _UNION_MEMBER.fullmatch(part) is not None


def _finding(form: type[BaseModel], content: dict[str, Any], error: Error, place: Place) -> Finding:
    loc = tuple(part for part in error["loc"] if not _is_member(part))
    message = _message(error)
    row, entry = _row_number(content, loc), _written(loc)
    what = Text(f"{entry} {message.zh}", f"{entry} {message.en}")
    value = None if error["type"] == "missing" else error["input"]
    return refusal(
        Refusal.FORM, what, replace(place, row=row, entry=entry), value=value, nearest=_nearest(form, error, loc)
    )


def _message(error: Error) -> Text:
    kind: str = error["type"]
    text = MESSAGES.get(kind) or FAMILIES.get(kind.partition("_")[0], OTHER)
    known = dict(error.get("ctx", {}))
    known["choices"] = "、".join(_choices(error))
    return Text(text.zh.format(**known), text.en.format(**known))


def _nearest(form: type[BaseModel], error: Error, loc: Loc) -> str | None:
    if error["type"] == "extra_forbidden":
        return nearest_of(str(loc[-1]), sorted(_keys(form)))
    if error["type"] in ("enum", "literal_error"):
        return nearest_of(str(error["input"]), _choices(error))
    return None


def _choices(error: Error) -> list[str]:
    """The values that an enumeration allows, out of pydantic's sentence."""
    return re.findall(r"'([^']*)'", error.get("ctx", {}).get("expected", ""))


def _keys(form: type[BaseModel]) -> set[str]:
    """Every key of a form and of the forms within it."""
    definitions = form.model_json_schema()
    parts = [definitions, *definitions.get("$defs", {}).values()]
    return {key for part in parts for key in part.get("properties", {})}


def _row_number(content: dict[str, Any], loc: Loc) -> int | None:
    """The number that the catalog row itself gives, where ``loc`` lies within one."""
    if len(loc) < 2 or loc[0] != "row" or not isinstance(loc[1], int):
        return None
    row = content["row"][loc[1]]
    number = row.get("number") if isinstance(row, dict) else None
    return number if type(number) is int else None


def _written(loc: Loc) -> str:
    """``row[3].skill_to_title.clause``, counted from 1."""
    return "".join(f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in loc).removeprefix(".")
