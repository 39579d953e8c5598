"""Activations (启用): on which days which version of a scheme runs."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlmodel import Field, Index

from core.models.base import Record, Table, UtcDateTime, by_value


class ActivationState(StrEnum):
    """The machine of an activation (启用状态)."""

    ACTIVE = "active"  # 启用
    SUSPENDED = "suspended"  # 暂停
    RETIRED = "retired"  # 停用


class Activation(Record, table=True):
    """The state of one version on the days ``[starts, ends)``, as it was on record on ``[recorded_at, withdrawn_at)``.

    A change withdraws rows and adds others; nothing is rewritten, so that what was known at any moment stays readable.
    Of the rows that stand, those of one version never overlap, nor do the active and suspended ones of one scheme.
    """

    __table_args__ = (Index(None, "scheme_id", "withdrawn_at"),)

    scheme_id: UUID = Field(foreign_key="scheme.id")
    filing_id: UUID = Field(foreign_key="filing.id", index=True)
    state: ActivationState = Field(sa_type=by_value(ActivationState))
    starts: date
    ends: date | None = None
    recorded_at: datetime = Field(sa_type=UtcDateTime)
    withdrawn_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    actor_role: str = Field(max_length=40)
    actor_name: str = Field(max_length=200)
    reason: str = Field(max_length=500)


class PluginEpoch(Table, table=True):
    """One number that rises with every change in what may run. No row: nothing ever changed.

    The row's lock makes changes follow one another, so a number once read is never reached by a change committed later,
    as the number of an audit event may be.
    """

    id: int = Field(default=1, primary_key=True)
    number: int
