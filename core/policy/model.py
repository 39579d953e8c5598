"""The form of a policy pack file (TOML): typed, dated, one citation and one confidence a value.

Pydantic checks the form; ``core.policy.load`` turns it into plain values and checks what spans entries and packs.
"""

from datetime import date
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag, model_validator

from core.citations import Confidence
from core.conditions import ClockEnd, ClockStart
from core.dates import Period
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
    """A cited value in force on the days ``[from, until)``.

    ``authority`` is the id of the source that permits it to be laxer than a broader pack.
    """

    from_: date = Field(alias="from")
    until: date | None = None
    authority: Slug | None = None

    @property
    def period(self) -> Period:
        return Period(self.from_, self.until)

    @model_validator(mode="after")
    def _ends_after_start(self) -> "DatedCited":
        if self.until is not None and self.until <= self.from_:
            zh = f"until {self.until} 须晚于 from {self.from_}"
            raise ValueError(f"{zh} / until {self.until} must be later than from {self.from_}")
        return self


class Stricter(StrEnum):
    """Which direction of a value is stricter; ``none`` cannot be compared."""

    HIGHER = "higher"
    LOWER = "lower"
    NONE = "none"


Scalar = bool | int | float | str | date
ValueType = Scalar | list[Scalar] | list[dict[str, Scalar]]


class ValueVersion(DatedCited):
    """A value for a period."""

    is_: ValueType = Field(alias="is")


class Named(StrEnum):
    """What the words of a value name, so that they can be checked: series or levels of the vocabulary."""

    SERIES = "series"
    LEVEL = "level"


class ValueForm(Form):
    """A single policy value (threshold, limit, list, format). A share is text like ``2/3``.

    ``words`` says a code of the value in Chinese and English, ``unit`` the unit.
    """

    id: Slug
    zh: str
    en: str
    unit: tuple[str, str] | None = None
    stricter: Stricter = Stricter.NONE
    names: Named | None = None
    words: dict[str, tuple[str, str]] = {}
    version: list[ValueVersion] = Field(min_length=1)

    @property
    def label(self) -> Text:
        return Text(self.zh, self.en)


class ClockVersion(DatedCited):
    """A way of counting for a period."""

    start: ClockStart
    end: ClockEnd
    next_year_since: int | None = None


class ClockForm(Form):
    """A way of counting years."""

    id: Slug
    zh: str
    en: str
    version: list[ClockVersion] = Field(min_length=1)

    @property
    def label(self) -> Text:
        return Text(self.zh, self.en)


class LevelGroupVersion(DatedCited):
    """What a loosely named level means for a period."""

    as_source: list[str]
    as_target: str


class LevelGroupForm(Form):
    """A level that sources name loosely (初级, 高级): what it means as a source and as a target."""

    id: Slug
    zh: str
    en: str
    version: list[LevelGroupVersion] = Field(min_length=1)

    @property
    def label(self) -> Text:
        return Text(self.zh, self.en)


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
    """Have worked ``career_years`` in all."""

    career_years: int = Field(ge=1)
    work: Work = Work.OCCUPATION


class RequireAge(Cited):
    """Be ``age`` years old."""

    age: int = Field(ge=0)


class RequireEducation(Cited):
    """Completed education of ``education`` or an equivalent or higher kind; see the value ``education.ranks``.

    ``technical_school`` narrows it to technical schools (技工院校).
    """

    education: EducationLevel
    field: Relation = Relation.RELATED
    technical_school: bool = False


class RequireContest(Cited):
    """Have reached ``contest_rank`` or better in a competition of one of the tiers."""

    contest_tiers: list[ContestTier] = Field(min_length=1)
    contest_rank: ContestRank
    occupation: Relation = Relation.RELATED


class RequireCityYears(Cited):
    """Have worked in enterprises of the city, before or only since graduation."""

    city_years: int = Field(ge=1)
    after_graduation: bool = False


class RequirePost(Cited):
    """Be on a post now; ``post`` is its relation to the target."""

    post: Relation
    municipal: bool = False
    frontline: bool = False


class RequireEvidence(Cited):
    """Have declared evidence of these keys that adds up to ``at_least``."""

    evidence: list[Slug] = Field(min_length=1)
    at_least: int = Field(ge=1)
    zh: str
    en: str


# The one key that tells which requirement is meant; the readable errors of the loader name these keys.
REQUIREMENT_KEYS = ("held", "career_years", "age", "education", "contest_tiers", "city_years", "post", "evidence")


def _requirement_key(given: object) -> str | None:
    present = given if isinstance(given, dict) else type(given).model_fields if isinstance(given, Form) else {}
    return next((key for key in REQUIREMENT_KEYS if key in present), None)


Requirement = Annotated[
    Annotated[RequireCredential, Tag("held")]
    | Annotated[RequireCareer, Tag("career_years")]
    | Annotated[RequireAge, Tag("age")]
    | Annotated[RequireEducation, Tag("education")]
    | Annotated[RequireContest, Tag("contest_tiers")]
    | Annotated[RequireCityYears, Tag("city_years")]
    | Annotated[RequirePost, Tag("post")]
    | Annotated[RequireEvidence, Tag("evidence")],
    Discriminator(_requirement_key),
]


class RouteVersion(DatedCited):
    """The requirements of a route for a period; its own citation is the clause that opens the route."""

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

    @property
    def label(self) -> Text:
        return Text(self.zh, self.en)


class PackHeader(Form):
    id: Slug
    zh: str
    en: str
    jurisdiction: str
    breadth: int = Field(ge=0, description="0 national, 1 province, 2 city: the higher, the more specific")

    @property
    def label(self) -> Text:
        return Text(self.zh, self.en)


class PackForm(Form):
    """A whole pack file."""

    pack: PackHeader
    source: list[SourceForm] = Field(min_length=1)
    value: list[ValueForm] = []
    clock: list[ClockForm] = []
    level_group: list[LevelGroupForm] = []
    route: list[RouteForm] = []
