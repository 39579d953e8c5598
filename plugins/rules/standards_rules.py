"""Rules about the standards (评价标准): weights, tables, pass marks, the four-only items, balance, and copying."""

from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise

from core.schemes import Criterion, CriterionKind, EvidenceKind
from core.scoring import FULL, WHOLE
from core.scoring_tables import CriterionSide, LinearTable, StepTable
from core.texts import Text
from plugins.rules.subject import CATALOG, Direction, Fault, Subject, floor_years

SIDES = (CriterionSide.SKILL, CriterionSide.TITLE)
SIDE_NAMES = {CriterionSide.SKILL: Text("技能等级", "skill"), CriterionSide.TITLE: Text("职称", "title")}
MAIN = frozenset({CriterionKind.PERFORMANCE, CriterionKind.CONTRIBUTION})
CAPS = {
    CriterionKind.PAPER: "standards.single_cap.papers",
    CriterionKind.DEGREE: "standards.single_cap.degree",
    CriterionKind.SENIORITY: "standards.single_cap.seniority",
    CriterionKind.AWARD: "standards.single_cap.awards",
}
FOUR_ONLY_EVIDENCE = {
    EvidenceKind.PAPER: CriterionKind.PAPER,
    EvidenceKind.DEGREE: CriterionKind.DEGREE,
    EvidenceKind.SENIORITY: CriterionKind.SENIORITY,
    EvidenceKind.AWARD: CriterionKind.AWARD,
}


def _sides(subject: Subject) -> Iterator[tuple[CriterionSide, tuple[Criterion, ...]]]:
    for side in SIDES:
        criteria = subject.scheme.criteria_for(side)
        if criteria:
            yield side, criteria


def weights_sum_to_one(subject: Subject) -> Iterator[Fault]:
    """The weights of each certificate's criteria add up to 1000 thousandths.

    Example: 400 + 300 + 200.
    """
    for side, criteria in _sides(subject):
        total = sum(c.weight for c in criteria)
        if total != WHOLE:
            name = SIDE_NAMES[side]
            text = Text(
                f"{name.zh}各项权重合计 {total}，应为 {WHOLE}", f"the {name.en} weights add up to {total}, not {WHOLE}"
            )
            yield Fault(text, entry=f"criterion ({side})", value=total, nearest=WHOLE)


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
            yield Fault(
                Text(f"没有{name.zh}的评价标准", f"there are no criteria for the {name.en} certificate"),
                entry="criterion",
            )


def performance_weighs_enough(subject: Subject) -> Iterator[Fault]:
    """Performance and skill contribution weigh at least what the policy says (强化技术技能贡献，突出工作业绩).

    Example: performance 200 and contribution 100 of 1000.
    """
    value = subject.policy.value("standards.performance_weight_floor", subject.day)
    floor = subject.policy.integer(value.id, subject.day)
    for side, criteria in _sides(subject):
        weight = sum(c.weight for c in criteria if c.kind in MAIN)
        if weight < floor:
            name = SIDE_NAMES[side]
            text = Text(
                f"{name.zh}：业绩与贡献权重 {weight}，不足 {floor}",
                f"{name.en}: performance and contribution weigh {weight}, less than {floor}",
            )
            yield Fault(text, entry=f"criterion ({side})", value=weight, nearest=floor, clause=str(value.citation))


def four_only_capped(subject: Subject) -> Iterator[Fault]:
    """Papers, degree, seniority and awards weigh no more than their caps (破四唯).

    Example: a criterion of kind ``paper`` with weight 300.
    """
    for criterion in subject.scheme.criteria:
        kind = disguised(subject, criterion)
        if kind not in CAPS:
            continue
        value = subject.policy.value(CAPS[kind], subject.day)
        cap = subject.policy.integer(value.id, subject.day)
        if criterion.weight > cap:
            text = Text(
                f"“{criterion.name.zh}”权重 {criterion.weight} 超过上限 {cap}",
                f"'{criterion.name.en}' weighs {criterion.weight}, above the cap of {cap}",
            )
            yield Fault(
                text,
                entry=f"criterion.{criterion.key}",
                value=criterion.weight,
                nearest=cap,
                clause=str(value.citation),
            )


def disguised(subject: Subject, criterion: Criterion) -> CriterionKind:
    """What a criterion really measures: the four-only item whose evidence alone scores it, else what it says."""
    fields = {field.key: field for field in subject.scheme.evidence}
    if criterion.table is None:
        return criterion.kind
    kinds = {FOUR_ONLY_EVIDENCE.get(fields[k].kind) for k in criterion.table.evidence if k in fields}
    real = next(iter(kinds)) if len(kinds) == 1 else None
    return real or criterion.kind


