"""Committees, recusal, results and numbers: pure rules."""

import hashlib
from datetime import date
from fractions import Fraction
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import ErrorCode, GuantongError
from core.ladders import Level
from core.policy.stack import PolicyStack
from core.rounds.committee import (
    Candidate,
    Drawn,
    carries,
    check_size,
    draw,
    further_draw,
    is_quorum,
    outside_seats,
    ranked,
    successor,
)
from core.rounds.numbers import check_codes, plan_series, skill_series, title_series
from core.rounds.recusal import Ground, Tie, check_recusal, ground_of
from core.rounds.tally import Ballot, SideResult, passes_skill, passes_title
from core.scoring_tables import CriterionSide
from tests.core.calls import policy, policy_with

DAY = date(2026, 3, 2)
POOL = [Candidate(f"E{n:03d}", n % 5 == 0) for n in range(1, 21)]


@pytest.mark.parametrize(
    ("highest", "by_series", "least"),
    [
        (Level.FULL_SENIOR, True, 25),
        (Level.ASSOCIATE_SENIOR, False, 11),
        (Level.INTERMEDIATE, True, 15),
        (Level.INTERMEDIATE, False, 7),
        (Level.ASSISTANT, True, 7),
        (Level.STAFF, False, 7),
    ],
)
def test_a_committee_has_the_size_that_its_titles_ask_for(highest: Level, by_series: bool, least: int) -> None:
    check_size(policy(), DAY, highest, by_series, least)
    with pytest.raises(GuantongError) as caught:
        check_size(policy(), DAY, highest, by_series, least - 2)
    assert caught.value.code is ErrorCode.COMMITTEE_UNFIT
    assert caught.value.message.zh == f"评委会 {least - 2} 人，最少 {least} 人"
    assert "评委会组成" in (caught.value.clause or "")


def test_the_number_is_odd() -> None:
    with pytest.raises(GuantongError) as caught:
        check_size(policy(), DAY, Level.ASSISTANT, False, 8)
    assert caught.value.message == ("评委会人数须为单数，现为 8 人", "the number must be odd; 8 is not")


def _by_hand(seed: str, pool: list[Candidate], seats: int, outside: int) -> set[str]:
    """The draw as a third party repeats it from the documentation."""
    order = sorted(pool, key=lambda one: (hashlib.sha256(f"{seed}:{one.number}".encode()).hexdigest(), one.number))
    seated = [one for one in order if one.is_outside][:outside]
    seated += [one for one in order if one not in seated][: seats - outside]
    return {one.number for one in seated}


@given(st.text("0123456789abcdef", min_size=8, max_size=8), st.permutations(POOL), st.sampled_from([7, 9, 11]))
def test_a_third_party_repeats_the_draw(seed: str, pool: list[Candidate], seats: int) -> None:
    members = draw(policy(), DAY, seed, pool, seats)
    assert {one.number for one in members} == _by_hand(seed, POOL, seats, outside_seats(policy(), DAY, seats))
    assert members == [one for one in ranked(seed, POOL) if one in members], "in the order of the draw, however listed"
    assert sum(one.is_outside for one in members) >= Fraction(1, 10) * seats


def test_a_pool_that_is_too_small_is_told() -> None:
    with pytest.raises(GuantongError) as caught:
        draw(policy(), DAY, "seed", POOL[:6], 7)
    assert caught.value.message.zh == "专家库中可参加的专家 6 人，不足 7 人"
    inside = [one for one in POOL if not one.is_outside]
    with pytest.raises(GuantongError) as caught:
        draw(policy(), DAY, "seed", inside, 7)
    assert caught.value.message.zh == "专家库中外单位专家 0 人，须有 1 人"


def test_who_steps_down_is_followed_by_the_next_of_the_order() -> None:
    order = ranked("seed", POOL)
    members = draw(policy(), DAY, "seed", POOL, 7)
    leaving = next(one for one in members if not one.is_outside)
    staying = [one.number for one in members if one != leaving]
    used = {one.number for one in members}
    drawn = [Drawn("seed", tuple(POOL))]
    following = successor(policy(), DAY, drawn, used, staying)
    assert following == next(one for one in order if one.number not in used)
    everybody = {one.number for one in POOL}
    assert successor(policy(), DAY, drawn, everybody, staying) is None
    newcomers = [Candidate(f"N{n}", is_outside=n == 0) for n in range(4)]
    further = further_draw(policy(), DAY, "another", drawn, [*POOL, *newcomers], staying)
    assert further == Drawn("another", tuple(newcomers)), "whoever was in a draw before is in no further one"
    assert successor(policy(), DAY, [*drawn, further], everybody, staying) == ranked("another", newcomers)[0]


def further_refused(packs: PolicyStack, pool: list[Candidate], staying: list[str]) -> tuple[str, str]:
    with pytest.raises(GuantongError) as caught:
        further_draw(packs, DAY, "another", [Drawn("seed", tuple(POOL))], pool, staying)
    assert caught.value.code is ErrorCode.COMMITTEE_UNFIT
    assert "平台默认" in (caught.value.clause or "")
    return caught.value.message.zh, caught.value.message.en


