"""The answers to one operation as server-sent events: GraphQL over SSE, each operation by a connection of its own.

Follows the protocol of the library graphql-sse ("distinct connections mode"). What bounds a request bounds each answer
here. Besides, a stream takes one of the places of WebSockets, ends with its credential, and is not kept for a client
that leaves it unread. One that ends without ``complete`` may be asked for again: the server stops.
"""

import asyncio
from contextlib import aclosing, suppress
from typing import Any

import orjson
import structlog
from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from core.errors import GuantongError
from core.services.sign_ins import void
from schema.operation import Asker, Operation
from server.asking import UNTIL_READ, asker_of, count_refusals, seconds_left
from server.authentication import Authentication, Caller
from server.connections import DROP
from server.graphql_http import EVENT_STREAM, is_request_error
from server.leaving import left_by
from server.proxies import client_address
from server.responses import RequestFault, error_of, fault_response, internal_error

# Seconds; as often as the standard of server-sent events proposes against proxies that drop what is silent.
BETWEEN_BEATS = 15.0
BEAT = b":\n\n"
# Some proxies keep an answer back until there is much of it.
HEADERS = ((b"content-type", EVENT_STREAM.encode() + b"; charset=utf-8"), (b"x-accel-buffering", b"no"))

log = structlog.get_logger("guantong.http")


class Unread(Exception):
    """The client takes nothing of what is sent to it."""


class EventStream:
    """An answer that goes on. One too many is refused before it begins."""

    def __init__(self, request: Request, caller: Caller, operation: Operation) -> None:
        self._request = request
        self._state = request.state
        self._caller = caller
        self._operation = operation
        self._sending = asyncio.Lock()
        self._is_first = True
        self._has_told = asyncio.Event()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._send = send
        try:
            with self._state.sockets.place(client_address(scope)):
                await self._begin()
                await self._serve()
        except RequestFault as fault:
            await fault_response(self._request, fault)(scope, receive, send)
        except Unread:
            await self._drop()

    async def _begin(self) -> None:
        await self._send({"type": "http.response.start", "status": 200, "headers": list(HEADERS)})

    async def _serve(self) -> None:
        """Tell what there is to tell until one side has enough."""
        if self._request.method == "HEAD":
            await self._end()
            return
        beating, telling = asyncio.create_task(self._beat()), asyncio.create_task(self._tell())
        leaving, stopping = asyncio.create_task(left_by(self._request)), asyncio.create_task(self._stopping())
        tasks = {telling, beating, leaving, stopping}
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            over = [task for task in tasks if task.done()]
            for task in tasks:
                task.cancel()
            # Whatever they hold is given back before the stream ends.
            await asyncio.gather(*tasks, return_exceptions=True)
        for task in over:
            task.result()
        if leaving in over:
            return
        if beating in over and telling not in over:
            await self._tell_last(self._error(void("凭证已过期", "the credential has expired")))
        await self._end()

    async def _tell(self) -> None:
        """Send every result, and then that it was the last."""
        try:
            answers = self._state.executor.answers(self._operation, self._asker, self._state.request_id)
            async with aclosing(answers) as results:
                async for result in results:
                    await self._next(result)
        except RequestFault as fault:
            await self._tell_last(self._error(fault.error))
        except Unread:
            raise
        except Exception:
            log.exception("unhandled error")
            await self._tell_last(internal_error(self._state.request_id))
        else:
            await self._event("complete")

    async def _next(self, result: dict[str, Any]) -> None:
        if is_request_error(result):
            count_refusals(self._request, result["errors"])
            result = {key: value for key, value in result.items() if key != "data"}
        await self._event("next", result)
        self._has_told.set()

    async def _tell_last(self, error: dict[str, Any]) -> None:
        await self._event("next", {"errors": [error]})
        await self._event("complete")

    def _error(self, error: GuantongError) -> dict[str, Any]:
        return error_of(error.message, error.code, self._state.request_id)

    async def _asker(self) -> Asker:
        """Who asks now; for the first answer that was found out when the request came."""
        if not self._is_first:
            authentication: Authentication = self._state.authentication
            self._caller = await authentication.actor_of(self._request.headers, self._request.cookies)
        self._is_first = False
        return asker_of(self._request, self._caller)

    async def _beat(self) -> None:
        """Say now and then that the stream lives, as long as the credential holds."""
        while True:
            await self._write(BEAT)  # the first one shows clients and proxies at once that there is a stream
            seconds = seconds_left(self._request, self._caller)
            await asyncio.sleep(BETWEEN_BEATS if seconds is None else min(BETWEEN_BEATS, seconds))
            if seconds_left(self._request, self._caller) == 0:
                return

    async def _stopping(self) -> None:
        """The server stops, and what was asked for first is answered."""
        await self._state.health.stopping.wait()
        await self._has_told.wait()

    async def _event(self, kind: str, data: Any = None) -> None:
        # Without a line of data an event would not be told to a page at all.
        await self._write(b"event: %b\ndata: %b\n\n" % (kind.encode(), b"" if data is None else orjson.dumps(data)))

    async def _end(self) -> None:
        await self._write(b"", more=False)

    async def _write(self, content: bytes, *, more: bool = True) -> None:
        try:
            async with asyncio.timeout(UNTIL_READ), self._sending:
                await self._send({"type": "http.response.body", "body": content, "more_body": more})
        except TimeoutError:
            raise Unread from None

    async def _drop(self) -> None:
        """Close the connection with what is unread on it."""
        drop = self._request.scope.get("extensions", {}).get(DROP)
        if drop is None:
            return
        drop()
        with suppress(TimeoutError):
            async with asyncio.timeout(UNTIL_READ):
                await left_by(self._request)
