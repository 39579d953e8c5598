"""Compiled reads: one statement a query, plans that readers of equal rights share, and nothing of one in another's."""

from collections.abc import Awaitable, Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from bench.peers.questions import PRODUCT
from core.kept import Kept
from core.models import Enterprise, Person
from core.permissions import Actor, Role
from schema.compiled import plans, reads
from schema.ids import encode_id
from schema.service import GraphQLService
from schema.terms import Terms
from server import metrics
from server.watching import Watching
from tests import builders
from tests.schema import rows
from tests.schema.conftest import AUDITOR, Graph

pytestmark = pytest.mark.anyio
EXAMPLES = Path(__file__).parents[2] / "server" / "static" / "examples"
PEOPLE = "query($name: String) { people(filter: {nameContains: $name}, first: 50) { edges { node { id name } } } }"
EVALUATIONS = "{ evaluations(first: 50) { totalCount edges { node { enterprise { key } person { name } } } } }"
CREDENTIALS = "{ credentials(first: 50) { totalCount edges { node { number holder { name } } } } }"
PILOTS = """{ pilotList { totalCount }
  pilotListDifference(from: "2025-12-01", to: "2026-03-01") { joined { basis } } }"""
HOSTILE = (
    "O'Brien",
    "'; DROP TABLE person; --",
    "100%_%s%%",
    ":name ::text",
    "back\\slash\\",
    "$1 $$ ? ?1 @p",
    "%(name)s {0}",
    "tab\tnew\nline\x01\x02[1]\x03",
    '"quoted"',
    "__[POSTCOMPILE_x]",
    "𠮷\u2028",
)


@pytest.fixture(autouse=True)
def tells(graph: Graph) -> None:
    graph.serve(Terms(tells_cost=True))


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    """The root fields of each plan that was made."""
    found: list[tuple[str, ...]] = []
    plan_of = plans.plan_of

    def noted(roots: Any, *rest: Any) -> Any:
        found.append(tuple(one.key for one in roots))
        return plan_of(roots, *rest)

    monkeypatch.setattr(reads, "plan_of", noted)
    return found


async def stock(graph: Graph, number: int) -> list[Person]:
    """People with everything that the questions ask for."""
    owner = builders.enterprise()
    scheme = builders.scheme(owner)
    version = builders.scheme_version(scheme)
    await graph.add(owner, scheme, version)
    people = []
    for place in range(number):
        worker = builders.person(name=f"示例{place:02d}")
        evaluation = builders.evaluation(worker, owner, version)
        held = [builders.credential(worker, issuer_enterprise_id=owner.id), builders.title(worker)]
        await graph.add(worker, *held, builders.employment(worker, owner), evaluation, rows.score(evaluation))
        people.append(worker)
    return people


def resolved(answer: dict[str, Any]) -> dict[str, str]:
    found: dict[str, str] = answer["extensions"].get("resolved", {})
    return found


async def by_resolvers(graph: Graph, query: str, actor: Actor = AUDITOR, **variables: Any) -> dict[str, Any]:
    other = Graph(graph.database)
    other.clock, other.schemes = graph.clock, graph.schemes
    other.serve(Terms(tells_cost=True, compiles=False))
    return await other.answer(query, actor, **variables)


@pytest.mark.parametrize("number", [1, 3, 30])
async def test_a_query_is_one_statement_however_many_rows(graph: Graph, number: int) -> None:
    people = await stock(graph, number)
    questions = {name: PRODUCT.text(name) or "" for name in ("Q1", "Q2", "Q3", "Q4")}
    questions["example"] = (EXAMPLES / "2-people.graphql").read_text()
    for name, question in questions.items():
        given = {"id": encode_id("Person", str(people[0].id))} if name == "Q1" else {}
        with graph.database.count_queries() as sent:
            answer = await graph.answer(question, **given)
        assert (name, len(sent), resolved(answer)) == (name, 1, {})
        expected = await by_resolvers(graph, question, **given)
        assert answer["data"] == expected["data"]
        assert answer["data"], name


