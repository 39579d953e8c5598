"""The effect of a version on people: the same as asking everybody everything, one route after another."""

from collections import Counter
from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.conditions import All, Any_, Awarded, EvidenceAtLeast, RowYears
from core.dates import Period
from core.eligibility.days import contains
from core.eligibility.decide import route_days
from core.eligibility.evaluate import Dossier
from core.eligibility.impact import Impact, Weighing
from core.eligibility.questions import Questions, Way
from core.eligibility.rulebook import Rulebook
from core.facts import ContestRank, ContestTier, CredentialKind, HeldCredential, PersonFacts, WorkSpell
from core.ladders import Level
from core.policy.load import load_packs
from core.schemes import CatalogRow, DirectedRule, Scheme
from core.vocabulary import load_vocabulary
from tests.core.case_runner import schemes
from tests.core.people import ASKED, DAYS, EVIDENCE, WELDER, people
from tests.core.small_ladders import CITATION

RULEBOOK = Rulebook(load_packs(), load_vocabulary())
YARD = schemes()["example_yard"]
IMPROVED = EvidenceAtLeast(EVIDENCE[2:4], 3, "业绩", "evidence", CITATION)
WON = Awarded(frozenset(ContestTier), ContestRank.BRONZE, None, CITATION)


def variant(name: str, *rules: DirectedRule, rows: slice = slice(None), period: Period | None = None) -> Scheme:
    """The example yard's scheme as another version: some of its rows, their rules replaced in turn."""

    def row(number: int, old: CatalogRow) -> CatalogRow:
        rule = rules[number % len(rules)] if rules else None
        return replace(
            old,
            number=old.number + 100,
            period=period or old.period,
            skill_to_title=old.skill_to_title and (rule or old.skill_to_title),
            title_to_skill=old.title_to_skill and (rule or old.title_to_skill),
        )

    found = tuple(row(number, old) for number, old in enumerate(YARD.rows[rows]))
    return replace(YARD, version=name, digest=name, rows=found)


VERSIONS = (
    YARD,
    variant("bare", DirectedRule(None, CITATION)),
    variant("longer", DirectedRule(6, CITATION), DirectedRule(None, CITATION)),
    variant("conditions", DirectedRule(None, CITATION, All((IMPROVED,))), DirectedRule(3, CITATION)),
    variant(
        "either",
        DirectedRule(None, CITATION, All((Any_((RowYears(5, CITATION), WON, All((IMPROVED, WON)))),))),
        DirectedRule(None, CITATION, All((WON,))),
    ),
    variant("half", rows=slice(None, None, 2)),
    variant("later", period=Period(date(2027, 3, 1), date(2028, 3, 1))),
)
VERSION = st.sampled_from(VERSIONS)


@st.composite
def workers(draw: st.DrawFn) -> PersonFacts:
    """A person who has welded for long, with a certificate and perhaps a title, and whatever else was drawn."""
    facts = draw(people())
    level = draw(st.sampled_from([Level.SENIOR_WORKER, Level.TECHNICIAN, Level.SENIOR_TECHNICIAN]))
    held = [HeldCredential("drawn", CredentialKind.SKILL_CERTIFICATE, level, draw(DAYS), WELDER)]
    if draw(st.booleans()):
        title = {"series": "engineering", "specialty": "mechanical"}
        level = draw(st.sampled_from([Level.ASSISTANT, Level.INTERMEDIATE]))
        held.append(HeldCredential("drawn", CredentialKind.PROFESSIONAL_TITLE, level, draw(DAYS), **title))
    work = WorkSpell(YARD.enterprise, Period(date(2008, 1, 1)), WELDER)
    return replace(facts, credentials=(*facts.credentials, *held), work=(*facts.work, work))


FOLK = st.one_of(people(), workers(), workers())


def numbered(folk: list[PersonFacts]) -> list[tuple[UUID, PersonFacts]]:
    return [(UUID(int=number), facts) for number, facts in enumerate(folk)]


def weighed(old: Scheme | None, new: Scheme, folk: list[PersonFacts], day: date) -> Impact:
    weighing = Weighing(old, new, day, RULEBOOK)
    weighing.look_at(numbered(folk))
    return weighing.impact


def ways_open(scheme: Scheme | None, facts: PersonFacts, day: date) -> set[Way]:
    """The ways of a scheme that are open to a person, each route asked by itself."""
    routes = RULEBOOK.scheme(scheme).routes if scheme else ()
    return {(r.source, r.target) for r in routes if r.source and contains(route_days(Dossier(facts), r), day)}


