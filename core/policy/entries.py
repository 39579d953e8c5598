"""What a loaded policy consists of: dated values, clocks, level groups and routes, each with its citation and pack."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol, TypeVar

from core.citations import Citation, Confidence
from core.conditions import ClockEnd, ClockStart
from core.dates import Period
from core.facts import CredentialKind
from core.ladders import Level
from core.policy.model import Direction, PackHeader, ValueType
from core.policy.requirements import RequireCareer, RequireCityYears, RequireCredential, Requirement
from core.texts import Text


class PackEntry(Protocol):
    """A dated entry that some pack brings."""

    @property
    def id(self) -> str: ...

    @property
    def period(self) -> Period: ...

    @property
    def pack(self) -> PackHeader: ...


E = TypeVar("E", bound=PackEntry)


def most_specific(entries: Iterable[E]) -> E | None:
    """The entry of the most specific pack; None of none."""
    return max(entries, key=lambda entry: entry.pack.breadth, default=None)


def years_of(form: Requirement) -> int:
    """The years that a requirement asks for, 0 when it asks for none."""
    match form:
        case RequireCredential():
            return form.years
        case RequireCareer():
            return form.career_years
        case RequireCityYears():
            return form.city_years
        case _:
            return 0


@dataclass(frozen=True, slots=True)
class PolicyValue:
    """One version of one value (政策取值)."""

    id: str
    label: Text
    unit: Text | None
    is_: ValueType
    period: Period
    citation: Citation
    pack: PackHeader


@dataclass(frozen=True, slots=True)
class PolicyClock:
    """One version of a way of counting years (年限起算)."""

    id: str
    label: Text
    start: ClockStart
    end: ClockEnd
    next_year_since: int | None
    period: Period
    citation: Citation
    pack: PackHeader


@dataclass(frozen=True, slots=True)
class LevelGroup:
    """One version of a loosely named level (初级、高级): what it means when held and when aimed at."""

    id: str
    label: Text
    as_source: tuple[Level, ...]
    as_target: Level
    period: Period
    citation: Citation
    pack: PackHeader


@dataclass(frozen=True, slots=True)
class PackRequirement:
    """One requirement of a route, still in general terms, with its citation.

    For a held credential, ``named`` are the levels that the clause names, lowest first, ``levels`` these and the higher
    ones that count as well, ``kinds`` the kinds of credential that do. All are empty for other requirements.
    """

    form: Requirement
    citation: Citation
    named: tuple[Level, ...] = ()
    levels: frozenset[Level] = frozenset()
    kinds: frozenset[CredentialKind] = frozenset()

    @property
    def least(self) -> Level | None:
        return self.named[0] if self.named else None

    @property
    def years(self) -> int:
        """The years it asks for, 0 when it asks for none."""
        return years_of(self.form)


@dataclass(frozen=True, slots=True)
class PackRoute:
    """A route for a period in which its words mean one thing.

    ``target_name`` is the target as the pack writes it (``title:junior``), ``target`` the level it means. ``citations``
    are the route's own, then those of the level groups that its words rest on. ``floor_for`` are the held levels whose
    catalog rows the route bounds.
    """

    id: str
    label: Text
    direction: Direction
    target: Level
    target_name: str
    open_to: str
    floor_for: frozenset[Level]
    series: frozenset[str] | None
    appointment: bool
    issuer: str
    period: Period
    requires: tuple[PackRequirement, ...]
    pack: PackHeader
    citations: tuple[Citation, ...]

    @property
    def total_years(self) -> int:
        """All years that its requirements ask for, added up: what "laxer" is measured by."""
        return sum(requirement.years for requirement in self.requires)

    @property
    def confidence(self) -> Confidence:
        """The weakest confidence among everything the route rests on."""
        resting_on = (*self.citations, *(requirement.citation for requirement in self.requires))
        return max((citation.confidence for citation in resting_on), key=list(Confidence).index)
