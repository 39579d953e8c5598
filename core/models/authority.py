"""The two authorities of an enterprise to evaluate (评价权限), as dated evidence."""

from datetime import date
from enum import StrEnum
from uuid import UUID

from sqlmodel import Field

from core.ladders import Level
from core.models.base import Record, by_value


class AuthorityKind(StrEnum):
    """Which of the two authorities (权限类别)."""

    TITLE_REVIEW = "title_review"  # 职称自主评审权
    SKILL_RECOGNITION = "skill_recognition"  # 职业技能等级认定


class Authority(Record, table=True):
    """What an enterprise may evaluate: a title series, or an occupation, up to ``highest``, on ``[starts, ends)``."""

    enterprise_id: UUID = Field(foreign_key="enterprise.id", index=True)
    kind: AuthorityKind = Field(sa_type=by_value(AuthorityKind))
    series: str | None = Field(default=None, max_length=60)
    occupation: str | None = Field(default=None, max_length=20)
    highest: Level = Field(sa_type=by_value(Level))
    document: str = Field(max_length=300)
    starts: date
    ends: date | None = None
