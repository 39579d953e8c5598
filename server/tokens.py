"""Signed tokens that say who acts: made for the demonstration, verified in every mode.

Claims: ``iss``, ``aud``, ``exp``, ``iat``, ``jti``, ``sub`` (the name kept in audit events), ``role``, and, where the
role has one, ``enterprise`` and ``person`` (UUIDs) and ``authority`` (行业主管部门). A demonstration token has its own
issuer, so production refuses it whatever the secret.
"""

import os
import secrets
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any
from uuid import UUID

from joserfc import jwt
from joserfc.errors import ClaimError, JoseError
from joserfc.jwk import OctKey
from uuid_utils.compat import uuid7

from core.dates import Clock
from core.errors import ErrorCode, GuantongError
from core.permissions import Actor, Role
from core.texts import Text
from server.settings import Mode, Settings

ALGORITHM = "HS256"
AUDIENCE = "guantong"
ISSUERS = {Mode.DEMONSTRATION: "guantong-demonstration", Mode.PRODUCTION: "guantong"}
DEMONSTRATION_PREFIX = "demonstration-"
SHORTEST_SECRET = 32  # bytes: the length of an HS256 digest
LONGEST_TOKEN = 4_096  # characters
NOT_FOR_TOKENS = frozenset({Role.ANONYMOUS, Role.SERVICE})


@dataclass(frozen=True, slots=True)
class TokenAuthority:
    """Signs and verifies tokens with one secret, for one issuer."""

    secret: bytes
    issuer: str
    clock: Clock

    def issue(self, actor: Actor, lifetime: timedelta) -> str:
        """A token that makes its bearer ``actor`` for ``lifetime``."""
        now = int(self.clock.now().timestamp())
        claims: dict[str, Any] = {
            "iss": self.issuer,
            "aud": AUDIENCE,
            "iat": now,
            "exp": now + int(lifetime.total_seconds()),
            "jti": str(uuid7()),
            "sub": actor.name,
            "role": actor.role.value,
        }
        scopes: dict[str, Any] = {"enterprise": actor.enterprise_id, "person": actor.person_id}
        scopes |= {"authority": actor.authority}
        claims |= {name: str(value) for name, value in scopes.items() if value is not None}
        return jwt.encode({"alg": ALGORITHM}, claims, self._key, algorithms=[ALGORITHM])

    def verify(self, token: str) -> Actor:
        """The actor of a token. Raises TOKEN_INVALID, naming the claim that is wrong."""
        if len(token) > LONGEST_TOKEN:
            raise _invalid("令牌过长", f"the token is longer than {LONGEST_TOKEN} characters")
        try:
            claims = jwt.decode(token, self._key, algorithms=[ALGORITHM]).claims
            self._rules().validate(claims)
            return _actor(claims)
        except ClaimError as error:
            claim = getattr(error, "claim", None) or error.description
            raise _invalid(f"令牌的 {claim} 不符或已过期", f"the token's claim is wrong or expired: {claim}") from None
        except (JoseError, ValueError, TypeError):
            raise _invalid("令牌的签名或内容有误", "the token's signature or content is wrong") from None

    @property
    def _key(self) -> OctKey:
        return OctKey.import_key(self.secret)

    def _rules(self) -> jwt.JWTClaimsRegistry:
        # The library checks only what is named here.
        return jwt.JWTClaimsRegistry(
            now=int(self.clock.now().timestamp()),
            iss={"essential": True, "value": self.issuer},
            aud={"essential": True, "value": AUDIENCE},
            exp={"essential": True},
            iat={"essential": True},
            jti={"essential": True},
            sub={"essential": True},
            role={"essential": True, "values": [role.value for role in Role if role not in NOT_FOR_TOKENS]},
        )


def token_authority(settings: Settings, clock: Clock) -> TokenAuthority:
    """The authority of this installation; the demonstration makes its secret on first use."""
    secret = _demonstration_secret(settings.prepare_home()) if settings.is_demonstration else _own_secret(settings)
    return TokenAuthority(secret, ISSUERS[settings.mode], clock)


def _actor(claims: dict[str, Any]) -> Actor:
    enterprise, person = (claims.get(name) for name in ("enterprise", "person"))
    return Actor.of(
        Role(claims["role"]),
        claims["sub"],
        enterprise_id=None if enterprise is None else UUID(str(enterprise)),
        person_id=None if person is None else UUID(str(person)),
        authority=_text(claims.get("authority")),
    )


def _text(value: Any) -> str | None:
    if value is not None and not isinstance(value, str):
        raise TypeError("a claim that is no text")
    return value


def _demonstration_secret(home: Path) -> bytes:
    path = home / "token.key"
    if not path.exists():
        _write_once(path, f"{DEMONSTRATION_PREFIX}{secrets.token_urlsafe(32)}".encode())
    return path.read_bytes()


def _write_once(path: Path, content: bytes) -> None:
    """Two processes that start at once must end up with one whole secret: the first link wins."""
    with NamedTemporaryFile(dir=path.parent) as draft:  # made with mode 0600
        draft.write(content)
        draft.flush()
        with suppress(FileExistsError):
            os.link(draft.name, path)


def _own_secret(settings: Settings) -> bytes:
    secret = _configured_secret(settings)
    if secret is None:
        raise _refused(
            "生产模式须设 GUANTONG_TOKEN_SECRET 或 GUANTONG_TOKEN_SECRET_FILE",
            "production mode needs GUANTONG_TOKEN_SECRET or GUANTONG_TOKEN_SECRET_FILE",
        )
    if secret.startswith(DEMONSTRATION_PREFIX.encode()):
        raise _refused(
            "生产模式不得使用演示密钥；请另行生成", "production mode refuses the demonstration secret; generate another"
        )
    if len(secret) < SHORTEST_SECRET:
        raise _refused(
            f"令牌密钥至少 {SHORTEST_SECRET} 字节，现为 {len(secret)} 字节",
            f"the token secret needs at least {SHORTEST_SECRET} bytes and has {len(secret)}",
        )
    return secret


def _configured_secret(settings: Settings) -> bytes | None:
    if settings.token_secret is not None:
        return settings.token_secret.get_secret_value().encode()
    if settings.token_secret_file is None:
        return None
    try:
        return settings.token_secret_file.read_bytes().strip()
    except OSError as error:
        raise _refused(
            f"无法读取 GUANTONG_TOKEN_SECRET_FILE（{settings.token_secret_file}）：{error.strerror}",
            f"cannot read GUANTONG_TOKEN_SECRET_FILE ({settings.token_secret_file}): {error.strerror}",
        ) from None


def _invalid(zh: str, en: str) -> GuantongError:
    return GuantongError(ErrorCode.TOKEN_INVALID, Text(f"{zh}；请重新获取令牌", f"{en}; get a new token"))


def _refused(zh: str, en: str) -> GuantongError:
    return GuantongError(ErrorCode.SETTINGS_INVALID, Text(zh, en))
