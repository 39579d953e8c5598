"""Runs the web server until it is told to stop."""

import asyncio
import socket
from os import strerror

import uvicorn
from rich.console import Console

from core.errors import ErrorCode, GuantongError
from core.texts import Text
from server.app import OpenExecutor, create_app
from server.logs import configure_logs
from server.settings import Settings
from server.terms import terms_of
from server.wiring import open_parts

SECONDS_TO_FINISH = 5


def run(settings: Settings, open_executor: OpenExecutor) -> None:
    """Serve until SIGTERM or SIGINT; requests under way have a few seconds to finish."""
    configure_logs()
    asyncio.run(_check(settings))
    config = uvicorn.Config(
        create_app(settings, open_executor),
        access_log=False,  # the application writes its own line
        date_header=False,
        log_config=None,
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=SECONDS_TO_FINISH,
    )
    with bind(settings.host, settings.port) as listener:
        announce(listener)
        uvicorn.Server(config).run(sockets=[listener])


def bind(host: str, port: int) -> socket.socket:
    """A listening socket, or a coded error when the port is taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=2048)
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
    terms_of(settings)
    async with open_parts(settings):
        return
