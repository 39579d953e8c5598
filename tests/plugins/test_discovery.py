"""Installed schemes: found by metadata and read as data, each broken one with the reason, none of them imported."""

import json
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from core.vocabulary import load_vocabulary
from plugins.archive import Limits
from plugins.discovery import NEVER, Installed, installed
from plugins.verifier import SchemeVerifier
from tests.plugins.broken import FOLDER
from tests.plugins.hostile import wheels as w

CLEAN = FOLDER / "clean_with_cases"
TRAP = "raise SystemExit('imported')\n"


def contents(**changes: str | None) -> dict[str, bytes]:
    """The files of the clean scheme's wheel, its package a trap; ``changes`` by path with ``__`` for ``/``."""
    parts = {path: (CLEAN / path).read_text("utf-8") for path in ("scheme.toml", "catalog.toml", "tests/cases.toml")}
    given: dict[str, str | bytes | None] = {f"{w.PACKAGE}/{path}": text for path, text in parts.items()}
    given[f"{w.PACKAGE}/__init__.py"] = TRAP
    return w.files({**given, **{path.replace("__", "/"): text for path, text in changes.items()}})


def install(site: Path, files: Mapping[str, bytes], info: str = w.INFO, record: bool = True) -> Path:
    """A distribution in a site folder, as an installer leaves it."""
    whole = {**files, f"{info}/INSTALLER": b"pip\n", f"{info}/REQUESTED": b""}
    if record:
        whole[f"{info}/RECORD"] = (
            f"{w.record(whole, info)}{w.PACKAGE}/__pycache__/__init__.cpython-311.pyc,,\n".encode()
        )
    for path, data in whole.items():
        (site / path).parent.mkdir(parents=True, exist_ok=True)
        (site / path).write_bytes(data)
    return site


def found_in(site: Path) -> Installed:
    (one,) = installed([str(site)])
    return one


def test_an_installed_scheme_is_its_wheel_and_nothing_of_it_is_imported(tmp_path: Path) -> None:
    one = found_in(install(tmp_path, contents()))
    assert (one.name, one.distribution, one.version, one.fault) == ("tiny_works", "scheme-tiny-works", "1.0.0", None)
    assert one.filename == w.NAME
    verifier = SchemeVerifier(load_vocabulary())
    wheel = {path: data.decode() for path, data in contents().items()}
    candidate = verifier.read(one.content or b"", one.filename)
    assert candidate.scheme is not None, candidate
    assert candidate.digest == verifier.read(w.wheel({**wheel}), w.NAME).digest
    assert w.PACKAGE not in sys.modules


def test_others_are_no_schemes(tmp_path: Path) -> None:
    other = contents() | {f"{w.INFO}/entry_points.txt": b"[console_scripts]\nx = y:z\n"}
    assert installed([str(install(tmp_path, other))]) == []
    assert installed([str(tmp_path / "nothing")]) == []


def test_what_is_installed_for_editing_is_read_where_it_is_edited(tmp_path: Path) -> None:
    project, site = tmp_path / "中文 project" / "src", tmp_path / "site"
    package = {path: data for path, data in contents().items() if path.startswith(w.PACKAGE)}
    for path, data in {**package, f"{w.PACKAGE}/__pycache__/x.pyc": b"bytecode"}.items():
        (project / path).parent.mkdir(parents=True, exist_ok=True)
        (project / path).write_bytes(data)
    told = {"url": (tmp_path / "中文 project").as_uri(), "dir_info": {"editable": True}}
    info = {path: data for path, data in contents().items() if path.startswith(w.INFO)}
    note = {f"{w.INFO}/direct_url.json": json.dumps(told).encode(), "_scheme.pth": str(project).encode()}
    one = found_in(install(site, info | note))
    assert one.fault is None
    candidate = SchemeVerifier(load_vocabulary()).read(one.content or b"", one.filename)
    assert (candidate.key, candidate.scheme is not None) == ("tiny_works", True)
    told["url"] = (tmp_path / "gone").as_uri()
    (site / w.INFO / "direct_url.json").write_text(json.dumps(told), "utf-8")
    gone = found_in(site)
    assert gone.content is None
    assert gone.fault is not None
    assert gone.fault.en == f"there is no package {w.PACKAGE} in {tmp_path / 'gone'}"


@pytest.mark.parametrize(
    ("changes", "zh", "en"),
    [
        (
            {f"{w.INFO}/entry_points.txt": "[guantong.schemes]\na = b\nc = d\n"},
            "guantong.schemes 组有 2 个入口点，应恰有一个",
            "2 entry points in group guantong.schemes where one belongs",
        ),
        (
            {f"{w.INFO}/entry_points.txt": "[guantong.schemes\ntiny_works\n"},
            "guantong.schemes 组有 0 个入口点，应恰有一个",
            "0 entry points in group guantong.schemes where one belongs",
        ),
        (
            {f"{w.INFO}/direct_url.json": "no json"},
            "读取时出错（JSONDecodeError）",
            "reading it failed (JSONDecodeError)",
        ),
    ],
)
def test_one_that_cannot_be_read_has_its_reason(tmp_path: Path, changes: dict[str, str], zh: str, en: str) -> None:
    one = found_in(install(tmp_path, contents() | {path: text.encode() for path, text in changes.items()}))
    assert one.content is None
    assert (one.fault and one.fault.zh, one.fault and one.fault.en) == (zh, en)
    assert one.distribution == "scheme-tiny-works"


def test_without_a_record_or_with_a_file_gone_or_too_much(tmp_path: Path) -> None:
    bare = found_in(install(tmp_path / "bare", contents(), record=False))
    assert bare.fault is not None
    assert bare.fault.en == "it has no RECORD; install it by pip"
    site = install(tmp_path / "gone", contents())
    (site / w.MANIFEST).unlink()
    gone = found_in(site)
    assert gone.fault is not None
    assert gone.fault.zh == f"缺少文件 {w.MANIFEST}；请重新安装"
    (one,) = installed([str(install(tmp_path / "large", contents()))], Limits(total=100))
    assert one.fault is not None
    assert one.fault.en == "it has too many files, or too large ones"


def test_a_file_that_runs_at_start_up_is_refused_as_in_any_wheel(tmp_path: Path) -> None:
    one = found_in(install(tmp_path, contents() | {"sprung.pth": b"import os\n"}))
    reading = SchemeVerifier(load_vocabulary()).read(one.content or b"", one.filename).reading
    assert reading is not None
    assert "ART004" in [finding.code for finding in reading.findings]


def test_one_broken_distribution_hides_no_other(tmp_path: Path) -> None:
    site = install(tmp_path, contents())
    other = "scheme_other_works-2.0.0.dist-info"
    metadata = w.METADATA.replace("scheme-tiny-works", "scheme-other-works").replace("1.0.0", "2.0.0").encode()
    broken = {f"{other}/METADATA": metadata, f"{other}/entry_points.txt": b"[guantong.schemes]\n"}
    install(site, broken, other)
    names = [(one.name, one.distribution, one.version, one.fault is None) for one in installed([str(site)])]
    assert names == [("", "scheme-other-works", "2.0.0", False), ("tiny_works", "scheme-tiny-works", "1.0.0", True)]
    assert "never be approved" in NEVER.en
