"""Contests in place of an evaluation (以赛代评): what is asked for on the strength of an award, what was decided."""

from datetime import date
from enum import StrEnum
from uuid import UUID

from sqlmodel import Field, UniqueConstraint

from core.ladders import Level
from core.models.base import Record, append_only, by_value
from core.scoring_tables import CriterionSide


class ContestPath(StrEnum):
    """By whose rule an award leads to a certificate (以赛代评途径)."""

    POLICY = "policy"  # 政策直接规定：世赛、国赛
    ENTERPRISE = "enterprise"  # 试点企业的岗位竞赛、技能比武


class ContestState(StrEnum):
    """How far a request has come (以赛代评申请状态)."""

    ASKED = "asked"  # 已申请
    WITHDRAWN = "withdrawn"  # 已撤回
    GRANTED = "granted"  # 已同意
    REFUSED = "refused"  # 未同意


class ContestRequest(Record, table=True):
    """What a person asks for on the strength of one award: a skill level, a title, or both (一赛双证).

    ``enterprise_id`` is where the person works: under an enterprise's scheme, named by version, it issues both; by the
    policy's own rule, without a version, it issues the skill certificate, and the bureau the title.
    """

    award_id: UUID = Field(foreign_key="award.id", index=True)
    person_id: UUID = Field(foreign_key="person.id", index=True)
    enterprise_id: UUID = Field(foreign_key="enterprise.id", index=True)
    scheme_version_id: UUID | None = Field(default=None, foreign_key="scheme_version.id", index=True)
    path: ContestPath = Field(sa_type=by_value(ContestPath))
    occupation: str | None = Field(default=None, max_length=20)
    trade: str | None = Field(default=None, max_length=60)
    skill_level: Level | None = Field(default=None, sa_type=by_value(Level))
    series: str | None = Field(default=None, max_length=60)
    specialty: str | None = Field(default=None, max_length=60)
    title_level: Level | None = Field(default=None, sa_type=by_value(Level))
    asked_on: date
    by_applicant: bool = False
    state: ContestState = Field(default=ContestState.ASKED, sa_type=by_value(ContestState))
    revision: int = 1
    is_example: bool = False


class ContestDecision(Record, table=True):
    """What was decided of one certificate of a request, by whoever issues it; never changed.

    The digests are those of snapshots, of what was granted alone: what eligibility said of the award on the day, and
    all that this rested on. ``evaluation_id`` is there under an enterprise's scheme.
    """

    __table_args__ = (UniqueConstraint("request_id", "side"),)

    request_id: UUID = Field(foreign_key="contest_request.id")
    award_id: UUID = Field(foreign_key="award.id", index=True)
    person_id: UUID = Field(foreign_key="person.id", index=True)
    enterprise_id: UUID = Field(foreign_key="enterprise.id", index=True)
    side: CriterionSide = Field(sa_type=by_value(CriterionSide))
    granted: bool
    decided_on: date
    decided_by: str = Field(max_length=200)
    reason: str = Field(max_length=500)
    policy_digest: str | None = Field(default=None, max_length=64)
    facts_digest: str | None = Field(default=None, max_length=64)
    decision_digest: str | None = Field(default=None, max_length=64)
    engine_version: str | None = Field(default=None, max_length=40)
    evaluation_id: UUID | None = Field(default=None, foreign_key="evaluation.id", index=True)
    credential_id: UUID | None = Field(default=None, foreign_key="credential.id", unique=True)


append_only(ContestDecision)
