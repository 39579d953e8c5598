"""Evaluation rounds (评价批次): their steps and their deadlines."""

from datetime import date, datetime
from uuid import UUID

from sqlmodel import Field, Index, UniqueConstraint

from core.models.base import JSON_LIST, Record, UtcDateTime, append_only, by_value, sorted_text
from core.rounds.deadlines import Term
from core.rounds.steps import RoundState, RoundStepKind


class Round(Record, table=True):
    """One round of an enterprise under one version of its scheme, for good.

    ``reference_day`` is the day on which eligibility is decided for everybody; applications are taken up to and with
    ``applications_until``. ``revision`` counts steps, ``pulse`` whatever is done in the round, raised under its lock
    (``lock_round``). ``plan_number`` is given once and never changes.
    """

    __table_args__ = (Index(None, "enterprise_id", "announced_on", "id"), Index(None, "state", "id"))

    enterprise_id: UUID = Field(foreign_key="enterprise.id")
    scheme_version_id: UUID = Field(foreign_key="scheme_version.id", index=True)
    filing_id: UUID = Field(foreign_key="filing.id")
    zh: str = Field(max_length=200)
    announced_on: date
    reference_day: date
    applications_until: date
    state: RoundState = Field(default=RoundState.ANNOUNCED, sa_type=by_value(RoundState))
    revision: int = 1
    pulse: int = 0
    plan_number: str | None = Field(default=None, sa_type=sorted_text(60), unique=True)
    is_example: bool = False


class RoundStep(Record, table=True):
    """One step of a round and the state it led to; never changed. ``number`` is the round's revision after it.

    ``own_step`` is the key of a step of the scheme's own, ``term`` what was extended; ``comments`` of a return are
    ``{"row", "comment"}``.
    """

    __table_args__ = (UniqueConstraint("round_id", "number"),)

    round_id: UUID = Field(foreign_key="round.id")
    enterprise_id: UUID = Field(foreign_key="enterprise.id", index=True)
    number: int
    step: RoundStepKind = Field(sa_type=by_value(RoundStepKind))
    state: RoundState = Field(sa_type=by_value(RoundState))
    actor_role: str = Field(max_length=40)
    actor_name: str = Field(max_length=200)
    taken_on: date
    at: datetime = Field(sa_type=UtcDateTime)
    reason: str = Field(max_length=500)
    own_step: str | None = Field(default=None, max_length=60)
    term: Term | None = Field(default=None, sa_type=by_value(Term))
    comments: list[dict[str, str]] = Field(default_factory=list, sa_type=JSON_LIST)


class RoundDeadline(Record, table=True):
    """A deadline of a round as one step set it; never changed. Of each term the one of the latest step counts.

    ``days`` working days after ``starts``, by the calendar of that digest; None: the day was set by hand.
    """

    __table_args__ = (UniqueConstraint("round_id", "term", "number"),)

    round_id: UUID = Field(foreign_key="round.id")
    enterprise_id: UUID = Field(foreign_key="enterprise.id", index=True)
    term: Term = Field(sa_type=by_value(Term))
    number: int
    starts: date
    days: int | None = None
    due: date
    calendar_digest: str = Field(max_length=64)
    provisional: bool = False


append_only(RoundStep)
append_only(RoundDeadline)
