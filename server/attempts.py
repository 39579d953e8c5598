"""How often somebody may fail to sign in: by name, and by address. Kept in the memory of each process."""

from limits import RateLimitItem, RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import MovingWindowRateLimiter

from core.errors import ErrorCode, GuantongError
from core.texts import Text

MINUTES = 15
BY_NAME = RateLimitItemPerMinute(10, MINUTES, namespace="sign-in-name")  # platform default
BY_ADDRESS = RateLimitItemPerMinute(50, MINUTES, namespace="sign-in-address")  # platform default: many share one


class Attempts:
    """Counts failures. Names count whether anybody has them or not, so that counting tells nothing."""

    def __init__(self) -> None:
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    async def check(self, name: str, address: str) -> None:
        """Raise TOO_MANY_ATTEMPTS when either has failed too often."""
        for limit, key in self._keys(name, address):
            if not await self._limiter.test(limit, key):
                raise GuantongError(
                    ErrorCode.TOO_MANY_ATTEMPTS,
                    Text(
                        f"登录失败次数过多；请在 {MINUTES} 分钟后再试，或联系管理员",
                        f"too many failed sign-ins; try again in {MINUTES} minutes, or ask the administrator",
                    ),
                )

    async def failed(self, name: str, address: str) -> None:
        for limit, key in self._keys(name, address):
            await self._limiter.hit(limit, key)

    async def succeeded(self, name: str) -> None:
        """Forget the failures of a name; those of an address stay, or an own account would wash guesses clean."""
        await self._limiter.clear(BY_NAME, name.casefold())

    @staticmethod
    def _keys(name: str, address: str) -> tuple[tuple[RateLimitItem, str], tuple[RateLimitItem, str]]:
        return (BY_NAME, name.casefold()), (BY_ADDRESS, address)
