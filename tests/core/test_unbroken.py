"""Work that is brought to its end whoever leaves."""

import asyncio

import pytest

from core.unbroken import unbroken

pytestmark = pytest.mark.anyio


async def test_the_result_or_the_fault_is_given() -> None:
    async def work(fault: Exception | None = None) -> int:
        if fault:
            raise fault
        return 1

    assert await unbroken(work()) == 1
    with pytest.raises(ValueError, match="no"):
        await unbroken(work(ValueError("no")))


@pytest.mark.parametrize("fails", [False, True])
async def test_a_cancellation_waits_for_the_end(fails: bool) -> None:
    begun, ended = asyncio.Event(), []

    async def work() -> None:
        begun.set()
        await asyncio.sleep(0.02)
        ended.append(True)
        if fails:
            raise ValueError

    waiting = asyncio.create_task(unbroken(work()))
    await begun.wait()
    for _ in range(3):
        waiting.cancel()
        await asyncio.sleep(0)
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert ended == [True]
