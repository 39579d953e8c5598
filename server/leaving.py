"""Work that nobody waits for any more is not finished."""

import asyncio
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any, TypeVar

from starlette.requests import Request

T = TypeVar("T")


class ClientLeft(Exception):
    """The client closed its connection before it was answered."""


async def while_there(request: Request, work: Coroutine[Any, Any, T]) -> T:
    """The result of ``work``, which is cancelled when the client leaves. The body must have been read."""
    job, leaving = asyncio.ensure_future(work), asyncio.ensure_future(left_by(request))
    try:
        await asyncio.wait({job, leaving}, return_when=asyncio.FIRST_COMPLETED)
        if job.done():
            return job.result()
        raise ClientLeft
    finally:
        for task in (job, leaving):
            task.cancel()
        # Whatever it holds is given back before the request ends.
        with suppress(asyncio.CancelledError, Exception):
            await job


async def left_by(request: Request) -> None:
    """Return once the client has closed its connection. The body must have been read."""
    while (await request.receive())["type"] != "http.disconnect":
        pass
