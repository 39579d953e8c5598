"""A provider's keys and access tokens: keys are kept, turned and not hammered for; only sound tokens act as anybody."""

import hmac
import json
from base64 import urlsafe_b64encode
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from core.permissions import ANONYMOUS, Role
from core.services.accounts import void_sign_ins
from server.settings import Settings
from tests.server.conftest import Enter
from tests.server.identity_world import LogLines, World
from tests.server.oidc_server import CLIENT_SECRET, OidcServer, new_key
from tests.server.oidc_world import MINUTE, at_provider, back, begun, bound, refused, settings_for, signed_in


@pytest.fixture
def settings(provider: OidcServer) -> Settings:
    return settings_for(provider)


# --- keys: kept, turned, and not to be hammered ---


def test_keys_are_kept_and_turned(world: World, provider: OidcServer) -> None:
    bound(world, provider)
    for _ in range(3):
        assert signed_in(world).status_code == 303
    assert (provider.asked["configuration"], provider.asked["jwks"]) == (1, 1)
    provider.rotate()
    world.clock.forward(MINUTE)
    assert signed_in(world).status_code == 303
    assert provider.asked["jwks"] == 2


def test_unknown_keys_do_not_hammer_the_provider(world: World, provider: OidcServer) -> None:
    bound(world, provider)
    assert world.ask(provider.signed({})).status_code == 200
    for n in range(20):
        assert world.ask(provider.signed({}, kid=f"unknown {n}")).status_code == 401
    assert provider.asked["jwks"] == 1
    world.clock.forward(MINUTE)
    for n in range(20):
        assert world.ask(provider.signed({}, kid=f"unknown {n}")).status_code == 401
    assert provider.asked["jwks"] == 2


def test_a_key_that_is_withdrawn_holds_ten_minutes_at_most(world: World, provider: OidcServer) -> None:
    bound(world, provider)
    old = provider.key
    assert world.ask(provider.signed({})).status_code == 200
    provider.rotate()
    world.clock.forward(9 * MINUTE)
    assert world.ask(provider.signed({"exp": 4_000_000_000}, old)).status_code == 200
    world.clock.forward(MINUTE)
    assert world.ask(provider.signed({"exp": 4_000_000_000}, old)).status_code == 401


def test_a_provider_that_is_down_is_believed_for_an_hour(
    world: World, provider: OidcServer, log_lines: LogLines
) -> None:
    bound(world, provider)
    token = provider.signed({"exp": 4_000_000_000})
    assert world.ask(token).status_code == 200
    provider.is_down = True
    world.clock.forward(59 * MINUTE)
    for _ in range(3):
        assert world.ask(token).status_code == 200
    assert provider.asked["configuration"] == 2  # tried once, and not for each request
    world.clock.forward(MINUTE)
    answer = world.ask(token)
    refused(answer, 503, "PROVIDER_UNAVAILABLE", "the identity provider does not answer; try later")
    assert answer.headers["retry-after"] == "60"
    assert "provider_not_read" in json.dumps(log_lines(), ensure_ascii=False)
    provider.is_down = False
    world.clock.forward(MINUTE)
    assert world.ask(token).status_code == 200


@pytest.mark.parametrize(
    "metadata",
    [
        {"issuer": "https://another.example"},
        {"token_endpoint": "http://elsewhere.example/token"},
        {"token_endpoint": None},
        {"jwks_uri": "file:///etc/passwd"},
        {"code_challenge_methods_supported": ["plain"]},
    ],
)
def test_a_provider_that_is_not_what_it_should_be(world: World, provider: OidcServer, metadata: dict[str, Any]) -> None:
    provider.metadata = metadata
    refused(world.client.get("/auth/oidc/start"), 503, "PROVIDER_UNAVAILABLE", "does not answer")


# --- the provider's access tokens ---


def test_an_access_token_of_the_provider_acts_as_its_account(world: World, provider: OidcServer) -> None:
    bound(world, provider, role=Role.BUREAU_AUDITOR)
    signed_in(world)
    world.client.cookies.clear()
    assert world.ask(provider.last_token["access_token"]).status_code == 200
    assert world.graph.actor.role is Role.BUREAU_AUDITOR
    refused(world.ask(provider.last_token["id_token"]), 401, "TOKEN_INVALID", "the token is wrong or expired: aud")


