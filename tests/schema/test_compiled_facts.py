"""Facts of schemes in one statement: what runs says which of them show, and the answer what was withheld."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import pytest

from core.models import Enterprise, Person
from core.schemes import Scheme
from core.storage.row_scope import EVERY_ROW
from schema.compiled.facts import UnderRunningFiller
from schema.compiled.filling import Faulty
from schema.compiled.known import Holes
from schema.outcomes import Unwatched
from schema.running import Running
from schema.service import GraphQLService
from schema.terms import Terms
from tests import builders
from tests.schema import published_rows as made
from tests.schema import rows
from tests.schema.conftest import AUDITOR, FakeSchemes, Graph

pytestmark = pytest.mark.anyio
TELLING = Terms(tells_cost=True)
FACTS = "scheme version key value origin recordedAt computedAt revision digest __typename enterprise { id name { zh } }"
RECORDS = "scheme version digest revision facts { key value } basis reason recordedAt person { name } evaluation { id }"
OF_PEOPLE = f"""{{ people(first: 30) {{ edges {{ node {{
  name works {{ stages isCoach sinceDay motto }}
  facts: schemeFacts {{ {FACTS} }} records: schemeFactRecords {{ {RECORDS} }} evaluations {{ works {{ shifts }} }}
}} }} }} }}"""
OF_EVALUATIONS = f"""query($scheme: String) {{ evaluations(first: 30) {{ edges {{ node {{
  works {{ shifts }} schemeFacts(scheme: $scheme) {{ {FACTS} }} schemeFactRecords(scheme: $scheme) {{ {RECORDS} }}
}} }} }} }}"""
WORKS = "{ people { edges { node { works { stages } schemeFacts { key } schemeFactRecords { revision } } } } }"


@dataclass
class World:
    """An enterprise whose scheme declares a fact of each type."""

    graph: Graph
    owner: Enterprise
    scheme: Scheme
    people: list[Person] = field(default_factory=list)

    async def hire(self, number: int) -> None:
        """People with facts that were computed, recorded, corrected and withdrawn; of them and of an evaluation."""
        scheme = builders.scheme(self.owner, key="works")
        version = builders.scheme_version(scheme)
        batches: list[list[Any]] = [[scheme], [version], [], [], []]
        for place in range(number):
            person = builders.person(name=f"示例{place:02d}")
            evaluation = builders.evaluation(person, self.owner, version)
            again = {"revision": 2, "facts": {"motto": '"引号"\n', "stages": None, "since_day": "2026-02-28"}}
            late = builders.NOON + timedelta(minutes=2, microseconds=place)
            batches[2].append(person)
            batches[3].append(evaluation)
            batches[4] += [
                made.kept(person, self.owner, "works"),
                made.recorded(person, self.owner, "works"),
                made.recorded(person, self.owner, "works", recorded_at=late, **again),
                made.recorded(evaluation, self.owner, "works"),
            ]
            self.people.append(person)
        async with self.graph.database.write(EVERY_ROW) as session:
            for batch in batches:
                session.add_all(batch)
                await session.flush()

    async def both(self, query: str, **variables: Any) -> tuple[dict[str, Any], list[str]]:
        """An answer that is the resolvers', and the statements that it took."""
        with self.graph.database.count_queries() as sent:
            answer = await self.graph.answer(query, **variables)
        other = Graph(self.graph.database)
        other.clock, other.schemes = self.graph.clock, self.graph.schemes
        other.serve(Terms(tells_cost=True, compiles=False))
        await other.service.take_up(self.published())
        expected = await other.answer(query, **variables)
        assert answer == expected
        assert "resolved" not in answer["extensions"]
        return answer, sent

    def published(self) -> Any:
        return made.of(self.scheme, stopped=(made.declared("idle", self.owner.uscc, *made.ALL),))

    def watched(self, *given: Any, **parts: Any) -> None:
        """Answer by a service with other parts from now on; it is to take up what is published."""
        self.graph.service = GraphQLService(self.graph.deps(**parts), TELLING, *given)


@pytest.fixture
async def world(graph: Graph) -> World:
    owner = builders.enterprise(key="works")
    scheme = made.running(rows.recorded_scheme(owner, key="works"), *made.ALL)
    found = World(graph, owner, scheme)
    await graph.add(owner)
    graph.schemes.schemes.append(scheme)
    graph.serve(TELLING)
    await graph.service.take_up(found.published())
    return found


def nodes(answer: dict[str, Any], key: str = "people") -> Iterator[dict[str, Any]]:
    return (edge["node"] for edge in answer["data"][key]["edges"])


@pytest.mark.parametrize("number", [1, 3, 30])
async def test_all_facts_are_one_statement_however_many_people(world: World, number: int) -> None:
    await world.hire(number)
    answer, sent = await world.both(OF_PEOPLE)
    assert len(sent) == 1
    assert len(answer["data"]["people"]["edges"]) == number
    for node in nodes(answer):
        assert node["works"] == {"stages": None, "isCoach": True, "sinceDay": "2026-02-28", "motto": '"引号"\n'}
        told = [(one["key"], one["origin"], one["revision"]) for one in node["facts"]]
        assert told == [("is_coach", "COMPUTED", None), ("motto", "DECLARED", 2), ("since_day", "DECLARED", 2)]
        assert [one["revision"] for one in node["records"]] == [1, 2]
        assert [one["works"] for one in node["evaluations"]] == [{"shifts": 4}]
    for scheme, facts in (("works", 1), ("idle", 0), (None, 1)):
        answer, sent = await world.both(OF_EVALUATIONS, scheme=scheme)
        assert len(sent) == 1
        told = [[len(node["schemeFacts"]), len(node["schemeFactRecords"])] for node in nodes(answer, "evaluations")]
        assert told == [[facts, facts]] * number


