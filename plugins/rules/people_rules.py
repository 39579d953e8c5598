"""Rules about who can pass a row at all, and about rows that meet: nobody, nobody new, or the same people twice."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

from core.texts import Text
from plugins.rules.claims import Claim, Need, holds
from plugins.rules.implication import Budget, implies
from plugins.rules.subject import CATALOG, Bound, Direction, Fault, Subject


def reachable(subject: Subject) -> Iterator[Fault]:
    """Somebody can satisfy every direction of every row.

    Example: five process improvements where the scheme counts at most three.
    """
    for direction in subject.directions:
        failing = {part: None for bound in subject.bound(direction) for part in _failing(bound, subject.limits)}
        for part in failing:
            text = Text("没有任何人能满足该条件", "nobody can satisfy this condition")
            amount, most = _amounts(part, subject)
            yield Fault(text, CATALOG, direction.row.number, f"{direction.name}.requires", amount, most)


def _failing(bound: Bound, limits: dict[str, int]) -> Iterator[Claim]:
    return (part for part in bound.claim.parts if not holds(part, limits))


def _amounts(part: Claim, subject: Subject) -> tuple[int | None, int | None]:
    """What is asked for and the most there is, in one sum."""
    if not isinstance(part, Need):
        return None, None
    return part.amount, sum(subject.limits[key] for key in part.keys)


@dataclass(frozen=True, slots=True)
class _Meeting:
    """Two rows with the same two sides, for some of the same people on some of the same days, that do not agree.

    ``idle`` is the one that has no effect beside the other; None where they contradict each other.
    """

    first: Direction
    second: Direction
    idle: Direction | None = None


def not_shadowed(subject: Subject) -> Iterator[Fault]:
    """No row is made idle by another with the same two sides: whoever passes it passes that one already.

    Example: row 2 asks for what row 1 asks, and for one improvement more, on the same days.
    """
    for meeting in _meetings(subject):
        idle = meeting.idle
        if idle:
            other = meeting.first if idle is meeting.second else meeting.second
            text = Text(
                f"被第{other.row.number}行完全覆盖，没有作用", f"row {other.row.number} covers it: it has no effect"
            )
            yield Fault(text, CATALOG, idle.row.number, idle.name, idle.row.number)


def not_contradictory(subject: Subject) -> Iterator[Fault]:
    """Two rows with the same two sides do not say different things to the same people on the same day.

    Example: 焊工 技师 → 机械 工程师 once after 3 and once after 4 years, both from 2026-03-01.
    """
    for meeting in _meetings(subject):
        if meeting.idle is None:
            number, second = meeting.first.row.number, meeting.second
            text = Text(
                f"与第{number}行两侧相同而条件不同，期间重叠",
                f"same two sides as row {number} on the same days, with other conditions",
            )
            yield Fault(text, CATALOG, second.row.number, second.name, second.row.number, number)


def _meetings(subject: Subject) -> Iterator[_Meeting]:
    """For each row the first earlier one that it contradicts, or that one of the two makes idle."""
    budget = Budget()
    same: dict[object, list[Direction]] = defaultdict(list)
    for direction in subject.directions:
        earlier = same[direction.source, direction.target]
        found = (_meeting(subject, first, direction, budget) for first in earlier if _share_people(first, direction))
        meeting = next((one for one in found if one), None)
        if meeting:
            yield meeting
        earlier.append(direction)


def _share_people(first: Direction, second: Direction) -> bool:
    groups = first.row.groups, second.row.groups
    return not all(groups) or not set(groups[0]).isdisjoint(groups[1])


def _meeting(subject: Subject, first: Direction, second: Direction, budget: Budget) -> _Meeting | None:
    """How two rows meet, floor by floor: only a row that leaves its years out follows the floor."""
    pairs = product(subject.bound(first), subject.bound(second))
    shared = ((one, other) for one, other in pairs if one.period.overlaps(other.period))
    found = (_met(subject, (first, one), (second, other), budget) for one, other in shared)
    return next((meeting for meeting in found if meeting), None)


def _met(
    subject: Subject, first: tuple[Direction, Bound], second: tuple[Direction, Bound], budget: Budget
) -> _Meeting | None:
    (earlier, one), (later, other) = first, second

    def covers(wide: Claim, narrow: Claim) -> bool:
        return wide == narrow or implies(narrow, wide, subject.limits, budget)

    if not holds(one.claim, subject.limits) or not holds(other.claim, subject.limits):
        return None
    forth, back = covers(one.asks, other.asks), covers(other.asks, one.asks)
    if one.years == other.years and (forth or back):
        if covers(one.claim, other.claim) and _within(later, earlier):
            return _Meeting(earlier, later, idle=later)
        if covers(other.claim, one.claim) and _within(earlier, later):
            return _Meeting(earlier, later, idle=earlier)
        if forth and back:
            return None
    return _Meeting(earlier, later)


def _within(inner: Direction, outer: Direction) -> bool:
    return outer.row.period.start <= inner.row.period.start and inner.row.period.end <= outer.row.period.end
