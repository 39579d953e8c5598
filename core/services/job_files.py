"""The files of jobs, kept sealed in pieces: a roster holds identity numbers, which stand nowhere in clear."""

import hashlib
import itertools
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.jobs.phases import JobFileRole
from core.models import Job, JobFile, JobFilePart
from core.permissions import Actor
from core.secrets import Keyring
from core.services.artifacts import Upload, sha256
from core.services.call import Call
from core.services.sealed_pieces import not_what_it_was, opened, pieces, pieces_of, sealed, whole
from core.storage.job_visibility import contents_visible_to, jobs_visible_to


@dataclass(frozen=True, slots=True)
class OpenFile:
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
    return await _keep(call, file, pieces(upload.content))


async def keep_whole(call: Call, job: Job, role: JobFileRole, given: OpenFile) -> JobFile:
    """Keep a file that is not in memory, a piece at a time."""
    digest, size = hashlib.sha256(), 0
    for piece in pieces_of(given.content):
        digest.update(piece)
        size += len(piece)
    file = JobFile(
        job_id=job.id,
        enterprise_id=job.enterprise_id,
        role=role,
        filename=given.filename,
        media_type=given.media_type,
        digest=digest.hexdigest(),
        size=size,
        stored_at=call.now,
        expires_at=given.expires_at,
    )
    return await _keep(call, file, pieces_of(given.content))


async def _keep(call: Call, file: JobFile, content: Iterator[bytes]) -> JobFile:
    await call.store(file)
    for number, piece in enumerate(sealed(call.keyring, file.id, content)):
        part = JobFilePart(
            file_id=file.id,
            enterprise_id=file.enterprise_id,
            number=number,
            key_id=piece.key_id,
            data=piece.data,
        )
        await call.store(part)
        call.session.expunge(part)
    return file


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
    return None if part is None else next(opened(keyring, file.id, [part]))


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
        raise not_what_it_was(file)
    yield held


async def _content(session: AsyncSession, keyring: Keyring, file: JobFile) -> bytes:
    query = select(JobFilePart).where(col(JobFilePart.file_id) == file.id).order_by(col(JobFilePart.number))
    parts = (await session.exec(query)).all()
    content = whole(keyring, file, parts)
    for part in parts:
        session.expunge(part)
    return content
