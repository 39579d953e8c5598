"""Completed education (学历)."""

from datetime import date
from uuid import UUID

from sqlmodel import Field

from core.facts import EducationLevel
from core.models.base import JSON_LIST, Record, by_value


class Schooling(Record, table=True):
    """One completed education, with the occupations and specialties (``series:specialty``) that its field serves."""

    person_id: UUID = Field(foreign_key="person.id", index=True)
    level: EducationLevel = Field(sa_type=by_value(EducationLevel))
    graduated_on: date
    school: str = Field(max_length=200)
    occupations: list[str] = Field(default_factory=list, sa_type=JSON_LIST)
    specialties: list[str] = Field(default_factory=list, sa_type=JSON_LIST)
