"""How many WebSockets and streams of events may be open: in all, and for one client address. Platform defaults.

An open one costs memory and nothing else, so that whoever opens thousands must not keep others from opening one.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from core.errors import ErrorCode, GuantongError
from core.texts import Text
from server.responses import RequestFault


@dataclass(slots=True)
class Sockets:
    """Those of this process. ``most`` in all; ``most_each`` for one address, where many people may sit behind."""

    most: int
    most_each: int
    _by_address: Counter[str] = field(default_factory=Counter)

    @property
    def open(self) -> int:
        return self._by_address.total()

    @contextmanager
    def place(self, address: str) -> Iterator[None]:
        """A place for one more. Raises a 503 where there is none, before it is opened."""
        if self.open >= self.most or self._by_address[address] >= self.most_each:
            raise _full()
        self._by_address[address] += 1
        try:
            yield
        finally:
            self._by_address[address] -= 1
            self._by_address += Counter()  # forget addresses that have none


def _full() -> RequestFault:
    message = Text(
        "打开的 WebSocket 与事件流过多；请关闭不用的连接，或稍后重试",
        "too many WebSockets and streams are open; close those that are not used, or try again later",
    )
    return RequestFault(503, GuantongError(ErrorCode.UNAVAILABLE, message), {"retry-after": "60"})
