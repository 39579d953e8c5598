"""Use cases about accounts: who may, what a role needs, and that what is over is over for every credential."""

import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlmodel import select

from core.errors import ErrorCode, GuantongError
from core.models import Account, AuditPersonal, RevokedToken, ServiceToken, SignIn, SignInKind
from core.permissions import NOT_SIGNED_IN, Actor, Proof, Role, Via
from core.services.access_tokens import revoke_access_token
from core.services.accounts import (
    NewAccount,
    Subject,
    bind_subject,
    disable_account,
    enable_account,
    open_account,
    set_password,
    void_sign_ins,
)
from core.services.sign_ins import (
    Lifetimes,
    account_actor,
    begin_sign_in,
    end_sign_in,
    sign_in_is_over,
    token_key,
    void_token,
)
from core.storage.database import Database
from core.storage.queries.accounts import account_named, accounts
from core.storage.row_scope import EVERY_ROW
from tests import builders as make
from tests.core.calls import OFFICER, done, events, refused, said, store

pytestmark = pytest.mark.anyio
ISSUER = "https://id.example"
PROOF = Proof(Via.SESSION, "1")
HOUR = timedelta(hours=1)


async def test_an_account_is_opened_without_anything_to_sign_in_by(database: Database) -> None:
    account: Account = await done(database, open_account, NewAccount(name=" 示例经办 ", role=Role.BUREAU_OFFICER))
    assert (account.name, account.role, account.password_hash, account.oidc_subject) == (
        "示例经办",
        Role.BUREAU_OFFICER,
        None,
        None,
    )
    [event] = await events(database)
    assert (event.tag, event.subject_kind, event.subject_id) == ("city:account:open", "account", str(account.id))
    assert "示例账户" not in event.body
    assert json.loads(event.body)["after"]["role"] == "bureau-officer"


async def test_no_event_holds_a_hash_and_names_stand_apart(database: Database) -> None:
    account = await done(database, open_account, NewAccount(name="某甲", role=Role.BUREAU_AUDITOR))
    await done(database, set_password, account.id, "$argon2id$kept")
    await done(database, bind_subject, account.id, Subject(issuer=ISSUER, subject="subject-1"))
    bodies = [event.body for event in await events(database)]
    assert len(bodies) == 3
    for hidden in ("argon2id", "某甲", "subject-1"):
        assert not any(hidden in body for body in bodies)
    async with database.read(EVERY_ROW) as session:
        kept = [json.loads(row.content) for row in (await session.exec(select(AuditPersonal))).all()]
    assert kept[-1] == {"name": "某甲", "oidc_subject": "subject-1"}


async def test_a_name_is_taken_once_however_it_is_composed(database: Database) -> None:
    await done(database, open_account, NewAccount(name="Caf\u00e9", role=Role.BUREAU_AUDITOR))
    error = await refused(database, open_account, NewAccount(name="Cafe\u0301", role=Role.BUREAU_AUDITOR))
    assert said(error) == (
        ErrorCode.DUPLICATE,
        "账户名“Caf\u00e9”已被使用；请另取一个",
        "the account name 'Caf\u00e9' is taken; choose another",
    )


@pytest.mark.parametrize(
    ("role", "bounds", "en"),
    [
        (Role.ENTERPRISE_ADMIN, {}, "role enterprise-admin needs its enterprise"),
        (Role.EVALUATION_OFFICER, {}, "role evaluation-officer needs its enterprise"),
        (Role.WORKER, {}, "role worker needs its person"),
        (Role.BUREAU_OFFICER, {"enterprise_id": uuid4()}, "role bureau-officer is bound to no enterprise"),
        (Role.BUREAU_AUDITOR, {"person_id": uuid4()}, "role bureau-auditor is bound to no person"),
        (Role.BUREAU_AUDITOR, {"authority": "示例主管部门"}, "role bureau-auditor acts for no authority"),
        (Role.ANONYMOUS, {}, "nobody signs in as anonymous"),
        (Role.SERVICE, {}, "nobody signs in as service"),
    ],
)
async def test_a_role_has_its_bounds_and_no_others(
    database: Database, role: Role, bounds: dict[str, Any], en: str
) -> None:
    error = await refused(database, open_account, NewAccount(name="某甲", role=role, **bounds))
    assert (error.code, error.message.en) == (ErrorCode.BAD_ARGUMENT, en)


