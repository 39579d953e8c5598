"""What eligibility said of applications, in words: decided again from what is kept of it, never from today's facts.

Nobody's right to read is checked here: whoever asks may read the person's case.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sqlmodel.ext.asyncio.session import AsyncSession

from core.eligibility.decisions import Decision
from core.ladders import Target
from core.models import Snapshot, SnapshotKind
from core.replay.replayer import Replayer
from core.replay.snapshots import DecisionSnapshot, decision_from
from core.services.replays import contents_of, named_by
from core.services.snapshots import content_of
from core.storage.queries.snapshots import snapshots_by_digest


class Asked(NamedTuple):
    """A kept decision, and the targets that were applied for together."""

    digest: str
    targets: tuple[Target, ...]


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept of decisions, with all that they rest on; it may hold more than was asked for."""

    snapshots: dict[str, Snapshot]


async def kept_decisions(session: AsyncSession, digests: Collection[str]) -> Kept:
    """What is kept under the digests of decisions, in two statements however many they are."""
    found = await snapshots_by_digest(session, digests)
    named = {digest for kept in list(found.values()) for digest in named_by(kept)}
    return Kept(found | await snapshots_by_digest(session, named - found.keys()))


def explained(kept: Kept, asked: Asked, replayer: Replayer) -> Decision | None:
    """The decision on all targets together under the pinned scheme, the open one first. None: it does not offer them.

    Slow the first time a policy is met. Raises NOT_FOUND for what was erased, DIGEST_MISMATCH for what was changed,
    BAD_FILE for a form that this engine does not know.
    """
    then: DecisionSnapshot = decision_from(content_of(kept.snapshots, SnapshotKind.DECISION, asked.digest))
    found = replayer.explained(then, contents_of(kept.snapshots, then.basis))
    return _of_all(found, asked)


def _of_all(found: Sequence[Decision], asked: Asked) -> Decision | None:
    # It was made under one scheme, so that whatever is offered at all is offered by that.
    theirs = [one for one in found if one.targets == asked.targets and one.offer is not None]
    return min(theirs, key=lambda one: (not one.is_open, str(one.may_apply_from or "9999")), default=None)
