"""Reading and writing descriptors from an event loop, without ever blocking it."""

import asyncio
import os
from collections.abc import Callable
from functools import partial

_PIECE = 1 << 16


class TooMuch(Exception):
    """More came than may come."""


class Closed(Exception):
    """The other end is gone."""


async def write_all(descriptor: int, data: bytes) -> None:
    """Write everything. Raises Closed when nobody reads any longer."""
    rest = memoryview(data)
    loop = asyncio.get_running_loop()
    while rest:
        try:
            rest = rest[os.write(descriptor, rest[:_PIECE]) :]
        except BlockingIOError:
            await _ready(descriptor, loop.add_writer, loop.remove_writer)
        except BrokenPipeError:
            raise Closed from None


class Reader:
    """Reads a descriptor in measured pieces."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._kept = bytearray()

    async def exactly(self, length: int) -> bytes:
        """So many bytes. Raises Closed when the other end closes before."""
        while len(self._kept) < length:
            if not await self._more():
                raise Closed
        found = bytes(self._kept[:length])
        del self._kept[:length]
        return found

    async def nothing_more(self) -> None:
        """Wait for the other end to close. Raises TooMuch when anything comes before."""
        if self._kept or await self._more():
            raise TooMuch

    async def _more(self) -> bool:
        """Take in what is there, after waiting for it; False at the end."""
        loop = asyncio.get_running_loop()
        while True:
            try:
                piece = os.read(self._descriptor, _PIECE)
            except BlockingIOError:
                await _ready(self._descriptor, loop.add_reader, loop.remove_reader)
            else:
                self._kept += piece
                return bool(piece)


async def _ready(
    descriptor: int, add: Callable[[int, Callable[[], object]], object], remove: Callable[[int], object]
) -> None:
    waiting: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    add(descriptor, partial(_settle, waiting))
    try:
        await waiting
    finally:
        remove(descriptor)


def _settle(waiting: asyncio.Future[None]) -> None:
    if not waiting.done():
        waiting.set_result(None)
