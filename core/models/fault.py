"""Faults (故障) of wheels, and the technical quarantine (隔离) they lead to."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, Index

from core.models.base import Record, UtcDateTime, by_value

_OPEN = sa.text("lifted_at IS NULL")


class FaultKind(StrEnum):
    """What went wrong (故障类别)."""

    DRIFT = "drift"  # 内容与备案时的摘要不符
    UNREADABLE = "unreadable"  # 无法读取
    CRASH = "crash"  # 异常退出
    TIMEOUT = "timeout"  # 超时
    VIOLATION = "violation"  # 结果不合约定


FOUND_IN_STORE = (FaultKind.DRIFT, FaultKind.UNREADABLE)  # by looking at the stored bytes; nothing runs until mended


class Fault(Record, table=True):
    """One fault of a wheel, in both languages; ``quarantine_id`` is the quarantine that it led or added to.

    What a look at the store found stays open, and keeps the wheel from running, until another look finds it sound:
    ``closed_at``. Other faults happened once and have no end.
    """

    __table_args__ = (Index(None, "wheel_id", "at", "id"),)

    wheel_id: UUID = Field(foreign_key="wheel.id")
    kind: FaultKind = Field(sa_type=by_value(FaultKind))
    zh: str = Field(sa_type=sa.Text)
    en: str = Field(sa_type=sa.Text)
    at: datetime = Field(sa_type=UtcDateTime)
    request_id: str = Field(max_length=60)
    closed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    quarantine_id: UUID | None = Field(default=None, foreign_key="quarantine.id", index=True)


class Quarantine(Record, table=True):
    """A wheel kept from running for technical reasons. It is no suspension: the activation stays as it is."""

    __table_args__ = (
        Index("uq_quarantine_open", "wheel_id", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index(None, "wheel_id"),
    )

    wheel_id: UUID = Field(foreign_key="wheel.id")
    imposed_at: datetime = Field(sa_type=UtcDateTime)
    reason: str = Field(max_length=500)
    lifted_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    lifted_by: str | None = Field(default=None, max_length=200)
    lifted_reason: str | None = Field(default=None, max_length=500)
