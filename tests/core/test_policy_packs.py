"""What the shipped packs say: the announced tables row by row, and a citation everywhere."""

from datetime import date

import pytest

from core.citations import Confidence
from core.errors import GuantongError
from core.facts import EducationLevel
from core.ladders import Level
from core.policy.entries import PackRoute
from core.policy.load import SHIPPED, check_packs, load_packs
from core.policy.model import Direction
from core.policy.requirements import RequireCityYears, RequireContest, RequireCredential, RequirePost
from core.policy.show import RowKind
from core.vocabulary import load_vocabulary

POLICY = load_packs()
PLAN = date(2025, 12, 22)
V, I = Confidence.VERBATIM, Confidence.INFERRED  # noqa: E741
READ_BY_THE_PLATFORM = [
    "bans.skilled_title_barriers",
    "bans.sole_criteria",
    "block.already_held",
    "block.fraud_bar_years",
    "block.skill_certificates_per_year",
    "certificate.formats",
    "clock.days_per_year",
    "committee.pass_share",
    "committee.random_draw",
    "contest.title_issuer",
    "education.ranks",
    "evaluation.double_track",
    "evaluation.one_evaluation_two_certificates",
    "filing.elements",
    "pilot.both_authorities_required",
    "pilot.priority_industries",
    "process.public_notice_days",
    "process.steps",
    "process.tally_and_notice_days",
    "relation.higher_level_counts",
    "relation.related_occupation",
    "skill.high_skill_from",
    "standards.distance_min",
    "standards.performance_weight_floor",
    "standards.single_cap.papers",
    "standards.skill_subject_pass_mark",
]


def test_the_shipped_packs_have_no_fault() -> None:
    assert check_packs(SHIPPED) == []


# Both tables of the plan: id, held, target, years, confidence of the clause, appointment, relation.
TABLES = [
    ("guangzhou.s2t-1", "skill:senior_worker", Level.ASSISTANT, 2, V, False, "corresponding"),
    ("guangzhou.s2t-2", "skill:technician", Level.INTERMEDIATE, 3, I, False, "corresponding"),
    ("guangzhou.s2t-3", "skill:senior_technician", Level.ASSOCIATE_SENIOR, 4, I, False, "corresponding"),
    ("guangzhou.s2t-4", "skill:special_technician", Level.FULL_SENIOR, 5, V, False, "corresponding"),
    ("guangzhou.s2t-5", "skill:chief_technician", Level.FULL_SENIOR, 5, V, False, "corresponding"),
    ("guangzhou.t2s-1", "title:junior", Level.SENIOR_WORKER, 1, V, False, "corresponding"),
    ("guangzhou.t2s-2", "title:intermediate", Level.TECHNICIAN, 1, I, False, "corresponding"),
    ("guangzhou.t2s-3", "title:senior", Level.SENIOR_TECHNICIAN, 1, I, False, "corresponding"),
    ("guangzhou.t2s-4", "title:senior", Level.SPECIAL_TECHNICIAN, 2, I, True, "corresponding"),
    ("guangzhou.t2s-5", "title:full_senior", Level.CHIEF_TECHNICIAN, 3, V, True, "related"),
]


@pytest.mark.parametrize(("id_", "held", "target", "years", "confidence", "appointment", "relation"), TABLES)
def test_the_ten_rows_of_the_plan(
    id_: str, held: str, target: Level, years: int, confidence: Confidence, appointment: bool, relation: str
) -> None:
    route = POLICY.route(id_, PLAN)
    first = route.requires[0]
    assert isinstance(first.form, RequireCredential)
    assert (first.form.held, route.target, first.years, first.form.relation) == (held, target, years, relation)
    assert (first.citation.confidence, route.citations[0].confidence) == (confidence, confidence)
    assert (route.appointment, route.open_to, route.issuer) == (appointment, "pilot", "enterprise")
    assert (first.citation.quote is not None) == (confidence is V)
    assert (first.citation.note is not None) or confidence is V


def test_a_reading_that_was_inferred_makes_its_route_weak() -> None:
    """The announcement says only 初级; that it means 助理级 is inferred, and the route must say so."""
    assert POLICY.route("guangzhou.s2t-1", PLAN).confidence is Confidence.INFERRED
    assert POLICY.route("guangzhou.s2t-4", PLAN).confidence is Confidence.VERBATIM


