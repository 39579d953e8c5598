"""The audit of plugins in pages."""

import pytest

from tests.schema.conftest import Graph
from tests.schema.plugin_world import world_in

pytestmark = pytest.mark.anyio


async def test_the_audit_comes_in_pages(graph: Graph) -> None:
    world = await world_in(graph)
    await world.active()
    await world.register(key="other_works", years="1")
    everything = [row["version"] for row in await world.graph.listed("{ plugins { edges { node { version } } } }")]
    query = """query($after: String) { plugins(first: 1, after: $after) {
      totalCount pageInfo { endCursor hasNextPage } edges { node { version } } } }"""
    found, after = [], None
    for _ in everything:
        page = (await world.graph.ask(query, after=after))["plugins"]
        assert page["totalCount"] == len(everything) == 2
        found += [edge["node"]["version"] for edge in page["edges"]]
        after = page["pageInfo"]["endCursor"]
    assert (found, page["pageInfo"]["hasNextPage"]) == (everything, False)
    history = '{ pluginHistory(key: "tiny_works", last: 2) { edges { node { number } } } }'
    numbers = [row["number"] for row in await world.graph.listed(history)]
    whole = await world.graph.listed('{ pluginHistory(key: "tiny_works") { edges { node { number } } } }')
    assert numbers == [row["number"] for row in whole][-2:]
