"""Rows of correspondence catalogs (对应关系目录)."""

from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, UniqueConstraint

from core.ladders import Level
from core.models.base import Record, by_value


class CatalogRow(Record, table=True):
    """One row of a scheme version: both sides, and which directions it opens.

    ``…_years`` None takes the policy floor; ``…_clause`` is what the direction rests on.
    """

    __table_args__ = (UniqueConstraint("scheme_version_id", "number"),)

    scheme_version_id: UUID = Field(foreign_key="scheme_version.id")
    number: int
    occupation: str = Field(max_length=20, index=True)
    trade: str | None = Field(default=None, max_length=60)
    skill_level: Level = Field(sa_type=by_value(Level))
    series: str = Field(max_length=60)
    specialty: str = Field(max_length=60)
    title_level: Level = Field(sa_type=by_value(Level))
    starts: date
    ends: date | None = None
    skill_to_title: bool = False
    skill_to_title_years: int | None = None
    skill_to_title_clause: str | None = Field(default=None, sa_type=sa.Text)
    title_to_skill: bool = False
    title_to_skill_years: int | None = None
    title_to_skill_clause: str | None = Field(default=None, sa_type=sa.Text)
    dual_certificate: bool = False  # 一评双证
    dual_track: bool = False  # 双线晋升
