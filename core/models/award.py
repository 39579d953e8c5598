"""Results in competitions (获奖)."""

from datetime import date
from uuid import UUID

from sqlmodel import Field, UniqueConstraint

from core.facts import ContestRank
from core.models.base import Record, by_value


class Award(Record, table=True):
    """What a person reached in a competition; ``position`` (名次) among ``participants`` where known."""

    __table_args__ = (UniqueConstraint("competition_id", "person_id", "occupation"),)

    competition_id: UUID = Field(foreign_key="competition.id")
    person_id: UUID = Field(foreign_key="person.id", index=True)
    occupation: str = Field(max_length=20)
    rank: ContestRank = Field(sa_type=by_value(ContestRank))
    position: int | None = None
    participants: int | None = None
    awarded_on: date
