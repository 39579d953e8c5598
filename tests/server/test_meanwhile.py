"""Work beside a block: it ends with the block, looks when woken and when it is time, and survives a look that fails."""

import asyncio
import logging
from collections.abc import Callable

import pytest

from server.meanwhile import Rhythm, meanwhile

pytestmark = pytest.mark.anyio
log = logging.getLogger("guantong.test")
LONG = 3600.0


class Looks:
    """Counts the looks; waits for the so-manieth."""

    def __init__(self, fault: Exception | None = None) -> None:
        self.count = 0
        self.fault = fault
        self._changed = asyncio.Condition()

    async def look(self) -> None:
        async with self._changed:
            self.count += 1
            self._changed.notify_all()
        if self.fault is not None:
            raise self.fault

    async def until(self, count: int) -> None:
        async with asyncio.timeout(60), self._changed:
            await self._changed.wait_for(lambda: self.count >= count)


@pytest.fixture
def rhythm() -> Rhythm:
    return Rhythm(log, "looking")


async def test_it_looks_at_once_and_whenever_it_is_woken(rhythm: Rhythm) -> None:
    looks = Looks()
    async with meanwhile(rhythm.forever(looks.look, LONG)):
        for number in range(1, 4):
            await looks.until(number)
            rhythm.wake()
        await looks.until(4)


async def test_it_looks_when_it_is_time(rhythm: Rhythm) -> None:
    looks = Looks()
    async with meanwhile(rhythm.forever(looks.look, 0.01)):
        await looks.until(3)


async def test_it_may_wait_before_the_first_look(rhythm: Rhythm) -> None:
    looks = Looks()
    async with meanwhile(rhythm.forever(looks.look, LONG, waits_first=True)):
        await asyncio.sleep(0)
        assert looks.count == 0
        rhythm.wake()
        await looks.until(1)


async def test_wakings_while_it_looks_come_to_one_more_look(rhythm: Rhythm) -> None:
    """Nothing that came in the midst of a look is missed, and none of it is looked for twice."""
    began, go_on, looks = asyncio.Event(), asyncio.Event(), Looks()

    async def look() -> None:
        await looks.look()
        began.set()
        await go_on.wait()

    async with meanwhile(rhythm.forever(look, LONG)):
        await began.wait()
        for _ in range(3):
            rhythm.wake()
        go_on.set()
        await looks.until(2)
        await asyncio.sleep(0)
    assert looks.count == 2


async def test_a_look_that_fails_is_not_the_last(rhythm: Rhythm, caplog: pytest.LogCaptureFixture) -> None:
    looks = Looks(OSError("the database is away"))
    async with meanwhile(rhythm.forever(looks.look, 0.01)):
        await looks.until(2)
    assert "looking failed" in caplog.text


async def test_it_does_not_look_twice_in_its_least_time() -> None:
    looks, rhythm = Looks(), Rhythm(log, "looking", least=LONG)
    async with meanwhile(rhythm.forever(looks.look, 2 * LONG)):
        await looks.until(1)
        rhythm.wake()
        for _ in range(20):
            await asyncio.sleep(0)
        assert looks.count == 1


async def test_work_ends_with_its_block() -> None:
    ended: list[str] = []

    async def work(told: Callable[[str], None]) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            told("over")

    async with meanwhile(work(ended.append)):
        await asyncio.sleep(0)
    assert ended == ["over"]
