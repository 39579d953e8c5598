"""Wheels (方案包): one for each content, and what verifying it found each time."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlmodel import Field, Index, UniqueConstraint

from core.models.base import JSON_LIST, JSON_MAP, Record, UtcDateTime, append_only, by_value


class WheelState(StrEnum):
    """The machine of a wheel (方案包状态)."""

    VERIFIED = "verified"  # 校验通过
    REJECTED = "rejected"  # 校验未通过


class Wheel(Record, table=True):
    """One content of a scheme, whatever file carried it: ``digest`` is the content's, not the file's.

    A row an enterprise: what cannot be read names nobody, and two may upload the same of it without knowing. It is
    read under ``filename``, the name it came with. ``distribution`` is absent when the scheme came without a package;
    key and version when they could not be read. ``state`` repeats the newest verification. ``tables`` are the digests
    of the frozen tables of its own scorers by criterion, each kept like an artifact; once frozen they stay.
    """

    __table_args__ = (UniqueConstraint("enterprise_id", "digest"),)

    digest: str = Field(max_length=64, index=True)
    artifact_digest: str = Field(max_length=64, foreign_key="artifact.digest", index=True)
    filename: str = Field(max_length=200)
    enterprise_id: UUID = Field(foreign_key="enterprise.id", index=True)
    distribution: str | None = Field(default=None, max_length=200)
    key: str | None = Field(default=None, max_length=60, index=True)
    version: str | None = Field(default=None, max_length=40)
    state: WheelState = Field(sa_type=by_value(WheelState))
    registered_at: datetime = Field(sa_type=UtcDateTime)
    registered_by: str = Field(max_length=200)
    tables: dict[str, str] = Field(default_factory=dict, sa_type=JSON_MAP)


class Verification(Record, table=True):
    """What verifying a wheel found at one moment, against which policy: history, so that no later run rewrites it."""

    __table_args__ = (Index(None, "wheel_id", "at", "id"),)

    wheel_id: UUID = Field(foreign_key="wheel.id")
    state: WheelState = Field(sa_type=by_value(WheelState))
    findings: list[dict[str, Any]] = Field(default_factory=list, sa_type=JSON_LIST)
    contract: str | None = Field(default=None, max_length=20)
    policy_digest: str = Field(max_length=64)
    at: datetime = Field(sa_type=UtcDateTime)


append_only(Verification)
