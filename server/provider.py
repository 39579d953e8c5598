"""Signing in by an OIDC provider: the authorization code flow with PKCE, and the provider's access tokens.

Signatures are verified with the provider's published keys alone, by asymmetric algorithms alone. Whoever a subject is
here is told by the account that it is bound to, never by the provider.
"""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from math import ceil
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode

import httpx2
import structlog
from joserfc import jwt
from joserfc.errors import ClaimError, InvalidKeyIdError, JoseError
from joserfc.jws import JWSRegistry

from core.dates import Clock
from core.errors import ErrorCode, GuantongError
from core.services.sign_ins import token_key
from core.texts import Text
from server.flow import Flow
from server.provider_keys import ProviderKeys, http_client, unavailable
from server.tokens import invalid

ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "Ed25519"]
ACCESS_TOKEN_TYPES = frozenset({None, "JWT", "at+jwt", "application/at+jwt"})
LONGEST_TOKEN = 16_384  # characters
LEEWAY = 60  # seconds by which the provider's clock may differ
_log = structlog.get_logger("guantong.oidc")


class ProviderToken(NamedTuple):
    """What a provider's access token says."""

    subject: str
    key: str
    issued_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Client:
    """How the provider knows this platform, and for which audience its access tokens are taken."""

    id: str
    secret: str | None
    audience: str | None

    def __repr__(self) -> str:
        return f"Client({self.id})"


