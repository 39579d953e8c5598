"""Parts of schemes that the bureau holds up to others as replicable (可复制)."""

from datetime import date
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, Index

from core.models.base import JSON_LIST, Record


class ReplicablePart(StrEnum):
    """An element of a scheme that others may take over (可复制内容); conditions go with groups and catalog."""

    CATALOG = "catalog"  # 对应关系目录与资格条件
    GROUPS = "groups"  # 具体人群
    STANDARDS = "standards"  # 评价标准
    PROCESS = "process"  # 评价流程


_STANDS = sa.text("withdrawn_on IS NULL")


class Replicable(Record, table=True):
    """That parts of a version on record may be taken over, and why, until it is withdrawn; one mark stands a version.

    What it says of the version is repeated here: whoever may clone it need not be able to read the scheme's own rows.
    """

    __table_args__ = (
        Index(
            "uq_replicable_scheme_version_id",
            "scheme_version_id",
            unique=True,
            sqlite_where=_STANDS,
            postgresql_where=_STANDS,
        ),
    )

    scheme_version_id: UUID = Field(foreign_key="scheme_version.id")
    owner_id: UUID = Field(foreign_key="enterprise.id")
    scheme_key: str = Field(max_length=60)
    version: str = Field(max_length=40)
    zh: str = Field(max_length=200)
    en: str = Field(max_length=200)
    parts: list[str] = Field(default_factory=list, sa_type=JSON_LIST)
    marked_on: date
    marked_by: str = Field(max_length=200)
    reason: str = Field(max_length=500)
    revision: int = 1
    withdrawn_on: date | None = None
    withdrawn_reason: str | None = Field(default=None, max_length=500)
