"""What a scheme does in the jail goes on record; the third time its wheel is kept from running, and nobody else's."""

import asyncio
from pathlib import Path

import pytest
from sqlmodel import select

from core.errors import GuantongError
from core.models import Fault, FaultKind, Quarantine, Wheel
from core.storage.row_scope import EVERY_ROW
from plugins.document import read_folder
from plugins.jail.call import Asked, Call, Code, Hook, SchemeName
from plugins.jail.opening import open_jail
from server.wiring import Parts
from tests.plugins.jail.calls import PATIENT

pytestmark = pytest.mark.anyio
SCHEMES = Path(__file__).parents[2] / "enterprise_schemes"
SHIPYARD = read_folder(SCHEMES / "lingnan_ship/scheme_lingnan_ship").manifest.scheme
SOURCE = """
from plugins.api import CriterionPoints, hookimpl
@hookimpl
def guantong_score(criterion, evidence):
    return CriterionPoints(criterion, {points})
"""


def scoring(digest: str, points: str) -> Call:
    name = SchemeName("lingnan_ship", "scheme-lingnan-ship", "1.0.0", digest)
    code = Code({"scheme_lingnan_ship.py": SOURCE.format(points=points)}, "scheme_lingnan_ship")
    return Call(name, code, Hook.SCORE, (Asked({"improvements": 1}, "innovation"),))


async def test_three_violations_quarantine_the_wheel(parts: Parts) -> None:
    async with parts.database.read(EVERY_ROW) as session:
        wheel = (await session.exec(select(Wheel).where(Wheel.key == "lingnan_ship"))).one()
    hostile = [scoring(wheel.digest, points) for points in ("open('/etc/passwd')", "1 // 0", "-1")]
    async with open_jail(PATIENT, reports=parts.violated) as jail:
        for number, call in enumerate(hostile):
            assert parts.schemes.recorded(SHIPYARD.enterprise, SHIPYARD.from_), f"it ran no longer after {number}"
            honest, fault = await asyncio.gather(
                jail.run(scoring("e" * 64, "7")), jail.run(call), return_exceptions=True
            )
            assert isinstance(fault, GuantongError)
            assert not isinstance(honest, BaseException)
            assert honest.points == (7,)
            await parts.follow()
    assert parts.schemes.recorded(SHIPYARD.enterprise, SHIPYARD.from_) == ()
    async with parts.database.read(EVERY_ROW) as session:
        faults = (await session.exec(select(Fault).order_by(Fault.at, Fault.id))).all()
        quarantine = (await session.exec(select(Quarantine))).one()
    assert [one.kind for one in faults] == [FaultKind.VIOLATION, FaultKind.CRASH, FaultKind.VIOLATION]
    assert {(one.wheel_id, one.quarantine_id) for one in faults} == {(wheel.id, quarantine.id)}
    assert all(wheel.digest in one.zh and "scheme-lingnan-ship 1.0.0" in one.en for one in faults)
    assert faults[1].request_id == "jail"
