"""Competitions (竞赛)."""

from datetime import date
from uuid import UUID

from sqlmodel import Field, UniqueConstraint

from core.facts import ContestTier
from core.models.base import Record, by_value, sorted_text


class Competition(Record, table=True):
    """One competition as it was held. ``enterprise_id`` is whose contest (岗位竞赛、技能比武) it was."""

    __table_args__ = (UniqueConstraint("zh", "held_on"),)

    zh: str = Field(sa_type=sorted_text(200))
    en: str | None = Field(default=None, max_length=200)
    tier: ContestTier = Field(sa_type=by_value(ContestTier))
    year: int
    held_on: date
    basis: str = Field(max_length=300)
    enterprise_id: UUID | None = Field(default=None, foreign_key="enterprise.id", index=True)
    is_example: bool = False
