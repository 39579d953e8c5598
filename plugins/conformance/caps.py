"""Whether what papers, degree, seniority and awards move in the tables of a certificate stays within their caps."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from core.policy.stack import PolicyValue
from core.schemes import Criterion, EvidenceKind
from core.scoring import FULL
from core.scoring_tables import CriterionSide, TabulatedScore
from core.texts import Text
from plugins.conformance.proof import Influence, Shown, influence
from plugins.conformance.words import said
from plugins.rules.measures import CAPS, SIDE_NAMES, evidence_of, four_only, number, sides
from plugins.rules.subject import Fault, Subject


@dataclass(frozen=True, slots=True)
class _Moved:
    """How much a table moves by one of the four: in thousandths of the certificate's total."""

    shown: Shown
    by: Influence
    weight: int


def over_caps(subject: Subject, tables: Mapping[str, Shown]) -> Iterator[Fault]:
    """What is over its cap, told of the table that moves most. Pure criteria of the same item count with their weight.

    ``subject`` holds the frozen tables.
    """
    told: set[tuple[EvidenceKind, str]] = set()
    for side, criteria in sides(subject):
        for kind, cap_id in CAPS.items():
            moved = list(_moved(subject, criteria, tables, kind))
            pure = sum(one.weight for one in criteria if four_only(subject, one) is kind)
            if not moved:
                continue
            most = max(moved, key=lambda one: one.weight)
            for value in subject.versions(cap_id):
                total = pure + sum(one.weight for one in moved)
                if total > number(value) and (kind, most.shown.criterion) not in told:
                    told.add((kind, most.shown.criterion))
                    yield _fault(side, most, total, value)


def _moved(
    subject: Subject, criteria: Sequence[Criterion], tables: Mapping[str, Shown], kind: EvidenceKind
) -> Iterator[_Moved]:
    keys = evidence_of(subject, [kind])
    for one in criteria:
        mixed = isinstance(one.table, TabulatedScore) and four_only(subject, one) is not kind
        if mixed and one.key in tables and keys & set(tables[one.key].score.evidence):
            by = influence(tables[one.key], keys)
            yield _Moved(tables[one.key], by, by.points * one.weight // FULL)


def _fault(side: CriterionSide, most: _Moved, total: int, value: PolicyValue) -> Fault:
    shown, by, cap, name = most.shown, most.by, number(value), SIDE_NAMES[side]
    one, other = (said(shown.cell(cell), shown.fields) for cell in (by.without, by.having))
    before, after = shown.score.cells[by.without], shown.score.cells[by.having]
    text = Text(
        f"{name.zh}：“{one.zh}”得 {before} 分，“{other.zh}”得 {after} 分；此项合计折合权重 {total}，超过上限 {cap}",
        f"{name.en}: '{one.en}' gives {before} points and '{other.en}' {after}; in all that item weighs {total}, above "
        f"the cap of {cap}",
    )
    return Fault(text, entry=shown.entry, value=total, nearest=cap, clause=str(value.citation))
