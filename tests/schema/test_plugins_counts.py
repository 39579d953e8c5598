"""Lists of plugins and filings: thirty cost the statements of one, each count literal."""

import pytest

from core.storage.row_scope import EVERY_ROW
from tests.schema.conftest import Graph
from tests.schema.plugin_rows import COUNTS, records

pytestmark = pytest.mark.anyio


@pytest.fixture(params=[1, 3, 30])
async def filled(graph: Graph, request: pytest.FixtureRequest) -> Graph:
    """A graph with that many plugins."""
    made = [records(serial) for serial in range(request.param)]
    for batch in zip(*made, strict=True):
        async with graph.database.write(EVERY_ROW) as session:
            session.add_all(batch)
    return graph


async def test_counts(filled: Graph) -> None:
    assert await filled.miscounted(COUNTS) == {}