def test_titles_open_skill_levels_only_for_the_own_post() -> None:
    for number in range(1, 6):
        posts = [
            one for one in POLICY.route(f"guangzhou.t2s-{number}", PLAN).requires if isinstance(one.form, RequirePost)
        ]
        assert [post.citation.confidence for post in posts] == [V]
        assert "与现岗位相对应职业" in (posts[0].citation.quote or "")


def test_crossing_to_titles_is_open_in_the_series_that_were_opened() -> None:
    opened = POLICY.strings("titles.open_series", PLAN)
    assert set(opened) <= set(load_vocabulary().series)
    for number in range(1, 6):
        assert POLICY.route(f"guangzhou.s2t-{number}", PLAN).series == frozenset(opened)


@pytest.mark.parametrize("level", ["intermediate", "associate-senior"])
def test_contest_titles_keep_the_two_forms_of_the_one_year_apart(level: str) -> None:
    forms = {}
    for form in ("experience", "graduate"):
        route = POLICY.route(f"guangzhou.contest.{level}.{form}", PLAN)
        city = next(one.form for one in route.requires if isinstance(one.form, RequireCityYears))
        forms[form] = (city.city_years, city.after_graduation)
        assert (route.direction, route.issuer, route.open_to) == (Direction.CONTEST_TO_TITLE, "bureau", "everyone")
    assert forms == {"experience": (1, False), "graduate": (1, True)}


@pytest.mark.parametrize("route", [route for route in POLICY.routes if route.id.startswith("guangzhou.contest.")])
def test_contest_routes_ask_for_the_announced_contests_rank_and_scope(route: PackRoute) -> None:
    contest = next(one for one in route.requires if isinstance(one.form, RequireContest))
    assert isinstance(contest.form, RequireContest)
    assert tuple(contest.form.contest_tiers) == POLICY.strings("contest.tiers", PLAN)
    assert contest.form.contest_rank == POLICY.value("contest.min_rank", PLAN).is_
    scope = next(one for one in route.requires if isinstance(one.form, RequirePost))
    assert isinstance(scope.form, RequirePost)
    assert (scope.form.municipal, scope.form.frontline, scope.citation.confidence) == (True, True, I)
    assert route.confidence is I


def test_the_higher_contest_levels_ask_for_holding_technician() -> None:
    for id_ in ("senior-technician", "associate-senior.experience", "associate-senior.graduate"):
        held = [one for one in POLICY.route(f"guangzhou.contest.{id_}", PLAN).requires if one.named]
        assert [(one.least, one.years) for one in held] == [(Level.TECHNICIAN, 0)]


def test_all_nineteen_items_of_the_standard_rules_are_routes_with_their_words() -> None:
    items = [route for route in POLICY.routes_in_force(PLAN) if route.id.startswith("national.skill.")]
    assert len(items) == 19
    assert all(route.citations[0].confidence is V and route.citations[0].quote for route in items)
    assert not [route for route in POLICY.routes_in_force(date(2023, 10, 31)) if route.id.startswith("national.skill.")]


@pytest.mark.parametrize(
    ("id_", "clocks"),
    [
        ("national.skill.l2-2", [(Level.STAFF, 5), (Level.SENIOR_WORKER, 1)]),
        ("national.skill.l1-2", [(Level.INTERMEDIATE, 5), (Level.TECHNICIAN, 1)]),
    ],
)
def test_items_with_two_clocks_ask_for_both(id_: str, clocks: list[tuple[Level, int]]) -> None:
    assert [(one.least, one.years) for one in POLICY.route(id_, PLAN).requires] == clocks


def test_only_a_title_will_do_in_the_last_two_clock_item() -> None:
    kinds = {id_: POLICY.route(f"national.skill.{id_}", PLAN).requires[0].kinds for id_ in ("l2-2", "l1-2")}
    assert kinds["l1-2"] < kinds["l2-2"]


