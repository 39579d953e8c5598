"""Declared scoring (评价标准): points per criterion from tables over evidence, totals and results by core alone.

A scheme gives integer points per criterion, 0 to 100, never a total. Weights are thousandths of a certificate's total,
so totals are exact in thousandths of a point. Points rise with evidence by construction: every table is checked to.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.errors import ErrorCode, GuantongError, Where
from core.schemes import Criterion, Scheme
from core.scoring_tables import CriterionSide
from core.texts import Text

FULL = 100
WHOLE = 1000
SUBJECT_MARK = "standards.skill_subject_pass_mark"  # the policy value for ``subject_mark`` below


@dataclass(frozen=True, slots=True)
class Subject:
    """One criterion as scored for one person."""

    criterion: Criterion
    points: int

    def thousandths(self) -> int:
        """Its share of the total, in thousandths of a point."""
        return self.points * self.criterion.weight


@dataclass(frozen=True, slots=True)
class Result:
    """The result for one certificate; ``total`` is in thousandths of a point.

    ``failed`` are the subjects below their own mark: a skill level is reached by every subject's mark, a title by the
    committee's vote, before which the total is laid. ``mark`` is what a title's total must come to, where the scheme
    says so.
    """

    side: CriterionSide
    subjects: tuple[Subject, ...]
    bonus: int
    total: int
    failed: tuple[str, ...]
    mark: int | None = None

    @property
    def passes_every_subject(self) -> bool:
        return not self.failed

    @property
    def reaches_mark(self) -> bool:
        """Whether the total comes to the mark; so it does where there is none."""
        return self.mark is None or self.total >= self.mark * WHOLE


def counted(scheme: Scheme, amounts: Mapping[str, int]) -> dict[str, int]:
    """The amounts of declared evidence, of each no more than the scheme counts. What is not declared counts nothing."""
    return {field.key: min(amounts.get(field.key, 0), field.most) for field in scheme.evidence}


def agreed(points: Sequence[int]) -> int:
    """The points of a criterion from those of its assessors: their mean, halves rounded up (a platform default)."""
    return (2 * sum(points) + len(points)) // (2 * len(points))


def declared_points(scheme: Scheme, amounts: Mapping[str, int]) -> dict[str, int]:
    """The points of every criterion that a table scores, declared or tabulated, from amounts of evidence by key."""
    counts = counted(scheme, amounts)
    return {c.key: c.table.points(counts) for c in scheme.criteria if c.table}


def result(
    scheme: Scheme, side: CriterionSide, points: Mapping[str, int], amounts: Mapping[str, int], subject_mark: int
) -> Result:
    """The result for one certificate, from points by criterion key and the evidence that earns bonuses.

    Shared criteria are scored once and count here as well. ``subject_mark`` is the policy's mark for a skill subject.
    Raises SCHEME_INVALID naming the criterion when points are missing or outside 0 to 100: nothing is guessed.
    """
    subjects = tuple(Subject(c, _checked(c, points)) for c in scheme.criteria_for(side))
    counts = counted(scheme, amounts)
    bonus = sum(b.earned(counts) for b in scheme.bonuses if b.side in (side, CriterionSide.BOTH))
    total = min(FULL * WHOLE, sum(subject.thousandths() for subject in subjects) + bonus * WHOLE)
    failed = tuple(s.criterion.key for s in subjects if s.points < mark_of(s.criterion, side, subject_mark))
    mark = scheme.title_pass_mark if side is CriterionSide.TITLE else None
    return Result(side, subjects, bonus, total, failed, mark)


def mark_of(criterion: Criterion, side: CriterionSide, subject_mark: int) -> int:
    """The mark that a criterion must reach: its own, else the policy's for skill subjects, else none."""
    if criterion.pass_mark is not None:
        return criterion.pass_mark
    return subject_mark if side is CriterionSide.SKILL else 0


def _checked(criterion: Criterion, points: Mapping[str, int]) -> int:
    value = points.get(criterion.key)
    if type(value) is int and 0 <= value <= FULL:
        return value
    text = Text(
        f"评价要素 {criterion.key} 的得分 {value!r} 应为 0 至 {FULL} 的整数",
        f"the points {value!r} of criterion {criterion.key} should be a whole number from 0 to {FULL}",
    )
    raise GuantongError(ErrorCode.SCHEME_INVALID, text, where=Where(entry=f"criterion.{criterion.key}"))
