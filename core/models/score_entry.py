"""Marks (评分记录) of assessors in a round, and what they come to (评价结果)."""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, Index, UniqueConstraint

from core.models.base import Record, UtcDateTime, append_only, by_value
from core.models.evaluation import Outcome
from core.scoring_tables import CriterionSide

_FIRST = sa.text("replaces_id IS NULL")


class ScoreEntry(Record, table=True):
    """Points on one criterion by one assessor; never changed. A correction is another entry that ``replaces`` it.

    Of each chain the entry counts that nothing replaces; ``weight`` is in thousandths.
    """

    __table_args__ = (
        Index(
            "uq_score_entry_first",
            "application_id",
            "criterion",
            "assessor_id",
            unique=True,
            sqlite_where=_FIRST,
            postgresql_where=_FIRST,
        ),
    )

    application_id: UUID = Field(foreign_key="application.id")
    round_id: UUID = Field(foreign_key="round.id", index=True)
    enterprise_id: UUID = Field(foreign_key="enterprise.id", index=True)
    assessor_id: UUID = Field(foreign_key="round_assessor.id", index=True)
    assessor_person_id: UUID = Field(foreign_key="person.id", index=True)
    criterion: str = Field(max_length=60)
    side: CriterionSide = Field(sa_type=by_value(CriterionSide))
    points: int
    weight: int
    replaces_id: UUID | None = Field(default=None, foreign_key="score_entry.id", unique=True)
    at: datetime = Field(sa_type=UtcDateTime)
    reason: str = Field(max_length=500)


class Tally(Record, table=True):
    """The results of one application as core worked them out; never changed. The highest ``number`` counts.

    Totals are in thousandths of a point; ``voters`` are the members present who could vote on the title.
    ``marks_digest`` is of the marks that it rests on: others now, and it is out of date. The other digests are those of
    the evaluation that is recorded from it in the end.
    """

    __table_args__ = (UniqueConstraint("application_id", "number"),)

    application_id: UUID = Field(foreign_key="application.id")
    round_id: UUID = Field(foreign_key="round.id", index=True)
    enterprise_id: UUID = Field(foreign_key="enterprise.id", index=True)
    person_id: UUID = Field(foreign_key="person.id", index=True)
    number: int
    decided_on: date
    skill_outcome: Outcome | None = Field(default=None, sa_type=by_value(Outcome))
    title_outcome: Outcome | None = Field(default=None, sa_type=by_value(Outcome))
    skill_total: int | None = None
    title_total: int | None = None
    voters: int | None = None
    agree: int | None = None
    marks_digest: str = Field(max_length=64)
    scheme_digest: str = Field(max_length=80)
    policy_digest: str = Field(max_length=80)
    calendar_digest: str = Field(max_length=80)
    facts_digest: str = Field(max_length=80)
    engine_version: str = Field(max_length=40)
    decision_digest: str = Field(max_length=64)
    skill_score_digest: str | None = Field(default=None, max_length=64)
    title_score_digest: str | None = Field(default=None, max_length=64)
    at: datetime = Field(sa_type=UtcDateTime)
    reason: str = Field(max_length=500)


append_only(ScoreEntry)
append_only(Tally)
