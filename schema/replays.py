"""Replays of evaluations and of what was granted on awards: each once a request, those of a list together.

They are heavy, so only so many a request, of both kinds together.
"""

import asyncio
from collections.abc import Callable, Iterable
from typing import TypeVar
from uuid import UUID

from strawberry.dataloader import DataLoader

from core.errors import ErrorCode, GuantongError
from core.models import ContestDecision, Evaluation
from core.permissions import Actor
from core.replay.comparing import EvaluationReplay
from core.replay.replayer import Replayer
from core.services.contest_replays import gather_contest_evidence, replayed_contest
from core.services.replays import gather_evidence, replay
from core.texts import Text
from plugins.document import scheme_from
from schema.reader import Reader

MOST = 100
E = TypeVar("E")
Found = list[EvaluationReplay | BaseException]


class Replays:
    """Replays what the reader of a request was given."""

    def __init__(self, reader: Reader, actor: Actor) -> None:
        self._reader = reader
        self._actor = actor
        self._replayer = Replayer(scheme_from)
        self._evaluations: dict[UUID, Evaluation] = {}
        self._contests: dict[UUID, ContestDecision] = {}
        self._of_evaluations: DataLoader[UUID, EvaluationReplay] = DataLoader(self._load_evaluations)
        self._of_contests: DataLoader[UUID, EvaluationReplay] = DataLoader(self._load_contests)

    async def of(self, row: Evaluation) -> EvaluationReplay:
        """The replay of an evaluation. Raises NOT_FOUND and DIGEST_MISMATCH as the service does, BAD_ARGUMENT beyond
        the most that one request may ask for.
        """
        self._count(row.id not in self._evaluations)
        self._evaluations[row.id] = row
        return await self._of_evaluations.load(row.id)

    async def of_contest(self, row: ContestDecision) -> EvaluationReplay:
        """The replay of what was granted on the strength of an award. Raises as ``of`` does."""
        self._count(row.id not in self._contests)
        self._contests[row.id] = row
        return await self._of_contests.load(row.id)

    def _count(self, is_another: bool) -> None:
        if is_another and len(self._evaluations) + len(self._contests) >= MOST:
            raise GuantongError(
                ErrorCode.BAD_ARGUMENT,
                Text(f"一次请求最多重放 {MOST} 项评价", f"at most {MOST} evaluations are replayed in one request"),
            )

    async def _load_evaluations(self, ids: list[UUID]) -> Found:
        evidence = await self._reader.run(gather_evidence, self._actor, [self._evaluations[id_] for id_ in ids])
        return await self._all(replay, evidence)

    async def _load_contests(self, ids: list[UUID]) -> Found:
        evidence = await self._reader.run(gather_contest_evidence, [self._contests[id_] for id_ in ids])
        return await self._all(replayed_contest, evidence)

    async def _all(self, work: Callable[[E, Replayer], EvaluationReplay], evidence: Iterable[E]) -> Found:
        # Binding an old policy takes a while, and other requests should not wait for it.
        return await asyncio.to_thread(lambda: [self._one(work, one) for one in evidence])

    def _one(self, work: Callable[[E, Replayer], EvaluationReplay], evidence: E) -> EvaluationReplay | BaseException:
        """The replay, or why there is none: one that was erased takes nothing from its neighbours."""
        try:
            return work(evidence, self._replayer)
        except GuantongError as fault:
            return fault
