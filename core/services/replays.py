"""Replaying evaluations: what is kept of each is loaded, then recomputed and compared. It changes nothing.

An evaluation is equal when its own row agrees with its snapshots, and deciding and scoring again from the kept contents
comes to what is on record. Contents that were erased or never kept (NOT_FOUND), or are no longer what was kept
(DIGEST_MISMATCH), are no difference: nothing is replayed from them, and the replay says so.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from core.errors import ErrorCode, GuantongError
from core.models import Evaluation, Score, Snapshot, SnapshotKind
from core.permissions import Actor
from core.replay.comparing import Difference, EvaluationReplay, Part, Replayed, differences
from core.replay.contents import digest_of, plain
from core.replay.replayer import Contents, Replayer
from core.replay.snapshots import (
    ENGINE,
    Basis,
    DecisionSnapshot,
    ScoreSnapshot,
    decision_from,
    score_from,
)
from core.schemes import DocumentReader
from core.scoring_tables import CriterionSide
from core.services.reach import not_found
from core.services.snapshots import content_of
from core.services.targets import sides_of, targets_of
from core.storage.queries.evaluations import evaluations_by_id, scores_of
from core.storage.queries.snapshots import snapshots_by_digest
from core.texts import Text

EVALUATION = Text("评价", "evaluation")


class _Side(NamedTuple):
    """One certificate: the part that replays it, and the column that names its snapshot."""

    part: Part
    column: str


_SIDES = {
    CriterionSide.SKILL: _Side(Part.SKILL_SCORE, "skill_score_digest"),
    CriterionSide.TITLE: _Side(Part.TITLE_SCORE, "title_score_digest"),
}
KINDS_OF_BASIS = {
    "facts": SnapshotKind.FACTS,
    "policy": SnapshotKind.POLICY,
    "calendar": SnapshotKind.CALENDAR,
    "vocabulary": SnapshotKind.VOCABULARY,
    "scheme": SnapshotKind.SCHEME,
}


@dataclass(frozen=True, slots=True)
class Evidence:
    """An evaluation with whatever is kept of it; ``found`` may hold more than its own."""

    row: Evaluation
    scores: Sequence[Score]
    found: Mapping[str, Snapshot]


async def replay_evaluation(session: AsyncSession, actor: Actor, id_: UUID, read: DocumentReader) -> EvaluationReplay:
    """The replay of an evaluation that the actor may read.

    Raises NOT_FOUND when there is none or when something that it rests on is gone, DIGEST_MISMATCH when something is no
    longer what it was, BAD_FILE when it is of a form that this engine does not know.
    """
    rows = await evaluations_by_id(session, actor, [id_])
    if not rows:
        raise not_found(EVALUATION)
    [evidence] = await gather_evidence(session, actor, list(rows.values()))
    return replay(evidence, Replayer(read))


async def gather_evidence(session: AsyncSession, actor: Actor, rows: Sequence[Evaluation]) -> list[Evidence]:
    """What is kept of evaluations that the actor may read, in three statements however many they are."""
    found = await snapshots_by_digest(session, {digest for row in rows for digest in _own(row)})
    named = {digest for kept in list(found.values()) for digest in named_by(kept)}
    found |= await snapshots_by_digest(session, named - found.keys())
    scores = await scores_of(session, actor, [row.id for row in rows])
    return [Evidence(row, scores.get(row.id, []), found) for row in rows]


def _own(row: Evaluation) -> Iterable[str]:
    """The digests on the row itself of what is its own."""
    columns = (row.facts_digest, row.decision_digest, *(getattr(row, side.column) for side in _SIDES.values()))
    return (digest for digest in columns if digest is not None)


_READERS: Mapping[SnapshotKind, Callable[[str], DecisionSnapshot | ScoreSnapshot]] = {
    SnapshotKind.DECISION: decision_from,
    SnapshotKind.SCORE: score_from,
}


def named_by(kept: Snapshot) -> Iterable[str]:
    """The digests that a snapshot names; of one that was changed none, for it may say anything: that is told later."""
    read = _READERS.get(kept.kind)
    if read is None or digest_of(kept.content) != kept.digest:
        return ()
    try:
        basis = read(kept.content).basis
    except GuantongError:
        return ()
    return [digest for name in KINDS_OF_BASIS if (digest := getattr(basis, name)) is not None]


def replay(evidence: Evidence, replayer: Replayer) -> EvaluationReplay:
    """Recompute and compare. Pure, and slow the first time a policy is met. Raises as ``replay_evaluation`` does."""
    row, found = evidence.row, evidence.found
    content_of(found, SnapshotKind.FACTS, row.facts_digest)  # what may be erased is asked for first
    decision = decision_from(kept_content(found, SnapshotKind.DECISION, row.decision_digest))
    scores = {
        side: score_from(content_of(found, SnapshotKind.SCORE, digest))
        for side, named in _SIDES.items()
        if (digest := getattr(row, named.column)) is not None
    }
    parts = [
        Replayed(Part.RECORD, _disagreements(evidence, decision, scores)),
        Replayed(Part.DECISION, replayer.decision(decision, contents_of(found, decision.basis))),
        *(Replayed(_SIDES[s].part, replayer.score(one, contents_of(found, one.basis))) for s, one in scores.items()),
    ]
    return EvaluationReplay(decision.basis.engine, ENGINE, tuple(parts))


def kept_content(found: Mapping[str, Snapshot], kind: SnapshotKind, digest: str | None) -> str:
    if digest is None:
        raise GuantongError(
            ErrorCode.NOT_FOUND,
            Text(
                "此评价登记时尚未保存快照，不能重放",
                "this evaluation was recorded before snapshots were kept; it cannot be replayed",
            ),
        )
    return content_of(found, kind, digest)


def contents_of(found: Mapping[str, Snapshot], basis: Basis) -> Contents:
    """The contents that a snapshot names, every one of them what its digest says."""
    named = ((getattr(basis, name), kind) for name, kind in KINDS_OF_BASIS.items())
    return {digest: content_of(found, kind, digest) for digest, kind in named if digest is not None}


def _disagreements(
    evidence: Evidence, decision: DecisionSnapshot, scores: Mapping[CriterionSide, ScoreSnapshot]
) -> tuple[Difference, ...]:
    """Where the row says something else than its snapshots: of them, the row alone can be changed and still be read."""
    row, basis = evidence.row, plain(decision.basis)
    on_record = {
        "basis": {
            "day": row.reference_day,
            "facts": row.facts_digest,
            "policy": row.policy_digest,
            "calendar": row.calendar_digest,
            "scheme": row.scheme_digest,
            "engine": row.engine_version,
            "vocabulary": basis["vocabulary"],  # the row does not name it
        },
        "targets": targets_of(row),
        "points": {side: _points(evidence.scores, side) for side in sides_of(row)},
    }
    kept = {
        "basis": basis,
        "targets": decision.targets,
        "points": {side: scores[side].points if side in scores else {} for side in sides_of(row)},
    }
    stray = {side: plain(one.basis) for side, one in scores.items() if one.basis != decision.basis}
    return (
        *differences(plain(on_record), plain(kept), "evaluation"),
        *(found for side, other in stray.items() for found in differences(basis, other, f"scores.{side}.basis")),
    )


def _points(scores: Iterable[Score], side: CriterionSide) -> Any:
    """The assessors' points on record for one certificate, as a snapshot has them."""
    points: dict[str, list[int]] = {}
    for score in scores:
        if score.side in (side, CriterionSide.BOTH):
            points.setdefault(score.criterion, []).append(score.points)
    return {key: sorted(given) for key, given in points.items()}
