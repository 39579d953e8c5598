"""Coaches of winners (技术指导专家)."""

from uuid import UUID

from sqlmodel import Field, UniqueConstraint

from core.models.base import Record


class Coaching(Record, table=True):
    """That a person coached whoever holds an award, on record as the competition's organizers confirmed it."""

    __table_args__ = (UniqueConstraint("award_id", "person_id"),)

    award_id: UUID = Field(foreign_key="award.id")
    person_id: UUID = Field(foreign_key="person.id", index=True)
    basis: str = Field(max_length=300)
