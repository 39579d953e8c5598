"""Which readings of the packs a decision really rests on: a higher level, a related occupation, spans with gaps."""

from collections.abc import Iterator
from datetime import date

from core.citations import Citation
from core.conditions import CareerYears, CityYears, Condition, CredentialYears, Readings, WorkFilter, atoms
from core.dates import Period
from core.eligibility.evaluate import Dossier, Reached, all_reached, city_spans, counts, is_usable
from core.facts import WorkSpell


def rests_on(condition: Condition, dossier: Dossier, used_on: date) -> Iterator[Citation]:
    """The readings that an application on ``used_on`` rests on, through the credentials and work that serve it."""
    for atom in atoms(condition):
        match atom:
            case CredentialYears(readings=Readings() as readings):
                usable = [r for r in all_reached(atom, dossier) if is_usable(r, used_on)]
                if usable:
                    yield from _of_credential(atom, readings, min(usable, key=lambda r: r.may_apply_from), dossier)
            case CareerYears(readings=Readings() as readings):
                yield from _of_work(atom.work, readings, dossier, date.min, used_on)
                yield from _of_spans(dossier.spans(atom.work), readings, used_on)
            case CityYears(readings=Readings() as readings):
                yield from _of_spans(city_spans(atom, dossier.facts), readings, used_on)


def _of_credential(need: CredentialYears, readings: Readings, used: Reached, dossier: Dossier) -> Iterator[Citation]:
    if used.held.level not in need.named:
        yield readings.higher
    if need.occupations is not None and used.held.occupation not in readings.own:
        yield readings.related
    if need.years:
        yield from _of_work(need.work, readings, dossier, used.counted_from, used.fulfilled_on)
        yield from _of_spans(dossier.spans_after(need, used.counted_from), readings, used.fulfilled_on)


def _of_work(work: WorkFilter, readings: Readings, dossier: Dossier, since: date, until: date) -> Iterator[Citation]:
    """The reading of related occupations, when any work within the days counts by it alone."""
    if work.occupations is None:
        return
    during = (s for s in dossier.facts.work if s.period.end > since and s.period.start < until and counts(work, s))
    if any(_is_related_only(spell, work, readings) for spell in during):
        yield readings.related


def _is_related_only(spell: WorkSpell, work: WorkFilter, readings: Readings) -> bool:
    by_specialty = work.specialties is not None and spell.specialty in work.specialties
    return not by_specialty and spell.occupation not in readings.own


def _of_spans(spans: list[Period], readings: Readings, until: date) -> Iterator[Citation]:
    """The reading of broken spans, when more than one of them was needed."""
    if len([span for span in spans if span.start < until]) > 1:
        yield readings.broken
