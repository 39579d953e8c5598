"""What eligibility said of applications, in words: need, have and gap, from what is kept of each."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from core.eligibility.decide import Decision
from core.models import Application, SnapshotKind
from core.permissions import Actor
from core.replay.replayer import Replayer
from core.replay.snapshots import DecisionSnapshot, decision_from
from core.schemes import DocumentReader
from core.services.replays import KINDS_OF_BASIS, contents_of
from core.services.snapshots import content_of
from core.services.targets import targets_of
from core.storage.queries.evaluations import applications_by_id
from core.storage.queries.snapshots import snapshots_by_digest


async def kept_decisions(
    session: AsyncSession, actor: Actor, ids: Collection[UUID], read: DocumentReader
) -> dict[UUID, Sequence[Decision]]:
    """The decisions under the scheme on all targets together of applications that the actor may read, the best first.

    That of the review where there was one, else that of the filing. Three statements, however many there are. Raises
    NOT_FOUND where what is kept was erased.
    """
    rows = await applications_by_id(session, actor, ids)
    wanted = {id_: digest for id_, row in rows.items() if (digest := _digest(row)) is not None}
    found = await snapshots_by_digest(session, set(wanted.values()))
    then = {id_: decision_from(content_of(found, SnapshotKind.DECISION, digest)) for id_, digest in wanted.items()}
    found |= await snapshots_by_digest(session, {one for kept in then.values() for one in _named(kept)})
    replayer = Replayer(read)
    told = {id_: replayer.explained(kept, contents_of(found, kept.basis)) for id_, kept in then.items()}
    return {
        id_: [one for one in each if one.offer and one.targets == targets_of(rows[id_])] for id_, each in told.items()
    }


def _digest(row: Application) -> str | None:
    return row.review_decision_digest or row.decision_digest


def _named(kept: DecisionSnapshot) -> list[str]:
    return [getattr(kept.basis, name) for name in KINDS_OF_BASIS]
