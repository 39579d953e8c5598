"""Rules about pass marks (合格线): none below the policy's, none out of reach, and no gate hidden in one."""

from collections.abc import Iterator

from core.schemes import Criterion, EvidenceKind
from core.scoring import FULL, SUBJECT_MARK, WHOLE, mark_of
from core.scoring_tables import CriterionSide
from core.texts import Text
from plugins.rules.gate_rules import BANNED, FOUR_ONLY, NAMES, kinds_of
from plugins.rules.measures import four_only, most_points, most_total, number, shown, sides
from plugins.rules.subject import Fault, Subject


def no_gate_in_pass_mark(subject: Subject) -> Iterator[Fault]:
    """Whoever is best in all else reaches every mark without papers, degree, seniority or awards.

    Example: papers weigh 100 and the pass mark is 95: without papers 90 points are the most there is.
    """
    yield from _gates_in_total(subject)
    yield from _gates_in_subjects(subject)


def _gates(subject: Subject, side: CriterionSide) -> dict[EvidenceKind, str]:
    """What may not decide a certificate by itself, each with the clause that says so."""
    ids = (FOUR_ONLY, BANNED) if side is CriterionSide.TITLE else (FOUR_ONLY,)
    values = (value for id_ in ids for value in subject.versions(id_))
    return {kind: str(value.citation) for value in values for kind in kinds_of(value)}


def _gates_in_total(subject: Subject) -> Iterator[Fault]:
    mark = subject.scheme.title_pass_mark
    if mark is None or most_total(subject, CriterionSide.TITLE) < mark * WHOLE:
        return
    for kind, clause in _gates(subject, CriterionSide.TITLE).items():
        most = most_total(subject, CriterionSide.TITLE, (kind,))
        if most < mark * WHOLE:
            text = Text(
                f"{NAMES[kind].zh}实为硬门槛：该项为零、其余满分仅 {shown(most)} 分 < 合格线 {mark}",
                f"a hidden gate of {NAMES[kind].en}: with none, full marks elsewhere give {shown(most)} < {mark}",
            )
            yield Fault(text, entry="title_pass_mark", value=mark, nearest=most // WHOLE, clause=clause)


def _gates_in_subjects(subject: Subject) -> Iterator[Fault]:
    for side, criterion, mark in _marks(subject):
        if criterion.pass_mark is not None and four_only(subject, criterion):
            continue  # said by own_mark_is_no_gate
        for kind, clause in _gates(subject, side).items():
            most = most_points(subject, criterion, (kind,))
            if most < mark <= most_points(subject, criterion):
                name = criterion.name
                text = Text(
                    f"{NAMES[kind].zh}实为硬门槛：没有时“{name.zh}”最多 {most} 分 < 合格线 {mark}",
                    f"a hidden gate of {NAMES[kind].en}: with none, '{name.en}' gives {most} at most < {mark}",
                )
                yield Fault(text, entry=f"criterion.{criterion.key}", value=mark, nearest=most, clause=clause)


def _marks(subject: Subject) -> Iterator[tuple[CriterionSide, Criterion, int]]:
    """Every mark that a criterion must reach, the policy's where it has none of its own, the highest that comes up."""
    policy = max(number(value) for value in subject.versions(SUBJECT_MARK))
    told: set[tuple[str, int]] = set()
    for side, criteria in sides(subject):
        for criterion in criteria:
            mark = mark_of(criterion, side, policy)
            if (criterion.key, mark) not in told:
                told.add((criterion.key, mark))
                yield side, criterion, mark


def own_mark_is_no_gate(subject: Subject) -> Iterator[Fault]:
    """A criterion of papers, degree, seniority or awards has no pass mark of its own.

    Example: kind ``award`` with ``pass_mark = 60``.
    """
    clause = str(subject.versions(FOUR_ONLY)[0].citation)
    for criterion in subject.scheme.criteria:
        if four_only(subject, criterion) and (criterion.pass_mark or 0) > 0:
            text = Text(
                f"“{criterion.name.zh}”单设合格线，成为硬门槛", f"'{criterion.name.en}' has a mark of its own: a gate"
            )
            yield Fault(text, entry=f"criterion.{criterion.key}", value=criterion.pass_mark, nearest=0, clause=clause)


def marks_not_below_policy(subject: Subject) -> Iterator[Fault]:
    """A skill subject's own pass mark is not below the policy's.

    Example: ``pass_mark = 50`` where the policy asks for 60.
    """
    for value in subject.versions(SUBJECT_MARK):
        least = number(value)
        for criterion in subject.scheme.criteria_for(CriterionSide.SKILL):
            own = criterion.pass_mark
            if own is not None and own < least and not four_only(subject, criterion):
                text = Text(f"科目合格线 {own} 低于 {least}", f"the subject's pass mark {own} is below {least}")
                entry = f"criterion.{criterion.key}"
                yield Fault(text, entry=entry, value=own, nearest=least, clause=str(value.citation))


def marks_in_reach(subject: Subject) -> Iterator[Fault]:
    """Pass marks lie in 0 to 100, and somebody reaches each of them.

    Example: ``title_pass_mark = 90`` over a table that gives 80 points at most.
    """
    for _, criterion, mark in _marks(subject):
        yield from _out_of_reach(f"criterion.{criterion.key}", mark, most_points(subject, criterion) * WHOLE)
    title = subject.scheme.title_pass_mark
    if title is not None and subject.scheme.criteria_for(CriterionSide.TITLE):
        yield from _out_of_reach("title_pass_mark", title, most_total(subject, CriterionSide.TITLE))


def _out_of_reach(entry: str, mark: int, most: int) -> Iterator[Fault]:
    if mark < 0:
        text = Text(f"合格线 {mark} 应在 0 至 {FULL} 之间", f"the pass mark {mark} is not in 0 to {FULL}")
        yield Fault(text, entry=entry, value=mark, nearest=0)
    elif mark * WHOLE > most:
        text = Text(
            f"合格线 {mark} 高于最高可得的 {shown(most)} 分",
            f"the pass mark {mark} is above {shown(most)}, the most there is",
        )
        yield Fault(text, entry=entry, value=mark, nearest=shown(most))