def says_what_it_measures(subject: Subject) -> Iterator[Fault]:
    """A criterion scored by papers, degree, seniority or awards alone is of that kind.

    Example: kind ``performance`` scored from the number of papers.
    """
    for criterion in subject.scheme.criteria:
        real = disguised(subject, criterion)
        if real is not criterion.kind:
            text = Text(
                f"“{criterion.name.zh}”标为 {criterion.kind}，实际只按 {real} 计分",
                f"'{criterion.name.en}' is called {criterion.kind} but scored by {real} alone",
            )
            yield Fault(text, entry=f"criterion.{criterion.key}", value=criterion.kind.value, nearest=real.value)


def no_gate_in_pass_mark(subject: Subject) -> Iterator[Fault]:
    """Whoever is best in all else reaches the title's pass mark without papers, degree, seniority or awards.

    Example: papers weigh 100 and the pass mark is 95: without papers 90 points are the most there is.
    """
    mark = subject.scheme.title_pass_mark
    if mark is None:
        return
    for criterion in subject.scheme.criteria_for(CriterionSide.TITLE):
        most = Fraction((WHOLE - criterion.weight) * FULL, WHOLE)
        if disguised(subject, criterion) in CAPS and most < mark:
            text = Text(
                f"“{criterion.name.zh}”实为硬门槛：该项为零、其余满分仅 {most} 分 < 合格线 {mark}",
                f"'{criterion.name.en}' is a hidden gate: with none of it, full marks elsewhere give {most} < {mark}",
            )
            yield Fault(
                text, entry=f"criterion.{criterion.key}", value=mark, nearest=int(most), clause="广州市试点方案 破四唯"
            )


def own_mark_is_no_gate(subject: Subject) -> Iterator[Fault]:
    """A criterion of papers, degree, seniority or awards has no pass mark of its own.

    Example: kind ``award`` with ``pass_mark = 60``.
    """
    for criterion in subject.scheme.criteria:
        if disguised(subject, criterion) in CAPS and (criterion.pass_mark or 0) > 0:
            text = Text(
                f"“{criterion.name.zh}”单设合格线，成为硬门槛", f"'{criterion.name.en}' has a mark of its own: a gate"
            )
            yield Fault(text, entry=f"criterion.{criterion.key}", value=criterion.pass_mark, nearest=0)


def marks_not_below_policy(subject: Subject) -> Iterator[Fault]:
    """A skill subject's own pass mark is not below the policy's.

    Example: ``pass_mark = 50`` where the policy asks for 60.
    """
    value = subject.policy.value("standards.skill_subject_pass_mark", subject.day)
    least = subject.policy.integer(value.id, subject.day)
    for criterion in subject.scheme.criteria_for(CriterionSide.SKILL):
        own = criterion.pass_mark
        if own is not None and own < least and disguised(subject, criterion) not in CAPS:
            text = Text(f"科目合格线 {own} 低于 {least}", f"the subject's pass mark {own} is below {least}")
            yield Fault(text, entry=f"criterion.{criterion.key}", value=own, nearest=least, clause=str(value.citation))


def tables_in_range(subject: Subject) -> Iterator[Fault]:
    """Declared tables give 0 to 100 points.

    Example: a step of 120 points.
    """
    for criterion in subject.scheme.criteria:
        for points in _points(criterion):
            if not 0 <= points <= FULL:
                text = Text(f"得分 {points} 应在 0 至 {FULL} 之间", f"{points} points are not in 0 to {FULL}")
                nearest = min(max(points, 0), FULL)
                yield Fault(text, entry=f"criterion.{criterion.key}", value=points, nearest=nearest)


def _points(criterion: Criterion) -> list[int]:
    table = criterion.table.table if criterion.table else None
    match table:
        case StepTable():
            return [step.points for step in table.steps]
        case LinearTable():
            return [table.base, table.most]
        case _:
            return []


def tables_rise(subject: Subject) -> Iterator[Fault]:
    """More evidence never gives fewer points.

    Example: 60 points from one unit on, 40 from two.
    """
    for criterion in subject.scheme.criteria:
        table = criterion.table.table if criterion.table else None
        if isinstance(table, LinearTable) and table.per < 0:
            text = Text("材料越多得分越低", "more evidence gives fewer points")
            yield Fault(text, entry=f"criterion.{criterion.key}", value=table.per, nearest=abs(table.per))
        if isinstance(table, StepTable):
            steps = sorted(table.steps, key=lambda step: step.at_least)
            for lower, higher in pairwise(steps):
                if higher.points < lower.points:
                    text = Text(
                        f"由 {lower.at_least} 增至 {higher.at_least}，得分由 {lower.points} 降至 {higher.points}",
                        f"from {lower.at_least} to {higher.at_least} points fall {lower.points} to {higher.points}",
                    )
                    yield Fault(text, entry=f"criterion.{criterion.key}", value=higher.points, nearest=lower.points)


