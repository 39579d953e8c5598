"""What a decision says of each condition: need, have, gap, date and clause, in Chinese and English."""

from dataclasses import replace
from datetime import date

import pytest

from core.citations import Confidence
from core.conditions import All, Any_, EvidenceAtLeast, merge_all
from core.dates import Period
from core.eligibility.decide import decide
from core.eligibility.decisions import Case, Decision, RouteDecision
from core.eligibility.evaluate import Dossier
from core.eligibility.explain import explain
from core.eligibility.rulebook import Rulebook
from core.eligibility.words import length, until_day
from core.facts import (
    CredentialKind,
    EducationLevel,
    EvidenceItem,
    HeldCredential,
    ObtainedBy,
    PersonFacts,
    Schooling,
    WorkSpell,
)
from core.ladders import Level, SkillTarget, Target, TitleTarget
from core.policy.load import load_packs
from core.texts import Text
from core.vocabulary import load_vocabulary
from tests.core.people import WELDER
from tests.core.small_ladders import CITATION

RULEBOOK = Rulebook(load_packs(), load_vocabulary())
DAY = date(2026, 6, 1)
ASSISTANT = TitleTarget("engineering", "mechanical", Level.ASSISTANT)
INTERMEDIATE = TitleTarget("engineering", "mechanical", Level.INTERMEDIATE)
TECHNICIAN = SkillTarget(WELDER, Level.TECHNICIAN)
SENIOR_WORKER = HeldCredential(
    "a", CredentialKind.SKILL_CERTIFICATE, Level.SENIOR_WORKER, date(2024, 9, 1), occupation=WELDER
)
WELDING = WorkSpell("yard", Period(date(2020, 1, 1)), WELDER)
PERSON = PersonFacts(date(1990, 1, 1), (SENIOR_WORKER,), (WELDING,))


def decided(facts: PersonFacts, target: Target, route: str) -> tuple[Decision, RouteDecision]:
    (decision,) = decide(Case.of(facts, DAY, RULEBOOK), target)
    return decision, next(r for r in decision.routes if r.route.policy_route == route)


def only(facts: PersonFacts, target: Target, route: str) -> tuple[Text, Text, Text | None]:
    """Need, have and gap of the one condition of a route."""
    (result,) = decided(facts, target, route)[1].explanation.conditions
    return result.need, result.have, result.gap


def test_years_after_a_certificate() -> None:
    need, have, gap = only(PERSON, ASSISTANT, "national.title.s2t-1")
    assert need.zh.startswith("取得高级工（三级）及以上（")
    assert need.zh.endswith("）后，从事相应技术技能工作满2年")
    assert need.en.endswith("), then 2 y of corresponding technical or skilled work")
    assert have == Text(
        "2024-09-01 取得高级工（三级），已计1年9个月", "senior worker (level 3) since 2024-09-01, 1 y 9 mo counted"
    )
    assert gap == Text("还差3个月，2026-09-01 满足", "3 mo to go, met on 2026-09-01")


def test_the_result_carries_its_date_and_clause() -> None:
    (result,) = decided(PERSON, ASSISTANT, "national.title.s2t-1")[1].explanation.conditions
    assert (result.is_met, result.due, result.fulfilled_on) == (False, date(2026, 9, 1), date(2026, 9, 1))
    assert result.citation is not None
    assert result.citation.confidence is Confidence.INFERRED
    assert str(result.citation).startswith("《")


def test_without_the_certificate() -> None:
    _, have, gap = only(replace(PERSON, credentials=()), ASSISTANT, "national.title.s2t-1")
    assert have == Text("未取得", "not held")
    assert gap == Text("需先取得高级工（三级）", "first obtain senior worker (level 3)")


def test_with_a_revoked_certificate() -> None:
    revoked = replace(SENIOR_WORKER, ends_on=date(2026, 1, 1))
    _, have, gap = only(replace(PERSON, credentials=(revoked,)), ASSISTANT, "national.title.s2t-1")
    assert have.zh.startswith("2024-09-01 取得高级工（三级），2026-01-01 起失效")
    assert have.en.startswith("senior worker (level 3) since 2024-09-01, no longer valid from 2026-01-01")
    assert gap == Text("需先取得高级工（三级）", "first obtain senior worker (level 3)")


def test_a_newer_certificate_is_shown_rather_than_a_revoked_one() -> None:
    revoked = replace(SENIOR_WORKER, key="old", awarded_on=date(2012, 9, 1), ends_on=date(2020, 1, 1))
    for credentials in ((revoked, SENIOR_WORKER), (SENIOR_WORKER, revoked)):
        _, have, _ = only(replace(PERSON, credentials=credentials), ASSISTANT, "national.title.s2t-1")
        assert have.zh.startswith("2024-09-01 取得高级工（三级），已计")


def test_without_a_post_that_goes_on() -> None:
    ended = replace(PERSON, work=(replace(WELDING, period=Period(date(2020, 1, 1), date(2026, 1, 1))),))
    _, _, gap = only(ended, ASSISTANT, "national.title.s2t-1")
    assert gap is not None
    assert gap.zh == "在岗工作记录不足，且无继续工作的岗位"


def test_a_certificate_that_only_has_to_be_held_for_years() -> None:
    senior = replace(SENIOR_WORKER, level=Level.SENIOR_TECHNICIAN)
    target = SkillTarget(WELDER, Level.SPECIAL_TECHNICIAN)
    need, have, gap = only(replace(PERSON, credentials=(senior,)), target, "guangdong.special.a")
    assert need.zh.endswith("满1年")
    assert "工作" not in need.zh
    assert need.en.endswith(" for 1 y")
    assert gap is None
    assert have.zh == "2024-09-01 取得高级技师（一级），已计1年9个月"