@pytest.mark.parametrize(
    "query",
    [
        WORKS,
        "{ people { edges { node { schemeFacts { key } } } } }",
        "{ people { edges { node { schemeFactRecords { __typename } } } } }",
        '{ people { edges { node { schemeFacts(scheme: "idle") { key } works { stages } } } } }',
        '{ people { edges { node { schemeFacts(scheme: "nobody") { key } idle { stages } } } } }',
        "{ evaluations { edges { node { works { shifts } idle { shifts } schemeFacts { key } } } } }",
    ],
)
@pytest.mark.parametrize("runs", [True, False])
async def test_what_is_withheld_is_told_as_resolvers_tell_it(world: World, query: str, runs: bool) -> None:
    await world.hire(2)
    await world.graph.add(made.kept(world.people[0], world.owner, "idle"))
    if not runs:
        world.graph.schemes.schemes.clear()
    answer, sent = await world.both(query)
    assert len(sent) == 1
    withheld = [one["scheme"] for one in answer["extensions"].get("withheld", ())]
    assert ("works" in withheld) <= (not runs)
    assert withheld or runs or "nobody" in query


async def test_of_nobody_nothing_is_withheld(world: World) -> None:
    world.graph.schemes.schemes.clear()
    answer, _ = await world.both(WORKS)
    assert "withheld" not in answer["extensions"]


async def test_what_hangs_on_what_is_left_out_is_not_looked_at(world: World) -> None:
    """The person of a recording that is withheld would lead to facts of another scheme that does not run."""
    await world.hire(1)
    await world.graph.add(made.recorded(world.people[0], world.owner, "idle"))
    world.graph.schemes.schemes.clear()
    query = '{ people { edges { node { schemeFactRecords(scheme: "idle") { person { works { stages } } } } } } }'
    answer, _ = await world.both(query)
    assert [one["scheme"] for one in answer["extensions"]["withheld"]] == ["idle"]
    world.graph.schemes.schemes.append(made.running(rows.recorded_scheme(world.owner, key="idle"), *made.ALL))
    answer, sent = await world.both(query)
    assert [one["scheme"] for one in answer["extensions"]["withheld"]] == ["works"]
    assert len(sent) == 1


async def test_what_others_switched_is_taken_up_before_facts_are_read_and_for_nothing_else(world: World) -> None:
    await world.hire(1)
    world.graph.schemes.schemes.clear()
    taken_up: list[int] = []

    async def refresh() -> None:
        with world.graph.database.count_queries() as sent:
            taken_up.append(len(sent))
            world.graph.schemes.schemes[:] = [world.scheme]

    world.watched(refresh)
    await world.graph.service.take_up(world.published())
    await world.graph.ask("{ people { edges { node { name } } } }")
    assert taken_up == []
    (found,) = nodes(await world.graph.answer(WORKS))
    assert (found["works"], taken_up) == ({"stages": None}, [0])


class Once(FakeSchemes):
    """What runs is switched off as soon as somebody has asked."""

    def recorded(self, enterprise: str, day: date) -> Sequence[Scheme]:
        found = super().recorded(enterprise, day)
        self.schemes = []
        return found


async def test_what_runs_is_the_same_throughout_a_request(world: World) -> None:
    """Of a query that is compiled in part, too."""
    await world.hire(2)
    world.watched(schemes=Once([world.scheme]))
    await world.graph.service.take_up(world.published())
    asked = "edges { node { name schemeFacts { key } %s } }"
    query = f"{{ people {{ {asked % ''} }} others: people {{ {asked % 'bridge { __typename }'} }} }}"
    answer = await world.graph.answer(query, AUDITOR)
    assert list(answer["extensions"]["resolved"]) == ["others"]
    facts = [[one["schemeFacts"] for one in nodes(answer, key)] for key in ("people", "others")]
    assert facts[0] == facts[1]
    assert all(facts[0])
    assert "withheld" not in answer["extensions"]


class Noting(Unwatched):
    """Remembers whether answers last."""

    def __init__(self) -> None:
        self.lasting: list[bool] = []

    def answered(self, compiled: int, resolved: int, *, lasts: bool = False) -> None:
        self.lasting.append(lasts)


@pytest.mark.parametrize(
    ("query", "lasting"),
    [
        ("{ people { edges { node { name } } } }", [True]),
        (WORKS, [False]),
        ("{ people { totalCount } viewer { name } }", [False]),
        ("{ viewer { name } }", [False]),
    ],
)
async def test_an_answer_that_rests_on_what_runs_does_not_last(world: World, query: str, lasting: list[bool]) -> None:
    await world.hire(1)
    watch = Noting()
    world.watched(watch=watch)
    await world.graph.service.take_up(world.published())
    await world.graph.ask(query)
    assert watch.lasting == lasting


def filled(world: World, told: bytes) -> bytes:
    row = b'["%s","works",%s]' % (world.owner.uscc.encode(), told)
    running = Running(world.graph.schemes, builders.DAY)
    return Holes([UnderRunningFiller(None)], None).filled(b"\x020[%s]\x03" % row, (), builders.DAY, running)


async def test_only_the_resolvers_say_what_is_wrong_with_a_row_and_only_with_one_that_shows(world: World) -> None:
    assert filled(world, rb'"{}"') == b"[{}]"
    with pytest.raises(Faulty):
        filled(world, rb'"{\"name\":\u0001}"')
    world.graph.schemes.schemes.clear()
    assert filled(world, rb'"{\"name\":\u0001}"') == b"[]"
