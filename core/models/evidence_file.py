"""Files that show what an applicant puts forward (证明材料), sealed, for they speak of people."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, Index, UniqueConstraint

from core.models.base import Record, UtcDateTime


class EvidenceFile(Record, table=True):
    """A file about a person; ``digest`` is of the bytes before they were sealed (SHA-256), and claims name it.

    It is of ``enterprise_id`` where the office uploaded it, of the person alone otherwise. One that no application
    names is deleted after a while (``cleared_at``); that there was such a file stays.
    """

    __table_args__ = (Index(None, "person_id", "digest"),)

    person_id: UUID = Field(foreign_key="person.id")
    enterprise_id: UUID | None = Field(default=None, foreign_key="enterprise.id", index=True)
    filename: str = Field(max_length=200)
    media_type: str = Field(max_length=100)
    digest: str = Field(max_length=64)
    size: int
    stored_at: datetime = Field(sa_type=UtcDateTime)
    cleared_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class EvidenceFilePart(Record, table=True):
    """A piece of such a file, sealed; in order by ``number``."""

    __table_args__ = (UniqueConstraint("file_id", "number"),)

    file_id: UUID = Field(foreign_key="evidence_file.id")
    number: int
    key_id: str = Field(max_length=40)
    data: bytes = Field(sa_type=sa.LargeBinary)
