"""Access tokens of our own: signed, for one audience, short-lived, and revocable.

Claims: ``iss``, ``aud``, ``exp``, ``iat``, ``jti`` and ``sub``. A token of an account names it (``account``) and the
session that it came of (``sid``): whatever the account may do is looked up at each request. A demonstration token has
no account but carries ``role``, its name as ``sub``, and, where the role has one, ``enterprise`` and ``person`` (UUIDs)
and ``authority`` (行业主管部门); it has its own issuer, so production refuses it whatever the secret.

HS256, because nobody but this server ever verifies them.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from math import ceil
from typing import Any
from uuid import UUID

from joserfc import jwt
from joserfc.errors import ClaimError, JoseError
from joserfc.jwk import OctKey
from uuid_utils.compat import uuid7

from core.dates import Clock
from core.errors import ErrorCode, GuantongError
from core.permissions import NOT_SIGNED_IN, Actor, Proof, Role, Via
from core.services.sign_ins import token_key
from core.texts import Text
from server.settings import Mode, Settings
from server.signing_secret import signing_secret

ALGORITHM = "HS256"
AUDIENCE = "guantong"
ISSUERS = {Mode.DEMONSTRATION: "guantong-demonstration", Mode.PRODUCTION: "guantong"}
LONGEST_TOKEN = 4_096  # characters


@dataclass(frozen=True, slots=True)
class AccessToken:
    """What a token says, its signature and claims checked: an account, or the actor of the demonstration."""

    key: str
    issued_at: datetime
    ends_at: datetime
    account_id: UUID | None = None
    session_id: UUID | None = None
    actor: Actor | None = None


@dataclass(frozen=True, slots=True)
class TokenAuthority:
    """Signs and verifies tokens with one secret, for one issuer. Only a demonstration knows tokens without account."""

    secret: bytes = field(repr=False)
    issuer: str
    clock: Clock

    @property
    def is_demonstration(self) -> bool:
        return self.issuer == ISSUERS[Mode.DEMONSTRATION]

    def issue(self, actor: Actor, lifetime: timedelta) -> str:
        """A demonstration token that makes its bearer ``actor`` for ``lifetime``."""
        scopes: dict[str, Any] = {"enterprise": actor.enterprise_id, "person": actor.person_id}
        scopes |= {"authority": actor.authority}
        claims = {name: str(value) for name, value in scopes.items() if value is not None}
        return self._signed(int(lifetime.total_seconds()), sub=actor.name, role=actor.role.value, **claims)

    def issue_for(self, account_id: UUID, session_id: UUID, seconds: int) -> str:
        """A token of an account, that ends with the session it comes of at the latest."""
        return self._signed(seconds, sub=str(account_id), account=str(account_id), sid=str(session_id))

    def _signed(self, seconds: int, **claims: str) -> str:
        now = self.clock.now().timestamp()
        given = {"iss": self.issuer, "aud": AUDIENCE, "iat": now, "exp": int(now) + seconds, "jti": str(uuid7())}
        return jwt.encode({"alg": ALGORITHM}, given | claims, self._key, algorithms=[ALGORITHM])

    def verify(self, token: str) -> AccessToken:
        """What a token says. Raises TOKEN_INVALID, naming the claim that is wrong."""
        if len(token) > LONGEST_TOKEN:
            raise invalid("令牌过长", f"the token is longer than {LONGEST_TOKEN} characters")
        try:
            claims = _signed_claims(self.secret, token)
            of_account = not self.is_demonstration or "account" in claims
            self._rules(of_account).validate(claims)
            return self._read(claims, of_account)
        except ClaimError as error:
            claim = getattr(error, "claim", None) or error.description
            raise invalid(f"令牌的 {claim} 不符或已过期", f"the token's claim is wrong or expired: {claim}") from None
        except (JoseError, ValueError, TypeError, OverflowError, OSError):
            raise invalid("令牌的签名或内容有误", "the token's signature or content is wrong") from None

    @property
    def _key(self) -> OctKey:
        return _key_of(self.secret)

    def _rules(self, of_account: bool) -> jwt.JWTClaimsRegistry:
        # The library checks only what is named here. Moments of issue are exact, so that voiding is.
        own: dict[str, Any] = (
            {"account": {"essential": True}, "sid": {"essential": True}}
            if of_account
            else {"role": {"essential": True, "values": [role.value for role in Role if role not in NOT_SIGNED_IN]}}
        )
        return jwt.JWTClaimsRegistry(
            now=ceil(self.clock.now().timestamp()),
            iss={"essential": True, "value": self.issuer},
            aud={"essential": True, "value": AUDIENCE},
            exp={"essential": True},
            iat={"essential": True},
            jti={"essential": True},
            sub={"essential": True},
            **own,
        )

    def _read(self, claims: dict[str, Any], of_account: bool) -> AccessToken:
        issued_at, ends_at = (datetime.fromtimestamp(claims[name], UTC) for name in ("iat", "exp"))
        key = token_key(self.issuer, claims["jti"])
        if of_account:
            return AccessToken(key, issued_at, ends_at, _uuid(claims["account"]), _uuid(claims["sid"]))
        actor = _demonstration_actor(claims, Proof(Via.TOKEN, claims["jti"], until=ends_at))
        return AccessToken(key, issued_at, ends_at, actor=actor)


@lru_cache(maxsize=4)
def _key_of(secret: bytes) -> OctKey:
    return OctKey.import_key(secret)


@lru_cache(maxsize=1_000)
def _signed_claims(secret: bytes, token: str) -> dict[str, Any]:
    """The claims of a token whose signature is right: that never changes, unlike whether they hold."""
    claims: dict[str, Any] = jwt.decode(token, _key_of(secret), algorithms=[ALGORITHM]).claims
    return claims


def token_authority(settings: Settings, clock: Clock) -> TokenAuthority:
    """The authority of this installation."""
    return TokenAuthority(signing_secret(settings), ISSUERS[settings.mode], clock)


def _demonstration_actor(claims: dict[str, Any], proof: Proof) -> Actor:
    enterprise, person = (claims.get(name) for name in ("enterprise", "person"))
    return Actor.of(
        Role(claims["role"]),
        claims["sub"],
        enterprise_id=None if enterprise is None else _uuid(enterprise),
        person_id=None if person is None else _uuid(person),
        authority=_text(claims.get("authority")),
        proof=proof,
    )


def _uuid(value: Any) -> UUID:
    return UUID(str(value))


def _text(value: Any) -> str | None:
    if value is not None and not isinstance(value, str):
        raise TypeError("a claim that is no text")
    return value


def invalid(zh: str, en: str) -> GuantongError:
    """The error of a token that shows nobody."""
    return GuantongError(ErrorCode.TOKEN_INVALID, Text(f"{zh}；请重新获取令牌", f"{en}; get a new token"))
