"""Relations that must be there: a row that may be read refers to rows that may be read as well."""

from collections.abc import Hashable
from typing import TypeVar

from strawberry.dataloader import DataLoader

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


async def loaded(loader: "DataLoader[K, V | None]", key: K) -> V:
    """The row behind a required reference. Its absence is a fault of the visibility rules, not of the reader."""
    row = await loader.load(key)
    if row is None:
        raise LookupError(f"the row {key} that a visible row refers to is missing or hidden")
    return row
