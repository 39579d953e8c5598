"""What the service needs to answer by compiled reads, and what is told of it."""

import logging
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import orjson
from graphql import OperationType

from core.permissions import Actor
from core.storage.row_scope import RowScope
from core.storage.statements import TooDeep
from schema.asking import Asking
from schema.compiled.reads import Asked, CompiledReads, Ready
from schema.context import Dependencies
from schema.following import Followed
from schema.generations import Generation
from schema.intake import Accepted
from schema.running import Running

log = logging.getLogger("guantong.reads")


@dataclass(frozen=True, slots=True)
class Request:
    """One accepted operation for one actor, answered by one generation of the schema, and on one day, to its end."""

    generation: Generation
    accepted: Accepted
    actor: Actor
    request_id: str
    today: date
    running: Running
    followed: list[Followed] = field(default_factory=list)
    # The root fields that resolvers answered, each with the reason why.
    resolved: dict[str, str] = field(default_factory=dict)


class Compiling:
    """Compiled reads over the parts of the product."""

    def __init__(self, deps: Dependencies) -> None:
        self._deps = deps

    def ready(self, request: Request) -> Ready | None:
        """What a query sends to the database; None when all of it is the resolvers'."""
        reads = request.generation.reads
        if reads is None or request.accepted.kind is not OperationType.QUERY:
            return None
        ready = reads.ready(_asked(request), self._asking(request))
        if ready is not None and ready.rest is not None:
            self._note(request, reads)
        return ready

    async def told(self, request: Request, ready: Ready, session: Any = None) -> dict[str, Any] | None:
        """The root fields of the statement, as JSON; None when only the resolvers can say what is wrong."""
        scope, plan = RowScope.of(request.actor), ready.plan
        try:
            row = await self._deps.database.row(scope, plan.sql, ready.values, session)
        except TooDeep:
            request.generation.reads_given_up(plan)
            request.resolved.update(dict.fromkeys((one.key for one in plan.roots), "nested deeper than SQLite reads"))
            return None
        except Exception as fault:
            log.warning("a compiled read failed and the resolvers answer: %s", type(fault).__name__)
            request.resolved.update(dict.fromkeys((one.key for one in plan.roots), type(fault).__name__))
            return None
        running = request.running.attempt()
        answers = ready.answers(row, running)
        if answers is None:
            return None
        request.running.withheld |= running.withheld
        lasts = ready.rest is None and not plan.asks_what_runs
        self._deps.watch.answered(len(answers), len(request.resolved), lasts=lasts)
        return {key: orjson.Fragment(found) for key, found in answers.items()}

    def resolved(self, request: Request) -> None:
        """All of a query is the resolvers'."""
        reads = request.generation.reads
        if reads is not None:
            self._note(request, reads)
            self._deps.watch.answered(0, len(reads.roots(_asked(request), self._asking(request))))

    def _note(self, request: Request, reads: CompiledReads) -> None:
        request.resolved.update(reads.why_not(_asked(request), self._asking(request)))

    def _asking(self, request: Request) -> Asking:
        deps = self._deps
        return Asking(request.actor, request.today, deps.vocabulary, deps.keyring)


def _asked(request: Request) -> Asked:
    accepted = request.accepted
    return Asked(accepted.document.text, accepted.document.parsed, accepted.operation, accepted.variables)
