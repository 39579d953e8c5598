"""Binds a scheme: the routes of both directions of each catalog row, under the floors in force, and of its contests."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from core.conditions import All, Any_, Atom, Awarded, Condition, CredentialYears, RowYears
from core.dates import Period
from core.eligibility.bind import Binder, joined, pieces
from core.eligibility.pairing import Pairing, pairing_of, pairing_of_row
from core.eligibility.routes import Mode, Offer, Route
from core.ladders import Level, Target, at_or_above
from core.policy.stack import PackRoute, PolicyStack
from core.schemes import CatalogRow, ContestRule, DirectedRule, Scheme
from core.vocabulary import Vocabulary


def bind_scheme(scheme: Scheme, policy: PolicyStack, vocabulary: Vocabulary) -> Iterator[Route]:
    """Every route that a scheme offers: both directions of each row, and its contests."""
    for row in scheme.rows:
        pairing = pairing_of_row(row, vocabulary)
        for rule, source, target in directions(row):
            for floor in policy.floor(source.level, target.level):
                period = common(floor.period, row.period, scheme.period)
                if period and (floor.series is None or row.title.series in floor.series):
                    yield from _bind_rule(RowRule(scheme, row, rule, source, target), floor, period, pairing, policy)
    for contest in scheme.contests:
        yield from _bind_contest(scheme, contest, vocabulary)


def directions(row: CatalogRow) -> Iterator[tuple[DirectedRule, Target, Target]]:
    """The directed rules that a row holds, each with its source and its target."""
    if row.skill_to_title:
        yield row.skill_to_title, row.skill, row.title
    if row.title_to_skill:
        yield row.title_to_skill, row.title, row.skill


def common(*periods: Period) -> Period | None:
    """The days that all periods share."""
    shared: Period | None = periods[0]
    for period in periods[1:]:
        shared = shared and shared & period
    return shared


@dataclass(frozen=True, slots=True)
class RowRule:
    """One direction of one row of one scheme."""

    scheme: Scheme
    row: CatalogRow
    rule: DirectedRule
    source: Target
    target: Target


def _bind_rule(at: RowRule, floor: PackRoute, period: Period, pairing: Pairing, policy: PolicyStack) -> Iterator[Route]:
    def bound(piece: Period) -> Route:
        binder = Binder(policy, pairing, piece.start)
        least = tuple(_from_row(atom, at.source.level) for atom in binder.atoms(floor))
        parts = (*least, *_stricter_years(at, least), *(bound_years(p, at, least) for p in at.rule.conditions.parts))
        groups = tuple(bound_years(at.scheme.group(key).condition, at, least) for key in at.row.groups)
        return Route(
            id=f"{at.scheme.key}@{at.scheme.version}#{at.row.number}/{floor.id}",
            policy_route=floor.id,
            label=floor.label,
            mode=Mode.DUAL_TRACK if at.row.dual_track else Mode.CROSSING,
            target=at.target,
            period=piece,
            requires=All((*parts, Any_(groups)) if groups else parts),
            issuer=floor.issuer,
            appointment=floor.appointment,
            citations=(*floor.citations, *binder.pairings_read(floor)),
            offer=offer_of(at.scheme),
            row=at.row.number,
            source=at.source,
        )

    return joined(bound(piece) for piece in pieces(period, policy))


def _from_row(atom: Atom, level: Level) -> Atom:
    """The floor's credential narrowed to the row's own level and those above: a row may name a higher one."""
    if not isinstance(atom, CredentialYears) or level not in atom.levels:
        return atom
    enough = at_or_above(level)
    return replace(atom, levels=atom.levels & enough, named=(atom.named & enough) or frozenset({level}), least=level)


def _stricter_years(at: RowRule, least: tuple[Atom, ...]) -> Iterator[Atom]:
    """The row's own years beside the floor's, where it asks for more; asking for less changes nothing."""
    for atom in least:
        years = at.rule.years or 0
        if isinstance(atom, CredentialYears) and at.source.level in atom.levels and years > atom.years:
            yield replace(atom, years=years, citation=at.rule.citation)


def bound_years(condition: Condition, at: RowRule, least: tuple[Atom, ...]) -> Condition:
    """A scheme's condition with its bare years counted as the floor counts them: no scheme names a clock."""
    if isinstance(condition, All):
        return All(tuple(bound_years(part, at, least) for part in condition.parts))
    if isinstance(condition, Any_):
        return Any_(tuple(bound_years(part, at, least) for part in condition.parts))
    if isinstance(condition, RowYears):
        origin = next(a for a in least if isinstance(a, CredentialYears) and at.source.level in a.levels)
        return replace(origin, years=condition.years, citation=condition.citation)
    return condition


def _bind_contest(scheme: Scheme, contest: ContestRule, vocabulary: Vocabulary) -> Iterator[Route]:
    period = common(contest.period, scheme.period)
    for target in (contest.skill, contest.title):
        if target and period:
            occupations = _contested_in(contest, target, vocabulary)
            yield Route(
                id=f"{scheme.key}@{scheme.version}#{contest.key}",
                policy_route=contest.key,
                label=contest.name,
                mode=Mode.CONTEST,
                target=target,
                period=period,
                requires=All((Awarded(frozenset({contest.tier}), contest.rank, occupations, contest.citation),)),
                issuer="enterprise",
                offer=offer_of(scheme),
            )


def _contested_in(contest: ContestRule, target: Target, vocabulary: Vocabulary) -> frozenset[str]:
    if contest.occupation:
        return frozenset({contest.occupation})
    return pairing_of(target, vocabulary).related


def offer_of(scheme: Scheme) -> Offer:
    """The offer that a scheme's routes carry."""
    return Offer(scheme.key, scheme.version, scheme.enterprise)
