"""Changes in storage, as a careless hand or one with rights on the database would make them, to see them told."""

from collections.abc import Callable
from typing import Any

import orjson
import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.models import Evaluation, Snapshot, SnapshotKind
from core.replay.contents import canonical, digest_of
from core.storage.database import Database
from core.storage.row_scope import EVERY_ROW
from tests import builders as make

SNAPSHOTS = {
    "decision": "decision_digest",
    "skill_score": "skill_score_digest",
    "title_score": "title_score_digest",
}
Change = Callable[[Any], Any]


async def overwrite(database: Database, digest: str, content: str) -> None:
    """Other content under the same digest."""
    async with database.write(EVERY_ROW) as session:
        changed = sa.update(Snapshot).where(col(Snapshot.digest) == digest).values(content=content)
        await session.exec(changed)


async def remove(database: Database, digest: str) -> None:
    """Nothing under a digest any more."""
    async with database.write(EVERY_ROW) as session:
        await session.exec(sa.delete(Snapshot).where(col(Snapshot.digest) == digest))


async def change_row(database: Database, row: Evaluation, **values: Any) -> None:
    """Other values on the evaluation itself."""
    async with database.write(EVERY_ROW) as session:
        await session.exec(sa.update(Evaluation).where(col(Evaluation.id) == row.id).values(**values))


async def digest_within(database: Database, row: Evaluation, of: str) -> str:
    """The digest under which an evaluation's decision names something."""
    async with database.read(EVERY_ROW) as session:
        kept = await _content(session, row.decision_digest)
    found: str = orjson.loads(kept)["basis"][of]
    return found


async def forge(database: Database, row: Evaluation, of: str, change: Change) -> None:
    """Change something that an evaluation rests on, under a digest of its own, in every snapshot and on the row."""
    old = await digest_within(database, row, of)
    async with database.write(EVERY_ROW) as session:
        forged = canonical(change(orjson.loads(await _content(session, old))))
        new = await _store(session, forged, SnapshotKind(of))
        rewritten = {column: await _rest_on(session, row, column, {of: new}) for column in SNAPSHOTS.values()}
        values: dict[str, Any] = {column: digest for column, digest in rewritten.items() if digest}
        if of != "vocabulary":
            values[f"{of}_digest"] = new
        await session.exec(sa.update(Evaluation).where(col(Evaluation.id) == row.id).values(**values))


async def restate(database: Database, row: Evaluation, snapshot: str, change: Change) -> None:
    """Change a snapshot itself, under a digest of its own that the row then names."""
    column = SNAPSHOTS[snapshot]
    async with database.write(EVERY_ROW) as session:
        kept = orjson.loads(await _content(session, getattr(row, column)))
        kind = SnapshotKind.DECISION if snapshot == "decision" else SnapshotKind.SCORE
        new = await _store(session, canonical(change(kept)), kind)
        await session.exec(sa.update(Evaluation).where(col(Evaluation.id) == row.id).values({column: new}))


async def _rest_on(session: AsyncSession, row: Evaluation, column: str, basis: dict[str, str]) -> str | None:
    if getattr(row, column) is None:
        return None
    kept = orjson.loads(await _content(session, getattr(row, column)))
    kept["basis"] |= basis
    kind = SnapshotKind.DECISION if column == "decision_digest" else SnapshotKind.SCORE
    return await _store(session, canonical(kept), kind)


async def _content(session: AsyncSession, digest: str | None) -> str:
    return (await session.exec(select(Snapshot.content).where(col(Snapshot.digest) == digest))).one()


async def _store(session: AsyncSession, content: str, kind: SnapshotKind) -> str:
    digest = digest_of(content)
    if await session.get(Snapshot, digest) is None:
        session.add(Snapshot(digest=digest, kind=kind, content=content, stored_at=make.NOON))
        await session.flush()
    return digest
