"""What a rule looks at, and what it says when something is wrong."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from core.conditions import All, Any_, Condition, EvidenceAtLeast, atoms
from core.dates import Period
from core.eligibility.bind_scheme import common, directions
from core.eligibility.blocks import Employer
from core.errors import ErrorCode, GuantongError, Where, nearest_of
from core.ladders import Ladder, Level, Target
from core.policy.stack import PackRoute, PolicyStack, PolicyValue
from core.schemes import CatalogRow, DirectedRule, FactField, Scheme
from core.texts import Text
from core.vocabulary import Vocabulary
from plugins.case_forms import CasesForm
from plugins.catalog_form import CatalogForm
from plugins.lookups import Misread
from plugins.manifest import Manifest
from plugins.rules.claims import AllOf, Claim, claim_of, needs, years
from plugins.rules.extreme import limits_of

MANIFEST = "scheme.toml"
CATALOG = "catalog.toml"
# What somebody may have of evidence that is named but not declared: that it is not is another rule's finding.
UNDECLARED = 1_000_000_000


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


@dataclass(frozen=True, slots=True)
class Behaviour:
    """What the scheme's own code did in the jail: its faults by the code of their rule.

    ``is_known`` is False where it was not run, with ``unchecked`` to say why if there is no other finding for that.
    """

    faults: Mapping[str, tuple[Fault, ...]] = field(default_factory=dict)
    is_known: bool = True
    unchecked: Text | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Direction:
    """One direction of one row. Each is itself alone: comparing two would compare all that their row holds."""

    row: CatalogRow
    rule: DirectedRule
    source: Target
    target: Target

    @property
    def to_title(self) -> bool:
        return self.target.ladder is Ladder.TITLE

    @property
    def name(self) -> str:
        """As the row writes it."""
        return "skill_to_title" if self.to_title else "title_to_skill"


@dataclass(frozen=True, slots=True)
class Bound:
    """What one direction itself asks for on the days of ``period``, while one floor, or none, is in force.

    ``years`` left out of the row are the floor's. ``asks`` is the row's own claim, years first, ``groups`` what makes
    somebody one of the row's people, or None where it is for everybody.
    """

    period: Period
    floor: PackRoute | None
    years: int
    asks: AllOf
    groups: Claim | None

    @property
    def claim(self) -> AllOf:
        """Everything that is asked for."""
        return AllOf((*self.asks.parts, self.groups)) if self.groups else self.asks

    @property
    def floor_years(self) -> int:
        return floor_years(self.floor) if self.floor else 0

    @property
    def keys(self) -> set[str]:
        """Everything that is asked for in some way."""
        return {key for need in needs(self.claim) for key in need.keys}


def unusable(value: PolicyValue, given: object, known: Iterable[str]) -> GuantongError:
    """The error for a policy value that says what no rule understands."""
    listed = sorted(known)
    return GuantongError(
        ErrorCode.POLICY_INVALID,
        Text(
            f"取值 {given} 应为其中之一：{', '.join(listed)}", f"the value {given} should be one of {', '.join(listed)}"
        ),
        where=Where(file=value.pack.id, entry=value.id, cell=value.period.start.isoformat()),
        nearest=nearest_of(str(given), listed),
        clause=str(value.citation),
    )


def floor_years(floor: PackRoute) -> int:
    """The years that a floor asks for after the row's credential."""
    return max((r.years for r in floor.requires if r.named), default=0)


