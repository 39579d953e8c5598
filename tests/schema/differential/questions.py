"""Questions: documents that most of the time are answered, because they fit the reader, the budgets and the data."""

from collections.abc import Iterator
from copy import deepcopy
from random import Random

from graphql import GraphQLError

from core.errors import GuantongError
from core.permissions import Actor
from schema.generations import Generation
from schema.intake import Invalid
from schema.operation import Operation, free
from schema.terms import Terms
from tests.schema.differential.documents import Document, Field, places
from tests.schema.differential.mutate import Mutator
from tests.schema.differential.stock import Stock
from tests.schema.differential.walk import Walk, from_elsewhere, grounded
from tests.schema.differential.world import World

MUTATIONS = (0, 1, 2, 3, 4, 6, 9)
# Documents that are sent although they will be refused: in the same words.
REFUSED = 0.02
ONE_OF_SO_MANY_FROM_ELSEWHERE = 4


class Questions:
    """The same seed asks the same, of another world by the ids that it holds."""

    def __init__(self, world: World, stock: Stock, seed: int) -> None:
        self._generation = Generation.of(world.published, Terms())
        self.schema = self._generation.graph.plain
        self._stock, self._seed = stock, seed

    def elsewhere(self, number: int) -> Iterator[Document]:
        """As many documents of hypothesis-graphql as that number of questions takes."""
        return from_elsewhere(self.schema, number // ONE_OF_SO_MANY_FROM_ELSEWHERE + 1, self._seed)

    async def made(self, place: int, role: str, actor: Actor, elsewhere: Iterator[Document]) -> Document:
        """The question of a place in the run."""
        random = Random(f"{self._seed} {role} {place}")
        walk = Walk(self.schema, self._stock, role, actor, random)
        given = next(elsewhere, None) if place % ONE_OF_SO_MANY_FROM_ELSEWHERE == 0 else None
        document = await self._fitting(grounded(given, walk, self.schema) if given else walk.document(), actor, random)
        mutator = Mutator(self.schema, walk, random)
        for _ in range(random.choice(MUTATIONS)):
            changed = mutator.one(document)
            if walk.values.chance(REFUSED / 4) or await self.is_accepted(changed, actor):
                document = changed
        return document

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
        """Without some selection, which takes what is within with it."""
        found = deepcopy(document)
        deep = [at for at in places(found, self.schema) if len(at.body) > 1]
        if not deep:
            return Document({"": [Field("__typename")]}, "")
        place = random.choice(deep)
        del place.body[random.randrange(len(place.body))]
        return found
