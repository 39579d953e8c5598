"""Decisions: per target, now, from a date, or what is missing. A pure function of facts, rules and a day."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date

from core.conditions import CredentialYears, Educated, OnPost, merge_all
from core.eligibility.blocks import holds_already
from core.eligibility.days import NEVER, Days, contains, first_from, intersect, span, union
from core.eligibility.decisions import Case, Decision, RouteDecision, State, closes_on
from core.eligibility.evaluate import Dossier, fits_post, has_ended, matching
from core.eligibility.routes import Mode, Offer, Route
from core.ladders import SkillTarget, Target, TitleTarget
from core.schemes import Scheme


def opportunities(case: Case, *, everything: bool = False) -> list[Decision]:
    """What the person may apply for now, from which date, or lacks: soonest first, then the highest rung.

    Without ``everything``: targets not yet held whose origin the person holds. Covers the recorded schemes of the
    given employers and the packs' own routes.
    """
    decisions: Iterable[Decision] = (*_single_decisions(case), *_dual_decisions(case))
    if not everything:
        decisions = filter(is_within_reach, decisions)
    return sorted(decisions, key=_by_date)


def decide(case: Case, target: Target) -> list[Decision]:
    """The decisions for one target, from every place that offers it, best first."""
    found = [d for d in _single_decisions(case, target) if d.targets == (target,)]
    return sorted(found, key=_by_date)


def decide_both(case: Case, skill: SkillTarget, title: TitleTarget) -> list[Decision]:
    """The decisions for both targets at once (一评双证), from every place that offers them together, best first."""
    found = [d for d in _dual_decisions(case) if d.targets == (skill, title)]
    return sorted(found, key=_by_date)


def _by_date(decision: Decision) -> tuple[date, float, bool, tuple[tuple[str, ...], ...]]:
    """Soonest first, then the highest rung of either ladder, then what the own employer offers."""
    levels = decision.case.rulebook.vocabulary.levels
    height = max(levels[target.level].tier for target in decision.targets)
    targets = tuple(target.sort_key for target in decision.targets)
    return (decision.may_apply_from or date.max, -height, decision.offer is None, targets)


def is_within_reach(decision: Decision) -> bool:
    """Whether a decision is worth showing unasked: not held already, and its origins are held.

    That is those of one route, or of both routes under 一评双证.
    """
    held = decision.case.dossier.facts.credentials
    if any(holds_already(c, target, decision.day) for c in held for target in decision.targets):
        return False
    enough = all if decision.mode is Mode.DUAL_CERTIFICATE else any
    return decision.state is not State.MISSING or enough(has_origins(r) for r in decision.routes)


def has_origins(decision: RouteDecision) -> bool:
    """Whether the person has every credential and schooling, and was ever on the post, that the route starts from."""
    facts = decision.dossier.facts
    for atom in decision.route.leaves:
        if isinstance(atom, CredentialYears) and all(has_ended(c, decision.day) for c in matching(atom, facts)):
            return False
        if isinstance(atom, Educated) and not decision.dossier.days(atom):
            return False
        if isinstance(atom, OnPost) and not any(fits_post(atom, spell) for spell in facts.work):
            return False
    return True


def candidate_routes(case: Case, only: Target | None = None) -> Iterator[Route]:
    """Routes still open on or after the day that touch what the person holds or does."""
    holdings = case.dossier.holdings
    for scheme in case.schemes:
        yield from (r for r in case.rulebook.scheme(scheme).near(holdings) if only in (None, r.target))
    targets = case.rulebook.targets_near(holdings) if only is None else (only,)
    for target in targets:
        yield from case.rulebook.own_routes(target)


def route_days(dossier: Dossier, route: Route) -> Days:
    """The days on which a route is open to the person."""
    return intersect(span(route.period.start, route.period.until), dossier.days(route.requires))


def judge(case: Case, route: Route) -> RouteDecision:
    """One route's answer for the case."""
    days = route_days(case.dossier, route)
    closes = closes_on(case, route) if route.offer else None
    if closes:
        days = intersect(days, span(date.min, closes))
    return RouteDecision(route, case.day, first_from(days, case.day), case.dossier)


