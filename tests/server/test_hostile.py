"""Everything hostile that we could think of, against servers as they run, and a second client who must not notice."""

import json
import resource
import shutil
import signal
import socket
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from tests.server.hostile import LONGEST, Attack, Attacker
from tests.server.hostile_documents import DOCUMENTS, OK, Document
from tests.server.hostile_requests import BODIES, HEAD, PUBLIC, REQUESTS, posts
from tests.server.hostile_servers import REVOKES, Attacked, attacked, leaving_alone
from tests.server.hostile_sockets import SOCKETS
from tests.server.hostile_wire import GREETING, Frames, frame, pour, status_of, subscribe
from tests.server.processes import until

IN_FLIGHT = "guantong_operations_in_flight"
CANCELLED = 'guantong_operations_total{code="CANCELLED",kind="mutation"}'
FILES, MEMORY = "process_open_fds", "process_resident_memory_bytes"
MANY, EACH, PLACES = 1_200, 100, 1_000
ROLE = {"query": "{ viewer { role } }"}
MUCH = {"query": "{ policy { id label { zh en } citation { clause } } }"}


@pytest.fixture(scope="module")
def partner(demonstration: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Attacked]:
    home = shutil.copytree(demonstration, tmp_path_factory.mktemp("partner") / "home")
    with attacked(home, deadline="3") as server, leaving_alone(server):
        yield server


@pytest.fixture(scope="module")
def patient(demonstration: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Attacked]:
    """A server that lets requests take longer than a test may, unless it is stopped."""
    home = shutil.copytree(demonstration, tmp_path_factory.mktemp("patient") / "home")
    with attacked(home, deadline="300", stop_seconds="1") as server:
        yield server


@pytest.fixture(scope="module")
def public(demonstration: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Attacked]:
    home = shutil.copytree(demonstration, tmp_path_factory.mktemp("public") / "home")
    with attacked(home, profile="public") as server:
        yield server


def comes_to(server: Attacked, attack: Attack) -> None:
    """An attack comes to what it may, and nobody else notices."""
    outcome = attack.run(Attacker(server.port))
    assert outcome in attack.expected
    server.second.is_answered()


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda one: one.name)
def test_operations_over_http(partner: Attacked, document: Document) -> None:
    assert Attacker(partner.port).ask(document.query, document.variables) == f"200 {document.code}"
    partner.second.is_answered()


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda one: one.name)
def test_operations_over_a_socket(partner: Attacked, document: Document) -> None:
    kind, _, code = Attacker(partner.port).subscribes(document.payload).partition(" ")
    assert code == document.code
    assert kind == "next" if code == OK else kind in ("next", "error")
    partner.second.is_answered()


@pytest.mark.parametrize("attack", [*BODIES, *REQUESTS], ids=lambda one: one.name)
def test_bodies_and_requests(partner: Attacked, attack: Attack) -> None:
    comes_to(partner, attack)


@pytest.mark.parametrize("attack", SOCKETS, ids=lambda one: one.name)
def test_sockets(partner: Attacked, attack: Attack) -> None:
    comes_to(partner, attack)


@pytest.mark.parametrize("attack", PUBLIC, ids=lambda one: one.name)
def test_the_public(public: Attacked, attack: Attack) -> None:
    comes_to(public, attack)


def test_nothing_is_suggested_to_the_public(public: Attacked) -> None:
    """What is registered is answered, the second client knows; what does not fit it is not told what would."""
    for asked in (
        b'{"query": "{ viewer { rolle } }"}',
        b'{"query": "{ titleSeries { code } }", "variables": {"a": 1}}',
    ):
        _, answer = Attacker(public.port).request("POST", "/graphql", asked, {"content-type": "application/json"})
        assert b"Did you mean" not in answer
        assert b'"cost"' not in answer
    assert posts(b'{"query": "{ titleSeries { code } }"}')(Attacker(public.port)) == "200 OK"