@dataclass(frozen=True)
class Subject:
    """A scheme before the rules.

    ``enterprise`` is what is known of its listing and authorities, None when it is not on record at all; ``keys`` are
    the keys of other providers' schemes, each with the provider's name, ``published`` the facts that earlier versions
    have added to the graph. Without ``has_records`` none says anything, and no rule that needs them is run. ``faults``
    is what could not be understood and is missing from ``scheme``; ``cases`` say what the scheme is meant to do,
    ``behaviour`` what its own code, if it has any, did in the jail.
    """

    manifest: Manifest
    catalog: CatalogForm
    scheme: Scheme
    policy: PolicyStack
    vocabulary: Vocabulary
    enterprise: Employer | None
    day: date
    keys: Mapping[str, str] = field(default_factory=dict)
    faults: tuple[Misread, ...] = ()
    has_records: bool = True
    cases: CasesForm | None = None
    behaviour: Behaviour = field(default_factory=Behaviour)
    published: tuple[FactField, ...] = ()

    @cached_property
    def directions(self) -> tuple[Direction, ...]:
        """Every direction of every row."""
        rows = self.scheme.rows
        return tuple(Direction(row, rule, source, target) for row in rows for rule, source, target in directions(row))

    @cached_property
    def limits(self) -> dict[str, int]:
        """The person who has everything that can be had."""
        scheme = self.scheme
        conditions: list[Condition] = [direction.rule.conditions for direction in self.directions]
        conditions += [group.condition for group in scheme.groups]
        asked = [atom for one in conditions for atom in atoms(one) if isinstance(atom, EvidenceAtLeast)]
        named = [key for atom in asked for key in atom.keys]
        named += [key for criterion in scheme.criteria if criterion.table for key in criterion.table.evidence]
        named += [key for bonus in scheme.bonuses for key in bonus.evidence]
        limits = limits_of(self.scheme.evidence)
        return limits | {key: UNDECLARED for key in named if key not in limits}

    @cached_property
    def names(self) -> dict[str, Text]:
        """The names of declared evidence by key."""
        return {field.key: field.name for field in self.scheme.evidence}

    @cached_property
    def _floors(self) -> dict[tuple[Level, Level], tuple[PackRoute, ...]]:
        pairs = {(direction.source.level, direction.target.level) for direction in self.directions}
        return {pair: self.policy.floor(*pair) for pair in pairs}

    @cached_property
    def _bounds(self) -> dict[Direction, tuple[Bound, ...]]:
        return {direction: tuple(self._bound(direction)) for direction in self.directions}

    def bound(self, direction: Direction) -> tuple[Bound, ...]:
        """What a direction asks for, under each floor in turn; under none where the policy has no route at all."""
        return self._bounds[direction]

    def floors(self, direction: Direction) -> Iterator[tuple[PackRoute, Period]]:
        """The floors of a direction, each with the days of the row's period that it binds."""
        row, title = direction.row, direction.row.title
        for floor in self._floors[direction.source.level, direction.target.level]:
            period = common(floor.period, row.period, self.scheme.period)
            if period and (floor.series is None or title.series in floor.series):
                yield floor, period

    def _bound(self, direction: Direction) -> Iterator[Bound]:
        row = direction.row
        groups = claim_of(Any_(tuple(self.scheme.group(key).condition for key in row.groups))) if row.groups else None
        conditions = claim_of(All(direction.rule.conditions.parts))
        assert isinstance(conditions, AllOf)
        period = common(row.period, self.scheme.period) or row.period
        floors: list[tuple[PackRoute | None, Period]] = [*self.floors(direction)]
        for floor, days in floors or [(None, period)]:
            least = floor_years(floor) if floor else 0
            asked = least if direction.rule.years is None else direction.rule.years
            yield Bound(days, floor, asked, AllOf((years(asked), *conditions.parts)), groups)

    def versions(self, id_: str) -> tuple[PolicyValue, ...]:
        """The versions of a policy value that decide on the days of the scheme's period, each once.

        Raises NOT_IN_FORCE when no pack has the value on any of these days.
        """
        if id_ not in self._versions:
            found = [value for day in self._days if (value := self._value(id_, day))]
            once = {(value.pack.id, value.period): value for value in found}
            self._versions[id_] = tuple(once.values()) or (self.policy.value(id_, self.scheme.period.start),)
        return self._versions[id_]

    @cached_property
    def _versions(self) -> dict[str, tuple[PolicyValue, ...]]:
        return {}

    @cached_property
    def _days(self) -> list[date]:
        """The days of the scheme's period on which the policy may come to say something else."""
        period = self.scheme.period
        return [period.start, *(day for day in self.policy.cuts if day in period)]

    @cached_property
    def severities(self) -> tuple[PolicyValue, ...]:
        """What the packs say on the day of verification of how much findings weigh."""
        return tuple(value for value in self.policy.values(self.day) if value.id.startswith("verification.severity."))

    def _value(self, id_: str, day: date) -> PolicyValue | None:
        try:
            return self.policy.value(id_, day)
        except GuantongError:
            return None
