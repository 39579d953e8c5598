"""The rules ready to use: packs and schemes bound to targets, each bound once and found by what a person holds."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from core.eligibility.bind import bind_pack_route
from core.eligibility.bind_scheme import bind_scheme
from core.eligibility.routes import Route
from core.facts import Holdings, OccupationKey, SpecialtyKey
from core.ladders import SKILL_LEVELS, TITLE_LEVELS, Ladder, SkillTarget, Target, TitleTarget
from core.policy.model import Direction
from core.policy.stack import PackRoute, PolicyStack
from core.schemes import CatalogRow, Scheme
from core.vocabulary import Vocabulary

_TO_SKILL = frozenset({Direction.SKILL_PROMOTION, Direction.TITLE_TO_SKILL, Direction.CONTEST_TO_SKILL})


@dataclass(frozen=True, slots=True)
class SchemeRoutes:
    """The routes of one scheme, found by occupation or specialty of either side of their row."""

    scheme: Scheme
    routes: tuple[Route, ...]
    by_key: dict[OccupationKey | SpecialtyKey, tuple[Route, ...]]

    @classmethod
    def bind(cls, scheme: Scheme, policy: PolicyStack, vocabulary: Vocabulary) -> "SchemeRoutes":
        routes = tuple(bind_scheme(scheme, policy, vocabulary))
        rows = {row.number: row for row in scheme.rows}
        return cls(
            scheme, routes, _indexed((key, route) for route in routes for key in keys_of(route, rows, vocabulary))
        )

    def near(self, holdings: Holdings) -> Iterable[Route]:
        """Routes that touch an occupation or specialty of the person, each once."""
        found: dict[str, Route] = {}
        keys: list[OccupationKey | SpecialtyKey] = [*holdings.occupations, *holdings.specialties]
        for key in keys:
            for route in self.by_key.get(key, ()):
                found[f"{route.id}{route.target.ladder}{route.period.start}"] = route
        return found.values()


def _indexed(
    pairs: Iterable[tuple[OccupationKey | SpecialtyKey, Route]],
) -> dict[OccupationKey | SpecialtyKey, tuple[Route, ...]]:
    index: dict[OccupationKey | SpecialtyKey, list[Route]] = defaultdict(list)
    for key, route in pairs:
        index[key].append(route)
    return {key: tuple(found) for key, found in index.items()}


def keys_of(route: Route, rows: dict[int, CatalogRow], vocabulary: Vocabulary) -> set[OccupationKey | SpecialtyKey]:
    """Under which occupations and specialties a scheme's route is found."""
    row = rows.get(route.row) if route.row is not None else None
    if row is None:
        return set(_target_keys(route.target, vocabulary))
    return {*vocabulary.related(row.skill.occupation), *row.related, (row.title.series, row.title.specialty)}


def _target_keys(target: Target, vocabulary: Vocabulary) -> Iterator[OccupationKey | SpecialtyKey]:
    if isinstance(target, SkillTarget):
        yield from vocabulary.related(target.occupation)
    else:
        yield from vocabulary.occupations_of(target.series, target.specialty)
        yield (target.series, target.specialty)


@dataclass(slots=True)
class Rulebook:
    """Policy, vocabulary and every route bound from them so far. Schemes are known by their digest."""

    policy: PolicyStack
    vocabulary: Vocabulary
    _packs: dict[Target, tuple[Route, ...]] = field(default_factory=dict)
    _schemes: dict[str, SchemeRoutes] = field(default_factory=dict)

    def scheme(self, scheme: Scheme) -> SchemeRoutes:
        """The bound routes of a scheme."""
        if scheme.digest not in self._schemes:
            self._schemes[scheme.digest] = SchemeRoutes.bind(scheme, self.policy, self.vocabulary)
        return self._schemes[scheme.digest]

    def own_routes(self, target: Target) -> tuple[Route, ...]:
        """The packs' own routes to a target."""
        if target not in self._packs:
            templates = (r for r in self.policy.routes if fits(r, target))
            bound = (route for t in templates for route in bind_pack_route(t, target, self.policy, self.vocabulary))
            self._packs[target] = tuple(bound)
        return self._packs[target]

    def targets_near(self, holdings: Holdings) -> Iterator[Target]:
        """Every target of the packs in an occupation or specialty that the person has to do with."""
        for occupation in sorted(holdings.occupations):
            if occupation in self.vocabulary.occupations:
                yield from (SkillTarget(occupation, level) for level in SKILL_LEVELS)
        titles = set(holdings.specialties)
        for occupation in holdings.occupations:
            titles |= self.vocabulary.specialties_of(occupation)
        for series, specialty in sorted(titles):
            yield from self.titles_of(series, specialty)

    def titles_of(self, series: str, specialty: str) -> Iterator[TitleTarget]:
        """The titles of one specialty, lowest first."""
        branch = self.vocabulary.specialty(series, specialty).branch
        for level in TITLE_LEVELS:
            if self.vocabulary.title_name(series, level, branch):
                yield TitleTarget(series, specialty, level)


def fits(route: PackRoute, target: Target) -> bool:
    """Whether a pack's own route leads to this target."""
    if route.open_to != "everyone" or route.target is not target.level:
        return False
    if (route.direction in _TO_SKILL) != (target.ladder is Ladder.SKILL):
        return False
    return route.series is None or not isinstance(target, TitleTarget) or target.series in route.series
