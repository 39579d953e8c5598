"""Kept decisions on applications in words: each once a request, those of a list together, only so many a request."""

import asyncio
from collections.abc import Iterable

from strawberry.dataloader import DataLoader

from core.eligibility.decisions import Decision
from core.errors import ErrorCode, GuantongError
from core.replay.replayer import Replayer
from core.services.explained import Asked, Kept, explained, kept_decisions
from core.texts import Text
from plugins.document import scheme_from
from schema.reader import Reader

MOST = 100


class Explanations:
    """Decides again what was decided, from what is kept of it."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._replayer = Replayer(scheme_from)
        self._asked: set[Asked] = set()
        self._found: DataLoader[Asked, Decision | None] = DataLoader(self._load)

    async def of(self, asked: Asked) -> Decision | None:
        """A decision; None where the scheme does not offer what was applied for.

        Raises NOT_FOUND for what was erased, DIGEST_MISMATCH for what was changed, BAD_ARGUMENT beyond the most that
        one request may ask for.
        """
        if asked not in self._asked and len(self._asked) >= MOST:
            raise GuantongError(
                ErrorCode.BAD_ARGUMENT,
                Text(f"一次请求最多说明 {MOST} 项判定", f"at most {MOST} decisions are explained in one request"),
            )
        self._asked.add(asked)
        return await self._found.load(asked)

    async def _load(self, asked: list[Asked]) -> list[Decision | BaseException | None]:
        kept = await self._reader.run(kept_decisions, {one.digest for one in asked})
        # Binding an old policy takes a while, and other requests should not wait for it.
        return await asyncio.to_thread(self._all, kept, asked)

    def _all(self, kept: Kept, asked: Iterable[Asked]) -> list[Decision | BaseException | None]:
        return [self._one(kept, one) for one in asked]

    def _one(self, kept: Kept, asked: Asked) -> Decision | BaseException | None:
        try:
            return explained(kept, asked, self._replayer)
        except GuantongError as fault:
            return fault
