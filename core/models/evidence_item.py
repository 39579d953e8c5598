"""Evidence (业绩材料) that a scheme declares and conditions count."""

from datetime import date
from uuid import UUID

from sqlmodel import Field

from core.models.base import Record


class EvidenceItem(Record, table=True):
    """An amount of one kind of evidence; ``scheme_key`` says which scheme declared the kind."""

    person_id: UUID = Field(foreign_key="person.id", index=True)
    scheme_key: str = Field(max_length=60)
    key: str = Field(max_length=60)
    amount: int
    since: date
