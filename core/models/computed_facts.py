"""Computed facts (计算事实): what a scheme's own code made of a person's evidence, kept until either changes."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Field, UniqueConstraint

from core.models.base import JSON_MAP, Record, UtcDateTime


class ComputedFacts(Record, table=True):
    """The facts of one person under one scheme, by key; they stay with the enterprise whose scheme it is.

    ``wheel_digest`` is the content of the ``version`` whose code computed them, ``basis`` the digest of the evidence
    that it was given: where either is no longer so, they are computed anew.
    """

    __table_args__ = (UniqueConstraint("person_id", "scheme_key"),)

    person_id: UUID = Field(foreign_key="person.id")
    enterprise_id: UUID = Field(foreign_key="enterprise.id", index=True)
    scheme_key: str = Field(max_length=60, index=True)
    version: str = Field(max_length=40)
    wheel_digest: str = Field(max_length=64)
    basis: str = Field(max_length=64)
    facts: dict[str, Any] = Field(default_factory=dict, sa_type=JSON_MAP)
    computed_at: datetime = Field(sa_type=UtcDateTime)
