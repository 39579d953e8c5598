"""Applications (申报) for an evaluation."""

from datetime import date
from enum import StrEnum
from uuid import UUID

from sqlmodel import Field

from core.ladders import Level
from core.models.base import JSON_LIST, Record, by_value


class ApplicationStatus(StrEnum):
    """How far an application has come (申报状态)."""

    FILED = "filed"  # 已申报
    WITHDRAWN = "withdrawn"  # 已撤回
    ADMITTED = "admitted"  # 资格审核通过
    REFUSED = "refused"  # 资格审核未通过
    EVALUATED = "evaluated"  # 已评价


class Application(Record, table=True):
    """A person's application to an enterprise under one scheme version, for a skill level, a title, or both.

    ``decision_digest`` is that of the snapshot of what eligibility said on the day it was filed, in a round on the
    round's reference day; ``facts_digest`` that of the facts it looked at. A review decides anew; what that said, and
    looked at, stands under ``review_``. ``warnings`` are the codes of what the applicant was warned of before filing.
    ``skill_award_id`` and ``title_award_id`` name the award that opens the target, where nothing else does: it is used.
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
    round_id: UUID | None = Field(default=None, foreign_key="round.id", index=True)
    filed_on: date
    by_applicant: bool = False
    facts_digest: str | None = Field(default=None, max_length=64)
    decision_digest: str | None = Field(default=None, max_length=64)
    status: ApplicationStatus = Field(default=ApplicationStatus.FILED, sa_type=by_value(ApplicationStatus))
    revision: int = 1
    skill_award_id: UUID | None = Field(default=None, foreign_key="award.id", index=True)
    title_award_id: UUID | None = Field(default=None, foreign_key="award.id", index=True)
    warnings: list[str] = Field(default_factory=list, sa_type=JSON_LIST)
    reviewed_on: date | None = None
    review_facts_digest: str | None = Field(default=None, max_length=64)
    review_decision_digest: str | None = Field(default=None, max_length=64)
    review_reason: str | None = Field(default=None, max_length=500)
