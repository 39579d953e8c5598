"""Pathways (成长通道): the earliest date to every target that a person can reach, over both ladders, with its steps.

A shortest path in time. Conditions are monotone and a date never precedes those it follows from, so taking the
earliest target that is open, holding it from that day, and asking again is exact (Knuth's form of Dijkstra, since one
condition may need credentials of both ladders). It assumes that each target is obtained on the day one may apply, that
the present post continues, and that nothing but time and these credentials is added; the yearly limit on certificates
is not counted.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from core.conditions import CredentialYears
from core.eligibility.blocks import BlockCode, holds_already, offer_blocks, person_blocks
from core.eligibility.days import first_from
from core.eligibility.decide import candidate_routes, route_days
from core.eligibility.decisions import Case
from core.eligibility.evaluate import Dossier, accepts, all_reached, is_usable
from core.eligibility.routes import Mode, Route
from core.facts import CredentialKind, HeldCredential, ObtainedBy, PersonFacts
from core.ladders import RANK, SkillTarget, Target
from core.texts import Text

ASSUMPTIONS = (
    Text("假定每一步在可申报之日即取得", "assumes that each step is obtained on the day one may apply"),
    Text("假定在现岗位继续工作", "assumes that the present post continues"),
    Text("年度证书数量限制只计到目前已取得的", "of the yearly limit only certificates held already are counted"),
)


@dataclass(frozen=True, slots=True)
class Step:
    """One target on the way: by which route, from which day, resting on which earlier credentials."""

    target: Target
    route: Route
    on: date
    rests_on: tuple[Target, ...]


@dataclass(frozen=True, slots=True)
class Pathway:
    """The steps to one target, in order of time."""

    target: Target
    reached_on: date
    steps: tuple[Step, ...]


def earliest(case: Case) -> dict[Target, Step]:
    """The last step to each reachable target not held yet, in order of time."""
    steps = _search(case)
    for target in [target for target in steps if _climbs_down(target, steps)]:
        del steps[target]
        steps |= {t: step for t, step in _search(case, target).items() if t == target}
    return dict(sorted(steps.items(), key=lambda item: item[1].on))


def _search(case: Case, aim: Target | None = None) -> dict[Target, Step]:
    search = _Search.of(case, aim)
    while step := search.next_step():
        search.take(step)
    return search.taken


def _climbs_down(target: Target, steps: dict[Target, Step]) -> bool:
    """Whether a target would be obtained through a higher rung of its own line, which would bar the way to it."""
    needed: dict[Target, Step] = {}
    _collect(target, steps, needed)
    return any(is_above(other, target) for other in needed)


def pathway(case: Case, target: Target) -> Pathway | None:
    """The earliest way to one target, or None when no way leads there. A target held already is no way."""
    steps = _search(case)
    if _climbs_down(target, steps):
        steps = _search(case, target)
    if target not in steps:
        return None
    needed: dict[Target, Step] = {}
    _collect(target, steps, needed)
    # In the order of the search: of two steps on one day, that which the other rests on comes first.
    ordered = tuple(step for each, step in steps.items() if each in needed)
    return Pathway(target, steps[target].on, ordered)


def _collect(target: Target, steps: dict[Target, Step], into: dict[Target, Step]) -> None:
    if target in steps and target not in into:
        into[target] = steps[target]
        for origin in steps[target].rests_on:
            _collect(origin, steps, into)


def is_open_way(case: Case, route: Route) -> bool:
    """Whether a route may be part of a pathway: not a contest still to be won, and its enterprise may offer it."""
    employer = case.employers.get(route.offer.enterprise) if route.offer else None
    facts, policy = case.dossier.facts, case.rulebook.policy
    blocks = offer_blocks(facts, route.target, route.offer, employer, case.day, policy)
    return route.period.end > case.day and not any(True for _ in blocks)


def opens_on(case: Case, target: Target) -> date:
    """The day from which the person is not barred from a target, by deceit or by this year's certificates."""
    blocks = person_blocks(case.dossier.facts, target, case.day, case.rulebook.policy)
    lifted = (block.until for block in blocks if block.code is not BlockCode.ALREADY_HELD)
    return max((day for day in lifted if day), default=case.day)


