"""Storage for replay: what a decision rested on, as canonical JSON under its digest, kept once and never changed.

Facts are a person's, so they can be erased, and with them what was decided and scored of them. The digests stay where
they are on record: salted, so that they give nothing away. An evaluation whose facts were erased stays on record and
cannot be replayed any more; asking for it says so (NOT_FOUND), because nothing may pretend to have looked.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

import orjson
import rfc8785
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from core.errors import ErrorCode, GuantongError
from core.models import Snapshot, SnapshotKind
from core.replay import contents
from core.replay.contents import digest_of
from core.services.call import Call
from core.storage.queries.snapshots import digests_about, kept_digests, snapshots_by_digest
from core.texts import Text


@dataclass(frozen=True, slots=True)
class Content:
    """Something to keep; ``text`` is worked out only when it is not kept yet, for policies are long and seldom new."""

    kind: SnapshotKind
    digest: str
    text: Callable[[], str]

    @classmethod
    def of(cls, kind: SnapshotKind, text: str) -> "Content":
        return cls(kind, digest_of(text), lambda: text)


async def store_snapshot(call: Call, kind: SnapshotKind, content: str) -> str:
    """Keep canonical JSON (RFC 8785); its digest. Part of other use cases, so it asks for no permission of its own."""
    one = Content.of(kind, content)
    await store_snapshots(call, [one])
    return one.digest


async def store_snapshots(call: Call, given: Iterable[Content]) -> None:
    """Keep whatever is not kept yet."""
    wanted = {content.digest: content for content in given}
    kept = await kept_digests(call.session, wanted)
    for digest, content in wanted.items():
        if digest not in kept:
            await _store(call, content)


async def _store(call: Call, content: Content) -> None:
    text = content.text()
    if rfc8785.dumps(orjson.loads(text)).decode() != text or digest_of(text) != content.digest:
        raise ValueError(f"a snapshot of {content.kind} must be canonical JSON with its own digest")
    row = Snapshot(digest=content.digest, kind=content.kind, content=text, stored_at=call.now)
    try:
        async with call.session.begin_nested():
            await call.store(row)
    except IntegrityError:
        # Somebody else has just kept the same, which is as good: a policy is first used by whoever comes first.
        return


async def load_snapshot(session: AsyncSession, kind: SnapshotKind, digest: str) -> str:
    """The content of a digest. Nobody's right to read is checked: facts are for replays that the caller may make.

    Raises as ``content_of`` does.
    """
    return content_of(await snapshots_by_digest(session, [digest]), kind, digest)


def content_of(found: Mapping[str, Snapshot], kind: SnapshotKind, digest: str) -> str:
    """The content of a digest, of those that were found.

    Raises NOT_FOUND when it was never kept or was erased, DIGEST_MISMATCH when it is no longer what was stored.
    """
    row, what = found.get(digest), KINDS[kind]
    if row is None or row.kind is not kind:
        raise GuantongError(
            ErrorCode.NOT_FOUND,
            Text(
                f"没有摘要为 {digest} 的{what.zh}快照：从未保存，或已删除；不能据以重放",
                f"there is no snapshot of {what.en} {digest}: it was never kept or has been erased; nothing can be "
                "replayed without it",
            ),
        )
    actual = digest_of(row.content)
    if actual != digest:
        raise GuantongError(
            ErrorCode.DIGEST_MISMATCH,
            Text(
                f"{what.zh}快照的摘要应为 {digest}，实为 {actual}；不能据以重放，请从备份恢复",
                f"the snapshot of {what.en} {digest} has digest {actual}; nothing can be replayed from it, restore it "
                "from a backup",
            ),
        )
    return row.content


async def erase_snapshots(session: AsyncSession, person_id: UUID) -> int:
    """Erase what is kept of a person's facts, and of what was decided and scored of them; how many snapshots that was.

    Part of erasing a person, so it asks for no permission of its own. Evaluations stay, and say that they rested on
    something; nothing of anybody else is lost, for every snapshot of facts is salted and every other names its facts.
    """
    about = await digests_about(session, person_id)
    erased = await session.exec(sa.delete(Snapshot).where(col(Snapshot.digest).in_(about)))
    return int(erased.rowcount)


KINDS = {
    SnapshotKind.CALENDAR: Text("工作日历", "calendar"),
    SnapshotKind.DECISION: contents.DECISION,
    SnapshotKind.FACTS: contents.FACTS,
    SnapshotKind.POLICY: contents.POLICY,
    SnapshotKind.SCHEME: contents.SCHEME,
    SnapshotKind.SCORE: contents.SCORE,
    SnapshotKind.VOCABULARY: contents.VOCABULARY,
}
