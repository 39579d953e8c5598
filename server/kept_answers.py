"""Answers that are kept: who asks the same again, word for word, is answered alike while nothing was written meanwhile.

Screens ask again and again, and most of what they ask has not changed. Whether it has, the database tells by one small
question (``Database.moment``), which begins after the request has come and which all that come meanwhile share: so no
answer is older than its request. Kept is what rests on rows alone, for the same bytes of the same caller; the rights
that it was given by are rows as well. It is counted, charged and logged like any other.

Nothing is kept of what is asked once: the second time the answer is kept, the third time it is given.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2b
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core.dates import Clock
from core.errors import GuantongError
from core.kept import Kept
from schema.outcomes import OK
from server.connections import CAME
from server.metrics import Metrics
from server.watching import line

GRAPH = "/graphql"
QUERY = "query"
# What differs from one request to the next, and changes nothing in the answer.
_OF_THE_REQUEST = frozenset({b"x-request-id", b"traceparent", b"tracestate"})
_TO_KEEP = frozenset({200, 304})
# Bytes: of one answer that is kept, what it weighs besides its body, and what it does to know that something was asked.
LONGEST, BESIDE, ONCE = 1_048_576, 4_000, 500
BETWEEN_CLEARINGS = 60.0  # seconds


@dataclass(frozen=True, slots=True)
class Repeatable:
    """What a request was answered by, as far as the same may be done again without asking who asks.

    ``until`` is when that has to be asked anew; ``pay`` charges for it, and raises RATE_LIMITED.
    """

    until: datetime
    generation: str
    pay: Callable[[], Awaitable[None]]
    note: Callable[[], object]


@dataclass(slots=True)
class Answer:
    """An answer as it was sent, or only that it was."""

    asked: Repeatable | None = None
    route: Any = None
    moment: str | None = None
    start: Message = field(default_factory=dict)
    body: bytes = b""
    said: dict[str, Any] = field(default_factory=dict)

    @property
    def weight(self) -> int:
        return ONCE if self.asked is None else BESIDE + len(self.body) + len(self.said.get("name") or "")


class KeptAnswers:
    """The answers of one process, ``most`` bytes of them. ``moment`` tells by what the state of the data is known."""

    def __init__(
        self, most: int, clock: Clock, moment: Callable[[], Awaitable[str | None]], generation: Callable[[], str]
    ) -> None:
        self.moment = moment
        self.is_on = most > 0
        self._clock = clock
        self._generation = generation
        self._heads: Kept[bytes] = Kept(max(most // BESIDE, 1))
        self._clearing: asyncio.TimerHandle | None = None
        self._answers: Kept[Answer] = Kept(most, lambda one: one.weight)

    def knows(self, head: bytes) -> bool:
        """Whether a request with this head was answered by what may be kept."""
        return self._heads.found(head) is not None

    def of(self, head: bytes, body: bytes) -> Answer | None:
        """What was answered last, whether or not it holds; None for what was not asked before."""
        return self._answers.found(_digest((head, body)))

    def holds(self, answer: Answer, moment: str | None) -> bool:
        """Whether it is what would be answered now."""
        asked = answer.asked
        return (
            asked is not None
            and moment is not None
            and answer.moment == moment
            and asked.generation == self._generation()
            and self._clock.now() < asked.until
        )

    def keep(self, head: bytes, body: bytes, answer: Answer) -> None:
        self._heads.keep(head, head)
        self._answers.keep(_digest((head, body)), answer)
        if answer.asked is not None and self._clearing is None:
            self._clear_later()

    def _clear_later(self) -> None:
        self._clearing = asyncio.get_running_loop().call_later(BETWEEN_CLEARINGS, self._clear)

    def _clear(self) -> None:
        """Hold nobody's data in memory for much longer than it may be told."""
        now, self._clearing = self._clock.now(), None
        self._answers.drop_all(lambda one: one.asked is not None and one.asked.until <= now)
        if any(one.asked is not None for one in self._answers):
            self._clear_later()


