"""Binds what packs and catalog rows say in general ("own or related occupation") to one target's sets of codes."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from core.citations import Citation
from core.conditions import (
    AgeYears,
    All,
    Any_,
    Atom,
    Awarded,
    CareerYears,
    CityYears,
    CredentialYears,
    Educated,
    EvidenceAtLeast,
    OnPost,
    WorkFilter,
)
from core.dates import Period
from core.eligibility.routes import MODE_OF, Mode, Offer, Route
from core.facts import EducationLevel
from core.ladders import Ladder, SkillTarget, Target
from core.policy import model
from core.policy.stack import PackRequirement, PackRoute, PolicyStack
from core.schemes import CatalogRow, ContestRule, DirectedRule, Scheme
from core.vocabulary import Vocabulary

_TECHNICAL_SCHOOLS = frozenset({EducationLevel.SENIOR_SKILLED_SCHOOL, EducationLevel.TECHNICIAN_COLLEGE})

Occupations = frozenset[str] | None
Specialties = frozenset[tuple[str, str]] | None


@dataclass(frozen=True, slots=True)
class Pairing:
    """What corresponds to a target: its own and related occupations, its specialties, and their series."""

    own: frozenset[str]
    related: frozenset[str]
    specialties: frozenset[tuple[str, str]]
    same_series: frozenset[tuple[str, str]]

    @property
    def specialty_keys(self) -> frozenset[str]:
        """The specialties as employments and schooling name them."""
        return frozenset(f"{series}:{code}" for series, code in self.specialties)


def _pairing(
    vocabulary: Vocabulary, own: frozenset[str], specialties: frozenset[tuple[str, str]], also: frozenset[str]
) -> Pairing:
    related = also.union(*(vocabulary.related(code) for code in own))
    series = {s for s, _ in specialties}
    return Pairing(own, related, specialties, frozenset(key for key in vocabulary.specialties if key[0] in series))


def pairing_of(target: Target, vocabulary: Vocabulary) -> Pairing:
    """What corresponds to a target where no catalog row says so: the vocabulary's (inferred) correspondence."""
    if isinstance(target, SkillTarget):
        own = frozenset({target.occupation})
        return _pairing(vocabulary, own, vocabulary.specialties_of(target.occupation), frozenset())
    key = (target.series, target.specialty)
    return _pairing(vocabulary, vocabulary.occupations_of(*key), frozenset({key}), frozenset())


def pairing_of_row(row: CatalogRow, vocabulary: Vocabulary) -> Pairing:
    """What corresponds under a catalog row: its two sides and the occupations it calls related."""
    title = (row.title.series, row.title.specialty)
    return _pairing(vocabulary, frozenset({row.skill.occupation}), frozenset({title}), row.related)


@dataclass(frozen=True, slots=True)
class Binder:
    """Turns requirements of packs into atoms for one pairing, by the clocks and values of one day."""

    policy: PolicyStack
    pairing: Pairing
    day: date

    def occupations(self, relation: model.Relation) -> Occupations:
        if relation is model.Relation.ANY:
            return None
        # A title's own occupations are those of the row or the vocabulary; "same" means them too.
        return self.pairing.related if relation is model.Relation.RELATED else self.pairing.own

    def specialties(self, relation: model.Relation) -> Specialties:
        if relation is model.Relation.ANY:
            return None
        return self.pairing.same_series if relation is model.Relation.RELATED else self.pairing.specialties

    def work(self, work: model.Work) -> WorkFilter:
        match work:
            case model.Work.ANY:
                return WorkFilter()
            case model.Work.OCCUPATION:
                return WorkFilter(occupations=self.pairing.related)
            case model.Work.CORRESPONDING:
                return WorkFilter(occupations=self.pairing.related, specialties=self.pairing.specialty_keys)
            case model.Work.SPECIALTY:
                return WorkFilter(occupations=self.pairing.own, specialties=self.pairing.specialty_keys)

    def days_per_year(self) -> int:
        return self.policy.integer("clock.days_per_year", self.day)

    def atoms(self, route: PackRoute) -> tuple[Atom, ...]:
        """The atoms of all requirements of a pack's route."""
        return tuple(self.atom(requirement) for requirement in route.requires)

    def atom(self, requirement: PackRequirement) -> Atom:
        """The atom of one requirement."""
        form, citation = requirement.form, requirement.citation
        match form:
            case model.RequireCredential():
                return self.credential(form, requirement)
            case model.RequireCareer():
                return CareerYears(form.career_years, self.days_per_year(), self.work(form.work), citation)
            case model.RequireAge():
                return AgeYears(form.age, citation)
            case model.RequireEducation():
                return self.education(form, citation)
            case model.RequireContest():
                occupations = self.occupations(form.occupation)
                return Awarded(frozenset(form.contest_tiers), form.contest_rank, occupations, citation)
            case model.RequireCityYears():
                return CityYears(form.city_years, self.days_per_year(), form.after_graduation, citation)
            case model.RequirePost():
                return OnPost(citation, self.occupations(form.post), form.municipal, form.frontline)
            case model.RequireEvidence():
                return EvidenceAtLeast(tuple(form.evidence), form.at_least, form.zh, form.en, citation)

    def credential(self, form: model.RequireCredential, requirement: PackRequirement) -> CredentialYears:
        least = requirement.named[0]
        is_skill = least.ladder is Ladder.SKILL
        return CredentialYears(
            levels=requirement.levels,
            named=frozenset(requirement.named),
            least=least,
            kinds=requirement.kinds,
            years=form.years,
            clock=self.policy.clock(form.clock, self.day),
            work=self.work(form.work),
            citation=requirement.citation,
            occupations=self.occupations(form.relation) if is_skill else None,
            specialties=None if is_skill else self.specialties(form.relation),
        )

    def education(self, form: model.RequireEducation, citation: Citation) -> Educated:
        ranks = education_ranks(self.policy, self.day)
        levels = frozenset(level for level, rank in ranks.items() if rank >= ranks[form.education])
        if form.technical_school:
            levels &= _TECHNICAL_SCHOOLS
        anything = form.field is model.Relation.ANY
        return Educated(
            least=form.education,
            levels=levels,
            citation=citation,
            occupations=None if anything else self.occupations(form.field),
            specialties=None if anything else self.pairing.specialty_keys,
        )


