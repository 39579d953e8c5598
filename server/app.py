"""The ASGI application: routes, middleware, and what lives as long as the server does."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import timedelta
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from core.permissions import Actor, Role
from schema.limits.budget import budgets_with
from server.clock import SystemClock
from server.graphql_endpoint import Executor, GraphQLEndpoint
from server.middleware import CONTENT_SECURITY_POLICY, RequestScope
from server.page import STATIC, render_page
from server.rates import Rates
from server.responses import fault_response, refused
from server.settings import Settings
from server.tokens import token_authority
from server.uploads import UploadLimits

OpenExecutor = Callable[[Settings], AbstractAsyncContextManager[Executor]]

PAGE_TOKEN_LIFETIME = timedelta(hours=12)
# The dialogs of GraphiQL make style elements of their own; scripts stay as strict as everywhere.
PAGE_HEADERS = {
    "content-security-policy": CONTENT_SECURITY_POLICY.replace("style-src 'self'", "style-src 'self' 'unsafe-inline'")
}
PAGE_ACTOR = Actor.of(Role.BUREAU_AUDITOR, "demonstration page")


def create_app(settings: Settings, open_executor: OpenExecutor) -> Starlette:
    """The application; ``open_executor`` opens what answers operations, and closes it when the server stops."""
    tokens = token_authority(settings, SystemClock())

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[dict[str, Any]]:
        async with open_executor(settings) as executor:
            yield {
                "executor": executor,
                "tokens": tokens,
                "body_limit": settings.body_limit,
                "upload_limits": UploadLimits(settings.artifact_limit, settings.body_limit),
                # Only the demonstration hands out rights to whoever opens the page.
                "page_actor": PAGE_ACTOR if settings.is_demonstration else None,
                "has_page": not settings.is_public,
                "seconds": settings.seconds,
                "rates": Rates(settings.counts_in, budgets_with(settings.budgets)),
            }

    routes: list[BaseRoute] = [Route("/graphql", GraphQLEndpoint), Route("/healthz", healthz, methods=["GET"])]
    if not settings.is_public:
        routes += [Route("/", page, methods=["GET"]), Mount("/static", StaticFiles(directory=STATIC))]
    return Starlette(
        routes=routes,
        middleware=[
            Middleware(RequestScope),
            Middleware(TrustedHostMiddleware, allowed_hosts=settings.hosts, www_redirect=False),
        ],
        exception_handlers={HTTPException: http_exception},
        lifespan=lifespan,
    )


async def page(request: Request) -> Response:
    actor = request.state.page_actor
    token = None if actor is None else request.state.tokens.issue(actor, PAGE_TOKEN_LIFETIME)
    return HTMLResponse(render_page(token), headers=PAGE_HEADERS)


async def healthz(_request: Request) -> Response:
    """Answers once start-up is done: the server accepts nothing before that."""
    return JSONResponse({"status": "ok"})


async def http_exception(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    fault = refused(error.status_code, "没有这个地址或方法", error.detail, dict(error.headers or {}))
    return fault_response(request, fault)
