"""Every day of a scheme counts: floors, listings, authorities and policy values that change while it is in force."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from core.errors import ErrorCode, GuantongError
from core.policy.load import SHIPPED, load_packs
from core.policy.stack import PolicyStack
from plugins.document import SchemeDocument
from plugins.rules import Subject, verify
from tests.plugins.broken import PACKS, context, document, grave, subject, subject_of

SINCE = {"from": date(2010, 1, 1)}
LISTED = {"from": date(2026, 1, 15)}
STEPS = '["announcement", "plan", "evaluation", "results_filing", "certificate_data"]'
VALUE = """
[[value]]
id = "{id}"
zh = "示例取值"
en = "example value"

[[value.version]]
from = {since}
is = {given}
source = "example"
clause = "第一条"
confidence = "verbatim"
"""


def policy(folder: Path, *values: tuple[str, str, str]) -> PolicyStack:
    """The shipped packs with values (id, from, is) of a district over them."""
    head = (PACKS / "severities.toml").read_text("utf-8").partition("[[value]]")[0].replace("severities", "example")
    text = head + "".join(VALUE.format(id=id_, since=since, given=given) for id_, since, given in values)
    path = folder / "example.toml"
    path.write_text(text, "utf-8")
    return load_packs((*SHIPPED, path))


def changed(**manifest: Any) -> SchemeDocument:
    """The clean scheme with parts of its manifest replaced."""
    read = document("clean_base")
    content = read.manifest.model_dump(mode="json", by_alias=True, exclude_none=True)
    catalog = read.catalog.model_dump(mode="json", by_alias=True, exclude_none=True)
    return SchemeDocument.of({"manifest": content | manifest, "catalog": catalog})


def under(stack: PolicyStack, read: SchemeDocument | None = None) -> Subject:
    at = subject_of(read or document("clean_base"), context("clean_base"))
    return Subject(at.manifest, at.catalog, at.scheme, stack, at.vocabulary, at.enterprise, at.day, at.keys)


def codes(at: Subject) -> list[str]:
    return [one.code for one in grave(verify(at))]


def test_a_floor_that_rises_binds_from_its_day_on() -> None:
    (one,) = verify(subject("SCH201_floor_rises_within_the_period"))
    assert "2027-01-01" in one.what.zh
    assert verify(subject("SCH201_floor_rises_within_the_period", packs=[])) == []


def test_a_row_that_ends_before_the_floor_rises_keeps_its_years() -> None:
    content = document("SCH201_floor_rises_within_the_period").catalog.model_dump(mode="json", by_alias=True)
    content["row"][0]["until"] = date(2027, 1, 1)
    read = SchemeDocument(document("clean_base").manifest, document("clean_base").catalog.model_validate(content))
    assert verify(subject_of(read, context("clean_base") | {"packs": ["floor_rises.toml"]})) == []


def test_years_left_out_follow_the_floor() -> None:
    assert verify(subject("clean_base", packs=["floor_rises.toml"])) == []


def test_each_floor_that_is_undercut_is_told() -> None:
    found = verify(subject("SCH201_years_below_the_floor", packs=["floor_rises.toml"]))
    assert [(one.code, one.nearest) for one in found] == [("SCH201", "3"), ("SCH201", "4")]


def test_listings_that_follow_one_another_cover_the_scheme() -> None:
    until = {"from": date(2026, 1, 15), "until": date(2027, 1, 1)}
    assert verify(subject("clean_base", listings=[until, {"from": date(2027, 1, 1)}])) == []


@pytest.mark.parametrize(
    ("authorities", "told"),
    [
        ([{"highest": "skill:technician", **SINCE}, {"highest": "title:intermediate", **SINCE}], []),
        ([{"highest": "title:intermediate", **SINCE}], ["SCH210"]),
        ([], ["SCH210", "SCH210"]),
        (
            [
                {"highest": "skill:technician", "from": date(2010, 1, 1), "until": date(2028, 1, 1)},
                {"highest": "skill:senior_technician", "from": date(2028, 1, 1)},
                {"highest": "title:intermediate", "scope": "engineering", **SINCE},
            ],
            [],
        ),
        (
            [
                {"highest": "skill:technician", **SINCE},
                {"highest": "title:full_senior", "scope": "economics", **SINCE},
                {"highest": "title:assistant", "scope": "engineering", **SINCE},
            ],
            ["SCH210"],
        ),
    ],
)
def test_both_authorities_reach_far_enough_on_every_day(authorities: list[dict[str, Any]], told: list[str]) -> None:
    assert codes(subject("clean_base", authorities=authorities)) == told


def test_the_nearest_level_is_that_of_the_own_scope() -> None:
    authorities = [
        {"highest": "skill:technician", **SINCE},
        {"highest": "title:full_senior", "scope": "economics", **SINCE},
        {"highest": "title:assistant", "scope": "engineering", **SINCE},
    ]
    (one,) = verify(subject("clean_base", authorities=authorities))
    assert one.nearest == "助理级职称"


@pytest.mark.parametrize(
    ("id_", "given", "told"),
    [
        ("standards.performance_weight_floor", "750", ["SCH304", "SCH304"]),
        ("standards.performance_weight_floor", "700", []),
        ("standards.skill_subject_pass_mark", "70", []),
        ("process.steps", f'{STEPS[:-1]}, "archive"]', ["SCH108"]),
        ("process.steps", STEPS, []),
    ],
)
def test_standards_hold_on_every_day_of_the_scheme(tmp_path: Path, id_: str, given: str, told: list[str]) -> None:
    assert codes(under(policy(tmp_path, (id_, "2027-01-01", given)))) == told


def test_a_value_from_after_the_scheme_binds_nothing(tmp_path: Path) -> None:
    later = policy(tmp_path, ("standards.performance_weight_floor", "2029-01-01", "900"))
    read = changed()
    content = read.manifest.model_dump(mode="json", by_alias=True, exclude_none=True)
    content["scheme"]["until"] = "2029-01-01"
    assert codes(under(later, changed(**content))) == []
    content["scheme"]["until"] = "2029-01-02"
    assert codes(under(later, changed(**content))) == ["SCH304", "SCH304"]


@pytest.mark.parametrize(
    ("id_", "given", "message"),
    [
        (
            "bans.sole_criteria",
            '["papers", "degree", "seniority", "awards", "prizes"]',
            "the value prizes should be one of awards, computer_test",
        ),
        ("standards.skill_subject_pass_mark", "60.5", "the value 60.5 should be one of 整数 a whole number"),
    ],
)
def test_a_policy_value_that_no_rule_understands_is_never_passed_over(
    tmp_path: Path, id_: str, given: str, message: str
) -> None:
    with pytest.raises(GuantongError) as caught:
        verify(under(policy(tmp_path, (id_, "2026-01-01", given))))
    assert caught.value.code is ErrorCode.POLICY_INVALID
    assert message in caught.value.message.en
    assert caught.value.where is not None
    assert caught.value.where.entry == id_


def test_a_rank_that_does_not_exist_is_the_packs_fault(tmp_path: Path) -> None:
    with pytest.raises(GuantongError) as caught:
        verify(under(policy(tmp_path, ("contest.min_rank", "2026-01-01", '"eighth"'))))
    assert "the value eighth should be one of bronze, excellence, gold" in caught.value.message.en


def test_the_skilled_side_may_be_stricter_where_a_pack_allows_it(tmp_path: Path) -> None:
    """Laxer than the pilot's plan: such a pack cites what permits it."""
    stack = policy(tmp_path, ("standards.skill_track_may_be_stricter", "2026-01-01", 'true\nauthority = "example"'))
    for name in ("SCH314_five_years_one_way", "SCH315_contribution_weighs_less_for_titles", "SCH318_title_mark_of_75"):
        assert codes(under(stack, document(name))) == []
