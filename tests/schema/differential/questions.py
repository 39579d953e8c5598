"""Questions: documents that most of the time are answered, because they fit the reader, the budgets and the data."""

from collections import Counter
from collections.abc import Iterator, Sequence
from copy import deepcopy
from random import Random
from typing import NamedTuple

from graphql import GraphQLError

from core.errors import GuantongError
from core.permissions import Actor
from schema.generations import Generation
from schema.intake import Invalid
from schema.operation import Operation, free
from schema.terms import Terms
from tests.schema.differential.documents import TYPENAME, Document, Field, Selection, places
from tests.schema.differential.mutate import Mutator
from tests.schema.differential.stock import Stock
from tests.schema.differential.walk import Walk, from_elsewhere, grounded
from tests.schema.differential.world import World

MUTATIONS = (0, 1, 2, 3, 4, 6, 9)
# Documents that are sent although they will be refused: in the same words.
REFUSED = 0.02
ONE_OF_SO_MANY_FROM_ELSEWHERE = 5
CUT_ONE_OF = 4
# Who reads much asks more often.
ROLES = (
    *("officer", "admin", "worker", "auditor", "office", "anonymous", "admin-of-other", "officer"),
    *("assessor", "admin", "worker-of-several", "auditor", "reviewer", "office"),
)


class Question(NamedTuple):
    """A document, who asks it, and where it stands in a run."""

    place: int
    role: str
    document: Document


class Questions:
    """The same seed asks the same; of another world, by the ids that it holds."""

    def __init__(self, world: World, stock: Stock, seed: int, roots: Sequence[str] = ()) -> None:
        self._generation = Generation.of(world.published, Terms())
        self.schema = self._generation.graph.plain
        self._world, self._stock, self._seed, self._roots = world, stock, seed, roots
        self._used: Counter[str] = Counter()

    async def drawn(self, number: int, start: int = 0, roles: Sequence[str] = ()) -> list[Question]:
        """So many questions of a run, from a place in it on."""
        elsewhere = from_elsewhere(
            self.schema, (start + number) // ONE_OF_SO_MANY_FROM_ELSEWHERE + 1, self._seed, self._roots
        )
        found = []
        for place in range(start + number):
            role = (roles or ROLES)[place % len(roles or ROLES)]
            document = await self._made(place, role, self._world.actors[role], elsewhere)
            found.append(Question(place, role, document))
        return found[start:]

    async def _made(self, place: int, role: str, actor: Actor, elsewhere: Iterator[Document]) -> Document:
        """The question of a place in the run."""
        random = Random(f"{self._seed} {role} {place}")
        walk = Walk(self.schema, self._stock, role, actor, random, self._used, self._roots)
        given = next(elsewhere, None) if place % ONE_OF_SO_MANY_FROM_ELSEWHERE == 0 else None
        document = await self._fitting(grounded(given, walk, self.schema) if given else walk.document(), actor, random)
        mutator, number = Mutator(self.schema, walk, random), random.choice(MUTATIONS)
        if walk.values.chance(REFUSED):
            return mutator.changed(document, number)
        return await self._changed(document, mutator, number, actor)

    async def _changed(self, document: Document, mutator: Mutator, number: int, actor: Actor) -> Document:
        """The document with so many changes, or with those of them that are accepted."""
        if number == 0:
            return document
        changed = mutator.changed(document, number)
        if await self.is_accepted(changed, actor):
            return changed
        if number == 1:
            return document
        half = await self._changed(document, mutator, number // 2, actor)
        return await self._changed(half, mutator, number - number // 2, actor)

    async def is_accepted(self, document: Document, actor: Actor) -> bool:
        """Whether it would be executed: valid, within the budgets, and for this reader to ask."""
        intake = self._generation.intake
        try:
            asked = Operation(document.text(), document.values, document.name)
            read = await intake.read(asked, actor, free)
            await intake.accept(read, actor, free)
        except (GraphQLError, GuantongError, Invalid):
            return False
        return True

    async def _fitting(self, document: Document, actor: Actor, random: Random) -> Document:
        """The document with so much cut away that it is accepted."""
        while not await self.is_accepted(document, actor):
            document = self._cut(document, random)
        return document

    def _cut(self, document: Document, random: Random) -> Document:
        """Without one of its larger parts."""
        found = deepcopy(document)
        parts = [(at, one) for at in places(found, self.schema) if len(at.body) > 1 for one in at.body]
        if not parts:
            return Document({"": [Field(TYPENAME)]}, "")
        drawn = random.sample(parts, min(len(parts), CUT_ONE_OF))
        place, largest = max(drawn, key=lambda part: _size(part[1]))
        place.body[:] = [one for one in place.body if one is not largest]
        return found


def _size(selection: Selection) -> int:
    return 1 + sum(map(_size, getattr(selection, "body", ())))
