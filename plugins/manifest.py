"""The form of a scheme: ``scheme.toml`` (five elements) and ``catalog.toml`` (correspondence catalog), read as data."""

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from core.facts import ContestRank, ContestTier
from core.schemes import CriterionKind, EvidenceKind, FactType
from core.scoring_tables import CriterionSide

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


class YearsNeed(Form):
    """Years after the row's credential, counted by the floor's clock."""

    years: int = Field(ge=0)
    clause: str = Field(min_length=1)


class AllNeed(Form):
    """Every one of several needs; written inside ``any``."""

    all: list["EvidenceNeed | ContestNeed | YearsNeed | AnyNeed"] = Field(min_length=1)


class AnyNeed(Form):
    """At least one of several needs."""

    any: list["EvidenceNeed | ContestNeed | YearsNeed | AllNeed"] = Field(min_length=2)


Need = EvidenceNeed | ContestNeed | YearsNeed | AnyNeed | AllNeed


class GroupForm(Named):
    """A group of people (具体人群)."""

    key: Key
    requires: list[Need] = Field(min_length=1)


class EvidenceForm(Named):
    """A kind of evidence (材料), counted or graded in rising order from 0 to ``most``; all else names its key."""

    key: Key
    kind: EvidenceKind
    most: int = Field(ge=1, le=1_000_000)


class StepForm(Form):
    at_least: int = Field(ge=0)
    points: int


class StepsForm(Form):
    """Points by steps (分档) over the sum of some evidence."""

    evidence: list[Key] = Field(min_length=1)
    steps: list[StepForm] = Field(min_length=1)


class LinearForm(Form):
    """Points in proportion (线性): ``base`` and ``per`` a unit, at most ``most``."""

    evidence: list[Key] = Field(min_length=1)
    per: int
    base: int = 0
    most: int = 100


class CriterionForm(Named):
    """A criterion of the standards (评价标准); ``weight`` in thousandths of its certificate's total.

    ``scoring`` is declared over evidence; without it an assessor gives 0 to 100 points.
    """

    key: Key
    weight: int
    side: CriterionSide
    kind: CriterionKind
    pass_mark: int | None = None
    scoring: StepsForm | LinearForm | None = None


class BonusForm(Named):
    """Extra points (加分) on a certificate's total for ``at_least`` of some evidence."""

    key: Key
    evidence: list[Key] = Field(min_length=1)
    at_least: int = Field(ge=1)
    points: int
    side: CriterionSide


class ProvisionForm(Named):
    """A preference for winners and their coaches, or a link to training, use or treatment (待遇)."""

    key: Key
    clause: str = Field(min_length=1)
    level: str | None = None


class StepOfProcess(Named):
    """A step of the process (评价流程); the five of the plan keep the policy's keys."""

    key: Key


class FactForm(Named):
    """A typed fact that the scheme adds to the graph, on ``person`` or on ``evaluation``."""

    key: Key
    type: FactType
    on: Literal["person", "evaluation"]


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
    evidence: list[EvidenceForm] = []
    group: list[GroupForm] = []
    criterion: list[CriterionForm] = []
    bonus: list[BonusForm] = []
    title_pass_mark: int | None = None
    contest: list[ContestForm] = []
    process: list[StepOfProcess] = []
    preference: list[ProvisionForm] = []
    treatment: list[ProvisionForm] = []
    fact: list[FactForm] = []


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
