"""The content-addressed store of artifacts, and the change counter of everything that decides what runs."""

import hashlib
from collections.abc import Collection

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.errors import ErrorCode, GuantongError, Where
from core.models import Artifact, PluginEpoch
from core.services.call import Call
from core.services.form import Form, LongName, Name
from core.texts import Text

LARGEST_ARTIFACT = 16 * 1024 * 1024


class Upload(Form):
    """A file as it was uploaded."""

    filename: LongName
    media_type: Name = "application/octet-stream"
    content: bytes


def sha256(content: bytes) -> str:
    """The digest under which bytes are kept."""
    return hashlib.sha256(content).hexdigest()


def storable(upload: Upload, largest: int = LARGEST_ARTIFACT) -> None:
    """Refuse what is empty or too large to be kept."""
    size = len(upload.content)
    if not 0 < size <= largest:
        raise GuantongError(
            ErrorCode.BAD_FILE,
            Text(
                f"文件“{upload.filename}”为 {size} 字节；应为 1 至 {largest} 字节",
                f"file '{upload.filename}' has {size} bytes; it should have 1 to {largest}",
            ),
            where=Where(file=upload.filename),
        )


async def store_artifact(call: Call, upload: Upload) -> str:
    """Keep the bytes; their digest. The same bytes are kept once, under the name they first came with."""
    storable(upload)
    digest = sha256(upload.content)
    kept = select(Artifact.digest).where(col(Artifact.digest) == digest)
    if (await call.session.exec(kept)).first() is None:
        size = len(upload.content)
        await call.store(Artifact(digest=digest, size=size, stored_at=call.now, **upload.model_dump()))
    return digest


async def artifact_bytes(session: AsyncSession, digest: str) -> bytes:
    """The bytes of a digest. Raises DIGEST_MISMATCH when they are no longer what was stored."""
    query = select(Artifact.content).where(col(Artifact.digest) == digest)
    content = (await session.exec(query.execution_options(populate_existing=True))).one()
    return _unchanged(content, digest)


async def artifacts_bytes(session: AsyncSession, digests: Collection[str]) -> dict[str, bytes]:
    """The bytes of several digests in one statement. Raises DIGEST_MISMATCH as ``artifact_bytes`` does."""
    query = select(Artifact.digest, Artifact.content).where(col(Artifact.digest).in_(digests))
    return {digest: _unchanged(content, digest) for digest, content in await session.exec(query)}


def _unchanged(content: bytes, digest: str) -> bytes:
    found = sha256(content)
    if found == digest:
        return content
    raise GuantongError(
        ErrorCode.DIGEST_MISMATCH,
        Text(
            f"库中文件的摘要应为 {digest}，实为 {found}；请从备份恢复",
            f"the stored file should have digest {digest} and has {found}; restore it from a backup",
        ),
    )


async def raise_epoch(session: AsyncSession) -> None:
    """Say that what may run has changed: every replica looks anew."""
    raised = sa.update(PluginEpoch).values(number=PluginEpoch.number + 1)
    if (await session.exec(raised)).rowcount == 0:
        session.add(PluginEpoch(number=1))
        await session.flush()
