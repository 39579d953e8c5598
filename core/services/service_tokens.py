"""Use cases about service tokens (服务令牌): minting what reaches no further than oneself, and revoking."""

import hashlib
import secrets
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from sqlmodel import col, select
from uuid_utils.compat import uuid7

from core.audit import Tag
from core.errors import ErrorCode, GuantongError
from core.models import Account, Enterprise, ServiceToken
from core.permissions import Permission, Role
from core.services.call import Call, use_case
from core.services.reach import ENTERPRISE, existing, not_found
from core.services.token_form import NewToken, period_of, permissions_of
from core.storage.visibility import service_tokens_visible_to
from core.texts import Text

TOKEN = Text("服务令牌", "service token")
PREFIX = "gts"
_MINT = (Permission.CITY_TOKEN_MINT, Permission.ENTERPRISE_TOKEN_MINT)
_SECRET_BYTES = 32


@dataclass(frozen=True, slots=True)
class Minted:
    """A token with its text, which nobody can read again."""

    token: ServiceToken
    text: str

    def __repr__(self) -> str:
        return f"Minted({self.token.id})"


@use_case
async def mint_service_token(call: Call, given: NewToken, reason: str) -> Minted:
    """Mint a token that holds no more than its minter: permissions, enterprise and time. Raises WIDER_THAN_OWN."""
    call.require(*_MINT)
    permissions = permissions_of(call.actor, given)
    minter = await _minter(call)
    starts_at, ends_at = period_of(call, given, minter.parent)
    if given.enterprise_id is not None:
        await existing(call, Enterprise, given.enterprise_id, ENTERPRISE)
    secret = secrets.token_urlsafe(_SECRET_BYTES)
    token = ServiceToken(
        id=uuid7(),
        name=given.name,
        digest=secret_digest(secret),
        permissions=[permission.value for permission in permissions],
        role=minter.role,
        enterprise_id=given.enterprise_id,
        starts_at=starts_at,
        ends_at=ends_at,
        minted_at=call.now,
        minted_by=call.actor.name,
        account_id=call.actor.proof.account_id if call.actor.proof else None,
        parent_id=minter.parent.id if minter.parent else None,
        is_example=minter.is_example,
    )
    await call.store(token)
    tag = _of_whom(token, Tag.ENTERPRISE_TOKEN_MINT, Tag.CITY_TOKEN_MINT)
    await call.note(tag, token, reason, after=token.model_dump(exclude={"id", "digest"}))
    return Minted(token, f"{PREFIX}_{token.id.hex}_{secret}")


@use_case
async def revoke_service_token(call: Call, token_id: UUID, reason: str) -> ServiceToken:
    """Revoke a token with all that was minted by it."""
    call.require(*_MINT)
    seen = (col(ServiceToken.id) == token_id, service_tokens_visible_to(call.actor))
    token = (await call.session.exec(select(ServiceToken).where(*seen))).one_or_none()
    if token is None:
        raise not_found(TOKEN)
    if not await revoke_all(call, col(ServiceToken.id) == token_id, reason):
        raise GuantongError(
            ErrorCode.STEP_REFUSED,
            Text(f"服务令牌“{token.name}”已撤销", f"the service token '{token.name}' is revoked already"),
        )
    return token


async def revoke_all(call: Call, which: Any, reason: str) -> list[ServiceToken]:
    """Revoke the tokens of a condition that stand, and all that was minted by any of them."""
    revoked: list[ServiceToken] = []
    while True:
        # Whoever mints holds the parent, so none slips in between.
        standing = select(ServiceToken).where(which, col(ServiceToken.revoked_at).is_(None)).with_for_update()
        found = list((await call.session.exec(standing.execution_options(populate_existing=True))).all())
        if not found:
            return revoked
        for token in found:
            await _revoke(call, token, reason)
        revoked += found
        which = col(ServiceToken.parent_id).in_([token.id for token in found])


async def _revoke(call: Call, token: ServiceToken, reason: str) -> None:
    token.revoked_at, token.revoked_by = call.now, call.actor.name
    await call.store(token)
    tag = _of_whom(token, Tag.ENTERPRISE_TOKEN_REVOKE, Tag.CITY_TOKEN_REVOKE)
    await call.note(tag, token, reason, before={"revoked_at": None}, after={"revoked_at": call.now})


class _Minter(NamedTuple):
    """The role on which a new token rests, whether all of it is example, and the token by which it is minted."""

    role: Role
    is_example: bool
    parent: ServiceToken | None = None


async def _minter(call: Call) -> _Minter:
    """By what a token is minted, held until the end of the transaction: who is being disabled now mints nothing."""
    proof = call.actor.proof
    if proof is None:
        return _Minter(call.actor.role, False)
    if proof.token_id is not None:
        parent = await call.session.get(ServiceToken, proof.token_id, with_for_update=True, populate_existing=True)
        if parent is None or parent.revoked_at is not None:
            raise _no_longer()
        return _Minter(parent.role, parent.is_example, parent)
    if proof.account_id is None:  # a demonstration token
        return _Minter(call.actor.role, True)
    account = await call.session.get(Account, proof.account_id, with_for_update=True, populate_existing=True)
    if account is None or account.disabled_at is not None:
        raise _no_longer()
    return _Minter(account.role, account.is_example)


def secret_digest(secret: str) -> str:
    """The digest under which a random secret is kept; it needs no salt, for nobody guesses 256 bits."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _of_whom(token: ServiceToken, enterprise: Tag, city: Tag) -> Tag:
    return city if token.enterprise_id is None else enterprise


def _no_longer() -> GuantongError:
    return GuantongError(
        ErrorCode.TOKEN_INVALID,
        Text("所用的账户或令牌刚刚停用；请重新登录", "the account or token was just revoked; sign in again"),
    )
