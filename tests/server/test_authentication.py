"""Bearer tokens over HTTP: what each kind lets in, and every way in which one does not."""

import json
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey
from sqlalchemy import event

from core.models import RevokedToken, ServiceToken, SignInKind
from core.permissions import ANONYMOUS, ROLE_PERMISSIONS, Actor, Permission, Proof, Role, Via
from core.services.accounts import disable_account, void_sign_ins
from core.services.service_tokens import Minted, mint_service_token, revoke_service_token, secret_digest
from core.services.sign_ins import Lifetimes, begin_sign_in
from core.services.token_form import NewToken
from core.storage.database import Database
from core.storage.row_scope import EVERY_ROW
from server.authentication import Caller
from server.identity import identity_of
from server.settings import Settings
from server.tokens import token_authority
from tests import builders as make
from tests.server.conftest import Enter
from tests.server.identity_world import LogLines, World, code_of, said

JSON = {"content-type": "application/json"}
MINUTE = timedelta(minutes=1)


def access_token(world: World, **given: Any) -> str:
    """A token of an account that has signed in; the browser's own session is put away."""
    world.account(**{"name": "甲", **given})
    world.login("甲")
    answer = world.client.post("/auth/token", headers=JSON)
    assert answer.status_code == 200
    assert answer.json().keys() == {"accessToken", "tokenType", "expiresIn"}
    token: str = answer.json()["accessToken"]
    return token


def minted(world: World, *permissions: str, actor: Actor | None = None, **given: Any) -> Minted:
    wanted = NewToken(name="示例系统", permissions=permissions or ("city:person:read",), **given)
    officer = Actor.of(Role.BUREAU_OFFICER, "示例管理员")
    return world.do(mint_service_token, wanted, actor=actor or officer)


# --- access tokens ---


def test_a_session_gets_a_short_token_that_acts_as_its_account(world: World) -> None:
    token = access_token(world)
    world.client.cookies.clear()
    assert world.ask(token).status_code == 200
    actor = world.graph.actor
    assert (actor.role, actor.name, actor.proof.via if actor.proof else None) == (Role.BUREAU_OFFICER, "甲", Via.TOKEN)
    claims = jwt.decode(token, OctKey.import_key(token_authority(world.settings, world.clock).secret)).claims
    assert claims.keys() == {"iss", "aud", "iat", "exp", "jti", "sub", "account", "sid"}
    assert "甲" not in str(claims)
    world.clock.forward(15 * MINUTE)
    assert world.ask(token).status_code == 401


def test_no_token_gets_another(world: World) -> None:
    token = access_token(world)
    answer = world.client.post("/auth/token", headers={"authorization": f"Bearer {token}", **JSON})
    assert (answer.status_code, code_of(answer), said(answer)) == (
        403,
        "NOT_PERMITTED",
        "only a session gets an access token; sign in first",
    )
    world.client.cookies.clear()
    assert world.client.post("/auth/token", headers=JSON).status_code == 403
    assert world.client.post("/auth/token").status_code == 415


def test_a_token_ends_with_its_session(world: World) -> None:
    world.account(name="甲")
    world.login("甲")
    for _ in range(24):
        world.clock.forward(30 * MINUTE - timedelta(seconds=10))
        world.ask()
    answer = world.client.post("/auth/token", headers=JSON)
    assert 200 < answer.json()["expiresIn"] <= 240


def test_signing_out_voids_the_tokens_of_the_session(world: World) -> None:
    token = access_token(world)
    world.client.post("/auth/logout", headers=JSON)
    answer = world.ask(token)
    assert (answer.status_code, said(answer)) == (401, "the token is revoked; sign in or get another")


def test_a_token_is_given_back_alone(world: World) -> None:
    token = access_token(world)
    kept = world.cookie
    world.client.cookies.clear()
    bearer = {"authorization": f"Bearer {token}", **JSON}
    assert world.client.post("/auth/logout", headers=bearer).status_code == 204
    assert world.ask(token).status_code == 401
    assert len(world.rows(RevokedToken)) == 1
    assert world.ask(cookie=kept).status_code == 200
    assert world.client.post("/auth/logout", headers={"authorization": "Bearer forged", **JSON}).status_code == 401


@pytest.mark.parametrize("use_case", [disable_account, void_sign_ins])
def test_a_token_is_void_with_the_next_request(world: World, use_case: Any) -> None:
    token = access_token(world)
    assert world.ask(token).status_code == 200
    account = world.graph.actor.proof
    assert account is not None
    world.do(use_case, account.account_id)
    assert world.ask(token).status_code == 401


def test_a_demonstration_token_can_be_given_back(world: World) -> None:
    authority = token_authority(world.settings, world.clock)
    token = authority.issue(Actor.of(Role.BUREAU_AUDITOR, "auditor"), timedelta(hours=1))
    assert world.ask(token).status_code == 200
    world.client.post("/auth/logout", headers={"authorization": f"Bearer {token}", **JSON})
    assert world.ask(token).status_code == 401


