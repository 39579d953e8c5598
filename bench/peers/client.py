"""A client of few instructions: HTTP/1.1 over connections that are kept, so that the servers are the slower side."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any


def request(port: int, query: str, variables: Mapping[str, Any], token: str | None) -> bytes:
    """The bytes of one request, made once and sent as often as one likes."""
    body = json.dumps({"query": query, "variables": variables}).encode()
    shown = f"authorization: Bearer {token}\r\n" if token else ""
    head = (
        f"POST /graphql HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\ncontent-type: application/json\r\n"
        f"accept: application/json\r\n{shown}content-length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


@dataclass(slots=True)
class Connection:
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def ask(self, sent: bytes) -> bytes:
        """The body of the answer, which must be 200."""
        self.writer.write(sent)
        head = (await self.reader.readuntil(b"\r\n\r\n")).lower()
        length = _length(head)
        body = await self.reader.readexactly(length) if length is not None else await self._chunks()
        assert b" 200 " in head[:16], head.decode() + body.decode()
        return body

    async def _chunks(self) -> bytes:
        found = b""
        while True:
            size = int(await self.reader.readuntil(b"\r\n"), 16)
            found += (await self.reader.readexactly(size + 2))[:-2]
            if size == 0:
                return found


def _length(head: bytes) -> int | None:
    at = head.find(b"content-length:")
    return None if at < 0 else int(head[at + 15 : head.index(b"\r\n", at)])


@asynccontextmanager
async def connected(port: int, count: int) -> AsyncIterator[list[Connection]]:
    found = [Connection(*await asyncio.open_connection("127.0.0.1", port, limit=2**24)) for _ in range(count)]
    try:
        yield found
    finally:
        for one in found:
            one.writer.close()


async def answer(port: int, sent: bytes) -> dict[str, Any]:
    """One answer, which must hold no error."""
    async with connected(port, 1) as (one,):
        found: dict[str, Any] = json.loads(await one.ask(sent))
    assert not found.get("errors"), found["errors"]
    return found


async def pressed(port: int, sent: bytes, connections: int, seconds: float) -> tuple[list[float], float]:
    """The waits of each request in ms, while so many connections ask without a pause, and how long that took in s."""
    waits: list[float] = []
    async with connected(port, connections) as each:
        began = time.perf_counter()

        async def asking(one: Connection) -> None:
            while (now := time.perf_counter()) - began < seconds:
                await one.ask(sent)
                waits.append((time.perf_counter() - now) * 1000)

        await asyncio.gather(*(asking(one) for one in each))
        took = time.perf_counter() - began
    return waits, took
