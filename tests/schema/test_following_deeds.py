"""Who follows a round hears of what is done in it as far as they may read that, whichever replica it was done by."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlmodel import select

from core.models import Application, Round, RoundAssessor
from core.permissions import Actor, Role
from core.storage.database import Database
from core.storage.pulse import beat
from core.storage.queries.counted import Counted, numbers_of
from core.storage.row_scope import EVERY_ROW
from schema.ids import encode_id
from schema.operation import Asker, Operation, free
from schema.service import GraphQLService
from tests.schema import round_rows
from tests.schema.conftest import Graph
from tests.schema.test_following import PROGRESS, QUICK, Yard, _looks, progress, soon, until

pytestmark = pytest.mark.anyio
DEEDS = "subscription($id: ID!) { progress(round: $id) { revision applications { totalCount } } }"
APPLICANT = "示例申报人"


@pytest.fixture
async def yard(graph: Graph) -> Yard:
    graph.serve(QUICK)
    rows = round_rows.records(1)
    await graph.add(*rows)
    noticed, announced = (one for one in rows if isinstance(one, Round))
    return Yard(graph, noticed, announced)


async def application_of(yard: Yard) -> Application:
    """The one application in the round."""
    async with yard.graph.database.read(EVERY_ROW) as session:
        [row] = [one for one in await session.exec(select(Application)) if one.round_id == yard.noticed.id]
        return row


async def once_told(yard: Yard, told: AsyncIterator[dict[str, Any]]) -> "asyncio.Future[dict[str, Any]]":
    """The second answer, which is waited for."""
    progress(await soon(anext(told)))
    found = asyncio.ensure_future(anext(told))
    await until(lambda: yard.waiting > 0)
    return found


async def looked(service: GraphQLService) -> None:
    """Whatever was committed by now has been looked at."""
    looks = _looks(service)
    await until(lambda: looks.count >= 3)


async def test_those_who_run_and_review_a_round_hear_of_what_is_no_step(yard: Yard) -> None:
    office = Actor.of(Role.EVALUATION_OFFICER, "示例评价办", enterprise_id=yard.noticed.enterprise_id)
    for actor in (yard.actor, office):
        yard.actor = actor
        second = await once_told(yard, yard.follow(yard.noticed, DEEDS))
        await looked(yard.graph.service)
        assert not second.done()
        await yard.deed(yard.noticed)
        assert progress(await soon(second))["revision"] == 1


async def test_an_applicant_is_told_of_steps_and_of_their_own_application_and_not_when_others_act(yard: Yard) -> None:
    row = await application_of(yard)
    yard.actor = Actor.of(Role.WORKER, APPLICANT, person_id=row.person_id)
    second = await once_told(yard, yard.follow(yard.noticed))
    await yard.deed(yard.noticed)
    await looked(yard.graph.service)
    assert not second.done(), "when somebody marks or votes is nothing for an applicant"
    async with yard.graph.database.write(EVERY_ROW) as session:
        found = await session.get_one(Application, row.id)
        found.revision += 1
        session.add(found)
    assert progress(await soon(second))["revision"] == 1


async def test_an_assessor_is_told_of_steps_alone(yard: Yard) -> None:
    async with yard.graph.database.read(EVERY_ROW) as session:
        [assessor] = await session.exec(select(RoundAssessor).where(RoundAssessor.round_id == yard.noticed.id))
    yard.actor = Actor.of(Role.ASSESSOR, assessor.name, person_id=assessor.person_id)
    second = await once_told(yard, yard.follow(yard.noticed))
    await yard.deed(yard.noticed)
    await looked(yard.graph.service)
    assert not second.done(), "assessors score independently"
    await yard.move(yard.noticed)
    assert progress(await soon(second))["revision"] == 2


async def test_a_deed_on_one_replica_is_told_on_another(yard: Yard) -> None:
    elsewhere = Database(yard.graph.database.url)
    other = GraphQLService(yard.graph.deps(database=elsewhere), QUICK)
    try:

        async def who() -> Asker:
            return Asker(yard.actor, free)

        operation = Operation(DEEDS, {"id": encode_id("Round", yard.noticed.id)})
        here, there = yard.follow(yard.noticed, DEEDS), other.answers(operation, who, "request-2")
        first = await once_told(yard, here)
        progress(await soon(anext(there)))
        second = asyncio.ensure_future(anext(there))
        await until(lambda: other._following.waiting == 1)
        async with elsewhere.write(EVERY_ROW) as session:
            await beat(session, yard.noticed.id)
        assert [progress(await soon(one))["revision"] for one in (first, second)] == [1, 1]
        # Between two waits nothing is missed either.
        await yard.deed(yard.noticed)
        assert [progress(await soon(anext(one)))["revision"] for one in (here, there)] == [1, 1]
    finally:
        await elsewhere.dispose()


@pytest.mark.parametrize("number", [1, 3, 30])
async def test_a_look_is_one_statement_a_kind_however_many_wait(graph: Graph, number: int) -> None:
    rows = [row for serial in range(1, number + 1) for row in round_rows.records(serial)]
    await graph.add(*rows)
    rounds = [one.id for one in rows if isinstance(one, Round)]
    own = [one.id for one in rows if isinstance(one, Application)]
    deeds = {(Counted.DEEDS, id_) for id_ in rounds}
    for subjects, statements in (
        (deeds, 1),
        (deeds | {(Counted.STEPS, id_) for id_ in rounds} | {(Counted.APPLICATION, id_) for id_ in own}, 3),
    ):
        async with graph.database.read(EVERY_ROW) as session:
            with graph.database.count_queries() as sent:
                found = await numbers_of(session, subjects)
        assert (len(sent), set(found)) == (statements, subjects)


async def test_an_applicant_costs_one_statement_more_to_answer(yard: Yard) -> None:
    row = await application_of(yard)
    sent = []
    for actor in (yard.actor, Actor.of(Role.WORKER, APPLICANT, person_id=row.person_id)):
        yard.actor = actor
        told = yard.follow(yard.noticed, PROGRESS)
        with yard.graph.database.count_queries() as counted:
            progress(await soon(anext(told)))
        sent.append(len(counted))
        await told.aclose()  # type: ignore[attr-defined]
    assert sent[1] == sent[0] + 1
