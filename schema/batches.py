"""How loaders of one request are made: every relation of any number of rows takes one statement."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Collection, Hashable
from typing import TypeVar

from strawberry.dataloader import DataLoader

from core.errors import ErrorCode, GuantongError
from core.texts import Text

K = TypeVar("K", bound=Hashable)
A = TypeVar("A", bound=Hashable)
V = TypeVar("V")
# SQLite takes at most 32,766 parameters in one statement.
LARGEST_BATCH = 5000


class Loader(DataLoader[K, V]):
    """A loader on whose keys several wait: one that leaves takes nothing from the others.

    Where a field is refused, whatever waits beside it is cancelled; what that waits for may be wanted elsewhere, too.
    """

    def load(self, key: K) -> Awaitable[V]:
        """The value of a key."""
        return asyncio.shield(super().load(key))


def one(load: Callable[[Collection[K]], Awaitable[dict[K, V]]]) -> DataLoader[K, V | None]:
    """A loader of one thing a key, None where there is none."""

    async def batch(keys: list[K]) -> list[V | None]:
        found = await load(keys)
        return [found.get(key) for key in keys]

    return Loader(batch, max_batch_size=LARGEST_BATCH)


def few(load: Callable[[Collection[K]], Awaitable[dict[K, V]]], most: int) -> DataLoader[K, V | None]:
    """A loader of large things, of which one request gets only so many. Raises BAD_ARGUMENT for more."""
    given: set[K] = set()

    async def limited(keys: Collection[K]) -> dict[K, V]:
        given.update(keys)
        if len(given) > most:
            raise GuantongError(
                ErrorCode.BAD_ARGUMENT,
                Text(
                    f"一次请求最多取 {most} 个文件；请分次查询",
                    f"one request gets at most {most} files; ask for them in several",
                ),
            )
        return await load(keys)

    return one(limited)


def many(load: Callable[[Collection[K]], Awaitable[dict[K, list[V]]]]) -> DataLoader[K, list[V]]:
    """A loader of a list a key."""

    async def batch(keys: list[K]) -> list[list[V]]:
        found = await load(keys)
        return [found.get(key, []) for key in keys]

    return Loader(batch, max_batch_size=LARGEST_BATCH)


def alike(load: Callable[[Collection[K], A], Awaitable[dict[K, V]]]) -> DataLoader[tuple[K, A], V | None]:
    """A loader for keys with arguments: one statement for all keys that are asked for with equal arguments."""

    async def batch(keys: list[tuple[K, A]]) -> list[V | None]:
        by_arguments: dict[A, list[K]] = defaultdict(list)
        for key, arguments in keys:
            by_arguments[arguments].append(key)
        found = {arguments: await load(asked, arguments) for arguments, asked in by_arguments.items()}
        return [found[arguments].get(key) for key, arguments in keys]

    return Loader(batch, max_batch_size=LARGEST_BATCH)


def paired(
    load: Callable[[Collection[tuple[K, K | None]]], Awaitable[dict[K, V]]],
) -> DataLoader[tuple[K, K | None], V | None]:
    """A loader of the other half, for keys that may already name it."""

    async def batch(keys: list[tuple[K, K | None]]) -> list[V | None]:
        found = await load(keys)
        return [found.get(own) for own, _named in keys]

    return Loader(batch, max_batch_size=LARGEST_BATCH)
