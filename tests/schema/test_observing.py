"""What operators learn of operations, and what they do not."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
import sqlalchemy as sa
from opentelemetry import trace
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.trace import StatusCode

from core import audit
from core.permissions import ANONYMOUS
from core.storage.queries import people
from core.storage.row_scope import EVERY_ROW
from schema.observing import document_digest
from schema.operation import Operation
from schema.outcomes import Outcome
from schema.service import GraphQLService
from schema.terms import Terms
from tests.builders import DAY, identity_number
from tests.schema.conftest import AUDITOR, OFFICER, Graph
from tests.schema.plugin_world import REASON, REGISTER, World, artifact, stored, world_in

pytestmark = pytest.mark.anyio
NUMBER = identity_number(21)
PEOPLE = "query People($first: Int) { people(first: $first) { totalCount } }"
REFUSED = 'mutation Lift { liftQuarantine(input: {wheel: "x", reason: "示例"}) { __typename } }'
Spans = Callable[[], list[ReadableSpan]]


@dataclass
class Recorder:
    """A watch that remembers."""

    outcomes: list[Outcome] = field(default_factory=list)
    in_flight: int = 0
    most: int = 0
    roots: int = 0

    def began(self) -> None:
        self.in_flight += 1
        self.most = max(self.most, self.in_flight)

    def left(self) -> None:
        self.in_flight -= 1

    def answered(self, compiled: int, resolved: int) -> None:
        self.roots += compiled + resolved

    def ended(self, outcome: Outcome) -> None:
        self.outcomes.append(outcome)


@pytest.fixture
def watch(graph: Graph) -> Recorder:
    recorder = Recorder()
    graph.service = GraphQLService(graph.deps(watch=recorder), Terms(compiles=False))  # queries are replaced below
    return recorder


async def broken(*_: Any) -> None:
    raise RuntimeError(f"password=hunter2 of {NUMBER}")


@pytest.mark.parametrize(
    ("query", "actor", "outcome"),
    [
        (PEOPLE, AUDITOR, ("query", "People", ())),
        ("{ people { totalCount } }", AUDITOR, ("query", None, ())),
        (PEOPLE, ANONYMOUS, ("query", "People", ("NOT_PERMITTED",))),
        ('{ a: person(id: "x") { name } b: person(id: "y") { name } }', AUDITOR, ("query", None, ("BAD_ARGUMENT",))),
        ("{ nothing }", AUDITOR, ("query", None, ("GRAPHQL_VALIDATION",))),
        ("{ people", AUDITOR, ("unknown", None, ("GRAPHQL_SYNTAX",))),
        ("", AUDITOR, ("unknown", None, ("GRAPHQL_VALIDATION",))),
        (REFUSED, OFFICER, ("mutation", "Lift", ("BAD_ARGUMENT",))),
        (REFUSED, ANONYMOUS, ("mutation", "Lift", ("BAD_ARGUMENT",))),
        (
            "query A { viewer { role } } query B { viewer { role } }",
            AUDITOR,
            ("unknown", None, ("GRAPHQL_VALIDATION",)),
        ),
    ],
)
async def test_kind_name_and_codes(
    graph: Graph, watch: Recorder, query: str, actor: Any, outcome: tuple[str, str | None, tuple[str, ...]]
) -> None:
    await graph.answer(query, actor)
    (found,) = watch.outcomes
    assert found[:3] == outcome
    assert found.code == (outcome[2] or ("OK",))[0]
    assert (watch.in_flight, watch.most) == (0, 1)


async def test_a_masked_error_is_counted_as_one(graph: Graph, watch: Recorder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(people, "count_people", broken)
    await graph.answer(PEOPLE)
    (found,) = watch.outcomes
    assert (found.codes, found.audit_failed) == (("INTERNAL",), False)
    assert Outcome("query", None, ("BAD_ARGUMENT", "INTERNAL"), 0).code == "INTERNAL"


async def test_an_asker_who_leaves(graph: Graph, watch: Recorder, monkeypatch: pytest.MonkeyPatch) -> None:
    started = asyncio.Event()

    async def slow(*_: Any) -> int:
        started.set()
        await asyncio.sleep(0)
        return 0

    monkeypatch.setattr(people, "count_people", slow)
    asking = asyncio.create_task(graph.answer(PEOPLE))
    await started.wait()
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    (found,) = watch.outcomes
    assert (found.code, watch.in_flight) == ("CANCELLED", 0)


async def test_an_audit_that_cannot_be_written_is_counted_and_nothing_is_done(
    graph: Graph, watch: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    world: World = await world_in(graph)
    monkeypatch.setattr(audit, "_record", broken)
    before = stored(graph)
    answer = await graph.answer(REGISTER, world.admin, file=artifact(world.owner), reason=REASON)
    assert answer["data"] is None
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["INTERNAL"]
    assert watch.outcomes[-1].audit_failed
    assert stored(graph) == before


async def test_the_span_of_an_operation(graph: Graph, spans: Spans) -> None:
    await graph.ask(PEOPLE, first=3)
    *statements, operation = spans()
    assert operation.name == "query People"
    assert dict(operation.attributes or {}) == {
        "graphql.operation.type": "query",
        "graphql.operation.name": "People",
        "graphql.document.hash": document_digest(PEOPLE),
    }
    assert operation.status.status_code is StatusCode.UNSET
    assert operation.events == ()
    assert {one.name for one in statements} - {"BEGIN", "PRAGMA"} == {"SELECT"}
    for one in statements:
        assert one.parent == operation.get_span_context()
        assert set(one.attributes or {}) == {"db.system.name", "db.operation.name", "db.query.text"}


async def test_spans_of_mutations_and_of_what_is_refused_before_it_runs(graph: Graph, spans: Spans) -> None:
    await graph.answer(REFUSED, OFFICER)
    await graph.answer("{ nothing }")
    named = [(one.name, (one.attributes or {}).get("guantong.codes")) for one in spans() if one.kind.name == "INTERNAL"]
    assert named == [("mutation Lift", ("BAD_ARGUMENT",)), ("query", ("GRAPHQL_VALIDATION",))]


async def test_no_span_says_with_what(graph: Graph, spans: Spans, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(people, "count_people", broken)
    await graph.answer(f"query Q{NUMBER}($id: ID!) {{ person(id: $id) {{ name }} people {{ totalCount }} }}", id=NUMBER)
    await graph.answer(f'{{ person(id: "示例甲{NUMBER}") {{ name }} }}')
    await graph.service.execute(
        Operation("query A { viewer { role } }", {"n": NUMBER}, f"示例甲 {NUMBER}"), AUDITOR, "request-1"
    )
    text = "".join(one.to_json() for one in spans())
    assert "INTERNAL" in text
    for secret in (NUMBER, NUMBER[:12], "示例甲", "hunter2", "Traceback"):
        assert secret not in text


async def test_statements_that_fail_are_traced_without_what_they_say(graph: Graph, spans: Spans) -> None:
    with trace.get_tracer("test").start_as_current_span("outer", record_exception=False, set_status_on_exception=False):
        async with graph.database.read(EVERY_ROW) as session:
            with pytest.raises(sa.exc.DBAPIError):
                await session.exec(sa.text("SELECT :n FROM nothing").bindparams(n=NUMBER))  # type: ignore[call-overload]
    # PostgreSQL is told first whose rows the transaction may touch, by a statement that does not fail.
    failed = [one for one in spans() if one.name == "SELECT"][-1]
    assert failed.status.status_code is StatusCode.ERROR
    assert set(failed.attributes or {}) == {"db.system.name", "db.operation.name", "db.query.text", "error.type"}
    assert (failed.events, failed.status.description) == ((), None)


async def test_nothing_is_traced_outside_an_operation(graph: Graph, spans: Spans) -> None:
    async with graph.database.read(EVERY_ROW) as session:
        await people.count_people(session, AUDITOR, DAY)
    assert spans() == []


@pytest.mark.parametrize(
    ("one", "other", "are_equal"),
    [
        ('{ a(id: "1") }', '{ a(id: "2") }', True),
        ("{ a(n: 1) }", "{ a(n: -23.5e7) }", True),
        ('{ a(t: """x "y" z""") }', '{ a(t: "") }', True),
        ("{ a # 一\n}", "{ a # 二\n}", True),
        ('{ a(t: "\\"x") b }', '{ a(t: "y") b }', True),
        ("{ a1 }", "{ a2 }", False),
        ("{ a }", "{ b }", False),
        (f"{{ x{NUMBER}: a }}", f"{{ x{identity_number(22)}: a }}", True),
    ],
)
async def test_a_document_is_known_without_its_literals(one: str, other: str, are_equal: bool) -> None:
    assert (document_digest(one) == document_digest(other)) is are_equal
