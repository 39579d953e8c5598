"""Signing in by name and password, and by whom a provider vouches for: what is looked at, and what is begun."""

import asyncio
from dataclasses import dataclass, field
from unicodedata import normalize

import structlog

from core.dates import Clock
from core.errors import ErrorCode, GuantongError
from core.models import Account, SignIn, SignInKind
from core.passwords import Passwords
from core.services.sign_ins import Lifetimes, begin_sign_in, end_sign_in, no_sign_in
from core.storage.database import Database
from core.storage.queries.identity import account_by_name, account_by_subject
from core.storage.row_scope import EVERY_ROW
from core.texts import Text
from server.attempts import Attempts

# Each comparison takes 64 MiB and a core: more at once would make everybody wait.
AT_ONCE = 2
_log = structlog.get_logger("guantong.identity")


@dataclass(frozen=True, slots=True)
class Begun:
    """A session that has begun, with the secret of its cookie."""

    account: Account
    row: SignIn
    secret: str = field(repr=False)


class SignInDesk:
    """Begins and ends sessions. ``examples`` sign in to a demonstration alone, by passwords where they are allowed."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        lifetimes: Lifetimes,
        passwords: Passwords,
        *,
        by_password: bool = True,
        examples: bool = False,
    ) -> None:
        self._database = database
        self._clock = clock
        self._lifetimes = lifetimes
        self._passwords = passwords
        self._by_password = by_password
        self._examples = examples
        self._attempts = Attempts()
        self._few = asyncio.Semaphore(AT_ONCE)

    async def by_password(self, name: str, password: str, address: str, before: str | None) -> Begun:
        """Begin a session. Every failure takes the same time and says the same. Raises TOO_MANY_ATTEMPTS at the end."""
        name = normalize("NFC", name).strip()
        await self._attempts.check(name, address)
        async with self._few:
            await self._attempts.check(name, address)
            account = await self._compared(name, password)
            if account is None:
                await self._attempts.failed(name, address)
                # Not the name: people type their passwords there.
                _log.warning("sign_in_refused", kind=SignInKind.PASSWORD.value, address=address)
                raise no_sign_in()
        await self._attempts.succeeded(name)
        return await self._begin(account, SignInKind.PASSWORD, before)

    async def _compared(self, name: str, password: str) -> Account | None:
        """The account whose password it is."""
        async with self._database.read(EVERY_ROW) as session:
            account = await account_by_name(session, name)
        kept = account.password_hash if account is not None and self._may(account) and self._by_password else None
        right = await asyncio.to_thread(self._passwords.matches, password, kept)
        return account if right else None

    async def by_subject(self, issuer: str, subject: str, before: str | None) -> Begun:
        """Begin a session of whom a provider vouches for. Raises ACCOUNT_UNKNOWN for one whom nobody bound."""
        async with self._database.read(EVERY_ROW) as session:
            account = await account_by_subject(session, issuer, subject)
        if account is None or not self._may(account):
            _log.warning("sign_in_refused", kind=SignInKind.OIDC.value)
            raise _nobody_bound(subject)
        return await self._begin(account, SignInKind.OIDC, before)

    async def end(self, secret: str) -> None:
        """End the session of a cookie."""
        async with self._database.write(EVERY_ROW) as session:
            await end_sign_in(session, secret, self._clock.now())

    def _may(self, account: Account) -> bool:
        return account.disabled_at is None and (self._examples or not account.is_example)

    async def _begin(self, account: Account, kind: SignInKind, before: str | None) -> Begun:
        """Always a session of a new name: whoever planted a cookie, or was signed in before, gains nothing by it."""
        async with self._database.write(EVERY_ROW) as session:
            now = self._clock.now()
            if before is not None:
                await end_sign_in(session, before, now)
            row, secret = await begin_sign_in(session, account, kind, now, self._lifetimes)
        _log.info("signed_in", account=str(account.id), kind=kind.value)
        return Begun(account, row, secret)


def _nobody_bound(subject: str) -> GuantongError:
    return GuantongError(
        ErrorCode.ACCOUNT_UNKNOWN,
        Text(
            f"您的身份（{subject}）未绑定可用的账户；请将此标识告知管理员，由其以 guantong accounts bind 绑定",
            f"your identity ({subject}) is bound to no account that may be used; tell it to the administrator, who "
            "binds it with guantong accounts bind",
        ),
    )
