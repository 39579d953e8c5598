"""Declared scoring: tables, totals, marks and extra points, of the clean scheme on disk and small variants of it."""

from dataclasses import replace
from typing import Any

import pytest

from core.errors import ErrorCode, GuantongError
from core.schemes import Criterion, CriterionKind, EvidenceField, EvidenceKind, Scheme
from core.scoring import FULL, WHOLE, declared_points, mark_of, result
from core.scoring_tables import Bonus, CriterionSide, DeclaredScore, LinearTable, Step, StepTable
from core.texts import Text
from tests.plugins.broken import document

SKILL, TITLE, BOTH = CriterionSide.SKILL, CriterionSide.TITLE, CriterionSide.BOTH
NAME = Text("名称", "name")
STEPS = StepTable((Step(1, 40), Step(3, 70), Step(5, 100)))
FULL_MARKS = {"work": 100, "skills": 100, "practice": 100, "defence": 100}
SUBJECT_MARK = 60


def scheme(**given: Any) -> Scheme:
    """The clean scheme: work 400 and skills 300 for both, practice 300 for the skill, defence 300 for the title."""
    base = document("clean_base").scheme()
    more = (EvidenceField("patents", NAME, EvidenceKind.CONTRIBUTION, 4),)
    return replace(base, evidence=(*base.evidence, *more), **given)


def criterion(key: str = "subject", weight: int = 1000, side: CriterionSide = SKILL, **given: Any) -> Criterion:
    return Criterion(key, NAME, weight, side, CriterionKind.PERFORMANCE, **given)


class TestTables:
    @pytest.mark.parametrize(("amount", "points"), [(0, 0), (1, 40), (2, 40), (3, 70), (4, 70), (5, 100), (99, 100)])
    def test_steps_give_the_points_of_the_highest_step_reached(self, amount: int, points: int) -> None:
        assert STEPS.points(amount) == points

    @pytest.mark.parametrize(("amount", "points"), [(0, 20), (1, 35), (4, 80), (5, 90), (6, 90)])
    def test_proportion_starts_at_its_base_and_ends_at_its_most(self, amount: int, points: int) -> None:
        assert LinearTable(base=20, per=15, most=90).points(amount) == points

    def test_a_table_reads_the_sum_of_its_evidence(self) -> None:
        table = DeclaredScore(("improvements", "patents"), STEPS)
        assert table.points({"improvements": 2, "patents": 1, "papers": 9}) == 70
        assert table.points({}) == 0

    def test_a_scheme_scores_what_it_has_tables_for(self) -> None:
        tables = (criterion("a", table=DeclaredScore(("improvements",), STEPS)), criterion("b"))
        assert declared_points(scheme(criteria=tables), {"improvements": 3}) == {"a": 70}

    def test_no_more_is_scored_than_counts(self) -> None:
        """Four patents count; a fifth, and what is not declared at all, give no point."""
        tables = (criterion("a", table=DeclaredScore(("patents", "papers"), STEPS)),)
        for patents in (4, 5, 50):
            assert declared_points(scheme(criteria=tables), {"patents": patents, "papers": 9}) == {"a": 70}


class TestTotals:
    def test_a_total_is_exact_in_thousandths_of_a_point(self) -> None:
        found = result(scheme(), SKILL, {"work": 77, "skills": 83, "practice": 91}, {}, SUBJECT_MARK)
        assert found.total == 77 * 400 + 83 * 300 + 91 * 300 == 83_000
        assert [(s.criterion.key, s.points, s.thousandths()) for s in found.subjects] == [
            ("work", 77, 30_800),
            ("skills", 83, 24_900),
            ("practice", 91, 27_300),
        ]

    def test_thirds_lose_nothing(self) -> None:
        thirds = tuple(criterion(str(n), weight) for n, weight in enumerate((333, 333, 334)))
        assert result(scheme(criteria=thirds), SKILL, {"0": 100, "1": 100, "2": 100}, {}, 60).total == FULL * WHOLE
        assert result(scheme(criteria=thirds), SKILL, {"0": 1, "1": 0, "2": 0}, {}, 0).total == 333

    def test_shared_criteria_are_scored_once_and_count_for_both(self) -> None:
        points = FULL_MARKS | {"work": 70}
        skill, title = (result(scheme(), side, points, {}, SUBJECT_MARK) for side in (SKILL, TITLE))
        assert [s.criterion.key for s in skill.subjects] == ["work", "skills", "practice"]
        assert [s.criterion.key for s in title.subjects] == ["work", "skills", "defence"]
        assert skill.subjects[0] == title.subjects[0]
        assert skill.total == title.total == 88_000

    def test_points_of_the_other_certificate_are_not_asked_for(self) -> None:
        assert result(scheme(), TITLE, {"work": 60, "skills": 60, "defence": 60}, {}, SUBJECT_MARK).total == 60_000


