"""Whether a way over both ladders climbs faster than one ladder alone: searched in the shipped packs."""

from datetime import date
from math import inf
from pathlib import Path

import pytest

from core.facts import EducationLevel
from core.ladders import SKILL_LEVELS, TITLE_LEVELS, Ladder, Level
from core.policy.entries import PackRequirement, PackRoute
from core.policy.load import load_packs
from core.policy.model import Direction
from core.policy.requirements import RequireEducation, RequireEvidence
from core.policy.stack import PolicyStack

POLICY = load_packs()
PLAN = date(2025, 12, 22)
BROKEN = Path(__file__).parent / "broken_packs"

CONTESTS = {Direction.CONTEST_TO_SKILL, Direction.CONTEST_TO_TITLE}
PROMOTION = {Ladder.SKILL: Direction.SKILL_PROMOTION, Ladder.TITLE: Direction.TITLE_PROMOTION}
TECHNICAL_SCHOOLS = {EducationLevel.SENIOR_SKILLED_SCHOOL, EducationLevel.TECHNICIAN_COLLEGE}
EVERY_SCHOOLING = frozenset(EducationLevel)

Schooling = frozenset[EducationLevel]
Shortcut = tuple[Level, Level, float, float]


def ranks_of(policy: PolicyStack, day: date) -> dict[EducationLevel, int]:
    rows = policy.value("education.ranks", day).is_
    assert isinstance(rows, list)
    return {EducationLevel(str(row["level"])): int(str(row["rank"])) for row in rows if isinstance(row, dict)}


def is_educated(form: RequireEducation, schooling: Schooling, ranks: dict[EducationLevel, int]) -> bool:
    fitting = schooling & TECHNICAL_SCHOOLS if form.technical_school else schooling
    return any(ranks[one] >= ranks[form.education] for one in fitting)


def climbing(policy: PolicyStack, day: date, schooling: Schooling = EVERY_SCHOOLING) -> list[PackRoute]:
    """Routes that start from something held and take time alone.

    A prize or an honour is no span of time; and a way in that asks for nothing held is open from every level alike. So
    neither makes a loop.
    """
    found = [route for route in policy.routes_in_force(day) if route.direction not in CONTESTS]
    found = [route for route in found if any(one.named for one in route.requires)]
    found = [route for route in found if not any(isinstance(one.form, RequireEvidence) for one in route.requires)]
    schools = [(route, [r.form for r in route.requires if isinstance(r.form, RequireEducation)]) for route in found]
    ranks = ranks_of(policy, day) if any(forms for _, forms in schools) else {}
    return [route for route, forms in schools if all(is_educated(form, schooling, ranks) for form in forms)]


def waited(requirement: PackRequirement, since: dict[Level, float]) -> float:
    """Years until a requirement is met when levels are reached after ``since`` years."""
    start = min((since[level] for level in requirement.levels), default=0.0)
    return start + requirement.years


def shortest(routes: list[PackRoute], start: Level) -> dict[Level, float]:
    """Years from holding ``start`` alone until each level can be held."""
    since = {level: 0.0 if level is start else inf for level in Level}
    for _ in Level:
        for route in routes:
            ready = max(waited(one, since) for one in route.requires)
            since[route.target] = min(since[route.target], ready)
    return since


def shortcuts(policy: PolicyStack, day: date, schooling: Schooling = EVERY_SCHOOLING) -> list[Shortcut]:
    """Pairs of levels of one ladder between which a way over the other beats the ladder's own promotion, with years.

    Where a ladder has no promotion of its own (to 首席技师) there is nothing to compare with.
    """
    everything = climbing(policy, day, schooling)
    found = []
    for ladder in (SKILL_LEVELS, TITLE_LEVELS):
        own = [route for route in everything if route.direction is PROMOTION[ladder[0].ladder]]
        for i, low in enumerate(ladder):
            alone, both = shortest(own, low), shortest(everything, low)
            found += [
                (low, high, both[high], alone[high]) for high in ladder[i + 1 :] if both[high] < alone[high] < inf
            ]
    return found


