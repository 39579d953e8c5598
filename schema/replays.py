"""Replays of evaluations: each once a request, those of a list together. They are heavy, so only so many a request."""

import asyncio
from collections.abc import Iterable
from uuid import UUID

from strawberry.dataloader import DataLoader

from core.errors import ErrorCode, GuantongError
from core.models import Evaluation
from core.permissions import Actor
from core.replay.comparing import EvaluationReplay
from core.replay.replayer import Replayer
from core.services.replays import Evidence, gather_evidence, replay
from core.texts import Text
from plugins.document import scheme_from
from schema.reader import Reader

MOST = 100


class Replays:
    """Replays evaluations that the reader of a request was given."""

    def __init__(self, reader: Reader, actor: Actor) -> None:
        self._reader = reader
        self._actor = actor
        self._replayer = Replayer(scheme_from)
        self._rows: dict[UUID, Evaluation] = {}
        self._found: DataLoader[UUID, EvaluationReplay] = DataLoader(self._load)

    async def of(self, row: Evaluation) -> EvaluationReplay:
        """The replay of an evaluation. Raises NOT_FOUND and DIGEST_MISMATCH as the service does, BAD_ARGUMENT beyond
        the most that one request may ask for.
        """
        if row.id not in self._rows and len(self._rows) >= MOST:
            raise GuantongError(
                ErrorCode.BAD_ARGUMENT,
                Text(f"一次请求最多重放 {MOST} 项评价", f"at most {MOST} evaluations are replayed in one request"),
            )
        self._rows[row.id] = row
        return await self._found.load(row.id)

    async def _load(self, ids: list[UUID]) -> list[EvaluationReplay | BaseException]:
        evidence = await self._reader.run(gather_evidence, self._actor, [self._rows[id_] for id_ in ids])
        # Binding an old policy takes a while, and other requests should not wait for it.
        return await asyncio.to_thread(self._all, evidence)

    def _all(self, evidence: Iterable[Evidence]) -> list[EvaluationReplay | BaseException]:
        return [self._one(one) for one in evidence]

    def _one(self, evidence: Evidence) -> EvaluationReplay | BaseException:
        """The replay, or why there is none: one that was erased takes nothing from its neighbours."""
        try:
            return replay(evidence, self._replayer)
        except GuantongError as fault:
            return fault
