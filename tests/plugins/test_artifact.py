"""Uploads: sound ones come through whole, hostile ones are refused by code, in both languages, with the remedy."""

import random
import tracemalloc

import pytest

from plugins.artifact import Artifact, ArtifactKind, pack_pair, read_artifact, read_pair
from plugins.findings import Severity
from plugins.refusals import MEANINGS, Refusal
from plugins.workbook.writer import write_catalog
from tests.plugins.hostile import wheels as w
from tests.plugins.hostile.case import Case
from tests.plugins.hostile.cases import BOMBS, CASES


def sound(data: bytes, filename: str = w.NAME) -> Artifact:
    reading = read_artifact(data, filename)
    assert reading.findings == ()
    assert reading.artifact is not None
    return reading.artifact


def test_a_sound_wheel_comes_through_whole() -> None:
    data = w.wheel({f"{w.PACKAGE}/hooks.py": "from plugins.api import scores\nfrom . import other\nimport math\n"})
    artifact = sound(data)
    assert (artifact.kind, artifact.distribution, artifact.version) == (
        ArtifactKind.WHEEL,
        "scheme-tiny-works",
        "1.0.0",
    )
    assert artifact.requires == ("guantong>=0.1",)
    assert artifact.entry_point is not None
    assert (artifact.entry_point.name, artifact.entry_point.package) == ("tiny_works", w.PACKAGE)
    assert list(artifact.sources) == [f"{w.PACKAGE}/__init__.py", f"{w.PACKAGE}/hooks.py"]
    assert artifact.files[w.CATALOG] == w.CATALOG_TOML.encode()
    assert artifact.document.catalog.row[0].occupation == "6-18-02-04"
    with pytest.raises(TypeError):
        artifact.files["x"] = b""  # type: ignore[index]


def test_a_bundle_may_lie_in_a_folder_and_packing_does_not_matter() -> None:
    flat = sound(w.bundle(), w.BUNDLE)
    nested = sound(
        w.packed({"方案/scheme.toml": w.SCHEME_TOML.encode(), "方案/catalog.toml": w.CATALOG_TOML.encode()}), w.BUNDLE
    )
    assert flat.digest == nested.digest == flat.document.digest
    assert flat.sha256 != nested.sha256
    assert flat.distribution is None


def test_the_digest_of_a_wheel_is_that_of_its_content() -> None:
    content = w.files()
    content[f"{w.INFO}/RECORD"] = w.record(content).encode()
    backwards = w.packed(dict(reversed(content.items())), 0)
    assert sound(backwards).digest == sound(w.wheel()).digest
    assert sound(backwards).sha256 != sound(w.wheel()).sha256
    assert sound(w.wheel({w.CATALOG: f"{w.CATALOG_TOML}\n"})).digest != sound(w.wheel()).digest


def test_a_pair_is_a_bundle_of_both() -> None:
    document = sound(w.bundle(), w.BUNDLE).document
    workbook = write_catalog(document)
    reading = read_pair(w.SCHEME_TOML.encode(), workbook)
    assert reading.findings == ()
    assert reading.artifact is not None
    assert reading.artifact.document == document
    assert reading.artifact.digest == document.digest
    assert reading.artifact.cells[1, "skill_level"] == "对应关系目录!E3"
    assert reading.artifact.data == pack_pair(w.SCHEME_TOML.encode(), workbook)


def test_a_wheel_may_carry_its_catalog_as_a_workbook() -> None:
    workbook = write_catalog(sound(w.bundle(), w.BUNDLE).document)
    artifact = sound(w.wheel({w.CATALOG: None, f"{w.PACKAGE}/catalog.xlsx": workbook}))
    assert artifact.document == sound(w.bundle(), w.BUNDLE).document


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_what_is_refused(case: Case) -> None:
    reading = read_artifact(case.data, case.filename, case.limits)
    assert reading.artifact is None
    assert {one.code for one in reading.findings} == case.codes, [str(one) for one in reading.findings]
    assert any(case.says in one.what.zh for one in reading.findings), [str(one) for one in reading.findings]
    for one in reading.findings:
        assert one.place.file
        assert one.what.en.isascii() or one.value is not None
        assert one.severity is Severity.ERROR


