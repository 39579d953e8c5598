"""Reads what came out of the jail. Nothing of it is trusted: bounded before it is parsed, then held to one form."""

from typing import Any, NoReturn, cast

import orjson

from core.errors import Where
from core.redaction import shown
from core.texts import Text, shorten
from plugins.api import MOST_POINTS, ComputedFact
from plugins.jail.bounds import Bounds
from plugins.jail.call import Answer, Call, Hook
from plugins.jail.modules import OFFERED
from plugins.jail.offences import Misbehaved, Offence

_READ_KINDS: dict[str, type] = {"whole": int, "text": str, "yes_no": int}
_LARGEST = 2**53 - 1  # what every reader of JSON keeps exactly
_LONGEST_QUESTION = 200  # characters of it that are told
_LONGEST_QUOTED = 40
_FAILED = {"kind": str, "type": str, "text": str, "file": str, "line": int, "at": int}


def answers_in(data: bytes, call: Call, bounds: Bounds) -> tuple[Answer, ...]:
    """The answers in a frame's body. Raises Misbehaved for anything that is not exactly one answer a question."""
    found = _parsed(data)
    if found.keys() == {"failed"}:
        _raise_failure(found["failed"], call, bounds)
    if found.keys() != {"answers"} or type(found["answers"]) is not list:
        raise malformed("不是约定的形式", "it is not of the form agreed on")
    given = found["answers"]
    if len(given) != len(call.asked):
        raise malformed(
            f"{len(call.asked)} 问得到 {len(given)} 答", f"{len(given)} answers to {len(call.asked)} questions"
        )
    read = _points if call.hook is Hook.SCORE else _facts
    return tuple(read(one, bounds) for one in given)


def _parsed(data: bytes) -> dict[str, Any]:
    try:
        found = orjson.loads(data)  # strict: no NaN, bounded depth, whole UTF-8
    except orjson.JSONDecodeError:
        raise malformed("不是 JSON", "it is not JSON") from None
    if type(found) is not dict:
        raise malformed("不是约定的形式", "it is not of the form agreed on")
    return found


def _points(given: Any, _bounds: Bounds) -> int:
    if type(given) is not int or not 0 <= given <= MOST_POINTS:
        raise malformed(
            f"得分应为 0 至 {MOST_POINTS} 的整数，实为 {_quoted(given)}",
            f"points are a whole number from 0 to {MOST_POINTS}, not {_quoted(given)}",
        )
    return given


def _facts(given: Any, bounds: Bounds) -> tuple[ComputedFact, ...]:
    if type(given) is not list or len(given) > bounds.facts:
        raise malformed(f"事实应为至多 {bounds.facts} 项的列表", f"facts are a list of at most {bounds.facts}")
    found = tuple(_fact(one, bounds) for one in given)
    if len({fact.key for fact in found}) != len(found):
        raise malformed("同一事实给出了两次", "a fact is given twice")
    return found


def _fact(given: Any, bounds: Bounds) -> ComputedFact:
    if type(given) is not list or [type(one) for one in given[:2]] != [str, str] or len(given) != 3:
        raise malformed("事实应为键、类别与值", "a fact is a key, a kind and a value")
    key, kind, value = cast("tuple[str, str, int | str]", tuple(given))
    if type(value) is not _READ_KINDS.get(kind) or len(key) > bounds.text:
        raise malformed(f"事实“{_quoted(key)}”的值不合其类别", f"the value of fact '{_quoted(key)}' is not of its kind")
    if "\0" in f"{key}{value}":
        raise malformed(f"事实“{_quoted(key)}”含有 NUL", f"fact '{_quoted(key)}' holds the character NUL")
    if isinstance(value, str):
        if len(value) > bounds.text:
            raise malformed(f"事实“{_quoted(key)}”过长", f"fact '{_quoted(key)}' is too long")
        return ComputedFact(key, value)
    if abs(value) > (1 if kind == "yes_no" else _LARGEST):
        raise malformed(f"事实“{_quoted(key)}”的数值过大", f"the number of fact '{_quoted(key)}' is too large")
    return ComputedFact(key, bool(value) if kind == "yes_no" else value)


def _raise_failure(given: Any, call: Call, bounds: Bounds) -> NoReturn:
    if type(given) is not dict or {name: type(value) for name, value in given.items()} != _FAILED:
        raise malformed("不是约定的形式", "it is not of the form agreed on")
    where = Where(file=given["file"], row=given["line"]) if given["file"] in call.code.sources else None
    text, kind = _quoted(given["text"], bounds.text), _quoted(given["type"])
    which = _question(given["at"], call)
    if given["kind"] == "refused":
        offered = ", ".join(OFFERED)
        what = Text(
            f"使用了不提供给方案的 {text}；可用的模块：{offered}",
            f"used {text}, which is not offered to schemes; offered are: {offered}",
        )
        raise Misbehaved(Offence.FORBIDDEN, what, where)
    if given["kind"] == "memory":
        raise out_of_memory(bounds, where)
    if given["kind"] == "contract":
        raise Misbehaved(
            Offence.MALFORMED, Text(f"{which.zh}不合约定：{text}", f"{which.en}broke the contract: {text}"), where
        )
    raise Misbehaved(
        Offence.CRASHED,
        Text(f"{which.zh}抛出 {kind}：{text}；请改正", f"{which.en}raised {kind}: {text}; mend it"),
        where,
    )


def _question(at: int, call: Call) -> Text:
    """Which question it was at, in words that put an author in mind of it."""
    if not 0 <= at < len(call.asked):
        return Text("加载时", "while loading it ")
    one = call.asked[at]
    of = _quoted(f"{one.criterion} {dict(one.evidence)}".strip(), _LONGEST_QUESTION)
    return Text(f"对 {of} ", f"for {of} it ")


def out_of_memory(bounds: Bounds, where: Where | None = None) -> Misbehaved:
    """More memory than a call may take."""
    most = bounds.memory >> 20
    return Misbehaved(
        Offence.OUT_OF_MEMORY,
        Text(f"所用内存超过 {most} MiB，已终止；请减少用量", f"took more than {most} MiB of memory; use less"),
        where,
    )


def malformed(zh: str, en: str) -> Misbehaved:
    """An answer that is not of the form agreed on."""
    return Misbehaved(
        Offence.MALFORMED,
        Text(f"答复不合约定：{zh}；请只经挂钩作答", f"its answer is out of form: {en}; answer by the hook alone"),
    )


def _quoted(value: object, longest: int = _LONGEST_QUOTED) -> str:
    """What a scheme wrote, as a message may quote it: redacted, cut, and without characters that steer a terminal."""
    return shorten(shown(value, longest), longest)
