"""What a condition reads of a person, and what one must have for it ever to hold: who need not be asked at all."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar

from core.conditions import (
    AgeYears,
    All,
    Any_,
    Atom,
    Awarded,
    CareerYears,
    CityYears,
    Condition,
    CredentialYears,
    Educated,
    EvidenceAtLeast,
    OnPost,
)
from core.facts import FactKind, HeldCredential, OccupationKey, Reading, SpecialtyKey
from core.ladders import Level

T = TypeVar("T")
# A credential that a way may start from: its level, and its occupation or specialty; None is any.
Origin = tuple[Level, OccupationKey | SpecialtyKey | None]

READS: dict[type[Atom], frozenset[FactKind]] = {
    CredentialYears: frozenset({FactKind.CREDENTIALS, FactKind.WORK}),
    CareerYears: frozenset({FactKind.WORK}),
    AgeYears: frozenset(),
    Educated: frozenset({FactKind.SCHOOLING}),
    Awarded: frozenset({FactKind.AWARDS}),
    CityYears: frozenset({FactKind.WORK, FactKind.SCHOOLING}),
    OnPost: frozenset({FactKind.WORK}),
    EvidenceAtLeast: frozenset({FactKind.EVIDENCE}),
}


def reading_of(atoms: Iterable[Atom]) -> Reading:
    """The facts that atoms read: without the others they hold on the same days."""
    found = list(atoms)
    levels = (atom.levels for atom in found if isinstance(atom, CredentialYears))
    return Reading(frozenset().union(*(READS[type(atom)] for atom in found)), frozenset().union(*levels))


def origins_of(condition: Condition) -> frozenset[Origin] | None:
    """Credentials of which whoever meets the condition holds one; None when it may be met without any."""
    return _one_of(condition, _origins_of_atom)


def _origins_of_atom(atom: Atom) -> frozenset[Origin] | None:
    if not isinstance(atom, CredentialYears):
        return None
    keys: list[Any] = [*(atom.occupations or ()), *(atom.specialties or ())]
    if atom.occupations is None and atom.specialties is None:
        keys = [None]
    return frozenset((level, key) for level in atom.levels for key in keys)


def origins_held(held: HeldCredential) -> Iterator[Origin]:
    """The origins that a credential is."""
    yield held.level, None
    if held.occupation:
        yield held.level, held.occupation
    if held.series and held.specialty:
        yield held.level, (held.series, held.specialty)


def posts_of(condition: Condition) -> frozenset[OccupationKey] | None:
    """Occupations of which whoever meets the condition has worked in one; None when it asks for no such post."""
    return _one_of(condition, lambda atom: atom.occupations if isinstance(atom, OnPost) else None)


def _one_of(condition: Condition, of_atom: Callable[[Atom], frozenset[T] | None]) -> frozenset[T] | None:
    """Things of which whoever meets the condition has at least one; None when it may be met without any."""
    if isinstance(condition, All):
        asked = [found for found in (_one_of(part, of_atom) for part in condition.parts) if found is not None]
        return min(asked, key=len, default=None)
    if isinstance(condition, Any_):
        either = [_one_of(part, of_atom) for part in condition.parts]
        return None if None in either else frozenset().union(*(found for found in either if found))
    return of_atom(condition)
