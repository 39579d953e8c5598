"""Service tokens: minting reaches no further than oneself, and what is revoked takes its offspring along."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlmodel import select

from core.errors import ErrorCode, GuantongError
from core.models import Enterprise, ServiceToken
from core.permissions import ROLE_PERMISSIONS, Actor, Permission, Proof, Role, Via, covers
from core.services.service_tokens import Minted, mint_service_token, revoke_service_token, secret_digest
from core.services.sign_ins import token_actor
from core.services.token_form import NewToken
from core.storage.database import Database
from core.storage.queries.accounts import count_service_tokens, service_tokens_by_id, service_tokens_page
from core.storage.row_scope import EVERY_ROW
from tests import builders as make
from tests.core.calls import OFFICER, admin_of, done, events, refused, said, store

pytestmark = pytest.mark.anyio
READ = Permission.ENTERPRISE_PERSON_READ
MINT = Permission.ENTERPRISE_TOKEN_MINT
HOUR = timedelta(hours=1)


@pytest.fixture
async def own(database: Database) -> Enterprise:
    enterprise = make.enterprise(key="own")
    await store(database, enterprise)
    return enterprise


def asked(*permissions: str, **given: Any) -> NewToken:
    return NewToken(**{"name": "示例系统", "permissions": permissions or (READ,), **given})


def bearer(minted: Minted, now: datetime = make.NOON) -> Actor:
    """Who acts by a token."""
    token = minted.token
    return token_actor(token, Proof(Via.SERVICE_TOKEN, str(token.id), None, token.id, token.ends_at), now)


async def test_a_token_is_shown_once_and_kept_as_a_digest(database: Database, own: Enterprise) -> None:
    minted = await done(database, mint_service_token, asked(enterprise_id=own.id), actor=admin_of(own))
    prefix, id_, secret = minted.text.split("_", 2)
    assert (prefix, UUID(id_), len(secret)) == ("gts", minted.token.id, 43)
    assert minted.token.digest == secret_digest(secret)
    assert secret not in repr(minted)
    [event] = await events(database)
    assert event.tag == "enterprise:token:mint"
    assert secret not in event.body
    assert minted.token.digest not in event.body
    after = json.loads(event.body)["after"]
    assert (after["permissions"], after["enterprise_id"]) == (["enterprise:person:read"], str(own.id))
    async with database.read(EVERY_ROW) as session:
        assert secret not in repr((await session.exec(select(ServiceToken))).all())


async def test_a_token_acts_as_a_service_within_its_enterprise(database: Database, own: Enterprise) -> None:
    minted = await done(database, mint_service_token, asked(enterprise_id=own.id), actor=admin_of(own))
    actor = bearer(minted)
    assert (actor.role, actor.name, actor.enterprise_id) == (Role.SERVICE, "示例系统", own.id)
    assert actor.permissions == {READ}


async def test_ninety_days_unless_told_and_a_year_at_most(database: Database, own: Enterprise) -> None:
    def shanghai(*day: int) -> datetime:
        return datetime(*day, tzinfo=UTC) - timedelta(hours=8)  # type: ignore[misc,arg-type]

    officer = Permission.CITY_PERSON_READ
    usual = await done(database, mint_service_token, asked(officer))
    assert (usual.token.starts_at, usual.token.ends_at) == (make.NOON, shanghai(2026, 5, 31))
    given = asked(officer, starts=date(2026, 4, 1), ends=date(2026, 4, 2))
    day = await done(database, mint_service_token, given)
    assert (day.token.starts_at, day.token.ends_at) == (shanghai(2026, 4, 1), shanghai(2026, 4, 2))
    await done(database, mint_service_token, asked(officer, ends=date(2027, 3, 3)))
    error = await refused(database, mint_service_token, asked(officer, ends=date(2027, 3, 4)))
    assert (*said(error), error.nearest) == (
        ErrorCode.BAD_ARGUMENT,
        "令牌最长 366 天",
        "a token holds 366 days at most",
        "2027-03-03",
    )


@pytest.mark.parametrize(
    ("given", "code", "en"),
    [
        ({"starts": date(2026, 3, 1)}, ErrorCode.BAD_DATE, "'starts' is 2026-03-01, before today 2026-03-02"),
        ({"ends": date(2026, 3, 2)}, ErrorCode.PERIOD_REVERSED, "period 2026-03-02 to 2026-03-02 must end after"),
        ({"permissions": ("city:person:raed",)}, ErrorCode.UNKNOWN_CODE, "permission 'city:person:raed' is not in"),
        ({"permissions": ()}, ErrorCode.BAD_ARGUMENT, "'permissions' does not fit"),
        (
            {"permissions": (READ,)},
            ErrorCode.BAD_ARGUMENT,
            "permission enterprise:person:read needs the enterprise that it is for",
        ),
        (
            {"permissions": ("city:account:record",)},
            ErrorCode.BAD_ARGUMENT,
            "permission city:account:record is for people who sign in, not for tokens",
        ),
        ({"enterprise_id": uuid4()}, ErrorCode.NOT_FOUND, "no such enterprise within your reach"),
    ],
)
async def test_tokens_that_cannot_be(database: Database, given: dict[str, Any], code: ErrorCode, en: str) -> None:
    with pytest.raises(GuantongError) as caught:
        error = await refused(database, mint_service_token, asked(**{"permissions": ("public:policy:read",), **given}))
        raise error
    assert caught.value.code is code
    assert en in caught.value.message.en


async def test_a_city_permission_is_not_bound_to_an_enterprise(database: Database, own: Enterprise) -> None:
    error = await refused(database, mint_service_token, asked("city:person:read", enterprise_id=own.id))
    assert said(error) == (
        ErrorCode.BAD_ARGUMENT,
        "权限 city:person:read 及于全市，不能限于一个企业；请改用 enterprise: 开头的权限",
        "permission city:person:read reaches the whole city and cannot be bound to an enterprise; use one that begins "
        "with enterprise:",
    )


async def test_what_the_city_holds_covers_an_enterprise(database: Database, own: Enterprise) -> None:
    """The officer gives an enterprise's system what is narrower than the officer's own."""
    minted = await done(database, mint_service_token, asked(enterprise_id=own.id))
    assert bearer(minted).permissions == {READ}
    error = await refused(database, mint_service_token, asked("enterprise:scheme:submit", enterprise_id=own.id))
    assert error.code is ErrorCode.WIDER_THAN_OWN


async def test_the_first_permission_that_exceeds_is_named(database: Database, own: Enterprise) -> None:
    wanted = asked(READ, "enterprise:evaluation:record", "city:person:read", enterprise_id=own.id)
    error = await refused(database, mint_service_token, wanted, actor=admin_of(own))
    assert (*said(error), str(error.where)) == (
        ErrorCode.WIDER_THAN_OWN,
        "权限 enterprise:evaluation:record 超出本身的权限；请只选自己具有的权限",
        "permission enterprise:evaluation:record is more than you hold; choose among your own",
        "permissions",
    )


@pytest.mark.parametrize("other", [None, "another"])
async def test_an_enterprise_mints_for_itself_alone(database: Database, own: Enterprise, other: str | None) -> None:
    another = make.enterprise()
    await store(database, another)
    wanted = asked("public:policy:read", enterprise_id=another.id if other else None)
    error = await refused(database, mint_service_token, wanted, actor=admin_of(own))
    assert (*said(error), str(error.where)) == (
        ErrorCode.WIDER_THAN_OWN,
        "令牌只能限于自己的企业；请注明该企业",
        "the token can be for your own enterprise alone; name it",
        "enterprise",
    )


@pytest.mark.parametrize(
    "role", sorted(set(Role) - {Role.BUREAU_OFFICER, Role.ENTERPRISE_ADMIN}), ids=lambda role: role.value
)
async def test_other_roles_mint_and_revoke_nothing(database: Database, own: Enterprise, role: Role) -> None:
    token = make.service_token(enterprise_id=own.id)
    await store(database, token)
    actor = Actor.of(role, "示例", enterprise_id=own.id)
    for use_case, argument in ((mint_service_token, asked(enterprise_id=own.id)), (revoke_service_token, token.id)):
        error = await refused(database, use_case, argument, actor=actor)
        assert error.code is ErrorCode.NOT_PERMITTED


async def test_a_token_mints_within_itself(database: Database, own: Enterprise) -> None:
    wanted = asked(READ, MINT, enterprise_id=own.id, ends=date(2026, 3, 12))
    parent = await done(database, mint_service_token, wanted, actor=admin_of(own))
    by_parent = bearer(parent)
    child = await done(database, mint_service_token, asked(READ, enterprise_id=own.id), actor=by_parent)
    assert child.token.ends_at == parent.token.ends_at  # and not ninety days
    assert (child.token.parent_id, child.token.role) == (parent.token.id, Role.ENTERPRISE_ADMIN)
    error = await refused(
        database, mint_service_token, asked("enterprise:scheme:read", enterprise_id=own.id), actor=by_parent
    )
    assert error.code is ErrorCode.WIDER_THAN_OWN  # although the administrator holds it
    longer = asked(READ, enterprise_id=own.id, ends=date(2026, 3, 13))
    error = await refused(database, mint_service_token, longer, actor=by_parent)
    assert (*said(error), str(error.where)) == (
        ErrorCode.WIDER_THAN_OWN,
        "所用令牌至 2026-03-12 00:00 止，新令牌不得更久；请缩短，或登录后再办",
        "the token in use ends at 2026-03-12 00:00, and what it mints must not last longer; shorten it, or sign in "
        "first",
        "ends",
    )


async def test_an_access_token_mints_nothing_that_outlives_it(database: Database, own: Enterprise) -> None:
    """Whoever steals a quarter of an hour gains no year."""
    until = make.NOON + HOUR
    actor = replace(admin_of(own), proof=Proof(Via.TOKEN, "1", until=until))
    minted = await done(database, mint_service_token, asked(enterprise_id=own.id), actor=actor)
    assert minted.token.ends_at == until
    longer = asked(enterprise_id=own.id, ends=date(2026, 3, 3))
    assert (await refused(database, mint_service_token, longer, actor=actor)).code is ErrorCode.WIDER_THAN_OWN
    session = replace(actor, proof=Proof(Via.SESSION, "1", until=until))
    await done(database, mint_service_token, longer, actor=session)


async def test_nothing_is_minted_by_what_was_just_revoked(database: Database, own: Enterprise) -> None:
    parent = await done(database, mint_service_token, asked(READ, MINT, enterprise_id=own.id), actor=admin_of(own))
    by_parent = bearer(parent)
    await done(database, revoke_service_token, parent.token.id)
    error = await refused(database, mint_service_token, asked(enterprise_id=own.id), actor=by_parent)
    assert said(error) == (
        ErrorCode.TOKEN_INVALID,
        "所用的账户或令牌刚刚停用；请重新登录",
        "the account or token was just revoked; sign in again",
    )
    account = make.account(disabled_at=make.NOON, role=Role.ENTERPRISE_ADMIN, enterprise_id=own.id)
    await store(database, account)
    actor = replace(admin_of(own), proof=Proof(Via.SESSION, "1", account.id))
    error = await refused(database, mint_service_token, asked(enterprise_id=own.id), actor=actor)
    assert error.code is ErrorCode.TOKEN_INVALID


async def test_revoking_takes_along_what_the_token_minted(database: Database, own: Enterprise) -> None:
    wanted = asked(READ, MINT, enterprise_id=own.id)
    first = await done(database, mint_service_token, wanted, actor=admin_of(own))
    second = await done(database, mint_service_token, wanted, actor=bearer(first))
    third = await done(database, mint_service_token, wanted, actor=bearer(second))
    beside = await done(database, mint_service_token, wanted, actor=admin_of(own))
    revoked = await done(database, revoke_service_token, first.token.id, actor=admin_of(own))
    assert (revoked.revoked_at, revoked.revoked_by) == (make.NOON, "示例企业经办")
    ids = [one.token.id for one in (first, second, third, beside)]
    async with database.read(EVERY_ROW) as session:
        found = await service_tokens_by_id(session, OFFICER, ids)
    assert [found[id_].revoked_at is not None for id_ in ids] == [True, True, True, False]
    assert [event.tag for event in await events(database)][-3:] == ["enterprise:token:revoke"] * 3
    error = await refused(database, revoke_service_token, first.token.id, actor=admin_of(own))
    assert said(error) == (
        ErrorCode.STEP_REFUSED,
        "服务令牌“示例系统”已撤销",
        "the service token '示例系统' is revoked already",
    )


async def test_tokens_of_others_are_neither_seen_nor_revoked(database: Database, own: Enterprise) -> None:
    another = make.enterprise()
    await store(database, another)
    theirs, city = make.service_token(enterprise_id=another.id), make.service_token()
    await store(database, theirs, city)
    for token in (theirs, city):
        error = await refused(database, revoke_service_token, token.id, actor=admin_of(own))
        assert said(error)[0] is ErrorCode.NOT_FOUND
    seen = {
        Role.BUREAU_AUDITOR: 2,
        Role.BUREAU_OFFICER: 2,
        Role.ENTERPRISE_ADMIN: 1,
    }
    async with database.read(EVERY_ROW) as session:
        for role in Role:
            actor = Actor.of(role, "示例", enterprise_id=another.id)
            page = await service_tokens_page(session, actor)
            assert len(page.rows) == await count_service_tokens(session, actor) == seen.get(role, 0)
            assert await count_service_tokens(session, actor, own.id) == 0


@pytest.mark.parametrize(
    ("given", "at", "en"),
    [
        ({"revoked_at": make.NOON}, make.NOON, "the service token is revoked"),
        ({"ends_at": make.NOON + HOUR}, make.NOON + HOUR, "the service token has ended"),
        ({"starts_at": make.NOON + HOUR}, make.NOON, "the service token does not hold yet"),
    ],
)
def test_when_a_token_does_not_hold(given: dict[str, Any], at: datetime, en: str) -> None:
    with pytest.raises(GuantongError) as caught:
        bearer(Minted(make.service_token(**given), "text"), at)
    assert caught.value.code is ErrorCode.TOKEN_INVALID
    assert caught.value.message.en == f"{en}; sign in or get another"


def test_a_token_loses_what_its_role_loses(monkeypatch: pytest.MonkeyPatch) -> None:
    token = make.service_token(permissions=["city:person:read", "city:scheme:read", "city:permission:dropped"])
    minted = Minted(token, "text")
    assert bearer(minted).permissions == {"city:person:read", "city:scheme:read"}
    fewer = ROLE_PERMISSIONS[Role.BUREAU_OFFICER] - {Permission.CITY_PERSON_READ}
    monkeypatch.setitem(ROLE_PERMISSIONS, Role.BUREAU_OFFICER, fewer)
    assert bearer(minted).permissions == {"city:scheme:read"}


def test_only_the_same_resource_and_action_is_covered() -> None:
    held = {Permission.CITY_PERSON_READ}
    covered = {wanted for wanted in Permission if covers(held, wanted)}
    assert covered == {Permission.CITY_PERSON_READ, Permission.ENTERPRISE_PERSON_READ}
