"""Rules against gates (硬门槛): what a row may not demand of anybody, alone or together with its like (破四唯)."""

from collections.abc import Collection, Iterator

from core.policy.model import RequireContest, RequireEducation, RequireEvidence
from core.policy.stack import PolicyValue
from core.schemes import EvidenceKind
from core.texts import Text, join
from plugins.rules.extreme import CONTESTS, barred
from plugins.rules.subject import CATALOG, Bound, Direction, Fault, Subject, unusable

# The policy's words for what a piece of evidence is.
KINDS = {
    "papers": EvidenceKind.PAPER,
    "degree": EvidenceKind.DEGREE,
    "seniority": EvidenceKind.SENIORITY,
    "awards": EvidenceKind.AWARD,
    "foreign_language": EvidenceKind.FOREIGN_LANGUAGE,
    "computer_test": EvidenceKind.COMPUTER_TEST,
}
NAMES = {
    EvidenceKind.PAPER: Text("论文", "papers"),
    EvidenceKind.DEGREE: Text("学历", "degree"),
    EvidenceKind.SENIORITY: Text("资历", "seniority"),
    EvidenceKind.AWARD: Text("奖项", "awards"),
    EvidenceKind.FOREIGN_LANGUAGE: Text("外语", "foreign language"),
    EvidenceKind.COMPUTER_TEST: Text("计算机应用能力", "computer test"),
}
BANNED = "bans.skilled_title_barriers"
FOUR_ONLY = "bans.sole_criteria"
CONTEST_RESULT = Text("竞赛名次", "a contest result")


def no_banned_gate(subject: Subject) -> Iterator[Fault]:
    """Papers, degree, foreign language and computer tests are no bar for skilled people who apply for titles.

    Example: ``requires`` one paper on the way from 技师 to 工程师 (人社部发〔2020〕96号).
    """
    for direction in subject.directions:
        if direction.to_title:
            yield from _gates(subject, direction, subject.versions(BANNED), frozenset())


def no_four_only_gate(subject: Subject) -> Iterator[Fault]:
    """None of papers, degree, seniority and awards keeps anybody out (破四唯), save what the policy itself asks for.

    Example: ``requires`` a city award on the way from 工程师 to 技师.
    """
    banned = frozenset(kind for value in subject.versions(BANNED) for kind in kinds_of(value))
    for direction in subject.directions:
        said = banned if direction.to_title else frozenset()
        yield from _gates(subject, direction, subject.versions(FOUR_ONLY), said)


def kinds_of(value: PolicyValue) -> list[EvidenceKind]:
    """The kinds of evidence that a policy value lists."""
    names = [str(name) for name in value.is_] if isinstance(value.is_, list) else [str(value.is_)]
    unknown = next((name for name in names if name not in KINDS), None)
    if unknown is not None:
        raise unusable(value, unknown, KINDS)
    return [KINDS[name] for name in names]


def _gates(
    subject: Subject, direction: Direction, values: Collection[PolicyValue], said: Collection[EvidenceKind]
) -> Iterator[Fault]:
    """The first gate of a direction; one that consists only of kinds ``said`` elsewhere is not said again."""
    for bound in subject.bound(direction):
        for value in values:
            gate = _gate(subject, bound, kinds_of(value))
            if gate and not set(gate) <= set(said):
                yield _fault(subject, direction, gate, bound, str(value.citation))
                return


def _gate(subject: Subject, bound: Bound, kinds: Collection[EvidenceKind]) -> list[EvidenceKind]:
    """The kinds without which nobody passes: a single one if there is one, else the fewest that do it together."""
    for kind in kinds:
        if barred(bound.claim, _keys(subject, bound, [kind]), subject.limits):
            return [kind]
    if not barred(bound.claim, _keys(subject, bound, kinds), subject.limits):
        return []
    needed = list(kinds)
    for kind in kinds:
        fewer = [one for one in needed if one is not kind]
        if barred(bound.claim, _keys(subject, bound, fewer), subject.limits):
            needed = fewer
    return needed


def _keys(subject: Subject, bound: Bound, kinds: Collection[EvidenceKind]) -> set[str]:
    """The evidence of some kinds, and contests as awards, without what the floor in force asks for by itself."""
    forms = [one.form for one in bound.floor.requires] if bound.floor else []
    keys = {field.key for field in subject.scheme.evidence if field.kind in kinds}
    if EvidenceKind.AWARD in kinds and not any(isinstance(form, RequireContest) for form in forms):
        keys |= CONTESTS.keys()
    if any(isinstance(form, RequireEducation) for form in forms):
        keys -= {field.key for field in subject.scheme.evidence if field.kind is EvidenceKind.DEGREE}
    return keys - {key for form in forms if isinstance(form, RequireEvidence) for key in form.evidence}


def _fault(subject: Subject, at: Direction, gate: list[EvidenceKind], bound: Bound, clause: str) -> Fault:
    keys = sorted(_keys(subject, bound, gate) & bound.keys)
    names = [CONTEST_RESULT if key in CONTESTS else subject.names[key] for key in keys]
    name = join(tuple(dict.fromkeys(names)), zh="、", en=" or ")
    return Fault(
        Text(f"“{name.zh}”成为硬性门槛", f"'{name.en}' is a hard gate"),
        CATALOG,
        at.row.number,
        f"{at.name}.requires",
        ", ".join(kind.value for kind in gate),
        None,
        clause,
        Text(f"其余条件全部最优、仅缺{name.zh}者被拒", f"a person best in all but {name.en} is refused"),
    )
