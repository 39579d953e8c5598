"""Work that nobody waits for any more is not finished."""

import asyncio
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any, TypeVar

from starlette.requests import Request

T = TypeVar("T")
SHORT_WHILE = 0.1  # seconds


class ClientLeft(Exception):
    """The client closed its connection before it was answered."""


async def while_there(request: Request, work: Coroutine[Any, Any, T]) -> T:
    """The result of ``work``, which is cancelled when the client leaves. The body must have been read."""
    job = asyncio.ensure_future(work)
    # Most work is done before anybody could leave: whoever watches the client from the start costs as much as it.
    done, _ = await _finished({job}, SHORT_WHILE)
    if done:
        return job.result()
    leaving = asyncio.ensure_future(left_by(request))
    try:
        await _finished({job, leaving}, None)
        if job.done():
            return job.result()
        raise ClientLeft
    finally:
        leaving.cancel()
        await _given_back(job)


async def _finished(tasks: set[asyncio.Task[Any]], seconds: float | None) -> tuple[set[Any], set[Any]]:
    """What is done first of several tasks; all of them end when whoever waits is cancelled."""
    try:
        return await asyncio.wait(tasks, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    except asyncio.CancelledError:
        for task in tasks:
            await _given_back(task)
        raise


async def _given_back(task: asyncio.Task[Any]) -> None:
    """Cancel a task and wait: whatever it holds is given back before the request ends."""
    task.cancel()
    with suppress(asyncio.CancelledError, Exception):
        await task


async def left_by(request: Request) -> None:
    """Return once the client has closed its connection. The body must have been read."""
    while (await request.receive())["type"] != "http.disconnect":
        pass
