"""Requests that take too long, and requests whose asker leaves: stopped at once, without a trace, connections sound."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa
from sqlmodel.ext.asyncio.session import AsyncSession

from core.models import Person
from core.services.call import Call
from core.storage.queries import people
from core.storage.row_scope import EVERY_ROW
from schema.ids import encode_id
from schema.mutations import filings
from schema.operation import Operation
from schema.service import GraphQLService
from schema.terms import Terms
from tests import builders
from tests.schema.conftest import OFFICER, Graph

pytestmark = pytest.mark.anyio

COUNT = "{ people { totalCount } }"
BESIDES = "{ competitions { totalCount } people { totalCount } enterprises { totalCount } }"
# Works for longer than any test may wait, and is stopped by nothing but its database.
ENDLESS = {
    "sqlite": "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n",
    "postgresql": "SELECT pg_sleep(600)",
}
SEEN = f'{{filing: "{encode_id("Filing", str(uuid4()))}", revision: 1, digest: "{"0" * 64}"}}'
SUBMIT = f'mutation {{ submitFiling(input: {{seen: {SEEN}, reason: "r"}}) {{ __typename }} }}'


class Endless:
    """A query that never ends, in place of another; ``started`` once it is with the database."""

    def __init__(self, graph: Graph) -> None:
        self.statement = sa.text(ENDLESS[graph.database.dialect])
        self.started = asyncio.Event()

    async def query(self, session: AsyncSession, *_: Any, **__: Any) -> int:
        await session.connection()
        asyncio.get_running_loop().call_later(0.02, self.started.set)
        await session.exec(self.statement)
        return 0

    async def use_case(self, call: Call, *_: Any, **__: Any) -> None:
        """Writes first."""
        call.session.add(builders.person())
        await call.session.flush()
        await self.query(call.session)


@pytest.fixture
def endless(graph: Graph, monkeypatch: pytest.MonkeyPatch) -> Endless:
    made = Endless(graph)
    graph.resolve()
    monkeypatch.setattr(people, "count_people", made.query)
    monkeypatch.setattr(filings, "submit_filing", made.use_case)
    return made


async def leave(graph: Graph, endless: Endless, query: str) -> None:
    """Ask, and leave while the database is at work."""
    asking = asyncio.create_task(graph.answer(query, OFFICER))
    started = asyncio.create_task(endless.started.wait())
    await asyncio.wait({asking, started}, return_when=asyncio.FIRST_COMPLETED)
    assert not asking.done(), asking.result()
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(asking, 30)
    endless.started.clear()


def connections_out(graph: Graph) -> int:
    found: int = graph.database.engine.pool.checkedout()  # type: ignore[attr-defined]
    return found


async def people_on_record(graph: Graph) -> int:
    async with graph.database.read(EVERY_ROW) as session:
        return int((await session.exec(sa.select(sa.func.count()).select_from(Person))).scalar_one())


@pytest.mark.parametrize("query", [COUNT, BESIDES])
async def test_a_query_whose_asker_leaves_is_broken_off(graph: Graph, endless: Endless, query: str) -> None:
    await leave(graph, endless, query)
    assert connections_out(graph) == 0


async def test_fifty_leave_and_everything_works_as_before(
    graph: Graph, endless: Endless, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(50):
        await leave(graph, endless, BESIDES)
    assert connections_out(graph) == 0
    monkeypatch.undo()
    await graph.add(builders.person())
    answers = await asyncio.gather(*(graph.ask(BESIDES) for _ in range(20)))
    assert [answer["people"]["totalCount"] for answer in answers] == [1] * 20


async def test_a_mutation_whose_asker_leaves_leaves_nothing(
    graph: Graph, endless: Endless, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(5):
        await leave(graph, endless, SUBMIT)
    assert connections_out(graph) == 0
    assert await people_on_record(graph) == 0
    monkeypatch.undo()
    await graph.add(builders.person())  # nobody holds a lock any more
    assert await people_on_record(graph) == 1


@pytest.mark.parametrize("query", [COUNT, BESIDES, SUBMIT])
async def test_what_takes_too_long_is_stopped_and_says_so(graph: Graph, endless: Endless, query: str) -> None:
    service = GraphQLService(graph.deps(), Terms(deadline=0.2, compiles=False))
    answer = await asyncio.wait_for(service.execute(Operation(query), OFFICER, "request-1"), 30)
    (error,) = answer["errors"]
    assert answer["data"] is None
    assert error["message"] == (
        "请求超过 0.2 秒，已中止，未作任何更改；请缩小范围后重试 / "
        "stopped after 0.2 seconds, and nothing was changed; ask for less at once"
    )
    assert error["extensions"]["code"] == "DEADLINE_EXCEEDED"
    assert connections_out(graph) == 0
    assert await people_on_record(graph) == 0


async def test_a_timeout_that_is_not_the_deadline_is_a_bug(graph: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(*_: Any) -> int:
        raise TimeoutError("somewhere else")

    graph.resolve()
    monkeypatch.setattr(people, "count_people", broken)
    assert (await graph.fault(COUNT))["extensions"]["code"] == "INTERNAL"


async def test_a_field_that_fails_leaves_the_queries_of_its_siblings_running(
    graph: Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only a request as a whole is broken off: its session outlives a field that others wait beside."""
    counted, answers = people.count_people, []

    async def slow(*asked: Any) -> int:
        await asyncio.sleep(0.02)
        answers.append(await counted(*asked))
        return answers[0]

    graph.resolve()
    monkeypatch.setattr(people, "count_people", slow)
    answer = await graph.answer('{ people { totalCount } node(id: "nonsense") { id } }')
    assert answer["errors"][0]["extensions"]["code"] == "BAD_ARGUMENT"
    assert answers == [0]


async def test_a_commit_is_never_cut_in_two(graph: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    started = asyncio.Event()
    commit = AsyncSession.commit

    async def slow(self: AsyncSession) -> None:
        started.set()
        await asyncio.sleep(0.05)
        await commit(self)

    async def write() -> None:
        async with graph.database.write(EVERY_ROW) as session:
            session.add(builders.person())

    monkeypatch.setattr(AsyncSession, "commit", slow)
    writing = asyncio.create_task(write())
    await started.wait()
    writing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await writing
    monkeypatch.undo()
    assert await people_on_record(graph) == 1
    assert connections_out(graph) == 0
