"""The files of jobs, kept sealed in pieces: a roster holds identity numbers, which stand nowhere in clear."""

import hashlib
import itertools
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO, Final
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.errors import ErrorCode, GuantongError, Where
from core.jobs.phases import JobFileRole
from core.models import Job, JobFile, JobFilePart
from core.permissions import Actor
from core.secrets import Keyring, Sealed
from core.services.artifacts import Upload, sha256
from core.services.call import Call
from core.storage.job_visibility import contents_visible_to, jobs_visible_to
from core.texts import Text

PIECE: Final = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Whole:
    """A file that is open for reading, to be kept until it expires."""

    filename: str
    media_type: str
    content: BinaryIO
    expires_at: datetime


async def keep_file(call: Call, job: Job, role: JobFileRole, upload: Upload) -> JobFile:
    """Keep a file of a job; there is one of a role."""
    file = JobFile(
        job_id=job.id,
        enterprise_id=job.enterprise_id,
        role=role,
        filename=upload.filename,
        media_type=upload.media_type,
        digest=sha256(upload.content),
        size=len(upload.content),
        stored_at=call.now,
    )
    return await _keep(call, file, _pieces(upload.content))


async def keep_whole(call: Call, job: Job, role: JobFileRole, whole: Whole) -> JobFile:
    """Keep a file that is not in memory, a piece at a time."""
    digest, size = hashlib.sha256(), 0
    for piece in _pieces_of(whole.content):
        digest.update(piece)
        size += len(piece)
    file = JobFile(
        job_id=job.id,
        enterprise_id=job.enterprise_id,
        role=role,
        filename=whole.filename,
        media_type=whole.media_type,
        digest=digest.hexdigest(),
        size=size,
        stored_at=call.now,
        expires_at=whole.expires_at,
    )
    return await _keep(call, file, _pieces_of(whole.content))


async def _keep(call: Call, file: JobFile, pieces: Iterator[bytes]) -> JobFile:
    await call.store(file)
    for number, piece in enumerate(pieces):
        sealed = call.keyring.seal_bytes(piece, _context(file.id, number))
        part = JobFilePart(
            file_id=file.id,
            enterprise_id=file.enterprise_id,
            number=number,
            key_id=sealed.key_id,
            data=sealed.data,
        )
        await call.store(part)
        call.session.expunge(part)
    return file


def _pieces(content: bytes) -> Iterator[bytes]:
    for start in range(0, len(content), PIECE):
        yield content[start : start + PIECE]


def _pieces_of(file: BinaryIO) -> Iterator[bytes]:
    file.seek(0)
    while piece := file.read(PIECE):
        yield piece


def _context(file_id: UUID, number: int) -> bytes:
    return file_id.bytes + number.to_bytes(4, "big")


async def file_of(call: Call, job_id: UUID, role: JobFileRole) -> JobFile | None:
    """The file of a job in a role, if there is one."""
    same = (col(JobFile.job_id) == job_id, col(JobFile.role) == role)
    return (await call.session.exec(select(JobFile).where(*same))).one_or_none()


async def content_of(call: Call, file: JobFile) -> bytes:
    """The bytes of a file. Raises DIGEST_MISMATCH when they are no longer what was stored."""
    return await _content(call.session, call.keyring, file)


async def job_contents(
    session: AsyncSession, keyring: Keyring, actor: Actor, ids: Collection[UUID], now: datetime
) -> dict[UUID, bytes]:
    """The bytes of the files among ``ids`` that the actor may read and that are still kept."""
    visible = select(JobFile).where(col(JobFile.id).in_(ids), contents_visible_to(actor, now))
    return {file.id: await _content(session, keyring, file) for file in (await session.exec(visible)).all()}


async def readable_file(
    session: AsyncSession, actor: Actor, job_id: UUID, role: JobFileRole, now: datetime
) -> JobFile | None:
    """A file of a job, if the actor may read both the job and the bytes of the file."""
    named = (col(JobFile.job_id) == job_id, col(JobFile.role) == role)
    readable = (jobs_visible_to(actor, JobFile), contents_visible_to(actor, now))
    return (await session.exec(select(JobFile).where(*named, *readable))).one_or_none()


async def piece_of(
    session: AsyncSession, keyring: Keyring, actor: Actor, file: JobFile, number: int, now: datetime
) -> bytes | None:
    """A piece of a file; none behind its last one, or where the actor may not read it any more."""
    query = select(JobFilePart).join(JobFile, col(JobFile.id) == col(JobFilePart.file_id))
    wanted = (col(JobFilePart.file_id) == file.id, col(JobFilePart.number) == number)
    readable = (jobs_visible_to(actor, JobFile), contents_visible_to(actor, now))
    part = (await session.exec(query.where(*wanted, *readable))).one_or_none()
    return None if part is None else keyring.open_bytes(Sealed(part.key_id, part.data), _context(file.id, number))


async def whole_pieces(file: JobFile, piece: Callable[[int], Awaitable[bytes | None]]) -> AsyncIterator[bytes]:
    """The pieces of a file by their number, the last one once all of them are what was stored.

    Raises DIGEST_MISMATCH where they are not: whoever reads then lacks the end.
    """
    digest, held = hashlib.sha256(), b""
    for number in itertools.count():
        following = await piece(number)
        if following is None:
            break
        digest.update(following)
        if held:
            yield held
        held = following
    if digest.hexdigest() != file.digest:
        raise _not_what_it_was(file)
    yield held


async def _content(session: AsyncSession, keyring: Keyring, file: JobFile) -> bytes:
    query = select(JobFilePart).where(col(JobFilePart.file_id) == file.id).order_by(col(JobFilePart.number))
    parts = (await session.exec(query)).all()
    opened = (keyring.open_bytes(Sealed(one.key_id, one.data), _context(file.id, one.number)) for one in parts)
    content = b"".join(opened)
    for part in parts:
        session.expunge(part)
    if sha256(content) != file.digest:
        raise _not_what_it_was(file)
    return content


def _not_what_it_was(file: JobFile) -> GuantongError:
    return GuantongError(
        ErrorCode.DIGEST_MISMATCH,
        Text(
            f"文件“{file.filename}”与其摘要不符；请重新上传",
            f"the file '{file.filename}' is not what its digest says; upload it anew",
        ),
        where=Where(file=file.filename),
    )
