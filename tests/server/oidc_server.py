"""An OpenID provider on a port of this machine, made of Authlib's server: codes with PKCE, signed ID and access tokens.

Whoever comes is signed in as ``user`` at once. Tests turn its keys, change what its tokens claim, and count what it is
asked.
"""

import json
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

import uvicorn
from authlib.oauth2.rfc6749 import AuthorizationServer, ClientMixin, OAuth2Payload, OAuth2Request
from authlib.oauth2.rfc6749.grants import AuthorizationCodeGrant
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oauth2.rfc9068 import JWTBearerTokenGenerator
from authlib.oidc.core import OpenIDCode
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from server.serving import bind

CLIENT_ID, CLIENT_SECRET = "guantong-console", "s3cret of this client: 100% /its own/"
AUDIENCE = "guantong-api"
GRANT = "authorization_code"


@dataclass
class Code:
    """A code that was given out."""

    code: str
    redirect_uri: str
    scope: str
    nonce: str | None
    code_challenge: str | None
    code_challenge_method: str | None

    def get_redirect_uri(self) -> str:
        return self.redirect_uri

    def get_scope(self) -> str:
        return self.scope

    def get_nonce(self) -> str | None:
        return self.nonce

    def get_auth_time(self) -> int:
        return int(time.time())

    def get_acr(self) -> None:
        return None

    def get_amr(self) -> None:
        return None


@dataclass
class User:
    """Somebody who has signed in at the provider."""

    subject: str

    def get_user_id(self) -> str:
        return self.subject


@dataclass
class Client(ClientMixin):  # type: ignore[misc]
    """The one client that the provider knows."""

    redirect_uris: set[str]

    def get_client_id(self) -> str:
        return CLIENT_ID

    def get_default_redirect_uri(self) -> None:
        return None

    def get_allowed_scope(self, scope: str) -> str:
        return scope

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        return redirect_uri in self.redirect_uris

    def check_client_secret(self, secret: str) -> bool:
        return secret == CLIENT_SECRET

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        return method == "client_secret_basic"

    def check_response_type(self, response_type: str) -> bool:
        return response_type == "code"

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type == GRANT


class OidcServer:
    """The provider's state, which tests look at and change."""

    def __init__(self, issuer: str) -> None:
        self.issuer = issuer
        self.client = Client({"http://127.0.0.1/auth/oidc/callback", "https://guantong.example/auth/oidc/callback"})
        self.reset()
        self.library = _Library(self)

    def reset(self) -> None:
        """As new, with a new key."""
        self.user = User("subject-1")
        self.keys = [new_key()]
        self.asked: Counter[str] = Counter()
        self.is_down = False
        self.metadata: dict[str, Any] = {}
        self.claims: dict[str, Any] = {}
        self.codes: dict[str, Code] = {}
        self.last_token: dict[str, Any] = {}

    @property
    def key(self) -> RSAKey:
        """The key that signs now."""
        return self.keys[-1]

    def rotate(self) -> None:
        """Sign with a new key, and publish it alone."""
        self.keys = [new_key()]

    def signed(self, claims: dict[str, Any], key: RSAKey | None = None, **header: Any) -> str:
        """A token as the provider would sign it, with claims of the test's own."""
        key = key or self.key
        now = int(time.time())
        given = {"iss": self.issuer, "aud": AUDIENCE, "sub": self.user.subject, "iat": now, "exp": now + 300}
        given = {name: value for name, value in (given | {"jti": "1"} | claims).items() if value is not None}
        return jwt.encode({"alg": "RS256", "kid": key.kid, **header}, given, key)


def new_key() -> RSAKey:
    key = RSAKey.generate_key(2048)
    key.ensure_kid()
    return key


class _Payload(OAuth2Payload):  # type: ignore[misc]
    def __init__(self, pairs: list[tuple[str, str]]) -> None:
        self._data = dict(pairs)
        self._datalist: dict[str, list[str]] = defaultdict(list)
        for name, value in pairs:
            self._datalist[name].append(value)

    @property
    def data(self) -> dict[str, str]:
        return self._data

    @property
    def datalist(self) -> dict[str, list[str]]:
        return self._datalist


class _Asked(OAuth2Request):  # type: ignore[misc]
    def __init__(self, request: Request, body: bytes) -> None:
        super().__init__(request.method, str(request.url), headers=dict(request.headers))
        self.headers = {name.title(): value for name, value in request.headers.items()}
        self.payload = _Payload(request.query_params.multi_items() + parse_qsl(body.decode()))

    @property
    def args(self) -> dict[str, str]:
        data: dict[str, str] = self.payload.data
        return data

    form = args


