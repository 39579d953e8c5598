"""Filings (备案申请) of scheme versions: how far each has come, and the bytes that its approvals are bound to."""

from datetime import date
from enum import StrEnum
from uuid import UUID

from sqlmodel import Field, Index, UniqueConstraint

from core.models.base import Record, by_value


class FilingState(StrEnum):
    """The machine of a filing (备案状态)."""

    DRAFT = "draft"  # 草稿
    SUBMITTED = "submitted"  # 已提交
    COUNTERSIGNED = "countersigned"  # 已会签
    RETURNED = "returned"  # 已退回
    RECORDED = "recorded"  # 已备案
    SUPERSEDED = "superseded"  # 已被新版本取代


class Filing(Record, table=True):
    """The filing of one version of a scheme.

    ``digest`` is the content under review; ``round`` counts submissions, and only approvals of this round and digest
    count; ``revision`` counts steps, so that a reviewer who decides on what somebody else has changed is refused. On
    record on ``[effective_from, effective_until)``.
    """

    __table_args__ = (UniqueConstraint("scheme_id", "version"), Index(None, "state", "id"))

    scheme_id: UUID = Field(foreign_key="scheme.id")
    version: str = Field(max_length=40)
    wheel_id: UUID = Field(foreign_key="wheel.id", index=True)
    digest: str = Field(max_length=64)
    industry_authority: str = Field(max_length=200)  # 行业主管部门
    state: FilingState = Field(default=FilingState.DRAFT, sa_type=by_value(FilingState))
    revision: int = 0
    round: int = 0
    record_number: str | None = Field(default=None, max_length=60, unique=True)
    effective_from: date | None = None
    effective_until: date | None = None
    scheme_version_id: UUID | None = Field(default=None, foreign_key="scheme_version.id", unique=True)