def _numbers(scheme: Scheme | None, way: Way) -> set[int]:
    """The rows of a scheme that join the two sides of a way."""
    return {row.number for row in scheme.rows if {row.skill, row.title} == set(way)} if scheme else set()


@given(st.one_of(st.none(), VERSION), VERSION, st.lists(FOLK, max_size=6), ASKED)
def test_it_is_what_asking_everybody_gives(old: Scheme | None, new: Scheme, folk: list[PersonFacts], day: date) -> None:
    gained, lost, kept = Counter[Way](), Counter[Way](), Counter[Way]()
    found = weighed(old, new, folk, day)
    moved = [0, 0]
    for facts in folk:
        before, after = ways_open(old, facts, day), ways_open(new, facts, day)
        gained.update(after - before)
        lost.update(before - after)
        kept.update(before & after)
        moved[0] += bool(after) and not before
        moved[1] += bool(before) and not after
    assert [found.gained, found.lost] == moved
    rows = {(row.source, row.target): row for row in found.rows}
    assert rows.keys() == gained.keys() | lost.keys() | kept.keys()
    for way, row in rows.items():
        assert (len(row.gained), len(row.lost), row.kept) == (gained[way], lost[way], kept[way])
        assert row.row in (_numbers(new, way) or _numbers(old, way))
    assert [row.key for row in found.rows] == sorted(row.key for row in found.rows)


@given(VERSION, VERSION, st.lists(FOLK, min_size=2, max_size=6), ASKED, st.integers(1, 5))
def test_parts_give_what_the_whole_gives(
    old: Scheme, new: Scheme, folk: list[PersonFacts], day: date, size: int
) -> None:
    weighing = Weighing(old, new, day, RULEBOOK)
    everybody = numbered(folk)
    for first in range(0, len(folk), size):
        weighing.look_at(everybody[first : first + size])
    assert weighing.impact == weighed(old, new, folk, day)


def welder(since: date) -> PersonFacts:
    held = HeldCredential("1", CredentialKind.SKILL_CERTIFICATE, Level.TECHNICIAN, since, WELDER)
    work = WorkSpell(YARD.enterprise, Period(date(2010, 1, 1)), WELDER)
    return PersonFacts(date(1985, 1, 1), (held,), (work,))


def test_years_that_grow_take_a_way_from_those_in_between() -> None:
    day = date(2026, 6, 1)
    folk = [welder(date(2015, 1, 1)), welder(date(2022, 6, 1)), welder(date(2025, 1, 1))]
    found = weighed(YARD, VERSIONS[2], folk, day)
    # the row for technicians keeps its years, that for senior workers asks for six
    assert [(row.lost, row.kept) for row in found.rows] == [((UUID(int=1),), 1), ((), 2)]
    back = weighed(VERSIONS[2], YARD, folk, day)
    assert [(row.gained, row.kept) for row in back.rows] == [((UUID(int=1),), 1), ((), 2)]
    assert (found.gained, found.lost) == (0, 0)  # the other way stays


def test_a_row_that_went_keeps_its_old_number() -> None:
    found = weighed(
        YARD, variant("none-for-welders", rows=slice(5, None)), [welder(date(2015, 1, 1))], date(2026, 6, 1)
    )
    assert [(row.row, row.lost) for row in found.rows] == [(1, (UUID(int=0),)), (2, (UUID(int=0),))]
    assert (found.gained, found.lost) == (0, 1)


def retold(scheme: Scheme) -> Scheme:
    """The same rules, each citing another clause."""

    def rule(old: DirectedRule | None, number: int) -> DirectedRule | None:
        return old and replace(old, citation=replace(CITATION, clause=f"第{number}条"))

    rows = (
        replace(row, skill_to_title=rule(row.skill_to_title, n), title_to_skill=rule(row.title_to_skill, n))
        for n, row in enumerate(scheme.rows)
    )
    return replace(scheme, version="retold", digest=f"{scheme.digest} retold", rows=tuple(rows))


@pytest.mark.parametrize("other", [YARD, retold(YARD)])
def test_versions_that_ask_the_same_are_asked_once(other: Scheme) -> None:
    day = date(2026, 6, 1)
    alone, both = Questions.of(None, YARD, day, RULEBOOK), Questions.of(other, YARD, day, RULEBOOK)
    assert len(both.ways) == len(alone.ways)
    questions = {question for found in both.by_origin.values() for question in found}
    assert all(question.before == question.after for question in questions)
    assert len(questions) == len({question for found in alone.by_origin.values() for question in found})
