"""Gates: what a pack itself asks for is none of the scheme's; everything else of the kind is, however well hidden."""

from typing import Any

import pytest

from plugins.rules import verify
from tests.plugins.broken import context, document, subject_of

WITH_PACK = context("clean_base") | {"packs": ["asks_for_more.toml"]}
KINDS = {
    "papers": "paper",
    "degrees": "degree",
    "honours": "award",
    "years_served": "seniority",
    "test": "computer_test",
}


def need(key: str, at_least: int = 1) -> dict[str, Any]:
    return {"evidence": [key], "at_least": at_least, "zh": "材料", "en": "evidence", "clause": "第八条"}


GOLD = {"contest_tiers": ["national"], "contest_rank": "gold", "clause": "第九条"}
IMPROVED = need("improvements", 2)


def found(
    around: dict[str, Any], levels: tuple[str, str], *, forth: list[Any] | None = None, back: list[Any] | None = None
) -> list[tuple[str, str]]:
    """Code and value of what is said of the clean scheme with one row of these levels and conditions."""
    read = document("clean_base")
    content = read.manifest.model_dump(mode="json", by_alias=True, exclude_none=True)
    content["evidence"] += [{"key": k, "zh": "材料", "en": k, "kind": kind, "most": 5} for k, kind in KINDS.items()]
    row = read.catalog.row[0].model_dump(mode="json", by_alias=True, exclude_none=True)
    row |= {"skill_level": levels[0], "title_level": levels[1]}
    for way, requires in (("skill_to_title", forth), ("title_to_skill", back)):
        row.pop(way)
        if requires is not None:
            row[way] = {"clause": "第六条", "requires": requires}
    changed = type(read).of({"manifest": content, "catalog": {"row": [row]}})
    findings = verify(subject_of(changed, around))
    return [(one.code, one.value or "") for one in findings if one.code in ("SCH211", "SCH212")]


LOW, HIGH = ("technician", "intermediate"), ("senior_technician", "associate_senior")
ALONE = context("clean_base")


def test_a_contest_that_the_pack_asks_for_is_no_gate() -> None:
    assert found(ALONE, LOW, forth=[GOLD]) == [("SCH212", "award")]
    assert found(WITH_PACK, LOW, forth=[GOLD]) == []


def test_other_awards_stay_gates_where_the_pack_asks_for_a_contest() -> None:
    assert found(WITH_PACK, LOW, forth=[need("honours")]) == [("SCH212", "award")]


def test_a_degree_that_the_pack_asks_for_is_no_gate() -> None:
    assert found(ALONE, LOW, back=[need("degrees")]) == [("SCH212", "degree")]
    assert found(WITH_PACK, LOW, back=[need("degrees")]) == []


def test_evidence_that_the_pack_asks_for_is_no_gate() -> None:
    assert found(ALONE, HIGH, forth=[need("papers")]) == [("SCH211", "paper")]
    assert found(WITH_PACK, HIGH, forth=[need("papers")]) == []


def test_the_years_of_the_pack_are_no_gate_of_seniority() -> None:
    assert found(ALONE, LOW, forth=[{"years": 3, "clause": "第八条"}], back=[{"years": 1, "clause": "第八条"}]) == []


@pytest.mark.parametrize("other", [IMPROVED, GOLD, need("years_served")])
def test_a_way_around_papers_is_enough_for_the_ban(other: dict[str, Any]) -> None:
    codes = {code for code, _ in found(ALONE, LOW, forth=[{"any": [need("papers"), other]}])}
    assert "SCH211" not in codes


def test_a_way_around_made_of_four_only_items_is_still_a_gate() -> None:
    assert found(ALONE, LOW, forth=[{"any": [need("papers"), GOLD]}]) == [("SCH212", "paper, award")]
    assert found(ALONE, LOW, forth=[{"any": [need("papers"), need("years_served"), IMPROVED]}]) == []


def test_every_single_gate_is_named() -> None:
    said = found(ALONE, LOW, forth=[need("papers"), need("honours"), need("test"), need("years_served")])
    assert said == [("SCH211", "paper"), ("SCH211", "computer_test"), ("SCH212", "seniority"), ("SCH212", "award")]


def test_the_ban_is_for_skilled_people_who_apply_for_titles() -> None:
    assert found(ALONE, LOW, back=[need("papers"), need("test")]) == [("SCH212", "paper")]


def test_a_gate_within_all_within_any_is_found() -> None:
    hidden = {"any": [{"all": [need("papers"), IMPROVED]}, {"all": [need("papers", 2), GOLD]}]}
    assert found(ALONE, LOW, forth=[hidden]) == [("SCH211", "paper")]


def test_a_sum_with_something_else_is_no_gate() -> None:
    both = need("papers", 3) | {"evidence": ["papers", "improvements"]}
    assert found(ALONE, LOW, forth=[both]) == []
