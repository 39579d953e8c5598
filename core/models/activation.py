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
    """The state of one version on the days ``[starts, ends)``, decided at ``recorded_at`` by whom it names, and why.

    A change withdraws rows and adds others; nothing is rewritten, so that what was known at any moment stays readable.
    Days that a later decision leaves as they were are rows again: pieces of the one that was decided (``piece_of``),
    with its actor, reason and moment, known since ``changed_at``, when the decision ``changed_by`` took the other days;
    None when what had taken days was withdrawn. ``withdrawn_by`` is the decision that a row gave way to. So a row was
    on record on ``[changed_at or recorded_at, withdrawn_at)``. Of the rows that stand, those of one version never
    overlap, nor do the active and suspended ones of one scheme.
    """

    __table_args__ = (Index(None, "scheme_id", "withdrawn_at"),)

    scheme_id: UUID = Field(foreign_key="scheme.id")
    filing_id: UUID = Field(foreign_key="filing.id", index=True)
    state: ActivationState = Field(sa_type=by_value(ActivationState))
    starts: date
    ends: date | None = None
    recorded_at: datetime = Field(sa_type=UtcDateTime)
    withdrawn_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    piece_of: UUID | None = Field(default=None, foreign_key="activation.id")
    changed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    changed_by: UUID | None = Field(default=None, foreign_key="activation.id")
    withdrawn_by: UUID | None = Field(default=None, foreign_key="activation.id", index=True)
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
