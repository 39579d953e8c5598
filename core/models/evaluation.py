"""Evaluations (评价) and their scores (评分)."""

from datetime import date
from enum import StrEnum
from uuid import UUID

from sqlmodel import Field, Index, UniqueConstraint

from core.ladders import Level
from core.models.base import Record, by_value
from core.schemes import CriterionSide


class Outcome(StrEnum):
    """Result of one side of an evaluation (评价结果); each side can fail alone."""

    PASSED = "passed"  # 通过
    FAILED = "failed"  # 未通过


class EvaluationOrigin(StrEnum):
    """Where an evaluation comes from (评价来源)."""

    ROUND = "round"  # 评价批次
    CONTEST = "contest"  # 以赛代评
    IMPORT = "import"  # 补录


class Evaluation(Record, table=True):
    """One evaluation of a person, with the digests of everything it rested on, so that it can be replayed.

    ``decision_digest`` and the scores' are those of snapshots, which name the rest again; a side that nobody scored, as
    in a contest in place of an evaluation, has none. One that was decided before the scheme's first round here is
    put on record afterwards (``IMPORT``), from ``source_document``; it issues nothing.
    """

    __table_args__ = (Index(None, "enterprise_id", "decided_on", "id"),)

    application_id: UUID | None = Field(default=None, foreign_key="application.id", index=True)
    round_id: UUID | None = Field(default=None, foreign_key="round.id", index=True)
    person_id: UUID = Field(foreign_key="person.id", index=True)
    enterprise_id: UUID = Field(foreign_key="enterprise.id")
    scheme_version_id: UUID = Field(foreign_key="scheme_version.id", index=True)
    reference_day: date
    occupation: str | None = Field(default=None, max_length=20)
    trade: str | None = Field(default=None, max_length=60)
    skill_level: Level | None = Field(default=None, sa_type=by_value(Level))
    series: str | None = Field(default=None, max_length=60)
    specialty: str | None = Field(default=None, max_length=60)
    title_level: Level | None = Field(default=None, sa_type=by_value(Level))
    skill_outcome: Outcome | None = Field(default=None, sa_type=by_value(Outcome))
    title_outcome: Outcome | None = Field(default=None, sa_type=by_value(Outcome))
    decided_on: date
    scheme_digest: str = Field(max_length=80)
    policy_digest: str = Field(max_length=80)
    calendar_digest: str = Field(max_length=80)
    facts_digest: str = Field(max_length=80)
    engine_version: str = Field(max_length=40)
    decision_digest: str | None = Field(default=None, max_length=64)
    skill_score_digest: str | None = Field(default=None, max_length=64)
    title_score_digest: str | None = Field(default=None, max_length=64)
    origin: EvaluationOrigin = Field(sa_type=by_value(EvaluationOrigin))
    source_document: str | None = Field(default=None, max_length=500)
    is_example: bool = False


class Score(Record, table=True):
    """Points on one criterion, by one assessor; ``weight`` in thousandths."""

    __table_args__ = (UniqueConstraint("evaluation_id", "criterion", "side", "assessor_name"),)

    evaluation_id: UUID = Field(foreign_key="evaluation.id")
    criterion: str = Field(max_length=60)
    side: CriterionSide = Field(sa_type=by_value(CriterionSide))
    points: int
    weight: int
    assessor_name: str = Field(max_length=100)
