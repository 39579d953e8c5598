"""A catalog written as a workbook and read again is the same catalog; the template explains itself."""

import io
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.facts import ContestRank, ContestTier
from core.ladders import SKILL_LEVELS
from core.vocabulary import load_vocabulary
from plugins.artifact import pack_folder, read_artifact
from plugins.catalog_form import CatalogForm
from plugins.document import SchemeDocument
from plugins.workbook.reader import CatalogReading, read_catalog
from plugins.workbook.words import rung
from plugins.workbook.writer import write_catalog, write_template
from tests.plugins.hostile.workbooks import manifest

SCHEMES = Path(__file__).parents[2] / "enterprise_schemes"
MANIFEST = manifest()


def read(data: bytes) -> CatalogReading:
    return read_catalog(data, MANIFEST)


@pytest.mark.parametrize("name", ["lingnan_ship", "yuexiu_rail"])
def test_an_example_scheme_survives_the_way_there_and_back(name: str) -> None:
    artifact = read_artifact(pack_folder(SCHEMES / name / f"scheme_{name}"), "scheme.zip").artifact
    assert artifact is not None
    written = write_catalog(artifact.document)
    reading = read_catalog(written, artifact.document.manifest)
    assert reading.findings == ()
    assert reading.form == artifact.document.catalog
    assert written == write_catalog(artifact.document)


TEXTS = (
    st.text("第条（）一二三abc -/·，。", min_size=1, max_size=12)
    .map(str.strip)
    .filter(lambda t: t not in ("", "-", "/", "--"))
)
CLAUSES = {"clause": TEXTS}
EVIDENCE = st.fixed_dictionaries(
    {"evidence": st.just(["improvements"]), "at_least": st.integers(1, 99), "zh": TEXTS, "en": TEXTS, **CLAUSES}
)
CONTEST = st.fixed_dictionaries(
    {
        "contest_tiers": st.lists(st.sampled_from(ContestTier), min_size=1, max_size=3, unique=True),
        "contest_rank": st.sampled_from(ContestRank),
        **CLAUSES,
    }
)
YEARS = st.fixed_dictionaries({"years": st.integers(0, 40), **CLAUSES})
ATOMS = EVIDENCE | CONTEST | YEARS
ALLS = st.fixed_dictionaries({"all": st.lists(ATOMS, min_size=2, max_size=3)})
ANYS = st.fixed_dictionaries({"any": st.lists(ATOMS | ALLS, min_size=2, max_size=3)})
NESTED = st.fixed_dictionaries({"all": st.lists(ATOMS | ANYS, min_size=2, max_size=3)})
RULES = st.fixed_dictionaries(
    CLAUSES, optional={"years": st.integers(0, 40), "requires": st.lists(ATOMS | ANYS | NESTED, max_size=3)}
)
VOCABULARY = load_vocabulary()
DAYS = st.dates(date(2000, 1, 1), date(2100, 1, 1))


@st.composite
def catalogs(draw: Any) -> CatalogForm:
    """Catalogs of any rows over the whole vocabulary."""
    specialties = sorted(VOCABULARY.specialties)
    numbers = draw(st.lists(st.integers(1, 9999), min_size=1, max_size=4, unique=True))
    codes = st.sampled_from(sorted(VOCABULARY.occupations))
    content = []
    for number in numbers:
        series, specialty = draw(st.sampled_from(specialties))
        row = st.fixed_dictionaries(
            {
                "number": st.just(number),
                "occupation": codes,
                "skill_level": st.sampled_from([rung(level) for level in SKILL_LEVELS]),
                "series": st.just(series),
                "specialty": st.just(specialty),
                "title_level": st.sampled_from(
                    ["staff", "assistant", "intermediate", "associate_senior", "full_senior"]
                ),
                "related": st.lists(codes, max_size=3),
                "groups": st.sampled_from([[], ["line"]]),
                "dual_certificate": st.booleans(),
                "dual_track": st.booleans(),
            },
            optional={"trade": TEXTS, "from": DAYS, "until": DAYS, "skill_to_title": RULES, "title_to_skill": RULES},
        )
        content.append(draw(row))
    return CatalogForm.model_validate({"row": content})


@settings(max_examples=60, deadline=None)
@given(catalogs())
def test_any_catalog_survives_the_way_there_and_back(catalog: CatalogForm) -> None:
    reading = read(write_catalog(SchemeDocument(MANIFEST, catalog)))
    assert reading.findings == ()
    assert reading.form == catalog


def test_what_an_author_wrote_never_becomes_a_formula() -> None:
    catalog = CatalogForm.model_validate(
        {"row": [{**one_row(), "trade": "=1+1", "skill_to_title": {"clause": '=HYPERLINK("http://example.org")'}}]}
    )
    written = write_catalog(SchemeDocument(MANIFEST, catalog))
    sheet = openpyxl.load_workbook(io.BytesIO(written)).worksheets[0]
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} == {"s", "n"}
    assert read(written).form == catalog


def one_row() -> dict[str, Any]:
    return {
        "number": 1,
        "occupation": "6-18-02-04",
        "skill_level": "technician",
        "series": "engineering",
        "specialty": "mechanical",
        "title_level": "intermediate",
    }


def test_the_template_has_lists_to_choose_from_and_explains_itself() -> None:
    written = openpyxl.load_workbook(io.BytesIO(write_template(MANIFEST)))
    sheet = written["对应关系目录"]
    assert [sheet.cell(2, c).value for c in (1, 5)] == ["序号\nNo.", "技能等级\nSkill level"]
    offered = {str(rule.sqref): rule.formula1 for rule in sheet.data_validations.dataValidation}
    assert offered["E3:E202"] == "词表!$A$1:$A$8"
    assert [cell.value for cell in written["词表"]["A"]][:8] == [VOCABULARY.levels[one].name.zh for one in SKILL_LEVELS]
    told = {row[0].value: row[1].value for row in written["说明"].iter_rows()}
    assert told["improvements"] == "工艺改进（项）"
    assert told["竞赛 competition"] == "竞赛（全国技能大赛、世界技能大赛）≥ 优胜奖"
    assert [one.code for one in read(write_template(MANIFEST)).findings] == ["WBK007"]
