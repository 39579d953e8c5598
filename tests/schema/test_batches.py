"""Loaders of one request: many wait for the same thing, and some leave."""

import asyncio
from collections.abc import Collection
from contextlib import suppress

import pytest

from schema.batches import one
from schema.terms import Terms
from tests import builders
from tests.schema.conftest import Graph
from tests.schema.webhook_rows import webhook_rows

pytestmark = pytest.mark.anyio
BESIDE_ONE_THAT_IS_REFUSED = """{
  webhookSubscriptions { edges { node { deliveries(last: -1) { totalCount } enterprise { isPilot } } } }
  serviceTokens { edges { node { enterprise { isPilot } } } }
}"""


async def test_whoever_leaves_takes_nothing_from_those_who_wait_for_the_same() -> None:
    may_answer = asyncio.Event()

    async def load(keys: Collection[int]) -> dict[int, int]:
        await may_answer.wait()
        return {key: key * 2 for key in keys}

    loader = one(load)

    async def wait() -> int | None:
        return await loader.load(1)

    leaving, staying = asyncio.create_task(wait()), asyncio.create_task(wait())
    await asyncio.sleep(0)
    leaving.cancel()
    with suppress(asyncio.CancelledError):
        await leaving
    assert leaving.cancelled()
    may_answer.set()
    assert await staying == 2


async def test_a_root_field_is_answered_beside_one_that_is_refused(graph: Graph) -> None:
    """Both wait for the same enterprise, and the one that is refused cancels what hangs on it."""
    graph.serve(Terms(compiles=False))
    owner = builders.enterprise()
    await graph.add(owner, *webhook_rows(owner), builders.service_token(enterprise_id=owner.id))
    answer = await graph.answer(BESIDE_ONE_THAT_IS_REFUSED)
    assert [one["extensions"]["code"] for one in answer["errors"]] == ["BAD_ARGUMENT"]
    assert answer["data"] is None
