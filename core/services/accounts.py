"""Use cases about accounts (账户): opening and disabling them, and by what one signs in."""

from typing import Any
from unicodedata import normalize
from urllib.parse import urlsplit
from uuid import UUID

from pydantic import Field
from sqlmodel import col

from core.audit import Tag
from core.errors import ErrorCode, GuantongError, Where
from core.models import Account, Enterprise, Person, ServiceToken
from core.permissions import NOT_SIGNED_IN, ROLE_PERMISSIONS, Permission, Role, scopes_of
from core.services.call import Call, use_case
from core.services.form import Form, LongName, Name
from core.services.reach import ENTERPRISE, PERSON, existing
from core.services.rules import duplicate
from core.services.service_tokens import revoke_all
from core.storage.queries.identity import account_by_name, account_by_subject
from core.texts import Text

ACCOUNT = Text("账户", "account")
_PERSONAL = {"name", "oidc_subject"}
_LEFT_OUT = {"id", "password_hash", *_PERSONAL}


class NewAccount(Form):
    """An account to open, with the bounds that its role needs."""

    name: Name
    role: Role
    enterprise_id: UUID | None = None
    person_id: UUID | None = None
    authority: LongName | None = None
    is_example: bool = False


class Subject(Form):
    """Somebody at an OIDC provider."""

    issuer: LongName
    subject: str = Field(min_length=1, max_length=255)


@use_case
async def open_account(call: Call, given: NewAccount, reason: str) -> Account:
    """Open an account. Nobody signs in by it before a password is set or a provider's subject is bound."""
    call.require(Permission.CITY_ACCOUNT_RECORD)
    check_bounds(given.role, given.enterprise_id, given.person_id, given.authority)
    if given.enterprise_id is not None:
        await existing(call, Enterprise, given.enterprise_id, ENTERPRISE)
    if given.person_id is not None:
        await existing(call, Person, given.person_id, PERSON)
    name = normalize("NFC", given.name)
    if await account_by_name(call.session, name) is not None:
        raise duplicate(f"账户名“{name}”已被使用；请另取一个", f"the account name '{name}' is taken; choose another")
    account = Account(**given.model_dump(exclude={"name"}), name=name, opened_at=call.now, valid_from=call.now)
    await call.store(account)
    await _note(call, Tag.CITY_ACCOUNT_OPEN, account, reason, after=account.model_dump(exclude=_LEFT_OUT))
    return account


@use_case
async def set_password(call: Call, account_id: UUID, password_hash: str, reason: str) -> Account:
    """Set what ``Passwords.hash`` made of a new password. Whoever was signed in by the old one no longer is."""
    account = await _kept(call, account_id)
    account.password_hash = password_hash
    account.valid_from = call.now
    await call.store(account)
    await _note(call, Tag.CITY_ACCOUNT_PASSWORD, account, reason, after={"valid_from": call.now})
    return account


@use_case
async def bind_subject(call: Call, account_id: UUID, given: Subject, reason: str) -> Account:
    """Let a subject of an OIDC provider sign in by the account, in place of the one before."""
    account = await _kept(call, account_id)
    _check_issuer(given.issuer)
    taken = await account_by_subject(call.session, given.issuer, given.subject)
    if taken is not None:
        raise duplicate(
            f"该身份已绑定账户“{taken.name}”", f"this identity is bound to the account '{taken.name}' already"
        )
    before = {"oidc_issuer": account.oidc_issuer}
    account.oidc_issuer, account.oidc_subject = given.issuer, given.subject
    account.valid_from = call.now
    await call.store(account)
    after = {"oidc_issuer": given.issuer, "valid_from": call.now}
    await _note(call, Tag.CITY_ACCOUNT_BIND, account, reason, before=before, after=after)
    return account


