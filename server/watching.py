"""Where operations and requests are counted, and what of an operation the line of its request says."""

from contextvars import ContextVar
from typing import Any

from schema.outcomes import Outcome
from server.metrics import Metrics

# What the request's line in the log says beside the request; tasks that answer it share the object.
line: ContextVar[dict[str, Any] | None] = ContextVar("guantong_line", default=None)


class Watching:
    """Counts operations, and names them in the log by kind, name and code."""

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics

    def began(self) -> None:
        self._metrics.operation_began()

    def left(self) -> None:
        self._metrics.operation_left()

    def answered(self, compiled: int, resolved: int, *, lasts: bool = False) -> None:
        self._metrics.roots_answered(compiled, resolved)
        said = line.get()
        if said is not None:
            said |= {"compiled": compiled, "resolved": resolved, "lasts": lasts}

    def ended(self, outcome: Outcome) -> None:
        self._metrics.operation_ended(outcome.kind, outcome.code, outcome.seconds)
        if outcome.audit_failed:
            self._metrics.audit_failed()
        said = line.get()
        if said is not None:
            said |= {"operation": outcome.kind, "name": outcome.name, "code": outcome.code}
