"""Listings of enterprises in the pilot (试点名单)."""

from datetime import date
from uuid import UUID

from sqlmodel import Field

from core.models.base import Record


class PilotListing(Record, table=True):
    """One stay on the pilot list, on the days ``[starts, ends)``; several stays of one enterprise never overlap.

    ``decision_id`` put it there, ``ended_decision_id`` took it away; those of before decisions were kept have none.
    """

    enterprise_id: UUID = Field(foreign_key="enterprise.id", index=True)
    batch: str = Field(max_length=60)
    basis: str = Field(max_length=300)
    priority_industry: str | None = Field(default=None, max_length=100)  # 重点产业
    starts: date
    ends: date | None = None
    reason: str = Field(max_length=500)
    ended_reason: str | None = Field(default=None, max_length=500)
    decision_id: UUID | None = Field(default=None, foreign_key="pilot_decision.id", index=True)
    ended_decision_id: UUID | None = Field(default=None, foreign_key="pilot_decision.id", index=True)
