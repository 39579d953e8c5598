"""Turns the routes of the packs into ``PackRoute``s: level names resolved, periods cut where their meaning changes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from core.dates import Period
from core.errors import unknown_code
from core.facts import CredentialKind
from core.ladders import Ladder, Level, at_or_above
from core.policy.entries import LevelGroup, PackRequirement, PackRoute
from core.policy.layers import HIGHER_LEVEL_COUNTS, Layers, deciding, pieces, without
from core.policy.model import PackForm, RouteForm, RouteVersion
from core.policy.requirements import RequireCredential, Requirement
from core.texts import Text

Role = Literal["source", "target"]

KINDS: dict[Ladder, frozenset[CredentialKind]] = {
    Ladder.SKILL: frozenset({CredentialKind.SKILL_CERTIFICATE, CredentialKind.VOCATIONAL_QUALIFICATION}),
    Ladder.TITLE: frozenset({CredentialKind.PROFESSIONAL_TITLE}),
}


def level_names(route: RouteForm, version: RouteVersion) -> Iterator[str]:
    """Every level or level group that a route version names."""
    yield route.target
    if route.floor_for:
        yield route.floor_for
    yield from (one.held for one in version.requires if isinstance(one, RequireCredential))


def expand(layers: Layers, name: str, role: Role, day: date) -> tuple[Level, ...]:
    """The levels that a name means on a day, lowest first. Raises UNKNOWN_CODE for a name that means none."""
    group = deciding(layers.groups.get(name, ()), day)
    if group is not None:
        return group.as_source if role == "source" else (group.as_target,)
    if name in set(Level):
        return (Level(name),)
    raise unknown_code(Text("等级", "level"), name, [*(level.value for level in Level), *layers.groups])


def build_routes(layers: Layers) -> tuple[PackRoute, ...]:
    """Every route of every pack, broad to specific, in the order of the files."""
    return tuple(
        route
        for form in layers.forms
        for entry in form.route
        for version in entry.version
        for period in _standing(layers, form, entry, version)
        for route in _joined(
            _Building(layers, form, entry, version).at(piece) for piece in _cut(layers, entry, version, period)
        )
    )


def _standing(layers: Layers, form: PackForm, entry: RouteForm, version: RouteVersion) -> list[Period]:
    """The days of a version on which no more specific pack has a route of the same id in force."""
    closer = [other for other in layers.forms if other.pack.breadth > form.pack.breadth]
    over = [v.period for other in closer for r in other.route if r.id == entry.id for v in r.version]
    return without(version.period, over)


def _cut(layers: Layers, entry: RouteForm, version: RouteVersion, period: Period) -> list[Period]:
    dated = [group for name in level_names(entry, version) for group in layers.groups.get(name, ())]
    changes = [*(group.period for group in dated), *(v.period for v in layers.values.get(HIGHER_LEVEL_COUNTS, ()))]
    return pieces(period, [day for change in changes for day in (change.start, change.end)])


def _joined(routes: Iterator[PackRoute]) -> Iterator[PackRoute]:
    """Neighbouring pieces that mean the same, as one route again."""
    last: PackRoute | None = None
    for route in routes:
        if last is not None and replace(last, period=route.period) == route:
            last = replace(last, period=Period(last.period.start, route.period.until))
            continue
        if last is not None:
            yield last
        last = route
    if last is not None:
        yield last


@dataclass(frozen=True, slots=True)
class _Building:
    """One version of one route, ready to be built for a period in which its words mean one thing."""

    layers: Layers
    form: PackForm
    entry: RouteForm
    version: RouteVersion

    def at(self, period: Period) -> PackRoute:
        entry, day = self.entry, period.start
        floor_for = expand(self.layers, entry.floor_for, "source", day) if entry.floor_for else ()
        return PackRoute(
            id=entry.id,
            label=entry.label,
            direction=entry.direction,
            target=expand(self.layers, entry.target, "target", day)[0],
            target_name=entry.target,
            open_to=entry.open_to,
            floor_for=frozenset(floor_for),
            series=frozenset(entry.series) if entry.series else None,
            appointment=entry.appointment,
            issuer=entry.issuer,
            period=period,
            requires=tuple(self.requirement(one, day) for one in self.version.requires),
            pack=self.form.pack,
            citations=(self.layers.cite(self.version), *(group.citation for group in self.groups(day))),
        )

    def groups(self, day: date) -> Sequence[LevelGroup]:
        """The level groups that the words of the route rest on, each once."""
        names = dict.fromkeys(level_names(self.entry, self.version))
        found = (deciding(self.layers.groups.get(name, ()), day) for name in names)
        return [group for group in found if group is not None]

    def requirement(self, form: Requirement, day: date) -> PackRequirement:
        citation = self.layers.cite(form)
        if not isinstance(form, RequireCredential):
            return PackRequirement(form, citation)
        named = expand(self.layers, form.held, "source", day)
        higher = deciding(self.layers.values.get(HIGHER_LEVEL_COUNTS, ()), day)
        upward = higher is not None and higher.is_ is True
        levels = frozenset(up for level in named for up in at_or_above(level)) if upward else frozenset(named)
        kinds = frozenset(form.kinds) if form.kinds else KINDS[named[0].ladder]
        return PackRequirement(form, citation, named, levels, kinds)
