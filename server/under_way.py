"""The requests that are being answered: what they work with is not closed before the last of them has ended."""

import asyncio
from contextlib import suppress

# Those that the server has cut off still undo what they did, and say so; what hangs is not waited for.
SECONDS_TO_END = 2


class UnderWay:
    """Counts them."""

    def __init__(self) -> None:
        self._count = 0
        self._all_ended = asyncio.Event()

    def __enter__(self) -> None:
        """One more, until the block ends."""
        self._count += 1
        self._all_ended.clear()

    def __exit__(self, *_: object) -> None:
        self._count -= 1
        if not self._count:
            self._all_ended.set()

    async def end(self) -> None:
        """Wait for the last one, a short while."""
        if self._count:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._all_ended.wait(), SECONDS_TO_END)
