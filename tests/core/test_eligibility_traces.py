"""What conditions read, what one must have for them ever to hold, and conditions that differ in words alone."""

from dataclasses import replace
from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.conditions import (
    AgeYears,
    All,
    Any_,
    Atom,
    Awarded,
    CareerYears,
    CityYears,
    Condition,
    Educated,
    EvidenceAtLeast,
    OnPost,
    WorkFilter,
)
from core.conditions import atoms as atoms_of
from core.eligibility.alike import Plain
from core.eligibility.evaluate import _EVALUATORS, Dossier
from core.eligibility.rulebook import Rulebook
from core.eligibility.traces import READS, origins_held, origins_of, posts_of, reading_of
from core.facts import ContestRank, ContestTier, CredentialKind, EducationLevel, FactKind, PersonFacts, Reading
from core.ladders import Level, TitleTarget, at_or_above
from core.policy.load import load_packs
from core.vocabulary import load_vocabulary
from tests.core.case_runner import schemes
from tests.core.people import EVIDENCE, FOUNDER, WELDER, narrowed, people
from tests.core.small_ladders import ANNIVERSARY, CITATION, REVIEW, after

RULEBOOK = Rulebook(load_packs(), load_vocabulary())
YARD = RULEBOOK.scheme(schemes()["example_yard"])
PROMOTIONS = RULEBOOK.own_routes(TitleTarget("engineering", "mechanical", Level.INTERMEDIATE))
ROUTES = (*YARD.routes, *PROMOTIONS)
ANY_CREDENTIAL = replace(after(Level.SENIOR_WORKER, 1), occupations=None)
MADE = (
    ANY_CREDENTIAL,
    replace(ANY_CREDENTIAL, work=WorkFilter(), years=0, kinds=frozenset(CredentialKind)),
    after(Level.ASSISTANT, 2, REVIEW),
    AgeYears(30, CITATION),
    CareerYears(3, 365, WorkFilter(frozenset({WELDER})), CITATION),
    CityYears(1, 365, True, CITATION),
    CityYears(1, 365, False, CITATION),
    OnPost(CITATION),
    OnPost(CITATION, frozenset({WELDER, FOUNDER})),
    Educated(EducationLevel.BACHELOR, frozenset({EducationLevel.BACHELOR}), CITATION),
    Awarded(frozenset(ContestTier), ContestRank.SILVER, None, CITATION),
    EvidenceAtLeast(EVIDENCE[1:4], 3, "业绩", "evidence", CITATION),
)
ATOMS = tuple(dict.fromkeys(chain(MADE, *(route.leaves for route in ROUTES))))
CONDITIONS: st.SearchStrategy[Condition] = st.recursive(
    st.one_of(st.sampled_from(ATOMS), st.sampled_from([route.requires for route in ROUTES])),
    lambda parts: st.one_of(
        st.lists(parts, max_size=3).map(lambda found: All(tuple(found))),
        st.lists(parts, min_size=1, max_size=3).map(lambda found: Any_(tuple(found))),
    ),
    max_leaves=5,
)


def test_every_kind_of_atom_is_among_those_tried() -> None:
    assert {type(atom) for atom in ATOMS} == READS.keys() == _EVALUATORS.keys()


@pytest.mark.parametrize("atom", MADE, ids=lambda atom: type(atom).__name__)
@given(people())
def test_an_atom_rests_on_what_it_reads(atom: Atom, facts: PersonFacts) -> None:
    assert Dossier(narrowed(facts, reading_of([atom]))).days(atom) == Dossier(facts).days(atom)


@given(people(), CONDITIONS)
def test_a_condition_rests_on_what_it_reads(facts: PersonFacts, condition: Condition) -> None:
    poorer = narrowed(facts, reading_of(atoms_of(condition)))
    assert Dossier(poorer).days(condition) == Dossier(facts).days(condition)


@given(people(), CONDITIONS)
def test_whoever_meets_a_condition_has_what_it_starts_from(facts: PersonFacts, condition: Condition) -> None:
    if Dossier(facts).days(condition):
        origins, posts = origins_of(condition), posts_of(condition)
        held = {origin for one in facts.credentials for origin in origins_held(one)}
        assert origins is None or origins & held
        assert posts is None or posts & {spell.occupation for spell in facts.work}


@given(people(), CONDITIONS)
def test_a_plain_condition_holds_on_the_same_days(facts: PersonFacts, condition: Condition) -> None:
    assert Dossier(facts).days(Plain().of(condition)) == Dossier(facts).days(condition)


SENIOR, TITLE = after(Level.SENIOR_WORKER, 2), after(Level.INTERMEDIATE, 2)
SENIORS = frozenset((level, WELDER) for level in at_or_above(Level.SENIOR_WORKER))
TITLES = frozenset((level, ("engineering", "mechanical")) for level in at_or_above(Level.INTERMEDIATE))


@pytest.mark.parametrize(
    ("condition", "origins"),
    [
        (SENIOR, SENIORS),
        (ANY_CREDENTIAL, frozenset((level, None) for level in at_or_above(Level.SENIOR_WORKER))),
        (All((AgeYears(30, CITATION), SENIOR)), SENIORS),
        (All((SENIOR, TITLE)), TITLES),  # either would do; these are fewer
        (Any_((SENIOR, TITLE)), SENIORS | TITLES),
        (Any_((SENIOR, AgeYears(30, CITATION))), None),
        (All(()), None),
        (OnPost(CITATION, frozenset({WELDER})), None),
    ],
)
def test_what_one_must_hold(condition: Condition, origins: object) -> None:
    assert origins_of(condition) == origins


def test_on_which_post_one_must_have_been() -> None:
    on_post = OnPost(CITATION, frozenset({WELDER}))
    assert posts_of(All((SENIOR, on_post))) == {WELDER}
    assert posts_of(Any_((SENIOR, on_post))) is None
    assert posts_of(OnPost(CITATION)) is None


def test_words_and_clauses_make_no_difference_and_everything_else_does() -> None:
    plain = Plain()
    other = replace(CITATION, clause="第九条")
    retold = replace(
        SENIOR, citation=other, named=at_or_above(Level.TECHNICIAN), clock=replace(ANNIVERSARY, id="x", citation=other)
    )
    assert plain.of(retold) is plain.of(SENIOR)
    shown = MADE[-1]
    assert isinstance(shown, EvidenceAtLeast)
    assert plain.of(replace(shown, label_zh="改进", label_en="improved")) is plain.of(shown)
    assert plain.of(replace(shown, amount=4)) != plain.of(shown)
    for change in ({"years": 3}, {"clock": REVIEW}, {"work": WorkFilter()}, {"occupations": None}):
        assert plain.of(replace(SENIOR, **change)) != plain.of(SENIOR), change


def test_only_levels_that_are_read_count() -> None:
    assert reading_of([SENIOR]) == Reading(
        frozenset({FactKind.CREDENTIALS, FactKind.WORK}), at_or_above(Level.SENIOR_WORKER)
    )
    assert reading_of([AgeYears(30, CITATION)]) == Reading(frozenset(), frozenset())
