"""Answers for requests that never reach the graph: one shape, one code each, in both languages."""

from collections.abc import Mapping
from typing import Any

import orjson
from starlette.requests import HTTPConnection
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from core.errors import ErrorCode, GuantongError
from core.texts import Text

JSON = "application/json"
# Under which status a code comes when the request never reached the graph; within an answer of the graph it is 200.
STATUSES: Mapping[ErrorCode, tuple[int, ...]] = {
    ErrorCode.REQUEST_INVALID: (400, 401, 403, 404, 405, 406, 408, 413, 415),
    ErrorCode.TOKEN_INVALID: (401,),
    ErrorCode.CROSS_SITE: (403,),
    ErrorCode.BAD_ARGUMENT: (400,),
    ErrorCode.NOT_FOUND: (404,),
    ErrorCode.RATE_LIMITED: (429,),
    ErrorCode.UNAVAILABLE: (503,),
}


class RequestFault(Exception):
    """A request that is refused before it is executed; ``status`` is the HTTP status."""

    def __init__(self, status: int, error: GuantongError, headers: dict[str, str] | None = None) -> None:
        super().__init__(status, error)
        self.status = status
        self.error = error
        self.headers = headers or {}


def refused(status: int, zh: str, en: str, headers: dict[str, str] | None = None) -> RequestFault:
    """The fault of a request that is not what the server accepts."""
    return RequestFault(status, GuantongError(ErrorCode.REQUEST_INVALID, Text(zh, en)), headers)


def error_of(message: Text, code: str, request_id: str) -> dict[str, Any]:
    """The GraphQL shape of an error, its extensions named as the graph names them."""
    extensions: dict[str, Any] = {"code": code, "message": message._asdict(), "requestId": request_id}
    return {"message": str(message), "extensions": extensions}


def internal_error(request_id: str) -> dict[str, Any]:
    """What a caller learns of a bug: nothing but the id under which it is logged."""
    message = Text(f"内部错误，请告知请求编号 {request_id}", f"internal error; quote the request id {request_id}")
    return error_of(message, "INTERNAL", request_id)


def error_body(error: dict[str, Any]) -> bytes:
    """An answer that is one error and nothing else."""
    return orjson.dumps({"errors": [error]})


def fault_response(request: HTTPConnection, fault: RequestFault, media_type: str = JSON) -> Response:
    body = error_body(error_of(fault.error.message, fault.error.code, request.state.request_id))
    return Response(body, fault.status, fault.headers, media_type)


async def refuse(scope: Scope, receive: Receive, send: Send, fault: RequestFault) -> None:
    """Answer with a fault where there is no view yet. A WebSocket is refused before it is one."""
    await fault_response(HTTPConnection(scope), fault)(scope, receive, send)
