"""An operation as a transport hands it over."""

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass
from typing import Any

from core.permissions import Actor

# Called with the cost of what is about to be done; raises RATE_LIMITED when that is more than may be asked now.
Charge = Callable[[int], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Operation:
    """A document, or the id of a trusted one; the values of its variables; which operation, where it holds several.

    ``only_reads`` where the transport promises that nothing is changed. ``hash`` is how Apollo's clients name a
    document: the SHA-256 of its text, with the text beside it where that is not known yet.
    """

    query: str | None
    variables: dict[str, Any] | None = None
    name: str | None = None
    document_id: str | None = None
    only_reads: bool = False
    hash: str | None = None


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks, how what is asked is charged, and the turn that it is done in."""

    actor: Actor
    charge: Charge
    turn: Callable[[], AbstractAsyncContextManager[None]] = nullcontext


async def free(_cost: int) -> None:
    """The charge of whoever pays nothing: tests, and the product's own work."""
