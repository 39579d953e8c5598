"""What stands behind a credential that a request showed: one statement each, asked before anybody acts."""

from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.models import Account, RevokedToken, ServiceToken, SignIn
from core.storage.queries.base import searchable


class Holder(NamedTuple):
    """Whose access token it is, and whether the token, or the session that it came of, is over."""

    account: Account
    revoked: bool


async def holder_by_id(
    session: AsyncSession, account_id: UUID, key: str, sign_in_id: UUID | None = None
) -> Holder | None:
    """The holder of a token of ours."""
    over = _revoked(key)
    if sign_in_id is not None:
        ended = sa.and_(col(SignIn.id) == sign_in_id, col(SignIn.ended_at).is_(None))
        over = sa.or_(over, ~sa.exists(sa.select(SignIn.id).where(ended)))  # type: ignore[call-overload]
    return await _holder(session, col(Account.id) == account_id, over)


async def holder_by_subject(session: AsyncSession, issuer: str, subject: str, key: str) -> Holder | None:
    """The holder of a provider's token: the account that its subject is bound to."""
    return await _holder(session, _bound_to(issuer, subject), _revoked(key))


async def _holder(session: AsyncSession, whose: Any, over: Any) -> Holder | None:
    row = (await session.exec(select(Account, over).where(whose))).one_or_none()
    return None if row is None else Holder(row[0], bool(row[1]))


async def is_revoked(session: AsyncSession, key: str) -> bool:
    """Whether a token without an account was revoked."""
    return bool((await session.exec(select(_revoked(key)))).one())


def _revoked(key: str) -> Any:
    return sa.exists(sa.select(RevokedToken.id).where(col(RevokedToken.key) == key))  # type: ignore[call-overload]


async def sign_in_by_digest(session: AsyncSession, digest: str) -> tuple[SignIn, Account] | None:
    """The session of a cookie, with its account."""
    query = select(SignIn, Account).join(Account, col(SignIn.account_id) == col(Account.id))
    return (await session.exec(query.where(col(SignIn.digest) == digest))).one_or_none()


async def service_token_by_id(session: AsyncSession, id_: UUID) -> ServiceToken | None:
    """The service token of an id."""
    return (await session.exec(select(ServiceToken).where(col(ServiceToken.id) == id_))).one_or_none()


async def account_by_name(session: AsyncSession, name: str) -> Account | None:
    """The account that signs in by a name."""
    return (await session.exec(select(Account).where(col(Account.name) == searchable(name)))).one_or_none()


async def account_by_subject(session: AsyncSession, issuer: str, subject: str) -> Account | None:
    """The account that a provider's subject is bound to."""
    return (await session.exec(select(Account).where(_bound_to(issuer, subject)))).one_or_none()


def _bound_to(issuer: str, subject: str) -> Any:
    return sa.and_(col(Account.oidc_issuer) == searchable(issuer), col(Account.oidc_subject) == searchable(subject))
