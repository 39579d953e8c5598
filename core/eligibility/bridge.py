"""The two-ladder picture (立交桥) as data: lanes, nodes with tier and state, edges with years, date and progress."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from core.citations import Citation
from core.conditions import CareerYears, CityYears, CredentialYears
from core.dates import days_worked
from core.eligibility.blocks import holds_already
from core.eligibility.decide import judge
from core.eligibility.decisions import Case
from core.eligibility.evaluate import Dossier, counts_from, has_ended, matching
from core.eligibility.pathways import Step, earliest, is_open_way
from core.eligibility.routes import Mode, Offer, Route
from core.facts import HeldCredential
from core.ladders import RANK, SKILL_LEVELS, Ladder, Level, SkillTarget, Target, TitleTarget
from core.texts import Text


class NodeState(StrEnum):
    """How a rung stands to the person."""

    HELD = "held"  # 已取得
    NOW = "now"  # 现在可申报
    ON_DATE = "on_date"  # 到期可申报
    REACHABLE = "reachable"  # 经其他步骤可达
    CLOSED = "closed"  # 暂不可达


@dataclass(frozen=True, slots=True)
class Lane:
    """One column: an occupation of the skill ladder or a specialty of the titles. The focus pair faces each other."""

    id: str
    ladder: Ladder
    name: Text
    is_focus: bool


@dataclass(frozen=True, slots=True)
class Node:
    """One rung of one lane. ``tier`` is its height; ``since`` the day it was obtained, or opens."""

    id: str
    lane: str
    target: Target
    tier: float
    name: Text
    state: NodeState
    since: date | None


@dataclass(frozen=True, slots=True)
class Edge:
    """One route between two rungs. ``progress`` is the share of the years served, 0 to 1."""

    id: str
    source: str
    target: str
    mode: Mode
    years: int
    due: date | None
    progress: float
    citation: Citation
    policy_route: str
    offer: Offer | None


@dataclass(frozen=True, slots=True)
class Bridge:
    """The whole picture for one person on one day."""

    day: date
    lanes: tuple[Lane, ...]
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]


def bridge(case: Case) -> Bridge:
    """The picture of the occupations and specialties that the person has to do with."""
    lanes = tuple(_lanes(case))
    steps = earliest(case)
    nodes = tuple(_node(case, lane, target, steps) for lane in lanes for target in rungs(case, lane))
    edges = tuple(_edges(case, nodes))
    return Bridge(case.day, lanes, nodes, edges)


def lane_of(target: Target) -> str:
    """The id of the lane that a target stands in."""
    if isinstance(target, SkillTarget):
        return f"skill:{target.occupation}"
    return f"title:{target.series}:{target.specialty}"


def node_id(target: Target) -> str:
    """The id of a target's node."""
    return f"{lane_of(target)}/{target.level}"


def _lanes(case: Case) -> Iterator[Lane]:
    vocabulary = case.rulebook.vocabulary
    holdings = case.dossier.holdings
    focus = focus_occupation(case)
    specialties = set(holdings.specialties)
    for occupation in sorted(holdings.occupations & vocabulary.occupations.keys(), key=lambda o: (o != focus, o)):
        specialties |= vocabulary.specialties_of(occupation)
        yield Lane(f"skill:{occupation}", Ladder.SKILL, vocabulary.occupation(occupation).name, occupation == focus)
    near = _nearest_specialty(case, focus, specialties)
    for series, code in sorted(specialties, key=lambda s: (s != near, s)):
        name = vocabulary.specialty(series, code).name
        yield Lane(f"title:{series}:{code}", Ladder.TITLE, name, (series, code) == near)


def focus_occupation(case: Case) -> str | None:
    """The occupation of the present post; else that of the highest skill certificate; else the last one worked in."""
    facts = case.dossier.facts
    present = [s.occupation for s in facts.work if case.day in s.period and s.occupation]
    held = sorted((c for c in facts.credentials if c.occupation), key=lambda c: -RANK[c.level])
    past = sorted((s for s in facts.work if s.occupation), key=lambda s: s.period.start, reverse=True)
    skilled = [o for o in present if any(c.occupation == o for c in held)]
    return next(iter([*skilled, *present, *(c.occupation for c in held), *(s.occupation for s in past)]), None)


def _nearest_specialty(case: Case, focus: str | None, specialties: Iterable[tuple[str, str]]) -> tuple[str, str] | None:
    """The specialty that faces the focus: one held first, then one that corresponds."""
    held = {(c.series, c.specialty) for c in case.dossier.facts.credentials}
    vocabulary = case.rulebook.vocabulary
    paired = vocabulary.specialties_of(focus) if focus and focus in vocabulary.occupations else frozenset()
    ranked = sorted(specialties, key=lambda s: (s not in held, s not in paired, s))
    return ranked[0] if ranked else None


def rungs(case: Case, lane: Lane) -> Iterator[Target]:
    """The targets of one lane, lowest first."""
    _, *parts = lane.id.split(":")
    if lane.ladder is Ladder.SKILL:
        yield from (SkillTarget(parts[0], level) for level in SKILL_LEVELS)
        return
    yield from case.rulebook.titles_of(parts[0], parts[1])


