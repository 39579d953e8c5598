"""Rules about the balance of the two tracks (两类人才评价标准大体平衡，适当向高技能人才倾斜)."""

from collections import defaultdict
from collections.abc import Iterator
from itertools import product

from core.policy.stack import PolicyValue
from core.scoring import WHOLE, mark_of
from core.scoring_tables import CriterionSide
from core.texts import Text
from plugins.rules.claims import holds
from plugins.rules.extreme import counted, least_years
from plugins.rules.measures import MAIN, SUBJECT_MARK, number, shown, sides
from plugins.rules.subject import CATALOG, Bound, Direction, Fault, Subject

MAY_BE_STRICTER = "standards.skill_track_may_be_stricter"


def _balanced(subject: Subject) -> PolicyValue | None:
    """The policy value that forbids the skilled side to be the stricter one; None while it is allowed."""
    return next((value for value in subject.versions(MAY_BE_STRICTER) if value.is_ is False), None)


def tracks_in_balance(subject: Subject) -> Iterator[Fault]:
    """Skilled people do not wait more years above the floor than professionals on the way back.

    Example: 技师 → 中级 after 5 years (floor 3) beside 中级 → 技师 after 1 (floor 1).
    """
    value = _balanced(subject)
    if value is None:
        return
    extra = {way: [(bound, _extra(subject, bound)) for bound in subject.bound(way)] for way in subject.directions}
    for forth, back in _pairs(subject):
        both = product(extra[forth], extra[back])
        years = [(more, other) for (one, more), (two, other) in both if _both_bind(one, two)]
        worst = max(years, key=lambda pair: pair[0] - pair[1], default=(0, 0))
        if worst[0] > worst[1]:
            text = Text(
                f"技能人才一侧超出下限 {worst[0]} 年，专业技术人才一侧 {worst[1]} 年",
                f"skilled people wait {counted(worst[0], 'year')} above the floor, professionals {worst[1]}",
            )
            entry, clause = f"{forth.name}.years", str(value.citation)
            yield Fault(text, CATALOG, forth.row.number, entry, worst[0], worst[1], clause)


def _pairs(subject: Subject) -> Iterator[tuple[Direction, Direction]]:
    """Each way from a skill level to a title, with the ways back between the same two."""
    ways: dict[object, list[Direction]] = defaultdict(list)
    for direction in subject.directions:
        ways[direction.source, direction.target].append(direction)
    for forth in subject.directions:
        if forth.to_title:
            yield from ((forth, back) for back in ways[forth.target, forth.source])


def _both_bind(one: Bound, other: Bound) -> bool:
    return bool(one.floor and other.floor) and one.period.overlaps(other.period)


def _extra(subject: Subject, bound: Bound) -> int:
    """The years above the floor that even the best person waits."""
    if not holds(bound.asks, subject.limits):
        return 0  # nobody waits for what nobody reaches; that is said elsewhere
    return max(0, least_years(bound.asks, subject.limits) - bound.floor_years)


def contribution_in_balance(subject: Subject) -> Iterator[Fault]:
    """Performance and contribution weigh no less for the title, which skilled people aim at, than for the skill level.

    Example: 700 of 1000 for the skill certificate, 500 for the title.
    """
    value = _balanced(subject)
    weight = {side: sum(c.weight for c in criteria if c.kind in MAIN) for side, criteria in sides(subject)}
    if value and len(weight) == 2 and weight[CriterionSide.TITLE] < weight[CriterionSide.SKILL]:
        title, skill = weight[CriterionSide.TITLE], weight[CriterionSide.SKILL]
        text = Text(
            f"职称一侧业绩与贡献权重 {title}，低于技能一侧的 {skill}",
            f"performance and contribution weigh {title} for the title, less than {skill} for the skill level",
        )
        yield Fault(text, entry="criterion (title)", value=title, nearest=skill, clause=str(value.citation))


def marks_in_balance(subject: Subject) -> Iterator[Fault]:
    """The title, which skilled people aim at, asks for no higher total than passing every skill subject comes to.

    Example: ``title_pass_mark = 75`` beside skill subjects that are passed with 60.
    """
    value, mark = _balanced(subject), subject.scheme.title_pass_mark
    skill = subject.scheme.criteria_for(CriterionSide.SKILL)
    if value is None or mark is None or not skill:
        return
    policy = max(number(one) for one in subject.versions(SUBJECT_MARK))
    total = sum(c.weight * mark_of(c, CriterionSide.SKILL, policy) for c in skill)
    if mark * WHOLE > total:
        text = Text(
            f"职称合格线 {mark}，高于技能各科合格时的总分 {shown(total)}",
            f"the title's pass mark {mark} is above {shown(total)}, the total of passing every skill subject",
        )
        yield Fault(text, entry="title_pass_mark", value=mark, nearest=total // WHOLE, clause=str(value.citation))
