"""What versions do to everybody at an enterprise: only those whom any of their ways could concern are looked at."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from core.eligibility.impact import Impact, Weighing
from core.eligibility.rulebook import Rulebook
from core.permissions import Actor
from core.schemes import Scheme
from core.storage.facts import load_facts
from core.storage.queries.workforce import count_workforce, workforce_holding
from schema.reader import Reader

# What is held in memory at once, and for how long the loop may be held by reading it.
PART = 1000
# One thread for all requests: several would not be faster, and would keep others waiting.
_WORKER = ThreadPoolExecutor(max_workers=1, thread_name_prefix="impact")


@dataclass(frozen=True, slots=True)
class Effect:
    """What a version does to ``people`` at its enterprise, and whom of them the reader may be shown."""

    people: int
    impact: Impact
    readable: frozenset[UUID]


class Effects:
    """Works out effects for one reader, one after the other however many a request asks for."""

    def __init__(self, reader: Reader, actor: Actor, today: date, rules: Rulebook) -> None:
        self._reader = reader
        self._who = actor, today
        self._rules = rules
        self._turn = asyncio.Lock()

    async def of(self, enterprise_id: UUID, old: Scheme | None, new: Scheme, day: date) -> Effect:
        """The effect on ``day`` of replacing ``old``, or nothing, with ``new``, over the people employed then."""
        async with self._turn:
            return await self._of((enterprise_id, day), old, new)

    async def _of(self, employer: tuple[UUID, date], old: Scheme | None, new: Scheme) -> Effect:
        day, run, loop = employer[1], self._reader.run, asyncio.get_running_loop()
        # Drafts come and go, and a rulebook keeps whatever it has bound.
        book = Rulebook(self._rules.policy, self._rules.vocabulary)
        weighing = await loop.run_in_executor(_WORKER, Weighing, old, new, day, book)
        questions = weighing.questions
        people = await run(count_workforce, *employer)
        concerned = await run(workforce_holding, *self._who, employer, questions.origins)
        for first in range(0, len(concerned), PART):
            ids = [id_ for id_, _ in concerned[first : first + PART]]
            facts = await run(load_facts, ids, day, questions.reading)
            await loop.run_in_executor(_WORKER, weighing.look_at, facts.items())
        return Effect(people, weighing.impact, frozenset(id_ for id_, readable in concerned if readable))