@pytest.mark.parametrize("day", sorted({route.period.start for route in POLICY.routes}))
def test_no_loop_over_both_ladders_climbs_faster_than_a_ladder(day: date) -> None:
    """Whoever has every schooling that a route may ask for gains nothing by going over the other ladder."""
    assert shortcuts(POLICY, day) == []


# The documents themselves let some schooling gain by crossing, because one ladder counts it and the other does not. No
# pack may hide that, and no new case may slip in: a question for the bureau, not for the platform to settle.
_L = Level
KNOWN: dict[str, tuple[set[EducationLevel], list[Shortcut]]] = {
    "no schooling": (set(), []),
    "junior college": ({EducationLevel.JUNIOR_COLLEGE}, []),
    "bachelor": ({EducationLevel.BACHELOR}, []),
    # 技术员满4年升助理工程师；技术员满1年考高级工、再满2年评助理工程师只要3年
    "secondary vocational": ({EducationLevel.SECONDARY_VOCATIONAL}, [(_L.STAFF, _L.ASSISTANT, 3, 4)]),
    # 博士：工程师满2年升高级工程师，再满1年考一级；技能一侧三级升二级、二级升一级各须满5年
    "doctor": (
        {EducationLevel.DOCTOR},
        [
            (_L.JUNIOR_WORKER, _L.SENIOR_TECHNICIAN, 10, 13),
            (_L.JUNIOR_WORKER, _L.SPECIAL_TECHNICIAN, 11, 14),
            (_L.INTERMEDIATE_WORKER, _L.SENIOR_TECHNICIAN, 7, 10),
            (_L.INTERMEDIATE_WORKER, _L.SPECIAL_TECHNICIAN, 8, 11),
            (_L.SENIOR_WORKER, _L.SENIOR_TECHNICIAN, 7, 10),
            (_L.SENIOR_WORKER, _L.SPECIAL_TECHNICIAN, 8, 11),
        ],
    ),
    # 技师学院毕业生：三级工作满2年即可考二级（规程二级第4项），职称一侧没有同样的快道
    "technician college": (
        {EducationLevel.TECHNICIAN_COLLEGE},
        [
            (_L.STAFF, _L.INTERMEDIATE, 5, 6),
            (_L.STAFF, _L.ASSOCIATE_SENIOR, 10, 11),
            (_L.STAFF, _L.FULL_SENIOR, 13, 16),
            (_L.ASSISTANT, _L.FULL_SENIOR, 13, 14),
        ],
    ),
}


@pytest.mark.parametrize("profile", KNOWN)
def test_shortcuts_that_the_documents_themselves_open_are_exactly_these(profile: str) -> None:
    schooling, expected = KNOWN[profile]
    assert shortcuts(POLICY, PLAN, frozenset(schooling)) == expected


def test_promotion_alone_is_known_to_the_search() -> None:
    """Guards the proof: the baselines are there, and are the packs' own years."""
    routes = climbing(POLICY, PLAN)
    skill = shortest([route for route in routes if route.direction is Direction.SKILL_PROMOTION], Level.TECHNICIAN)
    title = shortest([route for route in routes if route.direction is Direction.TITLE_PROMOTION], Level.ASSISTANT)
    assert (skill[Level.SENIOR_TECHNICIAN], skill[Level.SPECIAL_TECHNICIAN]) == (5, 6)
    assert (title[Level.INTERMEDIATE], title[Level.ASSOCIATE_SENIOR], title[Level.FULL_SENIOR]) == (2, 4, 9)
    both = shortest(routes, Level.SPECIAL_TECHNICIAN)
    assert (both[Level.FULL_SENIOR], both[Level.CHIEF_TECHNICIAN]) == (5, 8)


def test_a_faster_loop_would_be_seen() -> None:
    looped = load_packs([BROKEN / "base.toml", BROKEN / "loop.toml"])
    assert shortcuts(looped, PLAN) == [(Level.SENIOR_WORKER, Level.TECHNICIAN, 2, 5)]
