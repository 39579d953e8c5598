"""The use case of revoking one access token (访问令牌) before its end."""

from datetime import datetime

from sqlmodel import col, select

from core.audit import Tag
from core.models import RevokedToken
from core.permissions import Permission
from core.services.call import Call, use_case
from core.services.sign_ins import void_token


@use_case
async def revoke_access_token(call: Call, key: str, until: datetime, reason: str) -> RevokedToken:
    """Revoke the token of a key, which ends by itself at ``until``. Revoking it again changes nothing."""
    call.require(Permission.CITY_ACCOUNT_RECORD)
    await void_token(call.session, key, until, call.now)
    row = (await call.session.exec(select(RevokedToken).where(col(RevokedToken.key) == key))).one()
    await call.note(Tag.CITY_TOKEN_REVOKE, row, reason, after={"key": key, "until": row.until})
    return row
