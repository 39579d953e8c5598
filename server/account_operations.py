"""What the commands of accounts and tokens do, apart from how they are called."""

import json
import sys
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from unicodedata import normalize
from uuid import UUID

from core.audit import plain
from core.dates import SHANGHAI
from core.errors import ErrorCode, GuantongError, nearest_of
from core.models import Account, ServiceToken
from core.passwords import Passwords
from core.permissions import Actor, Role
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
from core.services.call import Call
from core.services.service_tokens import revoke_service_token
from core.storage.pages import LARGEST_SIZE, Slice
from core.storage.queries.accounts import account_named, accounts, service_tokens_page
from core.storage.row_scope import RowScope
from core.texts import Text
from server.issuing import enterprise_id_of, person_id_of
from server.settings import Settings
from server.tables import print_table
from server.tokens import token_authority
from server.wiring import open_parts

OPERATOR = Actor.of(Role.BUREAU_OFFICER, "command line")
ACCOUNT_HEADERS = ("账户 account", "角色 role", "登录方式 signs in by", "停用 disabled")
TOKEN_HEADERS = (
    "标识 id",
    "名称 name",
    "权限 permissions",
    "期间 holds",
    "签发 minted by",
    "最近使用 last used",
    "撤销 revoked",
)


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a role is bound to, as typed."""

    enterprise: str | None = None
    person: str | None = None
    authority: str | None = None


async def add_account(
    settings: Settings, name: str, role: Role, bounds: Bounds, password: str | None, reason: str, *, shown: bool
) -> None:
    """Open an account, with a password where one is given; one that was made is printed."""
    async with open_parts(settings) as parts:
        given = NewAccount(
            name=name,
            role=role,
            enterprise_id=await enterprise_id_of(parts.database, bounds.enterprise) if bounds.enterprise else None,
            person_id=await person_id_of(parts.database, bounds.person) if bounds.person else None,
            authority=bounds.authority,
        )
        kept = Passwords().hash(given.name, password) if password is not None else None
        async with parts.use_cases(OPERATOR, "command line") as call:
            account = await open_account(call, given, reason)
            if kept is not None:
                await set_password(call, account.id, kept, reason)
    _say(f"已开立账户 {given.name} / account opened")
    if shown:
        _say(f"密码 password: {password}")


async def change_password(settings: Settings, name: str, password: str, reason: str, *, shown: bool) -> None:
    """Set a password; one that was made is printed."""
    kept = Passwords().hash(name, password)
    await _with_account(settings, name, lambda call, account: set_password(call, account.id, kept, reason))
    _say(f"已设密码 {name} / password set")
    if shown:
        _say(f"密码 password: {password}")


async def bind_account(settings: Settings, name: str, issuer: str | None, subject: str, reason: str) -> None:
    """Bind an identity of the provider."""
    issuer = issuer or settings.oidc_issuer
    if issuer is None:
        raise GuantongError(
            ErrorCode.BAD_ARGUMENT,
            Text(
                "请以 --issuer 写明签发者，或设 GUANTONG_OIDC_ISSUER", "name the --issuer, or set GUANTONG_OIDC_ISSUER"
            ),
        )
    given = Subject(issuer=issuer, subject=subject)
    await _with_account(settings, name, lambda call, account: bind_subject(call, account.id, given, reason))
    _say(f"已绑定 {name} / bound")


STEPS: Mapping[str, tuple[Callable[[Call, UUID, str], Awaitable[Account]], str]] = {
    "disable": (disable_account, "已停用 {name} / disabled"),
    "enable": (enable_account, "已恢复 {name} / enabled"),
    "sign-out": (void_sign_ins, "已作废 {name} 的全部登录 / every session and access token is void"),
}


async def take_step(settings: Settings, step: str, name: str, reason: str) -> None:
    """Disable or enable an account, or void its sign-ins."""
    use_case, told = STEPS[step]
    await _with_account(settings, name, lambda call, account: use_case(call, account.id, reason))
    _say(told.format(name=name))


async def _with_account(settings: Settings, name: str, do: Callable[[Call, Account], Awaitable[Any]]) -> None:
    async with open_parts(settings) as parts, parts.use_cases(OPERATOR, "command line") as call:
        account = await account_named(call.session, OPERATOR, normalize("NFC", name))
        if account is None:
            known = [one.name for one in await accounts(call.session, OPERATOR)]
            raise GuantongError(
                ErrorCode.NOT_FOUND,
                Text(f"没有账户“{name}”", f"there is no account '{name}'"),
                nearest=nearest_of(name, known),
            )
        await do(call, account)


async def list_accounts(settings: Settings, as_json: bool) -> None:
    """Print every account."""
    async with open_parts(settings) as parts, parts.database.read(RowScope.of(OPERATOR)) as session:
        found = await accounts(session, OPERATOR)
    if as_json:
        _print_json([_account_json(account) for account in found])
        return
    print_table("账户 Accounts", ACCOUNT_HEADERS, map(_account_cells, found))


def _account_json(account: Account) -> dict[str, Any]:
    shown: dict[str, Any] = plain(account.model_dump(exclude={"password_hash"}))
    return shown | {"has_password": account.password_hash is not None}


def _account_cells(account: Account) -> tuple[object, ...]:
    ways = (
        ("密码 password", account.password_hash),
        (f"{account.oidc_issuer} {account.oidc_subject}", account.oidc_subject),
    )
    by = "\n".join(told for told, there in ways if there) or "—"
    return account.name, account.role.value, by, _moment(account.disabled_at)


async def list_tokens(settings: Settings, as_json: bool) -> None:
    """Print every service token."""
    found: list[ServiceToken] = []
    async with open_parts(settings) as parts, parts.database.read(RowScope.of(OPERATOR)) as session:
        after = None
        while True:
            page = await service_tokens_page(session, OPERATOR, part=Slice(first=LARGEST_SIZE, after=after))
            found += page.rows
            if not page.has_next:
                break
            after = page.cursors[-1]
    if as_json:
        _print_json([plain(token.model_dump(exclude={"digest"})) for token in found])
        return
    print_table("服务令牌 Service tokens", TOKEN_HEADERS, map(_token_cells, found))


def _token_cells(token: ServiceToken) -> tuple[object, ...]:
    holds = f"{_moment(token.starts_at)} –\n{_moment(token.ends_at)}"
    used, revoked = _moment(token.last_used_at), _moment(token.revoked_at)
    return token.id, token.name, "\n".join(token.permissions), holds, token.minted_by, used, revoked


async def revoke_token(settings: Settings, given: str, reason: str) -> None:
    """Revoke a service token by its id or text, or an access token of ours by its text."""
    async with open_parts(settings) as parts:
        if given.count(".") == 2:
            read = token_authority(settings, parts.clock).verify(given)
            async with parts.use_cases(OPERATOR, "command line") as call:
                await revoke_access_token(call, read.key, read.ends_at, reason)
            _say("已撤销访问令牌 / access token revoked")
            return
        id_ = _service_token_id(given)
        async with parts.use_cases(OPERATOR, "command line") as call:
            token = await revoke_service_token(call, id_, reason)
    _say(f"已撤销服务令牌 {token.name} / service token revoked")


def _service_token_id(given: str) -> UUID:
    """The id of a service token, as a list shows it or as its text holds it."""
    parts = given.split("_")
    try:
        return UUID(parts[1] if len(parts) > 1 else given)
    except ValueError:
        # Not what was given: it may be a secret.
        raise GuantongError(
            ErrorCode.BAD_ARGUMENT,
            Text(
                "此处需要服务令牌的标识；见 guantong tokens list",
                "this is no id of a service token; see guantong tokens list",
            ),
        ) from None


def first_line(file: Path) -> str:
    """The first line of a file that holds a password. Raises BAD_FILE."""
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as fault:
        why = getattr(fault, "strerror", None) or "UTF-8?"
        raise GuantongError(ErrorCode.BAD_FILE, Text(f"无法读取 {file}：{why}", f"cannot read {file}: {why}")) from None
    return lines[0] if lines else ""


def _moment(at: datetime | None) -> str:
    return "—" if at is None else f"{at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"


def _print_json(content: Any) -> None:
    _say(json.dumps(content, ensure_ascii=False, indent=2))


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
