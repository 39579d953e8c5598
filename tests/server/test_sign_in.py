"""Signing in by name and password over HTTP, and everything by which one might get in without."""

import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from core.models import SignIn
from core.permissions import ANONYMOUS, Role
from core.services.accounts import disable_account, enable_account, set_password, void_sign_ins
from core.storage.row_scope import EVERY_ROW
from server.attempts import BY_ADDRESS, BY_NAME
from server.settings import Settings, load_settings
from tests.hashing import CountingHasher, quick_passwords
from tests.server.conftest import Enter
from tests.server.identity_world import HASH, PASSWORD, LogLines, World, code_of, said

HOUR = timedelta(hours=1)
JSON = {"content-type": "application/json"}
WRONG = (
    "name or password is wrong, or the account cannot sign in by a password; check both, or ask the administrator for "
    "a new password"
)


def test_a_session_acts_as_its_account(world: World) -> None:
    account = world.account(Role.BUREAU_AUDITOR, name="审计员甲")
    answer = world.login("审计员甲")
    assert answer.status_code == 200
    assert answer.json().keys() == {"name", "role", "expiresAt"}
    assert (answer.json()["name"], answer.json()["role"]) == ("审计员甲", "bureau-auditor")
    assert world.ask().status_code == 200
    actor = world.graph.actor
    assert (actor.role, actor.name) == (Role.BUREAU_AUDITOR, "审计员甲")
    assert actor.proof is not None
    assert actor.proof.account_id == account.id


def test_the_cookie_is_for_this_site_and_no_script(world: World) -> None:
    world.account(name="甲")
    header = world.login("甲").headers["set-cookie"]
    assert re.fullmatch(r"guantong=[\w-]{43}; HttpOnly; Max-Age=43200; Path=/; SameSite=lax", header)
    (row,) = world.rows(SignIn)
    assert row.digest not in header
    assert world.cookie not in repr(row)


def test_production_has_its_cookie_from_tls_alone(enter: Enter, production: Settings) -> None:
    world = enter(production)
    world.account(name="甲")
    header = world.login("甲").headers["set-cookie"]
    assert header.startswith("__Host-guantong=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=lax"} <= set(header.split("; "))
    assert "Domain" not in header
    assert world.ask().status_code == 200
    assert world.graph.actor.name == "甲"


@pytest.mark.parametrize(
    ("name", "password", "given"),
    [
        ("nobody", PASSWORD, {}),
        ("甲", PASSWORD + "!", {}),
        ("甲", PASSWORD, {"password_hash": None}),
        ("甲", PASSWORD, {"disabled": True}),
        ("甲 ' OR 1=1 --", PASSWORD, {}),
    ],
)
def test_every_failure_says_the_same_and_costs_the_same(
    enter: Enter,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    password: str,
    given: dict[str, Any],
) -> None:
    world = enter(settings)
    hasher = CountingHasher()
    monkeypatch.setattr("pwdlib.hashers.argon2.Argon2Hasher.verify", counting(hasher))
    account = world.account(name="甲")
    if given.get("disabled"):
        world.do(disable_account, account.id)
    if "password_hash" in given:
        world.do(set_password, account.id, given["password_hash"])
    answer = world.login(name, password)
    assert (answer.status_code, code_of(answer), said(answer)) == (401, "SIGN_IN_REFUSED", WRONG)
    assert hasher.verified == 1
    assert "set-cookie" not in answer.headers
    assert world.rows(SignIn) == []


def counting(hasher: CountingHasher) -> Callable[..., bool]:
    """Argon2's own comparison, counted."""
    from pwdlib.hashers.argon2 import Argon2Hasher

    original = Argon2Hasher.verify

    def verify(self: Any, password: str | bytes, hash: str | bytes) -> bool:
        hasher.verified += 1
        return original(self, password, hash)

    return verify


