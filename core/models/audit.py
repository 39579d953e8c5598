"""Audit events (审计事件): canonical, in order, and still verifiable after personal fields are erased."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, Index

from core.models.base import SEQUENCE, Table, UtcDateTime


class AuditEvent(Table, table=True):
    """One thing done. ``body`` is canonical JSON (RFC 8785); the other columns repeat parts of it for look-up.

    Names are kept as text, so that an event survives the account and the record it speaks of.
    """

    __table_args__ = (
        Index(None, "subject_kind", "subject_id", "seq"),
        Index(None, "tag", "seq"),
        {"sqlite_autoincrement": True},
    )

    seq: int | None = Field(default=None, primary_key=True, sa_type=SEQUENCE)
    at: datetime = Field(sa_type=UtcDateTime)
    tag: str = Field(max_length=80)
    actor_role: str = Field(max_length=40)
    actor_name: str = Field(max_length=200)
    subject_kind: str = Field(max_length=40)
    subject_id: str = Field(max_length=60)
    request_id: str = Field(max_length=60)
    reason: str = Field(max_length=500)
    body: str = Field(sa_type=sa.Text)
    body_digest: str = Field(max_length=64)


class AuditPersonal(Table, table=True):
    """The personal fields of one event, salted. The event holds only ``digest``, so this row can be erased."""

    event_seq: int = Field(primary_key=True, foreign_key="audit_event.seq", sa_type=SEQUENCE)
    salt: str = Field(max_length=64)
    content: str = Field(sa_type=sa.Text)
    digest: str = Field(max_length=64)