@pytest.mark.parametrize(
    ("example", "reasons", "compiled"),
    [
        ("1-policy", {"policy": "the arguments of policy"}, ["pilotList"]),
        ("2-people", {}, ["people"]),
        ("3-opportunities", {"people": "the arguments of opportunities"}, []),
        (
            "4-pilot-list",
            {"pilotListDifference": "the arguments of pilot_list_difference"},
            ["pilotList", "pilotDecisions"],
        ),
        ("5-contests", {"competitions": "the arguments of outcomes"}, []),
    ],
)
async def test_what_of_the_examples_is_compiled(
    graph: Graph, example: str, reasons: dict[str, str], compiled: list[str]
) -> None:
    await stock(graph, 1)
    answer = await graph.answer((EXAMPLES / f"{example}.graphql").read_text())
    assert "errors" not in answer
    assert resolved(answer) == reasons
    assert sorted(answer["data"]) == sorted([*reasons, *compiled])
    assert answer["data"] == (await by_resolvers(graph, (EXAMPLES / f"{example}.graphql").read_text()))["data"]


def meanwhile(graph: Graph, monkeypatch: pytest.MonkeyPatch, write: Callable[[], Awaitable[None]], *rest: Any) -> None:
    """Somebody writes between the compiled part of a query and the rest; ``rest`` is the session in its place."""
    row = graph.database.row

    async def then_written(scope: Any, sql: str, values: Any, session: Any = None) -> Any:
        found = await row(scope, sql, values, *(rest or (session,)))
        await write()
        return found

    monkeypatch.setattr(graph.database, "row", then_written)


@pytest.mark.parametrize("is_one", [True, False], ids=["one snapshot", "planted: two of them"])
async def test_a_partly_compiled_query_reads_one_snapshot(
    graph: Graph, monkeypatch: pytest.MonkeyPatch, is_one: bool
) -> None:
    first, second = builders.enterprise(), builders.enterprise()
    await graph.add(first, second, rows.listing(first))

    async def write() -> None:
        await graph.add(rows.listing(second, basis="示例二"))

    meanwhile(graph, monkeypatch, write, *([] if is_one else [None]))
    answer = await graph.answer(PILOTS)
    assert list(resolved(answer)) == ["pilotListDifference"]
    seen = answer["data"]["pilotList"]["totalCount"], len(answer["data"]["pilotListDifference"]["joined"])
    # On SQLite a snapshot begins with the first statement, and so does the second one here.
    assert seen == ((1, 1) if is_one else (1, 2))


async def two_owners(graph: Graph) -> tuple[list[Enterprise], list[Person]]:
    owners, workers = [], []
    for place in range(2):
        owner, worker = builders.enterprise(), builders.person(name=f"示例{'甲乙'[place]}")
        scheme = builders.scheme(owner)
        version = builders.scheme_version(scheme)
        await graph.add(owner, worker, scheme, version)
        held = [builders.credential(worker, number=f"{'AB'[place]}{n}") for n in range(place + 1)]
        await graph.add(builders.evaluation(worker, owner, version), builders.employment(worker, owner), *held)
        owners.append(owner)
        workers.append(worker)
    return owners, workers


def admin(owner: Enterprise) -> Actor:
    return Actor.of(Role.ENTERPRISE_ADMIN, "示例", enterprise_id=owner.id)


def worker_of(person: Person) -> Actor:
    return Actor.of(Role.WORKER, "示例", person_id=person.id)


async def evaluated(graph: Graph, owner: Enterprise) -> list[str]:
    """The enterprises of the evaluations that an administrator reads."""
    answer = await graph.answer(EVALUATIONS, admin(owner))
    assert resolved(answer) == {}
    found = answer["data"]["evaluations"]
    assert found["totalCount"] == len(found["edges"])
    return [edge["node"]["enterprise"]["key"] for edge in found["edges"]]


async def test_readers_of_equal_rights_share_a_plan_and_read_their_own(graph: Graph, made: list[Any]) -> None:
    owners, workers = await two_owners(graph)
    assert await evaluated(graph, owners[0]) == [owners[0].key]
    before = len(made)
    assert before > 0
    for place in (1, 0, 1):
        assert await evaluated(graph, owners[place]) == [owners[place].key]
    assert len(made) == before, "another plan was made for equal rights"
    for place, numbers in ((0, ["A0"]), (1, ["B0", "B1"]), (0, ["A0"])):
        nodes = await graph.listed(CREDENTIALS, worker_of(workers[place]))
        assert sorted(node["number"] for node in nodes) == numbers
    assert len(made) == 2 * before, "workers have other rights, and one plan of their own"


