"""The cookie of a console's session: an id and nothing else, for scripts and other sites out of reach.

What the id stands for is kept on the server, so that a session ends when it is ended there.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from starlette.responses import Response

from server.settings import Settings

_NAME = "guantong_session"


@dataclass(frozen=True, slots=True)
class SessionCookie:
    """How the cookie is set, found and taken back. ``is_secure`` only over TLS, which the demonstration has not."""

    is_secure: bool

    @classmethod
    def of(cls, settings: Settings) -> "SessionCookie":
        return cls(is_secure=not settings.is_demonstration)

    @property
    def name(self) -> str:
        """With TLS the prefix makes browsers refuse one that a neighbouring host or plain HTTP has set."""
        return f"__Host-{_NAME}" if self.is_secure else _NAME

    def put(self, response: Response, session_id: str, now: datetime, ends: datetime) -> None:
        """Give the browser the id, until the session ends."""
        self._set(response, session_id, max(0, int((ends - now).total_seconds())))

    def take_back(self, response: Response) -> None:
        """Make the browser forget it."""
        self._set(response, "", 0)

    def found(self, cookies: Mapping[str, str]) -> str | None:
        """The id that a request carries."""
        return cookies.get(self.name) or None

    def _set(self, response: Response, value: str, seconds: int) -> None:
        # Lax, because a sign-in comes back from the provider by a link. What changes anything is checked apart.
        response.set_cookie(
            self.name, value, max_age=seconds, path="/", secure=self.is_secure, httponly=True, samesite="lax"
        )
