"""What schemes add to the graph: names that cannot clash, typed fields, and a schema that only ever grows."""

import re
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from graphql import GraphQLObjectType
from graphql import build_schema as parse_schema
from graphql.utilities import find_breaking_changes
from hypothesis import given
from hypothesis import strategies as st

from core.permissions import Actor, Role
from core.published import NOTHING_PUBLISHED, Published, published
from core.schemes import FactField, FactType, Scheme
from core.texts import Text
from plugins.document import read_folder
from schema.build import build_schema
from schema.generated.names import mounted_as, name_of, type_name
from schema.sdl import print_sdl
from tests import builders
from tests.schema import published_rows as made
from tests.schema import rows
from tests.schema.conftest import Graph

pytestmark = pytest.mark.anyio
SCHEMES = Path(__file__).parents[2] / "enterprise_schemes"
KEY = re.compile(r"[a-z][a-z0-9_]{2,39}")  # plugins.form.Key
NAME = re.compile(r"[_A-Za-z][_0-9A-Za-z]*")  # of GraphQL


def example(name: str) -> Scheme:
    return read_folder(SCHEMES / name / f"scheme_{name}").scheme()


def publishing(*versions: Scheme, running: Scheme | None) -> Published:
    told = [made.declared(one.key, one.enterprise, *one.facts, name=one.name) for one in versions]
    return published(told, [running] if running else [])


@given(st.lists(st.from_regex(KEY, fullmatch=True), min_size=2, max_size=2, unique=True))
def test_no_two_keys_share_a_name_and_every_name_is_one(keys: list[str]) -> None:
    one, other = keys
    assert name_of(one) != name_of(other)
    assert type_name(one, "person") != type_name(other, "person")
    for name in (name_of(one), type_name(one, "person"), mounted_as(one, {name_of(one)})):
        assert NAME.fullmatch(name)
        assert not name.startswith("__")
    # What steps aside for core is the name of no key at all.
    assert mounted_as(one, {name_of(one)}) != name_of(other)


def test_names_are_such_as_core_writes() -> None:
    assert name_of("lingnan_ship") == "lingnanShip"
    assert (name_of("line_2"), name_of("line2"), name_of("a__b"), name_of("ab_")) == ("line_2", "line2", "a_B", "ab_")
    assert type_name("lingnan_ship", "person") == "LingnanShipPersonFacts"
    core = build_schema().plain.type_map
    assert [name for name in core if name.endswith(("PersonFacts", "EvaluationFacts"))] == []


def test_core_goes_first_where_a_key_is_called_like_one_of_its_fields() -> None:
    shadows = published([made.declared("bridge", "x", made.STAGES), made.declared("employments", "x", made.STAGES)], [])
    schema = build_schema(shadows).plain
    person = schema.type_map["Person"]
    assert isinstance(person, GraphQLObjectType)
    assert str(person.fields["bridge"].type) == "Bridge!"
    assert str(person.fields["bridge_scheme"].type) == "BridgePersonFacts"
    assert str(person.fields["employments_scheme"].type) == "EmploymentsPersonFacts"


@pytest.mark.parametrize("name", ["lingnan_ship", "yuexiu_rail"])
def test_the_schema_with_a_scheme_is_a_superset_of_that_without(name: str) -> None:
    scheme = example(name)
    assert scheme.facts
    core, grown = parse_schema(print_sdl()), build_schema(publishing(scheme, running=scheme))
    added = parse_schema(grown.as_str())
    assert find_breaking_changes(core, added) == []
    new = {kind for kind in added.type_map if kind not in core.type_map}
    assert new == {type_name(scheme.key, one.on) for one in scheme.facts}
    for fact in scheme.facts:
        kind = added.type_map[type_name(scheme.key, fact.on)]
        assert isinstance(kind, GraphQLObjectType)
        field = kind.fields[name_of(fact.key)]
        assert fact.name.zh in (field.description or "")
        assert fact.name.en in (field.description or "")
        assert field.deprecation_reason is None