def test_thousands_of_idle_sockets(partner: Attacked) -> None:
    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    with ExitStack() as opened, Attacker(partner.port).socket() as before:
        answers = []
        for address in range(MANY // EACH):
            one = Attacker(partner.port)
            for _ in range(EACH + (address == 0)):
                connection, answer = one.upgraded()
                opened.enter_context(closing(connection))
                if answer.startswith(b"HTTP/1.1 101 "):
                    connection.sendall(frame(GREETING))
                answers.append(answer.split(b" ")[1])
        assert set(answers) == {b"101", b"503"}
        assert answers[: EACH + 1] == [b"101"] * EACH + [b"503"]  # too many from one address
        assert PLACES * 0.9 < answers.count(b"101") < PLACES  # and too many in all
        partner.second.is_answered()
        before.say(subscribe(ROLE))
        assert before.outcome() == "next OK"  # whoever is in, is served
    until(lambda: is_let_in(partner), partner.server)


def is_let_in(server: Attacked) -> bool:
    connection, answer = Attacker(server.port).upgraded()
    connection.close()
    return answer.startswith(b"HTTP/1.1 101 ")


def by_request(server: Attacked) -> socket.socket:
    connection = Attacker(server.port).connect()
    connection.sendall(request(server))
    return connection


def by_the_first_of_two_requests(server: Attacked) -> socket.socket:
    connection = Attacker(server.port).connect()
    connection.sendall(request(server) * 2)
    return connection


def by_socket(server: Attacked) -> socket.socket:
    connection, _ = server.officer().upgraded()
    connection.sendall(frame(GREETING) + frame(subscribe({"query": REVOKES})))
    return connection


def request(server: Attacked) -> bytes:
    """A request of the officer that waits for the database."""
    body = json.dumps({"query": REVOKES}).encode()
    head = f"Authorization: Bearer {server.token}\r\nContent-Length: {len(body)}\r\n\r\n"
    return HEAD + head.encode() + body


@pytest.mark.parametrize("begin", [by_request, by_the_first_of_two_requests, by_socket])
def test_the_work_of_whoever_leaves_is_stopped(patient: Attacked, begin: Callable[[Attacked], socket.socket]) -> None:
    before = patient.figure(CANCELLED)
    with patient.locked():
        connection = begin(patient)
        patient.wait_until(IN_FLIGHT, 1)
        connection.close()
        # It would wait for longer than this may take, were it not stopped.
        until(lambda: patient.figure(CANCELLED) == before + 1, patient.server)
        patient.second.is_answered()


def test_what_takes_too_long_is_stopped(partner: Attacked) -> None:
    with partner.locked():
        assert partner.officer().ask(REVOKES) == "504 DEADLINE_EXCEEDED"
        assert partner.officer().subscribes({"query": REVOKES}) == "error DEADLINE_EXCEEDED"
        partner.second.is_answered()


def test_one_caller_does_not_take_every_place(partner: Attacked) -> None:
    """Fifty that wait for the database, and others are answered; then each is told that it took too long."""
    with partner.locked(), ExitStack() as opened:
        waiting = [opened.enter_context(closing(by_request(partner))) for _ in range(50)]
        partner.wait_until(IN_FLIGHT, 5)
        partner.second.is_answered()
        outcomes = Counter(status_of(pour(one, for_seconds=LONGEST)) for one in waiting)
        assert set(outcomes) <= {"504 DEADLINE_EXCEEDED", "429 RATE_LIMITED"}
        partner.second.is_answered()


def test_it_stops_when_it_is_told_to(patient: Attacked) -> None:
    """Whatever is open and under way. Nothing can be asked of this server any more."""
    server = patient
    with ExitStack() as opened:
        one = server.officer()
        asked, _ = one.upgraded()
        idle = [one.upgraded()[0] for _ in range(50)]
        unread, _ = one.upgraded(receives=4_096)
        unread.sendall(frame(GREETING) + b"".join(frame(subscribe(MUCH, str(n))) for n in range(19)))
        silent, half = one.connect(), one.connect()
        half.sendall(HEAD)
        for connection in (asked, *idle, unread, silent, half):
            opened.enter_context(closing(connection))
        for connection in idle:
            connection.sendall(frame(GREETING))
        opened.enter_context(server.locked())
        asked.sendall(frame(GREETING) + frame(subscribe({"query": REVOKES})))
        with closing(by_request(server)) as waiting:
            server.wait_until(IN_FLIGHT, 2)
            server.second.end()
            server.server.terminate()
            assert status_of(pour(waiting, for_seconds=LONGEST)) == "503 UNAVAILABLE"
        assert Frames(asked).end() == "closed 1012"
        assert {Frames(each).end() for each in idle} == {"closed 1012"}
        assert server.server.wait() == -signal.SIGTERM
        assert server.second.wrong == []


def test_whoever_was_left_alone_was_not_waited_for(partner: Attacked) -> None:
    found = {name: future.result(LONGEST) for name, future in partner.left_alone.items()}
    assert found == {"idle": "gone", "half_a_head": "408", "no_greeting": "closed 4408"}


def test_nothing_of_it_all_is_left(partner: Attacked) -> None:
    until(lambda: partner.figure(FILES) < 100 and partner.figure(IN_FLIGHT) <= 1, partner.server)
    assert partner.figure(MEMORY) < 1_000_000_000
    written = partner.server.written()
    assert "Traceback" not in written
    assert "INTERNAL" not in written
    assert "127.0.0.1:" not in written.replace(partner.server.base, "")  # nobody's address
    assert partner.second.wrong == []
