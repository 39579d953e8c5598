"""Tokens: what they carry, and everything that makes one worthless."""

from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey

from core.errors import ErrorCode, GuantongError
from core.permissions import Actor, Permission, Role
from server.identity import check_secrets, provider_of
from server.settings import Settings, load_settings
from server.tokens import TokenAuthority, token_authority
from tests.server.fakes import StillClock

ENTERPRISE = UUID("01890000-0000-7000-8000-000000000001")
PERSON = UUID("01890000-0000-7000-8000-000000000002")
SECRET = "a secret that has been drawn at random, or so it says"


@pytest.fixture
def authority(settings: Settings, clock: StillClock) -> TokenAuthority:
    return token_authority(settings, clock)


def forged(authority: TokenAuthority, secret: bytes | None = None, algorithm: str = "HS256", **changes: Any) -> str:
    """A token with the right claims but for ``changes``; a change to None leaves the claim out."""
    now = int(authority.clock.now().timestamp())
    claims: dict[str, Any] = {
        "iss": "guantong-demonstration",
        "aud": "guantong",
        "iat": now,
        "exp": now + 60,
        "jti": "1",
        "sub": "someone",
        "role": "worker",
    }
    claims = {name: value for name, value in (claims | changes).items() if value is not None}
    key = OctKey.import_key(secret or authority.secret)
    return jwt.encode({"alg": algorithm}, claims, key, algorithms=[algorithm])


def refusal(authority: TokenAuthority, token: str) -> str:
    with pytest.raises(GuantongError) as caught:
        authority.verify(token)
    assert caught.value.code is ErrorCode.TOKEN_INVALID
    assert caught.value.message.zh.endswith("请重新获取令牌")
    return caught.value.message.en


def test_a_token_carries_its_actor(authority: TokenAuthority) -> None:
    actor = Actor.of(Role.ENTERPRISE_ADMIN, "岭南 administrator", enterprise_id=ENTERPRISE, person_id=PERSON)
    assert authority.verify(authority.issue(actor, timedelta(hours=1))).actor == actor


def test_rights_come_from_the_role_and_not_from_the_token(authority: TokenAuthority) -> None:
    actor = authority.verify(forged(authority, permissions=["city:identity:read"])).actor
    assert actor is not None
    assert not actor.may(Permission.CITY_IDENTITY_READ)


def test_a_token_ends(authority: TokenAuthority, clock: StillClock) -> None:
    token = authority.issue(Actor.of(Role.BUREAU_AUDITOR, "auditor"), timedelta(minutes=5))
    clock.forward(timedelta(minutes=5) - timedelta(seconds=1))
    assert authority.verify(token).ends_at == clock.now() + timedelta(seconds=1)
    clock.forward(timedelta(seconds=1))
    assert refusal(authority, token) == "the token's claim is wrong or expired: exp; get a new token"


@pytest.mark.parametrize(
    ("changes", "claim"),
    [
        ({"iss": "guantong"}, "iss"),
        ({"iss": None}, "iss"),
        ({"aud": "another service"}, "aud"),
        ({"aud": None}, "aud"),
        ({"exp": None}, "exp"),
        ({"exp": "tomorrow"}, "exp"),
        ({"iat": 4_000_000_000}, "iat"),
        ({"jti": None}, "jti"),
        ({"sub": 7}, "sub"),
        ({"role": None}, "role"),
        ({"role": "emperor"}, "role"),
        ({"role": "anonymous"}, "role"),
        ({"role": "service"}, "role"),
    ],
)
def test_each_claim_is_checked(authority: TokenAuthority, changes: dict[str, Any], claim: str) -> None:
    assert refusal(authority, forged(authority, **changes)) == (
        f"the token's claim is wrong or expired: {claim}; get a new token"
    )


@pytest.mark.parametrize("changes", [{"enterprise": "lingnan"}, {"person": 7}, {"role": ["worker"]}])
def test_values_that_cannot_be_read(authority: TokenAuthority, changes: dict[str, Any]) -> None:
    assert refusal(authority, forged(authority, **changes)) == (
        "the token's signature or content is wrong; get a new token"
    )


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "é.é.é", "eyJhbGciOiJub25lIn0.eyJyb2xlIjoid29ya2VyIn0."])
def test_no_token_at_all(authority: TokenAuthority, token: str) -> None:
    assert refusal(authority, token) == "the token's signature or content is wrong; get a new token"


