"""Explanations: per condition what is needed, what the person has, the gap, the date it opens, and the clause."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from core.citations import Citation
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
    atoms,
)
from core.eligibility import words
from core.eligibility.days import first_from, span_holding
from core.eligibility.evaluate import Dossier, Reached, all_reached, has_ended, is_usable, matching
from core.eligibility.readings import rests_on
from core.facts import HeldCredential
from core.texts import Text

CONTINUES = Text("假定在现岗位继续工作", "assumes that the present post continues")


@dataclass(frozen=True, slots=True)
class ConditionResult:
    """One condition for one person on one day.

    ``due`` is the day it becomes true (or has been true from), None when an act is needed. ``fulfilled_on`` differs
    from it only where years count to 31 December of the review year. ``any_of`` holds the alternatives of an ``any``.
    """

    need: Text
    have: Text
    gap: Text | None
    is_met: bool
    due: date | None
    fulfilled_on: date | None
    citation: Citation | None
    counts_time: bool = False
    any_of: tuple["ConditionResult", ...] = ()


@dataclass(frozen=True, slots=True)
class Explanation:
    """All conditions of a decision, with what it assumes and the weakly founded clauses that decide it."""

    conditions: tuple[ConditionResult, ...]
    fulfilled_on: date | None
    assumptions: tuple[Text, ...]
    weak: tuple[Citation, ...]


def explain(
    condition: Condition, dossier: Dossier, day: date, may_apply_from: date | None, also: Iterable[Citation] = ()
) -> Explanation:
    """The explanation of a whole route on ``day``; ``also`` are clauses it rests on besides its conditions."""
    parts = condition.parts if isinstance(condition, All) else (condition,)
    results = tuple(result_of(part, dossier, day, may_apply_from or day) for part in parts)
    waits = may_apply_from is not None and may_apply_from > day
    used = rests_on(condition, dossier, may_apply_from or day)
    clauses = (*(c for r in results for c in citations(r)), *clocks(condition), *used, *also)
    weak = dict.fromkeys(c for c in clauses if c.confidence.is_weak)
    fulfilled = [r.fulfilled_on for r in results if r.fulfilled_on]
    return Explanation(
        conditions=results,
        fulfilled_on=max(fulfilled, default=may_apply_from) if may_apply_from else None,
        assumptions=(CONTINUES,) if waits and any(r.counts_time for r in results) else (),
        weak=tuple(weak),
    )


def clocks(condition: Condition) -> Iterator[Citation]:
    """The clauses that say how the years of a condition are counted: they decide its dates."""
    yield from (a.clock.citation for a in atoms(condition) if isinstance(a, CredentialYears) and a.years)


def citations(result: ConditionResult) -> list[Citation]:
    """The clauses that a result rests on."""
    own = [result.citation] if result.citation else []
    return own + [c for child in result.any_of for c in citations(child)]


def result_of(condition: Condition, dossier: Dossier, day: date, used_on: date) -> ConditionResult:
    """The result of one condition on ``day``, for an application on ``used_on``."""
    if isinstance(condition, Any_ | All):
        if len(condition.parts) == 1:
            return result_of(condition.parts[0], dossier, day, used_on)
        return _result_of_many(condition, dossier, day, used_on)
    return _result_of_atom(condition, dossier, day, used_on)


def _result_of_many(condition: Any_ | All, dossier: Dossier, day: date, used_on: date) -> ConditionResult:
    children = tuple(result_of(part, dossier, day, used_on) for part in condition.parts)
    days = dossier.days(condition)
    due = _due(days, day)
    is_met = span_holding(days, day) is not None
    need, have, gap = words.of_many(isinstance(condition, Any_), is_met, due)
    return ConditionResult(need, have, gap, is_met, due, due, None, any(c.counts_time for c in children), children)


def _due(days: Any, day: date) -> date | None:
    """The day from which the condition has held, if it does; else the first later day on which it will."""
    holding = span_holding(days, day)
    return date.fromordinal(holding[0]) if holding else first_from(days, day)


def _result_of_atom(atom: Atom, dossier: Dossier, day: date, used_on: date) -> ConditionResult:
    days = dossier.days(atom)
    due = _due(days, day)
    is_met = span_holding(days, day) is not None
    have = _HAVE[type(atom)](atom, dossier, day)
    fulfilled = _fulfilled_on(atom, dossier, used_on) or due
    near = dossier.holdings.occupations
    gap = None if is_met else words.gap_of(atom, due, day, bool(_origins(atom, dossier, day)), near)
    need = words.need_of(atom, near)
    return ConditionResult(need, have, gap, is_met, due, fulfilled, atom.citation, _needs_post(atom))


def _needs_post(atom: Atom) -> bool:
    """Whether a later date rests on work that goes on."""
    if isinstance(atom, CredentialYears):
        return atom.years > 0 and not atom.work.is_any
    return isinstance(atom, CareerYears | CityYears | OnPost)


def _origins(atom: Atom, dossier: Dossier, day: date) -> list[HeldCredential]:
    """The credentials that the years may still be counted from."""
    if not isinstance(atom, CredentialYears):
        return []
    return [held for held in matching(atom, dossier.facts) if not has_ended(held, day)]


def _fulfilled_on(atom: Atom, dossier: Dossier, used_on: date) -> date | None:
    """When the years are full, of the credential that an application on ``used_on`` rests on."""
    if not isinstance(atom, CredentialYears):
        return None
    found = all_reached(atom, dossier)
    return min((r.fulfilled_on for r in found if is_usable(r, used_on)), default=None)


def _have_credential(need: CredentialYears, dossier: Dossier, day: date) -> Text:
    held = [c for c in matching(need, dossier.facts) if c.awarded_on <= day]
    if not held:
        return words.NOT_HELD
    best = min(
        (r for r in all_reached(need, dossier) if r.held in held), key=lambda r: _preference(r, day), default=None
    )
    chosen = best.held if best else min(held, key=lambda c: has_ended(c, day))
    return words.have_credential(need, chosen, dossier, day)


def _preference(found: Reached, day: date) -> tuple[bool, date]:
    return has_ended(found.held, day), found.may_apply_from


_HAVE: dict[type[Atom], Callable[[Any, Dossier, date], Text]] = {
    CredentialYears: _have_credential,
    CareerYears: words.have_career,
    AgeYears: words.have_age,
    Educated: words.have_schooling,
    Awarded: words.have_award,
    CityYears: words.have_city_years,
    OnPost: words.have_post,
    EvidenceAtLeast: words.have_evidence,
}
