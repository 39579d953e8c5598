"""What several fields wait for is loaded for all of them, whoever of them leaves meanwhile."""

import asyncio
from collections.abc import Collection

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


async def test_who_leaves_takes_nothing_from_the_others() -> None:
    loaded, asked = asyncio.Event(), []

    async def load(keys: Collection[int]) -> dict[int, str]:
        asked.append(list(keys))
        await loaded.wait()
        return {key: str(key) for key in keys}

    loader = one(load)

    async def wait() -> str | None:
        return await loader.load(1)

    leaving, staying = asyncio.create_task(wait()), asyncio.create_task(wait())
    await asyncio.sleep(0)
    leaving.cancel()
    await asyncio.wait([leaving])
    loaded.set()
    assert await asyncio.wait_for(staying, 10) == "1"
    assert leaving.cancelled()
    assert asked == [[1]]


async def test_a_root_field_is_answered_beside_one_that_is_refused(graph: Graph) -> None:
    """Both wait for the same enterprise, and the one that is refused cancels what hangs on it."""
    graph.serve(Terms(compiles=False))
    owner = builders.enterprise()
    await graph.add(owner, *webhook_rows(owner), builders.service_token(enterprise_id=owner.id))
    answer = await graph.answer(BESIDE_ONE_THAT_IS_REFUSED)
    assert [one["extensions"]["code"] for one in answer["errors"]] == ["BAD_ARGUMENT"]
    assert answer["data"] is None
