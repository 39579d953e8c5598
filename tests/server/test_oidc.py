"""Signing in by an OIDC provider that runs beside the tests, and everything by which one might get in without it."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from core.models import SignIn
from core.permissions import Role
from core.services.accounts import Subject, bind_subject, disable_account
from server.settings import Settings, load_settings
from tests import builders as make
from tests.server.conftest import Enter
from tests.server.identity_world import World, said
from tests.server.oidc_server import CLIENT_ID, OidcServer
from tests.server.oidc_world import MINUTE, at_provider, back, begun, bound, changed, refused, settings_for, signed_in

HTML = {"accept": "text/html,application/xhtml+xml"}


@pytest.fixture
def settings(provider: OidcServer) -> Settings:
    return settings_for(provider)


# --- the way there and back ---


def test_one_signs_in_by_the_provider(world: World, provider: OidcServer) -> None:
    account = bound(world, provider, role=Role.BUREAU_AUDITOR)
    answer = signed_in(world, "/graphql?x=1")
    assert (answer.status_code, answer.headers["location"]) == (303, "/graphql?x=1")
    assert world.ask().status_code == 200
    assert (world.graph.actor.role, world.graph.actor.name) == (Role.BUREAU_AUDITOR, "甲")
    (row,) = world.rows(SignIn)
    assert (row.account_id, row.kind) == (account.id, "oidc")
    assert world.client.cookies.get("guantong-flow") is None


def test_what_the_provider_is_asked(world: World, provider: OidcServer) -> None:
    asked = {name: values[0] for name, values in parse_qs(urlsplit(begun(world)).query).items()}
    assert asked.keys() == {
        "response_type",
        "client_id",
        "redirect_uri",
        "scope",
        "state",
        "nonce",
        "code_challenge",
        "code_challenge_method",
    }
    assert (asked["response_type"], asked["scope"], asked["code_challenge_method"]) == ("code", "openid", "S256")
    assert asked["redirect_uri"] == "http://127.0.0.1/auth/oidc/callback"
    assert len({asked["state"], asked["nonce"], asked["code_challenge"]}) == 3


def test_in_production_by_tls_and_host_cookies(enter: Enter, settings: Settings, provider: OidcServer) -> None:
    world = enter(
        settings.model_copy(
            update=load_settings(
                mode="production", allowed_hosts=["guantong.example"], token_secret="drawn at random: 8f1c0b27a94e6d35"
            ).model_dump(include={"mode", "allowed_hosts", "token_secret"})
        )
    )
    bound(world, provider)
    start = world.client.get("/auth/oidc/start")
    assert start.headers["set-cookie"].startswith("__Host-guantong-flow=")
    assert "Secure" in start.headers["set-cookie"]
    answer = back(world, at_provider(start.headers["location"]))
    assert answer.status_code == 303
    assert world.cookie is not None


def test_the_flow_is_sealed(world: World, provider: OidcServer) -> None:
    url = begun(world)
    cookie = world.client.cookies.get("guantong-flow")
    assert cookie is not None
    asked = parse_qs(urlsplit(url).query)
    assert asked["state"][0] not in cookie
    assert cookie.count(".") == 4  # encrypted, not only signed


@pytest.mark.parametrize(
    "after",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "\\\\evil.example",
        "javascript:alert(1)",
        "evil.example",
        "/a\r\nset-cookie: x",
        "/ā",
        "/" + "x" * 500,
        "",
    ],
)
def test_nobody_is_sent_elsewhere_afterwards(world: World, after: str) -> None:
    answer = world.client.get("/auth/oidc/start", params={"next": after})
    refused(answer, 400, "BAD_ARGUMENT", "the parameter next must be a path of this site, such as /graphql")
    assert "location" not in answer.headers


def test_nobody_whom_no_account_knows(world: World, provider: OidcServer) -> None:
    answer = signed_in(world)
    refused(answer, 403, "ACCOUNT_UNKNOWN", "your identity (subject-1) is bound to no account that may be used")
    assert "guantong accounts bind" in said(answer)
    assert world.cookie is None
    assert world.rows(SignIn) == []


def test_not_the_subject_of_another_provider(world: World, provider: OidcServer) -> None:
    account = make.account()
    world.add(account)
    world.do(bind_subject, account.id, Subject(issuer="https://id.example", subject="subject-1"))
    refused(signed_in(world), 403, "ACCOUNT_UNKNOWN", "is bound to no account")


def test_nobody_whose_account_is_disabled(world: World, provider: OidcServer) -> None:
    account = bound(world, provider)
    world.do(disable_account, account.id)
    refused(signed_in(world), 403, "ACCOUNT_UNKNOWN", "is bound to no account that may be used")


def test_a_browser_is_told_on_a_page(world: World, provider: OidcServer) -> None:
    provider.user.subject = "<script>alert(1)</script>"
    answer = back(world, at_provider(begun(world)), **HTML)
    assert (answer.status_code, answer.headers["content-type"]) == (403, "text/html; charset=utf-8")
    assert "您的身份（&lt;script&gt;" in answer.text
    assert "<script>" not in answer.text
    assert answer.headers["x-request-id"] in answer.text


def test_without_a_provider_there_is_none(enter: Enter) -> None:
    world = enter(load_settings())
    for path in ("/auth/oidc/start", "/auth/oidc/callback"):
        refused(world.client.get(path), 503, "PROVIDER_UNAVAILABLE", "no identity provider is set up")


# --- getting in without ---


def test_an_answer_that_this_browser_did_not_ask_for(world: World, provider: OidcServer) -> None:
    """Somebody else's code, slipped in by a link."""
    bound(world, provider)
    url = at_provider(begun(world))
    for other in (
        changed(url, state="another"),
        changed(url, state=None),
        changed(url, iss="https://another.example"),
    ):
        refused(back(world, other), 401, "SIGN_IN_REFUSED", "this sign-in was not begun in this browser")
    world.client.cookies.clear()
    refused(back(world, url), 401, "SIGN_IN_REFUSED", "this sign-in was not begun in this browser")
    assert world.rows(SignIn) == []


