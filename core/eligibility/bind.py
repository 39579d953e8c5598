"""Binds what packs say in general ("own or related occupation") to the sets of codes of one target."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from core.citations import Citation
from core.conditions import (
    AgeYears,
    All,
    Atom,
    Awarded,
    CareerYears,
    CityYears,
    CredentialYears,
    Educated,
    EvidenceAtLeast,
    OnPost,
    Readings,
    WorkFilter,
)
from core.dates import Period
from core.eligibility.pairing import Pairing, pairing_of
from core.eligibility.routes import MODE_OF, Route
from core.errors import ErrorCode, GuantongError, Where
from core.facts import EducationLevel
from core.ladders import Ladder, SkillTarget, Target
from core.policy.requirements import (
    Relation,
    RequireAge,
    RequireCareer,
    RequireCityYears,
    RequireContest,
    RequireCredential,
    RequireEducation,
    RequireEvidence,
    RequirePost,
    Work,
)
from core.policy.stack import PackRequirement, PackRoute, PolicyStack
from core.texts import Text
from core.vocabulary import Vocabulary

READINGS = ("relation.higher_level_counts", "relation.related_occupation", "clock.days_per_year")
RELATED_TITLE = "relation.related_title"
READ_AS = {RELATED_TITLE: ("corresponding", "same_series"), "relation.related_occupation": ("minor_class",)}
_TECHNICAL_SCHOOLS = frozenset({EducationLevel.SENIOR_SKILLED_SCHOOL, EducationLevel.TECHNICIAN_COLLEGE})

Occupations = frozenset[str] | None
Specialties = frozenset[tuple[str, str]] | None


@dataclass(frozen=True, slots=True)
class Binder:
    """Turns requirements of packs into atoms for one pairing, by the clocks and values of one day."""

    policy: PolicyStack
    pairing: Pairing
    day: date

    def occupations(self, relation: Relation) -> Occupations:
        if relation is Relation.ANY:
            return None
        # A title's own occupations are those of the row or the vocabulary; "same" means them too.
        return self.pairing.related if relation is Relation.RELATED else self.pairing.own

    def specialties(self, relation: Relation) -> Specialties:
        if relation is Relation.ANY:
            return None
        if relation is Relation.RELATED and self._reading(RELATED_TITLE) == "same_series":
            return self.pairing.same_series
        return self.pairing.specialties

    def _reading(self, name: str) -> str:
        """A reading of the packs, one that this engine knows how to apply."""
        value = self.policy.value(name, self.day)
        if value.is_ not in READ_AS[name]:
            known = ", ".join(READ_AS[name])
            raise GuantongError(
                ErrorCode.POLICY_INVALID,
                Text(
                    f"取值 {value.is_} 无法执行，可用：{known}",
                    f"the value {value.is_} cannot be applied; known: {known}",
                ),
                where=Where(file=value.pack.id, entry=name),
            )
        return str(value.is_)

    def work(self, work: Work) -> WorkFilter:
        match work:
            case Work.ANY:
                return WorkFilter()
            case Work.OCCUPATION:
                return WorkFilter(occupations=self.pairing.related)
            case Work.CORRESPONDING:
                return WorkFilter(occupations=self.pairing.related, specialties=self.pairing.specialty_keys)
            case Work.SPECIALTY:
                return WorkFilter(self.pairing.own, self.pairing.specialty_keys, of_specialty=True)

    def readings(self) -> Readings:
        """How the packs read what clauses leave open, on the day."""
        for name in READ_AS:
            self._reading(name)
        higher, related, broken = (self.policy.value(name, self.day).citation for name in READINGS)
        return Readings(self.pairing.own, higher, related, broken)

    def pairings_read(self, route: PackRoute) -> Iterator[Citation]:
        """The reading of a related title, for a route that asks for one."""
        if any(
            r.named and r.named[0].ladder is Ladder.TITLE and r.form.relation is Relation.RELATED
            for r in route.requires
            if isinstance(r.form, RequireCredential)
        ):
            yield self.policy.value(RELATED_TITLE, self.day).citation

    def days_per_year(self) -> int:
        return self.policy.integer("clock.days_per_year", self.day)

    def atoms(self, route: PackRoute) -> tuple[Atom, ...]:
        """The atoms of all requirements of a pack's route."""
        return tuple(self.atom(requirement) for requirement in route.requires)

    def atom(self, requirement: PackRequirement) -> Atom:
        """The atom of one requirement."""
        form, citation = requirement.form, requirement.citation
        match form:
            case RequireCredential():
                return self.credential(form, requirement)
            case RequireCareer():
                work, readings = self.work(form.work), self.readings()
                return CareerYears(form.career_years, self.days_per_year(), work, citation, readings)
            case RequireAge():
                return AgeYears(form.age, citation)
            case RequireEducation():
                return self.education(form, citation)
            case RequireContest():
                occupations = self.occupations(form.occupation)
                return Awarded(frozenset(form.contest_tiers), form.contest_rank, occupations, citation)
            case RequireCityYears():
                per_year, readings = self.days_per_year(), self.readings()
                return CityYears(form.city_years, per_year, form.after_graduation, citation, readings)
            case RequirePost():
                return OnPost(citation, self.occupations(form.post), form.municipal, form.frontline)
            case RequireEvidence():
                return EvidenceAtLeast(tuple(form.evidence), form.at_least, form.zh, form.en, citation)

    def credential(self, form: RequireCredential, requirement: PackRequirement) -> CredentialYears:
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
            readings=self.readings(),
        )

    def education(self, form: RequireEducation, citation: Citation) -> Educated:
        ranks = education_ranks(self.policy, self.day)
        levels = frozenset(level for level, rank in ranks.items() if rank >= ranks[form.education])
        if form.technical_school:
            levels &= _TECHNICAL_SCHOOLS
        anything = form.field is Relation.ANY
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
            citations=(*route.citations, *binder.pairings_read(route), *correspondence_of(route, target, vocabulary)),
        )

    return joined(bound(piece) for piece in pieces(route.period, policy))


def correspondence_of(route: PackRoute, target: Target, vocabulary: Vocabulary) -> Iterator[Citation]:
    """The clauses of the vocabulary's (inferred) table, for a route that takes what corresponds from there."""
    words = {getattr(r.form, name, None) for r in route.requires for name in ("relation", "work", "occupation")}
    if words.isdisjoint({Relation.CORRESPONDING, Work.CORRESPONDING, Work.SPECIALTY}):
        return
    codes = {target.occupation} if isinstance(target, SkillTarget) else pairing_of(target, vocabulary).own
    cited = dict.fromkeys(vocabulary.occupation(code).correspondence for code in sorted(codes))
    yield from (citation for citation in cited if citation)
