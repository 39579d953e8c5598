"""How an operation ended, as operators count it, and the port through which they are told."""

from typing import NamedTuple, Protocol

INTERNAL = "INTERNAL"
OK = "OK"
CANCELLED = "CANCELLED"
UNKNOWN = "unknown"


class Outcome(NamedTuple):
    """How an operation ended. ``codes`` are those of its errors and problems; ``code`` stands for all of them."""

    kind: str
    name: str | None
    codes: tuple[str, ...]
    seconds: float
    audit_failed: bool = False

    @property
    def code(self) -> str:
        return INTERNAL if INTERNAL in self.codes else next(iter(self.codes), OK)


class Watch(Protocol):
    """Port: who counts operations (``server.watching``)."""

    def began(self) -> None:
        """An operation is in flight."""

    def left(self) -> None:
        """It no longer is."""

    def answered(self, compiled: int, resolved: int, *, lasts: bool = False) -> None:
        """So many root fields of a query were answered by compiled reads, so many by resolvers.

        ``lasts`` tells that the answer is right as long as nobody writes: it rests on rows, and on nothing that this
        process alone knows, such as which schemes it could take up.
        """

    def ended(self, outcome: Outcome) -> None:
        """It is over, and this came of it. Not called for what turns out to be no operation of its own."""


class Unwatched:
    """Nobody counts."""

    def began(self) -> None:
        return

    def left(self) -> None:
        return

    def answered(self, compiled: int, resolved: int, *, lasts: bool = False) -> None:
        return

    def ended(self, outcome: Outcome) -> None:
        return


UNWATCHED = Unwatched()
