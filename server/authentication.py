"""Who acts in a request: by a session's cookie, an access token of ours or of the provider, or a service token.

Each costs one statement, and nothing is remembered from one request to the next: what is revoked, disabled or changed
decides the next request. A credential that does not hold is refused, never taken for none.
"""

import hmac
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

import structlog

from core.dates import Clock, start_of, today
from core.errors import ErrorCode, GuantongError
from core.models import Account, ServiceToken
from core.permissions import ANONYMOUS, Actor, Proof, Via
from core.services.service_tokens import PREFIX, secret_digest
from core.services.sign_ins import Lifetimes, account_actor, sign_in_is_over, token_actor, void
from core.storage.database import Database
from core.storage.last_use import keep_seen, keep_used
from core.storage.looks import KeyedLooks
from core.storage.queries import identity
from core.storage.queries.identity import Holder
from server.cookies import Cookies
from server.provider import Provider, issuer_of
from server.responses import RequestFault
from server.tokens import AccessToken, TokenAuthority, invalid

WRITTEN_EVERY = timedelta(minutes=1)
_SERVICE_TOKEN = re.compile(rf"{PREFIX}_(?P<id>[0-9a-f]{{32}})_(?P<secret>[A-Za-z0-9_-]{{43}})")
_log = structlog.get_logger("guantong.identity")
Keep = Callable[[Database, UUID, datetime], Awaitable[bool]]


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls. ``key`` is for limits and logs: one for each account or token, empty for nobody."""

    actor: Actor
    key: str
    expires_at: datetime | None
    via: Literal["anonymous", "service-token", "session", "token"]

    @classmethod
    def of(cls, actor: Actor) -> "Caller":
        proof = actor.proof
        if proof is None:
            return cls(actor, "", None, "anonymous")
        return cls(actor, proof.key, proof.until, proof.via.value)


NOBODY = Caller.of(ANONYMOUS)


@dataclass(frozen=True, slots=True)
class Authentication:
    """Finds out who acts. Accounts of examples sign in to a demonstration alone."""

    database: Database
    tokens: TokenAuthority
    clock: Clock
    lifetimes: Lifetimes
    cookies: Cookies
    provider: Provider | None = None
    _revoked: KeyedLooks[str, bool] = field(init=False, repr=False, compare=False)
    _holders: KeyedLooks[tuple[UUID, str, UUID | None], Holder | None] = field(init=False, repr=False, compare=False)
    _service_tokens: KeyedLooks[UUID, ServiceToken | None] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        database = self.database
        looks = {
            "_revoked": KeyedLooks(lambda key: identity.is_revoked(database, key)),
            "_holders": KeyedLooks(lambda asked: identity.holder_by_id(database, *asked)),
            "_service_tokens": KeyedLooks(lambda id_: identity.service_token_by_id(database, id_)),
        }
        for name, one in looks.items():
            object.__setattr__(self, name, one)

    async def actor_of(self, headers: Mapping[str, str], cookies: Mapping[str, str]) -> Caller:
        """Who calls; nobody in particular without a credential. Raises a RequestFault for one that does not hold."""
        header, secret = headers.get("authorization"), cookies.get(self.cookies.session)
        if header is not None:
            return await self._of_header(header)
        return NOBODY if secret is None else await self._of_cookie(secret)

    async def _of_header(self, header: str) -> Caller:
        scheme, _, token = header.partition(" ")
        try:
            # A header of another scheme is no bearer token: verification refuses the empty one.
            return Caller.of(await self.bearer(token.strip() if scheme.lower() == "bearer" else ""))
        except GuantongError as error:
            raise _fault(error, {"www-authenticate": 'Bearer error="invalid_token"'}) from None

    async def _of_cookie(self, secret: str) -> Caller:
        try:
            return Caller.of(await self.session(secret))
        except GuantongError as error:
            # The browser forgets it, and may ask again as anybody.
            raise _fault(error, {"set-cookie": self.cookies.dropping(self.cookies.session)}) from None

    async def bearer(self, token: str) -> Actor:
        """Who acts by a bearer token of whatever kind. Raises TOKEN_INVALID."""
        if token.startswith(f"{PREFIX}_"):
            return await self._service(token)
        if self.provider is not None and issuer_of(token) == self.provider.issuer:
            return await self._provided(token, self.provider)
        return await self._own(self.tokens.verify(token))

    async def session(self, secret: str) -> Actor:
        """Who acts by the secret of a session's cookie. Raises TOKEN_INVALID."""
        now = self.clock.now()
        found = await identity.sign_in_by_digest(self.database, secret_digest(secret))
        if found is None or sign_in_is_over(found[0], now, self.lifetimes.idle):
            raise void("登录已结束", "the session is over")
        row, account = found
        proof = Proof(Via.SESSION, str(account.id), account.id, session_id=row.id, until=row.expires_at)
        actor = self._of_account(account, proof, row.began_at)
        await self._keep(keep_seen, row.id, row.seen_at, now)
        return actor

    async def _own(self, token: AccessToken) -> Actor:
        if token.account_id is None:
            revoked = await self._revoked.now(token.key)
            holder = None
        else:
            holder = await self._holders.now((token.account_id, token.key, token.session_id))
            revoked = holder is None or holder.revoked
        if revoked:
            raise _is_revoked()
        if holder is None:
            assert token.actor is not None  # so the authority read it
            return token.actor
        return self._of_holder(holder, token.issued_at, token.ends_at)

    async def _provided(self, token: str, provider: Provider) -> Actor:
        read = await provider.access_token(token)
        holder = await identity.holder_by_subject(self.database, provider.issuer, read.subject, read.key)
        if holder is None:
            raise invalid("令牌的身份未绑定账户", "the subject of the token is bound to no account")
        if holder.revoked:
            raise _is_revoked()
        return self._of_holder(holder, read.issued_at, read.ends_at)

    def _of_holder(self, holder: Holder, issued_at: datetime, ends_at: datetime) -> Actor:
        account = holder.account
        return self._of_account(account, Proof(Via.TOKEN, str(account.id), account.id, until=ends_at), issued_at)

    def _of_account(self, account: Account, proof: Proof, issued_at: datetime) -> Actor:
        if account.is_example and not self.tokens.is_demonstration:
            raise void("示例账户只能用于演示", "an account of the demonstration holds nowhere else")
        return account_actor(account, proof, issued_at)

    async def _service(self, text: str) -> Actor:
        read = _SERVICE_TOKEN.fullmatch(text)
        token = None
        if read is not None:
            token = await self._service_tokens.now(UUID(read["id"]))
        if read is None or token is None or not hmac.compare_digest(token.digest, secret_digest(read["secret"])):
            raise invalid("没有此服务令牌", "there is no such service token")
        if token.is_example and not self.tokens.is_demonstration:
            raise void("示例令牌只能用于演示", "a token of the demonstration holds nowhere else")
        now = self.clock.now()
        proof = Proof(Via.SERVICE_TOKEN, str(token.id), token_id=token.id, until=token.ends_at)
        actor = token_actor(token, proof, now)
        log_use(actor)
        await self._keep(keep_used, token.id, token.last_used_at, now)
        return actor

    @property
    def _often(self) -> timedelta:
        """How often it is kept at most that something was used."""
        return min(WRITTEN_EVERY, self.lifetimes.idle / 4)

    def holds_until(self, caller: Caller) -> datetime:
        """Until when nothing but a change of rows makes a caller another, or its use worth keeping; today at most."""
        now = self.clock.now()
        ends = [now + self._often / 2, start_of(today(self.clock) + timedelta(days=1))]
        return min([*ends, caller.expires_at] if caller.expires_at is not None else ends)

    async def _keep(self, keep: Keep, id_: UUID, last: datetime | None, now: datetime) -> None:
        """Keep when something was used: right to a minute, because a write a request would make requests queue."""
        if (last is None or last + self._often <= now) and not await keep(self.database, id_, now):
            _log.warning("use_not_kept", id=str(id_))


def log_use(actor: Actor) -> None:
    """Say in the log that a service acted."""
    proof = actor.proof
    if proof is not None and proof.via is Via.SERVICE_TOKEN:
        _log.info("service_used", service=proof.key, name=actor.name)


def _is_revoked() -> GuantongError:
    return void("令牌已撤销", "the token is revoked")


def _fault(error: GuantongError, headers: dict[str, str]) -> RequestFault:
    if error.code is ErrorCode.PROVIDER_UNAVAILABLE:
        return RequestFault(503, error, {"retry-after": "60"})
    return RequestFault(401, error, headers)