@pytest.mark.parametrize("cookie", ["", "x", "a.b.c.d.e", "eyJhbGciOiJub25lIn0.e30."])
def test_a_made_up_flow(world: World, provider: OidcServer, cookie: str) -> None:
    url = at_provider(begun(world))
    world.client.cookies.clear()
    world.client.cookies.set("guantong-flow", cookie)
    refused(back(world, url), 401, "SIGN_IN_REFUSED", "was not begun in this browser")


def test_a_flow_lasts_ten_minutes(world: World, provider: OidcServer) -> None:
    bound(world, provider)
    url = at_provider(begun(world))
    world.clock.forward(11 * MINUTE)
    refused(back(world, url), 401, "SIGN_IN_REFUSED", "or more than ten minutes ago")


def test_a_code_is_good_once(world: World, provider: OidcServer) -> None:
    bound(world, provider)
    url = at_provider(begun(world))
    flow = world.client.cookies.get("guantong-flow")
    assert back(world, url).status_code == 303
    world.client.cookies.clear()
    world.client.cookies.set("guantong-flow", flow or "")
    refused(back(world, url), 401, "SIGN_IN_REFUSED", "it does not accept the code")


def test_a_stolen_code_is_worth_nothing_without_its_verifier(world: World, provider: OidcServer) -> None:
    """The thief begins a flow of his own, and brings the victim's code with his own state."""
    bound(world, provider)
    stolen = parse_qs(urlsplit(at_provider(begun(world))).query)["code"][0]
    world.client.cookies.clear()
    own = at_provider(begun(world))
    refused(back(world, changed(own, code=stolen)), 401, "SIGN_IN_REFUSED", "it does not accept the code")


def test_a_request_that_was_stripped_of_its_challenge(world: World, provider: OidcServer) -> None:
    """Whoever takes PKCE out of the request gains no code that is accepted."""
    bound(world, provider)
    url = at_provider(changed(begun(world), code_challenge=None, code_challenge_method=None))
    refused(back(world, url), 401, "SIGN_IN_REFUSED", "it does not accept the code")


def test_a_token_for_another_request(world: World, provider: OidcServer) -> None:
    bound(world, provider)
    url = at_provider(changed(begun(world), nonce="another"))
    refused(back(world, url), 401, "SIGN_IN_REFUSED", "the ID token is wrong: nonce")


@pytest.mark.parametrize(
    ("claims", "wrong"),
    [
        ({"aud": ["another-client"]}, "aud"),
        ({"aud": [CLIENT_ID, "another-client"]}, "azp"),
        ({"azp": "another-client"}, "azp"),
        ({"iss": "https://another.example"}, "iss"),
        ({"exp": 1_700_000_000}, "exp"),
        ({"iat": 4_000_000_000}, "iat"),
        ({"nonce": None}, "nonce"),
        ({"sub": ""}, "sub"),
        ({"sub": 7}, "sub"),
    ],
)
def test_each_claim_of_an_id_token_is_checked(
    world: World, provider: OidcServer, claims: dict[str, Any], wrong: str
) -> None:
    bound(world, provider)
    provider.claims = claims
    refused(signed_in(world), 401, "SIGN_IN_REFUSED", f"the ID token is wrong: {wrong}")
    assert world.rows(SignIn) == []


def test_a_token_for_two_that_names_this_client_as_its_party(world: World, provider: OidcServer) -> None:
    bound(world, provider)
    provider.claims = {"aud": [CLIENT_ID, "another-client"], "azp": CLIENT_ID}
    assert signed_in(world).status_code == 303


def test_the_provider_may_decline(world: World, provider: OidcServer) -> None:
    url = begun(world)
    state = parse_qs(urlsplit(url).query)["state"][0]
    for error, told in (("access_denied", "access_denied"), ("<script>", "?")):
        answer = world.client.get("/auth/oidc/callback", params={"state": state, "error": error})
        refused(answer, 401, "SIGN_IN_REFUSED", f"the identity provider signed nobody in ({told})")
