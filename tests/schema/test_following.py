"""Subscriptions: told at once and again when the round moved, each time allowed, charged, timed and read anew."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import pytest

from core.errors import ErrorCode, GuantongError
from core.models import Round
from core.permissions import ANONYMOUS, Actor, Role
from core.storage.pulse import beat
from core.storage.queries.counted import Counted
from core.storage.row_scope import EVERY_ROW
from core.texts import Text
from schema import service
from schema.following import Followed, Following
from schema.ids import encode_id
from schema.operation import Asker, Operation, free
from schema.service import GraphQLService
from schema.terms import Terms
from tests.schema import round_rows
from tests.schema.conftest import AUDITOR, OFFICER, Graph

pytestmark = pytest.mark.anyio
PROGRESS = "subscription($id: ID!) { progress(round: $id) { state revision clocks { term workingDaysLeft } } }"
QUICK = Terms(follow_seconds=0.01)
LONGEST = 30  # seconds that nothing may take


@dataclass
class Yard:
    """Two rounds, one in public notice and one that was announced."""

    graph: Graph
    noticed: Round
    announced: Round
    asked: list[int] = field(default_factory=list)
    actor: Actor = AUDITOR

    async def who(self) -> Asker:
        async def charge(cost: int) -> None:
            self.asked.append(cost)

        return Asker(self.actor, charge)

    def follow(self, row: Round, query: str = PROGRESS) -> AsyncIterator[dict[str, Any]]:
        operation = Operation(query, {"id": encode_id("Round", row.id)})
        return self.graph.service.answers(operation, self.who, "request-1")

    async def move(self, row: Round) -> None:
        """Another process moves a round."""
        async with self.graph.database.write(EVERY_ROW) as session:
            await beat(session, row.id)
            found = await session.get_one(Round, row.id)
            found.revision += 1
            session.add(found)

    async def deed(self, row: Round) -> None:
        """Another process does something in a round that is no step of it, such as a vote."""
        async with self.graph.database.write(EVERY_ROW) as session:
            await beat(session, row.id)

    @property
    def waiting(self) -> int:
        return self.graph.service._following.waiting


@pytest.fixture
async def yard(graph: Graph) -> Yard:
    graph.serve(QUICK)
    rows = round_rows.records(1)
    await graph.add(*rows)
    noticed, announced = (one for one in rows if isinstance(one, Round))
    return Yard(graph, noticed, announced)


async def soon(waited: Awaitable[Any]) -> Any:
    return await asyncio.wait_for(waited, LONGEST)


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(LONGEST):
        while not holds():
            await asyncio.sleep(0.001)


def progress(answer: dict[str, Any]) -> dict[str, Any]:
    assert "errors" not in answer, answer["errors"]
    found: dict[str, Any] = answer["data"]["progress"]
    return found


async def test_a_round_is_told_at_once_and_when_it_moved(yard: Yard) -> None:
    told = yard.follow(yard.noticed)
    first = progress(await soon(anext(told)))
    assert (first["state"], first["revision"]) == ("NOTICED", 1)
    assert [one["term"] for one in first["clocks"]] == ["NOTICE", "RESULTS"]
    following = asyncio.ensure_future(anext(told))
    await until(lambda: yard.waiting == 1)
    await yard.move(yard.announced)
    await yard.move(yard.noticed)
    assert progress(await soon(following))["revision"] == 2
    # What happens between two waits is not missed.
    await yard.move(yard.noticed)
    assert progress(await soon(anext(told)))["revision"] == 3
    await told.aclose()  # type: ignore[attr-defined]
    assert yard.waiting == 0


async def test_another_day_is_told_too(yard: Yard) -> None:
    told = yard.follow(yard.noticed)
    before = progress(await soon(anext(told)))["clocks"][0]["workingDaysLeft"]
    yard.graph.clock.moment = yard.graph.clock.moment.replace(day=3)
    assert progress(await soon(anext(told)))["clocks"][0]["workingDaysLeft"] == before - 1


async def test_each_answer_is_charged_and_who_may_not_ask_any_more_is_told_so_and_no_more(yard: Yard) -> None:
    told = yard.follow(yard.noticed)
    await soon(anext(told))
    once = sum(yard.asked)
    await yard.move(yard.noticed)
    await soon(anext(told))
    reading = yard.asked[0]  # a document is read once
    assert sum(yard.asked) == 2 * once - reading
    yard.actor = ANONYMOUS
    await yard.move(yard.noticed)
    refused = await soon(anext(told))
    assert (refused["data"], refused["errors"][0]["extensions"]["code"]) == (None, "NOT_PERMITTED")
    with pytest.raises(StopAsyncIteration):
        await soon(anext(told))


async def test_rows_that_one_may_not_read_any_more_end_it(yard: Yard) -> None:
    yard.actor = Actor.of(Role.EVALUATION_OFFICER, "示例评价办", enterprise_id=yard.noticed.enterprise_id)
    told = yard.follow(yard.noticed)
    await soon(anext(told))
    yard.actor = replace(yard.actor, enterprise_id=None)
    await yard.move(yard.noticed)
    assert (await soon(anext(told)))["errors"][0]["extensions"]["code"] == "NOT_FOUND"
    with pytest.raises(StopAsyncIteration):
        await soon(anext(told))


async def test_a_credential_that_ends_ends_it(yard: Yard) -> None:
    class Ended(Exception):
        """As the socket has it."""

    calls = 0

    async def who() -> Asker:
        nonlocal calls
        calls += 1
        if calls > 1:
            raise Ended
        return Asker(AUDITOR, free)

    operation = Operation(PROGRESS, {"id": encode_id("Round", yard.noticed.id)})
    told = yard.graph.service.answers(operation, who, "r")
    await soon(anext(told))
    await yard.move(yard.noticed)
    with pytest.raises(Ended):
        await soon(anext(told))


async def test_a_rate_refuses_one_answer_and_with_it_the_rest(yard: Yard) -> None:
    told = yard.follow(yard.noticed)
    await soon(anext(told))

    async def spent(_cost: int) -> None:
        raise GuantongError(ErrorCode.RATE_LIMITED, Text("过于频繁", "too often"))

    async def who() -> Asker:
        return Asker(AUDITOR, spent)

    operation = Operation(PROGRESS, {"id": encode_id("Round", yard.noticed.id)})
    [refused] = [one async for one in yard.graph.service.answers(operation, who, "r")]
    assert refused["errors"][0]["extensions"]["code"] == "RATE_LIMITED"


async def test_the_deadline_is_of_one_answer(yard: Yard, monkeypatch: pytest.MonkeyPatch) -> None:
    running: list[str] = []

    @asynccontextmanager
    async def timed(_seconds: float) -> AsyncIterator[None]:
        running.append("began")
        yield
        running.append("ended")

    monkeypatch.setattr(service, "_in_time", timed)
    told = yard.follow(yard.noticed)
    await soon(anext(told))
    following = asyncio.ensure_future(anext(told))
    await until(lambda: yard.waiting == 1)
    assert running == ["began", "ended"]  # the wait is nobody's work
    await yard.move(yard.noticed)
    await soon(following)
    assert running == ["began", "ended"] * 2


async def test_all_who_wait_share_one_look(yard: Yard) -> None:
    streams = [yard.follow(one) for one in [yard.noticed] * 5 + [yard.announced] * 5]
    for told in streams:
        await soon(anext(told))
    following = [asyncio.ensure_future(anext(told)) for told in streams]
    await until(lambda: yard.waiting == 10)
    looks = _looks(yard.graph.service)
    await until(lambda: looks.count >= 3)
    assert looks.asked == {2}  # both rounds in one statement, however many wait
    await yard.move(yard.noticed)
    await yard.move(yard.announced)
    assert {progress(await soon(one))["revision"] for one in following} == {2}
    await until(lambda: yard.waiting == 0)
    assert yard.graph.service._following._looking is None  # nobody waits, so nobody looks


@dataclass
class _Looks:
    count: int = 0
    asked: set[int] = field(default_factory=set)


def _looks(graph: GraphQLService) -> _Looks:
    """Counts how often the service looks, and at how many rounds."""
    found, look = _Looks(), graph._following._look

    async def counted(ids: Any) -> Any:
        found.count += 1
        found.asked.add(len(ids))
        return await look(ids)

    graph._following._look = counted
    return found


async def test_a_database_that_is_away_for_a_while_ends_nothing() -> None:
    calls = 0

    async def look(ids: Any) -> dict[Any, int]:
        nonlocal calls
        calls += 1
        if calls < 3:
            raise ConnectionError("away")
        return dict.fromkeys(ids, 2)

    following = Following(look, lambda: date(2026, 3, 2), 0.001)
    row = round_rows.round_of(_around(), revision=1)
    await soon(following.changed([Followed(Counted.STEPS, row.id, 1, date(2026, 3, 2))]))
    assert calls == 3
    # Whoever gives up at the very moment another begins takes nothing from the other.
    first = asyncio.ensure_future(following.changed([Followed(Counted.STEPS, row.id, 2, date(2026, 3, 2))]))
    await until(lambda: following.waiting == 1)
    first.cancel()
    await soon(following.changed([Followed(Counted.STEPS, row.id, 1, date(2026, 3, 2))]))
    assert following.waiting == 0


def _around() -> round_rows.Around:
    rows = round_rows.records(2)
    owner, _, _, version, _, _, filing, applicant, acting = rows[:9]
    return round_rows.Around(owner, version, filing, applicant, acting, 2)


async def test_what_is_no_subscription_is_answered_once(yard: Yard) -> None:
    for query, actor in (("{ viewer { role } }", OFFICER), ("{ nothing }", OFFICER)):
        yard.actor = actor
        assert len([one async for one in yard.graph.service.answers(Operation(query), yard.who, "r")]) == 1


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("subscription { nothing }", "Cannot query field 'nothing' on type 'Subscription'."),
        (
            'subscription { a: progress(round: "x") { id } b: progress(round: "y") { id } }',
            "Anonymous Subscription must select only one top level field.",
        ),
        (
            PROGRESS,
            "此处需要 Round 的标识，收到的是 Person 的标识 / an id of Round is needed here; this is one of Person",
        ),
    ],
)
async def test_what_cannot_be_followed_is_refused_once(yard: Yard, query: str, message: str) -> None:
    operation = Operation(query, {"id": encode_id("Person", yard.noticed.id)})
    [told] = [one async for one in yard.graph.service.answers(operation, yard.who, "r")]
    assert told["errors"][0]["message"] == message


async def test_over_http_one_is_told_where_to_subscribe(yard: Yard) -> None:
    error = await yard.graph.fault(PROGRESS, id=encode_id("Round", yard.noticed.id))
    assert error["message"] == (
        "订阅须经 WebSocket（graphql-transport-ws）或以 text/event-stream 接收 / "
        "subscribe over a WebSocket (graphql-transport-ws), or accept text/event-stream"
    )
