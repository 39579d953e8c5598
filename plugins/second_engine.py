"""A second implementation of Python for scorers: Monty, small and portable, in a worker process of its own.

It knows a part of the language and runs where no jail holds. Where it runs a scorer, both must give the same points:
what differs rests on the clock, on chance or on the order of a set. Where it does not, it declines and says why, and
nobody is accused. Its client is called in a thread: the asynchronous one of 1.4 at times aborts its host at the end.
"""

import asyncio
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from importlib.util import find_spec
from typing import Any, Final

from core.redaction import shown
from core.texts import Text
from plugins.api import MOST_POINTS
from plugins.jail.bounds import DEFAULT_BOUNDS, Bounds
from plugins.jail.call import Asked, Call, Hook, Result

if find_spec("pydantic_monty"):
    import pydantic_monty as monty

IS_INSTALLED: Final = find_spec("pydantic_monty") is not None
# The contract as that engine understands it: without inheritance, descriptors or a mapping of its own.
_CONTRACT = """
class CriterionPoints:
    def __init__(self, criterion, points):
        self.criterion = criterion
        self.points = points

def hookimpl(function):
    return function
"""
_ASK = """
[guantong_score(criterion=criteria[row[0]], evidence=dict(zip(keys, row[1:]))).points for row in rows]
"""
_CONTRACT_IMPORT = re.compile(r"^from plugins\.api import (?:\([^)]*\)|[^\n(]*)$", re.MULTILINE)
# Another day, another start of chance: whoever rests on them is found out.
_SURROUNDINGS: Final = {"datetime": datetime(2000, 1, 1), "sleep": "zero", "random_start": {"seed": 0}}  # noqa: DTZ001
_LONGEST_REASON = 200


@dataclass(frozen=True, slots=True)
class Declined:
    """Why it did not run a scorer."""

    reason: Text


@dataclass(frozen=True, slots=True)
class Points:
    """The points it came to, question by question."""

    points: tuple[int, ...]


def difference(call: Call, first: Result, second: Points) -> Iterator[tuple[Asked, int, int]]:
    """The questions to which the engines answer differently, with what each answers: the jail's first."""
    for asked, one, other in zip(call.asked, first.points, second.points, strict=True):
        if one != other:
            yield asked, one, other


async def second_points(call: Call, bounds: Bounds = DEFAULT_BOUNDS) -> Points | Declined:
    """The points of a call by the second engine, or why it has none; never blocks the event loop."""
    if reason := _unsuited(call):
        return Declined(reason)
    try:
        found = await asyncio.to_thread(_run, call, bounds)
    except monty.MontyError as fault:
        what = shown(str(fault), _LONGEST_REASON)
        return Declined(Text(f"第二引擎未能运行：{what}", f"the second engine did not run it: {what}"))
    if len(found) != len(call.asked) or not all(type(one) is int and 0 <= one <= MOST_POINTS for one in found):
        return Declined(Text("第二引擎的答复不合约定", "the second engine's answer is out of form"))
    return Points(tuple(found))


def _unsuited(call: Call) -> Text | None:
    if not IS_INSTALLED:
        return Text("未安装第二引擎 pydantic-monty", "the second engine, pydantic-monty, is not installed")
    if call.hook is not Hook.SCORE or call.code.attribute is not None:
        return Text("第二引擎只运行模块中的评分挂钩", "the second engine runs scoring hooks of modules only")
    if _source(call) is None:
        return Text("代码不止一个模块", "the code is of more than one module")
    return None


def _source(call: Call) -> str | None:
    """The text of the one module that holds code; the others of a package may be empty."""
    written = {path: text for path, text in call.code.sources.items() if text.strip()}
    base = call.code.module.replace(".", "/")
    own = written.keys() & {f"{base}.py", f"{base}/__init__.py"}
    return written[own.pop()] if len(written) == len(own) == 1 else None


def _run(call: Call, bounds: Bounds) -> list[Any]:
    request = call.as_json(bounds.text)
    given = {name: request[name] for name in ("criteria", "keys", "rows")}
    limits: Any = {"max_feed_duration_secs": bounds.seconds, "max_memory": bounds.memory, "max_suspensions": 1}
    surroundings: Any = _SURROUNDINGS
    with monty.Monty() as pool, pool.checkout(limits=limits, os_policy=surroundings) as session:
        session.feed_run(_CONTRACT)
        session.feed_run(_CONTRACT_IMPORT.sub(_blank, _source(call) or ""))
        found = session.feed_run(_ASK, inputs=given)
    return found if isinstance(found, list) else []


def _blank(statement: re.Match[str]) -> str:
    """As many lines, so that the others keep their numbers."""
    return "\n" * statement[0].count("\n")