async def test_a_plan_that_held_its_first_reader_would_be_found_out(
    graph: Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The guard taken away: the ids of whoever asks first are part of the plan."""
    owners, workers = await two_owners(graph)
    monkeypatch.setattr(plans, "symbolic_actor", lambda actor: actor)
    assert await evaluated(graph, owners[0]) == [owners[0].key]
    assert await evaluated(graph, owners[1]) != [owners[1].key]
    for _ in range(2):
        found = await graph.listed(CREDENTIALS, worker_of(workers[0]))
        stranger = await graph.listed(CREDENTIALS, worker_of(workers[1]))
    assert stranger == found


async def test_plans_are_not_shared_between_rights(graph: Graph, made: list[Any]) -> None:
    owners, workers = await two_owners(graph)
    officer = Actor.of(Role.EVALUATION_OFFICER, "示例", enterprise_id=owners[0].id)
    homeless = Actor.of(Role.ENTERPRISE_ADMIN, "示例")
    sent: list[int] = []
    for actor in (AUDITOR, admin(owners[0]), officer, homeless, worker_of(workers[0])):
        before = len(made)
        answer = await graph.answer(CREDENTIALS, actor)
        assert answer == await graph.answer(CREDENTIALS, actor)
        assert answer["data"] == (await by_resolvers(graph, CREDENTIALS, actor))["data"]
        sent.append(len(made) - before)
    assert all(sent), sent


async def test_without_rights_in_the_key_a_worker_would_read_as_the_bureau(
    graph: Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The guard taken away: trees are kept by the text of the document alone."""
    _, workers = await two_owners(graph)
    get = Kept.get

    def by_text_alone(kept: Any, key: Any, make: Any) -> Any:
        is_tree = isinstance(key, tuple) and isinstance(key[0], str)
        return get(kept, key[0] if is_tree else key, make)

    monkeypatch.setattr(Kept, "get", by_text_alone)
    whole = await graph.listed(CREDENTIALS)
    assert await graph.listed(CREDENTIALS, worker_of(workers[0])) == whole
    assert len(whole) == 3


async def test_values_are_never_part_of_a_statement(graph: Graph) -> None:
    people = [builders.person(name=name) for name in HOSTILE]
    await graph.add(*people)
    with graph.database.count_queries() as sent:
        for person in people:
            answer = await graph.answer(PEOPLE, name=person.name)
            assert resolved(answer) == {}
            assert [edge["node"]["name"] for edge in answer["data"]["people"]["edges"]] == [person.name]
            literal = PEOPLE.replace("query($name: String)", "").replace("$name", _literal(person.name))
            assert (await graph.answer(literal))["data"] == answer["data"]
    assert len(sent) == 2 * len(people)
    assert len(set(sent)) == 1, "the same statement, whatever is looked for and wherever it stands"


def _literal(text: str) -> str:
    escaped = "".join(letter if letter.isalnum() and letter.isascii() else _escaped(letter) for letter in text)
    return f'"{escaped}"'


def _escaped(letter: str) -> str:
    return "".join(f"\\u{letter.encode('utf-16-be')[at : at + 2].hex()}" for at in (0, 2)[: 1 + (ord(letter) > 0xFFFF)])


@pytest.mark.parametrize(
    "alias", ["_", "__", "SELECT", "s", "root_0", "t1", "POSTCOMPILE_x", "d", "place", "_1", "null"]
)
async def test_an_alias_is_a_name_and_nothing_else(graph: Graph, alias: str) -> None:
    await stock(graph, 2)
    query = f"{{ {alias}: people(first: 5) {{ {alias}: edges {{ {alias}: node {{ {alias}: name }} }} }} }}"
    answer = await graph.answer(query)
    assert resolved(answer) == {}
    assert [edge[alias][alias] for edge in answer["data"][alias][alias]] == ["示例00", "示例01"]


@pytest.fixture
def counted(graph: Graph) -> Callable[[], dict[str, float]]:
    """Root fields by the way in which they were answered, as operators read them."""
    figures = metrics.Metrics()
    graph.service = GraphQLService(graph.deps(watch=Watching(figures)), Terms(tells_cost=True))

    def read() -> dict[str, float]:
        lines = [line for line in figures.text().decode().splitlines() if line.startswith("guantong_root_fields_total")]
        return {line.split('"')[1]: float(line.split()[-1]) for line in lines}

    return read


TWO = "{ people { totalCount } enterprises { totalCount } }"
Counted = Callable[[], dict[str, float]]


async def test_root_fields_are_counted_by_the_way_they_were_answered(graph: Graph, counted: Counted) -> None:
    await graph.ask(TWO)
    assert counted() == {"compiled": 2, "resolvers": 0}
    await graph.ask((EXAMPLES / "4-pilot-list.graphql").read_text())
    assert counted() == {"compiled": 4, "resolvers": 1}
    await graph.ask((EXAMPLES / "5-contests.graphql").read_text())
    assert counted() == {"compiled": 4, "resolvers": 2}
    await graph.answer('{ people { totalCount } enterprise(key: "nowhere") { key } }')
    assert counted() == {"compiled": 4, "resolvers": 4}


@pytest.fixture
def broken(graph: Graph, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    row = graph.database.row

    async def fails(scope: Any, sql: str, *rest: Any) -> Any:
        return await row(scope, sql.replace("SELECT", "SELECT nonsense.x,", 1), *rest)

    monkeypatch.setattr(graph.database, "row", fails)
    yield


@pytest.mark.usefixtures("broken")
@pytest.mark.parametrize("query", [TWO, PILOTS], ids=["whole", "part"])
async def test_a_fault_in_a_statement_is_answered_by_the_resolvers_and_counted(
    graph: Graph, counted: Counted, query: str, log_lines: Callable[[], list[dict[str, Any]]]
) -> None:
    await stock(graph, 3)
    answer = await graph.answer(query)
    assert answer["data"] == (await by_resolvers(graph, query))["data"]
    assert "errors" not in answer
    faults = {"OperationalError", "UndefinedTable"}
    assert len(resolved(answer)) == 2
    assert faults & set(resolved(answer).values())
    assert counted() == {"compiled": 0, "resolvers": 2}
    told = [line for line in log_lines() if "a compiled read failed" in str(line)]
    assert len(told) == 1
    assert "nonsense" not in str(told)


async def test_the_day_is_that_of_the_request_and_not_of_the_plan(graph: Graph, made: list[Any]) -> None:
    worker, employer = builders.person(), builders.enterprise()
    last = builders.employment(worker, employer, ends=builders.DAY + timedelta(days=1))
    held = builders.credential(worker, valid_until=builders.DAY + timedelta(days=1))
    listed = rows.listing(employer, starts=date(2026, 1, 1), ends=builders.DAY + timedelta(days=1))
    await graph.add(worker, employer, last, held, listed)
    query = (
        "{ people { edges { node { currentEmployment { post enterprise { isPilot } } } } } pilotList { totalCount } }"
    )
    today = await graph.ask(query)
    (node,) = [edge["node"] for edge in today["people"]["edges"]]
    assert node["currentEmployment"] == {"post": "装配钳工", "enterprise": {"isPilot": True}}
    before = len(made)
    graph.clock.moment += timedelta(days=1)
    tomorrow = await graph.ask(query)
    assert tomorrow["people"]["edges"][0]["node"]["currentEmployment"] is None
    assert [today["pilotList"]["totalCount"], tomorrow["pilotList"]["totalCount"]] == [1, 0]
    assert len(made) == before


async def test_an_answer_is_of_the_day_on_which_it_was_asked_for(graph: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    """Midnight passes while the database is at work: what is worked out from a row is of the same day as the rows."""
    tomorrow = builders.DAY + timedelta(days=1)
    await graph.add(worker := builders.person(), builders.credential(worker, valid_until=tomorrow))
    query = "{ credentials { edges { node { status } } } }"
    expected = await graph.ask(query)

    async def midnight() -> None:
        graph.clock.moment += timedelta(days=2)

    meanwhile(graph, monkeypatch, midnight)
    assert await graph.ask(query) == expected
    assert await graph.ask(query) != expected
