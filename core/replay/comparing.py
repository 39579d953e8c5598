"""What a replay finds: equal, or every place where what came out then and what comes out now are not the same."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from core.replay.contents import canonical


@dataclass(frozen=True, slots=True)
class Difference:
    """One place, as a path into the JSON, with both values as JSON text; None: nothing was there."""

    path: str
    recorded: str | None
    recomputed: str | None


class Part(StrEnum):
    """What is replayed of an evaluation (重放内容)."""

    RECORD = "record"  # 评价记录与其快照是否相符
    DECISION = "decision"  # 资格判定
    SKILL_SCORE = "skill_score"  # 技能评分
    TITLE_SCORE = "title_score"  # 职称评分


@dataclass(frozen=True, slots=True)
class Replayed:
    """What replaying one part found."""

    part: Part
    differences: tuple[Difference, ...]

    @property
    def is_equal(self) -> bool:
        return not self.differences


@dataclass(frozen=True, slots=True)
class EvaluationReplay:
    """What replaying an evaluation found: the engine that decided then, the one that decided now, and each part."""

    engine: str
    running: str
    parts: tuple[Replayed, ...]

    @property
    def is_equal(self) -> bool:
        return all(part.is_equal for part in self.parts)


def differences(recorded: Any, recomputed: Any, path: str) -> tuple[Difference, ...]:
    """Where two JSON values differ, in order of their paths."""
    return tuple(_between(recorded, recomputed, path))


_NOTHING = object()


def _between(before: Any, now: Any, path: str) -> Iterator[Difference]:
    if isinstance(before, Mapping) and isinstance(now, Mapping):
        keys = sorted(before.keys() | now.keys())
        yield from _each((before.get(k, _NOTHING), now.get(k, _NOTHING), f"{path}{_step(k)}") for k in keys)
    elif isinstance(before, list) and isinstance(now, list):
        places = range(max(len(before), len(now)))
        yield from _each((_at(before, i), _at(now, i), f"{path}[{i}]") for i in places)
    elif before != now:
        yield Difference(path, _shown(before), _shown(now))


def _each(places: Iterable[tuple[Any, Any, str]]) -> Iterator[Difference]:
    for before, now, path in places:
        yield from _between(before, now, path)


def _step(key: str) -> str:
    return f".{key}" if key.isidentifier() else f"[{key}]"


def _at(items: list[Any], place: int) -> Any:
    return items[place] if place < len(items) else _NOTHING


def _shown(value: Any) -> str | None:
    return None if value is _NOTHING else canonical(value)