async def test_bounds_must_exist(database: Database) -> None:
    for role, bound in ((Role.ENTERPRISE_ADMIN, "enterprise_id"), (Role.WORKER, "person_id")):
        error = await refused(database, open_account, NewAccount(name="某甲", role=role, **{bound: uuid4()}))
        assert error.code is ErrorCode.NOT_FOUND


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.BUREAU_OFFICER}), ids=lambda role: role.value)
async def test_nobody_else_keeps_accounts(database: Database, role: Role) -> None:
    account = make.account()
    await store(database, account)
    actor = Actor.of(role, "示例")
    given = NewAccount(name="某甲", role=Role.BUREAU_OFFICER)
    subject = Subject(issuer=ISSUER, subject="1")
    for use_case, arguments in (
        (open_account, (given,)),
        (set_password, (account.id, "hash")),
        (bind_subject, (account.id, subject)),
        (disable_account, (account.id,)),
        (enable_account, (account.id,)),
        (void_sign_ins, (account.id,)),
        (revoke_access_token, ("key", make.NOON)),
    ):
        error = await refused(database, use_case, *arguments, actor=actor)
        assert error.code is ErrorCode.NOT_PERMITTED
    async with database.read(EVERY_ROW) as session:
        listed = [one.name for one in await accounts(session, actor)]
        assert (await account_named(session, actor, account.name) is not None) == bool(listed)
    assert listed == ([account.name] if role is Role.BUREAU_AUDITOR else [])


async def test_a_subject_is_bound_to_one_account(database: Database) -> None:
    first, second = make.account(name="甲"), make.account(name="乙")
    await store(database, first, second)
    bound = await done(database, bind_subject, first.id, Subject(issuer=ISSUER, subject="1"))
    assert (bound.oidc_issuer, bound.oidc_subject) == (ISSUER, "1")
    error = await refused(database, bind_subject, second.id, Subject(issuer=ISSUER, subject="1"))
    assert said(error) == (
        ErrorCode.DUPLICATE,
        "该身份已绑定账户“甲”",
        "this identity is bound to the account '甲' already",
    )
    await done(database, bind_subject, second.id, Subject(issuer="https://other.example", subject="1"))


@pytest.mark.parametrize("issuer", ["id.example", "ftp://id.example", "https://", "https://id.example?x=1"])
async def test_an_issuer_is_an_address(database: Database, issuer: str) -> None:
    account = make.account()
    await store(database, account)
    error = await refused(database, bind_subject, account.id, Subject(issuer=issuer, subject="1"))
    assert error.code is ErrorCode.BAD_ARGUMENT
    assert error.message.en.endswith("should be the provider's address, such as https://id.example")


async def test_disabling_ends_what_the_account_minted_and_enabling_brings_none_of_it_back(database: Database) -> None:
    account = make.account(name="甲")
    await store(database, account)
    minted = make.service_token(account_id=account.id)
    await store(database, minted)
    await store(database, make.service_token(parent_id=minted.id), make.service_token())
    disabled = await done(database, disable_account, account.id)
    assert disabled.disabled_at == disabled.valid_from == make.NOON
    async with database.read(EVERY_ROW) as session:
        tokens = (await session.exec(select(ServiceToken).order_by(ServiceToken.id))).all()
    assert [token.revoked_at for token in tokens] == [make.NOON, make.NOON, None]
    assert [event.tag for event in await events(database)] == [
        "city:token:revoke",
        "city:token:revoke",
        "city:account:disable",
    ]
    assert said(await refused(database, disable_account, account.id)) == (
        ErrorCode.STEP_REFUSED,
        "账户“甲”已停用",
        "account '甲' is disabled already",
    )
    enabled = await done(database, enable_account, account.id)
    assert (enabled.disabled_at, enabled.valid_from) == (None, make.NOON)
    assert said(await refused(database, enable_account, account.id))[2] == "account '甲' is not disabled"


