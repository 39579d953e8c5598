"""Content that is not what was recorded is never shown, and hides nothing else."""

import pytest
import sqlalchemy as sa
from sqlmodel import col

from core.models import SchemeVersion
from core.storage.row_scope import EVERY_ROW
from tests import builders
from tests.schema.conftest import Graph
from tests.schema.plugin_world import World, world_in

pytestmark = pytest.mark.anyio


@pytest.fixture
async def world(graph: Graph) -> World:
    return await world_in(graph)


async def test_a_document_that_is_not_what_was_recorded_is_not_shown(world: World) -> None:
    scheme = builders.scheme(world.owner)
    await world.graph.add(scheme, builders.scheme_version(scheme))
    query = "{ schemes { edges { node { versions { content { version } } } } } }"
    [error] = (await world.graph.answer(query))["errors"]
    assert error["extensions"]["code"] == "DIGEST_MISMATCH"


async def test_one_document_that_cannot_be_read_takes_nothing_else_away(world: World) -> None:
    await world.recorded()
    await world.register(key="other_works", version="2.0.0")
    for step in (world.submit, world.countersign):
        await step("2.0.0")
    await world.record("2.0.0")
    async with world.graph.database.write(EVERY_ROW) as session:
        broken = sa.update(SchemeVersion).where(col(SchemeVersion.version) == "2.0.0")
        changed = sa.func.replace(SchemeVersion.document, "Scheme of an example workshop", "Another")
        await session.exec(broken.values(document=changed))
    shown = "versions { version content { version } contentFault { code message { zh en } } }"
    answer = await world.graph.answer(f"{{ schemes {{ edges {{ node {{ key {shown} }} }} }} }}")
    other, tiny = (edge["node"] for edge in answer["data"]["schemes"]["edges"])
    assert tiny == {
        "key": "tiny_works",
        "versions": [{"version": "1.0.0", "content": {"version": "1.0.0"}, "contentFault": None}],
    }
    [version] = other["versions"]
    assert (version["version"], version["content"], version["contentFault"]["code"]) == (
        "2.0.0",
        None,
        "DIGEST_MISMATCH",
    )
    message = version["contentFault"]["message"]
    assert message["zh"].startswith("方案“other_works”版本 2.0.0 的内容摘要应为 ")
    assert message["en"].startswith("the content of version 2.0.0 of scheme 'other_works' should have digest ")
    assert message["en"].endswith("; restore it from a backup")
    [error] = answer["errors"]
    assert error["path"] == ["schemes", "edges", 0, "node", "versions", 0, "content"]
    assert error["extensions"]["code"] == "DIGEST_MISMATCH"
    filed = "{ filings { edges { node { version content { version } contentFault { code } } } } }"
    [first, second] = (edge["node"] for edge in (await world.graph.ask(filed))["filings"]["edges"])
    assert [one["contentFault"] for one in (first, second)] == [None, None]  # the file itself is sound
