"""From facts to the days on which a condition holds. Pure; nothing here knows the policy, storage or words."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from core.conditions import (
    AgeYears,
    All,
    Any_,
    Atom,
    Awarded,
    CareerYears,
    CityYears,
    Clock,
    ClockEnd,
    ClockStart,
    Condition,
    CredentialYears,
    Educated,
    EvidenceAtLeast,
    OnPost,
    WorkFilter,
)
from core.dates import Period, add_years, merge, years_reached
from core.eligibility.days import ALWAYS, FOREVER, NEVER, Days, intersect, span, union
from core.facts import ContestRank, HeldCredential, Holdings, ObtainedBy, PersonFacts, WorkSpell

_RANKS = {rank: i for i, rank in enumerate(ContestRank)}
_BEGINNING = date.min
_COUNTED_FROM_REVIEW_YEAR = frozenset({ObtainedBy.REVIEW, ObtainedBy.DUAL})


@dataclass(slots=True)
class Dossier:
    """A person's facts, with what conditions ask for again and again worked out once."""

    facts: PersonFacts
    _spans: dict[tuple[WorkFilter, date], list[Period]] = field(default_factory=dict)
    _days: dict[int, tuple[Atom, Days]] = field(default_factory=dict)
    _holdings: Holdings | None = None

    @property
    def holdings(self) -> Holdings:
        """What the person has anything to do with."""
        if self._holdings is None:
            self._holdings = Holdings.of(self.facts)
        return self._holdings

    def spans(self, work: WorkFilter, since: date = _BEGINNING) -> list[Period]:
        """Merged spans, from ``since`` on, of the employments that ``work`` counts."""
        key = (work, since)
        found = self._spans.get(key)
        if found is None:
            spells = (s.period for s in self.facts.work if counts(work, s))
            found = self._spans[key] = merge(clipped(spells, since))
        return found

    def spans_after(self, need: CredentialYears, since: date) -> list[Period]:
        """What counts towards the years after a credential: its work, or all time where the clause asks for no work."""
        return [Period(since)] if need.work.is_any else self.spans(need.work, since)

    def days(self, condition: Condition) -> Days:
        """The days on which ``condition`` holds for this person."""
        if isinstance(condition, All):
            return self._all(condition.parts)
        if isinstance(condition, Any_):
            return self._any(condition.parts)
        # Kept by identity: conditions live as long as the rules do, and hashing one costs more than evaluating it.
        known = self._days.get(id(condition))
        if known is None:
            known = self._days[id(condition)] = (condition, _EVALUATORS[type(condition)](condition, self))
        return known[1]

    def _all(self, parts: tuple[Condition, ...]) -> Days:
        result = ALWAYS
        for part in parts:
            result = intersect(result, self.days(part))
            if not result:
                return NEVER
        return result

    def _any(self, parts: tuple[Condition, ...]) -> Days:
        result = NEVER
        for part in parts:
            result = union(result, self.days(part))
        return result


def clipped(periods: Iterable[Period], since: date) -> Iterator[Period]:
    """The parts of ``periods`` from ``since`` on."""
    for period in periods:
        if period.start >= since:
            yield period
        elif period.end > since:
            yield Period(since, period.until)


def counts(work: WorkFilter, spell: WorkSpell) -> bool:
    """Whether an employment is work that the filter counts."""
    if work.is_any:
        return True
    if work.occupations is not None and spell.occupation in work.occupations:
        return True
    return work.specialties is not None and spell.specialty in work.specialties


def matching(need: CredentialYears, facts: PersonFacts) -> list[HeldCredential]:
    """The person's credentials that ``need`` accepts, whatever the years since."""
    return [c for c in facts.credentials if accepts(need, c)]


def accepts(need: CredentialYears, held: HeldCredential) -> bool:
    if held.level not in need.levels or held.kind not in need.kinds:
        return False
    if need.occupations is not None and held.occupation is not None:
        return held.occupation in need.occupations
    if need.specialties is not None and held.series is not None:
        return (held.series, held.specialty) in need.specialties
    return need.occupations is None and need.specialties is None


def has_ended(held: HeldCredential, day: date) -> bool:
    """Whether a credential no longer counts on ``day``, expired or revoked."""
    return held.ends_on is not None and held.ends_on <= day


def counts_from(clock: Clock, held: HeldCredential) -> date:
    """The day from which years after ``held`` count.

    Titles passed in review count from their review year (评审年度), which is not the year of the certificate; those
    by exam or recognition from the day of passing (粤人社发〔2024〕29号 二).
    """
    year = held.review_year
    by_year = clock.start is ClockStart.REVIEW_YEAR and held.obtained_by in _COUNTED_FROM_REVIEW_YEAR
    if not by_year or year is None:
        return held.awarded_on
    is_next_year = clock.next_year_since is not None and year >= clock.next_year_since
    return date(year + 1 if is_next_year else year, 1, 1)


