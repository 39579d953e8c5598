"""Everything that has to do with who acts, put together from the settings."""

from dataclasses import dataclass
from datetime import timedelta

from core.dates import Clock
from core.passwords import Passwords
from core.services.sign_ins import Lifetimes
from core.storage.database import Database
from server.authentication import Authentication
from server.cookies import Cookies
from server.flow import Flows
from server.provider import Client, Provider
from server.settings import Settings
from server.sign_in import SignInDesk
from server.signing_secret import client_secret
from server.tokens import TokenAuthority, token_authority


@dataclass(frozen=True, slots=True)
class Identity:
    """What the routes of signing in work with; everything else asks ``authentication`` alone."""

    authentication: Authentication
    desk: SignInDesk
    flows: Flows
    access_token_seconds: int

    @property
    def tokens(self) -> TokenAuthority:
        return self.authentication.tokens

    @property
    def cookies(self) -> Cookies:
        return self.authentication.cookies

    @property
    def provider(self) -> Provider | None:
        return self.authentication.provider

    @property
    def clock(self) -> Clock:
        return self.authentication.clock


def identity_of(settings: Settings, database: Database, clock: Clock, passwords: Passwords | None = None) -> Identity:
    """The identity of an installation. Raises SETTINGS_INVALID for secrets that production refuses."""
    lifetimes = Lifetimes(timedelta(minutes=settings.session_minutes), timedelta(minutes=settings.session_idle_minutes))
    tokens = token_authority(settings, clock)
    return Identity(
        authentication=Authentication(
            database=database,
            tokens=tokens,
            clock=clock,
            lifetimes=lifetimes,
            cookies=Cookies(secure=not settings.is_demonstration),
            provider=provider_of(settings, clock),
        ),
        desk=SignInDesk(
            database,
            clock,
            lifetimes,
            passwords or Passwords(),
            by_password=settings.local_accounts,
            examples=settings.is_demonstration,
        ),
        flows=Flows(tokens.secret, clock),
        access_token_seconds=settings.access_token_minutes * 60,
    )


def check_secrets(settings: Settings, clock: Clock) -> None:
    """Raise SETTINGS_INVALID for secrets that production refuses, before there is a database."""
    token_authority(settings, clock)
    provider_of(settings, clock)


def provider_of(settings: Settings, clock: Clock) -> Provider | None:
    """The OIDC provider, if one is set."""
    if settings.oidc_issuer is None or settings.oidc_client_id is None:
        return None
    client = Client(settings.oidc_client_id, client_secret(settings), settings.oidc_audience)
    return Provider(settings.oidc_issuer, client, clock)
