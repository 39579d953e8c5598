"""Facts that a scheme computes: in the jail, when evidence or version changes, kept; a read runs no scheme's code."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from sqlmodel import col, select

from core.models import ComputedFacts, Employment, Enterprise, Fault, FaultKind
from core.permissions import Actor, Role
from core.services.people import NewEvidence, record_evidence
from core.storage.queries.kept_facts import facts_of_people
from core.storage.row_scope import EVERY_ROW
from core.texts import Text
from plugins.jail.call import Call, Result
from plugins.jail.endings import unavailable
from plugins.jail.opening import NoJail, Runner, open_jail
from schema.outcomes import UNWATCHED, Outcome
from server.computing import Computer, Waking
from server.demo import OFFICER
from server.meanwhile import meanwhile
from server.wiring import Parts
from tests.plugins.jail.calls import PATIENT
from tests.server.fakes import StillClock

pytestmark = pytest.mark.anyio
# The scheme is suspended from the day after.
RAIL, DAY = "yuexiu_rail", date(2026, 11, 19)
MOMENT = datetime(2026, 11, 19, 4, tzinfo=UTC)


class Counting:
    """A runner that counts what is asked of the jail behind it; another ``source`` may run in place of the scheme's."""

    def __init__(self, runner: Runner, asked: list[int], source: str | None) -> None:
        self._runner, self._asked, self._source = runner, asked, source

    async def run(self, call: Call, seconds: float | None = None) -> Result:
        self._asked.append(len(call.asked))
        if self._source is not None:
            sources = dict.fromkeys(call.code.sources, self._source)
            call = replace(call, code=replace(call.code, sources=sources))
        return await self._runner.run(call, seconds)


class World:
    """The demonstration, with a computer whose jail is counted."""

    def __init__(self, parts: Parts) -> None:
        self.parts = parts
        self.asked: list[int] = []
        self.source: str | None = None
        self.computer = Computer(parts, self.open)

    @asynccontextmanager
    async def open(self) -> AsyncIterator[Runner]:
        async with open_jail(PATIENT, reports=self.parts.violated) as jail:
            yield Counting(jail, self.asked, self.source)

    async def kept(self) -> dict[UUID, ComputedFacts]:
        async with self.parts.database.read(EVERY_ROW) as session:
            return {row.person_id: row for row in (await session.exec(select(ComputedFacts))).all()}

    async def staff(self) -> list[UUID]:
        """Who works at the rail company, the first first."""
        query = select(Employment.person_id).join(Enterprise).where(col(Enterprise.key) == RAIL)
        async with self.parts.database.read(EVERY_ROW) as session:
            return list(dict.fromkeys((await session.exec(query.order_by(col(Employment.id)))).all()))

    async def evidence(self, person_id: UUID, amount: int) -> None:
        given = NewEvidence(person_id=person_id, key="safety_days", amount=amount, since=DAY, scheme_key=RAIL)
        async with self.parts.use_cases(OFFICER, "test", EVERY_ROW) as call:
            await record_evidence(call, given, "示例材料")


@pytest.fixture
async def world(parts: Parts) -> World:
    return World(replace(parts, clock=StillClock(MOMENT)))


async def test_facts_are_computed_once_and_again_when_evidence_changes(world: World) -> None:
    first, *others = await world.staff()
    assert await world.computer.look() == len([first, *others])
    assert world.asked == [len([first, *others])]
    before = await world.kept()
    assert {one.scheme_key for one in before.values()} == {RAIL}
    assert await world.computer.look() == 0
    assert len(world.asked) == 1  # nothing changed, so that not even the jail was opened
    amount = 10 * (3 - before[first].facts["safe_thousands"])
    await world.evidence(first, amount)
    assert await world.computer.look() == 1
    after = await world.kept()
    assert after[first].facts == {"safe_thousands": 3}
    assert after[first].basis != before[first].basis
    assert [after[one].computed_at for one in others] == [before[one].computed_at for one in others]


async def test_facts_of_another_version_are_computed_anew(world: World) -> None:
    count = await world.computer.look()
    async with world.parts.database.write(EVERY_ROW) as session:
        for row in (await session.exec(select(ComputedFacts))).all():
            row.wheel_digest = "0" * 64
            session.add(row)
    assert await world.computer.look() == count > 0
    assert {one.wheel_digest for one in (await world.kept()).values()} != {"0" * 64}


async def test_a_read_gives_what_is_kept_to_whoever_may_read_the_person(world: World) -> None:
    await world.computer.look()
    asked = list(world.asked)
    staff = await world.staff()
    own = Actor.of(Role.WORKER, "本人", person_id=staff[0])
    async with world.parts.database.read(EVERY_ROW) as session:
        seen = await facts_of_people(session, OFFICER, staff)
        mine = await facts_of_people(session, own, staff)
    assert {key for key, rows in seen.items() if rows} == set(staff)
    assert {key for key, rows in mine.items() if rows} == {staff[0]}
    assert world.asked == asked


@pytest.mark.parametrize(
    ("returned", "kind", "says"),
    [
        ("1 // 0", FaultKind.CRASH, "ZeroDivisionError"),
        ('(ComputedFact("safe_thousands", "many"),)', FaultKind.VIOLATION, "should be a whole number and is 'many'"),
        ("()", FaultKind.VIOLATION, "did not give the fact"),
        ('(ComputedFact("other", 1),)', FaultKind.VIOLATION, "which is not declared as computed"),
    ],
)
async def test_code_that_fails_keeps_nothing_and_goes_on_record(
    world: World, returned: str, kind: FaultKind, says: str
) -> None:
    head = "from plugins.api import ComputedFact, hookimpl\n@hookimpl\ndef guantong_facts(evidence):\n    return "
    world.source = head + returned
    assert await world.computer.look() == 0
    assert await world.kept() == {}
    async with world.parts.database.read(EVERY_ROW) as session:
        (fault,) = (await session.exec(select(Fault))).all()
    assert fault.kind is kind
    assert says in fault.en
    assert "scheme-yuexiu-rail 1.0.0" in fault.en


async def test_without_a_jail_nothing_is_computed_and_everything_else_goes_on(world: World) -> None:
    @asynccontextmanager
    async def none() -> AsyncIterator[Runner]:
        yield NoJail(unavailable(Text("示例", "for the test")))

    assert await Computer(world.parts, none).look() == 0
    assert await world.kept() == {}
    assert world.parts.schemes.recorded((await rail(world)).uscc, DAY)


async def rail(world: World) -> Enterprise:
    async with world.parts.database.read(EVERY_ROW) as session:
        return (await session.exec(select(Enterprise).where(col(Enterprise.key) == RAIL))).one()


async def test_a_mutation_wakes_it_and_a_query_does_not(world: World) -> None:
    waking = Waking(UNWATCHED, (world.computer.wake,))
    async with asyncio.timeout(60), meanwhile(world.computer.rhythm.forever(world.computer.look, 3600)):
        while not await world.kept():
            await asyncio.sleep(0.05)
        (first, *_) = await world.staff()
        await world.evidence(first, 600)
        waking.began()
        waking.ended(Outcome("query", None, (), 0.0))
        waking.ended(Outcome("mutation", None, (), 0.0))
        waking.left()
        while (await world.kept())[first].facts != {"safe_thousands": 6}:
            await asyncio.sleep(0.05)
