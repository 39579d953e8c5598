"""The form of a scheme: ``scheme.toml`` (five elements) and ``catalog.toml`` (correspondence catalog), read as data."""

from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from core.facts import ContestRank, ContestTier
from core.schemes import CriterionSide

CONTRACT = "1.0"
Key = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{2,39}$")]


class Form(BaseModel):
    """Base of every part: unknown keys are mistakes."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Named(Form):
    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)


class SchemeHeader(Named):
    """Whose scheme it is and when it is in force, ``[from, until)``."""

    key: Key
    version: str = Field(pattern=r"^\d+\.\d+\.\d+$")
    enterprise: str = Field(description="unified social credit code (统一社会信用代码)")
    document: str = Field(description="title of the scheme document that clauses point into")
    issued_on: date
    industry_authority: str = Field(description="the authority that countersigns (行业主管部门)")
    from_: date = Field(alias="from")
    until: date | None = None
    example: bool = False


class EvidenceNeed(Named):
    """Declared evidence: one key ``≥`` an amount, or the sum of several."""

    evidence: list[Key] = Field(min_length=1)
    at_least: int = Field(ge=1)
    clause: str = Field(min_length=1)


class ContestNeed(Form):
    """A result in a competition of one of the tiers."""

    contest_tiers: list[ContestTier] = Field(min_length=1)
    contest_rank: ContestRank
    clause: str = Field(min_length=1)


class AnyNeed(Form):
    """At least one of several needs."""

    any: list["EvidenceNeed | ContestNeed"] = Field(min_length=2)


Need = EvidenceNeed | ContestNeed | AnyNeed


class GroupForm(Named):
    """A group of people (具体人群)."""

    key: Key
    requires: list[Need] = Field(min_length=1)


class CriterionForm(Named):
    """A criterion of the standards (评价标准); ``weight`` in thousandths of its certificate's total."""

    key: Key
    weight: int = Field(ge=1, le=1000)
    side: CriterionSide
    kind: str


class ContestForm(Named):
    """A contest of the enterprise that stands in for an evaluation (以赛代评, 一赛双证)."""

    key: Key
    tier: ContestTier
    rank: ContestRank
    clause: str
    occupation: str
    skill_level: str | None = None
    series: str | None = None
    specialty: str | None = None
    title_level: str | None = None


class Manifest(Form):
    """All of ``scheme.toml``."""

    contract: str = CONTRACT
    scheme: SchemeHeader
    group: list[GroupForm] = []
    criterion: list[CriterionForm] = []
    contest: list[ContestForm] = []
    process: list[Named] = []


class RuleForm(Form):
    """One direction of a row; ``years`` left out takes the policy floor's."""

    clause: str = Field(min_length=1)
    years: int | None = Field(default=None, ge=0)
    requires: list[Need] = []


class RowForm(Form):
    """One row of the catalog (对应关系)."""

    number: int = Field(ge=1)
    occupation: str
    trade: str | None = None
    skill_level: str
    series: str
    specialty: str
    title_level: str
    from_: date | None = Field(default=None, alias="from")
    until: date | None = None
    related: list[str] = []
    groups: list[Key] = []
    dual_certificate: bool = False
    dual_track: bool = False
    skill_to_title: RuleForm | None = None
    title_to_skill: RuleForm | None = None


class CatalogForm(Form):
    """All of ``catalog.toml``."""

    row: list[RowForm] = Field(min_length=1)