class Provider:
    """One OIDC provider, found by its issuer."""

    def __init__(self, issuer: str, client: Client, clock: Clock) -> None:
        self.issuer = issuer
        self.client = client
        self._clock = clock
        self._keys = ProviderKeys(issuer, clock)

    async def authorization_url(self, flow: Flow, redirect_uri: str) -> str:
        """Where a browser goes to sign in."""
        endpoint = (await self._keys.published()).authorization_endpoint
        asked = {
            "response_type": "code",
            "client_id": self.client.id,
            "redirect_uri": redirect_uri,
            "scope": "openid",
            "state": flow.state,
            "nonce": flow.nonce,
            "code_challenge": _unpadded(sha256(flow.verifier.encode()).digest()),
            "code_challenge_method": "S256",
        }
        return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(asked)}"

    async def subject_of(self, code: str, flow: Flow, redirect_uri: str) -> str:
        """Who signed in, for the code that the browser brought back. Raises SIGN_IN_REFUSED."""
        asked = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": redirect_uri,
            "code_verifier": flow.verifier,
        }
        answer = await self._exchange(asked)
        token = answer.get("id_token")
        if not isinstance(token, str):
            raise _refused("未返回身份令牌", "it gave no ID token")
        rules = {"aud": self.client.id, "nonce": flow.nonce}
        try:
            _header, claims = await self._verified(token, rules)
        except _Wrong as wrong:
            raise _refused(f"身份令牌的 {wrong} 不符", f"the ID token is wrong: {wrong}") from None
        party = claims.get("azp")
        if (party is not None or _several(claims["aud"])) and party != self.client.id:
            raise _refused("身份令牌的 azp 不符", "the ID token is wrong: azp")
        subject: str = claims["sub"]
        return subject

    async def _exchange(self, asked: dict[str, str]) -> dict[str, Any]:
        endpoint = (await self._keys.published()).token_endpoint
        auth = None
        if self.client.secret is None:
            asked = asked | {"client_id": self.client.id}
        else:
            # As RFC 6749 2.3.1 has it: both are form-encoded first.
            auth = httpx2.BasicAuth(quote(self.client.id, safe=""), quote(self.client.secret, safe=""))
        try:
            async with http_client(auth) as client:
                response = await client.post(endpoint, data=asked)
            answer = response.json()
        except (httpx2.HTTPError, ValueError) as fault:
            _log.warning("provider_not_read", issuer=self.issuer, fault=type(fault).__name__)
            raise unavailable(
                "暂时无法连接统一身份认证，请稍后重试", "the identity provider does not answer; try later"
            ) from None
        if response.status_code != 200 or not isinstance(answer, dict):
            error = answer.get("error") if isinstance(answer, dict) else None
            _log.warning("provider_refused", issuer=self.issuer, status=response.status_code, error=str(error)[:60])
            raise _refused("不接受此次登录", "it does not accept the code")
        return answer

    async def access_token(self, token: str) -> ProviderToken:
        """What an access token of the provider for our audience says. Raises TOKEN_INVALID."""
        if self.client.audience is None:
            raise invalid("本平台不接受统一身份认证的令牌", "tokens of the identity provider are not accepted here")
        try:
            header, claims = await self._verified(token, {"aud": self.client.audience})
        except _Wrong as wrong:
            raise invalid(f"令牌的 {wrong} 不符或已过期", f"the token is wrong or expired: {wrong}") from None
        if header.get("typ") not in ACCESS_TOKEN_TYPES:
            raise invalid("不是访问令牌", "it is no access token")
        named = claims.get("jti")
        # One without an id is known by its text.
        key = token_key(self.issuer, named if isinstance(named, str) else token)
        moments = (datetime.fromtimestamp(claims[name], UTC) for name in ("iat", "exp"))
        return ProviderToken(claims["sub"], key, *moments)

    async def _verified(self, token: str, wanted: dict[str, str]) -> tuple[dict[str, Any], dict[str, Any]]:
        """Header and claims of a token of the provider. Raises _Wrong with the claim that is."""
        if len(token) > LONGEST_TOKEN:
            raise _Wrong("length")
        keys = (await self._keys.published(_key_id(token))).keys
        try:
            registry = JWSRegistry(algorithms=ALGORITHMS, strict_check_header=False)
            found = jwt.decode(token, keys, registry=registry)
            self._rules(wanted).validate(found.claims)
            datetime.fromtimestamp(found.claims["exp"], UTC)
        except ClaimError as error:
            raise _Wrong(getattr(error, "claim", None) or error.description) from None
        except InvalidKeyIdError:
            raise _Wrong("kid") from None
        except (JoseError, ValueError, TypeError, OverflowError, OSError):
            raise _Wrong("signature") from None
        return found.header, found.claims

    def _rules(self, wanted: dict[str, str]) -> jwt.JWTClaimsRegistry:
        exact: dict[str, jwt.ClaimsOption] = {
            name: {"essential": True, "value": value} for name, value in {"iss": self.issuer, **wanted}.items()
        }
        there: dict[str, jwt.ClaimsOption] = {name: {"essential": True} for name in ("exp", "iat", "sub")}
        return jwt.JWTClaimsRegistry(now=ceil(self._clock.now().timestamp()), leeway=LEEWAY, **exact, **there)


class _Wrong(Exception):
    """The part of a token that is wrong."""


def issuer_of(token: str) -> str | None:
    """Whose token it claims to be, unverified: it tells only who has to verify it."""
    claims = _part(token, 1)
    issuer = claims.get("iss")
    return issuer if isinstance(issuer, str) else None


def _key_id(token: str) -> str | None:
    found = _part(token, 0).get("kid")
    return found if isinstance(found, str) else None


def _part(token: str, number: int) -> dict[str, Any]:
    """A part of a token as it stands; empty for what is none."""
    try:
        text = token.split(".")[number]
        found = json.loads(urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (ValueError, Base64Error, IndexError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _several(audience: Any) -> bool:
    return isinstance(audience, list) and len(audience) > 1


def _unpadded(data: bytes) -> str:
    return urlsafe_b64encode(data).decode().rstrip("=")


def _refused(zh: str, en: str) -> GuantongError:
    return GuantongError(
        ErrorCode.SIGN_IN_REFUSED,
        Text(
            f"统一身份认证登录未通过：{zh}；请重新登录", f"the identity provider signed nobody in: {en}; sign in again"
        ),
    )
