"""What is kept because it was made once: by weight, so that nobody fills the memory by asking for ever new things."""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from typing import Generic, TypeVar

T = TypeVar("T")


class Kept(Generic[T]):
    """Things by their keys, up to a weight in all; what was used longest ago gives way."""

    def __init__(self, most: int, weigh: Callable[[T], int] = lambda _: 1) -> None:
        self._most, self._weigh = most, weigh
        self._things: OrderedDict[Hashable, T] = OrderedDict()
        self.weight = 0

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        """The thing of a key, made when it is not there."""
        found = self.found(key)
        return self.keep(key, make()) if found is None else found

    def found(self, key: Hashable) -> T | None:
        """The thing of a key, if it is still there."""
        found = self._things.get(key)
        if found is not None:
            self._things.move_to_end(key)
        return found

    def keep(self, key: Hashable, made: T) -> T:
        """Keep a thing by its key, in place of another."""
        self.drop(key)
        self._things[key] = made
        self.weight += self._weigh(made)
        while self.weight > self._most and len(self._things) > 1:
            self.weight -= self._weigh(self._things.popitem(last=False)[1])
        return made

    def drop(self, key: Hashable) -> None:
        """Keep nothing by this key."""
        gone = self._things.pop(key, None)
        if gone is not None:
            self.weight -= self._weigh(gone)

    def drop_all(self, is_over: Callable[[T], bool]) -> None:
        """Keep nothing that is over."""
        for key in [key for key, thing in self._things.items() if is_over(thing)]:
            self.drop(key)

    def __iter__(self) -> Iterator[T]:
        return iter(self._things.values())

    def __contains__(self, key: Hashable) -> bool:
        return key in self._things

    def __len__(self) -> int:
        return len(self._things)
