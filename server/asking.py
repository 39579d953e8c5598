"""Who asks on a connection that stays open, a WebSocket or a stream of events: found out anew for every answer."""

from collections.abc import Iterable
from functools import partial
from typing import Any

from starlette.requests import HTTPConnection

from core.errors import ErrorCode
from schema.operation import Asker
from server.authentication import Caller
from server.rates import account

# Seconds that a client may leave an answer unread; a platform default.
UNTIL_READ = 10.0


def asker_of(connection: HTTPConnection, caller: Caller) -> Asker:
    """A caller as the graph is asked for them, and how that is charged."""
    counted_as = account(caller.key, connection.scope)
    charge = connection.state.rates.charge(caller.actor.role, counted_as)
    return Asker(caller.actor, charge, partial(connection.state.side_by_side.one, counted_as))


def seconds_left(connection: HTTPConnection, caller: Caller) -> float | None:
    """For how long the credential of a caller still holds; None for one that has no end."""
    if caller.expires_at is None:
        return None
    left: float = (caller.expires_at - connection.state.authentication.clock.now()).total_seconds()
    return max(left, 0.0)


def count_refusals(connection: HTTPConnection, errors: Iterable[dict[str, Any]]) -> None:
    """Count what was refused as too much within a minute, which no status tells here."""
    if any(error.get("extensions", {}).get("code") == ErrorCode.RATE_LIMITED for error in errors):
        connection.state.metrics.rate_limited()
