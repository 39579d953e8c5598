"""Clients that mean harm, and the second client, who must not notice them.

What comes of an attack is said in a few words, the same for tests and measurements: the status of an HTTP answer with
the code of its first error, ``error`` and its code over a WebSocket, the code that a socket was closed with, or ``gone``
for a connection that ended without a word. ``endured`` is what no attack may come to: the server went on listening.
"""

import base64
import http.client
import json
import os
import re
import select
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import Any

PROTOCOL = "graphql-transport-ws"
JSON = {"content-type": "application/json"}
# Only a server that hangs takes so long, whatever else the machine does. Seconds.
LONGEST = 60
# How long and how much an attack goes on that the server might endure for ever. Seconds, bytes.
FLOOD, AT_MOST = 20, 64 * 1024 * 1024
GREETING = json.dumps({"type": "connection_init"})
TEXT, BINARY, CLOSE, PING, PONG, CONTINUED = 1, 2, 8, 9, 10, 0
_numbers = count(1)


def new_address() -> str:
    """A loopback address that nobody has asked from: what is counted by address is counted anew."""
    number = next(_numbers)
    return f"127.{1 + os.getpid() % 200}.{number // 250}.{1 + number % 250}"


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


@dataclass
class Attacker:
    """One client. Everything it does comes from an address of its own."""

    port: int
    headers: dict[str, str] = field(default_factory=dict)
    address: str = field(default_factory=new_address)

    def connect(self, receives: int | None = None) -> socket.socket:
        """A connection; ``receives`` bytes are all that its kernel takes unread."""
        made = socket.socket()
        if receives:
            made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receives)
        made.bind((self.address, 0))
        made.settimeout(LONGEST)
        made.connect(("127.0.0.1", self.port))
        return made

    def request(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> tuple[int, bytes]:
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, LONGEST, (self.address, 0))) as connection:
            connection.request(method, path, body, {**self.headers, **headers})
            answer = connection.getresponse()
            return answer.status, answer.read()

    def post(self, body: bytes, **headers: str) -> str:
        """What comes of a body."""
        sent = {**JSON, **{name.replace("_", "-"): value for name, value in headers.items()}}
        status, answer = self.request("POST", "/graphql", body, sent)
        return f"{status} {code_of(answer)}"

    def ask(self, query: str, variables: Any = None) -> str:
        """What comes of an operation."""
        return self.post(json.dumps({"query": query, "variables": variables}).encode())

    def sends(self, *pieces: bytes, endlessly: bytes = b"", for_seconds: float = FLOOD) -> str:
        """What comes of these bytes as they are, followed by others until the server has enough."""
        with closing(self.connect()) as connection:
            for piece in pieces:
                connection.sendall(piece)
            return _status(pour(connection, endlessly, for_seconds=for_seconds))

    def upgraded(self, *headers: str, receives: int | None = None) -> tuple[socket.socket, bytes]:
        """A connection on which a WebSocket was asked for, and the head of the answer."""
        connection = self.connect(receives)
        own = [f"{name}: {value}" for name, value in self.headers.items()]
        key = base64.b64encode(os.urandom(16)).decode()
        head = [
            "GET /graphql HTTP/1.1",
            "Host: 127.0.0.1",
            "Connection: Upgrade",
            "Upgrade: websocket",
            "Sec-WebSocket-Version: 13",
            f"Sec-WebSocket-Key: {key}",
            *(headers or [f"Sec-WebSocket-Protocol: {PROTOCOL}"]),
            *own,
        ]
        connection.sendall("\r\n".join([*head, "", ""]).encode())
        answer = b""
        while b"\r\n\r\n" not in answer and (read := connection.recv(1)):
            answer += read
        return connection, answer

    @contextmanager
    def socket(self, *, greets: bool = True, receives: int | None = None) -> Iterator["Frames"]:
        """An open WebSocket, greeted unless told otherwise."""
        connection, answer = self.upgraded(receives=receives)
        assert answer.startswith(b"HTTP/1.1 101 "), answer
        with closing(connection):
            frames = Frames(connection)
            if greets:
                frames.say(GREETING)
                assert frames.hear() == '{"type":"connection_ack"}'
            yield frames

    def subscribes(self, payload: Any) -> str:
        """What comes of an operation over a WebSocket."""
        with self.socket() as frames:
            frames.say(subscribe(payload))
            return frames.outcome()

    def says(self, *sent: bytes, greets: bool = True, endlessly: bytes = b"") -> str:
        """What comes of these frames, followed by others until the server has enough."""
        with self.socket(greets=greets) as frames:
            frames.connection.sendall(b"".join(sent))
            if endlessly:
                frames.received += pour(frames.connection, endlessly)
            return frames.outcome()


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


