"""Every argument of every root field and mutation, given what nobody should give it: coded, never an internal error.

Generated from the schema, so that a new field is asked the same.
"""

import json
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from typing import Any

import pytest
from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLObjectType,
    GraphQLScalarType,
    get_named_type,
    get_nullable_type,
    is_leaf_type,
    is_required_argument,
    is_required_input_field,
)

from core.permissions import Actor, Role
from core.services.artifacts import Upload
from schema.build import build_schema
from schema.ids import encode_id
from tests.builders import identity_number
from tests.conftest import SQLITE_AT_NIGHT
from tests.schema.conftest import AUDITOR, OFFICER, Graph

pytestmark = pytest.mark.anyio
SCHEMA = build_schema()._schema
NUMBER = identity_number(5)
UUID = "01a20797-307d-70f7-ae76-2fd369d1941f"
FILE = Upload(filename="x.whl", media_type="application/zip", content=b"PK\x03\x04 no zip")
TEXTS = (
    "",
    "a\x00b",
    "%_\\'; DROP TABLE person; -- \u202e💥\ufffe",
    "x" * 5000,
    NUMBER,
    encode_id("Person", "\x00"),
    encode_id("Person", UUID),
    urlsafe_b64encode(b'["name:asc","\\u0000"]').decode(),
)
VALUES: dict[str, tuple[Any, ...]] = {
    "String": TEXTS,
    "ID": TEXTS,
    "Int": (-1, 0, 101, 2**31 - 1, -(2**31)),
    "Date": ("0001-01-01", "9999-12-31", "2026-02-30", ""),
    "DateTime": ("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "2026-03-02", ""),
    "Boolean": (True, False),
    "Upload": (FILE,),
    "FactValue": (*TEXTS, -1, 2**31, True),
}
USUAL: dict[str, Any] = {
    "String": "x",
    "ID": "x",
    "Int": 1,
    "Date": "2026-03-02",
    "Boolean": True,
    "Upload": FILE,
    "FactValue": 1,
}
ACTORS = (OFFICER, Actor.of(Role.ENTERPRISE_ADMIN, "示例经办"))
Place = GraphQLArgument | GraphQLInputField


def usual(place: Place) -> Any:
    """A value of the right form that names nothing."""
    nullable, kind = get_nullable_type(place.type), get_named_type(place.type)
    if isinstance(nullable, GraphQLList):
        return []
    if isinstance(kind, GraphQLEnumType):
        return next(iter(kind.values))
    if isinstance(kind, GraphQLInputObjectType):
        return {name: usual(one) for name, one in kind.fields.items() if is_required_input_field(one)}
    return USUAL[kind.name]


def hostile(place: Place) -> Iterator[Any]:
    """Every value worth trying in a place: one part hostile, the others as usual."""
    nullable, kind = get_nullable_type(place.type), get_named_type(place.type)
    found: Iterator[Any] = iter(())
    if isinstance(kind, GraphQLInputObjectType):
        found = _hostile_inputs(kind)
    elif isinstance(kind, GraphQLScalarType):
        found = iter(VALUES[kind.name])
    for value in found:
        yield [value] if isinstance(nullable, GraphQLList) else value


def _hostile_inputs(kind: GraphQLInputObjectType) -> Iterator[dict[str, Any]]:
    whole = {name: usual(one) for name, one in kind.fields.items() if is_required_input_field(one)}
    for name, one in kind.fields.items():
        for value in hostile(one):
            yield whole | {name: value}


def attempts(field: GraphQLField) -> Iterator[dict[str, Any]]:
    whole = {name: usual(one) for name, one in field.args.items() if is_required_argument(one)}
    for name, one in field.args.items():
        for value in hostile(one):
            yield whole | {name: value}


def asked(kind: str, name: str, field: GraphQLField, given: dict[str, Any]) -> str:
    """The document that asks a field with variables for what is given."""
    variables = ", ".join(f"${one}: {field.args[one].type}" for one in given)
    arguments = ", ".join(f"{one}: ${one}" for one in given)
    brackets = (f"({variables})", f"({arguments})") if given else ("", "")
    return f"{kind} {brackets[0]} {{ {name}{brackets[1]} {selection(field)} }}"


def selection(field: GraphQLField) -> str:
    kind = get_named_type(field.type)
    if is_leaf_type(kind):
        return ""
    if isinstance(kind, GraphQLObjectType) and kind.name.endswith("Connection"):
        return "{ totalCount edges { cursor node { __typename } } }"
    if "Problem" in [one.name for one in getattr(kind, "types", ())]:
        return "{ __typename ... on Problem { code message { zh en } } }"
    return "{ __typename }"


QUERIES: dict[str, GraphQLField] = SCHEMA.query_type.fields  # type: ignore[union-attr]
MUTATIONS: dict[str, GraphQLField] = SCHEMA.mutation_type.fields  # type: ignore[union-attr]


@pytest.mark.parametrize("name", [name for name, field in QUERIES.items() if field.args])
async def test_no_argument_of_a_query_breaks_anything(graph: Graph, name: str) -> None:
    tried = 0
    for given in attempts(QUERIES[name]):
        answer = await graph.answer(asked("query", name, QUERIES[name], given), AUDITOR, **given)
        for error in answer.get("errors", ()):
            assert error["extensions"]["code"] != "INTERNAL", (given, error)
            assert NUMBER not in json.dumps(error)
        tried += 1
    assert tried or not any(list(hostile(one)) for one in QUERIES[name].args.values())


@SQLITE_AT_NIGHT
@pytest.mark.parametrize("actor", ACTORS, ids=lambda actor: actor.role)
@pytest.mark.parametrize("name", MUTATIONS)
async def test_a_mutation_answers_what_is_wrong_with_it_as_data(graph: Graph, name: str, actor: Actor) -> None:
    for given in attempts(MUTATIONS[name]):
        answer = await graph.answer(asked("mutation", name, MUTATIONS[name], given), actor, **given)
        for error in answer.get("errors", ()):
            # What cannot be read as the type of the argument never reaches the mutation.
            assert error["extensions"]["code"] in ("BAD_DATE", "GRAPHQL_VALIDATION"), (given, error)
            assert "path" not in error
        if "errors" not in answer:
            result = answer["data"][name]
            # A key may be anything of its form: its digest alone is kept. The usual one is too short.
            keyed = given["input"].get("key", USUAL["String"]) != USUAL["String"]
            assert keyed or result["__typename"] == "Problem", (given, result)
            assert result.get("message", {"zh": "done"})["zh"]
            assert NUMBER not in json.dumps(result)