def test_there_are_cases_for_every_code_of_an_artifact() -> None:
    tested = {code for case in CASES for code in case.codes}
    assert tested == {code.value for code in Refusal if code.value.startswith("ART")}
    assert len(CASES) >= 100
    assert len({case.name for case in CASES}) == len(CASES)
    assert set(MEANINGS) == set(Refusal)


def test_all_faults_are_collected_and_name_what_they_are_about() -> None:
    data = w.wheel(
        {
            f"{w.INFO}/METADATA": f"{w.METADATA}Requires-Dist: requests\n",
            f"{w.PACKAGE}/run.pth": "import os",
            f"{w.PACKAGE}/hooks.py": "import numpy\n",
            w.MANIFEST: w.SCHEME_TOML.replace('"1.0.0"', '"one"'),
            w.CATALOG: w.CATALOG_TOML.replace("number = 1", "number = 0"),
        }
    )
    reading = read_artifact(data, w.NAME)
    assert sorted(one.code for one in reading.findings) == ["ART004", "ART006", "ART006", "ART017", "ART017"]
    assert {(one.place.distribution, one.place.version) for one in reading.findings} == {("scheme-tiny-works", "1.0.0")}
    assert {one.place.entry for one in reading.findings} == {
        f"{w.INFO}/METADATA",
        f"{w.PACKAGE}/run.pth",
        f"{w.PACKAGE}/hooks.py",
        "scheme.version",
        "row[1].number",
    }


def test_a_finding_in_full() -> None:
    [finding] = read_artifact(w.wheel({f"{w.PACKAGE}/run.pth": "import os"}), w.NAME).findings
    assert str(finding) == (
        "error ART004 [scheme-tiny-works 1.0.0 · scheme_tiny_works-1.0.0-py3-none-any.whl · scheme_tiny_works/run.pth] "
        ".pth 文件会在 Python 启动时运行；请删除 / a .pth file runs whenever Python starts; remove it"
    )


def test_a_refused_file_goes_by_its_own_digest_never_by_that_of_a_sound_one() -> None:
    """A RECORD that was tampered with leaves the content what it was: its refusal must not touch the sound wheel."""
    tampered = w.wheel({f"{w.INFO}/RECORD": "x"})
    assert read_artifact(tampered, w.NAME).digest not in (sound(w.wheel()).digest, sound(w.wheel()).sha256)


def test_so_many_faults_as_somebody_may_read() -> None:
    data = w.wheel({f"{w.PACKAGE}/hooks.py": "".join(f"import m{n}\n" for n in range(3000))})
    findings = read_artifact(data, w.NAME).findings
    assert len(findings) == 1001
    assert findings[-1].what.zh == "另有 2000 项未列出；请先改正以上各项"


@pytest.mark.parametrize("case", BOMBS, ids=lambda case: case.name)
def test_bombs_take_little_memory(case: Case) -> None:
    tracemalloc.start()
    try:
        read_artifact(case.data, case.filename, case.limits)
        assert tracemalloc.get_traced_memory()[1] < 4 * 2**20
    finally:
        tracemalloc.stop()


def test_bytes_changed_at_random_never_raise() -> None:
    chance = random.Random(20260301)
    for _ in range(300):
        data = bytearray(w.wheel() if chance.random() < 0.5 else w.bundle())
        for _ in range(chance.randint(1, 8)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        reading = read_artifact(bytes(data), chance.choice([w.NAME, w.BUNDLE]))
        assert (reading.artifact is None) == any(one.severity is Severity.ERROR for one in reading.findings)
