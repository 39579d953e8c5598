"""The service over a test database, and a short way to ask it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

import orjson
import pytest

from core.permissions import Actor, Role
from core.policy.load import load_packs
from core.schemes import Scheme
from core.storage.database import Database
from core.storage.row_scope import EVERY_ROW
from core.vocabulary import load_vocabulary
from plugins.verifier import SchemeVerifier
from schema.context import Dependencies
from schema.limits.budget import STANDARD
from schema.limits.measure import COUNTLESS
from schema.operation import Operation
from schema.service import GraphQLService
from schema.terms import Terms
from tests import builders

AUDITOR = Actor.of(Role.BUREAU_AUDITOR, "auditor")
OFFICER = Actor.of(Role.BUREAU_OFFICER, "officer")


@dataclass
class FakeSchemes:
    """Recorded schemes in memory, by credit code of their enterprise."""

    schemes: list[Scheme] = field(default_factory=list)

    def recorded(self, enterprise: str, day: date) -> Sequence[Scheme]:
        return [one for one in self.schemes if one.enterprise == enterprise and day in one.period]


# For tests that ask for everything that there is of a type, or for pages within pages of it.
WITHOUT_LIMIT = Terms(
    budgets=dict.fromkeys(Role, replace(STANDARD, cost=COUNTLESS, tokens=COUNTLESS, selections=COUNTLESS))
)


class Graph:
    """Asks the service, as an auditor unless told."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.schemes = FakeSchemes()
        self.clock = builders.FixedClock()
        self.verifier = SchemeVerifier(load_vocabulary())
        self.terms = Terms()
        self.serve(self.terms)

    def state(self) -> tuple[Terms, datetime, list[Scheme]]:
        """On what terms it answers, what time it is, and what schemes there are beside the database."""
        return self.terms, self.clock.moment, list(self.schemes.schemes)

    def be(self, state: tuple[Terms, datetime, list[Scheme]]) -> None:
        """As another was, over the same rows."""
        terms, self.clock.moment, self.schemes.schemes = *state[:2], list(state[2])
        if terms is not self.terms:
            self.serve(terms)

    def serve(self, terms: Terms) -> None:
        """Answer on other terms from now on."""
        self.terms, self.service = terms, GraphQLService(self.deps(), terms)

    def resolve(self) -> None:
        """Answer by resolvers alone from now on."""
        self.terms = replace(self.terms, compiles=False)
        # What was published meanwhile stays so.
        self.service._terms, self.service._generation.reads = self.terms, None

    @staticmethod
    def _plain(answer: dict[str, Any]) -> dict[str, Any]:
        """An answer as its reader has it; parts of it are JSON already."""
        found: dict[str, Any] = orjson.loads(orjson.dumps(answer))
        return found

    def deps(self, **given: Any) -> Dependencies:
        """What the service is made of; ``given`` replaces parts of it."""
        parts = {
            "database": self.database,
            "vocabulary": load_vocabulary(),
            "policy": load_packs(),
            "schemes": self.schemes,
            "clock": self.clock,
            "keyring": builders.KEYRING,
            "verifier": self.verifier,
        }
        return Dependencies(**parts | given)

    async def add(self, *rows: Any) -> None:
        """Put rows on record, each batch after what it refers to."""
        async with self.database.write(EVERY_ROW) as session:
            for row in rows:
                session.add(row)
                await session.flush()

    async def answer(self, query: str, actor: Actor = AUDITOR, **variables: Any) -> dict[str, Any]:
        """The whole answer, errors included."""
        return self._plain(await self.service.execute(Operation(query, variables), actor, "request-1"))

    async def ask(self, query: str, actor: Actor = AUDITOR, **variables: Any) -> Any:
        """The data of an answer that must hold no error."""
        answer = await self.answer(query, actor, **variables)
        assert "errors" not in answer, answer["errors"]
        return answer["data"]

    async def listed(self, query: str, actor: Actor = AUDITOR, **variables: Any) -> list[dict[str, Any]]:
        """The items of the one connection that is asked for."""
        (found,) = (await self.ask(query, actor, **variables)).values()
        return [edge["node"] for edge in found["edges"]]

    async def fault(self, query: str, actor: Actor = AUDITOR, **variables: Any) -> dict[str, Any]:
        """The only error of an answer."""
        answer = await self.answer(query, actor, **variables)
        assert len(answer["errors"]) == 1, answer
        found: dict[str, Any] = answer["errors"][0]
        return found

    async def statements(self, query: str, actor: Actor = AUDITOR, **variables: Any) -> list[str]:
        """What the resolvers sent to the database for an answer without errors."""
        self.resolve()
        with self.database.count_queries() as sent:
            await self.ask(query, actor, **variables)
        return sent

    async def miscounted(self, counts: Sequence[tuple[str, int]]) -> dict[str, tuple[int, int]]:
        """By query, how many statements it took and how many it should, where these differ."""
        took = {query: (len(await self.statements(query)), expected) for query, expected in counts}
        return {query: numbers for query, numbers in took.items() if numbers[0] != numbers[1]}


@pytest.fixture
def graph(database: Database) -> Graph:
    return Graph(database)


Make = Callable[[int], Any]
