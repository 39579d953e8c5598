"""Posts one event to one address: bounded in time and size, by no proxy, and never on to where a redirect points."""

import asyncio
import ssl
import time
from collections.abc import Mapping
from typing import Final

import httpcore2

from core.errors import GuantongError
from core.services.webhook_deliveries import Result
from core.webhooks import DeliveryError, checked_url
from server.webhooks.guard import AddressRefused, Guard, GuardedBackend, NameUnknown

# So much of an answer is read, and thrown away, that the connection can be used again; nothing of it is kept.
MOST_READ: Final = 4096
_KEPT_OPEN: Final = 5.0  # seconds
_GONE, _OK, _REDIRECTS, _ERRORS = 410, 200, 300, 400


class Poster:
    """Posts by connections of its own; to be closed. ``httpcore2`` knows no redirects, cookies or proxies."""

    def __init__(self, guard: Guard, seconds: float, side_by_side: int, trust: ssl.SSLContext | None = None) -> None:
        self._may_be_loopback = guard.may_be_loopback
        self._seconds = seconds
        self._pool = httpcore2.AsyncConnectionPool(
            ssl_context=trust or ssl.create_default_context(),
            max_connections=side_by_side,
            keepalive_expiry=_KEPT_OPEN,
            network_backend=GuardedBackend(guard),
        )

    async def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Result:
        """What came of it."""
        begun = time.monotonic()
        status, error = await self._tried(url, body, headers)
        return Result(status, round((time.monotonic() - begun) * 1000), error)

    async def _tried(
        self, url: str, body: bytes, headers: Mapping[str, str]
    ) -> tuple[int | None, DeliveryError | None]:
        try:
            # Rules may have become stricter since it was put on record.
            checked_url(url, may_be_loopback=self._may_be_loopback)
            async with asyncio.timeout(self._seconds):
                status = await self._status(url, body, headers)
        except (AddressRefused, GuantongError):
            return None, DeliveryError.ADDRESS_REFUSED
        except NameUnknown:
            return None, DeliveryError.NAME_UNKNOWN
        except (TimeoutError, httpcore2.TimeoutException):
            return None, DeliveryError.TIMED_OUT
        except (httpcore2.NetworkError, httpcore2.ProtocolError, OSError):
            return None, DeliveryError.NOT_CONNECTED
        return status, _error(status)

    async def _status(self, url: str, body: bytes, headers: Mapping[str, str]) -> int:
        seen = 0
        sent = list(headers.items())
        async with self._pool.stream("POST", url, headers=sent, content=body) as response:
            async for chunk in response.aiter_stream():
                seen += len(chunk)
                if seen > MOST_READ:
                    break
            return response.status

    async def close(self) -> None:
        await self._pool.aclose()


def _error(status: int) -> DeliveryError | None:
    if _OK <= status < _REDIRECTS:
        return None
    if status == _GONE:
        return DeliveryError.GONE
    return DeliveryError.REDIRECTED if _REDIRECTS <= status < _ERRORS else DeliveryError.STATUS
