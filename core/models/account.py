"""Accounts (账户): who may sign in, as whom, and by what."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Field, UniqueConstraint

from core.models.base import Record, UtcDateTime, by_value, sorted_text
from core.permissions import Role


class Account(Record, table=True):
    """One account. ``name`` is typed at sign-in and kept in audit events.

    A role is bound as its permissions ask: ``enterprise_id`` for those of an enterprise, ``person_id`` for one's own,
    ``authority`` (行业主管部门) for a reviewer. It signs in by a password, by the subject of an OIDC provider, or by
    either. Whatever was issued before ``valid_from`` is void.
    """

    __table_args__ = (UniqueConstraint("oidc_issuer", "oidc_subject"),)

    name: str = Field(sa_type=sorted_text(100), unique=True)
    role: Role = Field(sa_type=by_value(Role))
    enterprise_id: UUID | None = Field(default=None, foreign_key="enterprise.id", index=True)
    person_id: UUID | None = Field(default=None, foreign_key="person.id", index=True)
    authority: str | None = Field(default=None, max_length=200)
    password_hash: str | None = Field(default=None, max_length=200)
    oidc_issuer: str | None = Field(default=None, max_length=300)
    oidc_subject: str | None = Field(default=None, max_length=255)
    opened_at: datetime = Field(sa_type=UtcDateTime)
    valid_from: datetime = Field(sa_type=UtcDateTime)
    disabled_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    is_example: bool = False
