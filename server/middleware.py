"""Pure ASGI middleware: the request's id, its log line, the masking of bugs, and the security headers."""

import time
from dataclasses import dataclass, field

import structlog
from starlette.datastructures import MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog.contextvars import bound_contextvars
from uuid_utils.compat import uuid7

from core.texts import Text
from server.responses import JSON, error_body

log = structlog.get_logger("guantong.http")

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)
SECURITY_HEADERS = {
    "content-security-policy": CONTENT_SECURITY_POLICY,
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}


@dataclass(slots=True)
class Exchange:
    """One request as the log sees it."""

    scope: Scope
    send: Send
    request_id: str = field(default_factory=lambda: str(uuid7()))
    started: float = field(default_factory=time.perf_counter)
    status: int | None = None

    async def send_with_headers(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = MutableHeaders(scope=message)
            headers["x-request-id"] = self.request_id
            headers.setdefault("cache-control", "no-store")
            for name, value in SECURITY_HEADERS.items():
                headers.setdefault(name, value)
        await self.send(message)

    def write_line(self) -> None:
        milliseconds = round((time.perf_counter() - self.started) * 1000, 1)
        # The path without its query string, which may hold what should not be logged.
        log.info("request", method=self.scope["method"], path=self.scope["path"], status=self.status, ms=milliseconds)


class RequestScope:
    """Outermost: every answer has an id and the security headers, and no bug shows its insides."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        exchange = Exchange(scope, send)
        scope.setdefault("state", {})["request_id"] = exchange.request_id
        with bound_contextvars(request_id=exchange.request_id):
            try:
                await self.app(scope, receive, exchange.send_with_headers)
            except Exception:
                log.exception("unhandled error")
                if exchange.status is not None:
                    raise  # the answer has begun: the server must cut it off
                await masked(exchange.request_id)(scope, receive, exchange.send_with_headers)
            finally:
                exchange.write_line()


def masked(request_id: str) -> Response:
    """What a caller learns of a bug: nothing but the id under which it is logged."""
    message = Text(f"内部错误，请告知请求编号 {request_id}", f"internal error; quote the request id {request_id}")
    return Response(error_body(message, "INTERNAL", request_id), 500, media_type=JSON)
