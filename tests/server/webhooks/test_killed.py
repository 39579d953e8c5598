"""Kill -9 in the midst of deliveries: everything arrives at least once, and one attempt is one replica's alone."""

import asyncio
import threading
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from standardwebhooks import Webhook

from server.clock import SystemClock
from tests.conftest import ON_POSTGRES, SQLITE_AT_NIGHT
from tests.server.processes import PRODUCT, Running, running
from tests.server.webhooks.receiver import Receiver, receiver
from tests.server.webhooks.world import LONGEST, World, opened, until

pytestmark = pytest.mark.anyio
__all__ = ["receiver"]
EVENTS = 120
WAITS = str([0.2] * 40)  # a loaded machine may take too long now and then


@pytest.fixture
async def world(database_url: str, tmp_path: Path, receiver: Receiver, anyio_backend: str) -> AsyncIterator[World]:
    async with opened(database_url, tmp_path, f"{receiver.url}/hook") as world:
        world.clock.moment = SystemClock().now()
        receiver.pause = threading.Event()
        yield world


def serving(world: World, stack: ExitStack, name: str, seconds: float = 1) -> Any:
    """A server of the product as an operator starts it, that looks often and gives up early."""
    home = world.settings.home
    return stack.enter_context(
        running(
            PRODUCT,
            home,
            "serve",
            database_url=world.settings.database,
            replica=name,
            webhook_seconds="0.05",
            webhook_timeout=str(seconds),
            webhook_waits=WAITS,
        )
    )


async def arrived(receiver: Receiver, count: int) -> None:
    async with asyncio.timeout(LONGEST):
        while len(set(receiver.ids)) < count:
            await asyncio.sleep(0.005)


@SQLITE_AT_NIGHT
async def test_a_killed_server_loses_nothing(world: World, receiver: Receiver) -> None:
    ids = await world.happen(EVENTS)
    with ExitStack() as stack:
        for wanted in (10, 50):
            server: Running = await asyncio.to_thread(serving, world, stack, "one")
            await arrived(receiver, wanted)
            server.process.kill()
            await asyncio.to_thread(server.wait)
            assert await world.waiting() > 0, "it was killed in the midst of it"
        await asyncio.to_thread(serving, world, stack, "one")
        await until(world)
    assert set(receiver.ids) == set(ids)
    for got in receiver.got:
        Webhook(world.secret).verify(got.body, got.headers)


@ON_POSTGRES
async def test_two_replicas_never_make_one_attempt_twice_at_once(world: World, receiver: Receiver) -> None:
    with ExitStack() as stack:
        first: Running = await asyncio.to_thread(serving, world, stack, "first", 5)
        await asyncio.to_thread(serving, world, stack, "second", 5)
        ids = await world.happen(EVENTS)
        await arrived(receiver, EVENTS // 3)
        first.process.kill()
        await until(world)
    assert set(receiver.ids) == set(ids)
    assert set(receiver.most_at_once.values()) == {1}
    holders = Counter(Counter(receiver.ids).values())
    assert holders[1] >= EVENTS // 2, "what nobody was killed over is told once"