async def test_an_actor_is_what_the_account_is_now(database: Database) -> None:
    enterprise = make.enterprise()
    account = make.account(role=Role.ENTERPRISE_ADMIN, enterprise_id=enterprise.id)
    actor = account_actor(account, PROOF, make.NOON)
    assert actor == Actor.of(Role.ENTERPRISE_ADMIN, account.name, enterprise_id=enterprise.id)
    assert actor.proof is PROOF
    account.role = Role.EVALUATION_OFFICER
    assert account_actor(account, PROOF, make.NOON).role is Role.EVALUATION_OFFICER


def test_nothing_issued_before_holds_and_nothing_of_a_disabled_account() -> None:
    account = make.account()
    with pytest.raises(GuantongError) as caught:
        account_actor(account, PROOF, make.NOON - timedelta(microseconds=1))
    assert said(caught.value) == (
        ErrorCode.TOKEN_INVALID,
        "登录已被作废；请重新登录或获取令牌",
        "it was voided since it was issued; sign in or get another",
    )
    account.disabled_at = make.NOON
    with pytest.raises(GuantongError, match="the account is disabled"):
        account_actor(account, PROOF, make.NOON)


async def test_a_sign_in_keeps_no_secret_and_ends_once(database: Database) -> None:
    account = make.account()
    await store(database, account)
    lifetimes = Lifetimes(whole=12 * HOUR, idle=HOUR)
    async with database.write(EVERY_ROW) as session:
        row, secret = await begin_sign_in(session, account, SignInKind.PASSWORD, make.NOON, lifetimes)
    assert len(secret) == 43
    assert secret not in repr(row)
    for moment in (make.NOON + HOUR, make.NOON + 2 * HOUR):
        async with database.write(EVERY_ROW) as session:
            await end_sign_in(session, secret, moment)
    async with database.read(EVERY_ROW) as session:
        [kept] = (await session.exec(select(SignIn))).all()
    assert (kept.began_at, kept.ended_at) == (make.NOON, make.NOON + HOUR)


async def test_a_disabled_account_begins_no_sign_in(database: Database) -> None:
    account = make.account(disabled_at=make.NOON)
    await store(database, account)
    with pytest.raises(GuantongError) as caught:
        async with database.write(EVERY_ROW) as session:
            await begin_sign_in(session, account, SignInKind.OIDC, make.NOON, Lifetimes(HOUR, HOUR))
    assert caught.value.code is ErrorCode.SIGN_IN_REFUSED


@pytest.mark.parametrize(
    ("after", "seen", "ended", "over"),
    [
        (timedelta(0), timedelta(0), None, False),
        (timedelta(minutes=59), timedelta(0), None, False),
        (HOUR, timedelta(0), None, True),  # idle for an hour
        (HOUR, timedelta(minutes=30), None, False),
        (timedelta(hours=12), timedelta(hours=12), None, True),
        (timedelta(0), timedelta(0), make.NOON, True),
    ],
)
def test_when_a_sign_in_is_over(after: timedelta, seen: timedelta, ended: Any, over: bool) -> None:
    row = SignIn(
        digest="1",
        account_id=uuid4(),
        kind=SignInKind.PASSWORD,
        began_at=make.NOON,
        seen_at=make.NOON + seen,
        expires_at=make.NOON + 12 * HOUR,
        ended_at=ended,
    )
    assert sign_in_is_over(row, make.NOON + after, HOUR) is over


async def test_access_tokens_are_revoked_one_by_one_and_forgotten_after_their_end(database: Database) -> None:
    old, key = token_key("guantong", "1"), token_key("guantong", "2")
    assert old != key != token_key("another issuer", "2")
    async with database.write(EVERY_ROW) as session:
        await void_token(session, old, make.NOON - HOUR, make.NOON - 2 * HOUR)
    for _ in range(2):
        await done(database, revoke_access_token, key, make.NOON + HOUR)
    async with database.read(EVERY_ROW) as session:
        assert [row.key for row in (await session.exec(select(RevokedToken))).all()] == [key]
    assert [event.tag for event in await events(database)] == ["city:token:revoke"] * 2


def test_nobody_signs_in_as_the_platform() -> None:
    assert {Role.ANONYMOUS, Role.SERVICE} == NOT_SIGNED_IN
    assert OFFICER.proof is None
