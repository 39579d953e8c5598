"""What cannot be understood is told whole, left out, and keeps nothing else from being told."""

import pytest

from core.conditions import EvidenceAtLeast, RowYears, atoms
from core.eligibility.bind_scheme import bind_scheme
from core.errors import ErrorCode, GuantongError
from core.ladders import Level
from core.vocabulary import load_vocabulary
from plugins.document import SchemeDocument
from plugins.rules import verify
from plugins.translate import to_scheme, translate
from tests.plugins.broken import context, document, packs, subject_of

MANY = "SCH001_many_unknown_names"


def test_every_fault_is_told_at_once() -> None:
    found = translate(document(MANY).manifest, document(MANY).catalog, "")
    assert [one.value for one in found.faults] == [
        "frontlin",
        "senior_technican",
        "engineering/mechanics",
        "associate-senior",
        "6-18-02-4",
        "techncian",
        "6-18-02-05x",
        "master",
    ]
    assert {one.error.code for one in found.faults} == {ErrorCode.UNKNOWN_CODE}


def test_what_cannot_be_understood_is_left_out_whole() -> None:
    scheme = translate(document(MANY).manifest, document(MANY).catalog, "").scheme
    assert [row.number for row in scheme.rows] == [1]
    assert scheme.contests == ()
    assert scheme.links == ()


def test_other_rules_see_the_rest() -> None:
    read = document(MANY)
    content = read.catalog.model_dump(mode="json", by_alias=True)
    content["row"][0]["skill_to_title"]["years"] = 1
    found = verify(subject_of(SchemeDocument(read.manifest, read.catalog.model_validate(content)), context(MANY)))
    assert [one.code for one in found] == ["SCH001"] * 8 + ["SCH201"]


def test_a_name_in_a_row_that_is_left_out_is_still_a_use() -> None:
    """Evidence and groups of such a row are not called unused: that would be news tomorrow only."""
    read = document("clean_base")
    content = read.catalog.model_dump(mode="json", by_alias=True)
    content["row"][0]["occupation"] = "6-18-02-40"
    found = verify(
        subject_of(SchemeDocument(read.manifest, read.catalog.model_validate(content)), context("clean_base"))
    )
    assert [one.code for one in found] == ["SCH001"]


def test_a_scheme_is_only_made_of_what_is_understood() -> None:
    with pytest.raises(GuantongError) as caught:
        to_scheme(document(MANY).manifest, document(MANY).catalog, "")
    assert str(caught.value) == (
        "UNKNOWN_CODE [catalog.toml · groups · 第2行 row 2] 人群“frontlin”不在词表中 / "
        "group 'frontlin' is not in the vocabulary；最接近的值 nearest: frontline"
    )


def test_a_contest_without_a_skill_level_has_a_known_occupation_all_the_same() -> None:
    content = document("SCH205_contest_to_such_a_title").manifest.model_dump(mode="json", by_alias=True)
    content["contest"][0] |= {"occupation": "焊工", "title_level": "assistant"}
    read = document("SCH205_contest_to_such_a_title")
    found = translate(read.manifest.model_validate(content), read.catalog, "").faults
    assert [(one.value, one.error.where and one.error.where.entry) for one in found] == [
        ("焊工", "contest.welding_cup.occupation")
    ]


def test_the_years_of_a_group_are_counted_by_the_rows_floor() -> None:
    read = document("clean_base")
    content = read.manifest.model_dump(mode="json", by_alias=True, exclude_none=True)
    content["group"][0]["requires"] = [{"years": 6, "clause": "第三条"}]
    catalog = read.catalog.model_dump(mode="json", by_alias=True, exclude_none=True)
    changed = SchemeDocument.of({"manifest": content, "catalog": catalog})
    routes = list(bind_scheme(changed.scheme(), packs(), load_vocabulary()))
    assert len(routes) == 2
    for route in routes:
        leaves = list(atoms(route.requires))
        assert not any(isinstance(leaf, RowYears) for leaf in leaves)
        assert 6 in {getattr(leaf, "years", None) for leaf in leaves}
    assert {route.target.level for route in routes} == {Level.INTERMEDIATE, Level.TECHNICIAN}


def test_a_condition_knows_how_much_of_each_evidence_counts() -> None:
    scheme = document("SCH208_sum_within_its_parts").scheme()
    rule = scheme.rows[0].skill_to_title
    assert rule is not None
    (need,) = (atom for atom in atoms(rule.conditions) if isinstance(atom, EvidenceAtLeast))
    assert need.most == (10, 5)
    assert need.counted({"improvements": 2, "patents": 50}) == 7
    assert need.counted({"improvements": 11}) == 10
