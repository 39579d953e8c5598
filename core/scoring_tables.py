"""Declared scoring tables: points from amounts of evidence. They only ever rise with evidence; a check says so."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

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
