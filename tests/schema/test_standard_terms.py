"""The table of standard terms: each name of ours is in the schema, each of theirs as the standard writes it."""

import re
from pathlib import Path

import pytest

from schema import standard_terms as module
from schema.standard_terms import StandardTerm, standard_terms, term_rows

OPEN_BADGES = re.compile(r"[A-Za-z]+(\.[a-z]+)?|(achievementType|resultType) (ext:)?[A-Z][A-Za-z]+")


def test_every_name_of_ours_is_in_the_schema_with_its_chinese() -> None:
    rows = list(term_rows())
    assert len(rows) == len(standard_terms()) > 25
    assert [ours for ours, chinese, *_ in rows if not re.search(r"[\u4e00-\u9fff]", chinese)] == []
    assert ("`Evaluation.scores`", "评分", "", "`result`", "") in rows


def test_nothing_is_said_twice() -> None:
    names = [one.ours for one in standard_terms()]
    assert sorted(set(names)) == sorted(names)


def test_terms_of_open_badges_are_such() -> None:
    names = {name for one in standard_terms() for name in one.open_badges}
    assert [name for name in names if not OPEN_BADGES.fullmatch(name)] == []


@pytest.mark.parametrize("ours", ["Person.shoeSize", "Shoe", "Shoe.size"])
def test_a_name_that_is_not_in_the_schema_is_told(ours: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "terms.toml"
    file.write_text(f'[[term]]\nours = "{ours}"\nctdl = ["ceterms:Occupation"]\n', "utf-8")
    monkeypatch.setattr(module, "FILE", file)
    with pytest.raises(ValueError, match=re.escape(f"schema/standard_terms.toml: {ours} is not in the schema")):
        list(term_rows())


@pytest.mark.parametrize("ctdl", [[], ["Occupation"], ["ceterms:"], ["schema:Occupation"]])
def test_a_term_is_of_a_standard(ctdl: list[str]) -> None:
    with pytest.raises(ValueError, match="1 validation error"):
        StandardTerm.model_validate({"ours": "Occupation", "ctdl": ctdl})
