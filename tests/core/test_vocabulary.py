"""The vocabulary: whole, cited, consistent, and never confusing the two ladders."""

import re

import pytest

from core.citations import Confidence
from core.errors import ErrorCode, GuantongError
from core.ladders import RANK, SKILL_LEVELS, TITLE_LEVELS, Ladder, Level, SkillTarget, TitleTarget
from core.texts import Text
from core.vocabulary import Occupation, load_vocabulary

WORDS = load_vocabulary()


def test_every_level_of_both_ladders_is_described_in_order() -> None:
    assert set(WORDS.levels) == set(Level)
    for ladder in (SKILL_LEVELS, TITLE_LEVELS):
        infos = [WORDS.levels[level] for level in ladder]
        assert [info.order for info in infos] == [RANK[info.level] + 1 for info in infos]
        assert [info.tier for info in infos] == sorted({info.tier for info in infos})


@pytest.mark.parametrize(
    ("level", "tier", "band", "label", "digit", "high_skill"),
    [
        (Level.APPRENTICE, 0, "基础层", None, None, False),
        (Level.JUNIOR_WORKER, 1, "基础层", "五级/初级工", "5", False),
        (Level.INTERMEDIATE_WORKER, 2, "基础层", "四级/中级工", "4", False),
        (Level.SENIOR_WORKER, 3, "初级层", "三级/高级工", "3", True),
        (Level.TECHNICIAN, 4, "中级层", "二级/技师", "2", True),
        (Level.SENIOR_TECHNICIAN, 5, "副高级层", "一级/高级技师", "1", True),
        (Level.SPECIAL_TECHNICIAN, 6, "正高级层", None, None, True),
        (Level.CHIEF_TECHNICIAN, 7, "正高级层", None, None, True),
        (Level.STAFF, 2, "基础层", None, None, False),
        (Level.ASSISTANT, 3, "初级层", None, None, False),
        (Level.INTERMEDIATE, 4, "中级层", None, None, False),
        (Level.ASSOCIATE_SENIOR, 5, "副高级层", None, None, False),
        (Level.FULL_SENIOR, 6.5, "正高级层", None, None, False),
    ],
)
def test_level_rows(
    level: Level, tier: float, band: str, label: str | None, digit: str | None, high_skill: bool
) -> None:
    info = WORDS.levels[level]
    assert (info.tier, info.band_name.zh, info.standard_label, info.certificate_digit, info.high_skill) == (
        tier,
        band,
        label,
        digit,
        high_skill,
    )


def test_all_27_series_are_there_once_in_the_official_order() -> None:
    assert [series.number for series in WORDS.series.values()] == list(range(1, 28))
    assert len({series.name.zh for series in WORDS.series.values()}) == 27


def test_engineering_titles_are_complete() -> None:
    names = [WORDS.title_name("engineering", level) for level in TITLE_LEVELS]
    assert [name.zh for name in names if name] == ["技术员", "助理工程师", "工程师", "高级工程师", "正高级工程师"]


def test_only_rows_read_in_the_official_table_claim_to_be_verbatim() -> None:
    for series in WORDS.series.values():
        assert series.citation.confidence is (Confidence.VERBATIM if series.number <= 13 else Confidence.INFERRED)
        if series.number > 13:
            assert "未经核对" in (series.citation.note or "")
    instructors = WORDS.series["technical_school_teaching"].branches[1]
    assert instructors.citation.confidence is Confidence.INFERRED


def test_every_branch_has_titles_of_the_title_ladder_in_both_languages() -> None:
    for series in WORDS.series.values():
        for branch in series.branches:
            assert branch.titles
            assert {level.ladder for level in branch.titles} == {Ladder.TITLE}
            assert all(name.zh and name.en.isascii() for name in branch.titles.values())


def test_a_title_named_jishi_is_a_title_and_never_the_skill_level() -> None:
    title = WORDS.title_name("health", Level.ASSISTANT, branch=3)
    assert title is not None
    assert title.zh == WORDS.levels[Level.TECHNICIAN].name.zh == "技师"
    assert title.en != WORDS.levels[Level.TECHNICIAN].name.en
    as_title = TitleTarget("health", "medical_technology", Level.ASSISTANT)
    as_skill = SkillTarget("6-18-02-04", Level.TECHNICIAN)
    assert as_title.level is not as_skill.level
    assert (as_title.ladder, as_skill.ladder) == (Ladder.TITLE, Ladder.SKILL)
    assert WORDS.target_text(as_title) == Text("技术类 技师", "Medical technology, Medical technologist")
    assert WORDS.target_text(as_skill) == Text("焊工 技师（二级）", "Welder, technician (level 2)")
    assert not WORDS.has_level("health", Level.TECHNICIAN)


@pytest.mark.parametrize("series", ["journalism", "accounting", "sports", "arts", "higher_education_teaching"])
def test_series_without_staff_level_start_at_assistant(series: str) -> None:
    assert not WORDS.has_level(series, Level.STAFF)
    assert WORDS.lowest_title(series) is Level.ASSISTANT


@pytest.mark.parametrize("series", ["engineering", "health", "agriculture", "laboratory_technology"])
def test_series_with_staff_level_start_there(series: str) -> None:
    assert WORDS.lowest_title(series) is Level.STAFF


def test_a_branch_may_lack_a_level_that_its_series_has() -> None:
    assert WORDS.has_level("agriculture", Level.STAFF)
    assert WORDS.title_name("agriculture", Level.STAFF, branch=1) is None
    herder = TitleTarget("agriculture", "animal_husbandry", Level.STAFF)
    assert WORDS.target_text(herder).zh == "畜牧 员级职称"


