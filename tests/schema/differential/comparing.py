"""Answers as bytes, and where two of them part."""

from collections.abc import Iterator
from typing import Any

import orjson

# What an answer tells of the way that it was made; the rest of ``extensions`` is the answer.
OF_THE_WAY = frozenset({"resolved"})
SHOWN = 240
# What is refused, the resolvers say.
REFUSALS = frozenset({"GuantongError", "GraphQLError"})


def told(answer: dict[str, Any]) -> dict[str, Any]:
    """What must be equal: data, errors, and whatever stands beside them but for the way."""
    beside = {name: one for name, one in answer.get("extensions", {}).items() if name not in OF_THE_WAY}
    return {**{name: one for name, one in answer.items() if name != "extensions"}, "extensions": beside}


def is_equal(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Whether two answers are the same bytes."""
    return orjson.dumps(told(one)) == orjson.dumps(told(other))


def difference(one: dict[str, Any], other: dict[str, Any]) -> str:
    """The first difference, by path."""
    try:
        left, right = (orjson.loads(orjson.dumps(told(answer))) for answer in (one, other))
    except orjson.JSONDecodeError as fault:
        return f"what is no JSON: {fault}"
    return next(_differences("", left, right), "the same values in other bytes")


def _differences(path: str, one: Any, other: Any) -> Iterator[str]:
    if isinstance(one, dict) and isinstance(other, dict):
        if list(one) != list(other):
            yield f"{path or '.'}: keys {list(one)} and {list(other)}"
        for key in one.keys() & other.keys():
            yield from _differences(f"{path}.{key}", one[key], other[key])
    elif isinstance(one, list) and isinstance(other, list):
        if len(one) != len(other):
            yield f"{path}: {len(one)} and {len(other)} items"
        for place, (left, right) in enumerate(zip(one, other, strict=False)):
            yield from _differences(f"{path}[{place}]", left, right)
    elif type(one) is not type(other) or one != other:
        yield f"{path}: {_shown(one)} and {_shown(other)}"


def _shown(value: Any) -> str:
    text = ascii(value) if not isinstance(value, str) else repr(value)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"


def codes(answer: dict[str, Any]) -> list[str]:
    """The codes of its errors."""
    return [one.get("extensions", {}).get("code", "?") for one in answer.get("errors", ())]


def failures(answer: dict[str, Any]) -> list[str]:
    """The faults for which the resolvers had to answer: compiled reads may leave a field to them, and never break."""
    reasons = answer.get("extensions", {}).get("resolved", {}).values()
    kinds = {one for one in reasons if one.isidentifier() and one.endswith(("Error", "Exception"))}
    return sorted(kinds - REFUSALS)
