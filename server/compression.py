"""Answers compressed as their reader can take it: those of the graph and the files of the page, nothing else.

An answer that holds a secret beside text of somebody else's choosing can be guessed by its compressed length, if that
somebody can make the reader ask for it again and again. Nobody can of the graph: what acts by a cookie comes from pages
of this server, and no answer repeats a cookie or a token that was shown. What signing in hands out is not compressed,
nor are streams of events, of which nothing may wait in a buffer.
"""

import asyncio

from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette_compress import CompressMiddleware, add_compress_type, remove_compress_type

from server.graphql_http import EVENT_STREAM, GRAPHQL_JSON

# Platform defaults, in bytes: what is shorter fits one packet either way; nobody else has a turn while a piece is done.
WORTH_IT = 1_400
A_PIECE = 65_536

add_compress_type(GRAPHQL_JSON)
remove_compress_type(EVENT_STREAM)


class Compression:
    """Around an application whose answers may be compressed. Their tags are weak: the bytes differ by encoding."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = CompressMiddleware(InPieces(app), minimum_size=WORTH_IT)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def weakly(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [_weak(name, value) for name, value in message["headers"]]
            await send(message)

        await self._app(scope, receive, weakly)


class InPieces:
    """Hands a long body on in pieces, and lets others have a turn between them."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def in_pieces(message: Message) -> None:
            body: bytes = message.get("body", b"")
            if message["type"] != "http.response.body" or len(body) <= A_PIECE:
                await send(message)
                return
            pieces = [body[start : start + A_PIECE] for start in range(0, len(body), A_PIECE)]
            for piece in pieces[:-1]:
                await send({"type": "http.response.body", "body": piece, "more_body": True})
                await asyncio.sleep(0)
            await send({**message, "body": pieces[-1]})

        await self._app(scope, receive, in_pieces)


def _weak(name: bytes, value: bytes) -> tuple[bytes, bytes]:
    return (name, b"W/" + value) if name == b"etag" and not value.startswith(b"W/") else (name, value)
