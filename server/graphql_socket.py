"""``/graphql`` as a WebSocket: the operations of one client side by side, each answered as it would be over HTTP.

What bounds a request bounds an operation here, and each answer of a subscription. Besides, a socket is bounded in how
long it may be silent, how many operations it has under way, and how long its client leaves an answer unread. Who asks
is found out anew for every answer, so that what was revoked decides the next one.
"""

import asyncio
import time
from collections.abc import Mapping
from contextlib import aclosing
from typing import Any

import structlog
from starlette.websockets import WebSocket, WebSocketDisconnect
from structlog.contextvars import bound_contextvars
from uuid_utils.compat import uuid7

from core.errors import GuantongError
from core.texts import Text
from schema.operation import Asker
from server.asking import UNTIL_READ, asker_of, count_refusals, seconds_left
from server.authentication import NOBODY, Caller
from server.graphql_http import is_request_error, read_operation
from server.graphql_ws import SUBPROTOCOL, ClientMessage, Close, Kind, ProtocolFault, message_text, read_message
from server.proxies import client_address
from server.rates import account
from server.responses import RequestFault, error_of, internal_error, refuse
from server.watching import line

PAYLOAD = Text("消息的 payload", "the payload of the message")
# Platform defaults; times in seconds.
UNTIL_INIT = 10.0
UNTIL_IDLE = 300.0
MOST_OPERATIONS = 20
A_MESSAGE = 30  # units of cost: to be read, and answered where that is all

log = structlog.get_logger("guantong.http")


async def graphql_socket(socket: WebSocket) -> None:
    """Serve one WebSocket to its end; one too many is refused before it is opened."""
    try:
        with socket.state.sockets.place(client_address(socket.scope)):
            await _serve(socket)
    except RequestFault as fault:
        await refuse(socket.scope, socket.receive, socket.send, fault)


async def _serve(socket: WebSocket) -> None:
    if SUBPROTOCOL not in socket.scope["subprotocols"]:
        await socket.accept()
        await socket.close(Close.SUBPROTOCOL, f"only {SUBPROTOCOL} is spoken here")
        return
    await socket.accept(SUBPROTOCOL)
    conversation = Conversation(socket)
    try:
        await conversation.hear()
    except ProtocolFault as fault:
        await conversation.end()
        await _closed(socket, fault)
    except WebSocketDisconnect:
        await conversation.end()


async def _closed(socket: WebSocket, fault: ProtocolFault) -> None:
    try:
        async with asyncio.timeout(UNTIL_READ):
            await socket.close(fault.code, fault.reason)
    except (TimeoutError, RuntimeError, WebSocketDisconnect):
        return  # it is gone, or reads nothing: the server drops what is left of it