def tables_reachable(subject: Subject) -> Iterator[Fault]:
    """Every step can be reached with the evidence that the scheme counts.

    Example: a step at five units of evidence of which at most three count.
    """
    most = {field.key: field.most for field in subject.scheme.evidence}
    for criterion in subject.scheme.criteria:
        declared = criterion.table
        if declared is None or not isinstance(declared.table, StepTable):
            continue
        top = sum(most.get(key, 0) for key in declared.evidence)
        for step in declared.table.steps:
            if step.at_least > top:
                text = Text(
                    f"第 {step.at_least} 档最多只有 {top}，无法达到",
                    f"the step at {step.at_least} is out of reach: {top} is the most",
                )
                yield Fault(text, entry=f"criterion.{criterion.key}", value=step.at_least, nearest=top)


def bonuses_capped(subject: Subject) -> Iterator[Fault]:
    """Bonus points for papers, degree, seniority or awards stay within that item's cap.

    Example: 30 bonus points for one award.
    """
    fields = {field.key: field for field in subject.scheme.evidence}
    for bonus in subject.scheme.bonuses:
        for kind in {FOUR_ONLY_EVIDENCE.get(fields[k].kind) for k in bonus.evidence if k in fields} - {None}:
            value = subject.policy.value(CAPS[kind], subject.day)  # type: ignore[index]
            cap = subject.policy.integer(value.id, subject.day) * FULL // WHOLE
            if bonus.points > cap:
                text = Text(
                    f"“{bonus.name.zh}”加 {bonus.points} 分，超过上限 {cap}",
                    f"'{bonus.name.en}' gives {bonus.points} points, above {cap}",
                )
                yield Fault(
                    text, entry=f"bonus.{bonus.key}", value=bonus.points, nearest=cap, clause=str(value.citation)
                )


def tracks_in_balance(subject: Subject) -> Iterator[Fault]:
    """Neither track is held to more years above its floor; never the skilled one (适当向高技能人才倾斜).

    Example: 技师 → 中级 after 5 years (floor 3) beside 中级 → 技师 after 1 (floor 1).
    """
    for row in subject.scheme.rows:
        both = [d for d in subject.directions if d.row.number == row.number]
        extra = {d.to_title: _extra(subject, d) for d in both}
        if len(extra) == 2 and extra[True] > extra[False]:
            text = Text(
                f"技能人才一侧超出下限 {extra[True]} 年，专业技术人才一侧仅 {extra[False]} 年",
                f"skilled people wait {extra[True]} years above the floor, professionals only {extra[False]}",
            )
            yield Fault(
                text, CATALOG, row.number, "years", extra[True], extra[False], "广州市试点方案 两类人才评价标准大体平衡"
            )


def _extra(subject: Subject, direction: Direction) -> int:
    floors = [floor_years(floor) for floor, _ in subject.floors(direction)]
    return max(0, (direction.rule.years or 0) - max(floors, default=0))


def contribution_in_balance(subject: Subject) -> Iterator[Fault]:
    """Performance and contribution weigh no less for the title, which skilled people aim at, than for the skill level.

    Example: 700 of 1000 for the skill certificate, 500 for the title.
    """
    weight = {side: sum(c.weight for c in criteria if c.kind in MAIN) for side, criteria in _sides(subject)}
    if len(weight) == 2 and weight[CriterionSide.TITLE] < weight[CriterionSide.SKILL]:
        text = Text(
            f"职称一侧业绩与贡献权重 {weight[CriterionSide.TITLE]}，低于技能一侧的 {weight[CriterionSide.SKILL]}",
            f"performance and contribution weigh {weight[CriterionSide.TITLE]} for the title, "
            f"less than {weight[CriterionSide.SKILL]} for the skill level",
        )
        yield Fault(text, entry="criterion", value=weight[CriterionSide.TITLE], nearest=weight[CriterionSide.SKILL])


def not_a_copy(subject: Subject) -> Iterator[Fault]:
    """The standards are not the generic sheet over again (避免简单套用通用评审标准).

    Example: the pack's generic sheet, weight for weight.
    """
    value = subject.policy.value("standards.generic_sheet", subject.day)
    sheet = (
        {str(row["criterion"]): int(str(row["weight"])) for row in value.is_ if isinstance(row, dict)}
        if isinstance(value.is_, list)
        else {}
    )
    least = subject.policy.integer("standards.distance_min", subject.day)
    for side, criteria in _sides(subject):
        distance = _distance(sheet, criteria)
        if distance < least:
            name = SIDE_NAMES[side]
            text = Text(
                f"{name.zh}评价标准与通用标准只差 {distance}‰，不足 {least}‰",
                f"the {name.en} standards differ from the generic sheet by {distance} thousandths, less than {least}",
            )
            yield Fault(text, entry=f"criterion ({side})", value=distance, nearest=least, clause=str(value.citation))


def _distance(sheet: dict[str, int], criteria: tuple[Criterion, ...]) -> int:
    """Half the sum of differences of weight by kind, in thousandths."""
    own: dict[str, int] = {}
    for criterion in criteria:
        own[criterion.kind.value] = own.get(criterion.kind.value, 0) + criterion.weight
    return sum(abs(own.get(kind, 0) - sheet.get(kind, 0)) for kind in own.keys() | sheet.keys()) // 2
