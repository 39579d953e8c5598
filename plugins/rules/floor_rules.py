"""Rules that hold the catalog (对应关系目录) against the policy's floors, for every person and every day."""

from collections.abc import Iterator

from core.ladders import RANK, SKILL_LEVELS, TITLE_LEVELS, Ladder
from core.policy.layers import uncovered
from core.policy.stack import PackRoute
from core.texts import Text
from plugins.rules.claims import MONTHS
from plugins.rules.extreme import below, counted, described, length
from plugins.rules.subject import CATALOG, Bound, Direction, Fault, Subject


def above_the_floor(subject: Subject) -> Iterator[Fault]:
    """Nobody passes a row with fewer years than the floor in force on any day of the row's period.

    Example: 技师 → 中级 with ``years = 2`` where the floor is 3, or with 3 where it becomes 4 within the row's period.
    """
    for direction in subject.directions:
        for bound in subject.bound(direction):
            person = below(bound.claim, bound.floor_years, subject.limits)
            if person:
                yield _below(subject, direction, bound, person)


def _below(subject: Subject, at: Direction, bound: Bound, person: dict[str, int]) -> Fault:
    assert bound.floor is not None
    source, target = (subject.vocabulary.level_text(side.level) for side in (at.source, at.target))
    shown, shortest = described(person, subject.names), length(person[MONTHS])
    return Fault(
        Text(
            f"{source.zh}→{target.zh}：满{shortest.zh}即可通过，"
            f"低于下限{bound.floor_years}年（{bound.period.start} 起有效）",
            f"{source.en} to {target.en}: {shortest.en} would pass, below the floor of "
            f"{counted(bound.floor_years, 'year')} (in force from {bound.period.start})",
        ),
        CATALOG,
        at.row.number,
        f"{at.name}.years",
        bound.years,
        bound.floor_years,
        str(next(r.citation for r in bound.floor.requires if r.named and r.years == bound.floor_years)),
        Text(f"持{source.zh}{shown.zh}者将被准许申报", f"a holder of {source.en} {shown.en} would be let through"),
    )


def no_skipped_rung(subject: Subject) -> Iterator[Fault]:
    """A row joins only levels that the policy pairs in that direction, for a series that is open to it.

    Example: 高级工 → 工程师 (intermediate), where the pack pairs 高级工 with 初级.
    """
    for direction in subject.directions:
        if any(bound.floor for bound in subject.bound(direction)):
            continue
        words = subject.vocabulary
        source, target = words.level_text(direction.source.level), words.level_text(direction.target.level)
        text = Text(
            f"政策没有从{source.zh}到{target.zh}的通道（系列 {direction.row.title.series}）",
            f"the policy has no route from {source.en} to {target.en} (series {direction.row.title.series})",
        )
        paired = _paired(subject, direction)
        nearest, clause = (words.level_text(paired.target).zh, str(paired.citations[0])) if paired else (None, None)
        yield Fault(text, CATALOG, direction.row.number, direction.name, direction.target.level, nearest, clause)


def _paired(subject: Subject, at: Direction) -> PackRoute | None:
    """The floor of the highest level that the packs pair with the source for the row's series."""
    levels = TITLE_LEVELS if at.target.ladder is Ladder.TITLE else SKILL_LEVELS
    floors = [floor for level in levels for floor in subject.policy.floor(at.source.level, level)]
    open_to = [floor for floor in floors if floor.series is None or at.row.title.series in floor.series]
    return max(open_to, key=lambda floor: (RANK[floor.target], floor.period.start), default=None)


def floor_on_every_day(subject: Subject) -> Iterator[Fault]:
    """The policy's route stays open as long as the row is meant to be in force; afterwards the row offers nothing.

    Example: a row without ``until`` on a route that a pack closes on 2028-01-01.
    """
    for direction in subject.directions:
        floors = [bound.floor for bound in subject.bound(direction) if bound.floor]
        day = uncovered(direction.row.period, (floor.period for floor in floors)) if floors else None
        if day is not None and day in subject.scheme.period:
            source, target = (
                subject.vocabulary.level_text(side.level) for side in (direction.source, direction.target)
            )
            text = Text(
                f"{day} 起政策没有从{source.zh}到{target.zh}的通道，该行届时没有作用",
                f"on {day} the policy has no route from {source.en} to {target.en}: the row then offers nothing",
            )
            clause = str(floors[0].citations[0])
            yield Fault(text, CATALOG, direction.row.number, "until", direction.row.period.until, day, clause)
