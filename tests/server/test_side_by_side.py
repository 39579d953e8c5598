"""One caller's operations take turns; nobody else waits behind them."""

import asyncio

import pytest

from core.errors import ErrorCode
from server.responses import RequestFault
from server.side_by_side import SideBySide

pytestmark = pytest.mark.anyio


async def work(side_by_side: SideBySide, account: str, begun: list[str], ends: asyncio.Event) -> None:
    async with side_by_side.one(account):
        begun.append(account)
        await ends.wait()


async def settle() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


async def test_so_many_at_once_for_each_caller_and_the_others_in_turn() -> None:
    side_by_side, begun, ends = SideBySide(seconds=60, most=3), list[str](), asyncio.Event()
    many = [asyncio.create_task(work(side_by_side, "a", begun, ends)) for _ in range(100)]
    await settle()
    assert begun == ["a"] * 3
    other = asyncio.create_task(work(side_by_side, "b", begun, ends))
    await settle()
    assert begun == ["a"] * 3 + ["b"]
    many[50].cancel()  # one that waits, and leaves
    many[0].cancel()  # one that works, and leaves its place to the next
    await settle()
    assert begun.count("a") == 4
    ends.set()
    await asyncio.gather(other, *many, return_exceptions=True)
    assert begun.count("a") == 99
    assert side_by_side._places == {}


async def test_whoever_waits_too_long_is_told_so() -> None:
    side_by_side, begun, ends = SideBySide(seconds=0.01, most=1), list[str](), asyncio.Event()
    first = asyncio.create_task(work(side_by_side, "a", begun, ends))
    await settle()
    with pytest.raises(RequestFault) as caught:
        await work(side_by_side, "a", begun, ends)
    assert (caught.value.status, caught.value.error.code) == (429, ErrorCode.RATE_LIMITED)
    assert caught.value.headers == {"retry-after": "1"}
    assert caught.value.error.message.en == (
        "more than 1 operations are under way for you, and this one waited too long; let them end first"
    )
    ends.set()
    await first
    assert side_by_side._places == {}
