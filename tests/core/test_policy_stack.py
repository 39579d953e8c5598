"""How packs lie over one another: which decides on which day, what levels mean, what the helpers refuse."""

from datetime import date
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import pytest

from core.conditions import ClockEnd, ClockStart
from core.dates import Period
from core.errors import ErrorCode, GuantongError
from core.facts import CredentialKind
from core.ladders import Level
from core.policy.comparing import is_laxer
from core.policy.layers import pieces, uncovered, without
from core.policy.load import SHIPPED, load_packs
from core.policy.model import Stricter, ValueType

BROKEN = Path(__file__).parent / "broken_packs"
POLICY = load_packs()
PLAN = date(2025, 12, 22)
EVE = date(2025, 12, 21)


def d(text: str) -> date:
    return date.fromisoformat(text)


def span(start: str, until: str | None = None) -> Period:
    return Period(d(start), d(until) if until else None)


def test_packs_stand_broad_to_specific_whatever_the_order_of_files() -> None:
    assert [pack.id for pack in POLICY.packs] == ["national", "guangdong", "guangzhou"]
    assert load_packs(list(reversed(SHIPPED))).digest == POLICY.digest


def test_the_digest_follows_content_and_not_layout(tmp_path: Path) -> None:
    text = (BROKEN / "base.toml").read_text(encoding="utf-8")
    for name, changed in [
        ("same", text.replace("# A sound", "# Any")),
        ("other", text.replace("is = 365", "is = 366")),
    ]:
        (tmp_path / f"{name}.toml").write_text(changed, encoding="utf-8")
    digest = load_packs([BROKEN / "base.toml"]).digest
    assert load_packs([tmp_path / "same.toml"]).digest == digest
    assert load_packs([tmp_path / "other.toml"]).digest != digest


def test_loading_is_done_once() -> None:
    assert load_packs() is load_packs()


def test_the_most_specific_pack_in_force_decides() -> None:
    overlaid = load_packs([BROKEN / "base.toml", BROKEN / "authorised.toml"])
    assert overlaid.integer("block.fraud_bar_years", d("2021-12-31")) == 3
    assert overlaid.integer("block.fraud_bar_years", d("2022-01-01")) == 2
    assert overlaid.value("block.fraud_bar_years", d("2022-01-01")).pack.breadth == 1
    assert len(overlaid.values()) == len(overlaid.values(d("2022-01-01"))) + 1


def test_the_title_clock_is_the_provinces_from_2021_on() -> None:
    before, after = POLICY.clock("title_review", d("2020-12-31")), POLICY.clock("title_review", d("2021-01-01"))
    assert (before.start, before.end, before.next_year_since) == (ClockStart.AWARD, ClockEnd.DAY, None)
    assert (after.start, after.end, after.next_year_since) == (
        ClockStart.REVIEW_YEAR,
        ClockEnd.REVIEW_YEAR_END,
        2021,
    )
    assert after.days_per_year == 365


def test_loosely_named_levels_differ_by_role() -> None:
    assert POLICY.expand("title:junior", "source", PLAN) == (Level.STAFF, Level.ASSISTANT)
    assert POLICY.expand("title:junior", "target", PLAN) == (Level.ASSISTANT,)
    assert POLICY.expand("title:senior", "source", PLAN) == (Level.ASSOCIATE_SENIOR, Level.FULL_SENIOR)
    assert POLICY.expand("title:senior", "target", PLAN) == (Level.ASSOCIATE_SENIOR,)
    assert POLICY.expand("skill:technician", "target", PLAN) == (Level.TECHNICIAN,)
    with pytest.raises(GuantongError) as caught:
        POLICY.expand("title:junor", "source", PLAN)
    assert (caught.value.code, caught.value.nearest) == (ErrorCode.UNKNOWN_CODE, "title:junior")


