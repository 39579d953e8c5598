"""Decisions on the pilot list (试点名单的调整)."""

from datetime import date

from sqlmodel import Field, Index

from core.models.base import Record, append_only


class PilotDecision(Record, table=True):
    """One announced change of the pilot list: its batch, the document that it rests on, from which day it holds, why.

    Listings name the decision that they began with and the one that ended them.
    """

    __table_args__ = (Index(None, "effective_on", "id"),)

    batch: str = Field(max_length=60)
    basis: str = Field(max_length=300)
    decided_on: date
    effective_on: date
    reason: str = Field(max_length=500)


append_only(PilotDecision)