class Conversation:
    """One socket from its greeting on."""

    def __init__(self, socket: WebSocket) -> None:
        self._socket = socket
        self._state = socket.state
        self._sending = asyncio.Lock()
        self._operations: dict[str, asyncio.Task[None]] = {}
        self._credentials: Mapping[str, str] = socket.headers
        self._caller: Caller | None = None
        self._opened = self._silent_since = time.monotonic()
        self._broken = asyncio.get_running_loop().create_future()

    async def hear(self) -> None:
        """Take messages until one side has enough. Raises ProtocolFault, or WebSocketDisconnect."""
        while True:
            message = await self._next()
            self._silent_since = time.monotonic()
            await self._charge()
            await self._take(read_message(message, self._state.body_limit))

    async def end(self) -> None:
        """Stop what is under way: nobody waits for it any more."""
        under_way = list(self._operations.values())
        for task in under_way:
            task.cancel()
        if under_way:
            await asyncio.wait(under_way)
        if not self._broken.cancel():
            self._broken.exception()  # there is nobody left to be told

    async def _next(self) -> dict[str, Any]:
        """The next message, if it comes while the socket may still be open."""
        seconds, fault = self._patience()
        receiving = asyncio.ensure_future(self._socket.receive())
        try:
            await asyncio.wait({receiving, self._broken}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
            if receiving.done():
                message = dict(receiving.result())
                if message["type"] == "websocket.disconnect":
                    raise WebSocketDisconnect(message.get("code", Close.NORMAL))
                return message
            if self._broken.done():
                self._broken.result()
            raise fault
        finally:
            receiving.cancel()

    def _patience(self) -> tuple[float | None, ProtocolFault]:
        """How long to wait for a message, and what it means if none comes."""
        if self._caller is None:
            return self._left(self._opened, UNTIL_INIT), ProtocolFault(
                Close.INIT_TIMEOUT, "connection_init did not come in time"
            )
        expires = seconds_left(self._socket, self._caller)
        idle = None if self._operations else self._left(self._silent_since, UNTIL_IDLE)
        if expires is not None and (idle is None or expires <= idle):
            return expires, ProtocolFault(Close.FORBIDDEN, "the credential has expired; connect anew")
        return idle, ProtocolFault(Close.NORMAL, "nothing was asked for a while")

    @staticmethod
    def _left(since: float, seconds: float) -> float:
        return max(since + seconds - time.monotonic(), 0.0)

    async def _take(self, message: ClientMessage) -> None:
        if message.kind is Kind.INIT:
            await self._greet(message.payload)
        elif message.kind is Kind.PING:
            await self._send("pong", payload=message.payload)
        elif self._caller is None:
            raise ProtocolFault(Close.UNAUTHORIZED, "send connection_init first")
        elif message.kind is Kind.SUBSCRIBE:
            self._begin(message)
        elif message.id in self._operations:
            self._operations[message.id].cancel()

    async def _greet(self, payload: Any) -> None:
        if self._caller is not None:
            raise ProtocolFault(Close.TOO_MANY_INITS, "connection_init comes once")
        given = payload if isinstance(payload, dict) else {}
        authorization = given.get("authorization", given.get("Authorization"))
        if isinstance(authorization, str):
            self._credentials = {**self._socket.headers, "authorization": authorization}
        self._caller = await self._who()
        await self._send("connection_ack")

    async def _who(self) -> Caller:
        """Who asks now. Raises ProtocolFault for a credential that no longer holds."""
        try:
            caller: Caller = await self._state.authentication.actor_of(self._credentials, self._socket.cookies)
        except RequestFault as fault:
            raise ProtocolFault(Close.FORBIDDEN, fault.error.code) from None
        return caller

    async def _charge(self) -> None:
        """Count a message, whatever it asks for: reading it was work."""
        caller = self._caller or NOBODY
        try:
            await self._state.rates.charge(caller.actor.role, account(caller.key, self._socket.scope))(A_MESSAGE)
        except GuantongError as refused:
            self._state.metrics.rate_limited()
            raise ProtocolFault(Close.TOO_OFTEN, refused.code) from None

    def _begin(self, message: ClientMessage) -> None:
        assert message.id is not None  # as the protocol has it
        if message.id in self._operations:
            raise ProtocolFault(Close.TAKEN, f"an operation {message.id} is under way")
        if len(self._operations) >= MOST_OPERATIONS:
            raise ProtocolFault(Close.TOO_OFTEN, f"at most {MOST_OPERATIONS} operations at once")
        task = asyncio.create_task(self._operate(message.id, message.payload))
        self._operations[message.id] = task
        task.add_done_callback(lambda done: self._over(message.id, done))

    def _over(self, id_: str | None, task: "asyncio.Task[None]") -> None:
        self._operations.pop(id_ or "", None)
        self._silent_since = time.monotonic()
        if not task.cancelled() and (fault := task.exception()) and not self._broken.done():
            self._broken.set_exception(fault)  # what is wrong with the socket, not with the operation

    async def _operate(self, id_: str, payload: Any) -> None:
        request_id, began = str(uuid7()), time.perf_counter()
        said: dict[str, Any] = {}
        line.set(said)
        with bound_contextvars(request_id=request_id):
            try:
                await self._answer(id_, payload, request_id)
            finally:
                took = round((time.perf_counter() - began) * 1000, 1)
                log.info("request", method="WEBSOCKET", path=self._socket.url.path, ms=took, **said)

    async def _answer(self, id_: str, payload: Any, request_id: str) -> None:
        """Send every result, and then that it was the last; or the errors of what was not executed."""
        try:
            operation = read_operation(payload, PAYLOAD)
            async with aclosing(self._state.executor.answers(operation, self._asker, request_id)) as results:
                async for result in results:
                    if is_request_error(result):
                        await self._refuse(id_, result["errors"])
                        return
                    await self._send("next", id_, result)
        except RequestFault as fault:
            await self._send("error", id_, [error_of(fault.error.message, fault.error.code, request_id)])
        except ProtocolFault:
            raise
        except Exception:
            log.exception("unhandled error")
            await self._send("error", id_, [internal_error(request_id)])
        else:
            await self._send("complete", id_)

    async def _asker(self) -> Asker:
        """Who asks now, and how it is charged."""
        caller = self._caller = await self._who()
        return asker_of(self._socket, caller)

    async def _refuse(self, id_: str, errors: list[Any]) -> None:
        count_refusals(self._socket, errors)
        await self._send("error", id_, errors)

    async def _send(self, kind: str, id_: str | None = None, payload: Any = None) -> None:
        """Send a message. Raises ProtocolFault when the client reads nothing for a while."""
        try:
            async with asyncio.timeout(UNTIL_READ), self._sending:
                await self._socket.send_text(message_text(kind, id_, payload))
        except TimeoutError:
            raise ProtocolFault(Close.TOO_OFTEN, "answers are left unread") from None
