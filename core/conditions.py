"""Conditions (资格条件): trees of ``all`` and ``any`` over atoms that only ever ask for *at least* something.

So they are monotone by construction: more evidence or a later day never turns one false. An atom names what it needs
in terms bound to one target (sets of occupations, specialties, levels); ``core.eligibility.days`` computes from the
facts of a person the days on which it holds, ``core.eligibility.explain`` says it in words.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import zip_longest

from core.citations import Citation
from core.facts import ContestRank, ContestTier, CredentialKind, EducationLevel
from core.ladders import Level


class ClockStart(StrEnum):
    """From which day years after a credential count."""

    AWARD = "award"  # 取得之日
    REVIEW_YEAR = "review_year"  # 评审年度


class ClockEnd(StrEnum):
    """Up to which day they count."""

    DAY = "day"  # 满年限之日
    REVIEW_YEAR_END = "review_year_end"  # 申报评审年度12月31日


@dataclass(frozen=True, slots=True)
class Clock:
    """How years are counted (年限起算), named by a policy pack, never by a scheme.

    ``next_year_since``: titles reviewed for that year or later count from 1 January of the *next* year.
    """

    id: str
    start: ClockStart
    end: ClockEnd
    days_per_year: int
    citation: Citation
    next_year_since: int | None = None


@dataclass(frozen=True, slots=True)
class WorkFilter:
    """Employments that count: of one of ``occupations`` or ``specialties`` (``series:specialty``); both None: all.

    Of years after a credential, both None asks for no work at all: time alone counts (证书满N年). ``of_specialty`` says
    in which words it is asked for: 本专业技术工作 rather than 相应技术技能工作.
    """

    occupations: frozenset[str] | None = None
    specialties: frozenset[str] | None = None
    of_specialty: bool = False

    @property
    def is_any(self) -> bool:
        return self.occupations is None and self.specialties is None


@dataclass(frozen=True, slots=True)
class Readings:
    """How the packs read what clauses leave open. A decision cites each of them where it really rests on it.

    ``own`` are the target's own occupations: others count by ``related``. ``higher`` lets a level above the named ones
    count, ``broken`` adds up spans of work with gaps between them.
    """

    own: frozenset[str]
    higher: Citation
    related: Citation
    broken: Citation


@dataclass(frozen=True, slots=True)
class CredentialYears:
    """Hold a credential of ``levels`` and have worked ``years`` since; ``years`` 0 is merely holding it.

    ``named`` are the levels that the clause names, ``least`` the lowest of them; ``levels`` adds the higher ones that
    count as well. Skill credentials match by ``occupations``, titles by ``specialties`` (pairs of series and
    specialty); None is any.
    """

    levels: frozenset[Level]
    named: frozenset[Level]
    least: Level
    kinds: frozenset[CredentialKind]
    years: int
    clock: Clock
    work: WorkFilter
    citation: Citation
    occupations: frozenset[str] | None = None
    specialties: frozenset[tuple[str, str]] | None = None
    readings: Readings | None = None


@dataclass(frozen=True, slots=True)
class CareerYears:
    """Have worked ``years`` in all (累计从事本职业或相关职业)."""

    years: int
    days_per_year: int
    work: WorkFilter
    citation: Citation
    readings: Readings | None = None


@dataclass(frozen=True, slots=True)
class AgeYears:
    """Be at least ``years`` old (年满…周岁)."""

    years: int
    citation: Citation


@dataclass(frozen=True, slots=True)
class Educated:
    """Have completed education of one of ``levels``, in a field that serves one of ``occupations`` or ``specialties``.

    ``least`` is the level that the clause names; ``levels`` are it and those that the policy ranks as equal or higher.
    """

    least: EducationLevel
    levels: frozenset[EducationLevel]
    citation: Citation
    occupations: frozenset[str] | None = None
    specialties: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Awarded:
    """Have reached ``rank`` or better in a competition of one of ``tiers``."""

    tiers: frozenset[ContestTier]
    rank: ContestRank
    occupations: frozenset[str] | None
    citation: Citation


@dataclass(frozen=True, slots=True)
class CityYears:
    """Have worked ``years`` in enterprises of the city; with ``after_graduation`` only work since graduating counts."""

    years: int
    days_per_year: int
    after_graduation: bool
    citation: Citation
    readings: Readings | None = None


@dataclass(frozen=True, slots=True)
class OnPost:
    """Be on a post now: of one of ``occupations``, and where asked in a municipal enterprise, on the front line."""

    citation: Citation
    occupations: frozenset[str] | None = None
    municipal: bool = False
    frontline: bool = False


@dataclass(frozen=True, slots=True)
class EvidenceAtLeast:
    """Have declared evidence of ``keys`` that adds up to ``amount`` (one key: ``≥``; several: ``sum ≥``).

    ``most`` is how much of each key counts, where the scheme that declares it says so.
    """

    keys: tuple[str, ...]
    amount: int
    label_zh: str
    label_en: str
    citation: Citation
    most: tuple[int | None, ...] = ()

    def counted(self, amounts: Mapping[str, int]) -> int:
        """What of some amounts counts towards the sum."""
        given = zip_longest(self.keys, self.most)
        return sum(amounts.get(key, 0) if most is None else min(amounts.get(key, 0), most) for key, most in given)


@dataclass(frozen=True, slots=True)
class RowYears:
    """``years`` after the credential of the catalog row itself.

    Only schemes write it. It is never evaluated: binding a row turns it into ``CredentialYears`` by the floor's clock.
    """

    years: int
    citation: Citation


Atom = CredentialYears | CareerYears | AgeYears | Educated | Awarded | CityYears | OnPost | EvidenceAtLeast | RowYears


@dataclass(frozen=True, slots=True)
class All:
    """Every one of ``parts``; none at all is always true."""

    parts: "tuple[Condition, ...]" = field(default=())


@dataclass(frozen=True, slots=True)
class Any_:
    """At least one of ``parts``."""

    parts: "tuple[Condition, ...]"


Condition = All | Any_ | Atom
ALWAYS_TRUE = All()


def atoms(condition: Condition) -> Iterator[Atom]:
    """The leaves of a condition, left to right."""
    if isinstance(condition, All | Any_):
        for part in condition.parts:
            yield from atoms(part)
    else:
        yield condition


def merge_all(*conditions: Condition) -> All:
    """One conjunction of all, each equal part once: how 一评双证 merges two sets of conditions."""
    parts: dict[Condition, None] = {}
    for condition in conditions:
        for part in condition.parts if isinstance(condition, All) else (condition,):
            parts.setdefault(part)
    return All(tuple(parts))
