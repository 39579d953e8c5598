"""The expert pool (专家库) of an enterprise, and who scores in a round (考评人员)."""

from datetime import date
from uuid import UUID

from sqlmodel import Field, UniqueConstraint

from core.ladders import Level
from core.models.base import Record, by_value, sorted_text


class Expert(Record, table=True):
    """Somebody of the pool, on the days ``[starts, ends)``; ``level`` is the own title, ``number`` what a draw uses."""

    __table_args__ = (UniqueConstraint("enterprise_id", "number"), UniqueConstraint("enterprise_id", "person_id"))

    enterprise_id: UUID = Field(foreign_key="enterprise.id")
    person_id: UUID = Field(foreign_key="person.id", index=True)
    number: str = Field(sa_type=sorted_text(40))
    series: str = Field(max_length=60)
    specialty: str = Field(max_length=60)
    level: Level = Field(sa_type=by_value(Level))
    unit: str = Field(max_length=200)  # 工作单位
    is_outside: bool = False  # 外单位
    starts: date
    ends: date | None = None
    revision: int = 1


class RoundAssessor(Record, table=True):
    """Somebody who scores in a round, until released."""

    __table_args__ = (UniqueConstraint("round_id", "person_id"),)

    round_id: UUID = Field(foreign_key="round.id")
    enterprise_id: UUID = Field(foreign_key="enterprise.id", index=True)
    person_id: UUID = Field(foreign_key="person.id", index=True)
    name: str = Field(max_length=100)
    assigned_on: date
    released_on: date | None = None