@dataclass(frozen=True, slots=True)
class Reached:
    """When the years after one credential are full, and from when one may apply on the strength of them."""

    held: HeldCredential
    counted_from: date
    fulfilled_on: date
    may_apply_from: date


def reached(need: CredentialYears, held: HeldCredential, dossier: Dossier) -> Reached | None:
    """When ``need`` is reached through ``held``; None when the work on record never adds up to the years."""
    start = counts_from(need.clock, held)
    if need.years == 0:
        return Reached(held, start, held.awarded_on, held.awarded_on)
    full = years_reached(dossier.spans_after(need, start), need.years, need.clock.days_per_year)
    if full is None or full == date.max:
        return None
    if need.clock.end is ClockEnd.DAY:
        return Reached(held, start, full, max(full, held.awarded_on))
    # Counted to 31 December inclusive: five years from 1 January 2023 are full on 31 December 2027.
    last = date((full - timedelta(days=1)).year, 12, 31)
    return Reached(held, start, min(full, last), max(date(last.year, 1, 1), held.awarded_on))


def all_reached(need: CredentialYears, dossier: Dossier) -> list[Reached]:
    """When ``need`` is reached through each credential through which it ever is."""
    found = (reached(need, held, dossier) for held in matching(need, dossier.facts))
    return [r for r in found if r]


def is_usable(found: Reached, day: date) -> bool:
    """Whether an application on ``day`` may rest on it."""
    return found.may_apply_from <= day and not has_ended(found.held, day)


def _credential_years(need: CredentialYears, dossier: Dossier) -> Days:
    result = NEVER
    for found in all_reached(need, dossier):
        result = union(result, span(found.may_apply_from, found.held.ends_on))
    return result


def _from_reached(day: date | None) -> Days:
    return NEVER if day is None or day == date.max else span(day)


def _career_years(need: CareerYears, dossier: Dossier) -> Days:
    return _from_reached(years_reached(dossier.spans(need.work), need.years, need.days_per_year))


def _age_years(need: AgeYears, dossier: Dossier) -> Days:
    return span(add_years(dossier.facts.born_on, need.years))


def _educated(need: Educated, dossier: Dossier) -> Days:
    days = (
        s.graduated_on
        for s in dossier.facts.schooling
        if s.level in need.levels and _serves(need, s.occupations, s.specialties)
    )
    return _from_reached(min(days, default=None))


def _serves(need: Educated, occupations: frozenset[str], specialties: frozenset[str]) -> bool:
    if need.occupations is None and need.specialties is None:
        return True
    if need.occupations is not None and not need.occupations.isdisjoint(occupations):
        return True
    return need.specialties is not None and not need.specialties.isdisjoint(specialties)


def _awarded(need: Awarded, dossier: Dossier) -> Days:
    days = (
        a.awarded_on
        for a in dossier.facts.awards
        if a.tier in need.tiers
        and _RANKS[a.rank] >= _RANKS[need.rank]
        and (need.occupations is None or a.occupation in need.occupations)
    )
    return _from_reached(min(days, default=None))


def city_spans(need: CityYears, facts: PersonFacts) -> list[Period]:
    """Merged spans of work in enterprises of the city, since the first graduation where the condition asks for that."""
    since = _BEGINNING
    if need.after_graduation:
        since = min((s.graduated_on for s in facts.schooling), default=date.max)
    return merge(clipped((s.period for s in facts.work if s.in_city), since))


def _city_years(need: CityYears, dossier: Dossier) -> Days:
    return _from_reached(years_reached(city_spans(need, dossier.facts), need.years, need.days_per_year))


def fits_post(need: OnPost, spell: WorkSpell) -> bool:
    """Whether an employment is a post that the condition asks for."""
    if need.occupations is not None and spell.occupation not in need.occupations:
        return False
    return (spell.municipal or not need.municipal) and (spell.frontline or not need.frontline)


def _on_post(need: OnPost, dossier: Dossier) -> Days:
    result = NEVER
    for spell in dossier.facts.work:
        if fits_post(need, spell):
            result = union(result, span(spell.period.start, spell.period.until))
    return result


def _evidence(need: EvidenceAtLeast, dossier: Dossier) -> Days:
    keys = dict.fromkeys(need.keys)
    found = [(item.since, key, item.amount) for key in keys for item in dossier.facts.evidence.get(key, ())]
    have: dict[str, int] = {}
    for since, key, amount in sorted(found):
        have[key] = have.get(key, 0) + amount
        if need.counted(have) >= need.amount:
            return ((since.toordinal(), FOREVER),)
    return NEVER


_EVALUATORS: dict[type[Atom], Callable[[Any, Dossier], Days]] = {
    CredentialYears: _credential_years,
    CareerYears: _career_years,
    AgeYears: _age_years,
    Educated: _educated,
    Awarded: _awarded,
    CityYears: _city_years,
    OnPost: _on_post,
    EvidenceAtLeast: _evidence,
}
