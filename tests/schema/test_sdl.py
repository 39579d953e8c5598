"""The schema as a document: checked in, complete in its descriptions."""

import re
from collections.abc import Iterator
from itertools import chain

import pytest
from graphql import (
    GraphQLDirective,
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLSchema,
    is_specified_directive,
    is_specified_scalar_type,
)
from graphql import build_schema as parse_schema

from schema.build import build_schema
from schema.sdl import FILE, print_sdl
from tests.schema.test_generated import example, publishing

CHINESE = re.compile(r"[\u4e00-\u9fff]")
ENGLISH = re.compile(r"[A-Za-z0-9]")


def test_schema_graphql_is_current() -> None:
    assert FILE.read_text(encoding="utf-8") == print_sdl(), "run guantong schema export"


def parts_of(kind: GraphQLNamedType) -> Iterator[tuple[str, str | None]]:
    """A type and everything in it, by coordinates, with its description."""
    yield kind.name, kind.description
    if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType):
        for name, field in kind.fields.items():
            yield f"{kind.name}.{name}", field.description
            for argument, given in field.args.items():
                yield f"{kind.name}.{name}({argument}:)", given.description
    elif isinstance(kind, GraphQLInputObjectType):
        for name, wanted in kind.fields.items():
            yield f"{kind.name}.{name}", wanted.description
    elif isinstance(kind, GraphQLEnumType):
        for name, value in kind.values.items():
            yield f"{kind.name}.{name}", value.description


def parts_of_directive(one: GraphQLDirective) -> Iterator[tuple[str, str | None]]:
    yield f"@{one.name}", one.description
    for argument, given in one.args.items():
        yield f"@{one.name}({argument}:)", given.description


def described(schema: GraphQLSchema) -> dict[str, str | None]:
    """Everything but introspection and what every GraphQL server has."""
    own = [kind for kind in schema.type_map.values() if not kind.name.startswith("__") and not _is_standard(kind)]
    directives = [one for one in schema.directives if not is_specified_directive(one)]
    return dict(chain(*map(parts_of, own), *map(parts_of_directive, directives)))


def _is_standard(kind: GraphQLNamedType) -> bool:
    return isinstance(kind, GraphQLScalarType) and is_specified_scalar_type(kind)


def wanting(schema: GraphQLSchema) -> list[str]:
    """What is not described in English, then in Chinese."""
    return [
        name
        for name, text in described(schema).items()
        if not (text and CHINESE.search(text) and ENGLISH.match(text) and ". " in text)
    ]


def test_everything_is_described_in_both_languages() -> None:
    schema = build_schema().plain
    found = described(schema)
    assert len(found) > 2_500
    assert {"@cost", "@cost(weight:)", "@requires(anyOf:)", "Query.node(id:)", "PageInfo.endCursor"} <= found.keys()
    assert wanting(schema) == []


def test_the_document_says_all_that_the_schema_says() -> None:
    assert described(parse_schema(print_sdl())) == described(build_schema().plain)


@pytest.mark.parametrize("name", ["lingnan_ship", "yuexiu_rail"])
def test_what_schemes_add_is_described_too(name: str) -> None:
    scheme = example(name)
    grown = build_schema(publishing(scheme, running=scheme)).plain
    assert len(described(grown)) > len(described(build_schema().plain))
    assert wanting(grown) == []


def test_something_undescribed_is_found() -> None:
    schema = parse_schema(
        '''"""Where a query begins. 查询"""
        type Query { """Without Chinese.""" a: Int  """没有英文""" b(c: Kind): Int  """Both. 都有""" d: Int }
        """A kind. 类型""" enum Kind { X }
        """For whom. 用途""" directive @for(whom: Int) on FIELD_DEFINITION'''
    )
    assert wanting(schema) == ["Query.a", "Query.b", "Query.b(c:)", "Kind.X", "@for(whom:)"]


def test_every_scalar_says_where_it_is_specified() -> None:
    kinds = build_schema().plain.type_map.values()
    own = [kind for kind in kinds if isinstance(kind, GraphQLScalarType) and not is_specified_scalar_type(kind)]
    assert {kind.name for kind in own} == {"Base64", "Date", "DateTime", "FactValue", "Upload"}
    assert [kind.name for kind in own if not (kind.specified_by_url or "").startswith("https://")] == []


def test_one_id_that_is_gone_takes_no_other_answer_along() -> None:
    """As Relay says it: else null would climb from one node to the whole answer."""
    query = build_schema().plain.query_type
    assert query is not None
    assert str(query.fields["node"].type) == "Node"
    assert str(query.fields["nodes"].type) == "[Node]!"


def test_credentials_share_one_interface() -> None:
    types = build_schema().plain.type_map
    for name, side in {
        "SkillCertificate": "SkillCredential",
        "VocationalQualification": "SkillCredential",
        "ProfessionalTitle": "TitleCredential",
        "ProfessionalQualification": "TitleCredential",
    }.items():
        kind = types[name]
        assert isinstance(kind, GraphQLObjectType)
        assert [one.name for one in kind.interfaces] == [side, "Credential", "Node"]
