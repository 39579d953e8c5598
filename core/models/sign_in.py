"""Sign-ins (登录会话): what a cookie stands for, and the record of who signed in when."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlmodel import Field

from core.models.base import Record, UtcDateTime, by_value


class SignInKind(StrEnum):
    """By what one signed in (登录方式)."""

    OIDC = "oidc"  # 统一身份认证
    PASSWORD = "password"  # 密码


class SignIn(Record, table=True):
    """One session. The cookie holds a random secret, and this only its digest (SHA-256, hex): a copy signs nobody in.

    ``seen_at`` is right to a minute.
    """

    digest: str = Field(max_length=64, unique=True)
    account_id: UUID = Field(foreign_key="account.id", index=True)
    kind: SignInKind = Field(sa_type=by_value(SignInKind))
    began_at: datetime = Field(sa_type=UtcDateTime)
    seen_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
