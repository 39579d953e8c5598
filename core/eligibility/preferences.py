"""Preferences (优先考虑) that somebody may claim under a scheme: shown beside an application, and deciding nothing."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from core.facts import ContestAward, ContestRank
from core.ladders import Ladder, Target
from core.schemes import Preference, PreferenceMatter, PreferredPerson, Scheme

_RANKS = {rank: place for place, rank in enumerate(ContestRank)}
Grounds = Mapping[PreferredPerson, Sequence[ContestAward]]


@dataclass(frozen=True, slots=True)
class Preferred:
    """One preference with what it rests on: the award that was won, or that of somebody who was coached."""

    preference: Preference
    person: PreferredPerson
    award: ContestAward
    matters: frozenset[PreferenceMatter]


def preferences_met(scheme: Scheme, grounds: Grounds, targets: Iterable[Target], day: date) -> tuple[Preferred, ...]:
    """The preferences of a scheme that hold on ``day`` for whoever aims at ``targets``, in the scheme's order.

    ``grounds`` are the awards that the person won, and those of people whom the person coached. A preference in
    promotion to a title (职称晋升) is for whoever aims at one.
    """
    return _all_met(scheme, grounds, {target.ladder for target in targets}, day)


def preferences_claimable(scheme: Scheme, grounds: Grounds, day: date) -> tuple[Preferred, ...]:
    """The preferences of a scheme that hold on ``day`` for a person, whatever the person may aim at."""
    return _all_met(scheme, grounds, set(Ladder), day)


def _all_met(scheme: Scheme, grounds: Grounds, aims: set[Ladder], day: date) -> tuple[Preferred, ...]:
    return tuple(found for one in scheme.preferences for found in _met(one, grounds, aims, day))


def _met(preference: Preference, grounds: Grounds, aims: set[Ladder], day: date) -> Iterator[Preferred]:
    out_of_place = set() if Ladder.TITLE in aims else {PreferenceMatter.PROMOTION}
    matters = preference.matters - out_of_place
    if day not in preference.period or not matters:
        return
    for person in PreferredPerson:
        if person in preference.people:
            for award in grounds.get(person, ()):
                if _counts(preference, award, day):
                    yield Preferred(preference, person, award, matters)


def _counts(preference: Preference, award: ContestAward, day: date) -> bool:
    high_enough = _RANKS[award.rank] >= _RANKS[preference.rank]
    return award.tier in preference.tiers and high_enough and award.awarded_on <= day