def test_nothing_that_was_published_is_taken_back_whatever_is_switched() -> None:
    first = example("yuexiu_rail")
    added = FactField("night_shifts", Text("夜班（次）", "Night shifts"), FactType.INTEGER, "person")
    second = made.running(first, *first.facts, added)
    without = made.running(first, added)
    states = [
        NOTHING_PUBLISHED,
        publishing(first, running=first),
        publishing(first, running=None),
        publishing(first, second, running=second),
        publishing(first, second, without, running=without),
        publishing(first, second, without, running=None),
    ]
    schemas = [parse_schema(build_schema(one).as_str()) for one in states]
    for before, after in pairwise(schemas):
        assert find_breaking_changes(before, after) == []
    assert len({one.generation for one in states}) == len(states)
    reasons = [{}, *(deprecations(one) for one in schemas[1:])]
    suspended = "The scheme does not run now, so this is null. 方案未在运行，取值为空"
    gone = "The version that runs declares it no longer, so this is null. 现行版本不再声明，取值为空"
    assert reasons[1] == {"signalGeneration": None, "safeThousands": None}
    assert set(reasons[2].values()) == {suspended}
    assert reasons[3] == {"signalGeneration": None, "safeThousands": None, "nightShifts": None}
    assert reasons[4] == {"signalGeneration": gone, "safeThousands": gone, "nightShifts": None}
    assert set(reasons[5].values()) == {suspended}


def deprecations(schema: Any) -> dict[str, str | None]:
    kind = schema.type_map["YuexiuRailPersonFacts"]
    return {name: field.deprecation_reason for name, field in kind.fields.items()}


def test_a_fact_keeps_the_type_that_was_published_first() -> None:
    """Both guards would have to fail for it; the graph that serves breaks for nobody even then."""
    other = FactField("stages", Text("工序", "Stages"), FactType.TEXT, "person")
    both = [made.declared("works", "x", made.STAGES), made.declared("works", "x", other)]
    assert "stages: Int" in build_schema(published(both, [])).as_str()


async def test_facts_are_answered_with_their_types_and_in_one_statement_for_any_number(graph: Graph) -> None:
    owner = builders.enterprise(key="works")
    scheme = made.running(rows.recorded_scheme(owner, key="works"), *made.ALL)
    people = [builders.person() for _ in range(30)]
    kept = [made.kept(one, owner, "works") for one in people]
    await graph.add(owner, *people, *kept)
    graph.schemes.schemes.append(scheme)
    await graph.service.take_up(made.of(scheme))
    typed = "works { stages isCoach sinceDay motto }"
    said = "scheme version key value origin recordedAt computedAt revision digest enterprise { name { zh } }"
    untyped = f"schemeFacts {{ {said} }}"
    query = f"query($n: Int) {{ people(first: $n) {{ edges {{ node {{ {typed} {untyped} }} }} }} }}"
    (one,) = await graph.listed(query, n=1)
    assert one["works"] == {"stages": 3, "isCoach": True, "sinceDay": "2026-03-02", "motto": "精益求精"}
    assert [(fact["key"], fact["value"]) for fact in one["schemeFacts"]] == sorted(made.KEPT.items())
    assert one["schemeFacts"][0] == {
        "scheme": "works",
        "version": "1.0.0",
        "key": "is_coach",
        "value": True,
        "origin": "COMPUTED",
        "recordedAt": builders.NOON.isoformat(),
        "computedAt": builders.NOON.isoformat(),
        "revision": None,
        "digest": "d" * 64,
        "enterprise": {"name": {"zh": owner.zh}},
    }
    counts = [len(await graph.statements(query, n=number)) for number in (1, 3, 30)]
    assert counts == [4, 4, 4]


