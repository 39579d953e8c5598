"""The ASGI application: routes, middleware, and what lives as long as the server does."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import timedelta
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles

from core.dates import Clock
from core.permissions import Actor, Role
from schema.limits.budget import budgets_with
from schema.outcomes import Watch
from server.clock import SystemClock
from server.compression import Compression
from server.cross_site import Cors, HostCheck, SameSite
from server.downloads import PATH, job_file
from server.graphql_endpoint import GraphQLEndpoint, Opened
from server.graphql_socket import graphql_socket
from server.headers import security_headers
from server.health import Health
from server.identity import check_secrets, identity_of
from server.kept_answers import KeepsAnswers, KeptAnswers
from server.metrics import Metrics
from server.middleware import RequestScope
from server.operators import PATHS, OperatorsPort
from server.page import STATIC, render_page
from server.proxies import Proxies
from server.rates import Rates
from server.responses import RequestFault, fault_response, refused
from server.settings import Settings
from server.side_by_side import SideBySide
from server.sign_in_endpoints import ROUTES
from server.sockets import Sockets
from server.under_way import UnderWay
from server.uploads import UploadLimits
from server.watching import Watching

OpenService = Callable[[Settings, Watch], AbstractAsyncContextManager[Opened]]

CLOCK = SystemClock()
COMPRESSED = [Middleware(Compression)]
PAGE_TOKEN_LIFETIME = timedelta(hours=12)
PAGE_ACTOR = Actor.of(Role.BUREAU_AUDITOR, "demonstration page")


def create_app(settings: Settings, open_service: OpenService, clock: Clock = CLOCK) -> Starlette:
    """The application; ``open_service`` opens what answers operations, and closes it when the server stops."""
    # Secrets that are refused stop the start, not the first request.
    check_secrets(settings, clock)
    health, metrics, under_way = Health(), Metrics(), UnderWay()

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[dict[str, Any]]:
        async with open_service(settings, Watching(metrics)) as opened:
            metrics.ask(opened.executor.gauges)
            identity = identity_of(settings, opened.database, clock)
            state = {
                "executor": opened.executor,
                "downloads": opened.downloads,
                "identity": identity,
                "authentication": identity.authentication,
                "health": health,
                "metrics": metrics,
                "body_limit": settings.body_limit,
                "upload_limits": UploadLimits(settings.artifact_limit, settings.body_limit),
                # Only the demonstration hands out rights to whoever opens the page.
                "page_actor": PAGE_ACTOR if settings.is_demonstration else None,
                "has_page": not settings.is_public,
                "seconds": settings.seconds,
                "side_by_side": SideBySide(settings.seconds),
                "sockets": Sockets(settings.sockets, settings.sockets_each),
                "rates": Rates(settings.counts_in, budgets_with(settings.budgets)),
                "kept_answers": KeptAnswers(
                    settings.kept_answers, clock, opened.database.moment, lambda: opened.executor.generation
                ),
            }
            try:
                yield state
            finally:
                await under_way.end()

    app = Starlette(
        routes=routes(settings),
        middleware=middleware(settings, metrics, under_way),
        exception_handlers=HANDLERS,
        lifespan=lifespan,
    )
    # A redirect would be written with the scheme and the name that the last proxy spoke to.
    app.router.redirect_slashes = False
    app.state.health = health
    return app


def routes(settings: Settings) -> list[BaseRoute]:
    """What is served where. The public profile has no page to try queries on."""
    found: list[BaseRoute] = [
        Route("/graphql", GraphQLEndpoint, middleware=COMPRESSED),
        WebSocketRoute("/graphql", graphql_socket),
        Route(PATH, job_file, methods=["GET"]),
        *(Route(path, view, methods=["GET"]) for path, view in PATHS.items()),
        Mount("/auth", routes=ROUTES),
    ]
    if not settings.is_public:
        files = Mount("/static", StaticFiles(directory=STATIC), middleware=COMPRESSED)
        found += [Route("/", page, methods=["GET"]), files]
    return found


def middleware(settings: Settings, metrics: Metrics, under_way: UnderWay) -> list[Middleware]:
    """From the outside in: nothing is looked at before it has an id, or done before host and site are known."""
    proxies = Proxies(settings.trusted_proxies)
    return [
        Middleware(
            RequestScope, headers=security_headers(settings), proxies=proxies, metrics=metrics, under_way=under_way
        ),
        Middleware(KeepsAnswers, metrics=metrics),
        Middleware(OperatorsPort, port=settings.operator_port, handlers=HANDLERS),
        Middleware(proxies.behind),
        Middleware(HostCheck, hosts=settings.hosts),
        *([Middleware(Cors, origins=settings.cors_origins)] if settings.cors_origins else []),
        Middleware(SameSite, settings=settings),
    ]


async def page(request: Request) -> Response:
    actor = request.state.page_actor
    token = None if actor is None else request.state.identity.tokens.issue(actor, PAGE_TOKEN_LIFETIME)
    return HTMLResponse(render_page(token))


async def http_exception(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    fault = refused(error.status_code, "没有这个地址或方法", error.detail, dict(error.headers or {}))
    return fault_response(request, fault)


async def request_fault(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestFault)
    return fault_response(request, error)


HANDLERS: Mapping[Any, Any] = {HTTPException: http_exception, RequestFault: request_fault}
