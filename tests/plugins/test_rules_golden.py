"""The example enterprises' schemes are clean, with no other authority than the demonstration gives them; and quick."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from core.dates import Period
from core.eligibility.blocks import Authority, Employer
from core.ladders import Level
from core.policy.load import load_packs
from core.services.verifier import Surroundings
from core.vocabulary import load_vocabulary
from plugins.intake import take_in
from plugins.rules import verify
from plugins.verifier import SchemeVerifier
from server.documents import ROOT

pytestmark = pytest.mark.anyio
CITY = tomllib.loads((ROOT / "server" / "demonstration" / "city.toml").read_text("utf-8"))
ENTERPRISES = {one["key"]: one for one in CITY["enterprise"]}
SCHEMES = sorted(path.parent for path in (ROOT / "enterprise_schemes").glob("[a-z]*/scheme_*/scheme.toml"))


def employer(form: dict[str, Any]) -> Employer:
    """The enterprise as the demonstration tells it."""
    authorities = tuple(
        Authority(scope, Level(f"{ladder}:{highest}"), Period(since))
        for ladder, given in (("title", form["title_authority"]), ("skill", form["skill_authority"]))
        for scope, highest, since in given
    )
    return Employer(form["uscc"], (Period(form["listed"]["from"]),), authorities, ())


@pytest.mark.parametrize("folder", SCHEMES, ids=lambda path: path.parent.name)
async def test_an_example_scheme_is_clean(folder: Path) -> None:
    verifier = SchemeVerifier(load_vocabulary())
    taken = take_in(folder)
    candidate = verifier.read(taken.content, taken.filename)
    assert candidate.scheme is not None
    around = Surroundings(
        employer(ENTERPRISES[folder.parent.name]), {}, load_packs(), load_vocabulary(), candidate.scheme.period.start
    )
    verdict = await verifier.verify(candidate, around)
    assert verdict.findings == ()
    assert verdict.accepted


def test_there_are_example_schemes() -> None:
    assert {folder.parent.name for folder in SCHEMES} >= {"lingnan_ship", "yuexiu_rail"}


def test_five_hundred_rows_have_the_findings_that_were_planted() -> None:
    from bench.verification import document, subject

    read = document(500)
    found = verify(subject(read))
    assert len(read.catalog.row) == 500
    assert {one.code for one in found} == {"SCH201", "SCH212", "SCH314"}


def test_the_bench_asks_z3_the_same_questions() -> None:
    from bench.verification import by_proof, by_z3, document, subject

    at = subject(document(24))
    assert by_proof(at) == by_z3(at)
