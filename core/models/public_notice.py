"""Public notices (公示) of results, and objections (异议) to them."""

from datetime import date
from enum import StrEnum
from uuid import UUID

from sqlmodel import Field, UniqueConstraint

from core.models.base import Record, append_only, by_value


class PublicNotice(Record, table=True):
    """A notice of the results of a round, bound to them by ``results_digest``; never changed."""

    __table_args__ = (UniqueConstraint("round_id", "number"),)

    round_id: UUID = Field(foreign_key="round.id")
    enterprise_id: UUID = Field(foreign_key="enterprise.id", index=True)
    number: int
    posted_on: date
    results_digest: str = Field(max_length=64)


append_only(PublicNotice)


class ObjectionState(StrEnum):
    """What became of an objection (异议处理)."""

    OPEN = "open"  # 未答复
    UPHELD = "upheld"  # 成立
    DISMISSED = "dismissed"  # 不成立


class Objection(Record, table=True):
    """An objection by name to a noticed result. The day its answer is due is counted as deadlines are."""

    round_id: UUID = Field(foreign_key="round.id", index=True)
    enterprise_id: UUID = Field(foreign_key="enterprise.id", index=True)
    application_id: UUID | None = Field(default=None, foreign_key="application.id", index=True)
    objector_person_id: UUID = Field(foreign_key="person.id", index=True)
    text: str = Field(max_length=2000)
    raised_on: date
    answer_days: int
    answer_due: date
    calendar_digest: str = Field(max_length=64)
    provisional: bool = False
    state: ObjectionState = Field(default=ObjectionState.OPEN, sa_type=by_value(ObjectionState))
    revision: int = 1
    answer: str | None = Field(default=None, max_length=2000)
    answered_on: date | None = None
    answered_by: str | None = Field(default=None, max_length=200)
