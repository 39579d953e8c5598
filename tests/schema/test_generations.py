"""A generation from start to end: a swap in the midst touches no operation, and nothing that was kept for one."""

import asyncio
from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest

from core.models import Round
from core.published import NOTHING_PUBLISHED, Published
from core.schemes import Scheme
from core.storage.pulse import beat
from core.storage.row_scope import EVERY_ROW
from schema.ids import encode_id
from schema.operation import Asker, Operation, free
from schema.service import GraphQLService
from schema.terms import Terms
from schema.trusted import TrustedDocuments, document_id
from tests import builders
from tests.schema import published_rows as made
from tests.schema import rows
from tests.schema.conftest import AUDITOR, Graph
from tests.schema.round_rows import records

pytestmark = pytest.mark.anyio
OWNER = builders.enterprise(key="works")
SCHEME = made.running(rows.recorded_scheme(OWNER, key="works"), *made.ALL)
LONGEST = 60
TYPED = "{ people { edges { node { works { stages } } } } }"
SHAPE = '{ viewer { role } __type(name: "WorksPersonFacts") { name } }'
ABOUT = '{ __type(name: "WorksPersonFacts") { name } }'
WITH: Published = made.of(SCHEME)


class Runs:
    """A source of the one scheme."""

    def recorded(self, enterprise: str, day: date) -> Sequence[Scheme]:
        return (SCHEME,) if enterprise == OWNER.uscc else ()


async def answer(service: GraphQLService, query: str) -> dict[str, Any]:
    return await service.execute(Operation(query), AUDITOR, "request-1")


async def test_an_operation_under_way_ends_on_the_generation_that_it_began_with(graph: Graph) -> None:
    """It is refreshed in its midst, when another generation is swapped in."""
    swapped: list[bool] = []

    async def refresh() -> None:
        if not swapped:
            swapped.append(await service.take_up(WITH))

    service = GraphQLService(graph.deps(), refresh=refresh)
    before = service.generation
    first, second = await answer(service, SHAPE), await answer(service, SHAPE)
    assert swapped == [True]
    assert (first["extensions"]["schemaGeneration"], first["data"]["__type"]) == (before, None)
    assert second["extensions"]["schemaGeneration"] == service.generation == WITH.generation
    assert second["data"]["__type"] == {"name": "WorksPersonFacts"}


async def test_what_was_read_weighed_allowed_and_told_is_kept_for_one_generation(graph: Graph) -> None:
    service = GraphQLService(graph.deps(schemes=Runs()))
    assert "errors" in await answer(service, TYPED)
    assert (await answer(service, ABOUT))["data"] == {"__type": None}
    await service.take_up(WITH)
    assert "errors" not in await answer(service, TYPED)
    assert (await answer(service, ABOUT))["data"] == {"__type": {"name": "WorksPersonFacts"}}
    await service.take_up(NOTHING_PUBLISHED)
    refused = await answer(service, TYPED)
    assert refused["errors"][0]["extensions"]["code"] == "GRAPHQL_VALIDATION"
    assert refused["extensions"] == {"schemaGeneration": NOTHING_PUBLISHED.generation}
    assert (await answer(service, ABOUT))["data"] == {"__type": None}


async def test_the_same_again_is_no_new_generation(graph: Graph) -> None:
    assert await graph.service.take_up(WITH)
    assert not await graph.service.take_up(made.of(SCHEME))
    found = await asyncio.gather(*(graph.service.take_up(NOTHING_PUBLISHED) for _ in range(3)))
    assert sorted(found) == [False, False, True]


async def test_documents_are_read_again_before_the_next_generation_serves(graph: Graph) -> None:
    """So nobody who goes on asking what was asked before is charged for it, or waits."""
    charged: list[int] = []

    async def charge(cost: int) -> None:
        charged.append(cost)

    async def cost(query: str) -> int:
        charged.clear()
        await graph.service.execute(Operation(query), AUDITOR, "request-1", charge)
        return sum(charged)

    query = "{ viewer { role name } }"
    new, known = await cost(query), await cost(query)
    assert new > known
    await graph.service.take_up(WITH)
    assert await cost(query) == known
    assert await cost(TYPED) > await cost(TYPED)
    await graph.service.take_up(NOTHING_PUBLISHED)
    assert await cost(query) == known


async def test_a_trusted_document_is_executed_by_the_generation_that_serves(graph: Graph) -> None:
    terms = Terms(is_public=True, trusted=TrustedDocuments.of([TYPED]))
    service = GraphQLService(graph.deps(schemes=Runs()), terms)
    trusted = Operation(None, document_id=document_id(TYPED))
    assert "errors" in await service.execute(trusted, AUDITOR, "request-1")
    await service.take_up(WITH)
    assert Graph._plain(await service.execute(trusted, AUDITOR, "request-1"))["data"] == {"people": {"edges": []}}


async def test_a_subscription_goes_on_by_the_next_generation(graph: Graph) -> None:
    around = records(1)
    await graph.add(*around)
    round_ = next(row for row in around if isinstance(row, Round))
    graph.serve(Terms(follow_seconds=0.01))

    async def who() -> Asker:
        return Asker(AUDITOR, free)

    query = f'subscription {{ progress(round: "{encode_id("Round", round_.id)}") {{ revision }} }}'
    answers = graph.service.answers(Operation(query), who, "request-1")
    first = await anext(answers)
    await graph.service.take_up(WITH)
    async with graph.database.write(EVERY_ROW) as session:
        moved = await session.get_one(Round, round_.id)
        moved.revision += 1
        session.add(moved)
        await beat(session, round_.id)
    second = await asyncio.wait_for(anext(answers), LONGEST)
    await answers.aclose()
    names = [one["extensions"]["schemaGeneration"] for one in (first, second)]
    assert names == [NOTHING_PUBLISHED.generation, WITH.generation]
    assert second["data"]["progress"]["revision"] == first["data"]["progress"]["revision"] + 1