class TestMarks:
    def test_a_skill_level_is_passed_by_every_subjects_mark(self) -> None:
        found = result(scheme(), SKILL, FULL_MARKS | {"practice": 60}, {}, SUBJECT_MARK)
        assert found.passes_every_subject
        failed = result(scheme(), SKILL, FULL_MARKS | {"practice": 59}, {}, SUBJECT_MARK)
        assert failed.failed == ("practice",)
        assert failed.total == 100 * 700 + 59 * 300 > SUBJECT_MARK * WHOLE

    def test_a_good_total_does_not_make_up_for_a_subject(self) -> None:
        found = result(scheme(), SKILL, {"work": 100, "skills": 100, "practice": 0}, {}, SUBJECT_MARK)
        assert found.total == 70_000
        assert not found.passes_every_subject

    def test_a_title_has_no_subject_marks_unless_the_scheme_sets_them(self) -> None:
        assert result(scheme(), TITLE, {"work": 0, "skills": 0, "defence": 0}, {}, SUBJECT_MARK).passes_every_subject
        marked = replace(scheme(), criteria=(criterion("talk", side=TITLE, pass_mark=70),))
        assert result(marked, TITLE, {"talk": 69}, {}, SUBJECT_MARK).failed == ("talk",)
        assert result(marked, TITLE, {"talk": 70}, {}, SUBJECT_MARK).failed == ()

    @pytest.mark.parametrize(
        ("own", "side", "mark"), [(None, SKILL, 60), (None, TITLE, 0), (75, SKILL, 75), (75, TITLE, 75), (0, SKILL, 0)]
    )
    def test_a_mark_is_its_own_or_the_policys_for_skill_subjects(
        self, own: int | None, side: CriterionSide, mark: int
    ) -> None:
        assert mark_of(criterion(pass_mark=own), side, SUBJECT_MARK) == mark

    def test_a_titles_total_is_held_against_its_pass_mark(self) -> None:
        marked = scheme(title_pass_mark=75)
        reached = result(marked, TITLE, {"work": 75, "skills": 75, "defence": 75}, {}, SUBJECT_MARK)
        missed = result(marked, TITLE, {"work": 75, "skills": 75, "defence": 74}, {}, SUBJECT_MARK)
        assert (reached.total, reached.mark, reached.reaches_mark) == (75_000, 75, True)
        assert (missed.total, missed.mark, missed.reaches_mark) == (74_700, 75, False)

    def test_a_skill_level_has_no_pass_mark_on_its_total(self) -> None:
        found = result(scheme(title_pass_mark=75), SKILL, FULL_MARKS | {"work": 0}, {}, SUBJECT_MARK)
        assert (found.mark, found.reaches_mark) == (None, True)

    def test_the_skill_level_can_fail_alone(self) -> None:
        points = {"work": 90, "skills": 90, "practice": 50, "defence": 90}
        both = scheme(title_pass_mark=60)
        skill, title = (result(both, side, points, {}, SUBJECT_MARK) for side in (SKILL, TITLE))
        assert not skill.passes_every_subject
        assert title.passes_every_subject
        assert title.reaches_mark

    def test_the_title_can_fail_alone(self) -> None:
        points = {"work": 65, "skills": 65, "practice": 65, "defence": 20}
        both = scheme(title_pass_mark=60)
        skill, title = (result(both, side, points, {}, SUBJECT_MARK) for side in (SKILL, TITLE))
        assert skill.passes_every_subject
        assert not title.reaches_mark

    def test_both_can_fail_by_what_they_share(self) -> None:
        points = FULL_MARKS | {"work": 10}
        both = scheme(title_pass_mark=70)
        skill, title = (result(both, side, points, {}, SUBJECT_MARK) for side in (SKILL, TITLE))
        assert skill.failed == ("work",)
        assert not title.reaches_mark


class TestBonuses:
    def bonus(self, side: CriterionSide = BOTH, points: int = 5, at_least: int = 2) -> Bonus:
        return Bonus("extra", NAME, ("improvements", "patents"), at_least, points, side)

    def test_it_is_earned_by_the_sum_of_its_evidence(self) -> None:
        assert self.bonus().earned({"improvements": 1, "patents": 1}) == 5
        assert self.bonus().earned({"improvements": 1}) == 0

    @pytest.mark.parametrize(("side", "skill", "title"), [(BOTH, 5, 5), (SKILL, 5, 0), (TITLE, 0, 5)])
    def test_it_counts_for_its_certificates(self, side: CriterionSide, skill: int, title: int) -> None:
        given = scheme(bonuses=(self.bonus(side),))
        points = dict.fromkeys(FULL_MARKS, 60)
        found = [result(given, one, points, {"improvements": 2}, SUBJECT_MARK) for one in (SKILL, TITLE)]
        assert [one.bonus for one in found] == [skill, title]
        assert [one.total for one in found] == [60_000 + skill * WHOLE, 60_000 + title * WHOLE]

    def test_a_total_ends_at_a_hundred(self) -> None:
        given = scheme(bonuses=(self.bonus(points=30),))
        found = result(given, SKILL, FULL_MARKS, {"improvements": 9}, SUBJECT_MARK)
        assert (found.bonus, found.total) == (30, FULL * WHOLE)

    def test_it_never_makes_up_for_a_subject(self) -> None:
        given = scheme(bonuses=(self.bonus(points=20),))
        found = result(given, SKILL, FULL_MARKS | {"practice": 59}, {"improvements": 9}, SUBJECT_MARK)
        assert found.failed == ("practice",)

    def test_what_counts_no_more_earns_no_more(self) -> None:
        given = scheme(bonuses=(self.bonus(at_least=15),))
        assert result(given, SKILL, FULL_MARKS, {"improvements": 100, "patents": 4}, SUBJECT_MARK).bonus == 0
        assert result(given, SKILL, FULL_MARKS, {"improvements": 10, "patents": 5}, SUBJECT_MARK).bonus == 0


class TestWrongPoints:
    @pytest.mark.parametrize("value", [None, -1, 101, 60.0, "60", True])
    def test_nothing_is_guessed(self, value: Any) -> None:
        points = FULL_MARKS | ({} if value is None else {"practice": value})
        if value is None:
            del points["practice"]
        with pytest.raises(GuantongError) as caught:
            result(scheme(), SKILL, points, {}, SUBJECT_MARK)
        assert caught.value.code is ErrorCode.SCHEME_INVALID
        assert str(caught.value) == (
            f"SCHEME_INVALID [criterion.practice] 评价要素 practice 的得分 {value!r} 应为 0 至 100 的整数 / "
            f"the points {value!r} of criterion practice should be a whole number from 0 to 100"
        )