def _single_decisions(case: Case, only: Target | None = None) -> Iterator[Decision]:
    grouped: dict[tuple[Target, Offer | None], list[RouteDecision]] = defaultdict(list)
    for route in candidate_routes(case, only):
        if route.period.end > case.day:
            grouped[route.target, route.offer].append(judge(case, route))
    for (target, offer), routes in grouped.items():
        yield combined(case, target, offer, routes)


def combined(case: Case, target: Target, offer: Offer | None, routes: list[RouteDecision]) -> Decision:
    """The decision on one target from one place, of its alternatives."""
    ordered = tuple(sorted(routes, key=_best_first)) if len(routes) > 1 else tuple(routes)
    best = ordered[0]
    return Decision(
        (target,), best.route.mode, offer, case.day, best.may_apply_from, ordered, best.route.requires, case
    )


def _best_first(decision: RouteDecision) -> tuple[date, bool, bool, int, str]:
    """Earliest first; among missing ones, that whose origins are held, then no contest, then the fewest unmet."""
    route = decision.route
    if decision.may_apply_from:
        return (decision.may_apply_from, False, False, 0, route.id)
    unmet = sum(not decision.dossier.days(a) for a in route.leaves)
    return (date.max, not has_origins(decision), route.mode is Mode.CONTEST, unmet, route.id)


def _dual_decisions(case: Case) -> Iterator[Decision]:
    """一评双证: both targets of a row at once, conditions of both merged, each equal one once."""
    holdings = case.dossier.holdings
    for scheme in case.schemes:
        for (skill, title), offered in _dual_pairs(scheme).items():
            if skill.occupation in holdings.occupations:
                decision = _dual(case, scheme, skill, title, offered)
                if decision:
                    yield decision


def _dual_pairs(scheme: Scheme) -> dict[tuple[SkillTarget, TitleTarget], Days]:
    """The pairs that rows offer in one evaluation, and the days on which they do."""
    pairs: dict[tuple[SkillTarget, TitleTarget], Days] = {}
    for row in (row for row in scheme.rows if row.dual_certificate):
        period = row.period & scheme.period
        if period:
            pair = (row.skill, row.title)
            pairs[pair] = union(pairs.get(pair, NEVER), span(period.start, period.until))
    return pairs


def _dual(case: Case, scheme: Scheme, skill: Target, title: Target, offered: Days) -> Decision | None:
    sides = [_side(case, scheme, target) for target in (skill, title)]
    if not all(sides) or first_from(offered, case.day) is None:
        return None
    # A pack's ordinary promotion may serve either side, but never outlasts what the scheme offers.
    opened = [_union(route_days(case.dossier, r) for r in side) for side in sides]
    first = first_from(intersect(offered, intersect(*opened)), case.day)
    chosen = [_used(case, side, first) for side in sides]
    offer = Offer(scheme.key, scheme.version, scheme.enterprise)
    return Decision(
        targets=(skill, title),
        mode=Mode.DUAL_CERTIFICATE,
        offer=offer,
        day=case.day,
        may_apply_from=first,
        routes=tuple(judge(case, route) for route in chosen),
        merged=merge_all(*(r.requires for r in chosen)),
        case=case,
    )


def _side(case: Case, scheme: Scheme, target: Target) -> list[Route]:
    """Every way to one of the two targets within the scheme: its own rows, and the packs' ordinary promotion."""
    offered = (r for r in case.rulebook.scheme(scheme).routes if r.target == target)
    ordinary = (r for r in case.rulebook.own_routes(target) if r.mode is Mode.PROMOTION)
    return [r for r in (*offered, *ordinary) if r.period.end > case.day]


def _union(sets: Iterable[Days]) -> Days:
    result = NEVER
    for days in sets:
        result = union(result, days)
    return result


def _used(case: Case, side: list[Route], first: date | None) -> Route:
    """The route that serves on the day both are open; without such a day, the best on its own."""
    if first:
        return next(r for r in side if contains(route_days(case.dossier, r), first))
    return min((judge(case, r) for r in side), key=_best_first).route
