"""From an uploaded wheel to its points: what was hashed is what runs."""

import pytest

from plugins.artifact import Artifact, read_artifact
from plugins.jail.call import Asked, Hook
from plugins.jail.opening import open_jail
from plugins.jailed import call_of, code_of, name_of
from tests.plugins.hostile import wheels
from tests.plugins.jail.calls import PATIENT

pytestmark = pytest.mark.anyio
ASKED = (Asked({"improvements": 3}, "innovation"),)
SCORER = """
from plugins.api import CriterionPoints, hookimpl
from scheme_tiny_works.tables import TABLE

@hookimpl
def guantong_score(criterion, evidence):
    return CriterionPoints(criterion, TABLE[evidence["improvements"]])
"""


def wheel(table: str) -> Artifact:
    data = wheels.wheel({f"{wheels.PACKAGE}/__init__.py": SCORER, f"{wheels.PACKAGE}/tables.py": table})
    artifact = read_artifact(data, wheels.NAME).artifact
    assert artifact is not None
    return artifact


async def test_the_bytes_that_were_hashed_are_the_bytes_that_run() -> None:
    one, other = wheel("TABLE = (0, 10, 20, 30)"), wheel("TABLE = (0, 10, 20, 31)")
    assert name_of(one).digest == one.digest != other.digest
    async with open_jail(PATIENT) as jail:
        found = [await jail.run(call_of(artifact, Hook.SCORE, ASKED)) for artifact in (one, other)]
    assert [result.points for result in found] == [(30,), (31,)]
    codes = [code_of(artifact) for artifact in (one, other)]
    assert [result.code for result in found] == [code.digest for code in codes if code]
    assert found[0].code != found[1].code
    assert str(name_of(one)) == f"scheme-tiny-works 1.0.0 ({one.digest})"


def test_what_comes_without_a_wheel_has_no_code() -> None:
    artifact = read_artifact(wheels.bundle(), wheels.BUNDLE).artifact
    assert artifact is not None
    assert code_of(artifact) is None
    with pytest.raises(ValueError, match=r"scheme\.zip holds no code that could be called"):
        call_of(artifact, Hook.SCORE, ASKED)
