"""Artifacts (方案文件): what enterprises uploaded, by the digest of its bytes."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field

from core.models.base import Table, UtcDateTime, append_only


class Artifact(Table, table=True):
    """The bytes of one file, under their SHA-256. Never changed, never deleted: approvals rest on them for years."""

    digest: str = Field(max_length=64, primary_key=True)
    content: bytes = Field(sa_type=sa.LargeBinary)
    size: int
    filename: str = Field(max_length=200)
    media_type: str = Field(max_length=100)
    stored_at: datetime = Field(sa_type=UtcDateTime)


append_only(Artifact)
