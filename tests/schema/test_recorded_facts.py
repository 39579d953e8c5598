"""Recording facts over the graph: the office of a workshop says what its running scheme declares."""

from typing import Any

import pytest

from core.permissions import Actor, Role
from schema.ids import encode_id
from tests import builders
from tests.made_once import made_once
from tests.schema.access.world import DECLARED
from tests.schema.conftest import Graph
from tests.schema.plugin_world import world_in
from tests.schema.round_world import document, key

pytestmark = pytest.mark.anyio
RECORD = document("recordSchemeFacts")


@pytest.fixture
@made_once
async def works(graph: Graph) -> tuple[Graph, Actor, str]:
    world = await world_in(graph)
    await world.register(preference=DECLARED)
    for step in (world.submit, world.countersign, world.record):
        await step("1.0.0")
    await world.switch("activate", "1.0.0")
    person = builders.person()
    await graph.add(person)
    await graph.add(builders.employment(person, world.owner))
    office = Actor.of(Role.EVALUATION_OFFICER, "示例评价办", enterprise_id=world.owner.id)
    return graph, office, encode_id("Person", person.id)


async def sent(graph: Graph, office: Actor, person: str, *facts: tuple[str, Any], **given: Any) -> dict[str, Any]:
    told = [{"key": name, "value": value} for name, value in facts]
    same = {"key": key(), "person": person, "scheme": "tiny_works", "basis": "示例考核表", "reason": "示例理由"}
    data = await graph.ask(RECORD, office, input={**same, "facts": told, **given})
    return data["recordSchemeFacts"]  # type: ignore[no-any-return]


async def test_what_is_recorded_is_answered_and_corrected(works: tuple[Graph, Actor, str]) -> None:
    graph, office, person = works
    first = await sent(graph, office, person, ("lamps", 3))
    assert first["record"] == {
        "version": "1.0.0",
        "revision": 1,
        "facts": [{"key": "lamps", "value": 3}],
        "basis": "示例考核表",
        "reason": "示例理由",
        "person": {"id": person},
    }
    late = await sent(graph, office, person, ("lamps", 4.0))
    assert late["code"] == "OUT_OF_DATE"
    second = await sent(graph, office, person, ("lamps", 4.0), revision=1)
    assert (second["record"]["revision"], second["record"]["facts"]) == (2, [{"key": "lamps", "value": 4}])


async def test_a_value_of_another_type_is_refused_with_the_nearest(works: tuple[Graph, Actor, str]) -> None:
    graph, office, person = works
    problem = await sent(graph, office, person, ("lamps", "3"))
    assert problem["code"] == "BAD_ARGUMENT"
    assert problem["message"]["en"] == "'Torches mastered' should be a whole number and is '3'"
    literal = (
        f'mutation {{ recordSchemeFacts(input: {{key: "{key()}", person: "{person}", scheme: "tiny_works", '
        f'facts: [{{key: "lamps", value: [1]}}], basis: "示例", reason: "示例"}}) {{ __typename }} }}'
    )
    for value, quoted in (("[1]", "[1]"), ("1.5", "1.5"), ("{a: 1}", "{'a': 1}")):
        answer = await graph.answer(literal.replace("[1]", value), office)
        (error,) = answer["errors"]
        assert error["extensions"]["code"] == "BAD_ARGUMENT"
        assert f"'{quoted}' is no value of a fact: a whole number, a text, true or false, or a day as YYYY-MM-DD" in (
            str(error)
        )
