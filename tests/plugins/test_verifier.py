"""The platform's verifier: what it makes of a file, and what it says of it."""

import io
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from core.dates import Period
from core.eligibility.blocks import Authority, Employer
from core.ladders import Level
from core.policy.load import load_packs
from core.services.verifier import Candidate, Surroundings, Verifier
from core.vocabulary import load_vocabulary
from core.vocabulary.occupation_files import read_occupations
from plugins.artifact import pack_folder
from plugins.document import read_folder
from plugins.verifier import SchemeVerifier

pytestmark = pytest.mark.anyio
ROOT = Path(__file__).parents[2]
BROKEN = ROOT / "tests" / "broken_schemes"
SHIP = ROOT / "enterprise_schemes" / "lingnan_ship" / "scheme_lingnan_ship"
USCC = "91990000MA0EXTJ012"
VERIFIER: Verifier = SchemeVerifier(load_vocabulary())


def around(**given: Any) -> Surroundings:
    """An enterprise on the list with every authority, unless told."""
    always = Period(date(2010, 1, 1))
    authorities = (
        Authority(None, Level.CHIEF_TECHNICIAN, always),
        Authority(None, Level.FULL_SENIOR, always),
    )
    employer = Employer(USCC, (Period(date(2026, 1, 15)),), authorities, ())
    values = {"employer": employer, "keys": {}, "policy": load_packs(), "vocabulary": load_vocabulary()}
    return Surroundings(**{**values, "day": date(2026, 2, 20), **given})


async def codes(candidate: Candidate, **given: Any) -> tuple[bool, list[str]]:
    verdict = await VERIFIER.verify(candidate, around(**given))
    return verdict.accepted, [str(finding["code"]) for finding in verdict.findings]


async def test_a_sound_scheme_is_read_whole_and_accepted() -> None:
    found = VERIFIER.read(pack_folder(BROKEN / "clean_base"), "scheme.zip")
    document = read_folder(BROKEN / "clean_base")
    assert (found.key, found.version, found.enterprise, found.contract) == ("tiny_works", "1.0.0", USCC, "1.0")
    assert (found.document, found.digest) == (document.canonical(), document.digest)
    assert found.scheme == document.scheme()
    assert found.distribution is None
    assert await codes(found) == (True, [])


async def test_the_same_content_has_one_digest_however_it_was_packed() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in ("catalog.toml", "scheme.toml"):
            archive.writestr(f"folder/{name}", (BROKEN / "clean_base" / name).read_bytes())
    one = VERIFIER.read(pack_folder(BROKEN / "clean_base"), "scheme.zip")
    assert VERIFIER.read(packed.getvalue(), "other name.zip").digest == one.digest


async def test_what_is_around_a_scheme_decides_as_well() -> None:
    found = VERIFIER.read(pack_folder(BROKEN / "clean_base"), "scheme.zip")
    assert await codes(found, employer=None) == (False, ["SCH104"])
    assert await codes(found, keys={"tiny_works": "另一企业"}) == (False, ["SCH102"])


async def test_a_broken_rule_rejects_and_names_the_place() -> None:
    folder = next(path for path in BROKEN.iterdir() if path.name.startswith("SCH201_"))
    found = VERIFIER.read(pack_folder(folder), "scheme.zip")
    assert found.scheme is not None
    verdict = await VERIFIER.verify(found, around())
    assert not verdict.accepted
    assert verdict.findings[0]["place"]["file"] == "catalog.toml"
    assert verdict.findings[0]["place"]["row"] == 1


async def test_what_is_not_understood_is_no_scheme_but_is_verified_all_the_same() -> None:
    folder = BROKEN / "SCH001_unknown_occupation"
    found = VERIFIER.read(pack_folder(folder), "scheme.zip")
    assert (found.key, found.scheme, found.document) == ("tiny_works", None, None)
    accepted, said = await codes(found)
    assert not accepted
    assert "SCH001" in said


async def test_warnings_do_not_reject() -> None:
    folder = next(path for path in BROKEN.iterdir() if path.name.startswith("SCH106_"))
    assert await codes(VERIFIER.read(pack_folder(folder), "scheme.zip")) == (True, ["SCH106"])


async def test_findings_on_a_workbook_name_its_cells() -> None:
    found = VERIFIER.read(pack_folder(SHIP), "ship.zip")
    verdict = await VERIFIER.verify(found, around(employer=Employer(USCC, (), (), ()), day=date(2026, 3, 1)))
    placed = [finding["place"] for finding in verdict.findings if finding["place"]["row"] is not None]
    assert placed
    assert all(place["file"] == "catalog.xlsx" and "!" in place["cell"] for place in placed)


@pytest.mark.parametrize(
    ("content", "filename"),
    [(b"", "scheme.zip"), (b"PK\x03\x04", "scheme.zip"), (b"\x00" * 100, "scheme.whl"), (b"x", "方案.docx")],
)
async def test_nothing_that_is_uploaded_makes_it_fail(content: bytes, filename: str) -> None:
    found = VERIFIER.read(content, filename)
    assert (found.scheme, found.document, found.key) == (None, None, None)
    accepted, said = await codes(found)
    assert not accepted
    assert said


async def test_only_what_it_has_read_itself_is_verified() -> None:
    with pytest.raises(TypeError, match="a verifier verifies what it has read itself"):
        await VERIFIER.verify(Candidate(digest="0" * 64), around())


async def test_an_occupation_that_the_bureau_imported_is_known(tmp_path: Path) -> None:
    for name in ("scheme.toml", "catalog.toml"):
        text = (BROKEN / "clean_base" / name).read_text("utf-8")
        (tmp_path / name).write_text(text.replace("6-18-02-04", "6-18-02-77"), "utf-8")
    classification = tmp_path / "occupations.csv"
    classification.write_text("职业编码,职业名称\n6-18-02-77,示例焊接工\n", "utf-8")
    vocabulary = load_vocabulary(read_occupations(classification).rows)
    content = pack_folder(tmp_path)
    assert VERIFIER.read(content, "scheme.zip").scheme is None
    found = SchemeVerifier(vocabulary).read(content, "scheme.zip")
    assert found.scheme is not None
    assert found.scheme == read_folder(tmp_path).scheme(vocabulary)
    verdict = await SchemeVerifier(vocabulary).verify(found, around(vocabulary=vocabulary))
    assert "SCH001" not in [one["code"] for one in verdict.findings]