def forged(world: World, key: bytes | None = None, header: dict[str, str] | None = None, **claims: Any) -> str:
    authority = token_authority(world.settings, world.clock)
    now = world.clock.now().timestamp()
    given = {"iss": authority.issuer, "aud": "guantong", "iat": now, "exp": int(now) + 60, "jti": "1", "sub": "x"}
    header = header or {"alg": "HS256"}
    return jwt.encode(header, given | claims, OctKey.import_key(key or authority.secret), algorithms=[header["alg"]])


def test_forged_tokens(world: World) -> None:
    account = world.account(name="甲")
    world.login("甲")
    world.ask()
    proof = world.graph.actor.proof
    assert proof is not None
    right = {"account": str(account.id), "sid": str(proof.session_id)}
    world.client.cookies.clear()
    assert world.ask(forged(world, **right)).status_code == 200  # by the right key: so the rest fails for its own sake
    for token in (
        forged(world, key=b"another secret, drawn at random too", **right),
        forged(world, header={"alg": "HS512"}, **right),
        forged(world, **right | {"aud": "another"}),
        forged(world, **right | {"iss": "guantong"}),
        forged(world, **right | {"exp": 1}),
        forged(world, **right | {"account": str(uuid4())}),
        forged(world, **right | {"sid": str(uuid4())}),
        forged(world, **right | {"account": "甲"}),
        forged(world, account=str(account.id)),
        forged(world, **right).rsplit(".", 1)[0] + ".",
    ):
        assert world.ask(token).status_code == 401, token
    assert len(world.graph.calls) == 2


def test_a_header_counts_before_a_cookie(world: World) -> None:
    world.account(name="甲")
    world.login("甲")
    assert world.ask("forged").status_code == 401


def test_production_takes_no_token_without_an_account(enter: Enter, production: Settings) -> None:
    world = enter(production)
    assert world.ask(forged(world, role="bureau-officer")).status_code == 401
    token = access_token(world)
    assert world.ask(token).status_code == 200


# --- service tokens ---


def test_a_service_token_acts_within_what_it_was_minted_for(world: World) -> None:
    own = make.enterprise(key="own")
    world.add(own)
    admin = Actor.of(Role.ENTERPRISE_ADMIN, "管理员", enterprise_id=own.id)
    token = minted(world, "enterprise:person:read", actor=admin, enterprise_id=own.id)
    assert world.ask(token.text).status_code == 200
    actor = world.graph.actor
    assert (actor.role, actor.name, actor.enterprise_id) == (Role.SERVICE, "示例系统", own.id)
    assert actor.permissions == {Permission.ENTERPRISE_PERSON_READ}
    assert actor.proof == Proof(
        Via.SERVICE_TOKEN, str(token.token.id), token_id=token.token.id, until=token.token.ends_at
    )


def test_a_service_token_is_void_after_its_days_and_before(world: World) -> None:
    token = minted(world)
    world.clock.forward(timedelta(days=89))
    assert world.ask(token.text).status_code == 200
    world.clock.forward(timedelta(days=2))
    answer = world.ask(token.text)
    assert (answer.status_code, said(answer)) == (401, "the service token has ended; sign in or get another")
    later = minted(world, starts=(world.clock.now() + timedelta(days=3)).date())
    assert said(world.ask(later.text)) == "the service token does not hold yet; sign in or get another"


def test_a_revoked_service_token_is_void_with_the_next_request(world: World) -> None:
    token = minted(world)
    assert world.ask(token.text).status_code == 200
    world.do(revoke_service_token, token.token.id)
    answer = world.ask(token.text)
    assert (answer.status_code, said(answer)) == (401, "the service token is revoked; sign in or get another")


