"""What a rule looks at, and what it says when something is wrong."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from core.conditions import All, Condition, RowYears
from core.dates import Period
from core.eligibility.bind_scheme import common, directions
from core.eligibility.blocks import Employer
from core.ladders import Ladder, Target
from core.policy.stack import PackRoute, PolicyStack
from core.schemes import CatalogRow, DirectedRule, Scheme
from core.texts import Text
from core.vocabulary import Vocabulary
from plugins.manifest import CatalogForm, Manifest

MANIFEST = "scheme.toml"
CATALOG = "catalog.toml"


@dataclass(frozen=True, slots=True)
class Fault:
    """What a check found, before the table adds code, stage and severity."""

    what: Text
    file: str = MANIFEST
    row: int | None = None
    entry: str | None = None
    value: object = None
    nearest: object = None
    clause: str | None = None
    counterexample: Text | None = None


@dataclass(frozen=True)
class Direction:
    """One direction of one row: what the scheme itself asks for, years included."""

    row: CatalogRow
    rule: DirectedRule
    source: Target
    target: Target

    @property
    def to_title(self) -> bool:
        return self.target.ladder is Ladder.TITLE

    def claim(self, floor: PackRoute) -> Condition:
        """The scheme's own condition; years left out are the floor's."""
        years = floor_years(floor) if self.rule.years is None else self.rule.years
        return All((RowYears(years, self.rule.citation), *self.rule.conditions.parts))


def floor_years(floor: PackRoute) -> int:
    """The years that a floor asks for after the row's credential."""
    return max((r.years for r in floor.requires if r.named), default=0)


@dataclass(frozen=True)
class Subject:
    """A scheme before the rules.

    ``enterprise`` is what is known of its listing and authorities, None when it is not on record at all; ``keys`` are
    the keys of other providers' schemes, each with the provider's name.
    """

    manifest: Manifest
    catalog: CatalogForm
    scheme: Scheme
    policy: PolicyStack
    vocabulary: Vocabulary
    enterprise: Employer | None
    day: date
    keys: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def directions(self) -> tuple[Direction, ...]:
        """Every direction of every row."""
        rows = self.scheme.rows
        return tuple(Direction(row, rule, source, target) for row in rows for rule, source, target in directions(row))

    def floors(self, direction: Direction) -> Iterator[tuple[PackRoute, Period]]:
        """The floors of a direction, each with the days of the row's period that it binds."""
        row, title = direction.row, direction.row.title
        for floor in self.policy.floor(direction.source.level, direction.target.level):
            period = common(floor.period, row.period, self.scheme.period)
            if period and (floor.series is None or title.series in floor.series):
                yield floor, period
