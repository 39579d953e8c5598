"""Runs a scorer through its whole domain, twice: forwards here, backwards in another process with another hash seed."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from core.schemes import EvidenceField
from core.scoring_tables import TabulatedScore
from core.texts import Text
from plugins.conformance.pair import Pair
from plugins.conformance.proof import Shown, falls, idle, unequal
from plugins.jail.call import Asked, Call, Code, Hook, SchemeName
from plugins.jail.offences import SchemeFault
from plugins.jail.opening import Runner
from plugins.rules.subject import Fault
from plugins.second_engine import Points, second_points

# Cells of one process: enough to make starting it cheap, few enough for an answer of a bounded size.
BATCH = 4000
# A cell takes some 5 microseconds; whoever needs a hundred times that will not be waited for.
SECONDS_OF_A_BATCH = 4.0
AGAIN = Text("换一个进程、散列种子与次序后", "in another process, with another hash seed and order")
ELSEWHERE = Text("由第二引擎（另一日期与随机起点）", "by the second engine, on another day and start of chance")


@dataclass(frozen=True, slots=True)
class Tabulated:
    """What came of one scorer: its cells, none where it failed, and its faults by the code of their rule."""

    shown: Shown
    faults: Mapping[str, tuple[Fault, ...]]
    by_second_engine: bool = False

    @property
    def is_whole(self) -> bool:
        return self.shown.score.is_frozen


@dataclass(frozen=True, slots=True)
class Scorer:
    """Whose code scores what."""

    name: SchemeName
    code: Code
    criterion: str
    score: TabulatedScore
    fields: Mapping[str, EvidenceField]

    def call(self, asked: Sequence[Asked]) -> Call:
        return Call(self.name, self.code, Hook.SCORE, tuple(asked))


async def tabulate(scorer: Scorer, pair: Pair) -> Tabulated:
    """Every cell of a scorer twice, and what is proved of them. Raises as the jails do, but for the scheme's faults."""
    asked = [Asked(cell, scorer.criterion) for cell in scorer.score.domain()]
    shown = Shown(scorer.criterion, scorer.score, scorer.fields)
    try:
        once = await _run(scorer, pair.first, asked)
        again = await _run(scorer, pair.second, asked[::-1])
    except SchemeFault as fault:
        return Tabulated(shown, {"SCH403": (failed(fault, shown.entry),)})
    cells, other = bytes(once), bytes(again[::-1])
    second = await second_points(scorer.call(asked))
    known = replace(shown, score=replace(scorer.score, cells=cells))
    found = {
        "SCH404": tuple(_differences(known, cells, other, second)),
        "SCH405": tuple(await asyncio.to_thread(lambda: list(falls(known)))),
        "SCH407": tuple(await asyncio.to_thread(lambda: list(idle(known)))),
    }
    return Tabulated(known, {code: faults for code, faults in found.items() if faults}, isinstance(second, Points))


def _differences(shown: Shown, cells: bytes, other: bytes, second: object) -> Iterator[Fault]:
    """Of the second run, else of the second engine: one fault is enough to look into."""
    found = list(unequal(shown, cells, other, AGAIN))
    if not found and isinstance(second, Points):
        found = list(unequal(shown, cells, bytes(second.points), ELSEWHERE))
    yield from found


async def _run(scorer: Scorer, runner: Runner, asked: Sequence[Asked]) -> list[int]:
    found: list[int] = []
    for start in range(0, len(asked), BATCH):
        result = await runner.run(scorer.call(asked[start : start + BATCH]), SECONDS_OF_A_BATCH)
        found += result.points
    return found


def failed(fault: SchemeFault, entry: str) -> Fault:
    """What a scheme's code did instead of answering."""
    violation = fault.violation
    place = violation.where
    line = Text("", "")
    if place is not None and place.file:
        line = Text(f"（{place.file} 第 {place.row} 行）", f" ({place.file}, line {place.row})")
    text = Text(f"{violation.hook}：{violation.what.zh}{line.zh}", f"{violation.hook}: {violation.what.en}{line.en}")
    return Fault(text, entry=entry)
