"""The form of ``city.toml``: what the demonstration tells of enterprises, competitions, people and evaluations."""

import tomllib
from datetime import date
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from core.facts import ContestRank, ContestTier, CredentialKind, EducationLevel, ObtainedBy
from core.permissions import Role

CITY = Path(__file__).parent / "city.toml"


class Form(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Listing(Form):
    batch: str
    basis: str
    priority_industry: str
    from_: date = Field(alias="from")


class EnterpriseForm(Form):
    key: str
    uscc: str
    zh: str
    en: str
    industry: str
    municipal: bool
    scheme: bool
    title_authority: list[tuple[str, str, date]]
    skill_authority: list[tuple[str, str, date]]
    listed: Listing | None = None


class CompetitionForm(Form):
    key: str
    zh: str
    en: str
    tier: ContestTier
    year: int
    held_on: date
    basis: str
    enterprise: str | None = None


class School(Form):
    level: EducationLevel
    graduated_on: date
    name: str
    occupations: list[str]
    specialties: list[str]


class Work(Form):
    enterprise: str
    post: str
    frontline: bool
    from_: date = Field(alias="from")
    until: date | None = None
    occupation: str | None = None
    specialty: str | None = None


class CredentialForm(Form):
    """``issuer`` is the key of an enterprise, or the name of another body."""

    kind: CredentialKind
    level: str
    awarded_on: date
    issuer: str
    obtained_by: ObtainedBy
    occupation: str | None = None
    series: str | None = None
    specialty: str | None = None
    review_year: int | None = None
    appointed_post: str | None = None
    revoked_on: date | None = None
    revoked_reason: str | None = None


class AwardForm(Form):
    competition: str
    occupation: str
    rank: ContestRank
    position: int
    participants: int


class Evidence(Form):
    scheme: str
    key: str
    amount: int
    since: date


class PersonForm(Form):
    key: str
    name: str
    born_on: date
    serial: int = Field(ge=0, le=999)
    work: list[Work]
    credentials: list[CredentialForm]
    school: School | None = None
    awards: list[AwardForm] = []
    evidence: list[Evidence] = []


class EvaluationForm(Form):
    person: str
    reference_day: date
    decided_on: date
    scores: list[tuple[str, int, str]]
    skill: tuple[str, str] | None = None
    title: tuple[str, str, str] | None = None
    skill_outcome: str | None = None
    title_outcome: str | None = None


class AccountForm(Form):
    """``enterprise`` and ``person`` are keys; somebody who acts in rounds goes by name."""

    name: str
    role: Role
    enterprise: str | None = None
    person: str | None = None
    authority: str | None = None


class City(Form):
    """The whole file."""

    as_of: date
    enterprise: list[EnterpriseForm]
    competition: list[CompetitionForm]
    person: list[PersonForm]
    evaluation: list[EvaluationForm]
    account: list[AccountForm]


def read_city() -> City:
    """The demonstration as shipped."""
    return City.model_validate(tomllib.loads(CITY.read_text(encoding="utf-8")))
