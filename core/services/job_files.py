"""The files of jobs, kept sealed in pieces: a roster holds identity numbers, which stand nowhere in clear."""

import hashlib
from collections.abc import Collection, Iterator
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
from core.storage.job_visibility import contents_visible_to
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


async def _content(session: AsyncSession, keyring: Keyring, file: JobFile) -> bytes:
    query = select(JobFilePart).where(col(JobFilePart.file_id) == file.id).order_by(col(JobFilePart.number))
    parts = (await session.exec(query)).all()
    opened = (keyring.open_bytes(Sealed(one.key_id, one.data), _context(file.id, one.number)) for one in parts)
    content = b"".join(opened)
    for part in parts:
        session.expunge(part)
    if sha256(content) != file.digest:
        raise GuantongError(
            ErrorCode.DIGEST_MISMATCH,
            Text(
                f"文件“{file.filename}”与其摘要不符；请重新上传",
                f"the file '{file.filename}' is not what its digest says; upload it anew",
            ),
            where=Where(file=file.filename),
        )
    return content
