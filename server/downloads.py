"""Files of jobs over plain HTTP: for whom the graph would give the bytes, a sealed piece at a time.

A reader may be slow, so no connection of the database waits for them: each piece is read apart, and the right to it is
looked at again. What is wrong with a file is found before its last piece is sent; the answer then breaks off.
"""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from core.dates import Clock
from core.errors import ErrorCode, GuantongError
from core.exporting.form import MEDIA_TYPES
from core.jobs.phases import JobFileRole
from core.models import JobFile
from core.permissions import Actor
from core.secrets import Keyring
from core.services.job_files import piece_of, readable_file, whole_pieces
from core.storage.database import Database
from core.storage.row_scope import RowScope
from core.texts import Text
from schema.ids import row_key
from schema.job_files import CONTENT_WEIGHT, FILE_PATH
from server.authentication import Authentication
from server.rates import Rates, account
from server.responses import RequestFault, refused
from server.side_by_side import SideBySide

PATH: Final = FILE_PATH
OCTETS: Final = "application/octet-stream"
# Whatever an upload called itself, a browser is told nothing that it would show as a page.
_TOLD: Final = frozenset({*MEDIA_TYPES.values(), "application/json"})
_UNSAFE: Final = re.compile(r"[^A-Za-z0-9._-]+")


@dataclass(frozen=True, slots=True)
class Downloads:
    """Finds files and opens them."""

    database: Database
    keyring: Keyring
    clock: Clock

    async def find(self, actor: Actor, job_id: UUID, role: JobFileRole) -> JobFile | None:
        """The file, if the actor may have its bytes now."""
        async with self.database.read(RowScope.of(actor)) as session:
            return await readable_file(session, actor, job_id, role, self.clock.now())

    def content(self, actor: Actor, file: JobFile) -> AsyncIterator[bytes]:
        """Its bytes. Raises GuantongError in their midst when they are gone, or are not what was stored."""

        async def piece(number: int) -> bytes | None:
            async with self.database.read(RowScope.of(actor)) as session:
                return await piece_of(session, self.keyring, actor, file, number, self.clock.now())

        return whole_pieces(file, piece)


async def job_file(request: Request) -> Response:
    """Answer with a file of a job."""
    authentication: Authentication = request.state.authentication
    downloads: Downloads = request.state.downloads
    caller = await authentication.actor_of(request.headers, request.cookies)
    if caller.via == "anonymous":
        raise refused(
            401, "下载文件须登录或带令牌", "a file needs a session or a token", {"www-authenticate": "Bearer"}
        )
    counted_as = account(caller.key, request.scope)
    rates: Rates = request.state.rates
    side_by_side: SideBySide = request.state.side_by_side
    async with side_by_side.one(counted_as):
        await _charge(rates, caller.actor, counted_as)
        file = await _found(downloads, caller.actor, request)
    headers = {
        "content-disposition": disposition(file.filename),
        "content-length": str(file.size),
        "cache-control": "no-store",
    }
    media_type = file.media_type if file.media_type in _TOLD else OCTETS
    if request.method == "HEAD":
        return Response(headers=headers, media_type=media_type)
    return StreamingResponse(downloads.content(caller.actor, file), headers=headers, media_type=media_type)


async def _charge(rates: Rates, actor: Actor, counted_as: str) -> None:
    try:
        await rates.charge(actor.role, counted_as)(CONTENT_WEIGHT)
    except GuantongError as error:
        wait = str((error.figures or {}).get("retryAfter", 60))
        raise RequestFault(429, error, {"retry-after": wait}) from None


async def _found(downloads: Downloads, actor: Actor, request: Request) -> JobFile:
    """The file that is asked for; whatever keeps it from the caller, they learn no more than that."""
    try:
        job_id, role = row_key(request.path_params["job"], "Job"), JobFileRole(request.path_params["role"])
    except (GuantongError, ValueError):
        raise _none() from None
    file = await downloads.find(actor, job_id, role)
    if file is None:
        raise _none()
    return file


def _none() -> RequestFault:
    what = Text(
        "没有此文件，或无权下载，或保存期已满；请在任务中核对其地址",
        "no such file, or not yours to download, or no longer kept; check its path at the job",
    )
    return RequestFault(404, GuantongError(ErrorCode.NOT_FOUND, what))


def disposition(filename: str) -> str:
    """To be saved under its name (RFC 6266, RFC 5987), with one in ASCII for programs that know no other."""
    plain = _UNSAFE.sub("_", filename) or "_"
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(filename, safe='')}"
