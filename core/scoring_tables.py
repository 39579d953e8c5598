"""Scoring tables: points from amounts of evidence. They only ever rise with evidence; a check says so.

A declared table is written by a scheme's author, a tabulated one worked out once from the author's code and frozen.
"""

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import product
from math import prod

from core.texts import Text


class CriterionSide(StrEnum):
    """Which certificate a criterion serves."""

    SKILL = "skill"
    TITLE = "title"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class Step:
    """From ``at_least`` units of evidence on, ``points``."""

    at_least: int
    points: int


@dataclass(frozen=True, slots=True)
class StepTable:
    """Points by steps (分档): those of the highest step reached, 0 below the first."""

    steps: tuple[Step, ...]

    def points(self, amount: int) -> int:
        return max((step.points for step in self.steps if amount >= step.at_least), default=0)


@dataclass(frozen=True, slots=True)
class LinearTable:
    """Points in proportion (线性): ``base`` and ``per`` for every unit, at most ``most``."""

    base: int
    per: int
    most: int

    def points(self, amount: int) -> int:
        return min(self.most, self.base + self.per * amount)


Table = StepTable | LinearTable


@dataclass(frozen=True, slots=True)
class DeclaredScore:
    """How a criterion is scored from evidence: a table over the sum of some kinds of evidence."""

    evidence: tuple[str, ...]
    table: Table

    def points(self, amounts: Mapping[str, int]) -> int:
        """Points for evidence given as amount by key; what is absent counts 0."""
        return self.table.points(sum(amounts.get(key, 0) for key in self.evidence))


@dataclass(frozen=True, slots=True)
class Axis:
    """A field of a tabulated scorer (计分字段): one kind of evidence by finitely many values, from worst to best.

    The first value is 0, so that an amount always reaches one: it counts as the highest that it reaches.
    """

    evidence: str
    values: tuple[int, ...]

    def place(self, amount: int) -> int:
        """Which of the values an amount counts as, from 0."""
        return max(0, bisect_right(self.values, amount) - 1)


@dataclass(frozen=True, slots=True)
class TabulatedScore:
    """How a criterion is scored by code that ran once, on every cell of its domain, and never again (制表评分).

    ``cells`` are the points of each cell, the last axis running fastest, one byte each; there are none before the table
    is frozen.
    """

    hook: str
    axes: tuple[Axis, ...]
    cells: bytes = field(default=b"", repr=False)

    @property
    def evidence(self) -> tuple[str, ...]:
        """The evidence that it reads."""
        return tuple(axis.evidence for axis in self.axes)

    @property
    def size(self) -> int:
        """The number of cells of its domain."""
        return prod(len(axis.values) for axis in self.axes)

    @property
    def is_frozen(self) -> bool:
        return len(self.cells) == self.size

    @property
    def strides(self) -> tuple[int, ...]:
        """By how many cells one step on each axis moves."""
        lengths = [len(axis.values) for axis in self.axes]
        return tuple(prod(lengths[place + 1 :]) for place in range(len(lengths)))

    def domain(self) -> Iterator[dict[str, int]]:
        """The evidence of every cell, in the order of the cells."""
        keys = self.evidence
        return (dict(zip(keys, values, strict=True)) for values in product(*(axis.values for axis in self.axes)))

    def points(self, amounts: Mapping[str, int]) -> int:
        """Points for evidence given as amount by key; what is absent counts 0. ValueError before it is frozen."""
        if not self.cells:
            raise ValueError(f"{self.hook} has not been tabulated: none of its {self.size} cells is known")
        cell = 0
        for axis in self.axes:
            cell = cell * len(axis.values) + axis.place(amounts.get(axis.evidence, 0))
        return self.cells[cell]


Scoring = DeclaredScore | TabulatedScore


@dataclass(frozen=True, slots=True)
class Bonus:
    """Extra points (加分) on the total of a certificate for ``at_least`` of some evidence."""

    key: str
    name: Text
    evidence: tuple[str, ...]
    at_least: int
    points: int
    side: CriterionSide

    def earned(self, amounts: Mapping[str, int]) -> int:
        return self.points if sum(amounts.get(key, 0) for key in self.evidence) >= self.at_least else 0
