"""How much one caller may ask within a minute, counted by cost rather than by requests.

Two counters a caller, the present minute's and the last one's, weighted: a window that moves, without an entry for
every unit of cost. Counted in this process, or in a store that several share.
"""

from collections.abc import Mapping
from typing import cast

import structlog
from limits import RateLimitItemPerMinute
from limits.aio.storage import SlidingWindowCounterSupport, Storage
from limits.aio.strategies import SlidingWindowCounterRateLimiter
from limits.errors import ConfigurationError, StorageError
from limits.storage import storage_from_string
from starlette.types import Scope

from core.errors import ErrorCode, GuantongError
from core.permissions import Role
from core.texts import Text
from schema.limits.budget import Budget
from schema.operation import Charge
from server.proxies import client_address
from server.windows import Windows

MEMORY = "memory://"
_log = structlog.get_logger("guantong.rates")


def account(key: str, scope: Scope) -> str:
    """What a caller's asking is counted under: who it is, or from where it comes."""
    return f"caller:{key}" if key else f"address:{client_address(scope)}"


class Rates:
    """Counts what callers ask. Raises SETTINGS_INVALID for a store that cannot be used."""

    def __init__(self, store: str, budgets: Mapping[Role, Budget]) -> None:
        self._shared = SlidingWindowCounterRateLimiter(_storage(store))
        self._own = SlidingWindowCounterRateLimiter(Windows())
        self._limits = {role: RateLimitItemPerMinute(budget.per_minute) for role, budget in budgets.items()}

    def charge(self, role: Role, account: str) -> Charge:
        """What counts the work that is done for an account; it raises RATE_LIMITED before what would be too much."""

        async def charge(cost: int) -> None:
            limit = self._limits[role]
            counted = min(max(cost, 1), limit.amount)  # nothing is free, and nothing is refused for ever
            if not await self._hit(limit, account, counted):
                raise self._refusal(limit, await self._wait(limit, account, counted))

        return charge

    async def _hit(self, limit: RateLimitItemPerMinute, account: str, cost: int) -> bool:
        try:
            return await self._shared.hit(limit, account, cost=cost)
        except StorageError:
            # A store that is out of reach neither stops the service nor opens it to everybody.
            _log.exception("rate_limit_store_failed")
            return await self._own.hit(limit, account, cost=cost)

    async def _wait(self, limit: RateLimitItemPerMinute, account: str, cost: int) -> int:
        """Seconds until so much may be asked, if nothing else is meanwhile."""
        span = limit.get_expiry()
        try:
            storage = cast("SlidingWindowCounterSupport", self._shared.storage)
            found = await storage.get_sliding_window(limit.key_for(account), span)
        except StorageError:
            return span
        return int(seconds_until(cost, limit.amount, span, found)) + 1

    @staticmethod
    def _refusal(limit: RateLimitItemPerMinute, seconds: int) -> GuantongError:
        return GuantongError(
            ErrorCode.RATE_LIMITED,
            Text(
                f"一分钟内的请求成本超过 {limit.amount}；请 {seconds} 秒后重试",
                f"more than {limit.amount} was asked for within a minute; try again in {seconds} s",
            ),
            figures={"limit": limit.amount, "retryAfter": seconds},
        )


def seconds_until(cost: int, amount: int, span: int, counted: tuple[int, float, int, float]) -> float:
    """After how long ``cost`` fits beside what was counted in the last span and in this one.

    What the last one counted wanes evenly until its time is up; then this one wanes in its place. The library tells
    only when anything wanes at all. It takes the sum for whole numbers, which leaves room for one more.
    """
    before, before_ends_in, now, now_ends_in = counted
    room = amount - cost + 1
    if before and room > now:
        return max(before_ends_in - (room - now) * span / before, 0.0)
    return now_ends_in - min(room * span / max(now, 1), span)


def _storage(store: str) -> Storage:
    if store == MEMORY:
        return Windows()
    try:
        found = storage_from_string(f"async+{store}", wrap_exceptions=True)
    except (ConfigurationError, ValueError):
        # The address may hold a password: only its kind is told.
        scheme = store.partition("://")[0]
        raise GuantongError(
            ErrorCode.SETTINGS_INVALID,
            Text(
                f"GUANTONG_RATE_LIMIT_STORE：存储类型 {scheme} 不可用；{MEMORY} 总是可用",
                f"GUANTONG_RATE_LIMIT_STORE: a store of kind {scheme} cannot be used; {MEMORY} always can",
            ),
        ) from None
    assert isinstance(found, Storage)
    return found
