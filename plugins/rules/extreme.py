"""Extreme people: conditions only rise, so one person decides a claim about all people exactly.

With everything else at its best and the years one month short of the floor, either that person passes, and the claim
is broken, or nobody below the floor can.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from core.conditions import All, Any_, Awarded, Condition, EvidenceAtLeast, RowYears, atoms
from core.schemes import EvidenceField
from core.texts import Text

MONTHS = 12
MOST_MONTHS = 60 * MONTHS


@dataclass(frozen=True, slots=True)
class Extreme:
    """A person as far as a scheme's own conditions can see: months since the credential, evidence, a contest won."""

    months: int
    evidence: Mapping[str, int]
    has_award: bool

    def having(self, key: str, amount: int) -> "Extreme":
        return replace(self, evidence={**self.evidence, key: amount})


def best(fields: tuple[EvidenceField, ...]) -> Extreme:
    """The person who has everything that can be had."""
    return Extreme(MOST_MONTHS, {f.key: f.most for f in fields}, has_award=True)


def holds(condition: Condition, person: Extreme) -> bool:
    """Whether a scheme's condition holds for a person."""
    match condition:
        case All():
            return all(holds(part, person) for part in condition.parts)
        case Any_():
            return any(holds(part, person) for part in condition.parts)
        case RowYears():
            return person.months >= condition.years * MONTHS
        case EvidenceAtLeast():
            return sum(person.evidence.get(key, 0) for key in condition.keys) >= condition.amount
        case Awarded():
            return person.has_award
        case _:
            return True


def least(lowest: int, highest: int, passes: Callable[[int], bool]) -> int:
    """The least amount that passes, when ``highest`` does: by halving, since passing only rises."""
    while lowest < highest:
        middle = (lowest + highest) // 2
        if passes(middle):
            highest = middle
        else:
            lowest = middle + 1
    return highest


def smallest(condition: Condition, person: Extreme) -> Extreme:
    """The smallest person below ``person`` who still passes: each amount brought down in turn."""
    months = least(0, person.months, lambda m: holds(condition, replace(person, months=m)))
    person = replace(person, months=months)
    for key, amount in person.evidence.items():
        found = least(0, amount, lambda a, k=key, p=person: holds(condition, p.having(k, a)))  # type: ignore[misc]
        person = person.having(key, found)
    without = replace(person, has_award=False)
    return without if holds(condition, without) else person


def asked(condition: Condition) -> frozenset[str]:
    """The keys of evidence that a condition mentions."""
    return frozenset(key for a in atoms(condition) if isinstance(a, EvidenceAtLeast) for key in a.keys)


def length(months: int) -> Text:
    """A span of months in years and months."""
    years, rest = divmod(months, MONTHS)
    zh = (f"{years}年" if years else "") + (f"{rest}个月" if rest or not years else "")
    en = " ".join(f"{n} {u}" for n, u in ((years, "y"), (rest, "mo")) if n) or "0 mo"
    return Text(zh, en)


def described(person: Extreme, fields: tuple[EvidenceField, ...]) -> Text:
    """A person in words: the months, then whatever evidence is above zero, then a contest."""
    span = length(person.months)
    shown = [(f.name, person.evidence.get(f.key, 0)) for f in fields if person.evidence.get(f.key, 0)]
    zh = [f"满{span.zh}", *(f"{name.zh}={amount}" for name, amount in shown)]
    en = [f"after {span.en}", *(f"{name.en} = {amount}" for name, amount in shown)]
    if person.has_award:
        zh, en = [*zh, "有竞赛名次"], [*en, "with a contest result"]
    return Text("、".join(zh), ", ".join(en))
