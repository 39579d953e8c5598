"""The form of what a route requires, one class a kind of requirement, told apart by the key that only it has."""

from enum import StrEnum
from typing import Annotated

from pydantic import Discriminator, Field, Tag

from core.facts import ContestRank, ContestTier, CredentialKind, EducationLevel
from core.policy.cited import Cited, Form, Slug


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
