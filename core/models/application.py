"""Applications (申报) for an evaluation."""

from datetime import date
from enum import StrEnum
from uuid import UUID

from sqlmodel import Field

from core.ladders import Level
from core.models.base import Record, by_value


class ApplicationStatus(StrEnum):
    """How far an application has come (申报状态)."""

    FILED = "filed"  # 已申报
    WITHDRAWN = "withdrawn"  # 已撤回
    EVALUATED = "evaluated"  # 已评价


class Application(Record, table=True):
    """A person's application to an enterprise under one scheme version, for a skill level, a title, or both.

    ``decision_digest`` is that of the snapshot of what eligibility said on the day it was filed, ``facts_digest`` that
    of the facts it looked at.
    """

    person_id: UUID = Field(foreign_key="person.id", index=True)
    enterprise_id: UUID = Field(foreign_key="enterprise.id", index=True)
    scheme_version_id: UUID = Field(foreign_key="scheme_version.id", index=True)
    occupation: str | None = Field(default=None, max_length=20)
    trade: str | None = Field(default=None, max_length=60)
    skill_level: Level | None = Field(default=None, sa_type=by_value(Level))
    series: str | None = Field(default=None, max_length=60)
    specialty: str | None = Field(default=None, max_length=60)
    title_level: Level | None = Field(default=None, sa_type=by_value(Level))
    filed_on: date
    facts_digest: str | None = Field(default=None, max_length=64)
    decision_digest: str | None = Field(default=None, max_length=64)
    status: ApplicationStatus = Field(default=ApplicationStatus.FILED, sa_type=by_value(ApplicationStatus))
