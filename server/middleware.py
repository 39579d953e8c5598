"""The outermost layer, pure ASGI: a request's id, log line, span and figures, the masking of bugs, and the headers."""

import asyncio
import re
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import Token
from dataclasses import dataclass, field
from typing import Any

import structlog
from opentelemetry import context as tracing_context
from opentelemetry import trace
from opentelemetry.trace import SpanKind, Status, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog.contextvars import bind_contextvars, reset_contextvars
from uuid_utils import uuid7

from core.errors import ErrorCode, GuantongError
from core.redaction import redacted
from core.texts import Text
from server.logs import say
from server.metrics import METHODS, OTHER, Metrics
from server.proxies import Proxies
from server.responses import JSON, RequestFault, error_body, internal_error, refuse
from server.under_way import UnderWay
from server.watching import line

log = structlog.get_logger("guantong.http")
_tracer = trace.get_tracer("guantong")
_parents = TraceContextTextMapPropagator()

REQUEST_ID = b"x-request-id"
NOT_STORED = {"cache-control": "no-store"}
STARTS = frozenset({"http.response.start", "websocket.http.response.start"})
LONGEST_PATH = 200
WEBSOCKET = "WEBSOCKET"
# Closing a WebSocket: the server met what it did not expect.
WENT_WRONG = 1011
_REQUEST_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{7,59}")


@dataclass(slots=True)
class Exchange:
    """One request, or one WebSocket, as operators see it."""

    scope: Scope
    send: Send
    request_id: str
    headers: Sequence[tuple[bytes, bytes]]
    said: dict[str, Any] = field(default_factory=dict)
    started: float = field(default_factory=time.perf_counter)
    status: int | None = None
    is_open: bool = False

    @property
    def has_begun(self) -> bool:
        """Whether an answer is on its way, which cannot be taken back."""
        return self.status is not None or self.is_open

    @property
    def method(self) -> str:
        """The method, if it is one that there is: a client may write anything there."""
        method = self.scope.get("method", WEBSOCKET)
        return method if method in METHODS or method == WEBSOCKET else OTHER

    @property
    def route(self) -> str | None:
        """The address as the routes write it; None for one that there is not."""
        return getattr(self.scope.get("route"), "path", None)

    async def send_with_headers(self, message: Message) -> None:
        if message["type"] in STARTS:
            self.status = message["status"]
            given = [one for one in message["headers"] if one[0] != REQUEST_ID]
            there = {name for name, _ in given}
            others = [one for one in self.headers if one[0] not in there]
            message["headers"] = [*given, (REQUEST_ID, self.request_id.encode()), *others]
        elif message["type"] == "websocket.accept":
            self.is_open = True
        await self.send(message)

    def write_line(self) -> None:
        milliseconds = round((time.perf_counter() - self.started) * 1000, 1)
        # The path without its query string, which may hold what should not be logged.
        path = redacted(self.scope["path"][:LONGEST_PATH])
        known = {"method": self.method, "path": path, "status": self.status, "ms": milliseconds}
        say("guantong.http", "request", **known, **self.said, request_id=self.request_id)


# What has to be put back when a request is over.
Told = tuple[Token[dict[str, Any] | None], Mapping[str, Token[Any]]]


class RequestScope:
    """Outermost: every answer has an id and the security headers, and no bug shows its insides."""

    def __init__(
        self, app: ASGIApp, headers: Mapping[str, str], proxies: Proxies, metrics: Metrics, under_way: UnderWay
    ) -> None:
        self.app = app
        # Where an answer says nothing else.
        self._headers = [(name.encode(), value.encode()) for name, value in {**NOT_STORED, **headers}.items()]
        self._proxies = proxies
        self._metrics = metrics
        self._under_way = under_way

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        is_trusted = self._proxies.sent(scope)
        exchange = Exchange(scope, send, request_id(scope, is_trusted), self._headers)
        scope.setdefault("state", {})["request_id"] = exchange.request_id
        told = self._begin(exchange)
        with self._under_way, traced(exchange, is_trusted):
            try:
                await self.app(scope, receive, exchange.send_with_headers)
            except asyncio.CancelledError:
                # The server stops, and this took longer than it could wait.
                if not exchange.has_begun:
                    await refuse(scope, receive, exchange.send_with_headers, cut_off())
                raise
            except Exception:
                log.exception("unhandled error")
                if exchange.status is not None:
                    raise  # the answer has begun: the server must cut it off
                await give_up(exchange, receive)
            finally:
                self._end(exchange, told)

    def _begin(self, exchange: Exchange) -> Told:
        self._metrics.request_began()
        return line.set(exchange.said), bind_contextvars(request_id=exchange.request_id)

    def _end(self, exchange: Exchange, told: Told) -> None:
        said, bound = told
        reset_contextvars(**bound)
        line.reset(said)
        self._metrics.request_ended(exchange.method, exchange.route, exchange.status)
        exchange.write_line()


def request_id(scope: Scope, is_trusted: bool) -> str:
    """The id that a trusted proxy gave the request, if it is well-formed; a new one otherwise."""
    given = Headers(scope=scope).getlist("x-request-id") if is_trusted else []
    # Some proxies pass on whatever a client wrote there.
    if len(given) == 1 and _REQUEST_ID.fullmatch(given[0]) and redacted(given[0]) == given[0]:
        return given[0]
    return str(uuid7())


@contextmanager
def traced(exchange: Exchange, is_trusted: bool) -> Iterator[None]:
    """A span around the request, under the trace that a trusted proxy began."""
    carrier = {"traceparent": Headers(scope=exchange.scope).get("traceparent", "")} if is_trusted else {}
    span = _tracer.start_span("request", context=_parents.extract(carrier), kind=SpanKind.SERVER)
    if not span.get_span_context().is_valid:
        yield  # nobody traces
        return
    token = tracing_context.attach(trace.set_span_in_context(span))
    try:
        yield
    finally:
        tracing_context.detach(token)
        if span.is_recording():
            describe(span, exchange)
        span.end()


def describe(span: trace.Span, exchange: Exchange) -> None:
    route = exchange.route or OTHER
    span.update_name(f"{exchange.method} {route}")
    span.set_attributes({"http.request.method": exchange.method, "http.route": route})
    span.set_attribute("guantong.request_id", exchange.request_id)
    if exchange.status is not None:
        span.set_attribute("http.response.status_code", exchange.status)
        if exchange.status >= 500:
            span.set_status(Status(StatusCode.ERROR))


async def give_up(exchange: Exchange, receive: Receive) -> None:
    """Tell the caller as little of a bug as there is to tell."""
    if exchange.is_open:
        await exchange.send({"type": "websocket.close", "code": WENT_WRONG, "reason": exchange.request_id})
        return
    await masked(exchange.request_id)(exchange.scope, receive, exchange.send_with_headers)


def cut_off() -> RequestFault:
    """Nothing of what was asked has been done: what was written is undone with it."""
    message = Text(
        "服务正在停止，请求未完成；请重新发送", "the server is stopping and did not finish; send the request again"
    )
    return RequestFault(503, GuantongError(ErrorCode.UNAVAILABLE, message), {"retry-after": "1"})


def masked(request_id: str) -> Response:
    """The answer to a request that met a bug."""
    return Response(error_body(internal_error(request_id)), 500, media_type=JSON)
