"""Loaders of one request: many wait for the same thing, and some leave."""

import asyncio
from collections.abc import Collection
from contextlib import suppress

import pytest

from schema.batches import one

pytestmark = pytest.mark.anyio


async def test_whoever_leaves_takes_nothing_from_those_who_wait_for_the_same() -> None:
    may_answer = asyncio.Event()

    async def load(keys: Collection[int]) -> dict[int, int]:
        await may_answer.wait()
        return {key: key * 2 for key in keys}

    loader = one(load)

    async def wait() -> int | None:
        return await loader.load(1)

    leaving, staying = asyncio.create_task(wait()), asyncio.create_task(wait())
    await asyncio.sleep(0)
    leaving.cancel()
    with suppress(asyncio.CancelledError):
        await leaving
    assert leaving.cancelled()
    may_answer.set()
    assert await staying == 2
