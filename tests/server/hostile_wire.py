"""What hostile clients put on the wire, byte by byte, because no library would; and what comes back."""

import json
import re
import select
import socket
import struct
import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

# How long and how much an attack goes on that a server might endure for ever. Seconds, bytes.
FLOOD, AT_MOST = 20, 64 * 1024 * 1024
CONTINUED, TEXT, BINARY, CLOSE, PING, PONG = 0, 1, 2, 8, 9, 10
ENDURED = b"endured"
GREETING = json.dumps({"type": "connection_init"})


def code_of(body: bytes) -> str:
    """The code of the first error of an answer; OK where there is none."""
    found = re.search(rb'"code": ?"([A-Z_]+)"', body)
    return found[1].decode() if found else "OK"


def frame(data: bytes | str, kind: int = TEXT, *, is_last: bool = True, reserved: int = 0) -> bytes:
    """A frame as a client sends it, whatever it is: RFC 6455, section 5.2."""
    content = data.encode() if isinstance(data, str) else data
    size = len(content)
    if size < 126:
        length = bytes([128 | size])
    else:
        length = bytes([254]) + struct.pack("!H", size) if size < 65_536 else bytes([255]) + struct.pack("!Q", size)
    return bytes([128 * is_last | reserved | kind]) + length + bytes(4) + content


def subscribe(payload: Any, id_: str = "1") -> str:
    return json.dumps({"type": "subscribe", "id": id_, "payload": payload})


def chunks(pieces: Iterable[bytes]) -> bytes:
    """The pieces in chunked transfer coding, without an end."""
    return b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces)


@dataclass
class Frames:
    """A WebSocket, frame by frame: the libraries would not send what is wrong."""

    connection: socket.socket
    received: bytes = b""

    def say(self, text: str) -> None:
        self.connection.sendall(frame(text))

    def _more(self) -> bool:
        try:
            read = self.connection.recv(65_536)
        except ConnectionError:
            read = b""
        self.received += read
        return bool(read)

    def next(self) -> tuple[int, bytes] | None:
        """The next frame, or None when the connection is over. Those of servers are never masked."""
        while (found := self._parsed()) is None:
            if not self._more():
                return None
        return found

    def _parsed(self) -> tuple[int, bytes] | None:
        size, start = (self.received[1], 2) if len(self.received) > 1 else (0, 99)
        if size == 126:
            size, start = int.from_bytes(self.received[2:4]), 4
        elif size == 127:
            size, start = int.from_bytes(self.received[2:10]), 10
        if len(self.received) < start + size:
            return None
        kind, content = self.received[0] & 15, self.received[start : start + size]
        self.received = self.received[start + size :]
        return kind, content

    def hear(self) -> str:
        """The next message; what belongs to the connection itself is passed over."""
        while found := self.next():
            if found[0] == TEXT:
                return found[1].decode()
            if found[0] == CLOSE:
                return json.dumps({"type": "closed", "code": int.from_bytes(found[1][:2])})
        return json.dumps({"type": "gone"})

    def outcome(self) -> str:
        """What comes next, in a few words; pongs and whatever of an answer is of no interest are passed over."""
        while True:
            message = json.loads(self.hear())
            if message["type"] == "next":
                return f"next {code_of(json.dumps(message['payload']).encode())}"
            if message["type"] == "error":
                return f"error {message['payload'][0]['extensions']['code']}"
            if message["type"] == "closed":
                return f"closed {message['code']}"
            if message["type"] == "gone":
                return "gone"

    def end(self) -> str:
        """How it ends, whatever came before."""
        while (found := self.outcome()) != "gone" and not found.startswith("closed"):
            pass
        return found


def pour(connection: socket.socket, endlessly: bytes = b"", *, for_seconds: float = FLOOD) -> bytes:
    """Send on and on until the server ends the connection; what was read, or ENDURED when it does not.

    With nothing to send, until the head of an answer and something of its body is there.
    """
    connection.setblocking(False)
    read, sent, ends = b"", 0, time.monotonic() + for_seconds
    rest = memoryview(endlessly)
    while time.monotonic() < ends and sent < AT_MOST:
        readable, writable, _ = select.select([connection], [connection] if endlessly else [], [], 0.2)
        try:
            if readable:
                found = connection.recv(65_536)
                read += found
                if not found:
                    return read or b"gone"
            if writable:
                done = connection.send(rest)
                sent, rest = sent + done, rest[done:] or memoryview(endlessly)
        except BlockingIOError:
            continue
        except ConnectionError:
            return read or b"gone"
        if not endlessly and re.match(rb"HTTP/1\.1 \d{3} .*\r\n\r\n.", read, re.DOTALL):
            return read
    return ENDURED


def status_of(answer: bytes) -> str:
    """The outcome of what was read of an HTTP answer."""
    found = re.match(rb"HTTP/1\.1 (\d{3})", answer)
    if not found:
        return "endured" if answer is ENDURED else "gone"
    code = code_of(answer)
    return f"{found[1].decode()} {'' if code == 'OK' else code}".strip()
