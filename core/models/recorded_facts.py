"""Recorded facts (登记事实): what an evaluation office put on record of the facts that its scheme declares."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Field, UniqueConstraint

from core.models.base import JSON_MAP, Record, UtcDateTime, append_only


class RecordedFacts(Record, table=True):
    """One recording of some facts of a person, or of one of their evaluations; never changed.

    A correction is another row with the next ``revision``: of each fact the newest value counts, and None says that
    nothing is known any more. ``subject_id`` is the evaluation's id where there is one, else the person's;
    ``wheel_digest`` is the content of the ``version`` that ran and declared the facts.
    """

    __table_args__ = (UniqueConstraint("subject_id", "scheme_key", "revision"),)

    subject_id: UUID
    person_id: UUID = Field(foreign_key="person.id", index=True)
    evaluation_id: UUID | None = Field(default=None, foreign_key="evaluation.id", index=True)
    enterprise_id: UUID = Field(foreign_key="enterprise.id", index=True)
    scheme_key: str = Field(max_length=60)
    version: str = Field(max_length=40)
    wheel_digest: str = Field(max_length=64)
    revision: int
    facts: dict[str, Any] = Field(default_factory=dict, sa_type=JSON_MAP)
    basis: str = Field(max_length=300)
    reason: str = Field(max_length=500)
    recorded_at: datetime = Field(sa_type=UtcDateTime)


append_only(RecordedFacts)
