"""Snapshots (快照): what decisions rested on, as canonical JSON by digest, so that they can be replayed."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Field

from core.models.base import Table, UtcDateTime, by_value


class SnapshotKind(StrEnum):
    """What a snapshot is of (快照类别)."""

    CALENDAR = "calendar"  # 工作日历
    DECISION = "decision"  # 资格判定
    FACTS = "facts"  # 个人事实
    POLICY = "policy"  # 政策包
    SCHEME = "scheme"  # 工作方案
    SCORE = "score"  # 评分
    VOCABULARY = "vocabulary"  # 词表


class Snapshot(Table, table=True):
    """One content (RFC 8785) under its SHA-256. Facts carry no name, but they are a person's, so they can be erased."""

    digest: str = Field(max_length=64, primary_key=True)
    kind: SnapshotKind = Field(sa_type=by_value(SnapshotKind))
    content: str = Field(sa_type=sa.Text)
    stored_at: datetime = Field(sa_type=UtcDateTime)