class KeepsAnswers:
    """Before an application whose answers are kept. It reads nothing of a body whose head was not answered before."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app, self._metrics = app, metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        kept: KeptAnswers | None = scope.get("state", {}).get("kept_answers")
        if kept is None or not kept.is_on or scope["type"] != "http" or scope["path"] != GRAPH:
            await self._app(scope, receive, send)
            return
        began, head = time.perf_counter(), _head(scope)
        answer = None
        if kept.knows(head):
            body, receive = await _heard(scope, receive)
            answer = kept.of(head, body) if body is not None else None
        moment = await kept.moment() if answer is not None else None
        if answer is not None and kept.holds(answer, moment) and await _paid(answer):
            scope["route"] = answer.route
            await self._again(answer, began, send)
            return
        recorder = Recorder(send, is_on=moment is not None)
        await self._app(scope, receive, recorder.send)
        _keep(kept, head, moment, scope, recorder)

    async def _again(self, answer: Answer, began: float, send: Send) -> None:
        said = line.get()
        if said is not None:
            said |= answer.said
        await send({**answer.start, "headers": list(answer.start["headers"])})
        await send({"type": "http.response.body", "body": answer.body})
        self._metrics.operation_ended(QUERY, OK, time.perf_counter() - began)
        self._metrics.answered_again(answer.said["compiled"])


class Recorder:
    """Passes on what is sent, and remembers it if it is short enough."""

    def __init__(self, send: Send, *, is_on: bool) -> None:
        self._send, self._is_on = send, is_on
        self.start: Message | None = None
        self.body: list[bytes] = []
        self._length = 0
        self._is_whole = False

    async def send(self, message: Message) -> None:
        if self._is_on:
            self._note(message)
        await self._send(message)

    def _note(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.start = {**message, "headers": list(message["headers"])}
        elif message["type"] == "http.response.body":
            self._length += len(message.get("body", b""))
            self._is_on = self._length <= LONGEST
            self.body.append(message.get("body", b""))
            self._is_whole = not message.get("more_body", False)

    @property
    def may_be_kept(self) -> bool:
        """Whether all of an answer is here, and it is one that may be given again."""
        start = self.start
        return (
            self._is_on
            and self._is_whole
            and start is not None
            and start["status"] in _TO_KEEP
            and all(name.lower() != b"set-cookie" for name, _ in start["headers"])
        )


def _keep(kept: KeptAnswers, head: bytes, moment: str | None, scope: Scope, recorder: Recorder) -> None:
    state = scope["state"]
    asked: Repeatable | None = state.get("repeatable")
    body: bytes | None = state.get("body")
    said = line.get() or {}
    if asked is None or body is None or said.get("operation") != QUERY or said.get("code") != OK:
        return
    if not said.get("lasts"):
        return  # it rests on more than rows, as whatever resolvers tell may
    answer = Answer()
    if recorder.may_be_kept and recorder.start is not None:
        told = b"".join((*recorder.body, b""))  # a copy: what was encoded lies in a buffer that is larger
        start, said = _with_length(recorder.start, len(told)), {**said, "kept": True}
        answer = Answer(asked, scope.get("route"), moment, start, told, said)
    kept.keep(head, body, answer)


def _with_length(start: Message, length: int) -> Message:
    """The beginning of an answer whose length is known by now."""
    headers = [(name, value) for name, value in start["headers"] if name.lower() != b"transfer-encoding"]
    if start["status"] == 200 and all(name.lower() != b"content-length" for name, _ in headers):
        headers.append((b"content-length", str(length).encode()))
    return {**start, "headers": headers}


async def _paid(answer: Answer) -> bool:
    """Whether it could be charged for; if not, who asks is told so by what refuses it."""
    if answer.asked is None:
        return False
    try:
        await answer.asked.pay()
    except GuantongError:
        return False
    answer.asked.note()
    return True


def _head(scope: Scope) -> bytes:
    """What a request says before its body, and to whom and from where."""
    client, server = scope.get("client") or ("",), scope.get("server") or ("", 0)
    parts = [scope["method"].encode(), scope["query_string"], str(client[0]).encode(), str(server[1]).encode()]
    for name, value in scope["headers"]:
        if name not in _OF_THE_REQUEST:
            parts += (name, value)
    return _digest(parts)


def _digest(parts: Iterable[bytes]) -> bytes:
    """A digest of parts, of each of which the length is told: none can pass for another's end."""
    return blake2b(b"".join([b"%d:%b" % (len(part), part) for part in parts]), digest_size=20).digest()


async def _heard(scope: Scope, receive: Receive) -> tuple[bytes | None, Receive]:
    """The body of a request; whoever hears it once more has no more time for it than is left."""
    came = scope.get("extensions", {}).get(CAME, _not_yet)()
    if came is not None:
        return came, receive
    state, began = scope["state"], time.perf_counter()
    heard = await whole(receive, state["body_limit"], state["seconds"])
    state["seconds"] = max(state["seconds"] - (time.perf_counter() - began), 0)
    return heard


def _not_yet() -> bytes | None:
    return None


async def whole(receive: Receive, most: int, seconds: float) -> tuple[bytes | None, Receive]:
    """A body, and what it is received by once more; None for one that does not come, not in time, or is too long."""
    body, is_open = bytearray(), True
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            while is_open and len(body) <= most:
                message = await receive()
                if message["type"] != "http.request":
                    return None, _once_more(message, receive)  # who left is not answered
                body += message.get("body", b"")
                is_open = message.get("more_body", False)
    came = bytes(body)
    is_right = not is_open and len(came) <= most
    return came if is_right else None, _once_more({"type": "http.request", "body": came, "more_body": is_open}, receive)


def _once_more(message: Message, receive: Receive) -> Receive:
    left = [message]

    async def again() -> Message:
        return left.pop() if left else await receive()

    return again
