"""Contests in place of evaluation, held against the packs' own."""

from typing import Any

import pytest

from plugins.document import SchemeDocument
from plugins.rules import verify
from tests.plugins.broken import context, document, grave, subject_of

SKILLS = ("senior_worker", "technician", "senior_technician", "special_technician")
TITLES = ("assistant", "intermediate", "associate_senior", "full_senior")


def said(skill: str | None, title: str | None, tier: str = "enterprise", rank: str = "gold") -> list[str]:
    """The codes of what is said of the clean scheme with one contest."""
    read = document("clean_base")
    contest: dict[str, Any] = {
        "key": "cup",
        "zh": "竞赛",
        "en": "cup",
        "tier": tier,
        "rank": rank,
        "clause": "第十五条",
    }
    contest |= {"occupation": "6-18-02-04"} | ({"skill_level": skill} if skill else {})
    contest |= {"series": "engineering", "specialty": "mechanical", "title_level": title} if title else {}
    content = read.manifest.model_dump(mode="json", by_alias=True, exclude_none=True) | {"contest": [contest]}
    catalog = read.catalog.model_dump(mode="json", by_alias=True, exclude_none=True)
    around = context("clean_base")
    return [
        one.code
        for one in grave(verify(subject_of(SchemeDocument.of({"manifest": content, "catalog": catalog}), around)))
    ]


@pytest.mark.parametrize(("skill", "title"), [*zip(SKILLS[:3], TITLES[:3], strict=True)])
def test_an_enterprise_contest_may_give_two_certificates_that_pair(skill: str, title: str) -> None:
    assert said(skill, title) == []


@pytest.mark.parametrize("skill", SKILLS)
@pytest.mark.parametrize("title", TITLES)
def test_two_levels_pair_or_are_refused(skill: str, title: str) -> None:
    too_high = (skill == "special_technician") + (title == "full_senior")
    pairs = SKILLS.index(skill) == TITLES.index(title)
    assert said(skill, title) == (["SCH220"] * too_high or ([] if pairs else ["SCH220"]))


@pytest.mark.parametrize(("skill", "told"), [("senior_technician", []), ("special_technician", ["SCH220"])])
def test_a_contest_leads_no_higher_than_the_policys_own(skill: str, told: list[str]) -> None:
    assert said(skill, None) == told


@pytest.mark.parametrize(
    ("rank", "told"), [("participant", ["SCH218"]), ("excellence", []), ("bronze", []), ("gold", [])]
)
def test_a_rank_is_excellence_or_above(rank: str, told: list[str]) -> None:
    assert said("technician", "intermediate", rank=rank) == told


@pytest.mark.parametrize(
    ("tier", "skill", "title", "told"),
    [
        ("enterprise", "technician", "intermediate", []),
        ("city", "technician", "intermediate", ["SCH217"]),
        ("province", "technician", None, ["SCH217"]),
        ("national_sector", None, "intermediate", ["SCH217"]),
        # winners there take the plan's own way, whatever a scheme would give them
        ("national", "technician", None, ["SCH221"]),
        ("world", None, "associate_senior", ["SCH221"]),
        ("world", "technician", "intermediate", ["SCH221", "SCH221"]),
        ("national", "senior_worker", None, ["SCH221"]),
    ],
)
def test_tiers(tier: str, skill: str | None, title: str | None, told: list[str]) -> None:
    assert said(skill, title, tier) == told
