"""The operators' port: figures and health on an address of their own, which no route of the service leads to.

On the service's own port, "only from this machine" would let in everybody behind a proxy on it.
"""

from collections.abc import Mapping
from typing import Any

from starlette.middleware.exceptions import ExceptionMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, Router
from starlette.types import ASGIApp, Receive, Scope, Send

from server.health import healthz, readyz
from server.metrics import CONTENT_TYPE

PATHS = {"/healthz": healthz, "/readyz": readyz}


async def metrics(request: Request) -> Response:
    """The figures, for Prometheus."""
    return Response(request.state.metrics.text(), media_type=CONTENT_TYPE)


class OperatorsPort:
    """Answers what arrives at the operators' port, and passes on everything else.

    Where a request arrived is known from the socket: nothing that a client sends changes it.
    """

    def __init__(self, app: ASGIApp, port: int | None, handlers: Mapping[Any, Any]) -> None:
        self.app = app
        self._port = port
        routes = [Route(path, view, methods=["GET"]) for path, view in PATHS.items()]
        router = Router([Route("/metrics", metrics, methods=["GET"]), *routes], redirect_slashes=False)
        self._operators = ExceptionMiddleware(router, handlers)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_theirs = self._port is not None and scope["type"] == "http" and scope["server"][1] == self._port
        await (self._operators if is_theirs else self.app)(scope, receive, send)
