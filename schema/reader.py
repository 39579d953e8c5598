"""The one database session of a request, shared by resolvers that run side by side."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Concatenate, ParamSpec, TypeVar

from sqlmodel.ext.asyncio.session import AsyncSession

P = ParamSpec("P")
R = TypeVar("R")


class Reader:
    """Lets queries take turns, because a session serves one at a time."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session
        self._turn = asyncio.Lock()

    async def run(
        self, query: Callable[Concatenate[AsyncSession, P], Awaitable[R]], *args: P.args, **kwargs: P.kwargs
    ) -> R:
        """The result of one query."""
        # A query abandoned half-way would take the whole transaction with it, and the answers of its siblings.
        return await asyncio.shield(self._in_turn(query, *args, **kwargs))

    async def _in_turn(
        self, query: Callable[Concatenate[AsyncSession, P], Awaitable[R]], *args: P.args, **kwargs: P.kwargs
    ) -> R:
        async with self._turn:
            return await query(self._session, *args, **kwargs)

    async def finish(self) -> None:
        """Wait for queries whose askers have left already."""
        async with self._turn:
            return
