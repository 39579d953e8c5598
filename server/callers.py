"""Who calls: the actor, and the key under which what they ask is counted."""

import base64
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Literal

import orjson
from starlette.requests import HTTPConnection

from core.errors import GuantongError
from core.permissions import ANONYMOUS, Actor
from server.responses import RequestFault

# One subscriber usually has that many bits of IPv6 to choose addresses from.
IPV6_PREFIX = 64


@dataclass(frozen=True, slots=True)
class Caller:
    """``key`` names nobody and stays the same; it is empty for whoever is anonymous, who counts by address."""

    actor: Actor
    key: str = ""
    expires_at: datetime | None = None
    via: Literal["anonymous", "token", "service-token", "session"] = "anonymous"


async def caller_of(connection: HTTPConnection, authorization: str | None = None) -> Caller:
    """The caller of a connection, or of the credential that was sent on it. Raises a 401 for one that does not hold."""
    header = authorization or connection.headers.get("authorization")
    if header is None:
        return Caller(ANONYMOUS)
    scheme, _, token = header.partition(" ")
    # A header of another scheme is no bearer token: verification refuses the empty one.
    token = token.strip() if scheme.lower() == "bearer" else ""
    try:
        actor = connection.state.tokens.verify(token)
    except GuantongError as error:
        raise RequestFault(401, error, {"www-authenticate": 'Bearer error="invalid_token"'}) from None
    return Caller(actor, sha256(token.encode()).hexdigest()[:16], _expiry(token), "token")


def account(caller: Caller, connection: HTTPConnection) -> str:
    """What a caller's asking is counted under."""
    return f"caller:{caller.key}" if caller.key else f"address:{network_of(connection)}"


def network_of(connection: HTTPConnection) -> str:
    """The client's address, or as much of it as one subscriber has."""
    host = connection.client.host if connection.client else ""
    try:
        address = ip_address(host)
    except ValueError:
        return host
    if isinstance(address, IPv6Address):
        return str(address.ipv4_mapped or ip_network((address, IPV6_PREFIX), strict=False))
    return str(address)


def _expiry(token: str) -> datetime:
    """When a token that was verified ends."""
    payload = token.split(".")[1]
    claims = orjson.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    return datetime.fromtimestamp(claims["exp"], UTC)
