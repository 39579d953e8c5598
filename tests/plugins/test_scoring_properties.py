"""Declared scoring, whatever the tables and the evidence: it rises with evidence, is exact, and stays in range."""

from dataclasses import replace
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from core.schemes import Criterion, CriterionKind, EvidenceField, EvidenceKind, Scheme
from core.scoring import FULL, WHOLE, counted, declared_points, result
from core.scoring_tables import Bonus, CriterionSide, DeclaredScore, LinearTable, Step, StepTable
from core.texts import Text
from tests.plugins.broken import document

NAME = Text("名称", "name")
KEYS = ("improvements", "patents", "solved")
SIDES = (CriterionSide.SKILL, CriterionSide.TITLE)

steps = st.lists(st.tuples(st.integers(1, 12), st.integers(0, 100)), min_size=1, max_size=4, unique_by=lambda s: s[0])
rising = steps.map(
    lambda found: StepTable(
        tuple(Step(a, p) for a, p in zip(sorted(a for a, _ in found), sorted(p for _, p in found), strict=True))
    )
)
linear = st.builds(LinearTable, base=st.integers(0, 50), per=st.integers(0, 30), most=st.integers(50, 100))
evidence = st.lists(st.sampled_from(KEYS), min_size=1, max_size=3, unique=True).map(tuple)
tables = st.builds(DeclaredScore, evidence, rising | linear)
amounts = st.dictionaries(st.sampled_from(KEYS), st.integers(0, 15))
bonuses = st.builds(
    lambda keys, least, points, side: Bonus("extra", NAME, keys, least, points, side),
    evidence,
    st.integers(1, 10),
    st.integers(1, 20),
    st.sampled_from(CriterionSide),
)


@st.composite
def schemes(draw: st.DrawFn) -> Scheme:
    """A scheme of up to four criteria, shared or not, all scored by tables."""
    sides = draw(st.lists(st.sampled_from(CriterionSide), min_size=1, max_size=4))
    criteria = tuple(
        Criterion(f"c{n}", NAME, draw(st.integers(1, 1000)), side, CriterionKind.PERFORMANCE, None, draw(tables))
        for n, side in enumerate(sides)
    )
    fields = tuple(EvidenceField(key, NAME, EvidenceKind.CONTRIBUTION, draw(st.integers(1, 12))) for key in KEYS)
    extra = tuple(draw(st.lists(bonuses, max_size=2)))
    return replace(document("clean_base").scheme(), criteria=criteria, evidence=fields, bonuses=extra)


@given(schemes(), amounts, amounts)
def test_more_evidence_never_scores_lower(scheme: Scheme, one: dict[str, int], more: dict[str, int]) -> None:
    higher = {key: one.get(key, 0) + more.get(key, 0) for key in KEYS}
    before, after = declared_points(scheme, one), declared_points(scheme, higher)
    assert all(after[key] >= points for key, points in before.items())
    for side in SIDES:
        low, high = result(scheme, side, before, one, 60), result(scheme, side, after, higher, 60)
        assert high.total >= low.total
        assert set(high.failed) <= set(low.failed)


@given(schemes(), amounts)
def test_points_and_totals_stay_in_range(scheme: Scheme, given_amounts: dict[str, int]) -> None:
    points = declared_points(scheme, given_amounts)
    assert all(0 <= value <= FULL for value in points.values())
    assert all(0 <= result(scheme, side, points, given_amounts, 60).total <= FULL * WHOLE for side in SIDES)


@given(schemes(), amounts)
def test_totals_are_exact(scheme: Scheme, given_amounts: dict[str, int]) -> None:
    points = declared_points(scheme, given_amounts)
    for side in SIDES:
        found = result(scheme, side, points, given_amounts, 60)
        shares = (Fraction(c.weight, WHOLE) * points[c.key] for c in scheme.criteria_for(side))
        assert Fraction(found.total, WHOLE) == min(FULL, sum(shares) + found.bonus)


@given(schemes(), amounts)
def test_what_does_not_count_changes_nothing(scheme: Scheme, given_amounts: dict[str, int]) -> None:
    assert counted(scheme, counted(scheme, given_amounts)) == counted(scheme, given_amounts)
    cut = counted(scheme, given_amounts)
    assert declared_points(scheme, cut) == declared_points(scheme, given_amounts)
    points = declared_points(scheme, cut)
    for side in SIDES:
        assert result(scheme, side, points, cut, 60) == result(scheme, side, points, given_amounts, 60)


@given(schemes(), amounts, st.integers(0, 100))
def test_failing_is_being_below_a_mark(scheme: Scheme, given_amounts: dict[str, int], mark: int) -> None:
    points = declared_points(scheme, given_amounts)
    skill = result(scheme, CriterionSide.SKILL, points, given_amounts, mark)
    assert set(skill.failed) == {s.criterion.key for s in skill.subjects if s.points < mark}
    assert result(scheme, CriterionSide.TITLE, points, given_amounts, mark).failed == ()


@given(schemes(), amounts)
def test_shared_criteria_score_the_same_for_both(scheme: Scheme, given_amounts: dict[str, int]) -> None:
    points = declared_points(scheme, given_amounts)
    skill, title = (result(scheme, side, points, given_amounts, 60).subjects for side in SIDES)
    shared = {c.key for c in scheme.criteria if c.side is CriterionSide.BOTH}
    assert {s for s in skill if s.criterion.key in shared} == {s for s in title if s.criterion.key in shared}
    assert {s.criterion.key for s in skill} & {s.criterion.key for s in title} == shared
