"""The view of ``/graphql``: reads a request, finds out who asks, hands the operation to the schema."""

from typing import Any, Protocol

from starlette.endpoints import HTTPEndpoint
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from core.errors import GuantongError
from core.permissions import ANONYMOUS, Actor
from schema.operation import Charge, Operation, free
from server.graphql_http import GRAPHQL_JSON, check_content_type, encode, negotiate, parse_request
from server.responses import JSON, RequestFault, fault_response, refused
from server.tokens import TokenAuthority
from server.uploads import check_preflight, is_multipart, read_upload


class Executor(Protocol):
    """Port: what answers operations (``schema.service.GraphQLService``)."""

    async def execute(
        self, operation: Operation, actor: Actor, request_id: str, charge: Charge = free
    ) -> dict[str, Any]:
        """The result with the keys data, errors and extensions."""


class GraphQLEndpoint(HTTPEndpoint):
    """POST executes; a browser that opens the address is sent to the page."""

    async def get(self, request: Request) -> Response:
        if request.state.has_page and "text/html" in request.headers.get("accept", ""):
            return RedirectResponse("/", 303)
        fault = refused(405, "请用 POST 提交查询", "send queries by POST", {"allow": "POST"})
        return fault_response(request, fault)

    async def post(self, request: Request) -> Response:
        media_type = negotiate(request.headers.get("accept", ""))
        try:
            if media_type is None:
                raise refused(406, f"只能以 {JSON} 或 {GRAPHQL_JSON} 作答", f"answers are {JSON} or {GRAPHQL_JSON}")
            body, status = await _answer(request, media_type)
        except RequestFault as fault:
            return fault_response(request, fault, media_type or JSON)
        return Response(body, status, media_type=media_type)


async def _answer(request: Request, media_type: str) -> tuple[bytes, int]:
    actor, operation = await _asked(request)
    executor: Executor = request.state.executor
    result = await executor.execute(operation, actor, request.state.request_id)
    return encode(result, media_type)


async def _asked(request: Request) -> tuple[Actor, Operation]:
    """Who asks, and what. Nothing of the body is read before the headers are right."""
    content_type = request.headers.get("content-type", "")
    if is_multipart(content_type):
        check_preflight(request.headers)
    else:
        check_content_type(content_type)
    actor = authenticate(request.headers.get("authorization"), request.state.tokens)
    if not is_multipart(content_type):
        return actor, parse_request(await read_body(request, request.state.body_limit))
    if actor is ANONYMOUS:
        raise _no_token()
    return actor, await read_upload(request, request.state.upload_limits)


def _no_token() -> RequestFault:
    return refused(401, "上传文件须带令牌", "a request with files needs a token", {"www-authenticate": "Bearer"})


def authenticate(header: str | None, tokens: TokenAuthority) -> Actor:
    """The actor of an Authorization header; nobody in particular without one, a 401 for one that does not hold."""
    if header is None:
        return ANONYMOUS
    scheme, _, token = header.partition(" ")
    try:
        # A header of another scheme is no bearer token: verification refuses the empty one.
        return tokens.verify(token.strip() if scheme.lower() == "bearer" else "")
    except GuantongError as error:
        raise RequestFault(401, error, {"www-authenticate": 'Bearer error="invalid_token"'}) from None


async def read_body(request: Request, limit: int) -> bytes:
    """The body, refused with 413 as soon as it is longer than ``limit`` bytes."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > limit:
            raise refused(413, f"请求体超过 {limit} 字节", f"the body is longer than {limit} bytes")
    return bytes(body)
