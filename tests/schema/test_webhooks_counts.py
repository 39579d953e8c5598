"""Lists of subscriptions and deliveries: thirty cost the statements of one, each count literal."""

import pytest

from tests import builders
from tests.schema.conftest import WITHOUT_LIMIT, Graph
from tests.schema.webhook_rows import COUNTS, webhook_rows

pytestmark = pytest.mark.anyio


@pytest.fixture(params=[1, 3, 30])
async def filled(graph: Graph, request: pytest.FixtureRequest) -> Graph:
    """A graph with that many subscriptions."""
    graph.serve(WITHOUT_LIMIT)
    owners = [builders.enterprise() for _ in range(request.param)]
    await graph.add(*owners, *(row for owner in owners for row in webhook_rows(owner)))
    return graph


async def test_counts(filled: Graph) -> None:
    assert await filled.miscounted(COUNTS) == {}
