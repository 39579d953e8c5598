"""What schemes publish: from the first activation on, for good, and never with another type."""

from datetime import date
from typing import Any

import pytest

from core.errors import ErrorCode
from core.models import Filing
from core.published import Published, as_stored, published
from core.schemes import FactField, FactType
from core.services.activations import Switch, activate, retire, suspend
from core.services.surroundings import surroundings_of
from core.storage.database import Database
from core.storage.queries.published import declared_facts
from core.storage.row_scope import EVERY_ROW
from core.texts import Text
from core.vocabulary import load_vocabulary
from tests.core.calls import OFFICER, policy
from tests.core.filing_world import FIRST_DAY, World, refusal, world_in

pytestmark = pytest.mark.anyio
STAGES = FactField("stages", Text("掌握的工序", "Stages mastered"), FactType.INTEGER, "person")
RENAMED = FactField("stages", Text("工序数", "Number of stages"), FactType.INTEGER, "person")
RETYPED = FactField("stages", Text("掌握的工序", "Stages mastered"), FactType.TEXT, "person")
SHIFTS = FactField("shifts", Text("班次", "Shifts"), FactType.INTEGER, "evaluation")
APRIL = date(2026, 4, 1)


@pytest.fixture
async def world(database: Database) -> World:
    return await world_in(database)


def facts(*given: FactField) -> dict[str, Any]:
    return {"facts": [as_stored(one) for one in given]}


async def now_published(world: World) -> Published:
    async with world.database.read(EVERY_ROW) as session:
        return published(await declared_facts(session), [])


async def switch(world: World, use_case: Any, filing: Filing, **given: Any) -> None:
    await world.do(OFFICER, use_case, Switch(filing_id=filing.id, **given))


async def test_nothing_is_published_before_it_is_activated_and_everything_after(world: World) -> None:
    filing = await world.recorded(**facts(STAGES))
    assert (await now_published(world)).schemes == ()
    await switch(world, activate, filing)
    before = await now_published(world)
    (scheme,) = before.schemes
    assert (scheme.key, scheme.enterprise, scheme.is_running) == ("example_ship", world.owner.uscc, False)
    assert [(one.field, one.is_live) for one in scheme.facts] == [(STAGES, False)]
    await switch(world, suspend, filing)
    await switch(world, retire, filing)
    assert (await now_published(world)).generation == before.generation


async def test_facts_are_added_and_named_anew_by_later_versions(world: World) -> None:
    await world.running(**facts(STAGES))
    await switch(world, activate, await world.recorded("1.1.0", APRIL, **facts(SHIFTS, RENAMED)), starts=APRIL)
    (scheme,) = (await now_published(world)).schemes
    assert [one.field for one in scheme.facts] == [RENAMED, SHIFTS]


async def test_what_is_published_is_among_what_a_candidate_is_verified_against(world: World) -> None:
    await world.running(**facts(STAGES))
    for uscc, key, known in (
        (world.owner.uscc, "example_ship", (STAGES,)),
        (world.owner.uscc, "another", ()),
        ("91990000MA0EXTJ012", "example_ship", ()),
    ):
        async with world.database.read(EVERY_ROW) as session:
            around = await surroundings_of(session, uscc, key, policy(), load_vocabulary(), FIRST_DAY)
        assert around.published == known


async def test_a_retyped_fact_does_not_go_on_record(world: World) -> None:
    await world.running(**facts(STAGES))
    await world.register(version="1.1.0", **facts(RETYPED))
    await world.submit("1.1.0")
    await world.countersign("1.1.0")
    fault = await refusal(lambda: world.record("1.1.0", APRIL))
    assert fault.code is ErrorCode.SCHEME_REJECTED
    assert fault.message == Text(
        "方案“example_ship”版本 1.1.0 的事实“掌握的工序”已按“整数”公布，不能改为“文本”；请另取标识新增一项并重新登记",
        "the fact 'Stages mastered' of version 1.1.0 of scheme 'example_ship' is published as a whole number and "
        "cannot become text; add another under a new key and register it again",
    )
    assert fault.where is not None
    assert (fault.where.entry, fault.nearest) == ("fact.stages.type", "integer")
    assert (await world.filing("1.1.0")).record_number is None


async def test_a_retyped_fact_is_not_activated_when_another_version_came_first(world: World) -> None:
    """Both went on record before either was published."""
    first = await world.recorded(**facts(STAGES))
    second = await world.recorded("1.1.0", APRIL, **facts(RETYPED))
    await switch(world, activate, second, starts=APRIL)
    fault = await refusal(lambda: switch(world, activate, first))
    assert fault.code is ErrorCode.SCHEME_REJECTED
    assert "is published as text and cannot become a whole number" in fault.message.en
    (scheme,) = (await now_published(world)).schemes
    assert [one.field for one in scheme.facts] == [RETYPED]