def education_ranks(policy: PolicyStack, day: date) -> dict[EducationLevel, int]:
    """How the pack ranks schooling; technical schools equal the schooling named in 人社部发〔2018〕74号."""
    rows = policy.value("education.ranks", day).is_
    assert isinstance(rows, list)
    return {EducationLevel(str(row["level"])): int(str(row["rank"])) for row in rows if isinstance(row, dict)}


def pieces(period: Period, policy: PolicyStack) -> Iterator[Period]:
    """``period`` cut wherever a clock, group or value of the packs changes, so that each piece has one meaning."""
    edges = [period.start, *(day for day in policy.cuts if day in period and day != period.start)]
    for start, until in zip(edges, [*edges[1:], period.until], strict=True):
        yield Period(start, until)


def joined(routes: Iterable[Route]) -> Iterator[Route]:
    """Neighbouring pieces that came out alike, as one route again."""
    last: Route | None = None
    for route in routes:
        if last and last.period.until == route.period.start and last.requires == route.requires:
            last = replace(last, period=Period(last.period.start, route.period.until))
            continue
        if last:
            yield last
        last = route
    if last:
        yield last


def bind_pack_route(route: PackRoute, target: Target, policy: PolicyStack, vocabulary: Vocabulary) -> Iterator[Route]:
    """A pack's own route to ``target``, open to everyone."""
    pairing = pairing_of(target, vocabulary)

    def bound(piece: Period) -> Route:
        binder = Binder(policy, pairing, piece.start)
        return Route(
            id=route.id,
            policy_route=route.id,
            label=route.label,
            mode=MODE_OF[route.direction],
            target=target,
            period=piece,
            requires=All(binder.atoms(route)),
            issuer=route.issuer,
            appointment=route.appointment,
            citations=route.citations,
        )

    return joined(bound(piece) for piece in pieces(route.period, policy))


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
    groups = tuple(at.scheme.group(key).condition for key in at.row.groups)

    def bound(piece: Period) -> Route:
        binder = Binder(policy, pairing, piece.start)
        least = binder.atoms(floor)
        parts = (*least, *_stricter_years(at, least), *at.rule.conditions.parts)
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
            citations=floor.citations,
            offer=offer_of(at.scheme),
            row=at.row.number,
        )

    return joined(bound(piece) for piece in pieces(period, policy))


def _stricter_years(at: RowRule, least: tuple[Atom, ...]) -> Iterator[Atom]:
    """The row's own years beside the floor's, where it asks for more; asking for less changes nothing."""
    for atom in least:
        years = at.rule.years or 0
        if isinstance(atom, CredentialYears) and at.source.level in atom.levels and years > atom.years:
            yield replace(atom, years=years, citation=at.rule.citation)


def _bind_contest(scheme: Scheme, contest: ContestRule, vocabulary: Vocabulary) -> Iterator[Route]:
    period = common(contest.period, scheme.period)
    for target in (contest.skill, contest.title):
        if target and period:
            occupations = pairing_of(target, vocabulary).related
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


def offer_of(scheme: Scheme) -> Offer:
    """The offer that a scheme's routes carry."""
    return Offer(scheme.key, scheme.version, scheme.enterprise)
