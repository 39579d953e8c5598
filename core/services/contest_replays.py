"""Replaying what was granted on the strength of an award (以赛代评), by whatever rule, as evaluations are replayed.

What was refused rests on a reason and on no snapshot: there is nothing to replay of it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from core.models import ContestDecision, Snapshot, SnapshotKind
from core.permissions import Actor
from core.replay.comparing import EvaluationReplay, Part, Replayed, differences
from core.replay.contents import plain
from core.replay.replayer import Replayer
from core.replay.snapshots import ENGINE, decision_from
from core.schemes import DocumentReader
from core.services.contest_case import side_of
from core.services.reach import not_found
from core.services.replays import contents_of, kept_content, named_by
from core.services.snapshots import content_of
from core.storage.queries.contests import contest_decisions_by_id
from core.storage.queries.snapshots import snapshots_by_digest
from core.texts import Text

CONTEST = Text("以赛代评的决定", "decision on an award")


@dataclass(frozen=True, slots=True)
class ContestEvidence:
    """A decision on an award with whatever is kept of it; ``found`` may hold more than its own."""

    row: ContestDecision
    found: Mapping[str, Snapshot]


async def replay_contest(session: AsyncSession, actor: Actor, id_: UUID, read: DocumentReader) -> EvaluationReplay:
    """The replay of a certificate that was granted on the strength of an award.

    Raises as ``replay_evaluation`` does, and NOT_FOUND for what was refused.
    """
    rows = await contest_decisions_by_id(session, actor, [id_])
    if not rows:
        raise not_found(CONTEST)
    [evidence] = await gather_contest_evidence(session, list(rows.values()))
    return replayed_contest(evidence, Replayer(read))


async def gather_contest_evidence(session: AsyncSession, rows: Sequence[ContestDecision]) -> list[ContestEvidence]:
    """What is kept of decisions that the actor may read, in two statements however many they are."""
    own = {digest for row in rows for digest in (row.decision_digest, row.facts_digest) if digest is not None}
    found = await snapshots_by_digest(session, own)
    named = {digest for kept in list(found.values()) for digest in named_by(kept)}
    found |= await snapshots_by_digest(session, named - found.keys())
    return [ContestEvidence(row, found) for row in rows]


def replayed_contest(evidence: ContestEvidence, replayer: Replayer) -> EvaluationReplay:
    """Recompute and compare. Pure, and slow the first time a policy is met. Raises as ``replay_contest`` does."""
    row, found = evidence.row, evidence.found
    if row.decision_digest is None or row.facts_digest is None:
        raise not_found(CONTEST)
    content_of(found, SnapshotKind.FACTS, row.facts_digest)  # what may be erased is asked for first
    decision = decision_from(kept_content(found, SnapshotKind.DECISION, row.decision_digest))
    basis = decision.basis
    on_record = (row.decided_on, row.facts_digest, row.policy_digest, row.engine_version)
    kept = (basis.day, basis.facts, basis.policy, basis.engine)
    strays = [] if any(side_of(target) is row.side for target in decision.targets) else [row.side]
    parts = (
        Replayed(Part.RECORD, differences(plain([*on_record, strays]), plain([*kept, []]), "contest")),
        Replayed(Part.DECISION, replayer.decision(decision, contents_of(found, basis))),
    )
    return EvaluationReplay(basis.engine, ENGINE, parts)
