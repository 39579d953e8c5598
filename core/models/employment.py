"""Employments (任职经历)."""

from datetime import date
from uuid import UUID

from sqlmodel import Field, Index

from core.models.base import Record


class Employment(Record, table=True):
    """One person on one post of one enterprise, on the days ``[starts, ends)``."""

    __table_args__ = (Index(None, "enterprise_id", "ends"),)

    person_id: UUID = Field(foreign_key="person.id", index=True)
    enterprise_id: UUID = Field(foreign_key="enterprise.id")
    post: str = Field(max_length=100)
    occupation: str | None = Field(default=None, max_length=20)
    series: str | None = Field(default=None, max_length=60)
    specialty: str | None = Field(default=None, max_length=60)
    frontline: bool = False  # 一线
    starts: date
    ends: date | None = None
