"""Hostile sockets, messages and frames, each with what may come of it."""

import json
from contextlib import closing

from tests.server.hostile import PROTOCOL, Attack, Attacker, Run
from tests.server.hostile_requests import EVIL, SESSION
from tests.server.hostile_wire import BINARY, CONTINUED, GREETING, PING, PONG, Frames, frame, subscribe

SMALL = {"query": "{ viewer { role } }"}
# The database is asked for it: nothing of it is remembered from one request to the next.
ASKED = {"query": "{ occupations(first: 1) { edges { node { code } } } }"}
DEFLATED = b"\xaa\x56\x2a\xa9\x2c\x48\x55\xb2\x52\x2a\xc8\xcc\x4b\x57\xaa\x05\x00"
SUBPROTOCOL = f"Sec-WebSocket-Protocol: {PROTOCOL}"


def opens(*headers: str) -> Run:
    """What comes of a handshake with these headers."""

    def run(one: Attacker) -> str:
        connection, answer = one.upgraded(*headers)
        with closing(connection):
            if answer.startswith(b"HTTP/1.1 101 "):
                return Frames(connection).outcome()
            return answer.split(b" ")[1].decode() if answer else "gone"

    return run


def says(*messages: str, greets: bool = True) -> Run:
    return lambda one: one.says(*map(frame, messages), greets=greets)


def frames(*sent: bytes, endlessly: bytes = b"") -> Run:
    return lambda one: one.says(*sent, endlessly=endlessly)


def fragments(text: str, length: int) -> bytes:
    """A message in frames of so many characters."""
    pieces = [text[start : start + length] for start in range(0, len(text), length)]
    first, *middle, last = pieces
    return b"".join(
        (
            frame(first, is_last=False),
            *(frame(piece, CONTINUED, is_last=False) for piece in middle),
            frame(last, CONTINUED),
        )
    )


def half_open(one: Attacker) -> str:
    """The head of the handshake without its end, and gone without a word."""
    with closing(one.connect()) as connection:
        connection.sendall(b"GET /graphql HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\n")
    return "gone"


def reads_nothing(one: Attacker) -> str:
    """Asks for much and takes none of it; the answers that came all the same are few."""
    with one.socket(receives=4_096) as connection:
        for number in range(19):
            connection.say(subscribe({"query": "{ policy { id label { zh en } citation { clause } } }"}, str(number)))
        return "left"


INIT_WITH_NOTHING = json.dumps({"type": "connection_init", "payload": {"authorization": "Bearer x"}})
DEEP = '{"type": "ping", "payload": ' + "[" * 5_000 + "]" * 5_000 + "}"
OPENED_WITH = frame(b"[", is_last=False)
SOCKETS = (
    Attack.of("no subprotocol", opens("X-A: b"), "closed 4406"),
    Attack.of("the old subprotocol", opens("Sec-WebSocket-Protocol: graphql-ws"), "closed 4406"),
    Attack.of("a socket of another site's page", opens(SUBPROTOCOL, f"Origin: {EVIL}", f"Cookie: {SESSION}"), "403"),
    Attack.of("a token that is none", says(INIT_WITH_NOTHING, greets=False), "closed 4403"),
    Attack.of("an operation before the greeting", says(subscribe(SMALL), greets=False), "closed 4401"),
    Attack.of("a second greeting", says(GREETING), "closed 4429"),
    Attack.of("greetings without an end", frames(endlessly=frame(GREETING) * 1_000), "closed 4429", "gone"),
    Attack.of("the same id twice", says(*[subscribe(ASKED)] * 2), "closed 4409", "next OK"),
    Attack.of("an id of 101 characters", says(subscribe(SMALL, "x" * 101)), "closed 4400"),
    Attack.of("no JSON", says("{"), "closed 4400"),
    Attack.of("no UTF-8", frames(frame(b'{"type": "\xff\xfe"}')), "closed 1007"),
    Attack.of("a message nested 5,000 deep", says(DEEP), "closed 4400"),
    Attack.of("null", says("null"), "closed 4400"),
    Attack.of("a type that there is not", says('{"type": "start"}'), "closed 4400"),
    Attack.of("bytes", frames(frame(b"{}", BINARY)), "closed 4400"),
    Attack.of("a compressed frame", frames(frame(DEFLATED, reserved=64)), "closed 1002"),
    Attack.of("a frame that is not masked", frames(b"\x81\x02{}"), "closed 1002"),
    Attack.of("a kind of frame that there is not", frames(frame(b"", 3)), "closed 1002"),
    Attack.of("a ping of 126 bytes", frames(frame(bytes(126), PING)), "closed 1002"),
    Attack.of("a continuation of nothing", frames(frame(b"", CONTINUED)), "closed 1002"),
    Attack.of("a frame of a terabyte", frames(b"\x81\xff" + (2**40).to_bytes(8) + bytes(4)), "closed 1009"),
    Attack.of("a message in fragments", frames(fragments(subscribe(SMALL), 2)), "next OK"),
    Attack.of(
        "fragments without an end",
        frames(OPENED_WITH, endlessly=frame(b"[" * 5_000, CONTINUED, is_last=False) * 10),
        "closed 1009",
        "gone",
    ),
    Attack.of(
        "empty fragments without an end",
        frames(OPENED_WITH, endlessly=frame(b"", CONTINUED, is_last=False) * 5_000),
        "closed 1008",
        "gone",
    ),
    Attack.of("pings of frames without an end", frames(endlessly=frame(b"", PING) * 5_000), "closed 1008", "gone"),
    Attack.of("pongs of frames without an end", frames(endlessly=frame(b"", PONG) * 5_000), "closed 1008", "gone"),
    Attack.of("pings without an end", frames(endlessly=frame('{"type": "ping"}') * 2_000), "closed 1008", "gone"),
    Attack.of("pongs without an end", frames(endlessly=frame('{"type": "pong"}') * 2_000), "closed 1008", "gone"),
    Attack.of("no operations without an end", frames(endlessly=frame(subscribe(1)) * 500), "closed 1008", "gone"),
    Attack.of(
        "operations without an end",
        frames(*(frame(subscribe(ASKED, str(number))) for number in range(5_000))),
        "closed 1008",
        "next OK",
        "gone",
    ),
    Attack.of("half a handshake", half_open, "gone"),
    Attack.of("answers left unread", reads_nothing, "left"),
)