def test_schooling_is_ranked_whole_and_technical_schools_equal_what_the_document_says() -> None:
    rows = POLICY.value("education.ranks", PLAN).is_
    assert isinstance(rows, list)
    ranks = {EducationLevel(str(row["level"])): row["rank"] for row in rows if isinstance(row, dict)}
    assert set(ranks) == set(EducationLevel)
    assert ranks[EducationLevel.SENIOR_SKILLED_SCHOOL] == ranks[EducationLevel.JUNIOR_COLLEGE]
    assert ranks[EducationLevel.TECHNICIAN_COLLEGE] == ranks[EducationLevel.BACHELOR]


def test_the_generic_sheet_adds_up() -> None:
    rows = POLICY.value("standards.generic_sheet", PLAN).is_
    assert isinstance(rows, list)
    assert sum(int(str(row["weight"])) for row in rows if isinstance(row, dict)) == POLICY.integer(
        "standards.weight_total", PLAN
    )


def test_a_generic_sheet_that_only_meets_the_floor_is_still_near_it() -> None:
    """Else the rule against copies could never tell of one that other rules let through."""
    rows = POLICY.value("standards.generic_sheet", PLAN).is_
    assert isinstance(rows, list)
    main = ("performance", "contribution")
    weights = {str(row["criterion"]): int(str(row["weight"])) for row in rows if isinstance(row, dict)}
    floor = POLICY.integer("standards.performance_weight_floor", PLAN)
    forced = floor - sum(weights.get(kind, 0) for kind in main)
    assert forced == 250
    assert POLICY.integer("standards.distance_min", PLAN) == forced + 100


@pytest.mark.parametrize(
    "id_",
    READ_BY_THE_PLATFORM,
)
def test_values_that_the_platform_reads_are_there_on_the_day_of_the_plan(id_: str) -> None:
    assert POLICY.value(id_, PLAN).citation.clause


def test_no_number_of_the_platforms_own_claims_a_document() -> None:
    for row in POLICY.everything():
        own = row.citation.source.id == "platform"
        assert own or row.citation.confidence is not Confidence.PLATFORM_DEFAULT
        assert not own or row.citation.confidence.is_weak


def test_every_row_has_words_clause_confidence_and_document() -> None:
    rows = POLICY.everything()
    assert {row.kind for row in rows} == set(RowKind)
    for row in rows:
        cells = row.cells()
        assert all(
            cells[key] for key in ("id", "label", "text", "from", "pack", "document", "clause", "confidence", "url")
        )
        assert row.text.zh
        assert row.text.en
    assert all(
        row.citation.note or row.citation.quote for row in rows if row.citation.confidence is Confidence.INFERRED
    )


def test_rows_of_a_day_are_those_that_decide() -> None:
    before, after = (POLICY.everything(day) for day in (date(2025, 12, 21), PLAN))
    readings = {row.id: row.pack.id for row in after if row.kind is RowKind.LEVEL_GROUP}
    assert readings == {"title:junior": "guangzhou", "title:senior": "guangzhou"}
    assert {row.pack.id for row in before} == {"national", "guangdong"}
    assert len({row.id for row in after}) == len(after)
    assert [row.pack.id for row in after if row.id == "title_review"] == ["guangdong"]


def test_requirements_read_as_sentences() -> None:
    texts = {row.id: row.text for row in POLICY.everything(PLAN)}
    assert texts["guangzhou.t2s-1#1"].zh == (
        "取得符合专业对应关系的初级职称（或专业技术人员职业资格）后从事本职业或相关职业工作满1年"
    )
    assert texts["guangzhou.s2t-1#1"].en == (
        "hold senior worker (level 3) of a corresponding specialty, then 2 years of corresponding technical work"
    )
    assert texts["national.skill.l4-1#1"].zh == "累计从事本职业或相关职业工作满5年"
    assert texts["guangzhou.contest.technician#2"].zh == "现在市（区）属企业一线岗位"
    assert texts["process.public_notice_days"].en == "5 working days"
    assert texts["bans.sole_criteria"].zh == "论文、学历、资历、奖项"


def test_the_packs_are_only_asked_for_what_they_hold() -> None:
    with pytest.raises(GuantongError, match=r"最接近的值 nearest: bans\.sole_criteria"):
        POLICY.value("bans.sole_criterion", PLAN)
