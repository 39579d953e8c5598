"""Rules about the weights of the standards (评价标准): sums, floors, caps on the four-only items, and copying."""

from collections import defaultdict
from collections.abc import Iterator

from core.policy.stack import PolicyValue
from core.schemes import Criterion, EvidenceKind
from core.scoring import FULL, WHOLE
from core.scoring_tables import Bonus, CriterionSide
from core.texts import Text, join
from plugins.rules.measures import CAPS, FOUR_ONLY, MAIN, SIDE_NAMES, SIDES, four_only, number, sides
from plugins.rules.subject import Fault, Subject


def weights_sum_to_one(subject: Subject) -> Iterator[Fault]:
    """The weights of each certificate's criteria add up to 1000 thousandths.

    Example: 400 + 300 + 200.
    """
    for side, criteria in sides(subject):
        total = sum(c.weight for c in criteria)
        if total != WHOLE:
            name = SIDE_NAMES[side]
            text = Text(
                f"{name.zh}各项权重合计 {total}，应为 {WHOLE}", f"the {name.en} weights add up to {total}, not {WHOLE}"
            )
            clause = str(subject.versions("standards.weight_total")[0].citation)
            yield Fault(text, entry=f"criterion ({side})", value=total, nearest=WHOLE, clause=clause)


def weights_in_range(subject: Subject) -> Iterator[Fault]:
    """Every weight is between 1 and 1000 thousandths.

    Example: ``weight = -100`` beside ``weight = 1100``.
    """
    for criterion in subject.scheme.criteria:
        if not 1 <= criterion.weight <= WHOLE:
            text = Text(
                f"权重 {criterion.weight} 应在 1 至 {WHOLE} 之间", f"weight {criterion.weight} is not in 1 to {WHOLE}"
            )
            nearest = min(max(criterion.weight, 1), WHOLE)
            yield Fault(text, entry=f"criterion.{criterion.key}", value=criterion.weight, nearest=nearest)


def has_criteria(subject: Subject) -> Iterator[Fault]:
    """Each certificate that a row leads to has criteria.

    Example: rows to skill levels, and criteria with ``side = "title"`` alone.
    """
    for side, to_title in ((CriterionSide.SKILL, False), (CriterionSide.TITLE, True)):
        leads = any(direction.to_title is to_title for direction in subject.directions)
        if leads and not subject.scheme.criteria_for(side):
            name = SIDE_NAMES[side]
            text = Text(f"没有{name.zh}的评价标准", f"there are no criteria for the {name.en} certificate")
            clause = str(subject.versions("filing.elements")[0].citation)
            yield Fault(text, entry=f"criterion ({side})", clause=clause)


def performance_weighs_enough(subject: Subject) -> Iterator[Fault]:
    """Performance and skill contribution weigh at least what the policy says (强化技术技能贡献，突出工作业绩).

    Example: performance 200 and contribution 100 of 1000.
    """
    for side, criteria in sides(subject):
        weight = sum(c.weight for c in criteria if c.kind in MAIN)
        for value in subject.versions("standards.performance_weight_floor"):
            floor = number(value)
            if weight < floor:
                name = SIDE_NAMES[side]
                text = Text(
                    f"{name.zh}：业绩与贡献权重 {weight}，不足 {floor}",
                    f"{name.en}: performance and contribution weigh {weight}, less than {floor}",
                )
                yield Fault(text, entry=f"criterion ({side})", value=weight, nearest=floor, clause=str(value.citation))


def says_what_it_measures(subject: Subject) -> Iterator[Fault]:
    """A criterion scored by papers, degree, seniority or awards alone is of that kind.

    Example: kind ``performance`` scored from the number of papers.
    """
    for criterion in subject.scheme.criteria:
        measured = four_only(subject, criterion)
        real = FOUR_ONLY[measured] if measured else criterion.kind
        if real is not criterion.kind:
            text = Text(
                f"“{criterion.name.zh}”标为 {criterion.kind}，实际只按 {real} 计分",
                f"'{criterion.name.en}' is called {criterion.kind} but scored by {real} alone",
            )
            yield Fault(text, entry=f"criterion.{criterion.key}", value=criterion.kind.value, nearest=real.value)


def four_only_capped(subject: Subject) -> Iterator[Fault]:
    """Papers, degree, seniority and awards each weigh no more than their cap in a certificate (破四唯).

    Example: a criterion of kind ``paper`` with weight 300, or two of 150.
    """
    for side, kind, criteria in _measuring(subject):
        weight = sum(c.weight for c in criteria)
        for value in subject.versions(CAPS[kind]):
            cap = number(value)
            if weight > cap:
                name, names = SIDE_NAMES[side], join([c.name for c in criteria], zh="、", en=" and ")
                text = Text(
                    f"{name.zh}：“{names.zh}”权重 {weight} 超过上限 {cap}",
                    f"{name.en}: '{names.en}' weighs {weight}, above the cap of {cap}",
                )
                entry = ", ".join(f"criterion.{c.key}" for c in criteria)
                yield Fault(text, entry=entry, value=weight, nearest=cap, clause=str(value.citation))


