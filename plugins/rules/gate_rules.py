"""Rules against gates (硬门槛): what a row may not demand of anybody, alone or together with its like (破四唯)."""

from collections.abc import Callable, Collection, Iterator
from functools import partial

from core.policy.requirements import RequireContest, RequireEducation, RequireEvidence
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
Kinds = list[EvidenceKind]
Gate = tuple[EvidenceKind, ...]
CONTEST_RESULT = Text("竞赛名次", "a contest result")


def no_banned_gate(subject: Subject) -> Iterator[Fault]:
    """Papers, degree, foreign language and computer tests are no bar for skilled people who apply for titles.

    Example: ``requires`` one paper on the way from 技师 to 工程师 (人社部发〔2020〕96号).
    """
    for direction in subject.directions:
        if direction.to_title:
            yield from _told(subject, direction, BANNED, _gates)


def no_four_only_gate(subject: Subject) -> Iterator[Fault]:
    """None of papers, degree, seniority and awards keeps anybody out (破四唯), save what the policy itself asks for.

    Example: ``requires`` a city award on the way from 工程师 to 技师.
    """
    banned = {kind for value in subject.versions(BANNED) for kind in kinds_of(value)}
    for direction in subject.directions:
        said = banned if direction.to_title else set()
        yield from _told(subject, direction, FOUR_ONLY, partial(_unsaid, said=said))


def _unsaid(subject: Subject, bound: Bound, kinds: Kinds, said: Collection[EvidenceKind]) -> list[Gate]:
    """The gates that are not already banned: of other kinds, or of these and others together."""
    others = [kind for kind in kinds if kind not in said]
    own = _gates(subject, bound, others)
    if own or _gates(subject, bound, [kind for kind in kinds if kind in said]):
        return own
    return _gates(subject, bound, kinds)


def kinds_of(value: PolicyValue) -> Kinds:
    """The kinds of evidence that a policy value lists."""
    names = [str(name) for name in value.is_] if isinstance(value.is_, list) else [str(value.is_)]
    unknown = next((name for name in names if name not in KINDS), None)
    if unknown is not None:
        raise unusable(value, unknown, KINDS)
    return [KINDS[name] for name in names]


def _told(
    subject: Subject, direction: Direction, id_: str, find: Callable[[Subject, Bound, Kinds], list[Gate]]
) -> Iterator[Fault]:
    """Each gate of a direction once, under whatever floor and version of the policy it shows first."""
    told: set[Gate] = set()
    for bound in subject.bound(direction):
        for value in subject.versions(id_):
            for gate in find(subject, bound, kinds_of(value)):
                if gate not in told:
                    told.add(gate)
                    yield _fault(subject, direction, gate, bound, str(value.citation))


def _gates(subject: Subject, bound: Bound, kinds: Kinds) -> list[Gate]:
    """Every kind without which nobody passes; if there is none, the fewest without all of which nobody does."""

    def bars(gate: Collection[EvidenceKind]) -> bool:
        return barred(bound.claim, _keys(subject, bound, gate), subject.limits)

    if not bars(kinds):
        return []
    single = [(kind,) for kind in kinds if bars([kind])]
    return [*single] or [_fewest(tuple(kinds), bars)]


def _fewest(kinds: Gate, bars: Callable[[Gate], bool]) -> Gate:
    for kind in kinds:
        fewer = tuple(one for one in kinds if one is not kind)
        if bars(fewer):
            return _fewest(fewer, bars)
    return kinds


def _keys(subject: Subject, bound: Bound, kinds: Collection[EvidenceKind]) -> set[str]:
    """The evidence of some kinds, and contests as awards, without what the floor in force asks for by itself."""
    forms = [one.form for one in bound.floor.requires] if bound.floor else []
    keys = {field.key for field in subject.scheme.evidence if field.kind in kinds}
    if EvidenceKind.AWARD in kinds and not any(isinstance(form, RequireContest) for form in forms):
        keys |= CONTESTS.keys()
    if any(isinstance(form, RequireEducation) for form in forms):
        keys -= {field.key for field in subject.scheme.evidence if field.kind is EvidenceKind.DEGREE}
    return keys - {key for form in forms if isinstance(form, RequireEvidence) for key in form.evidence}


def _fault(subject: Subject, at: Direction, gate: Gate, bound: Bound, clause: str) -> Fault:
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
