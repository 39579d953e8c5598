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

from core.eligibility.blocks import BlockCode
from core.eligibility.routes import Mode
from core.eligibility.terms import BLOCKS, MODES
from core.facts import ContestRank, ContestTier, CredentialKind, EducationLevel, ObtainedBy
from core.schemes import (
    CriterionKind,
    CriterionSide,
    EvidenceKind,
    FactType,
    LinkKind,
    PreferenceMatter,
    PreferredPerson,
)
from core.texts import Text
from core.vocabulary.scheme_terms import (
    CRITERION_KINDS,
    EVIDENCE_KINDS,
    FACT_TYPES,
    LINK_KINDS,
    MATTERS,
    PREFERRED,
    SIDES,
)
from core.vocabulary.terms import EDUCATION, KINDS, OBTAINED, RANKS, TIERS
from plugins.case_forms import CasesForm
from plugins.catalog_form import CatalogForm
from plugins.form import Form
from plugins.manifest import Manifest

FOLDER: Final = Path(__file__).parent


class Part(StrEnum):
    """What an author writes."""

    MANIFEST = "manifest"  # scheme.toml
    CATALOG = "catalog"  # catalog.toml
    CASES = "cases"  # tests/cases.toml

    @property
    def file(self) -> Path:
        """Where its schema is checked in."""
        return FOLDER / f"{_STEMS[self]}.schema.json"


_STEMS: Final = {Part.MANIFEST: "scheme", Part.CATALOG: "catalog", Part.CASES: "cases"}
FORMS: Final[Mapping[Part, type[Form]]] = {
    Part.MANIFEST: Manifest,
    Part.CATALOG: CatalogForm,
    Part.CASES: CasesForm,
}
WORDS: Final[Mapping[type[StrEnum], tuple[str, Mapping[Any, Text]]]] = {
    ContestTier: ("Tier of a competition, rising. 竞赛级别", TIERS),
    ContestRank: ("Result in a competition, rising. 名次", RANKS),
    EvidenceKind: ("What declared evidence is. 材料类别", EVIDENCE_KINDS),
    CriterionKind: ("What a criterion measures. 评价要素类别", CRITERION_KINDS),
    CriterionSide: ("Which certificate something counts towards. 适用证书", SIDES),
    LinkKind: ("What an evaluation is linked with. 衔接类别", LINK_KINDS),
    PreferredPerson: ("Whom a preference is for. 优先对象", PREFERRED),
    PreferenceMatter: ("In what somebody comes first. 优先事项", MATTERS),
    FactType: ("Type of a declared fact. 事实类型", FACT_TYPES),
    EducationLevel: ("Completed education, rising. 学历", EDUCATION),
    CredentialKind: ("Kind of credential. 凭证类别", KINDS),
    ObtainedBy: ("Route by which a credential was obtained. 取得途径", OBTAINED),
    Mode: ("How a target is come by. 取得方式", MODES),
    BlockCode: ("Why a way is closed although its conditions hold. 不得申报的情形", BLOCKS),
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