def test_a_service_token_loses_what_its_role_loses(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    token = minted(world, "city:person:read", "city:scheme:read")
    fewer = ROLE_PERMISSIONS[Role.BUREAU_OFFICER] - {Permission.CITY_PERSON_READ}
    monkeypatch.setitem(ROLE_PERMISSIONS, Role.BUREAU_OFFICER, fewer)
    world.ask(token.text)
    assert world.graph.actor.permissions == {Permission.CITY_SCHEME_READ}


def test_a_service_token_that_is_nearly_right(world: World) -> None:
    token, other = minted(world), minted(world)
    id_, secret = token.text.split("_", 2)[1:]
    for text in (
        f"gts_{other.token.id.hex}_{secret}",
        f"gts_{id_}_{secret[:-1]}",
        f"gts_{id_}_{token.token.digest[:43]}",
        f"gts_{id_}_",
        f"gts_{id_.upper()}_{secret}x",
        f"gts_{UUID(int=0).hex}_{secret}",
        f"gts_{secret}",
        "gts_",
    ):
        answer = world.ask(text)
        assert (answer.status_code, said(answer)) == (401, "there is no such service token; get a new token")
    assert world.graph.calls == []


def test_tokens_of_the_demonstration_hold_nowhere_else(enter: Enter, settings: Settings, production: Settings) -> None:
    demonstration = enter(settings)
    visitor = Actor.of(
        Role.BUREAU_OFFICER, "bureau-officer", proof=Proof(Via.TOKEN, "1", until=make.NOON.replace(2100))
    )
    token = minted(demonstration, actor=visitor)
    assert demonstration.ask(token.text).status_code == 200
    answer = enter(production).ask(token.text)  # on the same database
    assert (answer.status_code, said(answer)) == (
        401,
        "a token of the demonstration holds nowhere else; sign in or get another",
    )


def test_each_use_is_logged_and_the_last_kept_once_a_minute(world: World, log_lines: LogLines) -> None:
    token = minted(world)
    assert world.rows(ServiceToken)[0].last_used_at is None
    world.ask(token.text)
    first = world.rows(ServiceToken)[0].last_used_at
    world.ask(token.text)
    assert world.rows(ServiceToken)[0].last_used_at == first
    world.clock.forward(MINUTE)
    world.ask(token.text)
    assert world.rows(ServiceToken)[0].last_used_at >= first + MINUTE
    printed = json.dumps(log_lines(), ensure_ascii=False)
    assert printed.count("service_used") == 3
    assert printed.count(str(token.token.id)) == 3
    assert token.text not in printed
    assert token.text.rsplit("_", 1)[1] not in printed


def test_no_log_holds_an_access_token(world: World, log_lines: LogLines) -> None:
    token = access_token(world)
    world.ask(token)
    world.ask(token + "x")
    printed = json.dumps(log_lines(), ensure_ascii=False)
    assert "request" in printed
    assert token not in printed
    assert token.rsplit(".", 1)[1] not in printed


# --- the port that limits, logs and the graph go by ---


def test_a_caller_is_named_without_a_person(world: World) -> None:
    assert Caller.of(ANONYMOUS) == Caller(ANONYMOUS, "", None, "anonymous")
    access_token(world)
    world.ask()
    actor = world.graph.actor
    assert actor.proof is not None
    caller = Caller.of(actor)
    assert (caller.key, caller.via, caller.expires_at) == (str(actor.proof.account_id), "session", actor.proof.until)
    assert "甲" not in caller.key


@pytest.mark.anyio
async def test_each_credential_costs_one_statement_and_nobody_none(settings: Settings, database: Database) -> None:
    clock = make.FixedClock()
    identity = identity_of(settings, database, clock)
    account = make.account(is_example=True)
    token = make.service_token(last_used_at=make.NOON)
    secret = "s" * 43
    token.digest = secret_digest(secret)
    async with database.write(EVERY_ROW) as session:
        session.add_all([account, token])
        await session.flush()
        lifetimes = Lifetimes(timedelta(hours=1), timedelta(hours=1))
        row, cookie = await begin_sign_in(session, account, SignInKind.PASSWORD, make.NOON, lifetimes)
    access = identity.tokens.issue_for(account.id, row.id, 60)
    demonstration = identity.tokens.issue(Actor.of(Role.ASSESSOR, "assessor"), MINUTE)
    counts = []
    for headers, cookies in (
        ({}, {}),
        ({}, {"guantong": cookie}),
        ({"authorization": f"Bearer {access}"}, {}),
        ({"authorization": f"Bearer {demonstration}"}, {}),
        ({"authorization": f"Bearer gts_{token.id.hex}_{secret}"}, {}),
    ):
        with database.count_queries() as sent:
            await identity.authentication.actor_of(headers, cookies)
        counts.append(len(sent))
    assert counts == [0, 1, 1, 1, 1]


@pytest.mark.anyio
async def test_a_use_that_cannot_be_kept_stops_nobody(settings: Settings, database: Database) -> None:
    """Another writer holds the row, or the file, for longer than one waits."""
    identity = identity_of(settings, database, make.FixedClock())
    token = make.service_token(digest=secret_digest("s" * 43))
    async with database.write(EVERY_ROW) as session:
        session.add(token)
    await database.engine.dispose()
    impatient = "PRAGMA busy_timeout=1" if database.dialect == "sqlite" else "SET lock_timeout=1"

    def connect(connection: Any, _record: Any) -> None:
        cursor = connection.cursor()
        cursor.execute(impatient)
        cursor.close()
        if database.dialect == "postgresql":
            connection.commit()

    async with database.write(EVERY_ROW) as holder:
        held = await holder.get(ServiceToken, token.id, with_for_update=True)
        assert held is not None
        held.name = "held"
        await holder.flush()
        event.listen(database.engine.sync_engine, "connect", connect)
        caller = await identity.authentication.actor_of({"authorization": f"Bearer gts_{token.id.hex}_{'s' * 43}"}, {})
    assert caller.via == "service-token"
    async with database.read(EVERY_ROW) as session:
        kept = await session.get(ServiceToken, token.id)
    assert kept is not None
    assert kept.last_used_at is None