def _node(case: Case, lane: Lane, target: Target, steps: dict[Target, Step]) -> Node:
    info = case.rulebook.vocabulary.levels[target.level]
    state, since = _state(case, target, steps)
    return Node(node_id(target), lane.id, target, info.tier, _rung_name(case, target), state, since)


def _rung_name(case: Case, target: Target) -> Text:
    vocabulary = case.rulebook.vocabulary
    if isinstance(target, TitleTarget):
        branch = vocabulary.specialty(target.series, target.specialty).branch
        return vocabulary.title_name(target.series, target.level, branch) or vocabulary.level_text(target.level)
    return vocabulary.level_text(target.level)


def _state(case: Case, target: Target, steps: dict[Target, Step]) -> tuple[NodeState, date | None]:
    exact = _held_at(case, target)
    if exact:
        return NodeState.HELD, exact.awarded_on
    if any(holds_already(c, target, case.day) for c in case.dossier.facts.credentials):
        return NodeState.HELD, None
    step = steps.get(target)
    if step is None:
        return NodeState.CLOSED, None
    if step.rests_on:
        return NodeState.REACHABLE, step.on
    return (NodeState.NOW if step.on <= case.day else NodeState.ON_DATE), step.on


def _held_at(case: Case, target: Target) -> HeldCredential | None:
    held = (c for c in case.dossier.facts.credentials if c.level is target.level and holds_already(c, target, case.day))
    return min(held, key=lambda c: c.awarded_on, default=None)


def _edges(case: Case, nodes: tuple[Node, ...]) -> Iterator[Edge]:
    """One edge for each pair of rungs that a rule in force joins.

    A scheme's before the packs', then the soonest, then that for which the person lacks the least besides the rungs.
    """
    by_id = {node.id: node for node in nodes}
    found: dict[tuple[str, str], list[tuple[int, Edge]]] = defaultdict(list)
    for route in _routes_in_force(case, nodes):
        origin = _origin_atom(route)
        if origin is not None and node_id(route.target) in by_id:
            lacking = _lacking(case, route)
            for source in _source_nodes(origin, nodes):
                edge = _edge(case, route, origin, source)
                found[edge.source, edge.target].append((lacking, edge))
    for edges in found.values():
        yield min(edges, key=_best_edge)[1]


def _best_edge(found: tuple[int, Edge]) -> tuple[bool, date, int, float, int, str]:
    lacking, edge = found
    return (edge.offer is None, edge.due or date.max, lacking, -edge.progress, edge.years, edge.policy_route)


def _lacking(case: Case, route: Route) -> int:
    """How many conditions besides rungs and work (schooling, evidence, awards …) the person does not meet."""
    others = (a for a in route.leaves if not isinstance(a, CredentialYears | CareerYears | CityYears))
    return sum(not case.dossier.days(atom) for atom in others)


def _routes_in_force(case: Case, nodes: tuple[Node, ...]) -> Iterator[Route]:
    holdings = case.dossier.holdings
    for scheme in case.schemes:
        yield from (
            r for r in case.rulebook.scheme(scheme).near(holdings) if _is_drawn(case, r) and is_open_way(case, r)
        )
    for node in nodes:
        yield from (r for r in case.rulebook.own_routes(node.target) if _is_drawn(case, r))


def _is_drawn(case: Case, route: Route) -> bool:
    """Contests join no two rungs: they stand beside the picture."""
    return case.day in route.period and route.mode is not Mode.CONTEST


def _origin_atom(route: Route) -> CredentialYears | None:
    """The credential that a route mainly starts from: the one with the most years to serve."""
    found = [a for a in route.leaves if isinstance(a, CredentialYears)]
    return max(found, key=lambda a: a.years, default=None)


def _source_nodes(origin: CredentialYears, nodes: tuple[Node, ...]) -> Iterator[Node]:
    for node in nodes:
        target = node.target
        if target.level is not _named_level(origin, target.level):
            continue
        if isinstance(target, SkillTarget):
            if origin.occupations is None or target.occupation in origin.occupations:
                yield node
        elif origin.specialties is None or (target.series, target.specialty) in origin.specialties:
            yield node


def _named_level(origin: CredentialYears, level: Level) -> Level:
    """``level`` itself where the clause names it; a level that merely counts because it is higher is no origin."""
    return level if level in origin.named else origin.least


def _edge(case: Case, route: Route, origin: CredentialYears, source: Node) -> Edge:
    due = judge(case, route).may_apply_from
    progress = share_served(origin, case.dossier, case.day)
    ends = (source.id, node_id(route.target))
    return Edge(
        f"{ends[0]}->{ends[1]}",
        *ends,
        route.mode,
        origin.years,
        due,
        progress,
        origin.citation,
        route.policy_route,
        route.offer,
    )


def share_served(need: CredentialYears, dossier: Dossier, day: date) -> float:
    """The largest share of the years that any fitting credential has gathered by ``day``."""
    shares = [0.0]
    for held in matching(need, dossier.facts):
        if held.awarded_on <= day and not has_ended(held, day):
            served = days_worked(dossier.spans_after(need, counts_from(need.clock, held)), day)
            shares.append(1.0 if need.years == 0 else min(1.0, served / (need.years * need.clock.days_per_year)))
    return round(max(shares), 4)
