"""Rules about declared scoring: points within range, rising with evidence, every step within reach."""

from collections.abc import Iterator
from itertools import pairwise

from core.schemes import Criterion
from core.scoring import FULL
from core.scoring_tables import DeclaredScore, LinearTable, Step, StepTable, Table
from core.texts import Text
from plugins.rules.subject import Fault, Subject


def tables_in_range(subject: Subject) -> Iterator[Fault]:
    """Declared tables give 0 to 100 points, bonuses no more than 100.

    Example: a step of 120 points.
    """
    given = [(f"criterion.{c.key}", points) for c in subject.scheme.criteria for points in _points(c)]
    given += [(f"bonus.{bonus.key}", bonus.points) for bonus in subject.scheme.bonuses if bonus.points > 0]
    for entry, points in given:
        if not 0 <= points <= FULL:
            text = Text(f"得分 {points} 应在 0 至 {FULL} 之间", f"{points} points are not in 0 to {FULL}")
            yield Fault(text, entry=entry, value=points, nearest=min(max(points, 0), FULL))


def _declared(criterion: Criterion) -> Table | None:
    """A table that the author wrote; those that code is run for are proved cell by cell."""
    return criterion.table.table if isinstance(criterion.table, DeclaredScore) else None


def _points(criterion: Criterion) -> list[int]:
    table = _declared(criterion)
    match table:
        case StepTable():
            return [step.points for step in table.steps]
        case LinearTable():
            return [table.base, table.most]
        case _:
            return []


def tables_rise(subject: Subject) -> Iterator[Fault]:
    """More evidence never gives fewer points, neither in a table nor by a bonus.

    Example: 60 points from one unit on, 40 from two.
    """
    for criterion in subject.scheme.criteria:
        table = _declared(criterion)
        if isinstance(table, LinearTable) and table.per < 0:
            text = Text("材料越多得分越低", "more evidence gives fewer points")
            yield Fault(text, entry=f"criterion.{criterion.key}", value=table.per, nearest=abs(table.per))
        if isinstance(table, StepTable):
            yield from (_falling(criterion, *steps) for steps in pairwise(_sorted(table)) if _falls(*steps))
    for bonus in subject.scheme.bonuses:
        if bonus.points <= 0:
            text = Text(
                f"“加分”为 {bonus.points} 分，应大于零", f"a bonus gives more than 0 points, not {bonus.points}"
            )
            yield Fault(text, entry=f"bonus.{bonus.key}", value=bonus.points, nearest=max(abs(bonus.points), 1))


def _sorted(table: StepTable) -> list[Step]:
    return sorted(table.steps, key=lambda step: step.at_least)


def _falls(lower: Step, higher: Step) -> bool:
    return higher.points < lower.points


def _falling(criterion: Criterion, lower: Step, higher: Step) -> Fault:
    text = Text(
        f"由 {lower.at_least} 增至 {higher.at_least}，得分由 {lower.points} 降至 {higher.points}",
        f"from {lower.at_least} to {higher.at_least} points fall from {lower.points} to {higher.points}",
    )
    return Fault(text, entry=f"criterion.{criterion.key}", value=higher.points, nearest=lower.points)


def tables_reachable(subject: Subject) -> Iterator[Fault]:
    """Every step and every bonus can be reached with the evidence that the scheme counts.

    Example: a step at five units of evidence of which at most three count.
    """
    for entry, evidence, asked in _steps(subject):
        most = {field.key: field.most for field in subject.scheme.evidence}
        top = sum(most.get(key, 0) for key in evidence)
        if asked > top and most.keys() >= set(evidence):
            text = Text(
                f"须达 {asked}，而材料最多只计 {top}，无法达到",
                f"{asked} are asked for, out of reach: {top} is the most",
            )
            yield Fault(text, entry=entry, value=asked, nearest=top)


def _steps(subject: Subject) -> Iterator[tuple[str, tuple[str, ...], int]]:
    """Every amount of evidence that earns something: where, of what, how much."""
    for criterion in subject.scheme.criteria:
        if isinstance(criterion.table, DeclaredScore) and isinstance(criterion.table.table, StepTable):
            for step in criterion.table.table.steps:
                yield f"criterion.{criterion.key}", criterion.table.evidence, step.at_least
    for bonus in subject.scheme.bonuses:
        yield f"bonus.{bonus.key}", bonus.evidence, bonus.at_least
