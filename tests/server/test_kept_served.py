"""A started server gives an answer again, to whatever clients put on the wire, and never what was asked otherwise."""

import json
import re
import shutil
import socket
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from core.permissions import Actor, Role
from tests.server.hostile_wire import chunks
from tests.server.live_world import issue
from tests.server.processes import LONGEST, PRODUCT, Running, running

BODY = json.dumps({"query": "{ people(first: 5) { totalCount } enterprises { totalCount } }"}).encode()
OTHER = json.dumps({"query": "{ people(first: 5) { edges { node { name } } } }"}).encode()
MOST = 200


@dataclass
class Wire:
    """One connection, byte by byte."""

    connection: socket.socket
    read: bytes = field(default=b"")

    def send(self, *parts: bytes) -> None:
        self.connection.sendall(b"".join(parts))

    def until(self, end: bytes) -> bytes:
        while end not in self.read:
            found = self.connection.recv(65_536)
            assert found, self.read
            self.read += found
        before, _, self.read = self.read.partition(end)
        return before

    def answer(self, *, has_body: bool = True) -> tuple[int, bytes]:
        """Status and body of the next answer, whose length is told."""
        head = self.until(b"\r\n\r\n")
        status = int(head.split(b" ", 2)[1])
        told = re.search(rb"(?i)content-length: (\d+)", head)
        length = int(told[1]) if told and has_body else 0
        while len(self.read) < length:
            found = self.connection.recv(65_536)
            assert found
            self.read += found
        body, self.read = self.read[:length], self.read[length:]
        return status, body

    def is_closed(self) -> bool:
        try:
            return self.connection.recv(1) == b""
        except ConnectionError:
            return True


@dataclass
class Served:
    """The server, and whose requests are put together."""

    server: Running
    token: str
    wires: list[Wire] = field(default_factory=list)

    def wire(self) -> Wire:
        host, port = self.server.base.removeprefix("http://").split(":")
        self.wires.append(Wire(socket.create_connection((host, int(port)), LONGEST)))
        return self.wires[-1]

    def head(self, *lines: str, method: str = "POST", address: str = "/graphql") -> bytes:
        own = ["host: 127.0.0.1", "content-type: application/json", f"authorization: Bearer {self.token}"]
        return "\r\n".join([f"{method} {address} HTTP/1.1", *own, *lines, "", ""]).encode()

    @property
    def given_again(self) -> int:
        """How many root fields were answered as before."""
        figures = self.server.get("/metrics", self.server.operators)[1]
        found = re.search(r'^guantong_root_fields_total\{way="kept"\} ([\d.]+)$', figures, re.MULTILINE)
        return int(float(found[1])) if found else 0

    def once(self, *parts: bytes) -> tuple[int, bytes]:
        wire = self.wire()
        wire.send(*parts)
        found = wire.answer()
        self.hang_up()
        return found

    def hang_up(self) -> None:
        while self.wires:
            self.wires.pop().connection.close()

    def until_kept(self, *parts: bytes) -> tuple[int, bytes]:
        """What is answered again; the server's own work writes now and then."""
        for _ in range(MOST):
            before = self.given_again
            found = self.once(*parts)
            if self.given_again > before:
                return found
        raise AssertionError(found)


