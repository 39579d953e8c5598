"""Storage for replay: what a decision rested on, as canonical JSON under its digest."""

import hashlib

import orjson
import rfc8785
from sqlmodel.ext.asyncio.session import AsyncSession

from core.errors import ErrorCode, GuantongError
from core.models import Snapshot, SnapshotKind
from core.services.call import Call
from core.texts import Text


async def store_snapshot(call: Call, kind: SnapshotKind, content: str) -> str:
    """Keep canonical JSON (RFC 8785); its digest. Part of other use cases, so it asks for no permission of its own."""
    if rfc8785.dumps(orjson.loads(content)).decode() != content:
        raise ValueError(f"a snapshot of {kind} must be canonical JSON")
    digest = hashlib.sha256(content.encode()).hexdigest()
    if await call.session.get(Snapshot, digest) is None:
        await call.store(Snapshot(digest=digest, kind=kind, content=content, stored_at=call.now))
    return digest


async def load_snapshot(session: AsyncSession, kind: SnapshotKind, digest: str) -> str:
    """The content of a digest. Nobody's right to read is checked: facts are for replays that the caller may make.

    Raises NOT_FOUND when it was never kept or was erased, DIGEST_MISMATCH when it is no longer what was stored.
    """
    found = await session.get(Snapshot, digest)
    if found is None or found.kind is not kind:
        raise GuantongError(
            ErrorCode.NOT_FOUND,
            Text(f"没有摘要为 {digest} 的{KINDS[kind].zh}快照", f"there is no snapshot of {KINDS[kind].en} {digest}"),
        )
    actual = hashlib.sha256(found.content.encode()).hexdigest()
    if actual != digest:
        raise GuantongError(
            ErrorCode.DIGEST_MISMATCH,
            Text(
                f"{KINDS[kind].zh}快照的摘要应为 {digest}，实为 {actual}；不能据以重放",
                f"the snapshot of {KINDS[kind].en} {digest} has digest {actual}; nothing can be replayed from it",
            ),
        )
    return found.content


KINDS = {
    SnapshotKind.CALENDAR: Text("工作日历", "calendar"),
    SnapshotKind.DECISION: Text("资格判定", "decision"),
    SnapshotKind.FACTS: Text("个人事实", "facts"),
    SnapshotKind.POLICY: Text("政策包", "policy"),
    SnapshotKind.SCHEME: Text("工作方案", "scheme"),
    SnapshotKind.SCORE: Text("评分", "score"),
}