def test_specialties_belong_to_series_and_name_existing_branches() -> None:
    for (series, code), specialty in WORDS.specialties.items():
        assert specialty.key == (series, code)
        assert specialty.branch < len(WORDS.series[series].branches)
        assert specialty.anchor is None or specialty.anchor in WORDS.occupations
    assert {series for series, _ in WORDS.specialties} == set(WORDS.series)


def test_occupations_are_valid_and_refer_to_existing_specialties() -> None:
    assert len(WORDS.occupations) >= 138
    for code, occupation in WORDS.occupations.items():
        assert re.fullmatch(r"[1-8]-\d{2}-\d{2}-\d{2}", code)
        assert occupation.name.zh
        assert occupation.name.en.isascii()
        assert not re.search(r"[LS/]$", occupation.name.zh)
        assert occupation.specialties
        assert occupation.specialties <= set(WORDS.specialties)


def test_every_row_is_cited_and_the_correspondence_is_known_to_be_inferred() -> None:
    for occupation in WORDS.occupations.values():
        assert occupation.citation is not None
        assert occupation.citation.confidence is Confidence.VERBATIM
        assert occupation.correspondence is not None
        assert occupation.correspondence.confidence is Confidence.INFERRED
        assert "未见公开的对应目录" in (occupation.correspondence.source.read_from or "")
    cited = [*WORDS.levels.values(), *WORDS.series.values(), *WORDS.specialties.values()]
    assert all(row.citation.clause and row.citation.source.url for row in cited)


def test_marks_are_split_off_and_kept() -> None:
    printer = WORDS.occupation("6-18-01-13")
    assert (printer.name.zh, printer.green, printer.digital) == ("增材制造设备操作员", True, True)
    assert WORDS.occupation("4-02-01-01").green
    assert not WORDS.occupation("6-18-01-01").digital


def test_related_occupations_are_those_of_the_minor_class() -> None:
    assert WORDS.related("6-23-02-01") == {f"6-23-02-0{last}" for last in range(1, 6)}
    for code in WORDS.occupations:
        assert code in WORDS.related(code)


def test_correspondence_reads_the_same_both_ways() -> None:
    for code in WORDS.occupations:
        for series, specialty in WORDS.specialties_of(code):
            assert code in WORDS.occupations_of(series, specialty)
    assert WORDS.specialties_of("6-18-02-04") == {("engineering", "mechanical")}
    assert WORDS.occupations_of("accounting", "general") == frozenset()


def test_targets_in_words() -> None:
    engineer = TitleTarget("engineering", "ship_and_ocean", Level.INTERMEDIATE)
    assert WORDS.target_text(engineer) == Text("船舶与海洋工程 工程师", "Ship and ocean engineering, Engineer")
    chief = SkillTarget("6-18-02-04", Level.CHIEF_TECHNICIAN, trade="手工焊")
    assert WORDS.target_text(chief) == Text("焊工（手工焊） 首席技师", "Welder (手工焊), chief technician")
    assert WORDS.level_text(Level.INTERMEDIATE) == Text("中级职称", "title of intermediate level")


@pytest.mark.parametrize(
    ("ask", "text", "nearest"),
    [
        (lambda: WORDS.occupation("6-18-02-05"), "职业编码“6-18-02-05”不在词表中", "6-18-02-04"),
        (lambda: WORDS.series_of("enginering"), "职称系列“enginering”不在词表中", "engineering"),
        (lambda: WORDS.specialty("engineering", "mechancal"), "职称专业“mechancal”不在词表中", "mechanical"),
        (lambda: WORDS.specialty("law", "general"), "职称系列“law”不在词表中", None),
    ],
)
def test_unknown_codes_are_named_with_the_nearest(ask: object, text: str, nearest: str | None) -> None:
    with pytest.raises(GuantongError) as caught:
        ask()  # type: ignore[operator]
    assert caught.value.code is ErrorCode.UNKNOWN_CODE
    assert caught.value.message.zh == text
    assert caught.value.nearest == nearest


def test_extras_join_the_shipped_occupations_without_replacing_them() -> None:
    new, known = (
        Occupation("6-18-02-90", Text("示例工", "Example worker")),
        Occupation("6-18-02-04", Text("焊工", "焊工")),
    )
    words = load_vocabulary([new, known])
    assert words.occupation("6-18-02-04") == WORDS.occupation("6-18-02-04")
    assert words.related("6-18-02-90") == WORDS.related("6-18-02-04") | {"6-18-02-90"}
    assert "6-18-02-90" not in WORDS.occupations


def test_an_extra_cannot_rename_a_shipped_occupation() -> None:
    with pytest.raises(GuantongError) as caught:
        load_vocabulary([Occupation("6-18-01-01", Text("焊接工", "焊接工"))])
    assert str(caught.value) == (
        "DUPLICATE 职业编码 6-18-01-01 是“车工”，不能再作“焊接工” / occupation code 6-18-01-01 is '车工' and cannot "
        "also be '焊接工'；最接近的值 nearest: 车工"
    )


def test_nothing_can_be_changed() -> None:
    with pytest.raises(TypeError):
        WORDS.occupations["6-18-01-01"] = None  # type: ignore[index]
    with pytest.raises(TypeError):
        WORDS.series["engineering"].branches[0].titles[Level.STAFF] = None  # type: ignore[index]


def test_loading_is_done_once() -> None:
    assert load_vocabulary() is load_vocabulary()
