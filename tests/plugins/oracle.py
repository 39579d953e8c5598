"""A second opinion on a catalog: z3 decides each claim from the words of the document, by nothing but arithmetic."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import product
from typing import Any

import z3

from plugins.catalog_form import RowForm
from plugins.need_forms import AllNeed, AnyNeed, ContestNeed, EvidenceNeed, Need, YearsNeed
from tests.plugins.random_catalogs import EVIDENCE

LIFE = 60
RANKS = ("participant", "excellence", "bronze", "silver", "gold")
TIERS = ("enterprise", "city", "province", "national_sector", "national", "world")
FOUR_ONLY = {"paper", "degree", "seniority", "award"}
BANNED = {"paper", "degree"}
STARTS, RISES = date(2026, 3, 1), date(2027, 1, 1)
# Years of the plan's table, from technician and senior technician to titles, and back.
YEARS = {
    ("technician", True): 3,
    ("senior_technician", True): 4,
    ("technician", False): 1,
    ("senior_technician", False): 1,
}

Told = tuple[str, int, str | None]


@dataclass(frozen=True)
class Way:
    """One direction of one row while one floor is in force: the days, the floor, the years asked for, the formulas."""

    row: RowForm
    forth: bool
    days: tuple[date, date]
    floor: int
    years: int
    asks: Any
    groups: Any

    @property
    def name(self) -> str:
        return "skill_to_title" if self.forth else "title_to_skill"

    @property
    def claim(self) -> Any:
        return z3.And(self.asks, self.groups)


class Oracle:
    """What z3 says of one catalog."""

    def __init__(self, rows: list[RowForm], groups: dict[str, list[Need]], rises: bool) -> None:
        self.months = z3.Int("months")
        self.evidence = {key: z3.Int(key) for key in EVIDENCE}
        self.ranks = {tier: z3.Int(f"rank_{tier}") for tier in TIERS}
        self.solver = z3.Solver()
        self.solver.add(self.months >= 0, self.months <= LIFE * 12)
        self.solver.add(*(z3.And(v >= 0, v <= EVIDENCE[key][1]) for key, v in self.evidence.items()))
        self.solver.add(*(z3.And(v >= 0, v <= len(RANKS)) for v in self.ranks.values()))
        self.groups = {key: self.all(needs) for key, needs in groups.items()}
        self.rises = rises
        self.ways = [way for row in rows for forth in (True, False) for way in self.of(row, forth)]

    def can(self, *formulas: Any) -> bool:
        """Whether there is a person for whom all of these hold."""
        return bool(self.solver.check(*formulas) == z3.sat)

    def all(self, needs: list[Need]) -> Any:
        return z3.And([self.formula(need) for need in needs])

    def formula(self, need: Need) -> Any:
        match need:
            case YearsNeed():
                return self.months >= need.years * 12
            case EvidenceNeed():
                return z3.Sum([self.evidence[key] for key in need.evidence]) >= need.at_least
            case ContestNeed():
                rank = RANKS.index(need.contest_rank) + 1
                return z3.Or([self.ranks[tier] >= rank for tier in need.contest_tiers])
            case AnyNeed():
                return z3.Or([self.formula(part) for part in need.any])
            case AllNeed():
                return self.all(need.all)

    def of(self, row: RowForm, forth: bool) -> Iterator[Way]:
        rule = row.skill_to_title if forth else row.title_to_skill
        if rule is None:
            return
        groups = z3.Or([self.groups[key] for key in row.groups]) if row.groups else z3.BoolVal(True)
        start, end = row.from_ or STARTS, row.until or date.max
        for floor, since, until in self.floors(row.skill_level, forth):
            days = (max(start, since), min(end, until))
            if days[0] < days[1]:
                years = floor if rule.years is None else rule.years
                asks = z3.And(self.months >= years * 12, self.all(rule.requires))
                yield Way(row, forth, days, floor, years, asks, groups)

    def floors(self, level: str, forth: bool) -> list[tuple[int, date, date]]:
        years = YEARS[level, forth]
        if self.rises and (level, forth) == ("technician", True):
            return [(years, date.min, RISES), (years + 1, RISES, date.max)]
        return [(years, date.min, date.max)]

    def told(self) -> set[Told]:
        """Codes with row and direction, as verification should find them."""
        return {*self.below_floor(), *self.unreachable(), *self.gates(), *self.meetings()}

    def below_floor(self) -> Iterator[Told]:
        for way in self.ways:
            if self.can(way.claim, self.months < way.floor * 12):
                yield "SCH201", way.row.number, way.name

    def unreachable(self) -> Iterator[Told]:
        for way in self.ways:
            if not self.can(way.asks):
                yield "SCH207", way.row.number, way.name
            if not self.can(way.groups):
                yield "SCH207", way.row.number, None

    def gates(self) -> Iterator[Told]:
        for way in self.ways:
            if way.forth and self.barred(way, BANNED):
                yield "SCH211", way.row.number, way.name
            said = BANNED if way.forth else set()
            mixed = self.barred(way, FOUR_ONLY) and not self.barred(way, said)
            if mixed or self.barred(way, FOUR_ONLY - said):
                yield "SCH212", way.row.number, way.name

    def barred(self, way: Way, kinds: set[str]) -> bool:
        nothing = [self.evidence[key] == 0 for key, (kind, _) in EVIDENCE.items() if kind in kinds]
        nothing += [rank == 0 for rank in self.ranks.values()] if "award" in kinds else []
        return self.can(way.claim) and not self.can(way.claim, *nothing)

    def meetings(self) -> Iterator[Told]:
        """Of each later row, what it is to the first earlier one with which it does not agree."""
        order = list(dict.fromkeys((way.row.number, way.forth) for way in self.ways))
        for at, (number, forth) in enumerate(order):
            earlier = [number for number, other in order[:at] if other is forth]
            found = (self.meeting(first, number, forth) for first in earlier)
            told = next((one for one in found if one), None)
            if told:
                yield told

    def meeting(self, first: int, second: int, forth: bool) -> Told | None:
        ones, others = ([w for w in self.ways if (w.row.number, w.forth) == (n, forth)] for n in (first, second))
        for one, other in product(ones, others):
            if one.row.skill_level != other.row.skill_level or not self.share(one, other):
                continue
            told = self.compared(one, other)
            if told:
                return told
        return None

    def share(self, one: Way, other: Way) -> bool:
        days = max(one.days[0], other.days[0]) < min(one.days[1], other.days[1])
        groups = set(one.row.groups), set(other.row.groups)
        return days and bool(not all(groups) or groups[0] & groups[1])

    def compared(self, one: Way, other: Way) -> Told | None:
        if not self.can(one.claim) or not self.can(other.claim):
            return None
        only_one, only_other = self.can(one.asks, z3.Not(other.asks)), self.can(other.asks, z3.Not(one.asks))
        contradict = ("SCH209", other.row.number, other.name)
        if one.years != other.years or (only_one and only_other):
            return contradict
        if self.inside(other, one) and not self.can(other.claim, z3.Not(one.claim)):
            return "SCH208", other.row.number, other.name
        if self.inside(one, other) and not self.can(one.claim, z3.Not(other.claim)):
            return "SCH208", one.row.number, one.name
        return contradict if only_one or only_other else None

    @staticmethod
    def inside(inner: Way, outer: Way) -> bool:
        starts, ends = (
            (w.row.from_ or STARTS for w in (inner, outer)),
            (w.row.until or date.max for w in (inner, outer)),
        )
        (inner_start, outer_start), (inner_end, outer_end) = starts, ends
        return outer_start <= inner_start and inner_end <= outer_end
