"""The schema as a document: checked in, complete in its descriptions."""

import re
from collections.abc import Iterator

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLScalarType,
    is_specified_scalar_type,
)

from schema.build import build_schema
from schema.sdl import FILE, print_sdl

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


def described() -> dict[str, str | None]:
    types = build_schema()._schema.type_map.values()
    own = [kind for kind in types if not kind.name.startswith("__") and not _is_standard(kind)]
    return dict(part for kind in own for part in parts_of(kind))


def _is_standard(kind: GraphQLNamedType) -> bool:
    return isinstance(kind, GraphQLScalarType) and is_specified_scalar_type(kind)


def test_everything_is_described_in_both_languages() -> None:
    found = described()
    assert len(found) > 400
    wanting = [
        name
        for name, text in found.items()
        if not (text and CHINESE.search(text) and ENGLISH.match(text) and ". " in text)
    ]
    assert wanting == []


@pytest.mark.parametrize("name", ["Date", "DateTime", "Upload"])
def test_scalars_are_specified(name: str) -> None:
    kind = build_schema()._schema.type_map[name]
    assert isinstance(kind, GraphQLScalarType)
    assert kind.specified_by_url


def test_credentials_share_one_interface() -> None:
    types = build_schema()._schema.type_map
    for name, side in {
        "SkillCertificate": "SkillCredential",
        "VocationalQualification": "SkillCredential",
        "ProfessionalTitle": "TitleCredential",
        "ProfessionalQualification": "TitleCredential",
    }.items():
        kind = types[name]
        assert isinstance(kind, GraphQLObjectType)
        assert [one.name for one in kind.interfaces] == [side, "Credential", "Node"]