def test_a_held_level_counts_with_the_higher_ones() -> None:
    (held, post) = POLICY.route("guangzhou.t2s-1", PLAN).requires
    assert held.named == (Level.STAFF, Level.ASSISTANT)
    assert held.least is Level.STAFF
    assert held.levels == {Level.STAFF, Level.ASSISTANT, Level.INTERMEDIATE, Level.ASSOCIATE_SENIOR, Level.FULL_SENIOR}
    assert held.kinds == {CredentialKind.PROFESSIONAL_TITLE, CredentialKind.PROFESSIONAL_QUALIFICATION}
    assert (post.named, post.least, post.years) == ((), None, 0)


def test_kinds_default_to_those_of_the_ladder() -> None:
    skill = POLICY.route("guangzhou.s2t-1", PLAN).requires[0]
    assert skill.kinds == {CredentialKind.SKILL_CERTIFICATE, CredentialKind.VOCATIONAL_QUALIFICATION}
    title = POLICY.route("national.title.assistant-3", PLAN).requires[1]
    assert title.kinds == {CredentialKind.PROFESSIONAL_TITLE}


def test_floors_follow_one_another_without_overlap() -> None:
    floors = POLICY.floor(Level.SENIOR_WORKER, Level.ASSISTANT)
    assert [(floor.id, floor.period) for floor in floors] == [
        ("national.title.s2t-1", span("2021-01-06", "2025-12-22")),
        ("guangzhou.s2t-1", span("2025-12-22")),
    ]
    special = POLICY.floor(Level.FULL_SENIOR, Level.SPECIAL_TECHNICIAN)
    assert [(floor.id, floor.period) for floor in special] == [
        ("guangdong.special.b", span("2025-04-01", "2025-12-22")),
        ("guangzhou.t2s-4", span("2025-12-22")),
    ]
    assert POLICY.floor(Level.SENIOR_WORKER, Level.INTERMEDIATE) == ()


def test_floors_never_overlap_for_any_pair() -> None:
    for held in Level:
        for target in Level:
            floors = POLICY.floor(held, target)
            for earlier, later in pairwise(floors):
                assert not earlier.period.overlaps(later.period)


def test_a_route_that_a_closer_pack_takes_over_ends_there() -> None:
    overlaid = load_packs([BROKEN / "base.toml", BROKEN / "authorised.toml"])
    assert overlaid.route("local.s2t", d("2022-01-01")).total_years == 1
    assert [floor.id for floor in overlaid.floor(Level.SENIOR_WORKER, Level.ASSISTANT)] == ["base.s2t", "local.s2t"]


def test_routes_in_force_are_those_of_the_day() -> None:
    before, after = ({route.id for route in POLICY.routes_in_force(day)} for day in (EVE, PLAN))
    assert not any(id_.startswith("guangzhou.") for id_ in before)
    assert sum(id_.startswith("guangzhou.") for id_ in after) == 16
    assert before < after


def test_every_route_is_in_force_at_most_once_a_day() -> None:
    for day in {route.period.start for route in POLICY.routes}:
        ids = [route.id for route in POLICY.routes_in_force(day)]
        assert len(ids) == len(set(ids))


def test_cuts_are_the_days_on_which_something_changes() -> None:
    assert list(POLICY.cuts) == sorted(set(POLICY.cuts))
    assert {d("2021-01-01"), d("2024-01-01"), PLAN} <= set(POLICY.cuts)


