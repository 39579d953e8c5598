"""A receiver of events: a real HTTP server in a thread, which keeps what it got and answers as it is told."""

import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

Answer = tuple[int, Mapping[str, str], bytes]


@dataclass
class Got:
    """One request."""

    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Receiver:
    """``answers`` are given one after the other, then 200."""

    port: int = 0
    got: list[Got] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    connections: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)
    most_at_once: dict[str, int] = field(default_factory=dict)
    now: dict[str, int] = field(default_factory=dict)
    pause: threading.Event | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def ids(self) -> list[str]:
        return [one.headers["webhook-id"] for one in list(self.got)]

    def begun(self, one: Got) -> Answer:
        with self.lock:
            id_ = one.headers.get("webhook-id", "")
            self.now[id_] = self.now.get(id_, 0) + 1
            self.most_at_once[id_] = max(self.most_at_once.get(id_, 0), self.now[id_])
            self.got.append(one)
            return self.answers.pop(0) if self.answers else (200, {}, b"ok")

    def over(self, one: Got) -> None:
        with self.lock:
            self.now[one.headers.get("webhook-id", "")] -= 1


def handler_of(receiver: Receiver) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def setup(self) -> None:
            receiver.connections += 1
            super().setup()

        def do_POST(self) -> None:
            length = int(self.headers.get("content-length", 0))
            body = self.rfile.read(length)
            if len(body) < length:  # whoever sent it was killed in the midst of it, and sends it again
                self.close_connection = True
                return
            got = Got(self.path, {name.lower(): value for name, value in self.headers.items()}, body)
            status, headers, content = receiver.begun(got)
            if receiver.pause is not None:
                receiver.pause.wait(0.02)
            receiver.over(got)
            try:
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("content-length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)
            except OSError:  # whoever asked has gone
                self.close_connection = True

        def log_message(self, *_: Any) -> None:
            pass

    return Handler


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128  # the usual five would refuse some of those that come at once

    def handle_error(self, *_: Any) -> None:
        """Whoever is killed leaves connections behind."""


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    found = Receiver()
    server = _Server(("127.0.0.1", 0), handler_of(found))
    found.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield found
    server.shutdown()
    server.server_close()
    thread.join()