def encoded(content: dict[str, Any] | bytes) -> str:
    data = content if isinstance(content, bytes) else json.dumps(content).encode()
    return urlsafe_b64encode(data).decode().rstrip("=")


def by_public_key(provider: OidcServer, claims: str) -> str:
    """Signed with what everybody knows, as if it were a shared secret."""
    signed = f"{encoded({'alg': 'HS256', 'kid': provider.key.kid})}.{claims}"
    return f"{signed}.{encoded(hmac.digest(provider.key.as_pem(private=False), signed.encode(), 'sha256'))}"


def test_every_way_in_which_one_does_not_hold(world: World, provider: OidcServer) -> None:
    bound(world, provider)
    claims = provider.signed({}).split(".")[1]
    none = f"{encoded({'alg': 'none'})}.{claims}."
    for token, wrong in (
        (provider.signed({"aud": "another"}), "aud"),
        (provider.signed({"aud": None}), "aud"),
        (provider.signed({"exp": 1_700_000_000}), "exp"),
        (provider.signed({"exp": None}), "exp"),
        (provider.signed({"exp": 1e300}), "signature"),
        (provider.signed({"iat": None}), "iat"),
        (provider.signed({"sub": None}), "sub"),
        (provider.signed({}, new_key()), "kid"),
        (provider.signed({}, new_key(), kid=provider.key.kid), "signature"),
        (by_public_key(provider, claims), "signature"),
        (none, "signature"),
        (provider.signed({})[:-4] + "AAAA", "signature"),
        (provider.signed({"x": "x" * 20_000}), "length"),
    ):
        refused(world.ask(token), 401, "TOKEN_INVALID", f"the token is wrong or expired: {wrong}")
    refused(world.ask(provider.signed({}, typ="logout+jwt")), 401, "TOKEN_INVALID", "it is no access token")
    assert world.graph.calls == []
    assert world.ask(provider.signed({})).status_code == 200


def test_one_whose_subject_is_bound_to_nobody(world: World, provider: OidcServer) -> None:
    bound(world, provider)
    refused(
        world.ask(provider.signed({"sub": "subject-2"})),
        401,
        "TOKEN_INVALID",
        "the subject of the token is bound to no account",
    )


def test_one_issued_before_everything_was_voided(world: World, provider: OidcServer) -> None:
    account = bound(world, provider)
    token = provider.signed({})
    assert world.ask(token).status_code == 200
    world.clock.forward(MINUTE)
    world.do(void_sign_ins, account.id)
    answer = world.ask(token)
    refused(answer, 401, "TOKEN_INVALID", "it was voided since it was issued; sign in or get another")


def test_without_an_audience_none_is_taken(enter: Enter, settings: Settings, provider: OidcServer) -> None:
    world = enter(settings.model_copy(update={"oidc_audience": None}))
    bound(world, provider)
    refused(
        world.ask(provider.signed({})), 401, "TOKEN_INVALID", "tokens of the identity provider are not accepted here"
    )
    assert provider.asked["jwks"] == 0
    world.ask()
    assert world.graph.actor is ANONYMOUS


def test_no_log_holds_what_came_from_the_provider(world: World, provider: OidcServer, log_lines: LogLines) -> None:
    bound(world, provider)
    url = at_provider(begun(world))
    flow = world.client.cookies.get("guantong-flow")
    back(world, url)
    world.ask(provider.last_token["access_token"])
    world.ask(provider.last_token["access_token"] + "x")
    printed = json.dumps(log_lines(), ensure_ascii=False)
    asked = parse_qs(urlsplit(url).query)
    for secret in (
        CLIENT_SECRET,
        asked["code"][0],
        asked["state"][0],
        flow,
        world.cookie,
        provider.last_token["access_token"],
        provider.last_token["id_token"],
        provider.user.subject,
    ):
        assert secret
        assert secret not in printed
