"""Rules about who can pass a row at all, and about rows that meet: nobody, nobody new, or the same people twice."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

from core.texts import Text
from plugins.rules.claims import MONTHS, MONTHS_A_YEAR, Claim, Need, Person, holds
from plugins.rules.extreme import described
from plugins.rules.implication import Budget, Undecided, exception
from plugins.rules.subject import CATALOG, Bound, Direction, Fault, Subject


def reachable(subject: Subject) -> Iterator[Fault]:
    """Somebody can satisfy every direction of every row.

    Example: five process improvements where the scheme counts at most three.
    """
    closed: set[int] = set()
    for direction in subject.directions:
        failing: dict[Claim, str] = {}
        for bound in subject.bound(direction):
            parts = dict.fromkeys(bound.asks.parts, f"{direction.name}.requires")
            parts |= {bound.asks.parts[0]: f"{direction.name}.years"}
            parts |= {bound.groups: "groups"} if bound.groups and direction.row.number not in closed else {}
            failing |= {part: entry for part, entry in parts.items() if not holds(part, subject.limits)}
        for part, entry in failing.items():
            yield _unreachable(subject, direction, part, entry)
            closed |= {direction.row.number} if entry == "groups" else set()


def _unreachable(subject: Subject, at: Direction, part: Claim, entry: str) -> Fault:
    nobody = Text("没有任何人能满足该条件", "nobody can satisfy this condition")
    if not isinstance(part, Need):
        return Fault(nobody, CATALOG, at.row.number, entry)
    years = MONTHS_A_YEAR if MONTHS in part.keys else 1
    asked, most = part.amount // years, sum(subject.limits[key] for key in part.keys) // years
    text = Text(
        f"{nobody.zh}：须达 {asked}，最多只有 {most}", f"{nobody.en}: {asked} are asked for, {most} is the most"
    )
    return Fault(text, CATALOG, at.row.number, entry, asked, most)


@dataclass(frozen=True, slots=True)
class _Meeting:
    """Two rows with the same two sides, for some of the same people on some of the same days, that do not agree.

    ``idle`` is the one that has no effect beside the other; None where they contradict each other. ``first_only`` and
    ``second_only`` pass one of them and not the other, as far as anybody does.
    """

    first: Direction
    second: Direction
    idle: Direction | None = None
    first_only: Person | None = None
    second_only: Person | None = None


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
            yield Fault(
                text,
                CATALOG,
                second.row.number,
                second.name,
                second.row.number,
                counterexample=_one_of_two(subject, meeting),
            )


def _one_of_two(subject: Subject, meeting: _Meeting) -> Text | None:
    """Somebody whom one row lets through and the other does not."""
    person, passed, failed = meeting.first_only, meeting.first.row.number, meeting.second.row.number
    if person is None:
        person, passed, failed = meeting.second_only, failed, passed
    if person is None:
        return None
    shown = described(person, subject.names)
    return Text(
        f"{shown.zh}者按第{passed}行可申报，按第{failed}行不可",
        f"somebody {shown.en} passes row {passed} and not row {failed}",
    )


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
    if not holds(one.claim, subject.limits) or not holds(other.claim, subject.limits):
        return None  # nobody passes one of them, which is said elsewhere
    try:
        first_only = exception(one.asks, other.asks, subject.limits, budget)
        second_only = exception(other.asks, one.asks, subject.limits, budget)
        if one.years == other.years and (first_only is None or second_only is None):
            if _within(later, earlier) and exception(other.claim, one.claim, subject.limits, budget) is None:
                return _Meeting(earlier, later, idle=later)
            if _within(earlier, later) and exception(one.claim, other.claim, subject.limits, budget) is None:
                return _Meeting(earlier, later, idle=earlier)
            if first_only is None and second_only is None:
                return None
    except Undecided:
        return _Meeting(earlier, later)  # what takes this long to compare is not the same
    return _Meeting(earlier, later, None, first_only, second_only)


def _within(inner: Direction, outer: Direction) -> bool:
    return outer.row.period.start <= inner.row.period.start and inner.row.period.end <= outer.row.period.end
