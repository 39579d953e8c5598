"""Milliseconds of CPU that the product's middleware adds to a request, beside a bare endpoint of the web framework.

In one process and without a network, so that nothing else is measured: ASGI calls with the headers of a browser,
to an endpoint that answers ``ok``. Each round measures every way in turn, and the median of the rounds is given.

* bare: the endpoint in a Starlette application;
* headers: the same behind middleware that sets the same headers and does nothing else;
* product: the same behind all of the product's middleware, its log written to nowhere;
* traced: that, with every span recorded and thrown away.

    python -m bench.web [--requests N] [--rounds N]
"""

import argparse
import asyncio
import io
import statistics
import time
from collections.abc import Mapping
from typing import Any

from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from server.app import middleware
from server.headers import SECURITY_HEADERS
from server.logs import configure_logs
from server.metrics import Metrics
from server.settings import load_settings
from server.under_way import UnderWay

HEADERS = [
    (b"host", b"127.0.0.1:8000"),
    (b"accept", b"application/json"),
    (b"accept-language", b"zh-CN,zh;q=0.9"),
    (b"content-type", b"application/json"),
    (b"cookie", b"guantong_session=0192f3a17b1c70008000123456789012"),
    (b"origin", b"http://127.0.0.1:8000"),
    (b"sec-fetch-site", b"same-origin"),
    (
        b"user-agent",
        b"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0",
    ),
]


class OnlyHeaders:
    """What the headers alone cost."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.headers = [(name.encode(), value.encode()) for name, value in SECURITY_HEADERS.items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *self.headers]
            await send(message)

        await self.app(scope, receive, with_headers)


async def answer(_request: Request) -> Response:
    return JSONResponse({"status": "ok"})


def application(*around: Middleware) -> Starlette:
    return Starlette(routes=[Route("/graphql", answer, methods=["POST"])], middleware=list(around))


async def ask(app: ASGIApp) -> int:
    """The status of one request."""
    statuses: list[int] = []

    async def receive() -> Any:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": "/graphql",
        "query_string": b"",
        "root_path": "",
        "headers": list(HEADERS),
        "client": ("127.0.0.1", 50_000),
        "server": ("127.0.0.1", 8000),
        "state": {},
    }
    await app(scope, receive, send)
    return statuses[0]


async def cost(app: ASGIApp, requests: int) -> float:
    """Milliseconds of CPU a request."""
    began = time.process_time()
    for _ in range(requests):
        status = await ask(app)
        assert status == 200, status
    return (time.process_time() - began) / requests * 1000


async def measure(apps: Mapping[str, ASGIApp], requests: int, rounds: int) -> dict[str, float]:
    found: dict[str, list[float]] = {name: [] for name in apps}
    for app in apps.values():
        await cost(app, requests // 10 + 1)
    for _ in range(rounds):
        for name, app in apps.items():
            found[name].append(await cost(app, requests))
    return {name: statistics.median(times) for name, times in found.items()}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--requests", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=9)
    given = parser.parse_args()
    configure_logs(stream=io.StringIO())
    product = application(*middleware(load_settings(), Metrics(), UnderWay()))
    apps = {"bare": application(), "headers": application(Middleware(OnlyHeaders)), "product": product}
    found = asyncio.run(measure(apps, given.requests, given.rounds))
    trace.set_tracer_provider(TracerProvider(shutdown_on_exit=False))
    found |= asyncio.run(measure({"traced": product}, given.requests, given.rounds))
    print(f"{given.requests} requests a round, median of {given.rounds} rounds, CPU time of one process")
    for name, milliseconds in found.items():
        added, ratio = milliseconds - found["bare"], milliseconds / found["bare"]
        print(f"{name:8} {milliseconds:.3f} ms a request, {added:+.3f} ms, {ratio:.1f} times bare")


if __name__ == "__main__":
    main()
