"""Service tokens (服务令牌): with which other systems act."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Field, Index

from core.models.base import JSON_LIST, Record, UtcDateTime, by_value
from core.permissions import Role


class ServiceToken(Record, table=True):
    """One token, shown once and kept as the digest of its secret (SHA-256, hex).

    It holds ``permissions``, in ``enterprise_id`` alone where there is one, on ``[starts_at, ends_at)``, and of those
    only what ``role`` may still do: the role of whoever minted it, or minted what minted it. ``minted_by`` is their
    name, for the record. ``last_used_at`` is right to a minute.
    """

    __table_args__ = (Index(None, "enterprise_id", "id"),)

    name: str = Field(max_length=100)
    digest: str = Field(max_length=64)
    permissions: list[Any] = Field(sa_type=JSON_LIST)
    role: Role = Field(sa_type=by_value(Role))
    enterprise_id: UUID | None = Field(default=None, foreign_key="enterprise.id")
    starts_at: datetime = Field(sa_type=UtcDateTime)
    ends_at: datetime = Field(sa_type=UtcDateTime)
    minted_at: datetime = Field(sa_type=UtcDateTime)
    minted_by: str = Field(max_length=200)
    account_id: UUID | None = Field(default=None, foreign_key="account.id", index=True)
    parent_id: UUID | None = Field(default=None, foreign_key="service_token.id", index=True)
    last_used_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    revoked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    revoked_by: str | None = Field(default=None, max_length=200)
    is_example: bool = False