@pytest.mark.parametrize(
    ("content", "headers", "status", "en"),
    [
        (b"name=a&password=b", {"content-type": "application/x-www-form-urlencoded"}, 415, "send application/json"),
        (b'{"name": "a", "password": "b"}', {"content-type": "text/plain"}, 415, "send application/json"),
        (b"{", JSON, 400, "the body is not JSON"),
        (b"null", JSON, 400, "the body must be a JSON object"),
        (b'{"name": "a"}', JSON, 400, "the text password is missing"),
        (b'{"name": ["a"], "password": "b"}', JSON, 400, "the text name is missing"),
        (b'{"name": "a\\u0000", "password": "b"}', JSON, 400, "the text holds characters that cannot be stored"),
        (b'{"name": "a", "password": "' + b"x" * 300_000 + b'"}', JSON, 413, "the body is longer than"),
    ],
)
def test_what_is_no_sign_in(world: World, content: bytes, headers: dict[str, str], status: int, en: str) -> None:
    answer = world.client.post("/auth/login", content=content, headers=headers)
    assert answer.status_code == status
    assert en in said(answer)
    assert "xxx" not in answer.text


def test_a_name_that_fails_often_waits(world: World) -> None:
    world.account(name="甲")
    for _ in range(BY_NAME.amount):
        assert world.login("甲", "wrong").status_code == 401
    answer = world.login("甲")  # even with the right password
    assert (answer.status_code, code_of(answer)) == (429, "TOO_MANY_ATTEMPTS")
    assert answer.headers["retry-after"] == "900"
    assert said(answer) == "too many failed sign-ins; try again in 15 minutes, or ask the administrator"
    world.account(name="乙")
    assert world.login("乙").status_code == 200


def test_a_name_that_nobody_has_waits_just_so(world: World) -> None:
    answers = [world.login("Nobody" if n % 2 else "nobody", "wrong") for n in range(BY_NAME.amount + 1)]
    assert [answer.status_code for answer in answers] == [401] * BY_NAME.amount + [429]


def test_an_address_that_fails_often_waits_whatever_the_name(world: World) -> None:
    world.account(name="甲")
    for n in range(BY_ADDRESS.amount):
        assert world.login(f"guess {n}", "wrong").status_code == 401
    assert world.login("甲").status_code == 429


def test_success_forgets_the_failures_of_the_name_alone(world: World) -> None:
    world.account(name="甲")
    for _ in range(5):
        for _ in range(BY_NAME.amount - 1):
            assert world.login("甲", "wrong").status_code == 401
        assert world.login("甲").status_code == 200
    for n in range(BY_ADDRESS.amount - 5 * (BY_NAME.amount - 1)):
        assert world.login(f"guess {n}", "wrong").status_code == 401
    assert world.login("甲").status_code == 429


def test_a_replayed_session_is_over_after_logout(world: World) -> None:
    world.account(name="甲")
    world.login("甲")
    stolen = world.cookie
    assert world.client.post("/auth/logout", headers=JSON).status_code == 204
    assert world.cookie is None
    answer = world.ask(cookie=stolen)
    assert (answer.status_code, code_of(answer)) == (401, "TOKEN_INVALID")
    assert said(answer) == "the session is over; sign in or get another"
    # The browser drops it, and reads on as anybody.
    assert 'guantong=""; expires=' in answer.headers["set-cookie"]
    assert world.ask().status_code == 200
    assert world.graph.actor is ANONYMOUS


def test_logging_out_needs_what_no_form_of_another_site_sends(world: World) -> None:
    world.account(name="甲")
    world.login("甲")
    answer = world.client.post("/auth/logout", headers={"content-type": "text/plain"})
    assert answer.status_code == 415
    assert world.client.get("/auth/logout").status_code == 405
    world.ask()
    assert world.graph.actor.name == "甲"


def test_a_planted_cookie_is_never_the_session(world: World) -> None:
    world.account(name="甲")
    world.client.cookies.set("guantong", "planted", domain="127.0.0.1", path="/")
    world.login("甲")
    assert world.cookie != "planted"
    assert world.ask(cookie="planted").status_code == 401


def test_signing_in_anew_ends_the_session_before(world: World) -> None:
    world.account(name="甲")
    world.account(name="乙")
    world.login("甲")
    before = world.cookie
    world.login("乙")
    assert world.cookie != before
    assert world.ask(cookie=before).status_code == 401


