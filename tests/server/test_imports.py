"""Imports from the file to the record, run by the real engine on both databases."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from core.jobs.phases import JobPhase
from tests.server.import_world import World, as_csv, opened, roster

pytestmark = pytest.mark.anyio


@pytest.fixture
async def world(database_url: str, tmp_path: Path, anyio_backend: str) -> AsyncIterator[World]:
    async with opened(database_url, tmp_path, job_seconds=0.05, replica=tmp_path.name) as world:
        yield world


async def test_a_roster_is_checked_confirmed_and_put_on_record_once(world: World) -> None:
    content = as_csv(roster(450))
    async with world.working():
        checked = await world.settled((await world.ask(content)).id)
        assert (checked.phase, checked.total, checked.ok, checked.errors) == (JobPhase.CHECKED, 450, 450, 0), checked
        assert await world.counts() == (0, 0)
        await world.confirm(checked)
        done = await world.settled(checked.id)
        assert (done.phase, done.ok, done.unchanged, done.errors) == (JobPhase.DONE, 450, 0, 0)
        assert await world.counts() == (450, 450)
        again = await world.settled((await world.ask(content)).id)
        assert (again.phase, again.unchanged) == (JobPhase.CHECKED, 450)
        await world.confirm(again)
        done = await world.settled(again.id)
    assert (done.phase, done.ok, done.unchanged) == (JobPhase.DONE, 0, 450)
    assert await world.counts() == (450, 450)


async def test_a_server_that_stops_in_the_midst_goes_on_when_it_starts_again(world: World) -> None:
    async with world.working():
        checked = await world.settled((await world.ask(as_csv(roster(900)))).id)
        await world.confirm(checked)
        while (await world.job(checked.id)).done < 200:
            await asyncio.sleep(0.01)
    stopped = await world.job(checked.id)
    assert stopped.phase is JobPhase.APPLYING
    assert await world.counts() == (stopped.done, stopped.done)
    async with world.working():
        done = await world.settled(checked.id)
    assert (done.phase, done.ok, done.unchanged) == (JobPhase.DONE, 900, 0)
    assert await world.counts() == (900, 900)
