"""Committees (评审委员会), who sits on them, who is recused, and secret votes."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlmodel import Field, UniqueConstraint

from core.ladders import Level
from core.models.base import JSON_LIST, Record, UtcDateTime, by_value
from core.rounds.recusal import Ground


class Committee(Record, table=True):
    """A committee of a round for titles of a series, or of one specialty of it, up to a level; drawn once.

    ``seed`` and ``pool`` (``{"number", "outside"}``) are all that the draw was made of: see ``core.rounds.committee``.
    What was drawn from an enlarged pool, once nobody was left who could follow, stands in ``further_draws``, in its
    order (``{"seed", "pool", "drawn_on", "drawn_at"}``).
    """

    __table_args__ = (UniqueConstraint("round_id", "series", "specialty"),)

    round_id: UUID = Field(foreign_key="round.id")
    enterprise_id: UUID = Field(foreign_key="enterprise.id", index=True)
    series: str = Field(max_length=60)
    specialty: str | None = Field(default=None, max_length=60)
    highest: Level = Field(sa_type=by_value(Level))
    seats: int
    seed: str = Field(max_length=64)
    pool: list[dict[str, Any]] = Field(default_factory=list, sa_type=JSON_LIST)
    drawn_on: date
    drawn_at: datetime = Field(sa_type=UtcDateTime)
    further_draws: list[dict[str, Any]] = Field(default_factory=list, sa_type=JSON_LIST)


class CommitteeMember(Record, table=True):
    """An expert with a seat; ``present`` None until the meeting. Who stepped down keeps the row, and the reason."""

    __table_args__ = (UniqueConstraint("committee_id", "expert_id"),)

    committee_id: UUID = Field(foreign_key="committee.id")
    round_id: UUID = Field(foreign_key="round.id", index=True)
    enterprise_id: UUID = Field(foreign_key="enterprise.id", index=True)
    expert_id: UUID = Field(foreign_key="expert.id")
    person_id: UUID = Field(foreign_key="person.id", index=True)
    number: str = Field(max_length=40)
    is_outside: bool
    follows_id: UUID | None = Field(default=None, foreign_key="committee_member.id")
    present: bool | None = None
    stepped_down_on: date | None = None
    stepped_down_reason: str | None = Field(default=None, max_length=500)


class TieDeclaration(Record, table=True):
    """What somebody declared of a tie between one who acts in a round and one who applies (回避申明)."""

    __table_args__ = (UniqueConstraint("round_id", "actor_person_id", "applicant_person_id", "ground"),)

    round_id: UUID = Field(foreign_key="round.id")
    enterprise_id: UUID = Field(foreign_key="enterprise.id", index=True)
    actor_person_id: UUID = Field(foreign_key="person.id", index=True)
    applicant_person_id: UUID = Field(foreign_key="person.id", index=True)
    ground: Ground = Field(sa_type=by_value(Ground))
    declared_by: str = Field(max_length=200)
    declared_on: date
    reason: str = Field(max_length=500)


class TitleBallot(Record, table=True):
    """The vote on one title, as three numbers in one row and nothing else.

    Votes are counted in and kept nowhere, so that nothing can be joined with ``BallotRoll``: no row, order, moment or
    transaction of a single vote exists, and whatever somebody votes, the same row changes.
    """

    application_id: UUID = Field(foreign_key="application.id", unique=True)
    committee_id: UUID = Field(foreign_key="committee.id", index=True)
    enterprise_id: UUID = Field(foreign_key="enterprise.id", index=True)
    agree: int = 0
    disagree: int = 0
    abstain: int = 0


class BallotRoll(Record, table=True):
    """That a member has voted on a title; not what."""

    __table_args__ = (UniqueConstraint("application_id", "member_id"),)

    application_id: UUID = Field(foreign_key="application.id")
    committee_id: UUID = Field(foreign_key="committee.id", index=True)
    enterprise_id: UUID = Field(foreign_key="enterprise.id", index=True)
    member_id: UUID = Field(foreign_key="committee_member.id")
    person_id: UUID = Field(foreign_key="person.id", index=True)
    applicant_person_id: UUID = Field(foreign_key="person.id", index=True)
