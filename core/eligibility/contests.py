"""What an award leads to (以赛代评): the contest routes alone, of the packs and of schemes, decided as all others are.

Facts are those of the person with this one award, so that no other award stands in for it.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date

from core.conditions import Awarded
from core.eligibility.decide import combined, judge
from core.eligibility.decisions import Case, Decision
from core.eligibility.routes import Mode, Offer, Route
from core.facts import ContestAward, ContestRank, PersonFacts
from core.ladders import Target
from core.schemes import Scheme
from core.texts import Text
from core.vocabulary.terms import RANKS, TIERS

_RANKS = {rank: place for place, rank in enumerate(ContestRank)}


def with_award(facts: PersonFacts, award: ContestAward) -> PersonFacts:
    """The facts as a decision on one award sees them."""
    return replace(facts, awards=(award,))


def contest_outcomes(case: Case, award: ContestAward) -> list[Decision]:
    """Whatever the award's occupation may lead to, by target and place: open ones first, then by date and target."""
    routes = (route for route in _routes_near(case) if _is_contested(route, award.occupation))
    return sorted(_decisions(case, routes), key=_by_date)


def contest_decision(case: Case, target: Target, scheme: Scheme | None) -> Decision | None:
    """The decision on one target by the contests of a scheme, or by the packs' own; None: they lead nowhere near it."""
    routes = case.rulebook.own_routes(target) if scheme is None else case.rulebook.scheme(scheme).routes
    found = list(_decisions(case, (route for route in routes if route.target == target)))
    return found[0] if found else None


def _routes_near(case: Case) -> Iterator[Route]:
    holdings = case.dossier.holdings
    for scheme in case.schemes:
        yield from case.rulebook.scheme(scheme).near(holdings)
    for target in case.rulebook.targets_near(holdings):
        yield from case.rulebook.own_routes(target)


def _decisions(case: Case, routes: Iterable[Route]) -> Iterator[Decision]:
    grouped: dict[tuple[Target, Offer | None], list[Route]] = defaultdict(list)
    for route in routes:
        if route.mode is Mode.CONTEST and route.period.end > case.day:
            grouped[route.target, route.offer].append(route)
    for (target, offer), found in grouped.items():
        yield combined(case, target, offer, [judge(case, route) for route in found])


def _is_contested(route: Route, occupation: str) -> bool:
    wanted = [leaf.occupations for leaf in route.leaves if isinstance(leaf, Awarded)]
    return any(codes is None or occupation in codes for codes in wanted)


def _by_date(decision: Decision) -> tuple[bool, date, bool, tuple[tuple[str, ...], ...]]:
    targets = tuple(target.sort_key for target in decision.targets)
    return (not decision.is_open, decision.may_apply_from or date.max, decision.offer is not None, targets)


def shortcomings(need: Awarded, award: ContestAward) -> Iterator[Text]:
    """Why an award is not the one that a condition asks for: its tier, its rank, its occupation."""
    if award.tier not in need.tiers:
        tier = TIERS[award.tier]
        yield Text(f"{tier.zh}不在认可的竞赛之列", f"a {tier.en} contest is not one that counts")
    if _RANKS[award.rank] < _RANKS[need.rank]:
        rank, least = RANKS[award.rank], RANKS[need.rank]
        yield Text(f"名次为{rank.zh}，低于{least.zh}", f"the rank is {rank.en}, below {least.en}")
    if need.occupations is not None and award.occupation not in need.occupations:
        code = award.occupation
        yield Text(f"获奖职业 {code} 与目标不对应", f"the occupation {code} does not correspond to the target")
