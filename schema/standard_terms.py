"""What the graph's types and fields are called in CTDL and in Open Badges: the table of ``standard_terms.toml``."""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

from graphql import GraphQLSchema
from graphql.utilities import resolve_schema_coordinate
from pydantic import BaseModel, ConfigDict, StringConstraints, model_validator

from schema.build import build_schema

FILE = Path(__file__).parent / "standard_terms.toml"
Coordinate = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Za-z]*(\.[A-Za-z_]+)?$")]
Ctdl = Annotated[str, StringConstraints(pattern=r"^(ceterms|ceasn|asn):[A-Za-z]+$")]


class StandardTerm(BaseModel):
    """A type or field, by its coordinates, and what the standards have for it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    ours: Coordinate
    ctdl: tuple[Ctdl, ...] = ()
    open_badges: tuple[str, ...] = ()
    note: str = ""

    @model_validator(mode="after")
    def _has_one(self) -> "StandardTerm":
        if not (self.ctdl or self.open_badges):
            raise ValueError(f"no standard has anything for {self.ours}: leave it out")
        return self


def standard_terms() -> list[StandardTerm]:
    """In the order of the file."""
    return [StandardTerm.model_validate(one) for one in tomllib.loads(FILE.read_text("utf-8"))["term"]]


def term_rows() -> Iterator[tuple[str, str, str, str, str]]:
    """Each with the Chinese of its description, for a table. Raises ValueError for what the schema has not."""
    schema = build_schema().plain
    for one in standard_terms():
        chinese = _description(schema, one.ours).rpartition(". ")[2]
        yield f"`{one.ours}`", chinese, _listed(one.ctdl), _listed(one.open_badges), one.note


def _description(schema: GraphQLSchema, coordinate: str) -> str:
    try:
        found = resolve_schema_coordinate(schema, coordinate)
    except TypeError:  # no such type
        found = None
    parts = (getattr(found, name, None) for name in ("enum_value", "input_field", "field", "type"))
    element = next(filter(None, parts), None)
    if element is None:
        raise ValueError(f"schema/standard_terms.toml: {coordinate} is not in the schema")
    return str(element.description)


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(f"`{name}`" for name in names)
