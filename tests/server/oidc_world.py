"""A browser on its way to the provider and back, and accounts that the provider's subjects are bound to."""

from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx2

from core.models import Account
from core.services.accounts import Subject, bind_subject
from server.settings import Settings, load_settings
from tests import builders as make
from tests.server.identity_world import World, code_of, said
from tests.server.oidc_server import AUDIENCE, CLIENT_ID, CLIENT_SECRET, OidcServer

MINUTE = timedelta(minutes=1)


def settings_for(provider: OidcServer) -> Settings:
    return load_settings(
        oidc_issuer=provider.issuer,
        oidc_client_id=CLIENT_ID,
        oidc_client_secret=CLIENT_SECRET,
        oidc_audience=AUDIENCE,
    )


def bound(world: World, provider: OidcServer, **given: Any) -> Account:
    """An account to which the subject at the provider was bound a minute ago: what was issued before would be void."""
    account = make.account(**{"name": "甲", **given})
    world.add(account)
    world.clock.forward(-MINUTE)
    world.do(bind_subject, account.id, Subject(issuer=provider.issuer, subject=provider.user.subject))
    world.clock.forward(MINUTE)
    return account


def begun(world: World, after: str = "/") -> str:
    """The provider's address to which the browser is sent."""
    answer = world.client.get("/auth/oidc/start", params={"next": after})
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def at_provider(url: str) -> str:
    """What the provider sends the browser back with."""
    answer = httpx2.get(url)
    assert answer.status_code == 302, answer.text
    return answer.headers["location"]


def back(world: World, url: str, **headers: str) -> httpx2.Response:
    return world.client.get(f"{urlsplit(url).path}?{urlsplit(url).query}", headers=headers)


def signed_in(world: World, after: str = "/") -> httpx2.Response:
    """The whole way there and back."""
    return back(world, at_provider(begun(world, after)))


def changed(url: str, **given: str | None) -> str:
    """An address with other parameters; None takes one away."""
    parts = urlsplit(url)
    query = {name: values[0] for name, values in parse_qs(parts.query).items()} | given
    kept = {name: value for name, value in query.items() if value is not None}
    return parts._replace(query=urlencode(kept)).geturl()


def refused(answer: httpx2.Response, status: int, code: str, en: str) -> None:
    assert (answer.status_code, code_of(answer)) == (status, code)
    assert en in said(answer)