@dataclass(slots=True)
class _Search:
    case: Case
    dossier: Dossier
    left: dict[Target, list[Route]]
    dates: dict[int, date | None]
    taken: dict[Target, Step]
    order: dict[str, Target]

    @classmethod
    def of(cls, case: Case, aim: Target | None) -> "_Search":
        """With an ``aim``, the rungs above it are not taken on the way."""
        left: dict[Target, list[Route]] = {}
        for route in candidate_routes(case):
            held = any(holds_already(c, route.target, case.day) for c in case.dossier.facts.credentials)
            if not held and not (aim and is_above(route.target, aim)) and is_open_way(case, route):
                left.setdefault(route.target, []).append(route)
        search = cls(case, case.dossier, left, {}, {}, {})
        for routes in left.values():
            for route in routes:
                search.dates[id(route)] = search.first_day(route)
        return search

    def first_day(self, route: Route) -> date | None:
        return first_from(route_days(self.dossier, route), opens_on(self.case, route.target))

    def next_step(self) -> Step | None:
        """The open target with the earliest date."""
        dated = (
            (day, route.target.sort_key, route.id, route)
            for routes in self.left.values()
            for route in routes
            if (day := self.dates[id(route)])
        )
        best = min(dated, key=lambda found: found[:3], default=None)
        if best is None:
            return None
        return Step(best[3].target, best[3], best[0], tuple(dict.fromkeys(self._origins(best[3], best[0]))))

    def _origins(self, route: Route, day: date) -> Iterator[Target]:
        """The targets obtained on the way that the route's conditions are met through on ``day``."""
        for atom in route.leaves:
            if isinstance(atom, CredentialYears):
                usable = [r for r in all_reached(atom, self.dossier) if is_usable(r, day)]
                serving = min(usable, key=lambda r: r.may_apply_from, default=None)
                if serving and serving.held.key in self.order:
                    yield self.order[serving.held.key]

    def take(self, step: Step) -> None:
        """Hold the target from now on, and date again the routes that it may serve."""
        del self.left[step.target]
        self.taken[step.target] = step
        held = as_held(step, key=f"pathway:{len(self.taken)}")
        self.order[held.key] = step.target
        self.dossier = Dossier(with_credential(self.dossier.facts, held))
        for routes in self.left.values():
            for route in routes:
                if any(isinstance(a, CredentialYears) and accepts(a, held) for a in route.leaves):
                    self.dates[id(route)] = self.first_day(route)


def is_above(target: Target, other: Target) -> bool:
    """Whether a target is a higher rung of the same line."""
    return lane(target) == lane(other) and RANK[target.level] > RANK[other.level]


def lane(target: Target) -> tuple[str, ...]:
    """What the rungs of one line share."""
    return (target.occupation,) if isinstance(target, SkillTarget) else (target.series, target.specialty)


def with_credential(facts: PersonFacts, held: HeldCredential) -> PersonFacts:
    """The same person holding one more credential."""
    return replace(facts, credentials=(*facts.credentials, held))


def as_held(step: Step, key: str) -> HeldCredential:
    """The credential that a step would give."""
    target = step.target
    if isinstance(target, SkillTarget):
        how = ObtainedBy.APPOINTMENT if step.route.appointment else ObtainedBy.ASSESSMENT
        kind = CredentialKind.SKILL_CERTIFICATE
        return HeldCredential(key, kind, target.level, step.on, occupation=target.occupation, obtained_by=how)
    return HeldCredential(
        key,
        CredentialKind.PROFESSIONAL_TITLE,
        target.level,
        step.on,
        series=target.series,
        specialty=target.specialty,
        obtained_by=ObtainedBy.CONTEST if step.route.mode is Mode.CONTEST else ObtainedBy.REVIEW,
        review_year=step.on.year,
    )
