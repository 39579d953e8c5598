"""The packs laid over one another, broad to specific: what entry decides on which day, before anything is bound."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from core.citations import Citation, Source
from core.dates import Period, merge
from core.ladders import RANK, Level
from core.policy.cited import Cited
from core.policy.entries import E, LevelGroup, PolicyClock, PolicyValue, most_specific
from core.policy.model import PackForm, SourceForm
from core.texts import Text

HIGHER_LEVEL_COUNTS = "relation.higher_level_counts"
DAYS_PER_YEAR = "clock.days_per_year"

ById = Mapping[str, tuple[E, ...]]


@dataclass(frozen=True, slots=True)
class Layers:
    """Every entry of every pack by id, each id's versions in order of pack and date."""

    forms: tuple[PackForm, ...]
    sources: Mapping[str, Source]
    values: ById[PolicyValue]
    clocks: ById[PolicyClock]
    groups: ById[LevelGroup]

    def cite(self, cited: Cited) -> Citation:
        """The citation of an entry, its source resolved."""
        return Citation(self.sources[cited.source], cited.clause, cited.confidence, cited.quote, cited.note)


def source_of(form: SourceForm) -> Source:
    """A listed document as the citations carry it."""
    return Source(form.id, form.title, form.number, form.issued_by, form.issued_on, form.url, form.read_from)


def lay(forms: Sequence[PackForm]) -> Layers:
    """Lay packs over one another. Their citations must resolve and their level names exist (see ``checks``)."""
    ordered = tuple(sorted(forms, key=lambda form: form.pack.breadth))
    sources = MappingProxyType({one.id: source_of(one) for form in ordered for one in form.source})
    bare = Layers(ordered, sources, MappingProxyType({}), MappingProxyType({}), MappingProxyType({}))
    return Layers(
        ordered,
        sources,
        _by_id(value for form in ordered for value in _values(bare, form)),
        _by_id(clock for form in ordered for clock in _clocks(bare, form)),
        _by_id(group for form in ordered for group in _groups(bare, form)),
    )


def _by_id(entries: Iterable[E]) -> ById[E]:
    found: dict[str, list[E]] = defaultdict(list)
    for entry in entries:
        found[entry.id].append(entry)
    return MappingProxyType({id_: tuple(versions) for id_, versions in found.items()})


def _values(layers: Layers, form: PackForm) -> Iterable[PolicyValue]:
    for one in form.value:
        for version in one.version:
            yield PolicyValue(
                one.id,
                one.label,
                Text(*one.unit) if one.unit else None,
                version.is_,
                version.period,
                layers.cite(version),
                form.pack,
            )


def _clocks(layers: Layers, form: PackForm) -> Iterable[PolicyClock]:
    for one in form.clock:
        for version in one.version:
            yield PolicyClock(
                one.id,
                one.label,
                version.start,
                version.end,
                version.next_year_since,
                version.period,
                layers.cite(version),
                form.pack,
            )


def _groups(layers: Layers, form: PackForm) -> Iterable[LevelGroup]:
    for one in form.level_group:
        for version in one.version:
            levels = sorted((Level(name) for name in version.as_source), key=RANK.__getitem__)
            yield LevelGroup(
                one.id,
                one.label,
                tuple(levels),
                Level(version.as_target),
                version.period,
                layers.cite(version),
                form.pack,
            )


def deciding(entries: Iterable[E], day: date) -> E | None:
    """The entry of the most specific pack that is in force on ``day``."""
    return most_specific(entry for entry in entries if day in entry.period)


def uncovered(period: Period, spans: Iterable[Period]) -> date | None:
    """The first day of ``period`` on which none of ``spans`` is in force; None when all are covered."""
    day = period.start
    for span in merge(spans):
        if day in span:
            day = span.end
    return day if day < period.end else None


def without(period: Period, others: Iterable[Period]) -> list[Period]:
    """The parts of ``period`` that lie in none of ``others``."""
    parts, start = [], period.start
    for other in merge(others):
        if other.start >= period.end:
            break
        if start < other.start:
            parts.append(Period(start, other.start))
        start = max(start, other.end)
    if start < period.end:
        parts.append(Period(start, period.until))
    return parts


def pieces(period: Period, days: Iterable[date]) -> list[Period]:
    """``period`` cut at each of ``days`` that lies within it."""
    edges = [period.start, *sorted(day for day in set(days) if period.start < day < period.end)]
    return [Period(start, until) for start, until in zip(edges, [*edges[1:], period.until], strict=True)]
