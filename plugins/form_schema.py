"""JSON Schemas (draft 2020-12) of what authors write, made of the forms, for editors that complete and check TOML.

They are checked in beside this module. A form refuses more than its schema can say, never less: what a form accepts,
its schema accepts.
"""

import json
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from core.facts import ContestRank, ContestTier
from core.schemes import CriterionKind, CriterionSide, EvidenceKind, FactType
from core.texts import Text
from core.vocabulary.scheme_terms import CRITERION_KINDS, EVIDENCE_KINDS, FACT_TYPES, SIDES
from core.vocabulary.terms import RANKS, TIERS
from plugins.catalog_form import CatalogForm
from plugins.form import Form
from plugins.manifest import Manifest

FOLDER: Final = Path(__file__).parent


class Part(StrEnum):
    """What an author writes."""

    MANIFEST = "manifest"  # scheme.toml
    CATALOG = "catalog"  # catalog.toml

    @property
    def file(self) -> Path:
        """Where its schema is checked in."""
        return FOLDER / f"{_STEMS[self]}.schema.json"


_STEMS: Final = {Part.MANIFEST: "scheme", Part.CATALOG: "catalog"}
FORMS: Final[Mapping[Part, type[Form]]] = {Part.MANIFEST: Manifest, Part.CATALOG: CatalogForm}
WORDS: Final[Mapping[type[StrEnum], tuple[str, Mapping[Any, Text]]]] = {
    ContestTier: ("Tier of a competition, rising. 竞赛级别", TIERS),
    ContestRank: ("Result in a competition, rising. 名次", RANKS),
    EvidenceKind: ("What declared evidence is. 材料类别", EVIDENCE_KINDS),
    CriterionKind: ("What a criterion measures. 评价要素类别", CRITERION_KINDS),
    CriterionSide: ("Which certificate something counts towards. 适用证书", SIDES),
    FactType: ("Type of a declared fact. 事实类型", FACT_TYPES),
}


def schema_of(part: Part) -> dict[str, Any]:
    """The JSON Schema of a part."""
    made = FORMS[part].model_json_schema(by_alias=True, schema_generator=_Generator)
    for name, definition in made["$defs"].items():
        if "enum" in definition:
            definition |= _meanings(name)
    return {"$schema": GenerateJsonSchema.schema_dialect, **made}


def _meanings(enum: str) -> dict[str, Any]:
    """What an enumeration and each of its values mean, for people and for editors of TOML."""
    description, words = next(told for members, told in WORDS.items() if members.__name__ == enum)
    listed = "; ".join(f"{value.value} {text.zh} / {text.en}" for value, text in words.items())
    docs = {"enumValues": [str(text) for text in words.values()]}
    return {"description": f"{description}: {listed}", "x-taplo": {"docs": docs}}


def written(part: Part) -> str:
    """The schema as its file holds it."""
    return f"{json.dumps(schema_of(part), ensure_ascii=False, indent=2)}\n"


class _Generator(GenerateJsonSchema):
    """Says nothing of null, which TOML cannot write."""

    def nullable_schema(self, schema: core_schema.NullableSchema) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        made = super().default_schema(schema)
        return {key: value for key, value in made.items() if key != "default" or value is not None}

    def field_title_should_be_set(self, schema: Any) -> bool:
        """Every field has its own."""
        return False
