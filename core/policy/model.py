"""The form of a policy pack file (TOML): typed, dated, one citation and one confidence a value.

Pydantic checks the form; ``core.policy.load`` turns it into plain values and checks what spans entries and packs.
"""

from datetime import date
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from core.citations import Confidence
from core.conditions import ClockEnd, ClockStart
from core.facts import ContestRank, ContestTier, CredentialKind, EducationLevel
from core.texts import Text

Slug = Annotated[str, Field(pattern=r"^[a-z0-9_]+([.:-][a-z0-9_]+)*$")]


class Form(BaseModel):
    """Base of every part: unknown keys are mistakes."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class SourceForm(Form):
    """A document that values cite."""

    id: Slug
    title: str
    issued_by: str
    url: str
    number: str | None = None
    issued_on: date | None = None
    read_from: str | None = None


class Cited(Form):
    """The citation that every value carries."""

    source: Slug
    clause: str = Field(min_length=1)
    confidence: Confidence
    quote: str | None = None
    note: str | None = None


class DatedCited(Cited):
    """A cited value in force on the days ``[from, until)``. ``authority`` is what permits it to be laxer than a broader pack."""

    from_: date = Field(alias="from")
    until: date | None = None
    authority: str | None = None

    @model_validator(mode="after")
    def _ends_after_start(self) -> "DatedCited":
        if self.until is not None and self.until <= self.from_:
            raise ValueError(f"until {self.until} must be later than from {self.from_}")
        return self


class Stricter(StrEnum):
    """Which direction of a value is stricter; ``none`` cannot be compared."""

    HIGHER = "higher"
    LOWER = "lower"
    NONE = "none"


Scalar = bool | int | float | str | date
ValueType = Scalar | list[Scalar] | list[dict[str, Scalar]]


class ValueVersion(DatedCited):
    is_: ValueType = Field(alias="is")


class ValueForm(Form):
    """A single policy value (threshold, limit, list, format)."""

    id: Slug
    zh: str
    en: str
    unit: str | None = None
    stricter: Stricter = Stricter.NONE
    version: list[ValueVersion] = Field(min_length=1)

    @property
    def label(self) -> Text:
        return Text(self.zh, self.en)


class ClockVersion(DatedCited):
    start: ClockStart
    end: ClockEnd
    next_year_since: int | None = None


class ClockForm(Form):
    """A way of counting years."""

    id: Slug
    zh: str
    en: str
    version: list[ClockVersion] = Field(min_length=1)


class LevelGroupVersion(DatedCited):
    as_source: list[str]
    as_target: str


class LevelGroupForm(Form):
    """A level that sources name loosely (初级, 高级): what it means as a source and as a target."""

    id: Slug
    zh: str
    en: str
    version: list[LevelGroupVersion] = Field(min_length=1)


class Relation(StrEnum):
    """How a held credential must relate to the target."""

    SAME = "same"  # 本职业/本专业
    RELATED = "related"  # 本职业或相关职业
    CORRESPONDING = "corresponding"  # 符合专业对应关系
    ANY = "any"


class Work(StrEnum):
    """Which work counts towards years."""

    OCCUPATION = "occupation"  # 本职业或相关职业
    CORRESPONDING = "corresponding"  # 相应技术技能工作
    SPECIALTY = "specialty"  # 本专业技术工作
    ANY = "any"


class RequireCredential(Cited):
    """Hold ``held`` (that level or a higher one), then work ``years``."""

    held: Slug
    relation: Relation
    years: int = Field(default=0, ge=0)
    work: Work = Work.ANY
    clock: Slug = "anniversary"
    kinds: list[CredentialKind] | None = None


class RequireCareer(Cited):
    career_years: int = Field(ge=1)
    work: Work = Work.OCCUPATION


class RequireAge(Cited):
    age: int = Field(ge=0)


class RequireEducation(Cited):
    """Completed education of ``education`` or an equivalent or higher kind; see the value ``education.ranks``.

    ``technical_school`` narrows it to technical schools (技工院校).
    """

    education: EducationLevel
    field: Relation = Relation.RELATED
    technical_school: bool = False


class RequireContest(Cited):
    contest_tiers: list[ContestTier] = Field(min_length=1)
    contest_rank: ContestRank
    occupation: Relation = Relation.RELATED


class RequireCityYears(Cited):
    city_years: int = Field(ge=1)
    after_graduation: bool = False


class RequirePost(Cited):
    post: Relation
    municipal: bool = False
    frontline: bool = False


class RequireEvidence(Cited):
    evidence: list[Slug] = Field(min_length=1)
    at_least: int = Field(ge=1)
    zh: str
    en: str


Requirement = (
    RequireCredential
    | RequireCareer
    | RequireAge
    | RequireEducation
    | RequireContest
    | RequireCityYears
    | RequirePost
    | RequireEvidence
)


class RouteVersion(DatedCited):
    requires: list[Requirement] = Field(min_length=1)


class Direction(StrEnum):
    """Which way a route leads."""

    SKILL_TO_TITLE = "skill_to_title"
    TITLE_TO_SKILL = "title_to_skill"
    SKILL_PROMOTION = "skill_promotion"
    TITLE_PROMOTION = "title_promotion"
    CONTEST_TO_SKILL = "contest_to_skill"
    CONTEST_TO_TITLE = "contest_to_title"


class RouteForm(Form):
    """One way to become eligible for a level: a conjunction of requirements. Alternatives are separate routes.

    ``open_to`` ``pilot``: only within a recorded scheme of a pilot enterprise, where it is the floor; ``everyone``: a
    route of its own as well. ``floor_for`` is the held level whose catalog rows it bounds (skill ↔ title only).
    """

    id: Slug
    zh: str
    en: str
    direction: Direction
    target: Slug
    open_to: Literal["pilot", "everyone"] = "everyone"
    floor_for: Slug | None = None
    series: list[Slug] | None = None
    appointment: bool = False
    issuer: Literal["enterprise", "bureau", "assessor", "committee"]
    version: list[RouteVersion] = Field(min_length=1)


class PackHeader(Form):
    id: Slug
    zh: str
    en: str
    jurisdiction: str
    breadth: int = Field(ge=0, description="0 national, 1 province, 2 city: the higher, the more specific")


class PackForm(Form):
    """A whole pack file."""

    pack: PackHeader
    source: list[SourceForm] = Field(min_length=1)
    value: list[ValueForm] = []
    clock: list[ClockForm] = []
    level_group: list[LevelGroupForm] = []
    route: list[RouteForm] = []