@pytest.fixture(scope="module")
def served(demonstration: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One server for all: each test asks with a token of its own."""
    home = shutil.copytree(demonstration, tmp_path_factory.mktemp("served") / "home")
    with running(PRODUCT, home, "serve", deadline="5") as server:
        yield Served(server, issue(Actor.of(Role.BUREAU_AUDITOR, "示例审计"), home))


@pytest.fixture(autouse=True)
def _hang_up(served: Served) -> Iterator[None]:
    yield
    served.hang_up()


def length(body: bytes) -> str:
    return f"content-length: {len(body)}"


def test_each_of_many_sent_at_once_gets_its_own(served: Served) -> None:
    """Pipelined: the same again and again, another between."""
    mine = served.until_kept(served.head(length(BODY), "x-a: 1"), BODY)
    other = served.until_kept(served.head(length(OTHER), "x-a: 1"), OTHER)
    assert mine != other
    order = [mine, mine, other, mine, other, other, mine]
    wire, before = served.wire(), served.given_again
    wire.send(*(served.head(length(b), "x-a: 1") + b for b in (BODY if one is mine else OTHER for one in order)))
    assert [wire.answer() for _ in order] == order
    assert served.given_again > before


def test_who_waits_to_be_told_to_go_on_is_told(served: Served) -> None:
    head = served.head(length(BODY), "expect: 100-continue")
    for _ in range(MOST):
        wire, before = served.wire(), served.given_again
        wire.send(head)
        assert wire.until(b"\r\n\r\n") == b"HTTP/1.1 100 Continue"
        wire.send(BODY)
        assert wire.answer()[0] == 200
        if served.given_again > before:
            return
    raise AssertionError("never given again")


def test_by_head_no_body_comes_and_the_connection_goes_on(served: Served) -> None:
    address = "/graphql?query=%7Bpeople%7BtotalCount%7D%7D"
    got = served.until_kept(served.head(method="GET", address=address))
    for _ in range(MOST):
        wire, before = served.wire(), served.given_again
        wire.send(served.head(method="HEAD", address=address))
        assert wire.answer(has_body=False)[0] == 200
        wire.send(served.head(method="GET", address=address))
        assert wire.answer() == got
        if served.given_again > before + 1:
            return
    raise AssertionError("never given again")


def test_pieces_on_the_wire_are_one_body(served: Served) -> None:
    head = served.head("transfer-encoding: chunked")
    whole = served.until_kept(head, chunks([BODY]), b"0\r\n\r\n")
    before = served.given_again
    for size in (1, 9, 40):
        pieces = [BODY[start : start + size] for start in range(0, len(BODY), size)]
        assert served.once(head, chunks(pieces), b"0\r\n\r\n") == whole
    assert served.until_kept(head, chunks([BODY[:3], BODY[3:]]), b"0\r\n\r\n") == whole
    assert served.given_again > before


def test_a_body_without_an_end_is_cut_off(served: Served) -> None:
    head = served.head("transfer-encoding: chunked", "x-a: endless")
    served.until_kept(head, chunks([BODY]), b"0\r\n\r\n")
    wire = served.wire()
    wire.send(head)
    piece = chunks([b" " * 60_000])
    try:
        for _ in range(40):
            wire.send(piece)
    except ConnectionError:
        return
    assert wire.answer()[0] == 413


def test_a_length_that_is_a_lie_gets_no_answer_of_another(served: Served) -> None:
    """Shorter than told: it is waited for, and nobody is left. Longer: the rest is a request of its own, and none."""
    served.until_kept(served.head(length(BODY), "x-a: lies"), BODY)
    wire = served.wire()
    wire.send(served.head(length(BODY), "x-a: lies"), BODY[:-1])
    wire.connection.shutdown(socket.SHUT_WR)
    assert wire.is_closed() or wire.read == b""
    wire = served.wire()
    wire.send(served.head(length(BODY), "x-a: lies"), BODY)
    assert wire.answer()[0] == 200
    wire.send(b"rest of it\r\n\r\n")
    assert wire.answer()[0] == 400
    late = served.wire()
    late.send(served.head(length(BODY), "x-a: lies"), BODY[:-1])
    assert late.answer()[0] == 408
    assert served.until_kept(served.head(length(BODY), "x-a: lies"), BODY)[0] == 200


def test_the_line_of_each_says_which_was_given_again(served: Served) -> None:
    before = served.given_again
    served.until_kept(served.head(length(BODY), "x-a: line"), BODY)
    lines = [json.loads(one) for one in served.server.log.read_text("utf-8").splitlines() if '"request"' in one]
    kept = [one for one in lines if one.get("kept")]
    assert kept
    assert sum(one["compiled"] for one in kept) == served.given_again > before
    assert {one["path"] for one in kept} == {"/graphql"}
    figures = served.server.get("/metrics", served.server.operators)[1]
    assert not re.search(r'guantong_http_requests_total\{method="POST",route="other",status="200"\}', figures)