def test_a_title_shows_its_review_year_and_its_clock() -> None:
    title = HeldCredential(
        "t",
        CredentialKind.PROFESSIONAL_TITLE,
        Level.ASSISTANT,
        date(2024, 4, 2),
        series="engineering",
        specialty="mechanical",
        obtained_by=ObtainedBy.REVIEW,
        review_year=2023,
    )
    schooling = (Schooling(EducationLevel.JUNIOR_COLLEGE, date(2012, 7, 1)),)
    facts = replace(PERSON, credentials=(title,), schooling=schooling)
    decision, judged = decided(facts, INTERMEDIATE, "national.title.intermediate-3")
    education, years = judged.explanation.conditions
    assert (education.need.zh, education.have.zh, education.is_met) == ("大专及以上毕业", "大专", True)
    assert years.need.zh.endswith("满4年（评审年度起算）")
    assert years.have.zh.startswith("2024-04-02 取得助理级职称（评审年度 2023），已计")
    assert (years.due, years.fulfilled_on) == (date(2027, 1, 1), date(2027, 12, 31))
    assert judged.explanation.fulfilled_on == date(2027, 12, 31)
    assert (decision.may_apply_from, decision.fulfilled_on) == (date(2027, 1, 1), date(2027, 12, 31))


def test_a_later_date_assumes_that_the_post_goes_on_and_says_so() -> None:
    waiting = decided(PERSON, ASSISTANT, "national.title.s2t-1")[1].explanation
    assert [text.en for text in waiting.assumptions] == ["assumes that the present post continues"]
    open_now = replace(PERSON, credentials=(replace(SENIOR_WORKER, awarded_on=date(2020, 9, 1)),))
    assert decided(open_now, ASSISTANT, "national.title.s2t-1")[1].explanation.assumptions == ()


def test_a_later_date_that_needs_no_post_assumes_nothing() -> None:
    senior = replace(SENIOR_WORKER, level=Level.SENIOR_TECHNICIAN, awarded_on=date(2026, 1, 1))
    target = SkillTarget(WELDER, Level.SPECIAL_TECHNICIAN)
    waiting = decided(replace(PERSON, credentials=(senior,)), target, "guangdong.special.a")[1]
    assert waiting.may_apply_from == date(2027, 1, 1)
    assert waiting.explanation.assumptions == ()


def test_inferred_clauses_are_listed_once_each() -> None:
    weak = decided(PERSON, TECHNICIAN, "national.skill.l2-1")[1].explanation.weak
    assert [citation.clause for citation in weak] == ["平台推断"]
    assert len(set(weak)) == len(weak)


def evidence(key: str, amount: int) -> EvidenceAtLeast:
    return EvidenceAtLeast((key,), amount, key, key, CITATION)


@pytest.mark.parametrize(
    ("condition", "need", "have", "gap"),
    [
        (Any_((evidence("a", 1), evidence("b", 1))), "以下条件之一", "已满足其一", None),
        (Any_((evidence("b", 1), evidence("c", 1))), "以下条件之一", "均未满足", "最早 2026-09-01 满足其一"),
        (Any_((evidence("c", 1), evidence("d", 1))), "以下条件之一", "均未满足", "需满足其一"),
        (All((evidence("a", 1), evidence("b", 1))), "以下全部条件", "尚未全部满足", "最早 2026-09-01 全部满足"),
        (All((evidence("a", 1), evidence("c", 1))), "以下全部条件", "尚未全部满足", "需全部满足"),
        (All((evidence("a", 1), evidence("a", 2))), "以下全部条件", "均已满足", None),
        # a group of one needs no heading
        (Any_((All((evidence("a", 1),)),)), "a不少于1", "2", None),
    ],
)
def test_several_conditions_together(condition: Any_ | All, need: str, have: str, gap: str | None) -> None:
    items = {"a": (EvidenceItem(2, date(2026, 1, 1)),), "b": (EvidenceItem(1, date(2026, 9, 1)),)}
    dossier = Dossier(PersonFacts(date(1990, 1, 1), evidence=items))
    (result,) = explain(All((condition,)), dossier, DAY, None).conditions
    assert (result.need.zh, result.have.zh, result.gap.zh if result.gap else None) == (need, have, gap)


def test_merging_lists_equal_conditions_once() -> None:
    shared, left, right = evidence("a", 1), evidence("b", 1), evidence("c", 1)
    assert merge_all(All((shared, left)), All((right, shared))) == All((shared, left, right))
    assert merge_all(All(), shared, All((shared,))) == All((shared,))


@pytest.mark.parametrize(
    ("days", "zh", "en"),
    [(0, "0天", "0 d"), (364, "364天", "364 d"), (365, "1年", "1 y"), (800, "2年70天", "2 y 70 d")],
)
def test_a_length_of_work_in_words(days: int, zh: str, en: str) -> None:
    assert length(days, 365) == Text(zh, en)


@pytest.mark.parametrize(
    ("day", "due", "zh"),
    [
        (date(2026, 11, 22), date(2027, 3, 1), "3个月7天"),
        (date(2026, 1, 31), date(2026, 3, 1), "1个月1天"),
        (date(2024, 2, 29), date(2025, 2, 28), "11个月30天"),
        (date(2026, 6, 1), date(2028, 6, 1), "2年"),
        (date(2026, 6, 1), date(2026, 6, 2), "1天"),
    ],
)
def test_the_time_until_a_day_in_words(day: date, due: date, zh: str) -> None:
    assert until_day(day, due).zh == zh
