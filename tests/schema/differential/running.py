"""A run: so many questions, asked of every side, with answers compared as bytes."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from core.permissions import Actor
from tests.schema.conftest import WITHOUT_LIMIT
from tests.schema.differential.comparing import codes, difference, failures, is_equal
from tests.schema.differential.documents import Document
from tests.schema.differential.figures import Figures, compiled_roots
from tests.schema.differential.questions import Question
from tests.schema.differential.shrink import shrunk
from tests.schema.differential.sides import BY_RESOLVERS, Side, service_over
from tests.schema.differential.stock import Stock, stocked
from tests.schema.differential.world import World


@dataclass(frozen=True)
class Difference:
    """A question that is answered in two ways, cut down to what matters."""

    role: str
    place: int
    document: Document
    sides: str
    what: str

    def __str__(self) -> str:
        text = self.document.text()
        named = f"\noperationName: {self.document.name}" if self.document.name else ""
        used = {name: value for name, value in self.document.values.items() if f"${name}" in text}
        return (
            f"question {self.place} as {self.role}: {self.sides} differ at {self.what}\n"
            f"{text}\nvariables: {json.dumps(used, ensure_ascii=False)}{named}"
        )


@dataclass
class Outcome:
    """What a run found, and what it amounted to."""

    figures: Figures
    found: list[Difference] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return "\n\n".join([*map(str, self.found), *self.broken])


async def stock_of(world: World, sides: Sequence[Side]) -> Stock:
    """What the readers find in the world, asked of the first side's database without limits."""
    service = service_over(world, sides[0].database, replace(BY_RESOLVERS, budgets=WITHOUT_LIMIT.budgets))
    await service.take_up(world.published)
    return await stocked(service, sides[0].schema, world.actors)


@dataclass
class Run:
    """Asks the first side and every other one, which must answer the same.

    With ``only_compiled`` it counts only where something was compiled, for whoever planted a fault there.
    """

    world: World
    sides: Sequence[Side]
    most_found: int = 1
    shrinks: bool = True
    only_compiled: bool = False

    async def of(self, questions: Iterable[Question]) -> Outcome:
        """Ask them all, or until as many differences are found as are wanted."""
        outcome = Outcome(Figures(self.sides[0].schema))
        for one in questions:
            await self._compare(outcome, *one)
            if len(outcome.found) >= self.most_found:
                break
        return outcome

    async def differs(self, document: Document, role: str) -> bool:
        """Whether the first two sides answer a question in two ways."""
        reference, side = self.sides[:2]
        actor = self.world.actors[role]
        return not is_equal(await reference.answer(document, actor), await side.answer(document, actor))

    async def _compare(self, outcome: Outcome, place: int, role: str, document: Document) -> None:
        reference, *others = self.sides
        actor = self.world.actors[role]
        expected = await reference.answer(document, actor)
        answers = [await side.answer(document, actor) for side in others]
        outcome.figures.count(role, document, expected, answers[-1])
        if "INTERNAL" in codes(expected):
            outcome.broken.append(f"question {place} as {role}: the reference is broken by\n{document.text()}")
        for side, answer in zip(others, answers, strict=True):
            if failed := failures(answer):
                outcome.broken.append(f"question {place} as {role}: {side.name} failed by {failed}\n{document.text()}")
            if not is_equal(expected, answer) and (compiled_roots(answer) or not self.only_compiled):
                outcome.found.append(await self._difference(place, role, document, side, actor))
                return

    async def _difference(self, place: int, role: str, document: Document, side: Side, actor: Actor) -> Difference:
        reference = self.sides[0]

        async def differs(smaller: Document) -> bool:
            one, other = await reference.answer(smaller, actor), await side.answer(smaller, actor)
            # What is refused as a whole is another question than the one that was asked.
            return not is_equal(one, other) and "GRAPHQL_VALIDATION" not in codes(one)

        least = await shrunk(document, differs) if self.shrinks else document
        what = difference(await reference.answer(least, actor), await side.answer(least, actor))
        return Difference(role, place, least, f"{reference.name} and {side.name}", what)
