"""Lists of rounds, applications, certificates and experts: thirty cost the statements of one, each count literal."""

import pytest

from core.storage.row_scope import EVERY_ROW
from tests.schema.conftest import WITHOUT_LIMIT, Graph
from tests.schema.round_rows import COUNTS, records

pytestmark = pytest.mark.anyio


@pytest.fixture(params=[1, 3, 30])
async def filled(graph: Graph, request: pytest.FixtureRequest) -> Graph:
    """A graph with that many rounds in public notice, and as many that were announced."""
    graph.serve(WITHOUT_LIMIT)
    made = [records(serial) for serial in range(request.param)]
    for batch in zip(*made, strict=True):
        async with graph.database.write(EVERY_ROW) as session:
            session.add_all(batch)
    return graph


async def test_counts(filled: Graph) -> None:
    assert await filled.miscounted(COUNTS) == {}
