"""The schemes that are shipped: they build into wheels that are accepted; the template is, once it is filled in."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hatchling.builders.wheel import WheelBuilder

from core.ladders import RANK, Ladder, Level
from core.services.verifier import Surroundings
from core.vocabulary import load_vocabulary
from plugins.artifact import ArtifactKind
from plugins.document import read_folder
from plugins.intake import take_in
from plugins.verifier import ReadArtifact, SchemeVerifier
from server.documents import ROOT
from tests.plugins.test_verifier import around

pytestmark = pytest.mark.anyio
SCHEMES = ROOT / "enterprise_schemes"
SHIP = SCHEMES / "lingnan_ship" / "scheme_lingnan_ship"
TEMPLATE = SCHEMES / "_template"
VERIFIER = SchemeVerifier(load_vocabulary())


def built(project: Path, into: Path) -> Path:
    """The wheel of a project, built as its author would."""
    copy = shutil.copytree(project, into / "project")
    return Path(next(WheelBuilder(str(copy)).build(directory=str(into))))


async def codes(read: ReadArtifact) -> tuple[bool, list[str]]:
    known = around()
    at_home = Surroundings.without_records(known.policy, known.vocabulary, known.day)
    verdict = await VERIFIER.verify(read, at_home)
    return verdict.accepted, [str(one["code"]) for one in verdict.findings if one["severity"] != "notice"]


@pytest.mark.parametrize("key", ["lingnan_ship", "yuexiu_rail"])
async def test_an_example_builds_into_a_wheel_that_is_accepted(key: str, tmp_path: Path) -> None:
    taken = take_in(built(SCHEMES / key, tmp_path))
    read = VERIFIER.read(taken.content, taken.filename)
    artifact = read.reading.artifact if read.reading else None
    assert artifact is not None, read.reading
    assert (artifact.kind, artifact.distribution, read.key) == (
        ArtifactKind.WHEEL,
        f"scheme-{key.replace('_', '-')}",
        key,
    )
    assert artifact.cases is not None
    assert await codes(read) == (True, [])


def fillings() -> Iterator[tuple[str, str]]:
    yield 'enterprise = "请填写"', 'enterprise = "91990000MA0EXTJ012"'
    yield 'industry_authority = ""', 'industry_authority = "工业和信息化主管部门（示例）"'


async def test_the_template_asks_for_what_has_to_be_filled_in_and_for_nothing_else(tmp_path: Path) -> None:
    taken = take_in(TEMPLATE)
    assert await codes(VERIFIER.read(taken.content, taken.filename)) == (False, ["SCH103", "SCH107"])
    copy = shutil.copytree(TEMPLATE, tmp_path / "copy")
    manifest = copy / "scheme_my_enterprise" / "scheme.toml"
    text = manifest.read_text("utf-8")
    for before, after in fillings():
        assert before in text
        text = text.replace(before, after)
    manifest.write_text(text, "utf-8")
    taken = take_in(copy)
    assert await codes(VERIFIER.read(taken.content, taken.filename)) == (True, [])
    wheel = take_in(built(copy, tmp_path / "built"))
    assert await codes(VERIFIER.read(wheel.content, wheel.filename)) == (True, [])


def test_the_shipyard_s_catalog_is_a_workbook_of_a_real_size() -> None:
    rows = read_folder(SHIP).catalog.row
    vocabulary = load_vocabulary()
    assert (SHIP / "catalog.xlsx").exists()
    assert len(rows) >= 30
    assert {row.occupation for row in rows} <= vocabulary.occupations.keys()
    assert len({row.occupation for row in rows}) >= 7
    assert {row.series for row in rows} == {"engineering"}
    assert {row.specialty for row in rows} == {"ship_and_ocean", "mechanical", "electrical"}
    assert sum(row.skill_to_title is not None for row in rows) == len(rows)
    assert sum(row.title_to_skill is not None for row in rows) >= 20
    assert any(row.dual_certificate for row in rows)
    assert any(row.dual_track for row in rows)


def test_the_shipyard_reaches_the_top_of_both_ladders_and_scores_from_evidence() -> None:
    scheme = read_folder(SHIP).scheme()
    levels = {target.level for row in scheme.rows for target in (row.skill, row.title)}
    assert max(RANK[level] for level in levels if level.ladder is Ladder.SKILL) == RANK[Level.CHIEF_TECHNICIAN]
    assert max(RANK[level] for level in levels if level.ladder is Ladder.TITLE) == RANK[Level.FULL_SENIOR]
    assert [criterion.key for criterion in scheme.criteria if criterion.table] == ["problem_solving"]
    assert {link.kind.value for link in scheme.links} == {"training", "use", "treatment"}
