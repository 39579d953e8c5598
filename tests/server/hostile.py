"""Clients that mean harm, and the second client, who must not notice them.

What comes of an attack is said in a few words, the same for tests and measurements: the status of an HTTP answer with
the code of its first error, ``next`` or ``error`` with that code over a WebSocket, the code that a socket was closed
with, or ``gone`` for a connection that ended without a word. ``endured`` is what no attack may come to: the server went
on listening.
"""

import base64
import http.client
import json
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from tests.server.hostile_wire import ENDURED, FLOOD, GREETING, Frames, code_of, pour, status_of, subscribe

PROTOCOL = "graphql-transport-ws"
JSON = {"content-type": "application/json"}
# Only a server that hangs takes so long, whatever else the machine does. Seconds.
LONGEST = 60
_numbers = count(1)


def new_address() -> str:
    """A loopback address that nobody has asked from: what is counted by address is counted anew."""
    number = next(_numbers)
    return f"127.{1 + os.getpid() % 200}.{number // 250}.{1 + number % 250}"


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
            return status_of(pour(connection, endlessly, for_seconds=for_seconds))

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
            if not endlessly:
                return frames.outcome()
            frames.received = pour(frames.connection, endlessly)
            return "endured" if frames.received is ENDURED else frames.end()


Run = Callable[[Attacker], str]


@dataclass(frozen=True)
class Attack:
    """What is done, and what may come of it. Where it is a matter of chance who is faster, more than one outcome."""

    name: str
    run: Run
    expected: frozenset[str]

    @classmethod
    def of(cls, name: str, run: Run, *expected: str) -> "Attack":
        return cls(name, run, frozenset(expected))


class SecondClient(threading.Thread):
    """Asks a small query again and again over one connection, as somebody known. ``waits`` are milliseconds."""

    QUERY = json.dumps({"query": "{ titleSeries { code } }"}).encode()

    def __init__(self, port: int, token: str, pause: float = 0.02) -> None:
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