def test_another_secret_or_algorithm_signs_nothing(authority: TokenAuthority) -> None:
    assert "signature" in refusal(authority, forged(authority, secret=b"another secret of thirty-two byte"))
    assert "signature" in refusal(authority, forged(authority, algorithm="HS512"))


def test_an_endless_token_is_not_even_parsed(authority: TokenAuthority) -> None:
    assert refusal(authority, "x" * 5000) == "the token is longer than 4096 characters; get a new token"


def test_production_refuses_demonstration_tokens(
    authority: TokenAuthority, production: Settings, clock: StillClock
) -> None:
    token = authority.issue(Actor.of(Role.BUREAU_OFFICER, "officer"), timedelta(hours=1))
    assert "signature" in refusal(token_authority(production, clock), token)
    # Nor does sharing the secret help.
    assert "account" in refusal(TokenAuthority(authority.secret, "guantong", clock), token)


def test_the_demonstration_secret_is_made_once_and_private(settings: Settings, clock: StillClock) -> None:
    first, second = token_authority(settings, clock), token_authority(settings, clock)
    assert first.secret == second.secret
    assert first.secret.startswith(b"demonstration-")
    assert len(first.secret) >= 32
    assert (settings.home / "token.key").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in settings.home.iterdir()] == ["token.key"]


@pytest.mark.parametrize(
    ("overrides", "message"),
    [
        ({}, "production mode needs GUANTONG_TOKEN_SECRET or GUANTONG_TOKEN_SECRET_FILE"),
        ({"token_secret": "short"}, "the token secret needs at least 32 bytes and has 5"),
        (
            {"token_secret": "demonstration-" + SECRET},
            "production mode refuses the demonstration secret; generate another",
        ),
        ({"token_secret": "changeme " + SECRET}, "the token secret holds the placeholder 'changeme'; generate another"),
        (
            {"token_secret": "x" * 64},
            "the token secret has 1 different bytes and is easily guessed; draw one at random",
        ),
        (
            {"token_secret_file": "/nowhere/secret"},
            "cannot read GUANTONG_TOKEN_SECRET_FILE (/nowhere/secret): No such file or directory",
        ),
    ],
)
def test_production_refuses_weak_secrets(clock: StillClock, overrides: dict[str, str], message: str) -> None:
    settings = load_settings(mode="production", allowed_hosts=["guantong.example"], **overrides)
    with pytest.raises(GuantongError) as caught:
        token_authority(settings, clock)
    assert caught.value.code is ErrorCode.SETTINGS_INVALID
    assert caught.value.message.en == message


def test_production_reads_its_secret_from_a_file(clock: StillClock, tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text(SECRET + "\n", encoding="utf-8")
    settings = load_settings(mode="production", allowed_hosts=["guantong.example"], token_secret_file=file)
    assert token_authority(settings, clock).secret == SECRET.encode()


PROVIDER = {"oidc_issuer": "https://id.example", "oidc_client_id": "guantong"}


def test_a_client_has_the_secret_of_its_file_or_none(clock: StillClock, tmp_path: Path) -> None:
    file = tmp_path / "client"
    file.write_text("a client's secret\n", encoding="utf-8")
    with_file = provider_of(load_settings(**PROVIDER, oidc_client_secret_file=file), clock)
    without = provider_of(load_settings(**PROVIDER), clock)
    assert with_file is not None
    assert without is not None
    assert (with_file.client.secret, without.client.secret) == ("a client's secret", None)
    assert "a client's secret" not in repr(with_file.client)
    assert provider_of(load_settings(), clock) is None


@pytest.mark.parametrize(
    ("secret", "message"),
    [
        ("ChangeMe", "the client secret holds the placeholder 'changeme'; generate another"),
        ("demonstration-x", "production mode refuses the demonstration secret; generate another"),
    ],
)
def test_production_refuses_default_secrets_of_the_client(clock: StillClock, secret: str, message: str) -> None:
    production = {"mode": "production", "allowed_hosts": ["guantong.example"], "token_secret": SECRET}
    with pytest.raises(GuantongError) as caught:
        check_secrets(load_settings(**production, **PROVIDER, oidc_client_secret=secret), clock)
    assert (caught.value.code, caught.value.message.en) == (ErrorCode.SETTINGS_INVALID, message)


def test_secrets_are_never_shown(settings: Settings, clock: StillClock) -> None:
    authority = token_authority(settings, clock)
    assert authority.secret.decode() not in repr(authority)
