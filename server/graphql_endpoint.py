"""The view of ``/graphql``: reads a request, finds out who asks, hands the operation to the schema."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, Protocol

from starlette.endpoints import HTTPEndpoint
from starlette.requests import ClientDisconnect, Request
from starlette.responses import RedirectResponse, Response

from core.permissions import Actor
from core.storage.database import Database
from schema.operation import Asker, Charge, Operation, free
from server.authentication import Authentication, Caller, log_use
from server.downloads import Downloads
from server.graphql_events import EventStream
from server.graphql_http import (
    EVENT_STREAM,
    GRAPHQL_JSON,
    KEPT,
    check_content_type,
    encode,
    is_known,
    negotiate,
    parse_request,
    read_address,
    tag_of,
)
from server.health import Watched
from server.kept_answers import Repeatable
from server.leaving import ClientLeft, while_there
from server.metrics import Gauges
from server.rates import Rates, account
from server.responses import JSON, RequestFault, fault_response, refused
from server.side_by_side import SideBySide
from server.uploads import check_preflight, is_multipart, read_upload

Asked = tuple[Caller, Operation]
Asking = Callable[[Request], Awaitable[Asked]]
CLIENT_LEFT = 499  # as proxies write it in their logs


class Executor(Protocol):
    """Port: what answers operations (``schema.service.GraphQLService``)."""

    async def execute(
        self, operation: Operation, actor: Actor, request_id: str, charge: Charge = free
    ) -> dict[str, Any]:
        """The result with the keys data, errors and extensions."""

    def answers(
        self, operation: Operation, who: Callable[[], Awaitable[Asker]], request_id: str
    ) -> AsyncGenerator[dict[str, Any]]:
        """The same, of a subscription again and again; ``who`` is asked before each."""


class Served(Executor, Watched, Protocol):
    """What the application serves: it answers operations, and says how it is."""

    @property
    def generation(self) -> str:
        """The generation of the schema that serves; replicas that follow the same agree on it."""

    def gauges(self) -> Gauges:
        """Figures of the moment."""


@dataclass(frozen=True, slots=True)
class Opened:
    """What an application works with: what answers operations, the database that knows who may ask, files of jobs."""

    executor: Served
    database: Database
    downloads: Downloads


class GraphQLEndpoint(HTTPEndpoint):
    """POST executes, GET queries; a browser that opens the address is sent to the page, where there is one."""

    async def get(self, request: Request) -> Response | EventStream:
        if request.state.has_page and "text/html" in request.headers.get("accept", ""):
            return RedirectResponse("/", 303)
        return await _answered(request, _queried)

    async def post(self, request: Request) -> Response | EventStream:
        return await _answered(request, _asked)


async def _answered(request: Request, asked: Asking) -> Response | EventStream:
    media_type = negotiate(request.headers.get("accept", ""))
    try:
        if media_type is None:
            raise _not_acceptable()
        caller, operation = await _heard(request, asked)
        if media_type == EVENT_STREAM:
            return EventStream(request, caller, operation)
        return await _answer(request, caller, operation, media_type)
    except RequestFault as fault:
        return fault_response(request, fault, media_type if media_type == GRAPHQL_JSON else JSON)
    except ClientLeft:
        return Response(status_code=CLIENT_LEFT)  # for the log; nobody reads it


async def _heard(request: Request, asked: Asking) -> Asked:
    try:
        async with asyncio.timeout(request.state.seconds):
            return await asked(request)
    except TimeoutError:
        raise refused(408, "请求体传输超时", "the body took too long to arrive", {"connection": "close"}) from None
    except ClientDisconnect:
        raise ClientLeft from None


async def _answer(request: Request, caller: Caller, operation: Operation, media_type: str) -> Response:
    result = await while_there(request, _executed(request, caller, operation))
    body, status, headers = encode(result, media_type, only_reads=operation.only_reads)
    if operation.only_reads and "errors" not in result:
        return _to_keep(request, caller, body, media_type)
    return Response(body, status, headers, media_type)


def _to_keep(request: Request, caller: Caller, body: bytes, media_type: str) -> Response:
    """An answer that its reader may keep, or word that it is still what they have."""
    tag = tag_of(body, media_type, caller.key)
    headers = {**KEPT, "etag": tag}
    if is_known(tag, request.headers.get("if-none-match", "")):
        return Response(status_code=304, headers=headers)
    return Response(body, 200, headers, media_type)


async def _executed(request: Request, caller: Caller, operation: Operation) -> dict[str, Any]:
    executor: Executor = request.state.executor
    rates: Rates = request.state.rates
    side_by_side: SideBySide = request.state.side_by_side
    counted_as = account(caller.key, request.scope)
    async with side_by_side.one(counted_as):
        charge = Charged(rates.charge(caller.actor.role, counted_as))
        # Before it is worked out: of a day or a schema that ends meanwhile, nothing may be given again.
        until, generation = _holds(request, caller)
        result = await executor.execute(operation, caller.actor, request.state.request_id, charge)
    pay, note = partial(charge.charge, charge.cost), partial(log_use, caller.actor)
    request.state.repeatable = Repeatable(until, generation, pay, note)
    return result


@dataclass(slots=True)
class Charged:
    """Charges, and remembers how much."""

    charge: Charge
    cost: int = 0

    async def __call__(self, cost: int) -> None:
        await self.charge(cost)
        self.cost += cost


def _holds(request: Request, caller: Caller) -> tuple[datetime, str]:
    """Until when, and in which generation of the schema, what is answered now may be given again."""
    authentication: Authentication = request.state.authentication
    return authentication.holds_until(caller), request.state.executor.generation


async def _queried(request: Request) -> Asked:
    """Who asks by GET, and what."""
    request.state.body = b""
    return await authenticated(request), read_address(request.query_params)


async def _asked(request: Request) -> Asked:
    """Who asks, and what. Nothing of the body is read before the headers are right."""
    content_type = request.headers.get("content-type", "")
    if is_multipart(content_type):
        check_preflight(request.headers)
    else:
        check_content_type(content_type)
    caller = await authenticated(request)
    if not is_multipart(content_type):
        request.state.body = body = await read_body(request, request.state.body_limit)
        return caller, parse_request(body)
    if caller.via == "anonymous":
        raise _no_token()
    return caller, await read_upload(request, request.state.upload_limits)


def _not_acceptable() -> RequestFault:
    return refused(
        406,
        f"只能以 {JSON}、{GRAPHQL_JSON} 或 {EVENT_STREAM} 作答",
        f"answers are {JSON}, {GRAPHQL_JSON} or {EVENT_STREAM}",
    )


def _no_token() -> RequestFault:
    return refused(401, "上传文件须带令牌", "a request with files needs a token", {"www-authenticate": "Bearer"})


async def authenticated(request: Request) -> Caller:
    """Who calls; nobody in particular without a credential, a 401 for one that does not hold."""
    authentication: Authentication = request.state.authentication
    return await authentication.actor_of(request.headers, request.cookies)


async def read_body(request: Request, limit: int) -> bytes:
    """The body, refused with 413 as soon as it is longer than ``limit`` bytes."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > limit:
            raise refused(413, f"请求体超过 {limit} 字节", f"the body is longer than {limit} bytes")
    return bytes(body)
