"""What the criteria of a scheme really measure, and how many points are left to whoever lacks a kind of evidence."""

from collections.abc import Collection, Iterator

from core.policy.stack import PolicyValue
from core.schemes import Criterion, CriterionKind, EvidenceKind
from core.scoring import FULL, WHOLE
from core.scoring_tables import CriterionSide
from core.texts import Text
from plugins.rules.subject import Subject, unusable

SIDES = (CriterionSide.SKILL, CriterionSide.TITLE)
SIDE_NAMES = {CriterionSide.SKILL: Text("技能等级", "skill"), CriterionSide.TITLE: Text("职称", "title")}
MAIN = frozenset({CriterionKind.PERFORMANCE, CriterionKind.CONTRIBUTION})
# The four-only items (四唯): the evidence, the criterion that openly measures it, and the policy's cap on its weight.
FOUR_ONLY = {
    EvidenceKind.PAPER: CriterionKind.PAPER,
    EvidenceKind.DEGREE: CriterionKind.DEGREE,
    EvidenceKind.SENIORITY: CriterionKind.SENIORITY,
    EvidenceKind.AWARD: CriterionKind.AWARD,
}
CAPS = {
    EvidenceKind.PAPER: "standards.single_cap.papers",
    EvidenceKind.DEGREE: "standards.single_cap.degree",
    EvidenceKind.SENIORITY: "standards.single_cap.seniority",
    EvidenceKind.AWARD: "standards.single_cap.awards",
}
_OPENLY = {kind: evidence for evidence, kind in FOUR_ONLY.items()}


def sides(subject: Subject) -> Iterator[tuple[CriterionSide, tuple[Criterion, ...]]]:
    """Each certificate that has criteria, with them."""
    for side in SIDES:
        criteria = subject.scheme.criteria_for(side)
        if criteria:
            yield side, criteria


def evidence_of(subject: Subject, kinds: Collection[EvidenceKind]) -> set[str]:
    """The keys of declared evidence of some kinds."""
    return {field.key for field in subject.scheme.evidence if field.kind in kinds}


def four_only(subject: Subject, criterion: Criterion) -> EvidenceKind | None:
    """The four-only item that a criterion measures: openly, or because nothing else scores it."""
    if criterion.table is None:
        return _OPENLY.get(criterion.kind)
    kinds = {field.kind for field in subject.scheme.evidence if field.key in criterion.table.evidence}
    return next(iter(kinds)) if len(kinds) == 1 and kinds <= FOUR_ONLY.keys() else _OPENLY.get(criterion.kind)


def most_points(subject: Subject, criterion: Criterion, lacking: Collection[EvidenceKind] = ()) -> int:
    """The points of whoever has the most of everything but evidence of the kinds ``lacking``."""
    if criterion.table is None:
        return 0 if four_only(subject, criterion) in lacking else FULL
    absent = evidence_of(subject, lacking)
    amounts = {key: 0 if key in absent else most for key, most in subject.limits.items()}
    return criterion.table.points(amounts)


def most_total(subject: Subject, side: CriterionSide, lacking: Collection[EvidenceKind] = ()) -> int:
    """The total, in thousandths of a point, of whoever has the most of everything but evidence of some kinds."""
    absent = evidence_of(subject, lacking)
    amounts = {key: 0 if key in absent else most for key, most in subject.limits.items()}
    bonus = sum(b.earned(amounts) for b in subject.scheme.bonuses if b.side in (side, CriterionSide.BOTH))
    points = sum(c.weight * most_points(subject, c, lacking) for c in subject.scheme.criteria_for(side))
    return min(FULL * WHOLE, points + bonus * WHOLE)


def number(value: PolicyValue) -> int:
    """A policy value that is a whole number."""
    if isinstance(value.is_, bool) or not isinstance(value.is_, int):
        raise unusable(value, value.is_, ["整数 a whole number"])
    return value.is_


def shown(thousandths: int) -> str:
    """Thousandths of a point as people write points: 90, 87.5."""
    return f"{thousandths / WHOLE:g}"
