"""Access tokens (访问令牌) that were revoked before their end."""

from datetime import datetime

from sqlmodel import Field

from core.models.base import Record, UtcDateTime


class RevokedToken(Record, table=True):
    """One token by ``key``, the digest of its issuer and id; after ``until`` it is void by itself."""

    key: str = Field(max_length=64, unique=True)
    until: datetime = Field(sa_type=UtcDateTime, index=True)