class _Library(AuthorizationServer):  # type: ignore[misc]
    """Authlib's server over Starlette's requests."""

    def __init__(self, provider: OidcServer) -> None:
        super().__init__()
        self.provider = provider
        self.register_token_generator("default", _AccessTokens(provider))
        self.register_grant(_CodeGrant, [_IdTokens(provider), CodeChallenge(required=True)])

    def query_client(self, client_id: str) -> Client | None:
        return self.provider.client if client_id == CLIENT_ID else None

    def save_token(self, token: dict[str, Any], request: OAuth2Request) -> None:
        self.provider.last_token = token

    def create_oauth2_request(self, request: OAuth2Request) -> OAuth2Request:
        return request

    def handle_response(self, status: int, body: Any, headers: Any) -> Response:
        text = json.dumps(body) if isinstance(body, dict) else body
        return Response(text, status, dict(headers))

    def send_signal(self, name: str, *args: Any, **kwargs: Any) -> None:
        pass


class _CodeGrant(AuthorizationCodeGrant):  # type: ignore[misc]
    TOKEN_ENDPOINT_AUTH_METHODS = ("client_secret_basic",)

    def save_authorization_code(self, code: str, request: OAuth2Request) -> None:
        asked = request.payload.data
        names = ("redirect_uri", "scope", "nonce", "code_challenge", "code_challenge_method")
        self.server.provider.codes[code] = Code(code, *(asked.get(name) for name in names))

    def query_authorization_code(self, code: str, client: Client) -> Code | None:
        found: Code | None = self.server.provider.codes.get(code)
        return found

    def delete_authorization_code(self, authorization_code: Code) -> None:
        del self.server.provider.codes[authorization_code.code]

    def authenticate_user(self, authorization_code: Code) -> User:
        user: User = self.server.provider.user
        return user


class _IdTokens(OpenIDCode):  # type: ignore[misc]
    def __init__(self, provider: OidcServer) -> None:
        super().__init__(require_nonce=True)
        self.provider = provider

    def exists_nonce(self, nonce: str, request: OAuth2Request) -> bool:
        return any(code.nonce == nonce for code in self.provider.codes.values())

    def resolve_client_private_key(self, client: Client) -> RSAKey:
        return self.provider.key

    def get_encode_header(self, client: Client) -> dict[str, Any]:
        return {"alg": "RS256", "kid": self.provider.key.kid}

    def get_client_claims(self, client: Client) -> dict[str, Any]:
        return {"iss": self.provider.issuer, "aud": [CLIENT_ID]}

    def generate_user_info(self, user: User, scope: str) -> dict[str, Any]:
        return {"sub": user.subject} | self.provider.claims


class _AccessTokens(JWTBearerTokenGenerator):  # type: ignore[misc]
    def __init__(self, provider: OidcServer) -> None:
        super().__init__(provider.issuer)
        self.provider = provider

    def get_jwks(self) -> KeySet:
        return KeySet([self.provider.key])

    def get_audiences(self, client: Client, user: User, scope: str) -> list[str]:
        return [AUDIENCE]


@contextmanager
def running() -> Iterator[OidcServer]:
    """A provider that answers until the block ends."""
    with bind("127.0.0.1", 0) as listener:
        provider = OidcServer(f"http://127.0.0.1:{listener.getsockname()[1]}")
        config = uvicorn.Config(_app(provider), log_config=None, lifespan="off", ws="none")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            yield provider
        finally:
            server.should_exit = True
            thread.join(10)


def _app(provider: OidcServer) -> Starlette:
    async def configuration(_request: Request) -> Response:
        addresses = {"authorization_endpoint": "/authorize", "token_endpoint": "/token", "jwks_uri": "/jwks"}
        whole = {name: provider.issuer + path for name, path in addresses.items()}
        return JSONResponse({"issuer": provider.issuer, **whole, **provider.metadata})

    async def jwks(_request: Request) -> Response:
        return JSONResponse(KeySet(list(provider.keys)).as_dict(private=False))

    async def authorize(request: Request) -> Response:
        asked = _Asked(request, b"")
        grant = provider.library.get_consent_grant(asked, provider.user)
        found: Response = provider.library.create_authorization_response(asked, provider.user, grant)
        return found

    async def token(request: Request) -> Response:
        asked = _Asked(request, await request.body())
        found: Response = provider.library.create_token_response(asked)
        return found

    def counted(endpoint: Any) -> Any:
        async def whole(request: Request) -> Response:
            provider.asked[endpoint.__name__] += 1
            if provider.is_down:
                return Response(status_code=503)
            found: Response = await endpoint(request)
            return found

        return whole

    return Starlette(
        routes=[
            Route("/.well-known/openid-configuration", counted(configuration)),
            Route("/jwks", counted(jwks)),
            Route("/authorize", counted(authorize)),
            Route("/token", counted(token), methods=["POST"]),
        ]
    )
