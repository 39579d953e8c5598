"""What stands behind a credential that a request showed: one statement each, asked before anybody acts."""

from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.models import Account, RevokedToken, ServiceToken, SignIn
from core.storage.database import Database
from core.storage.queries.base import searchable
from core.storage.quick import Quick, record


class Holder(NamedTuple):
    """Whose access token it is, and whether the token, or the session that it came of, is over."""

    account: Account
    revoked: bool


def _columns(table: Any) -> list[Any]:
    return list(table.__table__.c)


def _place(name: str, like: Any) -> Any:
    column: Any = like
    return sa.bindparam(name, type_=column.type)


_REVOKED = sa.exists(sa.select(col(RevokedToken.id)).where(col(RevokedToken.key) == _place("key", RevokedToken.key)))
_ONGOING = sa.exists(
    sa.select(col(SignIn.id)).where(col(SignIn.id) == _place("sign_in_id", SignIn.id), col(SignIn.ended_at).is_(None))
)
_OF_ACCOUNT = col(Account.id) == _place("account_id", Account.id)
_OF_SUBJECT = sa.and_(
    col(Account.oidc_issuer) == _place("issuer", Account.oidc_issuer),
    col(Account.oidc_subject) == _place("subject", Account.oidc_subject),
)
_BY_ID = Quick(sa.select(*_columns(Account), _REVOKED).where(_OF_ACCOUNT))
_BY_SESSION = Quick(sa.select(*_columns(Account), sa.or_(_REVOKED, ~_ONGOING)).where(_OF_ACCOUNT))
_BY_SUBJECT = Quick(sa.select(*_columns(Account), _REVOKED).where(_OF_SUBJECT))
_IS_REVOKED = Quick(sa.select(_REVOKED))
_SIGN_IN = Quick(
    sa.select(*_columns(SignIn), *_columns(Account))
    .join_from(SignIn, Account, col(SignIn.account_id) == col(Account.id))
    .where(col(SignIn.digest) == _place("digest", SignIn.digest))
)
_SERVICE_TOKEN = Quick(sa.select(*_columns(ServiceToken)).where(col(ServiceToken.id) == _place("id", ServiceToken.id)))


async def holder_by_id(database: Database, account_id: UUID, key: str, sign_in_id: UUID | None = None) -> Holder | None:
    """The holder of a token of ours."""
    if sign_in_id is None:
        return _holder(await _BY_ID.row(database, account_id=account_id, key=key))
    return _holder(await _BY_SESSION.row(database, account_id=account_id, key=key, sign_in_id=sign_in_id))


async def holder_by_subject(database: Database, issuer: str, subject: str, key: str) -> Holder | None:
    """The holder of a provider's token: the account that its subject is bound to."""
    given = {"issuer": searchable(issuer), "subject": searchable(subject), "key": key}
    return _holder(await _BY_SUBJECT.row(database, **given))


def _holder(row: tuple[Any, ...] | None) -> Holder | None:
    return None if row is None else Holder(record(Account, row[:-1]), bool(row[-1]))


async def is_revoked(database: Database, key: str) -> bool:
    """Whether a token without an account was revoked."""
    row = await _IS_REVOKED.row(database, key=key)
    return row is not None and bool(row[0])


async def sign_in_by_digest(database: Database, digest: str) -> tuple[SignIn, Account] | None:
    """The session of a cookie, with its account."""
    row = await _SIGN_IN.row(database, digest=digest)
    parts = len(_columns(SignIn))
    return None if row is None else (record(SignIn, row[:parts]), record(Account, row[parts:]))


async def service_token_by_id(database: Database, id_: UUID) -> ServiceToken | None:
    """The service token of an id."""
    row = await _SERVICE_TOKEN.row(database, id=id_)
    return None if row is None else record(ServiceToken, row)


async def account_by_name(session: AsyncSession, name: str) -> Account | None:
    """The account that signs in by a name."""
    return (await session.exec(select(Account).where(col(Account.name) == searchable(name)))).one_or_none()


async def account_by_subject(session: AsyncSession, issuer: str, subject: str) -> Account | None:
    """The account that a provider's subject is bound to."""
    whose = sa.and_(col(Account.oidc_issuer) == searchable(issuer), col(Account.oidc_subject) == searchable(subject))
    return (await session.exec(select(Account).where(whose))).one_or_none()
