"""The one database session of a request, shared by resolvers that run side by side."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlmodel.ext.asyncio.session import AsyncSession

from core.services.call import Call
from core.storage.database import interrupt

P = ParamSpec("P")
R = TypeVar("R")
BETWEEN_INTERRUPTS = 0.05  # seconds


class Reader:
    """Lets queries take turns, because a session serves one at a time."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session
        self._turn = asyncio.Lock()
        self._under_way: set[asyncio.Task[Any]] = set()

    async def run(
        self, query: Callable[Concatenate[AsyncSession, P], Awaitable[R]], *args: P.args, **kwargs: P.kwargs
    ) -> R:
        """The result of one query."""
        # A query abandoned half-way would take the whole transaction with it, and the answers of its siblings.
        task = asyncio.ensure_future(self._in_turn(query, *args, **kwargs))
        self._under_way.add(task)
        task.add_done_callback(self._over)
        return await asyncio.shield(task)

    def _over(self, task: asyncio.Task[Any]) -> None:
        self._under_way.discard(task)
        if not task.cancelled():
            task.exception()  # whoever asked may have left, because a sibling of theirs was refused

    async def _in_turn(
        self, query: Callable[Concatenate[AsyncSession, P], Awaitable[R]], *args: P.args, **kwargs: P.kwargs
    ) -> R:
        async with self._turn:
            return await query(self._session, *args, **kwargs)

    @property
    def is_fresh(self) -> bool:
        """Whether nothing was asked of the database yet, so that nobody waits for this request."""
        return not self._session.in_transaction()

    async def finish(self) -> None:
        """Wait for queries whose askers have left already."""
        async with self._turn:
            return

    async def abandon(self) -> None:
        """Break off what runs and what waits: nobody wants the answer any more, and the transaction is given up."""
        under_way = set(self._under_way)
        for task in under_way:
            task.cancel()
        while under_way:
            # Again and again: a statement that the driver had not begun when it was interrupted would run on.
            await interrupt(self._session)
            _, under_way = await asyncio.wait(under_way, timeout=BETWEEN_INTERRUPTS)


class Caller:
    """Runs use cases in the one transaction of a request; they take turns with its queries."""

    def __init__(self, reader: Reader, call: Call) -> None:
        self._reader = reader
        self._call = call

    async def do(self, use_case: Callable[Concatenate[Call, P], Awaitable[R]], *args: P.args, **kwargs: P.kwargs) -> R:
        """The result of a use case."""

        async def step(_session: AsyncSession) -> R:
            return await use_case(self._call, *args, **kwargs)

        return await self._reader.run(step)
