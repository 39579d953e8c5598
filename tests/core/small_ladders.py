"""Small invented ladders: a few rungs of one occupation and one specialty, and rules between them drawn at random."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise

from hypothesis import strategies as st

from core.citations import Citation, Confidence, Source
from core.conditions import AgeYears, All, Atom, CareerYears, Clock, ClockEnd, ClockStart, CredentialYears, WorkFilter
from core.dates import Period
from core.eligibility.decisions import Case
from core.eligibility.routes import Mode, Route
from core.eligibility.rulebook import Rulebook
from core.facts import CredentialKind, HeldCredential, Holdings, ObtainedBy, PersonFacts, WorkSpell
from core.ladders import Ladder, Level, SkillTarget, Target, TitleTarget, at_or_above
from core.policy.load import load_packs
from core.texts import Text
from core.vocabulary import load_vocabulary
from tests.core.people import WELDER

TODAY = date(2026, 6, 1)
SKILLS = (Level.INTERMEDIATE_WORKER, Level.SENIOR_WORKER, Level.TECHNICIAN)
TITLES = (Level.STAFF, Level.ASSISTANT, Level.INTERMEDIATE)
SERIES, SPECIALTY = "engineering", "mechanical"
CITATION = Citation(Source("made_up", "虚构", None, "测试", None, ""), "第一条", Confidence.VERBATIM)
ANNIVERSARY = Clock("anniversary", ClockStart.AWARD, ClockEnd.DAY, 365, CITATION)
REVIEW = Clock("review", ClockStart.REVIEW_YEAR, ClockEnd.REVIEW_YEAR_END, 365, CITATION, 2021)
KINDS = {
    Ladder.SKILL: frozenset({CredentialKind.SKILL_CERTIFICATE}),
    Ladder.TITLE: frozenset({CredentialKind.PROFESSIONAL_TITLE}),
}
WELDING = WorkFilter(frozenset({WELDER}))


def target_of(level: Level) -> Target:
    return SkillTarget(WELDER, level) if level.ladder is Ladder.SKILL else TitleTarget(SERIES, SPECIALTY, level)


TARGETS = tuple(target_of(level) for level in (*SKILLS, *TITLES))


@dataclass(slots=True)
class SmallRulebook(Rulebook):
    """A rulebook that holds the drawn routes and nothing else."""

    routes: dict[Target, tuple[Route, ...]] = field(default_factory=dict)

    def own_routes(self, target: Target) -> tuple[Route, ...]:
        return self.routes.get(target, ())

    def targets_near(self, holdings: Holdings) -> Iterator[Target]:
        yield from TARGETS


def after(level: Level, years: int, clock: Clock = ANNIVERSARY, work: WorkFilter = WELDING) -> CredentialYears:
    """Hold a level or a higher one, then work for some years."""
    skill = level.ladder is Ladder.SKILL
    return CredentialYears(
        levels=at_or_above(level),
        named=frozenset({level}),
        least=level,
        kinds=KINDS[level.ladder],
        years=years,
        clock=clock,
        work=work,
        citation=CITATION,
        occupations=frozenset({WELDER}) if skill else None,
        specialties=None if skill else frozenset({(SERIES, SPECIALTY)}),
    )


def route(n: int, level: Level, requires: list[Atom], until: date | None = None) -> Route:
    return Route(
        id=f"route-{n}",
        policy_route=f"route-{n}",
        label=Text("虚构", "made up"),
        mode=Mode.PROMOTION,
        target=target_of(level),
        period=Period(date(2000, 1, 1), until),
        requires=All(tuple(requires)),
        issuer="assessor",
    )


def held(level: Level, on: date, review_year: int | None = None, ends_on: date | None = None) -> HeldCredential:
    (kind,) = KINDS[level.ladder]
    key = f"held:{level}:{on}"
    if level.ladder is Ladder.SKILL:
        return HeldCredential(key, kind, level, on, occupation=WELDER, ends_on=ends_on)
    return HeldCredential(
        key,
        kind,
        level,
        on,
        series=SERIES,
        specialty=SPECIALTY,
        obtained_by=ObtainedBy.REVIEW,
        review_year=review_year,
        ends_on=ends_on,
    )


def small_case(facts: PersonFacts, routes: list[Route]) -> Case:
    by_target: dict[Target, tuple[Route, ...]] = {}
    for one in routes:
        by_target[one.target] = (*by_target.get(one.target, ()), one)
    return Case.of(facts, TODAY, SmallRulebook(load_packs(), load_vocabulary(), routes=by_target))


LEVELS = st.sampled_from([*SKILLS, *TITLES])
ATOMS: st.SearchStrategy[Atom] = st.one_of(
    st.builds(after, LEVELS, st.integers(0, 3), st.just(ANNIVERSARY), st.sampled_from([WELDING, WorkFilter()])),
    st.builds(after, st.sampled_from(TITLES), st.integers(1, 3), st.just(REVIEW)),
    st.builds(lambda years: CareerYears(years, 365, WELDING, CITATION), st.integers(1, 8)),
    st.builds(lambda years: AgeYears(years, CITATION), st.integers(20, 40)),
)
UNTIL = st.one_of(st.none(), st.none(), st.none(), st.dates(date(2027, 1, 1), date(2034, 1, 1)))


@st.composite
def ladders(draw: st.DrawFn) -> list[Route]:
    """Three to eight routes, some of them the rungs' own order, so that chains are long enough to be interesting."""
    routes: list[Route] = []
    for levels in (SKILLS, TITLES):
        for lower, upper in pairwise(levels):
            if draw(st.booleans()):
                clock = draw(st.sampled_from([ANNIVERSARY, REVIEW])) if levels is TITLES else ANNIVERSARY
                routes.append(route(len(routes), upper, [after(lower, draw(st.integers(1, 3)), clock)], draw(UNTIL)))
    for _ in range(draw(st.integers(2, 5))):
        requires = draw(st.lists(ATOMS, min_size=1, max_size=2))
        routes.append(route(len(routes), draw(LEVELS), requires, draw(UNTIL)))
    return routes


@st.composite
def climbers(draw: st.DrawFn) -> PersonFacts:
    """Somebody who holds up to two rungs and welds, mostly still.

    Certificates may have lapsed but none is about to: what is held today is no target, even if it lapses later.
    """
    credentials = []
    for _ in range(draw(st.integers(0, 2))):
        on = draw(st.dates(date(2015, 1, 1), TODAY))
        ends_on = draw(st.one_of(st.none(), st.none(), st.dates(date(2020, 1, 1), TODAY)))
        year = on.year - draw(st.integers(0, 1))
        credentials.append(held(draw(LEVELS), on, year, ends_on if ends_on and ends_on > on else None))
    start = draw(st.dates(date(2012, 1, 1), date(2027, 1, 1)))
    until = draw(st.one_of(st.none(), st.none(), st.dates(date(2028, 1, 1), date(2034, 1, 1))))
    work = (WorkSpell("yard", Period(start, until), WELDER),)
    return PersonFacts(draw(st.dates(date(1988, 1, 1), date(2008, 1, 1))), tuple(credentials), work)
