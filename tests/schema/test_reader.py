"""Queries of a request take turns on its one session, and nobody is told of what nobody asks for any more."""

import asyncio
import gc
from typing import Any

import pytest
from sqlmodel.ext.asyncio.session import AsyncSession

from core.storage.database import Database
from core.storage.row_scope import EVERY_ROW
from schema.reader import Reader

pytestmark = pytest.mark.anyio


class Refused(Exception):
    """What a query ends with."""


async def test_what_fails_after_its_asker_left_is_nobodys_fault(database: Database) -> None:
    told: list[Any] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: told.append(context))
    goes_on = asyncio.Event()

    async def refused(_session: AsyncSession) -> None:
        await goes_on.wait()
        raise Refused

    async with database.read(EVERY_ROW) as session:
        reader = Reader(session)
        asking = asyncio.ensure_future(reader.run(refused))
        await asyncio.sleep(0)
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
        goes_on.set()
        await reader.finish()
    del asking
    gc.collect()
    await asyncio.sleep(0)
    assert told == []


async def test_whoever_stays_is_told(database: Database) -> None:
    async def refused(_session: AsyncSession) -> None:
        raise Refused

    async with database.read(EVERY_ROW) as session:
        with pytest.raises(Refused):
            await Reader(session).run(refused)
