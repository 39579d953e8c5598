"""Signing in and out, and whether what a request shows still holds. Nobody acts yet, so nothing here takes a call.

Every sign-in is a row of its own, kept as the record of who signed in, when and until when.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.errors import ErrorCode, GuantongError
from core.models import Account, RevokedToken, ServiceToken, SignIn, SignInKind
from core.permissions import ROLE_PERMISSIONS, Actor, Permission, Proof, Role, covers
from core.services.service_tokens import secret_digest
from core.texts import Text

_SECRET_BYTES = 32


@dataclass(frozen=True, slots=True)
class Lifetimes:
    """How long a session lasts at most, and how long without a request."""

    whole: timedelta
    idle: timedelta


async def begin_sign_in(
    session: AsyncSession, seen: Account, kind: SignInKind, now: datetime, lifetimes: Lifetimes
) -> tuple[SignIn, str]:
    """A new session and the secret of its cookie.

    Raises SIGN_IN_REFUSED if the account was disabled, or what it signs in by was changed, since it was ``seen``.
    """
    account = (await session.exec(select(Account).where(col(Account.id) == seen.id).with_for_update())).one()
    if account.disabled_at is not None or account.valid_from != seen.valid_from:
        raise no_sign_in()
    secret = secrets.token_urlsafe(_SECRET_BYTES)
    row = SignIn(
        digest=secret_digest(secret),
        account_id=seen.id,
        kind=kind,
        began_at=now,
        seen_at=now,
        expires_at=now + lifetimes.whole,
    )
    session.add(row)
    await session.flush()
    return row, secret


async def end_sign_in(session: AsyncSession, secret: str, now: datetime) -> None:
    """End the session of a cookie, if there is one that has not ended."""
    open_ = (col(SignIn.digest) == secret_digest(secret), col(SignIn.ended_at).is_(None))
    await session.exec(sa.update(SignIn).where(*open_).values(ended_at=now))


async def void_token(session: AsyncSession, key: str, until: datetime, now: datetime) -> None:
    """Revoke one access token; those that have ended by themselves need no mention any longer."""
    await session.exec(sa.delete(RevokedToken).where(col(RevokedToken.until) < now))
    known = select(RevokedToken.id).where(col(RevokedToken.key) == key)
    if (await session.exec(known)).first() is None:
        session.add(RevokedToken(key=key, until=until))
        await session.flush()


def token_key(issuer: str, token_id: str) -> str:
    """The name under which an access token is revoked: ids are unique within their issuer alone."""
    return hashlib.sha256(f"{issuer}\n{token_id}".encode()).hexdigest()


def account_actor(account: Account, proof: Proof, issued_at: datetime) -> Actor:
    """Who acts by an account, as it stands now, on something issued at a moment. Raises TOKEN_INVALID."""
    if account.disabled_at is not None:
        raise void("账户已停用", "the account is disabled")
    if issued_at < account.valid_from:
        raise void("登录已被作废", "it was voided since it was issued")
    return Actor.of(
        account.role,
        account.name,
        enterprise_id=account.enterprise_id,
        person_id=account.person_id,
        authority=account.authority,
        proof=proof,
    )


def sign_in_is_over(row: SignIn, now: datetime, idle: timedelta) -> bool:
    """Whether a session has ended: by signing out, by its time, or for want of requests."""
    return row.ended_at is not None or row.expires_at <= now or row.seen_at + idle <= now


def token_actor(token: ServiceToken, proof: Proof, now: datetime) -> Actor:
    """Who acts by a service token: with what it holds, as far as its role still may. Raises TOKEN_INVALID."""
    if token.revoked_at is not None:
        raise void("服务令牌已撤销", "the service token is revoked")
    if now >= token.ends_at:
        raise void("服务令牌已到期", "the service token has ended")
    if now < token.starts_at:
        raise void("服务令牌尚未生效", "the service token does not hold yet")
    held = set(token.permissions)
    permissions = {one for one in Permission if one in held and covers(ROLE_PERMISSIONS[token.role], one)}
    return Actor(Role.SERVICE, token.name, token.enterprise_id, None, frozenset(permissions), None, proof)


def void(zh: str, en: str) -> GuantongError:
    """The error for what was issued and no longer holds."""
    return GuantongError(ErrorCode.TOKEN_INVALID, Text(f"{zh}；请重新登录或获取令牌", f"{en}; sign in or get another"))


def no_sign_in() -> GuantongError:
    """The one error of every sign-in by name and password that fails: it says nothing of which names there are."""
    return GuantongError(
        ErrorCode.SIGN_IN_REFUSED,
        Text(
            "账户名或密码不符，或账户不能以密码登录；请核对后重试，忘记密码请联系管理员",
            "name or password is wrong, or the account cannot sign in by a password; check both, or ask the "
            "administrator for a new password",
        ),
    )
