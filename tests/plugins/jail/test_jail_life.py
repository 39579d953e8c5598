"""The jail over time: many calls at once, callers that leave, a zygote that dies, another event loop."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import ExitStack, suppress
from dataclasses import replace
from pathlib import Path

import pytest
import uvloop

from core.errors import ErrorCode, GuantongError
from plugins.jail.jail import Jail
from plugins.jail.offences import Offence, Violation
from plugins.jail.opening import open_jail
from plugins.jail.slots import Slots
from tests.plugins.jail.calls import NAME, PATIENT, points_of, scoring

pytestmark = pytest.mark.anyio
ENDLESS = points_of("max(iter(int, 1))")


@pytest.fixture
async def jail(anyio_backend: str) -> AsyncIterator[Jail]:
    """A jail whose deadline no test waits for."""
    jail = Jail(PATIENT)
    yield jail
    await jail.close()


def children_of(pid: int) -> list[int]:
    found = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [int(one) for one in found]


async def until(condition: Callable[[], bool]) -> None:
    """Let others go on until it holds."""
    async with asyncio.timeout(20):
        while not condition():
            await asyncio.sleep(0.005)


async def test_calls_side_by_side_are_kept_apart(jail: Jail) -> None:
    calls = [points_of(f"CriterionPoints(criterion, {number})") for number in range(40)]
    calls = [replace(call, scheme=replace(NAME, digest=f"{number % 7:064d}")) for number, call in enumerate(calls)]
    found = await asyncio.gather(*map(jail.run, calls))
    assert [one.points for one in found] == [(number,) for number in range(40)]
    assert children_of((await jail.zygote()).pid) == []


async def test_whoever_leaves_takes_the_process_along(jail: Jail) -> None:
    zygote = await jail.zygote()
    running = asyncio.create_task(jail.run(ENDLESS))
    await until(lambda: bool(children_of(zygote.pid)))
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert children_of(zygote.pid) == []
    assert (await jail.run(scoring())).points == (40,)


async def test_whoever_leaves_at_any_moment_leaves_nothing_behind(jail: Jail) -> None:
    zygote = await jail.zygote()
    open_before = set(Path("/proc/self/fd").iterdir())
    for moment in range(60):
        running = asyncio.create_task(jail.run(scoring()))
        for _ in range(moment):
            await asyncio.sleep(0)
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running
    assert children_of(zygote.pid) == []
    assert (await jail.zygote()) is zygote
    await jail.run(scoring())
    assert set(Path("/proc/self/fd").iterdir()) == open_before


async def test_a_zygote_that_dies_takes_its_children_along_and_is_started_again(jail: Jail) -> None:
    zygote = await jail.zygote()
    running = asyncio.create_task(jail.run(ENDLESS))
    await until(lambda: bool(children_of(zygote.pid)))
    [child] = children_of(zygote.pid)
    os.kill(zygote.pid, signal.SIGKILL)
    with pytest.raises(GuantongError) as caught:
        await running
    assert caught.value.code is ErrorCode.UNAVAILABLE
    assert caught.value.message.en == "the jail's process ended (the zygote has ended); try again"
    assert caught.value.message.zh == "隔离进程已中止（the zygote has ended）；请重试"
    await until(lambda: not Path(f"/proc/{child}").exists())
    assert (await jail.run(scoring())).points == (40,)
    assert (await jail.zygote()).pid != zygote.pid


async def test_closing_it_ends_what_runs(jail: Jail) -> None:
    zygote = await jail.zygote()
    running = asyncio.create_task(jail.run(ENDLESS))
    await until(lambda: bool(children_of(zygote.pid)))
    [child] = children_of(zygote.pid)
    await jail.close()
    with pytest.raises(GuantongError, match="try again"):
        await running
    await until(lambda: not Path(f"/proc/{child}").exists())
    assert not Path(f"/proc/{zygote.pid}").exists()
    with pytest.raises(GuantongError, match="UNAVAILABLE 服务正在停止；请稍后再试 / the server is stopping; try again"):
        await jail.run(scoring())


async def test_a_zygote_whose_host_is_gone_goes(jail: Jail) -> None:
    """By the end of its socket: nothing else tells it."""
    zygote = await jail.zygote()
    zygote._lose()
    await zygote._process.wait()
    assert zygote.is_gone


async def test_it_holds_nothing_open_after_a_call(jail: Jail) -> None:
    await jail.run(scoring())
    before = set(Path("/proc/self/fd").iterdir())
    for call in (scoring(), points_of("1 / 0"), points_of("plugins.jail.locking.os._exit(0)", "import plugins.api")):
        with ExitStack() as stack:
            if call != scoring():
                stack.enter_context(pytest.raises(GuantongError))
            await jail.run(call)
    assert set(Path("/proc/self/fd").iterdir()) == before


async def test_a_host_with_many_descriptors_has_one_too() -> None:
    with ExitStack() as stack:
        for _ in range(300):
            stack.enter_context(Path("/dev/null").open())
        async with open_jail(PATIENT) as jail:
            assert (await jail.run(scoring())).points == (40,)


def test_it_runs_on_the_servers_event_loop() -> None:
    async def ask() -> tuple[int, ...]:
        async with open_jail(PATIENT) as jail:
            with pytest.raises(GuantongError, match="SCHEME_CRASHED"):
                await jail.run(points_of("1 / 0"))
            return (await jail.run(scoring())).points

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        assert runner.run(ask()) == (40,)


class Record:
    """A port that remembers, or fails."""

    def __init__(self, fails: bool = False) -> None:
        self.seen: list[Violation] = []
        self._fails = fails

    async def __call__(self, violation: Violation) -> None:
        self.seen.append(violation)
        if self._fails:
            raise RuntimeError("the database is away")


@pytest.mark.parametrize("fails", [False, True])
async def test_a_violation_is_reported_and_told_even_where_the_report_fails(
    fails: bool, caplog: pytest.LogCaptureFixture
) -> None:
    record = Record(fails)
    async with open_jail(PATIENT, record) as jail:
        with pytest.raises(GuantongError) as caught:
            await jail.run(points_of("CriterionPoints(criterion, -1)"))
        await jail.run(scoring())
    [violation] = record.seen
    assert (violation.scheme, violation.offence) == (NAME, Offence.MALFORMED)
    assert caught.value.message == violation.text
    assert ("a violation could not be put on record" in caplog.text) is fails


async def test_one_scheme_cannot_take_every_turn() -> None:
    slots = Slots(at_once=4, of_one=2)
    began: list[str] = []
    end = asyncio.Event()

    async def take(name: str) -> None:
        async with slots.turn(name):
            began.append(name)
            await end.wait()

    async def settled(work: Awaitable[object]) -> None:
        await asyncio.sleep(0)
        await work

    tasks = [asyncio.create_task(take(name)) for name in ("slow", "slow", "slow", "slow", "other", "third", "fourth")]
    await settled(asyncio.sleep(0))
    assert began == ["slow", "slow", "other", "third"]
    end.set()
    await asyncio.gather(*tasks)
    assert sorted(began) == ["fourth", "other", "slow", "slow", "slow", "slow", "third"]
    assert slots._of == {}
