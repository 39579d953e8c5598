"""The form of ``rounds.toml``: who is there for rounds, which rounds there are, and how far each has come."""

import tomllib
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import Field

from core.ladders import Level
from server.demonstration.form import Form

ROUNDS = Path(__file__).parent / "rounds.toml"


class Aims(Form):
    """What is aimed at, as applications and requests take it."""

    occupation: str | None = None
    skill_level: Level | None = None
    series: str | None = None
    specialty: str | None = None
    title_level: Level | None = None

    def given(self) -> dict[str, Any]:
        return self.model_dump(exclude_none=True)


class CrewForm(Form):
    """Who acts in the rounds of an enterprise, by name; ``first_serial`` numbers them apart from all others."""

    enterprise: str
    record_code: str
    certificate_prefix: str
    series: str
    specialty: str
    occupation: str
    first_serial: int
    inside: list[str]
    outside: list[str]
    assessors: list[str]


class ProfileForm(Form):
    """A history that several people share, what it lets them apply for, and the evidence that they put forward."""

    key: str
    enterprise: str
    post: str
    occupation: str
    since: date
    senior_worker_since: date
    assistant_since: date | None = None
    graduated_on: date | None = None
    evidence: dict[str, int] = Field(default_factory=dict)
    claims: dict[str, int] = Field(default_factory=dict)
    aims: Aims


class ApplicantForm(Form):
    """Somebody invented, with a profile; or somebody of ``city.toml``, with aims of their own."""

    key: str
    name: str | None = None
    serial: int | None = None
    profile: str | None = None
    aims: Aims | None = None


class RoundForm(Form):
    """A round that has come as far as its step ``last``; ``failed`` are titles that the committee does not pass."""

    enterprise: str
    zh: str
    starts: date
    last: str
    applicants: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()
    disputed: bool = False


class WinnerForm(Form):
    """A winner: of ``city.toml`` by key, or invented; and how far the request on the strength of it has come."""

    key: str
    competition: str
    rank: str
    aims: Aims
    by_policy: bool
    granted: bool
    coach: str | None = None
    record: bool = True


class RecordingForm(Form):
    """Facts that the office of an enterprise records of a person, or of their newest evaluation there."""

    on: date
    enterprise: str
    person: str
    facts: dict[str, int | str | bool]
    basis: str
    reason: str
    of_evaluation: bool = False


class RoundsForm(Form):
    """The whole file."""

    crew: list[CrewForm]
    profile: list[ProfileForm]
    applicant: list[ApplicantForm]
    round: list[RoundForm]
    winner: list[WinnerForm]
    recording: list[RecordingForm]


def read_rounds() -> RoundsForm:
    """The rounds as shipped."""
    return RoundsForm.model_validate(tomllib.loads(ROUNDS.read_text(encoding="utf-8")))
