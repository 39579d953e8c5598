"""Schemes (工作方案) of pilot enterprises and their versions."""

from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, Index, UniqueConstraint

from core.models.base import JSON_LIST, Record, sorted_text


class Scheme(Record, table=True):
    """One scheme of one enterprise, over all its versions."""

    key: str = Field(sa_type=sorted_text(60), unique=True)
    enterprise_id: UUID = Field(foreign_key="enterprise.id", index=True)


class SchemeVersion(Record, table=True):
    """One version: its document as canonical JSON, its digest, its own period, and the days it was on record (备案).

    ``[starts, ends)`` is what the scheme says of itself; ``[recorded_from, recorded_until)`` what the bureau did.
    ``facts`` are those that it adds to the graph, as its document declares them: key, both names, type, on, computed.
    """

    __table_args__ = (
        UniqueConstraint("scheme_id", "version"),
        Index(None, "recorded_from", "recorded_until"),
    )

    scheme_id: UUID = Field(foreign_key="scheme.id")
    version: str = Field(max_length=40)
    zh: str = Field(max_length=200)
    en: str = Field(max_length=200)
    digest: str = Field(max_length=80)
    document: str = Field(sa_type=sa.Text)
    facts: list[dict[str, Any]] = Field(default_factory=list, sa_type=JSON_LIST)
    starts: date
    ends: date | None = None
    recorded_from: date | None = None
    recorded_until: date | None = None
    record_number: str | None = Field(default=None, max_length=60)
    is_example: bool = False
