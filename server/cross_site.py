"""What other sites may do to this one through a visitor's browser: nothing, unless the settings name them.

A browser adds cookies to whatever a page makes it send. So a request that carries the session's cookie and may change
something has to prove, by headers that no page can forge, that a page of this server or of a named origin sent it.
"""

import re
from collections.abc import Collection, Mapping

from starlette.datastructures import Headers
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from core.errors import ErrorCode, GuantongError
from core.redaction import shown
from core.texts import Text
from server.cookies import Cookies
from server.graphql_http import FORM_PREFLIGHT
from server.responses import RequestFault, refuse, refused
from server.settings import Settings

HARMLESS = frozenset({"GET", "HEAD", "OPTIONS"})
GRAPH = "/graphql"
FILES = "/jobs/"  # what is read below it is a file for whoever is signed in
# What a form can send without the browser asking first.
_FORMS = frozenset({"application/x-www-form-urlencoded", "multipart/form-data", "text/plain", ""})
_HOST = re.compile(r"(?P<name>\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::\d{1,5})?")


class HostCheck:
    """Answers under the names of the settings alone: a page elsewhere must not reach it by renaming its own server."""

    def __init__(self, app: ASGIApp, hosts: Collection[str]) -> None:
        self.app = app
        self._exact = {host.lower() for host in hosts}
        self._domains = tuple(host[1:].lower() for host in hosts if host.startswith("*."))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan" or self._is_ours(Headers(scope=scope).getlist("host")):
            await self.app(scope, receive, send)
            return
        await refuse(
            scope,
            receive,
            send,
            refused(
                400,
                "请求的主机名不属于本服务；主机名由 GUANTONG_ALLOWED_HOSTS 设定",
                "the request names a host that is not this server's; GUANTONG_ALLOWED_HOSTS lists its names",
            ),
        )

    def _is_ours(self, sent: list[str]) -> bool:
        found = _HOST.fullmatch(sent[0].lower()) if len(sent) == 1 else None
        return found is not None and (found["name"] in self._exact or found["name"].endswith(self._domains or ("\0",)))


class Cors(CORSMiddleware):
    """Lets pages of the named origins read answers; a preflight that is refused says why, coded like the rest."""

    def __init__(self, app: ASGIApp, origins: Collection[str]) -> None:
        super().__init__(
            app,
            allow_origins=tuple(origins),
            allow_methods=("GET", "POST"),
            allow_headers=("authorization", "content-type", "if-none-match", FORM_PREFLIGHT),
            allow_credentials=True,
            expose_headers=("etag", "retry-after", "x-request-id"),
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope) if scope["type"] == "http" else Headers()
        asks_first = {"origin", "access-control-request-method"} <= set(headers.keys()) and scope["method"] == "OPTIONS"
        answer = self.preflight_response(headers) if asks_first else None
        if answer is None or answer.status_code < 400:
            await super().__call__(scope, receive, send)
            return
        origin = shown(headers["origin"])
        await refuse(
            scope,
            receive,
            send,
            refused(
                403,
                f"不允许“{origin}”的页面发送此请求；来源由 GUANTONG_CORS_ORIGINS 设定",
                f"pages of '{origin}' may not send this; GUANTONG_CORS_ORIGINS lists who may, by GET and POST",
                {"vary": "origin"},
            ),
        )


class SameSite:
    """Refuses what another site makes a browser send together with the session's cookie, WebSockets included."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        self._session = Cookies(secure=not settings.is_demonstration).session
        self._pages = Pages.of(settings)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            self._check(scope)
        except RequestFault as fault:
            await refuse(scope, receive, send, fault)
        else:
            await self.app(scope, receive, send)

    def _check(self, scope: Scope) -> None:
        if scope["type"] == "lifespan":
            return
        is_harmless = scope.get("method") in HARMLESS
        if is_harmless and not reads_for_a_session(scope):
            return
        request = HTTPConnection(scope)
        if not request.cookies.get(self._session):
            return
        if is_harmless and request.headers.get("sec-fetch-site") == "none":
            return  # its address was typed, or kept as a bookmark
        self._pages.check(request.headers)
        if scope["type"] == "http":
            check_is_no_form(request.headers)


def reads_for_a_session(scope: Scope) -> bool:
    """Whether what is read depends on who is signed in: a file, or a query by GET."""
    path: str = scope["path"]
    return path.startswith(FILES) or (path == GRAPH and bool(scope["query_string"]))


class Pages:
    """Whose pages may act for a visitor: this server's, and those of the named origins."""

    def __init__(self, scheme: str, origins: Collection[str]) -> None:
        self._scheme = scheme
        self._origins = frozenset(origins)

    @classmethod
    def of(cls, settings: Settings) -> "Pages":
        # Production is reached by TLS alone, whatever the last proxy speaks to us.
        return cls("http" if settings.is_demonstration else "https", settings.cors_origins)

    def check(self, headers: Mapping[str, str]) -> None:
        """Raise 403 (CROSS_SITE) unless the browser says that the page is one of these."""
        origin, site = headers.get("origin"), headers.get("sec-fetch-site")
        own = f"{self._scheme}://{headers.get('host', '').lower()}"
        if origin in self._origins:
            return
        if origin is None and site is None:
            raise _cross_site(
                "请求带有会话 Cookie，但没有 Origin；程序请改用令牌",
                "the request carries the session's cookie but no Origin; programs use a token instead",
            )
        if origin not in (None, own) or site not in (None, "same-origin"):
            raise _cross_site(
                "请求由其他网站的页面发出，且带有会话 Cookie；请在本服务的页面上操作",
                "a page of another site sent this with the session's cookie; act on a page of this server",
            )


def check_is_no_form(headers: Mapping[str, str]) -> None:
    """Raise 415 for what a form of any site could send: neither JSON nor files with their guarding header."""
    media = headers.get("content-type", "").lower().partition(";")[0].strip()
    is_empty = not media and headers.get("content-length", "0") == "0" and "transfer-encoding" not in headers
    if media in _FORMS and not is_empty and not headers.get(FORM_PREFLIGHT):
        raise refused(
            415,
            f"带会话 Cookie 的请求须为 application/json，不能是“{shown(media)}”",
            f"a request with the session's cookie is application/json, not '{shown(media)}'",
        )


def _cross_site(zh: str, en: str) -> RequestFault:
    return RequestFault(403, GuantongError(ErrorCode.CROSS_SITE, Text(zh, en)))
