"""Evidence (业绩材料) that a scheme declares and conditions count."""

from datetime import date
from uuid import UUID

from sqlmodel import Field

from core.models.base import Record


class EvidenceItem(Record, table=True):
    """An amount of one kind of evidence: ``key`` as conditions name it, ``scheme_key`` the scheme that declared it."""

    person_id: UUID = Field(foreign_key="person.id", index=True)
    scheme_key: str | None = Field(default=None, max_length=60)
    key: str = Field(max_length=60)
    amount: int
    since: date
