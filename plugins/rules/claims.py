"""Claims: what a scheme itself asks for, as ``all``/``any`` over sums of whole numbers, with nothing else in it.

A person is an amount by key. Keys of evidence are the scheme's own; months since the row's credential and the rank
reached in each tier of contests stand beside them under keys that no scheme can write.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from core.conditions import All, Any_, Awarded, Condition, EvidenceAtLeast, RowYears
from core.facts import ContestRank, ContestTier

MONTHS_A_YEAR = 12
MONTHS = ":months"
RANKS = {rank: number for number, rank in enumerate(ContestRank, 1)}

Person = Mapping[str, int]


def contest(tier: ContestTier) -> str:
    """The key of the rank reached in contests of a tier; 0 is none at all."""
    return f":contest:{tier}"


@dataclass(frozen=True, slots=True)
class Need:
    """The amounts of ``keys`` add up to ``amount`` at least."""

    keys: tuple[str, ...]
    amount: int


@dataclass(frozen=True, slots=True)
class AllOf:
    """Every part holds; none at all always does."""

    parts: "tuple[Claim, ...]"


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one part holds."""

    parts: "tuple[Claim, ...]"


Claim = Need | AllOf | AnyOf


def years(count: int) -> Need:
    """So many years after the row's credential."""
    return Need((MONTHS,), count * MONTHS_A_YEAR)


def claim_of(condition: Condition) -> Claim:
    """The claim that a scheme's condition makes."""
    match condition:
        case All():
            return AllOf(tuple(claim_of(part) for part in condition.parts))
        case Any_():
            return AnyOf(tuple(claim_of(part) for part in condition.parts))
        case RowYears():
            return years(condition.years)
        case EvidenceAtLeast():
            return Need(condition.keys, condition.amount)
        case Awarded():
            return AnyOf(tuple(Need((contest(tier),), RANKS[condition.rank]) for tier in sorted(condition.tiers)))
        case _:
            raise TypeError(f"no scheme writes {type(condition).__name__}")


def holds(claim: Claim, person: Person) -> bool:
    """Whether a claim holds for a person."""
    match claim:
        case Need():
            return sum(person.get(key, 0) for key in claim.keys) >= claim.amount
        case AllOf():
            return all(holds(part, person) for part in claim.parts)
        case AnyOf():
            return any(holds(part, person) for part in claim.parts)


def needs(claim: Claim) -> Iterator[Need]:
    """The leaves of a claim, left to right."""
    if isinstance(claim, Need):
        yield claim
    else:
        for part in claim.parts:
            yield from needs(part)