def test_a_session_ends_by_itself(world: World) -> None:
    world.account(name="甲")
    world.login("甲")
    kept = world.cookie
    for _ in range(23):  # twelve hours, with a request each half hour
        world.clock.forward(HOUR / 2)
        assert world.ask(cookie=kept).status_code == 200
    world.clock.forward(HOUR / 2)
    assert world.ask(cookie=kept).status_code == 401


def test_an_idle_session_ends_before(world: World) -> None:
    world.account(name="甲")
    world.login("甲")
    world.clock.forward(HOUR - timedelta(seconds=30))
    assert world.ask().status_code == 200
    world.clock.forward(HOUR)
    assert world.ask().status_code == 401


def test_when_a_session_was_seen_is_written_once_a_minute(world: World) -> None:
    world.account(name="甲")
    world.login("甲")
    (began,) = world.rows(SignIn)
    world.ask()
    assert world.rows(SignIn)[0].seen_at == began.seen_at
    world.clock.forward(timedelta(minutes=1))
    world.ask()
    assert world.rows(SignIn)[0].seen_at >= began.seen_at + timedelta(minutes=1)


@pytest.mark.parametrize("use_case", [disable_account, void_sign_ins])
def test_what_is_over_is_over_for_the_next_request(world: World, use_case: Any) -> None:
    account = world.account(name="甲")
    world.login("甲")
    assert world.ask().status_code == 200
    world.do(use_case, account.id)
    answer = world.ask()
    assert (answer.status_code, code_of(answer)) == (401, "TOKEN_INVALID")
    if use_case is disable_account:
        world.do(enable_account, account.id)
        assert world.ask(cookie="x").status_code == 401
    assert world.login("甲").status_code == 200


def test_a_new_password_ends_the_sessions_of_the_old(world: World) -> None:
    account = world.account(name="甲")
    world.login("甲")
    kept = world.cookie
    world.do(set_password, account.id, quick_passwords().hash("甲", "another sound password"))
    assert world.ask(cookie=kept).status_code == 401
    assert world.login("甲").status_code == 401
    assert world.login("甲", "another sound password").status_code == 200


def test_a_change_of_the_account_decides_the_next_request(world: World) -> None:
    account = world.account(Role.BUREAU_OFFICER, name="甲")
    world.login("甲")

    async def demoted(database: Any) -> None:
        async with database.write(EVERY_ROW) as session:
            row = await session.get(type(account), account.id)
            row.role = Role.BUREAU_AUDITOR

    world.in_database(demoted)
    world.ask()
    assert world.graph.actor.role is Role.BUREAU_AUDITOR


@pytest.mark.parametrize("cookie", ["", "x", "a" * 43, "a" * 5000, "%00", "' OR 1=1 --"])
def test_a_made_up_cookie_is_refused(world: World, cookie: str) -> None:
    world.account(name="甲")
    assert world.ask(cookie=cookie).status_code == 401
    assert world.graph.calls == []


def test_passwords_can_be_left_out_altogether(enter: Enter, settings: Settings) -> None:
    world = enter(load_settings(local_accounts=False))
    world.account(name="甲")
    answer = world.login("甲")
    assert (answer.status_code, said(answer)) == (401, WRONG)


def test_accounts_of_the_demonstration_sign_in_nowhere_else(
    enter: Enter, settings: Settings, production: Settings
) -> None:
    demonstration = enter(settings)
    demonstration.account(name="甲", is_example=True)
    assert demonstration.login("甲").status_code == 200
    kept = demonstration.cookie
    world = enter(production)  # on the same database
    assert world.login("甲").status_code == 401
    answer = world.ask(cookie=kept)
    assert (answer.status_code, said(answer)) == (
        401,
        "an account of the demonstration holds nowhere else; sign in or get another",
    )


def test_no_log_holds_a_password_or_a_cookie(world: World, log_lines: LogLines) -> None:
    world.account(name="甲")
    world.login("甲")
    world.login("甲", "a wrong password typed")
    world.login("a password typed as name", "x")
    world.ask()
    cookie = world.cookie
    assert cookie is not None
    world.ask(cookie="forged cookie")
    printed = json.dumps(log_lines(), ensure_ascii=False)
    assert "signed_in" in printed
    assert "sign_in_refused" in printed
    for secret in (PASSWORD, "a wrong password typed", "a password typed as name", cookie, "forged cookie", HASH):
        assert secret not in printed
