"""Two jails side by side, with another hash seed each: what differs between them rests on order, process or chance."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, replace
from typing import Protocol

from plugins.jail.host import Setup
from plugins.jail.opening import Runner, open_jail

OTHER_SEED = 271828


@dataclass(frozen=True, slots=True)
class Pair:
    """The runners of the first run and of the second."""

    first: Runner
    second: Runner


class OpenPair(Protocol):
    """Opens a pair for as long as a block lasts."""

    def __call__(self) -> AbstractAsyncContextManager[Pair]:
        """Raises JAIL_UNAVAILABLE where no jail holds."""


@asynccontextmanager
async def open_pair(setup: Setup | None = None) -> AsyncIterator[Pair]:
    """Two jails that have passed their self-tests. Faults leave no trace on record: the code is nobody's wheel yet."""
    first = setup or Setup()
    second = replace(first, hash_seed=OTHER_SEED)
    async with open_jail(first) as one, open_jail(second) as other:
        yield Pair(one, other)
