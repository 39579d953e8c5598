"""Runs the web server until it is told to stop."""

import asyncio
import gc
import os
import resource
import signal
import socket
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from functools import partial
from os import strerror
from types import FrameType

import structlog
import uvicorn
from rich.console import Console

from core.errors import ErrorCode, GuantongError
from core.texts import Text
from server.app import OpenService, create_app
from server.connections import MOST_CONNECTIONS, BoundedRequests, BoundedSocket
from server.health import Health
from server.logs import catch_what_nobody_caught, configure_logs
from server.settings import Settings
from server.terms import terms_of
from server.tracing import send_traces
from server.wiring import open_parts

# A thread cannot be cancelled: this long after everything else has ended, the process goes without it.
SECONDS_FOR_THREADS = 3
# A client that takes nothing of what was sent to it for so long is gone; told to the kernel, in milliseconds.
UNTIL_TAKEN = 30_000
# Open files besides connections: the database's, the log's, Python's own.
OTHER_FILES = 200

log = structlog.get_logger("guantong.serving")


def run(settings: Settings, open_service: OpenService) -> None:
    """Serve until SIGTERM or SIGINT; requests under way have a few seconds to finish."""
    configure_logs()
    catch_what_nobody_caught()
    send_last_traces = send_traces(settings.traces_endpoint)
    asyncio.run(_check(settings))
    terms_of(settings)
    app = create_app(settings, open_service)
    config = uvicorn.Config(
        app,
        http=partial(BoundedRequests, most=min(MOST_CONNECTIONS, files_at_most() - OTHER_FILES)),  # type: ignore[arg-type]
        ws=BoundedSocket,
        access_log=False,  # the application writes its own line
        date_header=False,
        log_config=None,
        proxy_headers=False,
        server_header=False,
        ws_max_size=settings.body_limit,
        ws_per_message_deflate=False,  # it would cost each idle socket more than all the rest of it
        timeout_graceful_shutdown=settings.stop_seconds,
    )
    with ExitStack() as stack:
        listeners = [stack.enter_context(bind(settings.host, settings.port))]
        if settings.operator_port is not None:
            listeners.append(stack.enter_context(bind(settings.operator_host, settings.operator_port)))
        announce(listeners[0])
        Server(config, app.state.health, settings.seconds_to_drain, send_last_traces).run(sockets=listeners)


class Server(uvicorn.Server):
    """A server that says that it is going before it goes, and goes even if something of it hangs."""

    def __init__(
        self, config: uvicorn.Config, health: Health, seconds_to_drain: float, at_the_end: Callable[[], object]
    ) -> None:
        super().__init__(config)
        self._health = health
        self._seconds_to_drain = seconds_to_drain
        self._at_the_end = at_the_end
        self._leaves_at: float | None = None

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """SIGTERM, once, drains first: load balancers ask every few seconds. SIGINT, or a second one, stops at once."""
        is_first = not self._health.is_draining
        self._health.drain()
        if is_first and sig == signal.SIGTERM and self._seconds_to_drain:
            self._leaves_at = time.monotonic() + self._seconds_to_drain
        else:
            super().handle_exit(sig, frame)

    async def on_tick(self, counter: int) -> bool:
        if self._leaves_at is not None and not self.should_exit and time.monotonic() >= self._leaves_at:
            super().handle_exit(signal.SIGTERM, None)
        return await super().on_tick(counter)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        # What is there now stays: looking through all of it for what could be thrown away takes a tenth of a second, in
        # which nobody is answered.
        gc.collect()
        gc.freeze()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        bound = (self.config.timeout_graceful_shutdown or 0) + SECONDS_FOR_THREADS
        hard_end = threading.Timer(bound, _leave)
        hard_end.daemon = True
        hard_end.start()
        self._health.stop()
        await super().shutdown(sockets)
        self._at_the_end()  # the signal that stopped the server ends the process next


def _leave() -> None:
    log.critical("stopped without waiting any longer; what was not committed is undone")
    os._exit(1)


def files_at_most() -> int:
    """How many files may be open, once as many may be as the system allows: its default is few for a server."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != hard:
        with suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    found = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    return MOST_CONNECTIONS + OTHER_FILES if found == resource.RLIM_INFINITY else found


def bind(host: str, port: int) -> socket.socket:
    """A listening socket, or a coded error when the port is taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listener = socket.create_server((host, port), family=family, backlog=2048)
        if hasattr(socket, "TCP_USER_TIMEOUT"):
            # Connections inherit it. Without it, what is left unread when one is closed is kept for ever.
            listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, UNTIL_TAKEN)
        return listener
    except OSError as error:
        raise GuantongError(
            ErrorCode.SETTINGS_INVALID,
            Text(
                f"无法监听 {host}:{port}（{strerror(error.errno or 0)}）；请用 PORT 另选端口",
                f"cannot listen on {host}:{port} ({strerror(error.errno or 0)}); choose another port with PORT",
            ),
        ) from None


def announce(listener: socket.socket) -> None:
    """Say where the page and the API are."""
    base = address(*listener.getsockname()[:2])
    console = Console(highlight=False, soft_wrap=True)
    console.print(f"贯通 Guantong  [bold]{base}/[/bold]\n查询接口 API   [bold]{base}/graphql[/bold]")


def address(host: str, port: int) -> str:
    """The base of the URLs of a host and port."""
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


async def _check(settings: Settings) -> None:
    """Faults of packs, keys and database come out as coded text before the server starts, not as its traceback."""
    async with open_parts(settings):
        return