def _measuring(subject: Subject) -> Iterator[tuple[CriterionSide, EvidenceKind, list[Criterion]]]:
    """The criteria that measure one four-only item, for each certificate; shared ones are told of once."""
    told: set[frozenset[str]] = set()
    for side, criteria in sides(subject):
        found: dict[EvidenceKind, list[Criterion]] = defaultdict(list)
        for criterion in criteria:
            kind = four_only(subject, criterion)
            if kind:
                found[kind].append(criterion)
        for kind, measuring in found.items():
            keys = frozenset(c.key for c in measuring)
            if keys not in told:
                told.add(keys)
                yield side, kind, measuring


def bonuses_capped(subject: Subject) -> Iterator[Fault]:
    """Bonus points for papers, degree, seniority or awards stay, with that item's weight, within its cap.

    Example: 30 bonus points for one award, or 10 beside a criterion of kind ``award`` that weighs 150.
    """
    for bonuses, kind, weight in _bonuses(subject):
        for value in subject.versions(CAPS[kind]):
            cap = number(value)
            room = (cap - weight) * FULL // WHOLE
            points = sum(bonus.points for bonus in bonuses)
            if weight <= cap and points > room:
                yield _bonus_fault(bonuses, points, room, value)


def _bonuses(subject: Subject) -> Iterator[tuple[list[Bonus], EvidenceKind, int]]:
    """The bonuses for one four-only item in one certificate, with what it weighs there besides."""
    kinds = {field.key: field.kind for field in subject.scheme.evidence}
    told: set[tuple[frozenset[str], EvidenceKind]] = set()
    for side in SIDES:
        for kind in CAPS:
            found = [
                bonus
                for bonus in subject.scheme.bonuses
                if bonus.side in (side, CriterionSide.BOTH) and kind in {kinds.get(key) for key in bonus.evidence}
            ]
            keys = frozenset(bonus.key for bonus in found)
            if found and (keys, kind) not in told:
                told.add((keys, kind))
                weights = (c.weight for c in subject.scheme.criteria_for(side) if four_only(subject, c) is kind)
                yield found, kind, sum(weights)


def _bonus_fault(bonuses: list[Bonus], points: int, room: int, value: PolicyValue) -> Fault:
    names = join([bonus.name for bonus in bonuses], zh="、", en=" and ")
    text = Text(f"“{names.zh}”加 {points} 分，超过上限 {room}", f"'{names.en}' gives {points} points, above {room}")
    entry = ", ".join(f"bonus.{bonus.key}" for bonus in bonuses)
    return Fault(text, entry=entry, value=points, nearest=room, clause=str(value.citation))


def not_a_copy(subject: Subject) -> Iterator[Fault]:
    """The standards are not the generic sheet over again (避免简单套用通用评审标准).

    Example: the pack's generic sheet, with performance brought up to its floor and no more than that changed.
    """
    clause = str(subject.versions("standards.avoid_generic")[0].citation)
    least = max(number(value) for value in subject.versions("standards.distance_min"))
    for value in subject.versions("standards.generic_sheet"):
        for side, criteria in sides(subject):
            distance = _distance(_sheet(value), criteria)
            if distance < least:
                name = SIDE_NAMES[side]
                text = Text(
                    f"{name.zh}评价标准与通用标准只差 {distance}‰，不足 {least}‰",
                    f"the {name.en} standards differ from the generic sheet by {distance} thousandths, "
                    f"less than {least}",
                )
                yield Fault(text, entry=f"criterion ({side})", value=distance, nearest=least, clause=clause)


def _sheet(value: PolicyValue) -> dict[str, int]:
    """Weight by kind of the generic sheet."""
    rows = value.is_ if isinstance(value.is_, list) else []
    return {str(row["criterion"]): int(str(row["weight"])) for row in rows if isinstance(row, dict)}


def _distance(sheet: dict[str, int], criteria: tuple[Criterion, ...]) -> int:
    """Half the sum of differences of weight by kind, in thousandths."""
    own: dict[str, int] = defaultdict(int)
    for criterion in criteria:
        own[criterion.kind.value] += criterion.weight
    return sum(abs(own.get(kind, 0) - sheet.get(kind, 0)) for kind in own.keys() | sheet.keys()) // 2