def test_a_draw_from_newcomers_has_a_choice_and_is_the_packs_to_allow() -> None:
    staying = [one.number for one in draw(policy(), DAY, "seed", POOL, 7) if one.is_outside][:1]
    staying += [one.number for one in POOL if not one.is_outside][:5]
    newcomers = [Candidate("N1", is_outside=True), Candidate("N2", is_outside=False)]
    assert further_refused(policy(), newcomers, staying) == (
        "专家库中已无可递补的专家；请先入库至少 3 名专家（现新入库 2 名），再更换评委，即从中另行抽取",
        "the pool holds nobody who could follow: put at least 3 expert(s) into it (2 came since), then replace the "
        "member, and one of them is drawn",
    )
    inside = [one.number for one in POOL if not one.is_outside][:6]
    three = [*newcomers, Candidate("N3", is_outside=False)]
    assert "至少 3 名外单位专家（现新入库 1 名）" in further_refused(policy(), three, inside)[0]
    closed = policy_with(committee__pool_may_be_enlarged=False)
    assert further_refused(closed, three, staying)[0] == "专家库中已无可递补的专家；本批次只能取消"


def test_outside_members_are_followed_by_outside_ones_where_they_would_be_too_few() -> None:
    members = draw(policy(), DAY, "seed", POOL, 7)
    inside = [one.number for one in members if not one.is_outside][:6]
    following = successor(policy(), DAY, [Drawn("seed", tuple(POOL))], set(inside), inside)
    assert following is not None
    assert following.is_outside


@pytest.mark.parametrize(("present", "enough"), [(4, False), (5, True), (7, True)])
def test_a_quorum_is_two_thirds(present: int, enough: bool) -> None:
    assert is_quorum(policy(), DAY, 7, present) is enough


@pytest.mark.parametrize(
    ("voters", "agree", "passed"), [(7, 5, True), (7, 4, False), (6, 4, True), (0, 0, False), (3, 2, True)]
)
def test_two_thirds_carry(voters: int, agree: int, passed: bool) -> None:
    assert carries(policy(), DAY, voters, agree) is passed


ME, YOU, THEM = UUID(int=1), UUID(int=2), UUID(int=3)


def test_nobody_acts_on_a_case_of_their_own_or_of_relatives() -> None:
    ties = [Tie(ME, YOU, Ground.CONFLICT), Tie(ME, YOU, Ground.RELATIVE), Tie(THEM, YOU, Ground.CONFLICT)]
    assert [ground_of(one, YOU, ties) for one in (ME, YOU, THEM, None)] == [
        Ground.RELATIVE,
        Ground.SELF,
        Ground.CONFLICT,
        None,
    ]
    assert ground_of(YOU, ME, ties) is None
    for actor, words, clause in (
        (YOU, "须回避：本人参评", "回避"),
        (ME, "须回避：近亲属参评", "回避"),
        (THEM, "须回避：已申明有利害关系", "平台默认"),
    ):
        with pytest.raises(GuantongError) as caught:
            check_recusal(policy(), DAY, actor, YOU, ties)
        assert (caught.value.code, caught.value.message.zh) == (ErrorCode.RECUSED, words)
        assert clause in (caught.value.clause or "")
    check_recusal(policy(), DAY, ME, THEM, ties)


def _side(
    side: CriterionSide, total: int | None = 70_000, failed: tuple[str, ...] = (), reaches: bool = True
) -> SideResult:
    return SideResult(side, total, failed, reaches)


def test_each_certificate_can_fail_alone() -> None:
    skill, title = CriterionSide.SKILL, CriterionSide.TITLE
    carried, lost = Ballot(7, 5, 1, 1), Ballot(7, 4, 0, 3)
    assert passes_skill(_side(skill))
    assert not passes_skill(_side(skill, failed=("craft",)))
    assert not passes_skill(_side(skill, total=None))
    assert passes_title(_side(title), carried, policy(), DAY)
    assert not passes_title(_side(title), lost, policy(), DAY)
    assert not passes_title(_side(title, reaches=False), carried, policy(), DAY)
    assert not passes_title(_side(title, failed=("defence",)), carried, policy(), DAY)
    assert (carried.cast, Ballot(7, 2, 0, 0).outstanding) == (7, 5)


def test_numbers_are_made_of_their_parts() -> None:
    assert plan_series("GZ01", DAY).number(7) == "GZ01/2026/03/007"
    skill = skill_series("Y000044000001", DAY, "3")
    assert (skill.number(42), len(skill.number(42))) == ("Y000044000001263000042", 22)
    assert skill.key == skill_series("Y000044000001", DAY, "2").key
    assert title_series("GZ01", DAY).number(1) == "GZ01-2026-000001"
    with pytest.raises(GuantongError) as caught:
        plan_series("GZ01", DAY).number(1000)
    assert caught.value.message.zh == "编号 GZ01/2026/03/ 的顺序号已用完"


@pytest.mark.parametrize(
    ("record_code", "prefix", "entry"),
    [("gz01", "Y000044000001", "record_code"), ("GZ01", "S000044000001", "certificate_prefix")],
)
def test_codes_of_an_issuer_have_their_form(record_code: str, prefix: str, entry: str) -> None:
    check_codes("GZ01", "Y000044000001")
    with pytest.raises(GuantongError) as caught:
        check_codes(record_code, prefix)
    assert caught.value.where is not None
    assert caught.value.where.entry == entry
