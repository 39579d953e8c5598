"""The two cookies: a session, and a sign-in under way. No script reads them; production sends them by TLS alone."""

from dataclasses import dataclass

from starlette.responses import Response


@dataclass(frozen=True, slots=True)
class Cookies:
    """``secure`` wherever there is TLS: everywhere but in the demonstration, which is on loopback."""

    secure: bool

    @property
    def session(self) -> str:
        return self._name("guantong")

    @property
    def flow(self) -> str:
        return self._name("guantong-flow")

    def set(self, response: Response, name: str, value: str, seconds: int) -> None:
        # Lax: the provider's answer is a link from another site, and has to bring the flow along.
        response.set_cookie(name, value, max_age=seconds, path="/", secure=self.secure, httponly=True, samesite="lax")

    def drop(self, response: Response, name: str) -> None:
        response.delete_cookie(name, path="/", secure=self.secure, httponly=True, samesite="lax")

    def dropping(self, name: str) -> str:
        """The header that takes a cookie away, where there is no response yet."""
        response = Response()
        self.drop(response, name)
        return response.headers["set-cookie"]

    def _name(self, name: str) -> str:
        # A browser takes __Host- only from TLS, for one host and the whole of it: no neighbour can plant it.
        return f"__Host-{name}" if self.secure else name
