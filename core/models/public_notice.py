"""Public notices (公示) of results, and objections (异议) to them."""

from datetime import date
from enum import StrEnum
from uuid import UUID

from sqlmodel import Field, UniqueConstraint

from core.ladders import Level
from core.models.base import Record, append_only, by_value
from core.models.evaluation import Outcome


class PublicNotice(Record, table=True):
    """A notice of the results of a round, bound to them by ``results_digest``; never changed."""

    __table_args__ = (UniqueConstraint("round_id", "number"),)

    round_id: UUID = Field(foreign_key="round.id")
    enterprise_id: UUID = Field(foreign_key="enterprise.id", index=True)
    number: int
    posted_on: date
    results_digest: str = Field(max_length=64)


class NoticeRow(Record, table=True):
    """What a notice says of one application: who, aiming at what, with which outcome; never changed.

    Read by everybody who may read the round, while the notice lasts; ``corrections`` counts marks that were put right.
    ``name`` is as the policy had it shown.
    """

    __table_args__ = (UniqueConstraint("notice_id", "application_id"),)

    notice_id: UUID = Field(foreign_key="public_notice.id")
    round_id: UUID = Field(foreign_key="round.id", index=True)
    enterprise_id: UUID = Field(foreign_key="enterprise.id", index=True)
    application_id: UUID = Field(foreign_key="application.id", index=True)
    tally_id: UUID = Field(foreign_key="tally.id", index=True)
    name: str = Field(max_length=100)
    occupation: str | None = Field(default=None, max_length=20)
    trade: str | None = Field(default=None, max_length=60)
    skill_level: Level | None = Field(default=None, sa_type=by_value(Level))
    series: str | None = Field(default=None, max_length=60)
    specialty: str | None = Field(default=None, max_length=60)
    title_level: Level | None = Field(default=None, sa_type=by_value(Level))
    skill_outcome: Outcome | None = Field(default=None, sa_type=by_value(Outcome))
    title_outcome: Outcome | None = Field(default=None, sa_type=by_value(Outcome))
    corrections: int = 0


append_only(PublicNotice)
append_only(NoticeRow)


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
