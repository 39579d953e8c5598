"""One sign-in under way at a provider, kept in the browser that began it: sealed, and for ten minutes.

Sealed and not only signed, because who reads the verifier could use a stolen code.
"""

import secrets
from dataclasses import dataclass, field
from datetime import timedelta
from math import ceil
from typing import Any

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwe import JWERegistry
from joserfc.jwk import OctKey

from core.dates import Clock

LIFETIME = timedelta(minutes=10)
_PURPOSE = b"guantong sign-in"
_HEADER = {"alg": "dir", "enc": "A256GCM"}
_REGISTRY = JWERegistry(algorithms=list(_HEADER.values()))


@dataclass(frozen=True, slots=True)
class Flow:
    """What has to come back (``state``), be in the token (``nonce``), be shown for the code, and come after it."""

    state: str
    nonce: str
    verifier: str = field(repr=False)
    after: str

    @classmethod
    def begin(cls, after: str) -> "Flow":
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        return cls(state, nonce, verifier, after)


class Flows:
    """Seals and opens flows, with a key that is derived from the installation's secret."""

    def __init__(self, secret: bytes, clock: Clock) -> None:
        self._key = OctKey.import_key(HKDF(SHA256(), 32, None, _PURPOSE).derive(secret))
        self._clock = clock

    def seal(self, flow: Flow) -> str:
        exp = int((self._clock.now() + LIFETIME).timestamp())
        claims: dict[str, Any] = {name: getattr(flow, name) for name in Flow.__slots__}
        return jwt.encode(_HEADER, claims | {"exp": exp}, self._key, registry=_REGISTRY)

    def open(self, text: str) -> Flow | None:
        """The flow, or None for what is not one of ours, or no longer."""
        try:
            claims = jwt.decode(text, self._key, registry=_REGISTRY).claims
            rules = jwt.JWTClaimsRegistry(now=ceil(self._clock.now().timestamp()), exp={"essential": True})
            rules.validate(claims)
            return Flow(**{name: str(claims[name]) for name in Flow.__slots__})
        except (JoseError, ValueError, TypeError, KeyError):
            return None