@pytest.mark.parametrize(
    ("ask", "text"),
    [
        (
            lambda: POLICY.value("block.fraud_bar_year", PLAN),
            "NOT_IN_FORCE [block.fraud_bar_year · 2025-12-22] 政策包中没有 block.fraud_bar_year / no pack has an entry "
            "block.fraud_bar_year；最接近的值 nearest: block.fraud_bar_years",
        ),
        (
            lambda: POLICY.value("contest.tiers", EVE),
            "NOT_IN_FORCE [contest.tiers · 2025-12-21] contest.tiers 在 2025-12-21 没有有效取值 / contest.tiers has no "
            "value in force on 2025-12-21",
        ),
        (
            lambda: POLICY.clock("aniversary", PLAN),
            "NOT_IN_FORCE [aniversary · 2025-12-22] 政策包中没有 aniversary / no pack has an entry aniversary；"
            "最接近的值 nearest: anniversary",
        ),
        (
            lambda: POLICY.route("guangzhou.s2t-1", EVE),
            "NOT_IN_FORCE [guangzhou.s2t-1 · 2025-12-21] guangzhou.s2t-1 在 2025-12-21 没有有效取值 / guangzhou.s2t-1 "
            "has no value in force on 2025-12-21",
        ),
        (
            lambda: POLICY.integer("contest.tiers", PLAN),
            "POLICY_INVALID [guangzhou · contest.tiers · 2025-12-22] 取值 ['world', 'national'] 应为整数 / the value "
            "['world', 'national'] should be a whole number；依据 clause: "
            "《高技能人才与专业技术人才职业融合发展试点实施方案》推动建立“以赛代评”人才评价模式",
        ),
    ],
)
def test_what_is_not_there_is_said_in_words(ask: object, text: str) -> None:
    with pytest.raises(GuantongError) as caught:
        ask()  # type: ignore[operator]
    assert str(caught.value) == text


def test_typed_helpers() -> None:
    assert POLICY.integer("block.fraud_bar_years", PLAN) == 3
    assert POLICY.flag("pilot.both_authorities_required", PLAN) is True
    assert POLICY.share("committee.pass_share", PLAN) == Fraction(2, 3)
    assert POLICY.strings("contest.tiers", PLAN) == ("world", "national")


@pytest.mark.parametrize(
    ("helper", "id_"),
    [
        (POLICY.integer, "pilot.both_authorities_required"),
        (POLICY.flag, "clock.days_per_year"),
        (POLICY.share, "relation.related_occupation"),
        (POLICY.strings, "clock.days_per_year"),
        (POLICY.strings, "education.ranks"),
    ],
)
def test_typed_helpers_refuse_other_types(helper: object, id_: str) -> None:
    with pytest.raises(GuantongError, match="POLICY_INVALID"):
        helper(id_, PLAN)  # type: ignore[operator]


@pytest.mark.parametrize(
    ("given", "floor", "stricter", "laxer"),
    [
        (2, 3, Stricter.HIGHER, True),
        (3, 3, Stricter.HIGHER, False),
        (4, 3, Stricter.LOWER, True),
        (2, 3, Stricter.LOWER, False),
        (2, 3, Stricter.NONE, False),
        (False, True, Stricter.HIGHER, True),
        (["papers"], ["papers", "degree"], Stricter.HIGHER, True),
        (["degree", "papers", "awards"], ["papers", "degree"], Stricter.HIGHER, False),
        (["papers", "degree"], ["papers"], Stricter.LOWER, True),
    ],
)
def test_laxer_by_the_direction_that_the_pack_gives(
    given: ValueType, floor: ValueType, stricter: Stricter, laxer: bool
) -> None:
    assert is_laxer(given, floor, stricter) is laxer


def test_spans_of_days() -> None:
    whole = span("2020-01-01", "2021-01-01")
    halves = [span("2020-06-01"), span("2019-01-01", "2020-03-01")]
    assert uncovered(whole, halves) == d("2020-03-01")
    assert uncovered(whole, [*halves, span("2020-03-01", "2020-06-01")]) is None
    assert uncovered(whole, []) == d("2020-01-01")
    assert uncovered(span("2020-01-01"), [whole]) == d("2021-01-01")
    assert without(whole, halves) == [span("2020-03-01", "2020-06-01")]
    assert without(whole, []) == [whole]
    assert without(span("2020-01-01"), [span("2020-02-01")]) == [span("2020-01-01", "2020-02-01")]
    assert pieces(whole, [d("2020-06-01"), d("2020-01-01"), d("2022-01-01")]) == [
        span("2020-01-01", "2020-06-01"),
        span("2020-06-01", "2021-01-01"),
    ]
