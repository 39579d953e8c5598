"""Invented people for property tests: few occupations, specialties and years, so that rules meet them often."""

from datetime import date, timedelta

from hypothesis import strategies as st

from core.dates import Period
from core.facts import (
    ContestAward,
    ContestRank,
    ContestTier,
    CredentialKind,
    EducationLevel,
    EvidenceItem,
    FactKind,
    HeldCredential,
    ObtainedBy,
    PersonFacts,
    Reading,
    Schooling,
    WorkSpell,
)
from core.ladders import SKILL_LEVELS, TITLE_LEVELS

WELDER, FOUNDER, ELECTRICIAN, HULL_BUILDER = "6-18-02-04", "6-18-02-01", "6-31-01-03", "6-23-02-01"
OCCUPATIONS = st.sampled_from([WELDER, FOUNDER, ELECTRICIAN, HULL_BUILDER])
SPECIALTIES = st.sampled_from(["mechanical", "electrical", "ship_and_ocean"])
EVIDENCE = (
    "evaluated_college_programme",
    "skill_honour",
    "frontline_months",
    "process_improvements",
    "technical_breakthroughs",
)
HERE, ELSEWHERE = "91990000MA0EXTK02T", "elsewhere"
FIRST = date(2008, 1, 1)
# A few fixed days beside any day: years that start or end together are where counting goes wrong.
DAYS = st.one_of(
    st.integers(0, 20 * 365).map(lambda n: FIRST + timedelta(days=n)),
    st.sampled_from([date(2016, 2, 29), date(2020, 1, 1), date(2021, 1, 1), date(2024, 2, 29), date(2025, 12, 22)]),
)
ASKED = st.dates(date(2025, 12, 22), date(2028, 12, 31))
LASTING = st.none()
ENDS = st.one_of(st.none(), st.none(), DAYS)


@st.composite
def credentials(draw: st.DrawFn, ends: st.SearchStrategy[date | None] = ENDS) -> HeldCredential:
    """A credential of any of the four kinds."""
    kind = draw(st.sampled_from(list(CredentialKind)))
    on = draw(DAYS)
    until = draw(ends)
    ends_on = until if until and until > on else None
    if kind in (CredentialKind.SKILL_CERTIFICATE, CredentialKind.VOCATIONAL_QUALIFICATION):
        level = draw(st.sampled_from(SKILL_LEVELS))
        return HeldCredential("drawn", kind, level, on, occupation=draw(OCCUPATIONS), ends_on=ends_on)
    return HeldCredential(
        "drawn",
        kind,
        draw(st.sampled_from(TITLE_LEVELS)),
        on,
        series="engineering",
        specialty=draw(SPECIALTIES),
        obtained_by=draw(st.sampled_from([ObtainedBy.REVIEW, ObtainedBy.EXAM, ObtainedBy.RECOGNITION])),
        review_year=draw(st.sampled_from([None, on.year, on.year - 1])),
        ends_on=ends_on,
    )


@st.composite
def spells(draw: st.DrawFn, ends: bool = True) -> WorkSpell:
    """An employment, ended or not."""
    start = draw(DAYS)
    length = draw(st.one_of(st.none(), st.integers(1, 8 * 365))) if ends else None
    return WorkSpell(
        employer=draw(st.sampled_from([HERE, ELSEWHERE])),
        period=Period(start, start + timedelta(days=length) if length else None),
        occupation=draw(st.one_of(st.none(), OCCUPATIONS)),
        specialty=draw(st.one_of(st.none(), SPECIALTIES.map(lambda code: f"engineering:{code}"))),
        in_city=draw(st.booleans()),
        municipal=draw(st.booleans()),
        frontline=draw(st.booleans()),
    )


AWARDS = st.builds(
    ContestAward,
    st.sampled_from([ContestTier.ENTERPRISE, ContestTier.NATIONAL, ContestTier.WORLD]),
    st.sampled_from(list(ContestRank)),
    OCCUPATIONS,
    DAYS,
)
SCHOOLING = st.builds(
    Schooling,
    st.sampled_from(list(EducationLevel)),
    DAYS,
    st.frozensets(OCCUPATIONS, max_size=2),
    st.frozensets(SPECIALTIES.map(lambda code: f"engineering:{code}"), max_size=1),
)
ITEMS = st.lists(st.builds(EvidenceItem, st.integers(0, 15), DAYS), max_size=2).map(tuple)


def people(lasting: bool = False) -> st.SearchStrategy[PersonFacts]:
    """A person; ``lasting``: no credential expires and no employment ends."""
    return st.builds(
        PersonFacts,
        born_on=st.dates(date(1970, 1, 1), date(2011, 12, 31)),
        credentials=st.lists(credentials(LASTING if lasting else ENDS), max_size=4).map(tuple),
        work=st.lists(spells(ends=not lasting), max_size=4).map(tuple),
        awards=st.lists(AWARDS, max_size=2).map(tuple),
        schooling=st.lists(SCHOOLING, max_size=2).map(tuple),
        evidence=st.dictionaries(st.sampled_from(EVIDENCE), ITEMS, max_size=3),
    )


def narrowed(facts: PersonFacts, reading: Reading) -> PersonFacts:
    """The facts without what is not read."""
    kinds = reading.kinds
    held = tuple(one for one in facts.credentials if one.level in reading.levels)
    return PersonFacts(
        born_on=facts.born_on,
        credentials=held if FactKind.CREDENTIALS in kinds else (),
        work=facts.work if FactKind.WORK in kinds else (),
        awards=facts.awards if FactKind.AWARDS in kinds else (),
        schooling=facts.schooling if FactKind.SCHOOLING in kinds else (),
        evidence=facts.evidence if FactKind.EVIDENCE in kinds else {},
        fraud_found_on=facts.fraud_found_on,
    )
