"""A client that speaks to an application in the messages of ASGI, one at a time, and leaves when it likes."""

import asyncio
from typing import Any

from starlette.types import Message


class Client:
    """Sends one request, and keeps what it is answered."""

    def __init__(self, method: str = "POST", query: str = "", **headers: str) -> None:
        self.method = method
        self.query = query
        self.headers = {"content-type": "application/json", "host": "127.0.0.1", **headers}
        self.messages: asyncio.Queue[Message] = asyncio.Queue()
        self.answers: list[Message] = []
        self._heard = asyncio.Event()

    def scope(self, state: dict[str, Any]) -> dict[str, Any]:
        """What the application is told of the request."""
        return {
            "type": "http",
            "method": self.method,
            "path": "/graphql",
            "raw_path": b"/graphql",
            "query_string": self.query.encode(),
            "headers": [(name.encode(), value.encode()) for name, value in self.headers.items()],
            "client": ("127.0.0.1", 1),
            "state": state,
        }

    def says(self, body: bytes, more: bool = False) -> None:
        self.messages.put_nowait({"type": "http.request", "body": body, "more_body": more})

    def leaves(self) -> None:
        self.messages.put_nowait({"type": "http.disconnect"})

    async def hears(self, message: Message) -> None:
        self.answers.append(message)
        self._heard.set()

    async def until(self, what: bytes) -> None:
        """Return once it was answered that."""
        async with asyncio.timeout(30):
            while what not in self.body:
                self._heard.clear()
                await self._heard.wait()

    @property
    def body(self) -> bytes:
        """What it was answered so far."""
        return b"".join(message["body"] for message in self.answers[1:])

    @property
    def is_complete(self) -> bool:
        """Whether the answer has ended as it should."""
        return not self.answers[-1].get("more_body", False)
