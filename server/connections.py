"""Connections as the web server keeps them, bounded: how long a head may be and take, how much is parsed at one go.

The server parses whatever a read brought, up to 256 KiB, before anybody else has a turn: fast for a body, a second for
forty thousand empty frames. And it waits for a head, and keeps what came of it, without end.
"""

import asyncio
import logging
from functools import partial
from typing import Any

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

# Platform defaults; bytes, seconds, numbers.
AT_ONE_GO = 4_096
LONGEST_HEAD = 32_768
UNTIL_HEAD = 10.0
MOST_WAITING = 10
MOST_CONNECTIONS = 10_000
# Under this name an application finds, among the extensions of a request, what closes its connection at once.
DROP = "guantong.drop"
# And under this one what tells the body, if all of it has come with the head, as that of most requests does.
CAME = "guantong.came"
# Frames that carry no message of their own: pings, pongs, continuations. A client needs one in twenty seconds.
MOST_BESIDE = 300
BESIDE_WITHIN = 60.0
# Of what a client goes on sending after it was answered, or its socket closed.
MOST_OF_BODY_AFTER = 1_048_576
MOST_AFTER = 65_536

# The server's own words of a socket hold the client's address and the query string, which are not for the log.
_log = logging.getLogger("guantong.websocket")
_log.setLevel(logging.WARNING)


class BoundedRequests(HttpToolsProtocol):
    """A connection that requests come by. ``most`` connections in all: files are needed for other things as well."""

    def __init__(self, *args: Any, most: int = MOST_CONNECTIONS, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._most = most
        self._patience: asyncio.TimerHandle | None = None
        self._head: int | None = None
        self._unwanted = 0
        self._answering: RequestResponseCycle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)  # type: ignore[arg-type]
        if len(self.connections) > self._most:
            self.transport.abort()
        else:
            self._wait_for_head()

    def connection_lost(self, exc: Exception | None) -> None:
        self._head_has_come()
        super().connection_lost(exc)
        # The server tells only the last request that came that its client has left, not the one that is answered.
        if self._answering is not None and not self._answering.response_complete:
            self._answering.disconnected = True
            self._answering.message_event.set()

    def data_received(self, data: bytes) -> None:
        for start in range(0, len(data), AT_ONE_GO):
            if self.transport.is_closing() or self.transport.get_protocol() is not self:
                return
            self._parse(data[start : start + AT_ONE_GO])

    def _parse(self, piece: bytes) -> None:
        if self._head is not None:
            self._head += len(piece)
        super().data_received(piece)
        if self._head is not None and self._head > LONGEST_HEAD:
            self._refuse(431, "The head of the request is too long.")
        elif len(self.pipeline) > MOST_WAITING or self._sends_on(len(piece)):
            self.transport.abort()  # whoever sends so much waits for no answer

    def _sends_on(self, more: int) -> bool:
        """Whether this is too much of a body that nobody wants any more."""
        if self._head is None and self._answering is not None and self._answering.response_complete:
            self._unwanted += more
        return self._unwanted > MOST_OF_BODY_AFTER

    def _refuse(self, status: int, words: str) -> None:
        head = f"content-type: text/plain; charset=utf-8\r\ncontent-length: {len(words)}\r\nconnection: close\r\n\r\n"
        self.transport.write(STATUS_LINE[status] + (head + words).encode())
        self.transport.close()

    def _wait_for_head(self) -> None:
        self._head_has_come()
        self._patience = self.loop.call_later(UNTIL_HEAD, self._give_up)

    def _head_has_come(self) -> None:
        if self._patience is not None:
            self._patience.cancel()
            self._patience = None

    def _give_up(self) -> None:
        if self._head is not None and not self.transport.is_closing():
            self._refuse(408, "The head of the request took too long to arrive.")
        self.transport.close()

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self.scope["extensions"] = {DROP: self.transport.abort}  # type: ignore[dict-item]
        self._head = 0

    def on_headers_complete(self) -> None:
        self._head = None
        self._head_has_come()
        super().on_headers_complete()
        self.scope["extensions"][CAME] = partial(_came, self.cycle)  # type: ignore[assignment]

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        self._answering, self._unwanted = cycle, 0
        super()._start_asgi_task(cycle, app)

    def on_response_complete(self) -> None:
        answered = self._answering
        super().on_response_complete()
        # The rest of a body that was not wanted does not put this off.
        if self._answering is answered and not self.transport.is_closing():
            self._wait_for_head()


class BoundedSocket(WebSocketsSansIOProtocol):
    """A connection that is a WebSocket: what its client sends is parsed as fast as it is taken, and no faster."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.logger = self.conn.logger = _log
        self._rest, self._after = b"", 0
        self._beside, self._counted_from = 0, self.loop.time()

    def data_received(self, data: bytes) -> None:
        self._rest += data
        self._parse()

    def _parse(self) -> None:
        """Go on with what has come, as far as it is taken."""
        if self.close_sent:
            self._after += len(self._rest)
            if self._after > MOST_AFTER:
                self.transport.abort()
        while self._rest and not self.read_paused and not self.transport.is_closing():
            piece, self._rest = self._rest[:AT_ONE_GO], self._rest[AT_ONE_GO:]
            super().data_received(piece)

    async def receive(self) -> Any:
        message = await super().receive()
        self._parse()
        return message

    async def send(self, message: Any) -> None:
        await super().send(message)
        if message["type"] == "websocket.http.response.body" and not message.get("more_body", False):
            self.handshake_complete = True  # refused as it should be: nothing to complain of
        self._parse()  # it may have been the last one, after which nothing is taken any more

    def pause_writing(self) -> None:
        super().pause_writing()
        self.transport.pause_reading()  # whoever does not read is not read: pings are answered too

    def resume_writing(self) -> None:
        super().resume_writing()
        if not self.read_paused:
            self.transport.resume_reading()

    def send_receive_event_to_app(self) -> None:
        if self.curr_msg_data_type == "text" and not self.close_sent and not _is_text(b"".join(self.frames)):
            self._end(1007, "a message that is no UTF-8")
        else:
            super().send_receive_event_to_app()

    def handle_ping(self) -> None:
        if self._may_come_beside():
            super().handle_ping()

    def handle_pong(self, event: Any) -> None:
        if self._may_come_beside():
            super().handle_pong(event)

    def handle_cont(self, event: Any) -> None:
        if self._may_come_beside():
            super().handle_cont(event)

    def _may_come_beside(self) -> bool:
        """Count a frame that is no message; one too many ends the socket."""
        if self.close_sent or self.transport.is_closing():
            return False
        now = self.loop.time()
        if now - self._counted_from >= BESIDE_WITHIN:
            self._beside, self._counted_from = 0, now
        self._beside += 1
        if self._beside <= MOST_BESIDE:
            return True
        self._end(1008, "too many frames that are no messages")
        return False

    def _end(self, code: int, reason: str) -> None:
        self.stop_keepalive()
        self.queue.put_nowait({"type": "websocket.disconnect", "code": code, "reason": reason})
        self.conn.fail(code, reason)
        self.transport.write(b"".join(self.conn.data_to_send()))
        self.close_sent = True
        self.transport.close()


def _came(cycle: RequestResponseCycle) -> bytes | None:
    """The body of a request that nobody has read, if it is whole by now."""
    return None if cycle.more_body else bytes(cycle.body)


def _is_text(message: bytes) -> bool:
    try:
        message.decode()
    except UnicodeDecodeError:
        return False
    return True
