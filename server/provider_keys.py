"""What an OIDC provider publishes: its endpoints and keys, kept, looked up anew when keys change, and never hammered.

Looked up when ten minutes old, or when a token names a key that is not known; never twice within a minute, whatever is
asked or fails. A provider that does not answer is believed for an hour on what it said before.
"""

import asyncio
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import httpx2
import structlog
from joserfc.errors import JoseError
from joserfc.jwk import JWKRegistry, Key, KeySet

from core.dates import Clock
from core.errors import ErrorCode, GuantongError
from core.texts import Text
from server.addresses import is_safe_address

FRESH = timedelta(minutes=10)
BELIEVED = timedelta(hours=1)
PAUSE = timedelta(minutes=1)
PATIENCE = 5.0  # seconds for one answer
MOST_BYTES = 1_048_576
# A symmetric key that is published is no secret, and would let anybody sign.
KEY_TYPES = frozenset({"RSA", "EC", "OKP"})
_log = structlog.get_logger("guantong.oidc")


@dataclass(frozen=True, slots=True)
class Published:
    """What the provider said at a moment."""

    authorization_endpoint: str
    token_endpoint: str
    keys: KeySet
    at: datetime

    def has(self, key_id: str | None) -> bool:
        return key_id is None or any(key.kid == key_id for key in self.keys)


class ProviderKeys:
    """The publications of one issuer."""

    def __init__(self, issuer: str, clock: Clock) -> None:
        self.issuer = issuer
        self._clock = clock
        self._turn = asyncio.Lock()
        self._kept: Published | None = None
        self._tried_at: datetime | None = None

    async def published(self, key_id: str | None = None) -> Published:
        """What the provider publishes, looked up anew where ``key_id`` is not among it. Raises PROVIDER_UNAVAILABLE."""
        if not self._is_wanted(key_id):
            return self._believed()
        async with self._turn:
            if self._is_wanted(key_id) and self._may_ask():
                self._tried_at = self._clock.now()
                await self._look_up()
        return self._believed()

    def _is_wanted(self, key_id: str | None) -> bool:
        kept = self._kept
        return kept is None or kept.at + FRESH <= self._clock.now() or not kept.has(key_id)

    def _may_ask(self) -> bool:
        return self._tried_at is None or self._tried_at + PAUSE <= self._clock.now()

    def _believed(self) -> Published:
        if self._kept is None or self._kept.at + BELIEVED <= self._clock.now():
            raise unavailable(
                "暂时无法连接统一身份认证，请稍后重试", "the identity provider does not answer; try later"
            )
        return self._kept

    async def _look_up(self) -> None:
        try:
            async with http_client() as client:
                document = await get_json(client, f"{self.issuer.rstrip('/')}/.well-known/openid-configuration")
                keys = await get_json(client, _endpoint(document, "jwks_uri"))
            self._kept = self._read(document, keys)
        except (httpx2.HTTPError, httpx2.InvalidURL, ValueError, KeyError, TypeError, AttributeError) as fault:
            _log.warning("provider_not_read", issuer=self.issuer, fault=repr(fault))

    def _read(self, document: dict[str, Any], keys: dict[str, Any]) -> Published:
        if document["issuer"] != self.issuer:
            raise ValueError(f"the issuer calls itself {document['issuer']!r}")
        methods = document.get("code_challenge_methods_supported")
        if methods is not None and "S256" not in methods:
            raise ValueError("the provider does not support PKCE with S256")
        usable = KeySet(list(_usable(keys["keys"])))
        if not usable.keys:
            raise ValueError("no key that can be used")
        return Published(
            _endpoint(document, "authorization_endpoint"),
            _endpoint(document, "token_endpoint"),
            usable,
            self._clock.now(),
        )


def http_client(auth: httpx2.Auth | None = None) -> httpx2.AsyncClient:
    """A client that waits a few seconds and follows nobody elsewhere."""
    return httpx2.AsyncClient(auth=auth, timeout=PATIENCE, follow_redirects=False)


async def get_json(client: httpx2.AsyncClient, url: str) -> dict[str, Any]:
    """A JSON object of bounded size."""
    async with client.stream("GET", url, headers={"accept": "application/json"}) as response:
        response.raise_for_status()
        body = bytearray()
        async for chunk in response.aiter_bytes():
            body += chunk
            if len(body) > MOST_BYTES:
                raise ValueError(f"more than {MOST_BYTES} bytes")
    found = httpx2.Response(200, content=bytes(body)).json()
    if not isinstance(found, dict):
        raise TypeError("no JSON object")
    return found


def unavailable(zh: str, en: str) -> GuantongError:
    """The error of a provider that is not there."""
    return GuantongError(ErrorCode.PROVIDER_UNAVAILABLE, Text(zh, en))


def _endpoint(document: dict[str, Any], name: str) -> str:
    url = document[name]
    if not isinstance(url, str) or not is_safe_address(url.partition("?")[0]):
        raise ValueError(f"{name} is no https address")
    return url


def _usable(keys: list[dict[str, Any]]) -> Iterator[Key]:
    """The keys that verify signatures; one that cannot be read does not take the others with it."""
    for key in keys:
        if key.get("kty") in KEY_TYPES and key.get("use", "sig") == "sig":
            with suppress(JoseError, ValueError, TypeError, KeyError):
                yield JWKRegistry.import_key({name: value for name, value in key.items() if name != "d"})