async def test_recorded_facts_are_answered_beside_computed_ones_of_people_and_of_evaluations(graph: Graph) -> None:
    owner, person = builders.enterprise(key="works"), builders.person()
    plain = builders.scheme(owner)
    version = builders.scheme_version(plain)
    evaluation = builders.evaluation(person, owner, version)
    for one in (owner, person, plain, version, evaluation):
        await graph.add(one)
    await graph.add(
        made.kept(person, owner, "works"),
        made.recorded(person, owner, "works"),
        made.recorded(person, owner, "works", revision=2, facts={"stages": None, "gone": 1}),
        made.recorded(evaluation, owner, "works"),
    )
    scheme = made.running(rows.recorded_scheme(owner, key="works"), *made.ALL)
    graph.schemes.schemes.append(scheme)
    await graph.service.take_up(made.of(scheme))
    untyped = "schemeFacts { key value origin computedAt revision }"
    history = "schemeFactRecords { revision facts { key value } basis reason version evaluation { decidedOn } }"
    (found,) = await graph.listed(
        f"{{ people {{ edges {{ node {{ works {{ stages isCoach motto }} {untyped} {history} "
        f"evaluations {{ works {{ shifts }} {untyped} {history} }} }} }} }} }}"
    )
    assert found["works"] == {"stages": None, "isCoach": True, "motto": "安全第一"}
    noon = builders.NOON.isoformat()
    assert found["schemeFacts"] == [
        {"key": "is_coach", "value": True, "origin": "COMPUTED", "computedAt": noon, "revision": None},
        {"key": "motto", "value": "安全第一", "origin": "DECLARED", "computedAt": None, "revision": 1},
        {"key": "since_day", "value": "2026-03-02", "origin": "COMPUTED", "computedAt": noon, "revision": None},
    ]
    told = {"basis": "示例依据", "reason": "示例理由", "version": "1.0.0"}
    withdrawn = [{"key": "gone", "value": 1}, {"key": "stages", "value": None}]
    assert found["schemeFactRecords"] == [
        {"revision": 1, "facts": [{"key": "motto", "value": "安全第一"}], **told, "evaluation": None},
        {"revision": 2, "facts": withdrawn, **told, "evaluation": None},
    ]
    (evaluated,) = found["evaluations"]
    assert evaluated["works"] == {"shifts": 4}
    assert [(one["key"], one["origin"]) for one in evaluated["schemeFacts"]] == [("shifts", "DECLARED")]
    (record,) = evaluated["schemeFactRecords"]
    assert record["evaluation"] == {"decidedOn": evaluation.decided_on.isoformat()}


async def test_what_is_of_another_type_than_published_is_null(graph: Graph) -> None:
    owner, person = builders.enterprise(key="works"), builders.person()
    scheme = made.running(rows.recorded_scheme(owner, key="works"), *made.ALL)
    odd = {"stages": 2**31, "is_coach": 1, "since_day": "2026-02-30", "motto": 7}
    await graph.add(owner, person, made.kept(person, owner, "works", facts=odd))
    graph.schemes.schemes.append(scheme)
    await graph.service.take_up(made.of(scheme))
    (found,) = await graph.listed("{ people { edges { node { works { stages isCoach sinceDay motto } } } } }")
    assert found["works"] == dict.fromkeys(("stages", "isCoach", "sinceDay", "motto"))


async def test_facts_of_a_scheme_that_does_not_run_are_null_and_the_answer_says_why(graph: Graph) -> None:
    owner, person = builders.enterprise(key="works"), builders.person()
    scheme = made.running(rows.recorded_scheme(owner, key="works"), *made.ALL)
    await graph.add(owner, person, made.kept(person, owner, "works"))
    await graph.service.take_up(made.of(scheme))  # the schema still says that it runs
    answer = await graph.answer("{ people { edges { node { works { stages } schemeFacts { key } } } } }")
    assert answer["data"]["people"]["edges"] == [{"node": {"works": None, "schemeFacts": []}}]
    assert answer["extensions"] == {
        "schemaGeneration": graph.service.generation,
        "withheld": [
            {
                "scheme": "works",
                "code": "NOT_IN_FORCE",
                "message": {
                    "zh": "方案 works 未在运行，其扩展事实取值为空",
                    "en": "scheme works does not run now, so its facts are left out",
                },
            }
        ],
    }


async def test_facts_stay_with_the_enterprise_whose_scheme_says_so(graph: Graph) -> None:
    """Whoever works elsewhere by now is read there, but not what was made of their evidence before."""
    former, present = builders.enterprise(key="former"), builders.enterprise(key="present")
    person = builders.person()
    schemes = [made.running(rows.recorded_scheme(owner, key=owner.key), *made.ALL) for owner in (former, present)]
    await graph.add(former, present, person, builders.employment(person, present, starts=date(2020, 1, 1)))
    await graph.add(*(made.kept(person, owner, owner.key) for owner in (former, present)))
    graph.schemes.schemes += schemes
    await graph.service.take_up(made.of(*schemes))
    office = Actor.of(Role.EVALUATION_OFFICER, "示例评价办", enterprise_id=present.id)
    own = Actor.of(Role.WORKER, "示例本人", person_id=person.id)
    query = "{ people { edges { node { former { stages } present { stages } schemeFacts { scheme } } } } }"
    both = {"former": {"stages": 3}, "present": {"stages": 3}}
    for reader, seen in ((office, {**both, "former": None}), (own, both)):
        (found,) = await graph.listed(query, reader)
        named = {one["scheme"] for one in found.pop("schemeFacts")}
        assert (found, named) == (seen, {name for name, facts in seen.items() if facts})