def pour(connection: socket.socket, endlessly: bytes = b"", *, for_seconds: float = FLOOD) -> bytes:
    """Send on and on, and read what comes, until the server ends the connection; everything that was read."""
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
                    return read
            if writable:
                done = connection.send(rest)
                sent, rest = sent + done, rest[done:] or memoryview(endlessly)
        except BlockingIOError:
            continue
        except ConnectionError:
            return read or b"gone"
        if not endlessly and re.match(rb"HTTP/1\.1 \d{3} .*\r\n\r\n.", read, re.DOTALL):
            return read
    return read or b"endured"


def _status(answer: bytes) -> str:
    """The outcome of what was read of an HTTP answer."""
    found = re.match(rb"HTTP/1\.1 (\d{3})", answer)
    if not found:
        return "endured" if answer == b"endured" else "gone"
    code = code_of(answer)
    return f"{found[1].decode()} {'' if code == 'OK' else code}".strip()


@dataclass(frozen=True)
class Attack:
    """What is done, and what may come of it. Where it is a matter of chance who is faster, more than one outcome."""

    name: str
    run: Callable[[Attacker], str]
    expected: frozenset[str]

    @classmethod
    def of(cls, name: str, run: Callable[[Attacker], str], *expected: str) -> "Attack":
        return cls(name, run, frozenset(expected))


class SecondClient(threading.Thread):
    """Asks a small query again and again over one connection, as somebody known. ``waits`` are milliseconds."""

    QUERY = json.dumps({"query": "{ titleSeries { code } }"}).encode()

    def __init__(self, port: int, token: str, pause: float = 0.05) -> None:
        super().__init__(daemon=True)
        self._attacker = Attacker(port, {"authorization": f"Bearer {token}"})
        self._pause = pause
        self._over = threading.Event()
        self._answered = threading.Condition()
        self.waits: list[float] = []
        self.wrong: list[str] = []

    def run(self) -> None:
        address = (self._attacker.address, 0)
        connection = http.client.HTTPConnection("127.0.0.1", self._attacker.port, LONGEST, address)
        while not self._over.wait(self._pause):
            began = time.perf_counter()
            try:
                connection.request("POST", "/graphql", self.QUERY, {**JSON, **self._attacker.headers})
                answer = connection.getresponse()
                body = answer.read()
                if answer.status != 200 or body.count(b'"code":"') != 27:
                    self.wrong.append(f"{answer.status} {body[:200]!r}")
            except (OSError, http.client.HTTPException) as fault:
                self.wrong.append(repr(fault))
                connection.close()
            with self._answered:
                self.waits.append((time.perf_counter() - began) * 1000)
                self._answered.notify_all()
        connection.close()

    def is_answered(self) -> None:
        """Wait until it was answered once more from now on; everything that it was told so far must be right."""
        with self._answered:
            before = len(self.waits)
            # The one under way may have been answered already.
            assert self._answered.wait_for(lambda: len(self.waits) >= before + 2, LONGEST), "the server hangs"
        assert self.wrong == []

    def end(self) -> None:
        self._over.set()
        self.join(LONGEST)


def chunks(pieces: Iterable[bytes]) -> bytes:
    """The pieces in chunked transfer coding, without an end."""
    return b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces)
