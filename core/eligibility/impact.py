"""What a version of a scheme does to people: who becomes eligible by it, and who no longer is, row by row."""

from collections import defaultdict
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from core.eligibility.days import contains
from core.eligibility.decide import route_days
from core.eligibility.evaluate import Dossier
from core.eligibility.rulebook import Rulebook
from core.facts import PersonFacts
from core.ladders import Target
from core.schemes import Scheme

Id = TypeVar("Id", bound=Hashable)


@dataclass(frozen=True, slots=True)
class RowImpact:
    """What happens on one direction of one pair. ``row`` is its number in the newer version, if it is there still."""

    row: int | None
    source: Target
    target: Target
    gained: tuple[Hashable, ...]
    lost: tuple[Hashable, ...]
    kept: int


@dataclass(frozen=True, slots=True)
class Impact:
    """The whole effect on a day. People gained or lost are those for whom any row opens or every row closes."""

    day: date
    people: int
    rows: tuple[RowImpact, ...]
    gained: int
    lost: int


Way = tuple[Target, Target]


def ways_open(scheme: Scheme | None, dossier: Dossier, day: date, rulebook: Rulebook) -> set[Way]:
    """The pairs, from source to target, that a scheme opens to a person on a day, blocks apart."""
    if scheme is None:
        return set()
    found: set[Way] = set()
    for route in rulebook.scheme(scheme).from_held(dossier.facts):
        if route.source is not None and day in route.period and contains(route_days(dossier, route), day):
            found.add((route.source, route.target))
    return found


def impact(
    old: Scheme | None, new: Scheme, people: Iterable[tuple[Id, PersonFacts]], day: date, rulebook: Rulebook
) -> Impact:
    """The effect on ``day`` of replacing ``old``, or nothing, with ``new``, over the given people."""
    before: dict[Way, set[Id]] = defaultdict(set)
    after: dict[Way, set[Id]] = defaultdict(set)
    total = gained = lost = 0
    for person, facts in people:
        total += 1
        dossier = Dossier(facts)
        was, is_now = (ways_open(s, dossier, day, rulebook) for s in (old, new))
        gained += bool(is_now) and not was
        lost += bool(was) and not is_now
        for way in was:
            before[way].add(person)
        for way in is_now:
            after[way].add(person)
    numbers = _numbers(old) | _numbers(new)
    ways = sorted(before.keys() | after.keys(), key=lambda w: (w[0].sort_key, w[1].sort_key))
    rows = tuple(_row(way, numbers[way], before[way], after[way]) for way in ways)
    return Impact(day, total, rows, gained, lost)


def _numbers(scheme: Scheme | None) -> dict[Way, int]:
    rows = scheme.rows if scheme else ()
    there = {(row.skill, row.title): row.number for row in rows}
    return {**there, **{(title, skill): number for (skill, title), number in there.items()}}  # type: ignore[dict-item]


def _row(way: Way, number: int, was: set[Id], is_now: set[Id]) -> RowImpact:
    gained, lost = tuple(sorted(is_now - was, key=str)), tuple(sorted(was - is_now, key=str))
    return RowImpact(number, *way, gained, lost, len(was & is_now))
