"""What an author may point at, and that each of it amounts to the upload it should."""

import io
import re
import shutil
import zipfile
from pathlib import Path

import pytest

from core.errors import GuantongError
from core.vocabulary import load_vocabulary
from plugins.artifact import pack_folder, pack_pair
from plugins.intake import take_in
from plugins.verifier import SchemeVerifier
from server.documents import ROOT

RAIL = ROOT / "enterprise_schemes" / "yuexiu_rail"
DATA = ROOT / "enterprise_schemes" / "lingnan_ship"
SHIP = ROOT / "enterprise_schemes" / "lingnan_ship" / "scheme_lingnan_ship"


def names_in(content: bytes) -> list[str]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return archive.namelist()


def digest(content: bytes, filename: str) -> str:
    return SchemeVerifier(load_vocabulary()).read(content, filename).digest


def test_a_folder_is_the_zip_that_is_registered() -> None:
    taken = take_in(SHIP)
    assert taken.filename == "scheme_lingnan_ship.zip"
    assert taken.content == pack_folder(SHIP)
    assert names_in(taken.content)[:2] == ["scheme.toml", "catalog.xlsx"]


def test_a_distribution_s_folder_is_that_of_its_scheme() -> None:
    taken = take_in(DATA)
    assert taken.content == take_in(SHIP).content
    assert taken.filename == "scheme_lingnan_ship.zip"


def test_a_folder_whose_scheme_runs_python_is_put_together_as_its_wheel() -> None:
    taken = take_in(RAIL)
    assert taken.content == take_in(RAIL / "scheme_yuexiu_rail").content
    assert (taken.filename, taken.left_out) == ("scheme_yuexiu_rail-1.0.0-py3-none-any.whl", ())
    read = SchemeVerifier(load_vocabulary()).read(taken.content, taken.filename)
    assert read.reading is not None
    assert read.reading.findings == ()
    assert read.reading.artifact is not None
    assert list(read.reading.artifact.sources) == ["scheme_yuexiu_rail/__init__.py"]


def test_a_wheel_cannot_be_put_together_from_a_project_that_does_not_name_itself(tmp_path: Path) -> None:
    folder = shutil.copytree(RAIL, tmp_path / "project")
    (folder / "pyproject.toml").write_text("[project]\nname = 'scheme-yuexiu-rail'\n", "utf-8")
    with pytest.raises(GuantongError, match=r"须写明 project\.name、version 与 entry-points\.“guantong\.schemes”"):
        take_in(folder)


def test_what_a_zip_does_not_carry_is_named(tmp_path: Path) -> None:
    folder = shutil.copytree(SHIP, tmp_path / "scheme")
    (folder / "scoring.py").write_text("raise SystemExit\n", "utf-8")
    (folder / "__pycache__").mkdir(exist_ok=True)
    (folder / "__pycache__" / "scoring.pyc").write_bytes(b"")
    assert take_in(folder).left_out == ("__init__.py", "scoring.py")


def test_a_workbook_and_its_manifest_are_the_pair(tmp_path: Path) -> None:
    workbook, manifest = tmp_path / "我的目录.xlsx", tmp_path / "scheme.toml"
    shutil.copy(SHIP / "catalog.xlsx", workbook)
    shutil.copy(SHIP / "scheme.toml", manifest)
    taken = take_in(workbook, manifest)
    assert taken.filename == "scheme.zip"
    assert taken.content == pack_pair(manifest.read_bytes(), workbook.read_bytes())
    assert digest(taken.content, taken.filename) == digest(pack_folder(SHIP), "other.zip")


def test_a_catalog_in_toml_may_lie_elsewhere_as_well(tmp_path: Path) -> None:
    catalog = tmp_path / "rows.toml"
    shutil.copy(RAIL / "scheme_yuexiu_rail" / "catalog.toml", catalog)
    taken = take_in(catalog, RAIL / "scheme_yuexiu_rail" / "scheme.toml")
    folder = shutil.copytree(RAIL / "scheme_yuexiu_rail", tmp_path / "alone")
    assert digest(taken.content, taken.filename) == digest(take_in(folder).content, "x.zip")


def test_a_file_is_taken_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "scheme_x-1.0.0-py3-none-any.whl"
    file.write_bytes(b"whatever it holds")
    taken = take_in(file)
    assert (taken.filename, taken.content, taken.left_out) == (file.name, b"whatever it holds", ())


def test_what_cannot_be_taken_says_what_would_be_right(tmp_path: Path) -> None:
    with pytest.raises(GuantongError, match=re.escape("give that by --manifest")) as alone:
        take_in(SHIP / "catalog.xlsx")
    assert alone.value.code == "BAD_FILE"
    assert "请用 --manifest 指明" in str(alone.value)
    with pytest.raises(GuantongError, match=r"there is no scheme\.toml in the folder or right below it"):
        take_in(tmp_path)
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "scheme.toml").write_text("", "utf-8")
    with pytest.raises(GuantongError, match=r"文件夹及其下一层有多个 scheme\.toml"):
        take_in(tmp_path)
    with pytest.raises(GuantongError, match=r"absent\.zip\] 无法读取：No such file"):
        take_in(tmp_path / "absent.zip")
