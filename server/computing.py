"""Keeps computed facts up to date, beside the requests: whatever changed, what is out of date is computed and kept.

It looks at what is so, not at what happened: a process that was ended half-way leaves nothing that the next look of any
replica does not find. The jail is opened when there is something to compute.
"""

import logging
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from functools import partial

from core.dates import today
from core.errors import GuantongError
from core.schemes import Scheme
from core.services.computed_facts import Outdated, keep_computed, outdated
from core.services.verifier import Candidate
from core.storage.row_scope import EVERY_ROW
from plugins.computing import Misfitting, compute
from plugins.jail.opening import Runner, open_jail
from schema.outcomes import Outcome, Watch
from server.meanwhile import Rhythm
from server.wiring import PLATFORM, Parts

log = logging.getLogger("guantong.computing")
MUTATION = "mutation"
LEAST_SECONDS = 1.0  # between two looks, however much changes meanwhile
OpenRunner = Callable[[], AbstractAsyncContextManager[Runner]]


@dataclass
class Computer:
    """Looks whose facts are out of date, once for each time that it is woken and now and then besides."""

    parts: Parts
    open_runner: OpenRunner
    rhythm: Rhythm = field(default_factory=lambda: Rhythm(log, "computing facts", LEAST_SECONDS))

    @classmethod
    def of(cls, parts: Parts) -> "Computer":
        return cls(parts, partial(open_jail, reports=parts.violated))

    def wake(self) -> None:
        """Something may have changed: evidence, or the version that runs."""
        self.rhythm.wake()

    async def look(self) -> int:
        """Compute whatever is out of date; of how many people that was. A scheme's fault takes nothing from others."""
        day, count = today(self.parts.clock), 0
        for scheme, source in self.parts.schemes.computing(day):
            async with self.parts.database.read(EVERY_ROW) as session:
                stale = await outdated(session, scheme, source.digest, day)
            if stale:
                count += await self._compute(scheme, source, stale)
        return count

    async def _compute(self, scheme: Scheme, source: Candidate, stale: list[Outdated]) -> int:
        try:
            async with self.open_runner() as runner:
                facts = await compute(scheme, source, runner, [one.amounts for one in stale])
        except GuantongError as fault:
            if isinstance(fault, Misfitting):
                await self.parts.violated(fault.violation)
            log.warning("facts of %s %s were not computed: %s", scheme.key, scheme.version, fault)
            return 0
        async with self.parts.use_cases(PLATFORM, "computing", EVERY_ROW) as call:
            await keep_computed(call, scheme, source.digest, stale, facts)
        return len(stale)


@dataclass(frozen=True, slots=True)
class Waking:
    """Tells whoever watches operations, and wakes those who look out after each that may have changed something."""

    watch: Watch
    wake: Sequence[Callable[[], None]]

    def began(self) -> None:
        self.watch.began()

    def left(self) -> None:
        self.watch.left()

    def answered(self, compiled: int, resolved: int, *, lasts: bool = False) -> None:
        self.watch.answered(compiled, resolved, lasts=lasts)

    def ended(self, outcome: Outcome) -> None:
        if outcome.kind == MUTATION:
            for wake in self.wake:
                wake()
        self.watch.ended(outcome)
