"""A clone is a draft that the check accepts once what it asks for is filled in, and not before."""

import asyncio
import io
import tomllib
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from core.models import ReplicablePart
from core.policy.load import load_packs
from core.services.verifier import Surroundings
from core.vocabulary import load_vocabulary
from plugins.cloning import Clone, NewOwner, clone
from plugins.document import SchemeDocument, read_folder
from plugins.findings import Finding, Severity
from plugins.intake import take_in
from plugins.manifest import Manifest
from plugins.toml_writing import toml_of
from plugins.verifier import SchemeVerifier
from server.documents import ROOT

EXAMPLES = ROOT / "enterprise_schemes"
DAY = date(2026, 11, 26)
OWNER = NewOwner(
    "91990000MA0EXTM039", "珠江电气示例企业", "Zhujiang example electric company", "zhujiang_new", DAY, True
)
ALL = frozenset(ReplicablePart)
P = ReplicablePart


def source(name: str) -> SchemeDocument:
    return read_folder(EXAMPLES / name / f"scheme_{name}")


def unpacked(made: Clone, folder: Path) -> Path:
    with zipfile.ZipFile(io.BytesIO(made.zipped("scheme_zhujiang_new"))) as archive:
        archive.extractall(folder)
    return folder / "scheme_zhujiang_new"


def checked(folder: Path) -> list[Finding]:
    """What ``guantong schemes check`` finds."""
    vocabulary = load_vocabulary()
    taken = take_in(folder, None)
    verifier = SchemeVerifier(vocabulary)
    around = Surroundings.without_records(load_packs(), vocabulary, DAY)
    verdict = asyncio.run(verifier.verify(verifier.read(taken.content, taken.filename), around))
    return [Finding.from_json(one) for one in verdict.findings]


def errors(folder: Path) -> set[tuple[str, str | None]]:
    return {(one.code, one.place.entry) for one in checked(folder) if one.severity is Severity.ERROR}


def test_a_whole_clone_lacks_the_authority_and_nothing_else(tmp_path: Path) -> None:
    made = clone(source("lingnan_ship"), ALL, OWNER)
    folder = unpacked(made, tmp_path)
    assert {code for code, _ in errors(folder)} == {"SCH107"}, "the authority is unnamed"
    text = (folder / "scheme.toml").read_text(encoding="utf-8")
    (folder / "scheme.toml").write_text(
        text.replace('industry_authority = ""', 'industry_authority = "工业和信息化主管部门（示例）"'), encoding="utf-8"
    )
    assert errors(folder) == set()
    again, first = read_folder(folder), source("lingnan_ship")
    assert len(again.catalog.row) == len(first.catalog.row)
    assert again.manifest.criterion == first.manifest.criterion
    assert again.manifest.group == first.manifest.group
    assert (again.manifest.contest, again.manifest.link, again.manifest.fact) == ([], [], [])
    assert again.manifest.scheme.enterprise == OWNER.uscc
    assert again.manifest.scheme.document == "请填写"


def test_python_is_not_cloned_and_that_is_told(tmp_path: Path) -> None:
    made = clone(source("yuexiu_rail"), ALL, OWNER)
    folder = unpacked(made, tmp_path)
    assert {path.name for path in folder.iterdir()} == {"scheme.toml", "catalog.xlsx", "README.md"}
    told = [one.en for one in made.to_fill_in]
    assert any(
        one == "criterion 'Passing on skills' was scored by the scheme's own Python, which is not cloned: assessors "
        "score it now, or declare another way"
        for one in told
    )
    assert {code for code, _ in errors(folder)} == {"SCH107"}
    teaching = next(one for one in read_folder(folder).manifest.criterion if one.key == "teaching")
    assert teaching.scoring is None


@pytest.mark.parametrize(
    "parts", [{P.STANDARDS}, {P.PROCESS}, {P.GROUPS}, {P.CATALOG, P.GROUPS}, {P.STANDARDS, P.PROCESS}]
)
def test_parts_bring_what_they_name_and_say_what_is_missing(parts: set[ReplicablePart], tmp_path: Path) -> None:
    first = source("lingnan_ship").manifest
    made = clone(source("lingnan_ship"), parts, OWNER)
    manifest = Manifest.model_validate(tomllib.loads(made.files["scheme.toml"].decode()))
    assert bool(manifest.criterion) is (P.STANDARDS in parts)
    assert bool(manifest.process) is (P.PROCESS in parts)
    assert bool(manifest.group) is (P.GROUPS in parts)
    declared = {one.key for one in manifest.evidence}
    assert declared <= {one.key for one in first.evidence}
    if P.GROUPS in parts:
        assert {"frontline_months", "technical_post_months"} <= declared
    missing = [one for one in made.to_fill_in if "not replicable" in one.en]
    assert len(missing) == len(ALL - parts)
    assert "SCH110" not in {code for code, _ in errors(unpacked(made, tmp_path))}, "evidence is declared"


def test_the_same_clone_is_the_same_file() -> None:
    one, same = (clone(source("lingnan_ship"), ALL, OWNER).zipped("a") for _ in range(2))
    assert one == same


@pytest.mark.parametrize(
    "value",
    [
        'a "quoted" \\ text',
        "两\n行",
        "\u007f\u0001",
        "",
        0,
        -3,
        True,
        date(2026, 2, 28),
        ["a", ["b"]],
        [{"a": [{"b": 1}]}],
    ],
)
def test_what_is_written_reads_the_same(value: Any) -> None:
    content = {"plain": 1, "table": {"deep": {"value": value}}, "rows": [{"value": value}, {"value": [value]}]}
    assert tomllib.loads(toml_of(content, {"table.deep": "a comment"})) == content
