"""The routes of signing in and out (``/auth/…``): JSON for name and password, redirects for the OIDC provider.

Whatever changes something is POST with a JSON content type, which no form of another site can send.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

import orjson
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from core.errors import ErrorCode, GuantongError
from core.permissions import Via
from core.services.sign_ins import void_token
from core.storage.row_scope import EVERY_ROW
from core.texts import Text
from server.attempts import MINUTES
from server.flow import LIFETIME, Flow
from server.graphql_endpoint import read_body
from server.graphql_http import check_content_type
from server.identity import Identity
from server.page import render_refusal
from server.provider import Provider
from server.provider_keys import unavailable
from server.responses import RequestFault, fault_response, refused
from server.sign_in import Begun

LONGEST_NEXT = 500
STATUS: dict[ErrorCode, tuple[int, dict[str, str]]] = {
    ErrorCode.SIGN_IN_REFUSED: (401, {}),
    ErrorCode.TOKEN_INVALID: (401, {}),
    ErrorCode.ACCOUNT_UNKNOWN: (403, {}),
    ErrorCode.NOT_PERMITTED: (403, {}),
    ErrorCode.TOO_MANY_ATTEMPTS: (429, {"retry-after": str(MINUTES * 60)}),
    ErrorCode.PROVIDER_UNAVAILABLE: (503, {"retry-after": "60"}),
}
Endpoint = Callable[[Request, Identity], Awaitable[Response]]


def endpoint(function: Endpoint) -> Callable[[Request], Awaitable[Response]]:
    """A route: faults become coded answers, for a browser that was sent here as a page."""

    @wraps(function)
    async def whole(request: Request) -> Response:
        try:
            return await function(request, request.state.identity)
        except RequestFault as fault:
            return _told(request, fault)
        except GuantongError as error:
            status, headers = STATUS.get(error.code, (400, {}))
            return _told(request, RequestFault(status, error, headers))

    return whole


def _told(request: Request, fault: RequestFault) -> Response:
    if request.method == "GET" and "text/html" in request.headers.get("accept", ""):
        page = render_refusal(fault.error, request.state.request_id)
        return Response(page, fault.status, fault.headers, "text/html; charset=utf-8")
    return fault_response(request, fault)


@endpoint
async def login(request: Request, identity: Identity) -> Response:
    """Name and password for a session."""
    given = await _json(request)
    name, password = (_text(given, field) for field in ("name", "password"))
    address = request.client.host if request.client else ""
    begun = await identity.desk.by_password(name, password, address, _presented(request, identity))
    response = JSONResponse(
        {"name": begun.account.name, "role": begun.account.role.value, "expiresAt": _moment(begun.row.expires_at)}
    )
    return _with_session(response, identity, begun)


@endpoint
async def logout(request: Request, identity: Identity) -> Response:
    """End the session of the cookie, and the access token of the header; what there is none of is no fault."""
    check_content_type(request.headers.get("content-type", ""))
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        await _void(identity, token.strip())
    secret = _presented(request, identity)
    if secret is not None:
        await identity.desk.end(secret)
    response = Response(status_code=204)
    identity.cookies.drop(response, identity.cookies.session)
    return response


async def _void(identity: Identity, token: str) -> None:
    """Revoke an access token of ours, shown by whoever bears it."""
    read = identity.tokens.verify(token)
    async with identity.authentication.database.write(EVERY_ROW) as session:
        await void_token(session, read.key, read.ends_at, identity.clock.now())


@endpoint
async def access_token(request: Request, identity: Identity) -> Response:
    """A short access token for a session. No token gets another: it would never end."""
    check_content_type(request.headers.get("content-type", ""))
    caller = await identity.authentication.actor_of(request.headers, request.cookies)
    proof = caller.actor.proof
    if proof is None or proof.via is not Via.SESSION or proof.account_id is None or proof.session_id is None:
        raise GuantongError(
            ErrorCode.NOT_PERMITTED,
            Text("只有登录会话可以获取访问令牌；请先登录", "only a session gets an access token; sign in first"),
        )
    assert proof.until is not None  # every session ends
    left = int((proof.until - identity.clock.now()).total_seconds())
    seconds = min(identity.access_token_seconds, left)
    token = identity.tokens.issue_for(proof.account_id, proof.session_id, seconds)
    return JSONResponse({"accessToken": token, "tokenType": "Bearer", "expiresIn": seconds})


@endpoint
async def oidc_start(request: Request, identity: Identity) -> Response:
    """Send a browser to the provider."""
    provider = _provider(identity)
    flow = Flow.begin(safe_next(request.query_params.get("next", "/")))
    response = RedirectResponse(await provider.authorization_url(flow, _redirect_uri(request, identity)), 303)
    cookies = identity.cookies
    cookies.set(response, cookies.flow, identity.flows.seal(flow), int(LIFETIME.total_seconds()))
    return response


@endpoint
async def oidc_callback(request: Request, identity: Identity) -> Response:
    """Take back a browser from the provider."""
    provider, cookies = _provider(identity), identity.cookies
    flow = identity.flows.open(request.cookies.get(cookies.flow, ""))
    answer = request.query_params
    if flow is None or answer.get("state") != flow.state or answer.get("iss", provider.issuer) != provider.issuer:
        raise _not_begun()
    if "code" not in answer:
        raise _declined(answer.get("error", ""))
    subject = await provider.subject_of(answer["code"], flow, _redirect_uri(request, identity))
    begun = await identity.desk.by_subject(provider.issuer, subject, _presented(request, identity))
    response = RedirectResponse(flow.after, 303)
    cookies.drop(response, cookies.flow)
    return _with_session(response, identity, begun)


ROUTES = [
    Route("/login", login, methods=["POST"]),
    Route("/logout", logout, methods=["POST"]),
    Route("/token", access_token, methods=["POST"]),
    Route("/oidc/start", oidc_start, methods=["GET"]),
    Route("/oidc/callback", oidc_callback, methods=["GET"]),
]


def safe_next(path: str) -> str:
    """A path of this site to go on to. Raises BAD_ARGUMENT for anything that leads elsewhere."""
    parts = urlsplit(path)
    here = path.startswith("/") and not path.startswith("//") and not parts.scheme and not parts.netloc
    if not here or "\\" in path or len(path) > LONGEST_NEXT or not path.isascii() or not path.isprintable():
        raise GuantongError(
            ErrorCode.BAD_ARGUMENT,
            Text(
                "参数 next 须为本站路径，例如 /graphql",
                "the parameter next must be a path of this site, such as /graphql",
            ),
        )
    return path


def _with_session(response: Response, identity: Identity, begun: Begun) -> Response:
    seconds = int((begun.row.expires_at - begun.row.began_at).total_seconds())
    identity.cookies.set(response, identity.cookies.session, begun.secret, seconds)
    return response


def _presented(request: Request, identity: Identity) -> str | None:
    return request.cookies.get(identity.cookies.session)


def _redirect_uri(request: Request, identity: Identity) -> str:
    """Where the provider sends the browser back: the host was checked; beyond the demonstration there is TLS."""
    scheme = "https" if identity.cookies.secure else "http"
    return f"{scheme}://{request.headers['host']}/auth/oidc/callback"


def _provider(identity: Identity) -> Provider:
    if identity.provider is None:
        raise unavailable(
            "未设置统一身份认证；请以账户名和密码登录，或由管理员设 GUANTONG_OIDC_ISSUER",
            "no identity provider is set up; sign in by name and password, or set GUANTONG_OIDC_ISSUER",
        )
    return identity.provider


async def _json(request: Request) -> dict[str, Any]:
    check_content_type(request.headers.get("content-type", ""))
    try:
        given = orjson.loads(await read_body(request, request.state.body_limit))
    except orjson.JSONDecodeError:
        # Its text would quote the body.
        raise refused(400, "请求体不是 JSON", "the body is not JSON") from None
    if not isinstance(given, dict):
        raise refused(400, "请求体须为 JSON 对象", "the body must be a JSON object")
    return given


def _text(given: dict[str, Any], name: str) -> str:
    value = given.get(name)
    if not isinstance(value, str) or not value:
        raise refused(400, f"缺少文本 {name}", f"the text {name} is missing")
    return value


def _moment(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")


def _not_begun() -> GuantongError:
    return GuantongError(
        ErrorCode.SIGN_IN_REFUSED,
        Text(
            "此次登录不是由本浏览器发起，或已超过十分钟；请重新登录",
            "this sign-in was not begun in this browser, or more than ten minutes ago; sign in again",
        ),
    )


def _declined(error: str) -> GuantongError:
    told = error[:60] if error.isidentifier() else "?"
    return GuantongError(
        ErrorCode.SIGN_IN_REFUSED,
        Text(
            f"统一身份认证未予登录（{told}）；请重新登录",
            f"the identity provider signed nobody in ({told}); sign in again",
        ),
    )
