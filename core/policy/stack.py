"""The policy as the rest of core reads it: packs laid over one another, of which the most specific decides."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from core.citations import Source
from core.conditions import Clock
from core.dates import Period, in_force
from core.errors import ErrorCode, GuantongError, Where, nearest_of
from core.ladders import Level
from core.policy.entries import E, PackRequirement, PackRoute, PolicyClock, PolicyValue
from core.policy.layers import DAYS_PER_YEAR, ById, Layers, deciding, without
from core.policy.model import PackHeader, ValueType
from core.policy.routes import Role, expand
from core.policy.show import PolicyRow, everything
from core.texts import Text

__all__ = ["PackRequirement", "PackRoute", "PolicyClock", "PolicyRow", "PolicyStack", "PolicyValue"]


@dataclass(frozen=True, slots=True)
class PolicyStack:
    """Everything that the loaded packs say.

    ``digest`` (SHA-256) identifies their content, whatever the files' layout. ``routes`` has one entry for each route
    and period in which its words mean one thing.
    """

    layers: Layers
    routes: tuple[PackRoute, ...]
    digest: str

    @property
    def packs(self) -> tuple[PackHeader, ...]:
        """The packs' headers, broad to specific."""
        return tuple(form.pack for form in self.layers.forms)

    @property
    def sources(self) -> Mapping[str, Source]:
        """The documents that are cited, by id."""
        return self.layers.sources

    @property
    def cuts(self) -> tuple[date, ...]:
        """Every day on which some value, clock or level group changes, in order."""
        dated = (self.layers.values, self.layers.clocks, self.layers.groups)
        periods = [entry.period for by_id in dated for versions in by_id.values() for entry in versions]
        ends = {period.until for period in periods if period.until is not None}
        return tuple(sorted({period.start for period in periods} | ends))

    def value(self, id_: str, day: date) -> PolicyValue:
        """The value in force on ``day``, the most specific pack's. Raises NOT_IN_FORCE when there is none."""
        return _decided(self.layers.values, id_, day)

    def integer(self, id_: str, day: date) -> int:
        """A value that is a whole number."""
        found = self.value(id_, day)
        if isinstance(found.is_, bool) or not isinstance(found.is_, int):
            raise _other_type(found, "整数", "a whole number")
        return found.is_

    def flag(self, id_: str, day: date) -> bool:
        """A value that is yes or no."""
        found = self.value(id_, day)
        if not isinstance(found.is_, bool):
            raise _other_type(found, "真或假", "true or false")
        return found.is_

    def share(self, id_: str, day: date) -> Fraction:
        """A value that is a share, written ``2/3``."""
        found = self.value(id_, day)
        try:
            return Fraction(str(found.is_))
        except ValueError:
            raise _other_type(found, "分数，如 2/3", "a share such as 2/3") from None

    def strings(self, id_: str, day: date) -> tuple[str, ...]:
        """A value that is a list of words."""
        found = self.value(id_, day)
        if not isinstance(found.is_, list):
            raise _other_type(found, "文字列表", "a list of words")
        words = tuple(word for word in found.is_ if isinstance(word, str))
        if len(words) != len(found.is_):
            raise _other_type(found, "文字列表", "a list of words")
        return words

    def values(self, day: date | None = None) -> tuple[PolicyValue, ...]:
        """The values that decide on ``day``; without a day every version of every pack."""
        if day is None:
            return tuple(version for versions in self.layers.values.values() for version in versions)
        found = (deciding(versions, day) for versions in self.layers.values.values())
        return tuple(value for value in found if value is not None)

    def clock(self, id_: str, day: date) -> Clock:
        """The way of counting years in force on ``day``."""
        found = _decided(self.layers.clocks, id_, day)
        days_per_year = self.integer(DAYS_PER_YEAR, day)
        return Clock(id_, found.start, found.end, days_per_year, found.citation, found.next_year_since)

    def expand(self, level_name: str, role: Role, day: date) -> tuple[Level, ...]:
        """The levels that a name means on a day, lowest first: as a target exactly one."""
        return expand(self.layers, level_name, role, day)

    def everything(self, day: date | None = None) -> tuple[PolicyRow, ...]:
        """Every value, clock, reading and requirement as a row; without a day every version of every pack."""
        return everything(self.layers, day)

    def routes_in_force(self, day: date) -> tuple[PackRoute, ...]:
        """Every route that is open on ``day``."""
        return tuple(route for route in self.routes if day in route.period)

    def route(self, id_: str, day: date) -> PackRoute:
        """The route of an id in force on ``day``. Raises NOT_IN_FORCE when there is none."""
        named = [route for route in self.routes if route.id == id_]
        if not any(day in route.period for route in named):
            raise _not_in_force(id_, day, [route.id for route in self.routes])
        return in_force(named, day, id_)

    def floor(self, from_level: Level, to_level: Level) -> tuple[PackRoute, ...]:
        """The floors of a catalog row from one level to another, over all time, earliest first.

        Periods are cut so that on each day only the most specific pack's floor is there; they never overlap.
        """
        bounds = [route for route in self.routes if from_level in route.floor_for and route.target is to_level]
        floors = [replace(one, period=part) for one in bounds for part in _days_decided_by(one, bounds)]
        return tuple(sorted(floors, key=lambda route: route.period.start))


def _days_decided_by(route: PackRoute, bounds: list[PackRoute]) -> list[Period]:
    closer = (other.period for other in bounds if other.pack.breadth > route.pack.breadth)
    return without(route.period, closer)


def _decided(by_id: ById[E], id_: str, day: date) -> E:
    found = deciding(by_id.get(id_, ()), day)
    if found is None:
        raise _not_in_force(id_, day, list(by_id))
    return found


def _not_in_force(id_: str, day: date, known: list[str]) -> GuantongError:
    listed = id_ in known
    return GuantongError(
        ErrorCode.NOT_IN_FORCE,
        Text(
            f"{id_} 在 {day} 没有有效取值" if listed else f"政策包中没有 {id_}",
            f"{id_} has no value in force on {day}" if listed else f"no pack has an entry {id_}",
        ),
        where=Where(entry=id_, cell=day.isoformat()),
        nearest=None if listed else nearest_of(id_, list(dict.fromkeys(known))),
    )


def _other_type(value: PolicyValue, zh: str, en: str) -> GuantongError:
    shown: ValueType = value.is_
    return GuantongError(
        ErrorCode.POLICY_INVALID,
        Text(f"取值 {shown!r} 应为{zh}", f"the value {shown!r} should be {en}"),
        where=Where(file=value.pack.id, entry=value.id, cell=value.period.start.isoformat()),
        clause=str(value.citation),
    )
