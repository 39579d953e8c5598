"""Puts the computed facts of a scheme to the test: the same twice, exactly those declared, each of its type."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from random import Random

from core.fact_values import beyond_declared
from core.schemes import EvidenceField, FactField, FactType
from core.texts import Text
from plugins.api import ComputedFact
from plugins.conformance.pair import Pair
from plugins.conformance.probing import Amounts, corners, grid, smallest
from plugins.conformance.tabulate import BATCH, SECONDS_OF_A_BATCH, failed
from plugins.conformance.words import by_key, some
from plugins.jail.call import Asked, Call, Code, Hook, SchemeName
from plugins.jail.offences import SchemeFault
from plugins.rules.subject import Fault

Facts = tuple[ComputedFact, ...]
ALONE = Text("换一个进程与散列种子后", "in another process with another hash seed")
AMONG_OTHERS = Text("换一个进程、散列种子与次序后", "in another process, with another hash seed and order")
TYPES = {FactType.INTEGER: int, FactType.TEXT: str, FactType.BOOLEAN: bool}
TYPE_NAMES = {FactType.INTEGER: Text("整数", "a whole number"), FactType.TEXT: Text("文字", "text")}
TYPE_NAMES |= {FactType.BOOLEAN: Text("是否", "yes or no"), FactType.DATE: Text("日期", "a day such as 2026-03-15")}


@dataclass(frozen=True, slots=True)
class Computing:
    """Whose code computes which facts from what."""

    name: SchemeName
    code: Code
    evidence: tuple[EvidenceField, ...]
    facts: tuple[FactField, ...]

    def call(self, asked: Sequence[Amounts]) -> Call:
        return Call(self.name, self.code, Hook.FACTS, tuple(Asked(one) for one in asked))


@dataclass(frozen=True, slots=True)
class Probed:
    """What came of it: how much evidence was tried, and the faults by the code of their rule."""

    tried: int
    faults: Mapping[str, tuple[Fault, ...]]


@dataclass(frozen=True, slots=True)
class _Failure:
    """A fault with the code of its rule."""

    code: str
    fault: Fault


@dataclass(frozen=True, slots=True)
class _First:
    """The first evidence that failed, and how it did among others, for what only shows there."""

    amounts: Amounts
    among_others: _Failure


async def probe(computing: Computing, pair: Pair, seed: int) -> Probed:
    """Corners and a grid at once, then Hypothesis: on what failed to make it small, else to look for more."""
    random = Random(seed)  # noqa: S311  # of a seed that can be told and used again
    asked = [*corners(computing.evidence), *grid(computing.evidence, random)]
    first = await _first_failing(computing, pair, asked)
    known = first.amounts if first else None
    loop = asyncio.get_running_loop()

    def fails(amounts: Amounts) -> bool:
        return asyncio.run_coroutine_threadsafe(_failure(computing, pair, amounts), loop).result() is not None

    found = await asyncio.to_thread(smallest, computing.evidence, random, fails, known)
    failure = await _failure(computing, pair, found) if found is not None else None
    if failure is None and first is not None:
        failure = first.among_others
    return Probed(len(asked), {failure.code: (failure.fault,)} if failure else {})


async def _first_failing(computing: Computing, pair: Pair, asked: Sequence[Amounts]) -> _First | None:
    """The first evidence that fails; where a whole batch does, whichever of it does so alone, else its first."""
    for start in range(0, len(asked), BATCH):
        batch = asked[start : start + BATCH]
        try:
            once = (await pair.first.run(computing.call(batch), SECONDS_OF_A_BATCH)).facts
            again = (await pair.second.run(computing.call(batch[::-1]), SECONDS_OF_A_BATCH)).facts[::-1]
        except SchemeFault as fault:
            known = await _failing_alone(computing, pair, batch)
            return _First(known, _Failure("SCH403", failed(fault, "fact")))
        for amounts, one, other in zip(batch, once, again, strict=True):
            if found := _compared(computing, amounts, one, other, AMONG_OTHERS):
                return _First(amounts, found)
    return None


async def _failing_alone(computing: Computing, pair: Pair, batch: Sequence[Amounts]) -> Amounts:
    low, high = 0, len(batch)
    while high - low > 1:
        middle = (low + high) // 2
        try:
            await pair.first.run(computing.call(batch[low:middle]), SECONDS_OF_A_BATCH)
        except SchemeFault:
            high = middle
        else:
            low = middle
    return batch[low]


async def _failure(computing: Computing, pair: Pair, amounts: Amounts) -> _Failure | None:
    try:
        (once,) = (await pair.first.run(computing.call([amounts]), SECONDS_OF_A_BATCH)).facts
        (again,) = (await pair.second.run(computing.call([amounts]), SECONDS_OF_A_BATCH)).facts
    except SchemeFault as fault:
        return _Failure("SCH403", failed(fault, "fact"))
    return _compared(computing, amounts, once, again, ALONE)


def _compared(computing: Computing, amounts: Amounts, once: Facts, again: Facts, how: Text) -> _Failure | None:
    whose = some(amounts, by_key(computing.evidence))
    if _sorted(once) != _sorted(again):
        one, other = _shown(once), _shown(again)
        text = Text(
            f"“{whose.zh}”一次得 {one}，{how.zh}得 {other}",
            f"'{whose.en}' gives {one} once and {other} {how.en}",
        )
        return _Failure("SCH404", Fault(text, entry="fact", value=other, nearest=one))
    for misfit in misfits(computing, once):
        text = Text(f"{misfit.what.zh}（{whose.zh}）", f"{misfit.what.en} ({whose.en})")
        return _Failure("SCH408", Fault(text, entry=misfit.entry, value=misfit.value, nearest=misfit.nearest))
    return None


def misfits(computing: Computing, found: Facts) -> Iterator[Fault]:
    """Facts that are missing, not declared, or not of the type, bounds and choices that are declared."""
    given = {one.key: one for one in found}
    declared = {one.key: one for one in computing.facts}
    for key in sorted(given.keys() - declared.keys()):
        text = Text(f"给出了未声明为 computed 的事实 {key}", f"gave the fact {key}, which is not declared as computed")
        yield Fault(text, entry="fact", value=key, nearest=", ".join(sorted(declared)))
    for key, field in declared.items():
        if key not in given:
            text = Text(f"没有给出事实“{field.name.zh}”", f"did not give the fact '{field.name.en}'")
            yield Fault(text, entry=f"fact.{key}", nearest=key)
        elif not _is_of(field.type, given[key].value):
            wanted, value = TYPE_NAMES[field.type], repr(given[key].value)
            text = Text(
                f"事实“{field.name.zh}”应为{wanted.zh}，实为 {value}",
                f"the fact '{field.name.en}' should be {wanted.en} and is {value}",
            )
            yield Fault(text, entry=f"fact.{key}", value=value, nearest=wanted.en)
        elif beyond := beyond_declared(field, given[key].value):
            text, nearest = beyond
            yield Fault(text, entry=f"fact.{key}", value=repr(given[key].value), nearest=nearest)


def _is_of(kind: FactType, value: object) -> bool:
    if kind is FactType.DATE:
        return isinstance(value, str) and _is_day(value)
    return type(value) is TYPES[kind]


def _is_day(value: str) -> bool:
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def _sorted(facts: Facts) -> list[tuple[str, str, object]]:
    return sorted((one.key, type(one.value).__name__, one.value) for one in facts)


def _shown(facts: Facts) -> str:
    return "、".join(f"{one.key}={one.value!r}" for one in sorted(facts, key=lambda one: one.key)) or "无 none"
