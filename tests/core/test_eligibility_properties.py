"""Eligibility on invented people: more evidence or a later day never takes anything away, and a date is the first."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from core.conditions import CityYears, OnPost, atoms
from core.dates import Period
from core.eligibility.blocks import Authority, Employer
from core.eligibility.days import FOREVER, Days, union
from core.eligibility.decide import candidate_routes, opportunities, route_days
from core.eligibility.decisions import Case, Decision, State
from core.eligibility.evaluate import Dossier
from core.eligibility.routes import Route
from core.eligibility.rulebook import Rulebook
from core.facts import ContestAward, EvidenceItem, HeldCredential, PersonFacts, Schooling, WorkSpell
from core.ladders import Level
from core.policy.load import load_packs
from core.vocabulary import load_vocabulary
from tests.core.case_runner import schemes
from tests.core.people import ASKED, AWARDS, DAYS, EVIDENCE, SCHOOLING, credentials, people, spells

RULEBOOK = Rulebook(load_packs(), load_vocabulary())
YARD = schemes()["example_yard"]
LONG = Period(date(2025, 12, 22))
EMPLOYER = Employer(
    YARD.enterprise,
    (LONG,),
    (Authority(None, Level.CHIEF_TECHNICIAN, LONG), Authority(None, Level.FULL_SENIOR, LONG)),
    (YARD,),
)


def case_of(facts: PersonFacts, day: date) -> Case:
    return Case.of(facts, day, RULEBOOK, [EMPLOYER])


def routes_of(facts: PersonFacts) -> list[Route]:
    return list(candidate_routes(case_of(facts, date(2026, 6, 1))))


def holds(smaller: Days, larger: Days) -> bool:
    return union(smaller, larger) == larger


Item = HeldCredential | WorkSpell | ContestAward | Schooling


def with_item(facts: PersonFacts, item: Item) -> PersonFacts:
    match item:
        case HeldCredential():
            return replace(facts, credentials=(*facts.credentials, item))
        case WorkSpell():
            return replace(facts, work=(*facts.work, item))
        case ContestAward():
            return replace(facts, awards=(*facts.awards, item))
        case Schooling():
            return replace(facts, schooling=(*facts.schooling, item))


def assert_nothing_lost(before: PersonFacts, after: PersonFacts) -> None:
    poorer, richer = Dossier(before), Dossier(after)
    for route in routes_of(after):
        for atom in atoms(route.requires):
            assert holds(poorer.days(atom), richer.days(atom)), atom
        assert holds(route_days(poorer, route), route_days(richer, route)), route.id


@given(people(), st.one_of(credentials(), spells(), AWARDS, SCHOOLING))
def test_more_evidence_never_takes_a_day_away(facts: PersonFacts, more: Item) -> None:
    assert_nothing_lost(facts, with_item(facts, more))


@given(people(), st.sampled_from(EVIDENCE), st.integers(0, 20), DAYS)
def test_more_declared_evidence_never_takes_a_day_away(facts: PersonFacts, key: str, amount: int, since: date) -> None:
    items = (*facts.evidence.get(key, ()), EvidenceItem(amount, since))
    assert_nothing_lost(facts, replace(facts, evidence={**facts.evidence, key: items}))


@given(people(), spells(), st.integers(1, 900), st.integers(1, 900))
def test_filling_a_gap_in_work_never_takes_a_day_away(facts: PersonFacts, one: WorkSpell, gap: int, then: int) -> None:
    worked = one.period.start + timedelta(days=400)
    back = worked + timedelta(days=gap)
    first, filling = replace(one, period=Period(one.period.start, worked)), replace(one, period=Period(worked, back))
    second = replace(one, period=Period(back, back + timedelta(days=then)))
    broken = replace(facts, work=(*facts.work, first, second))
    assert_nothing_lost(broken, replace(broken, work=(*broken.work, filling)))


@given(people(lasting=True))
def test_a_condition_once_met_stays_met(facts: PersonFacts) -> None:
    dossier = Dossier(facts)
    for route in routes_of(facts):
        for atom in atoms(route.requires):
            days = dossier.days(atom)
            assert days == () or (len(days) == 1 and days[0][1] == FOREVER), atom
        open_ = route_days(dossier, route)
        assert open_ == () or (len(open_) == 1 and open_[0][1] == route.period.end.toordinal())


@given(people())
def test_only_certificates_that_end_and_posts_that_end_take_a_condition_away(facts: PersonFacts) -> None:
    lasting = replace(facts, credentials=tuple(replace(c, ends_on=None) for c in facts.credentials))
    dossier = Dossier(lasting)
    for route in routes_of(lasting):
        for atom in atoms(route.requires):
            days = dossier.days(atom)
            assert isinstance(atom, OnPost) or days == () or (len(days) == 1 and days[0][1] == FOREVER), atom


def same_place(decision: Decision, others: list[Decision]) -> Decision | None:
    """The decision on another day for the same targets, from the same place."""
    key = (decision.targets, decision.offer, len(decision.targets))
    return next((d for d in others if (d.targets, d.offer, len(d.targets)) == key), None)


@given(people(), ASKED)
def test_the_date_given_is_the_first_day_that_says_now(facts: PersonFacts, day: date) -> None:
    dated = [d for d in opportunities(case_of(facts, day), everything=True) if d.state is State.ON_DATE]
    for decision in dated:
        assert decision.may_apply_from is not None
        eve = opportunities(case_of(facts, decision.may_apply_from - timedelta(days=1)), everything=True)
        then = opportunities(case_of(facts, decision.may_apply_from), everything=True)
        before, on = same_place(decision, eve), same_place(decision, then)
        assert before is None or before.state is not State.NOW, decision.targets
        assert on is not None, decision.targets
        assert on.state is State.NOW, decision.targets


@given(people(), ASKED)
def test_a_date_does_not_depend_on_the_day_it_is_asked(facts: PersonFacts, day: date) -> None:
    for decision in opportunities(case_of(facts, day), everything=True):
        if decision.state is State.ON_DATE and decision.may_apply_from:
            later = day + (decision.may_apply_from - day) // 2
            again = same_place(decision, opportunities(case_of(facts, later), everything=True))
            assert again is not None
            assert again.may_apply_from == decision.may_apply_from


@given(people(lasting=True), ASKED)
def test_the_explanation_says_what_the_decision_says(facts: PersonFacts, day: date) -> None:
    for decision in opportunities(case_of(facts, day), everything=True):
        for judged in decision.routes:
            results = judged.explanation.conditions
            assert all(r.is_met == (r.due is not None and r.due <= day) for r in results)
            assert all((r.gap is None) == r.is_met for r in results)
            dues = [r.due for r in results if r.due]
            ready = max([day, judged.route.period.start, *dues]) if len(dues) == len(results) else None
            expected = ready if ready and ready < judged.route.period.end else None
            assert judged.may_apply_from == expected, judged.route.id


def test_the_generated_people_meet_the_rules() -> None:
    """A guard on the tests above: their people reach every state, and conditions of every kind."""
    seen: set[State] = set()
    kinds: set[type] = set()

    @given(people(), ASKED)
    def look(facts: PersonFacts, day: date) -> None:
        for decision in opportunities(case_of(facts, day), everything=True):
            seen.add(decision.state)
        dossier = Dossier(facts)
        kinds.update(type(a) for r in routes_of(facts) for a in atoms(r.requires) if dossier.days(a))

    look()
    assert seen == set(State)
    assert len(kinds) >= 7
    assert CityYears in kinds