@use_case
async def disable_account(call: Call, account_id: UUID, reason: str) -> Account:
    """Let nobody act by the account from the next request on, nor by a service token that was minted with it."""
    account = await _kept(call, account_id)
    if account.disabled_at is not None:
        raise _refused(account, "已停用", "is disabled already")
    account.disabled_at = account.valid_from = call.now
    await call.store(account)
    tokens = await revoke_all(call, col(ServiceToken.account_id) == account.id, reason)
    after = {"disabled_at": call.now, "tokens": [token.id for token in tokens]}
    await _note(call, Tag.CITY_ACCOUNT_DISABLE, account, reason, before={"disabled_at": None}, after=after)
    return account


@use_case
async def enable_account(call: Call, account_id: UUID, reason: str) -> Account:
    """Let a disabled account sign in again; what was issued before stays void."""
    account = await _kept(call, account_id)
    if account.disabled_at is None:
        raise _refused(account, "未停用", "is not disabled")
    before = {"disabled_at": account.disabled_at}
    account.disabled_at = None
    await call.store(account)
    await _note(call, Tag.CITY_ACCOUNT_ENABLE, account, reason, before=before, after={"disabled_at": None})
    return account


@use_case
async def void_sign_ins(call: Call, account_id: UUID, reason: str) -> Account:
    """Void every session and access token of the account; its service tokens stand."""
    account = await _kept(call, account_id)
    before, account.valid_from = account.valid_from, call.now
    await call.store(account)
    values = {"before": {"valid_from": before}, "after": {"valid_from": call.now}}
    await _note(call, Tag.CITY_ACCOUNT_VOID, account, reason, **values)
    return account


def check_bounds(role: Role, enterprise: object, person: object, authority: object = None) -> None:
    """Raise BAD_ARGUMENT unless a role has the bounds that its permissions ask for, and no others."""
    if role in NOT_SIGNED_IN:
        raise _unfit(f"无人以角色 {role} 登录", f"nobody signs in as {role}", "role")
    scopes = scopes_of(role)
    for scope, zh, entry, given in (
        ("enterprise", "企业", "enterprise", enterprise),
        ("own", "人员", "person", person),
    ):
        if scope in scopes and given is None:
            raise _unfit(f"角色 {role} 须注明{zh}", f"role {role} needs its {entry}", entry)
        if scope not in scopes and given is not None:
            raise _unfit(f"角色 {role} 不限于{zh}", f"role {role} is bound to no {entry}", entry)
    if authority is not None and Permission.CITY_SCHEME_COUNTERSIGN not in ROLE_PERMISSIONS[role]:
        raise _unfit(f"角色 {role} 不代表行业主管部门", f"role {role} acts for no authority", "authority")


async def _kept(call: Call, account_id: UUID) -> Account:
    call.require(Permission.CITY_ACCOUNT_RECORD)
    account = await existing(call, Account, account_id, ACCOUNT)
    # Of the values that count: whoever else is at it waits, or was waited for.
    await call.session.refresh(account, with_for_update=True)
    return account


async def _note(call: Call, tag: Tag, account: Account, reason: str, **values: Any) -> None:
    await call.note(tag, account, reason, personal=account.model_dump(include=_PERSONAL), **values)


def _check_issuer(issuer: str) -> None:
    parts = urlsplit(issuer)
    if parts.scheme not in ("https", "http") or not parts.netloc or parts.query or parts.fragment:
        raise GuantongError(
            ErrorCode.BAD_ARGUMENT,
            Text(
                f"签发者“{issuer}”应为统一身份认证的地址，例如 https://id.example",
                f"the issuer '{issuer}' should be the provider's address, such as https://id.example",
            ),
            where=Where(entry="issuer"),
        )


def _refused(account: Account, zh: str, en: str) -> GuantongError:
    return GuantongError(ErrorCode.STEP_REFUSED, Text(f"账户“{account.name}”{zh}", f"account '{account.name}' {en}"))


def _unfit(zh: str, en: str, entry: str) -> GuantongError:
    return GuantongError(ErrorCode.BAD_ARGUMENT, Text(zh, en), where=Where(entry=entry))
