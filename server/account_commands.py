"""Commands of accounts (``guantong accounts``) and tokens (``guantong tokens``): the operator's own.

No password and no token is an option: options end up in histories and lists of processes. Each command imports what it
needs itself.
"""

import asyncio
import sys
from pathlib import Path
from typing import Annotated

import typer

from core.permissions import Role
from server.settings import load_settings

accounts = typer.Typer(help="Who may sign in (账户).", no_args_is_help=True)
tokens = typer.Typer(help="Service tokens and access tokens (令牌).", no_args_is_help=True)

Name = Annotated[str, typer.Argument(help="Name of the account.")]
Reason = Annotated[str, typer.Option("--reason", help="Why; kept in the audit log.")]
AsJson = Annotated[bool, typer.Option("--json", help="For programs: one JSON document.")]
PasswordFile = Annotated[Path | None, typer.Option("--password-file", help="File whose first line is the password.")]
Generate = Annotated[bool, typer.Option("--generate", help="Make a password and print it, once.")]


@accounts.command("add")
def accounts_add(
    name: Name,
    role: Annotated[Role, typer.Argument(help="What the account may do.")],
    reason: Reason,
    enterprise: Annotated[str | None, typer.Option(metavar="KEY", help="Key of the enterprise the role is of.")] = None,
    person: Annotated[str | None, typer.Option(metavar="ID", help="Id of the person, as an answer gave it.")] = None,
    authority: Annotated[
        str | None, typer.Option(metavar="NAME", help="Industry authority that a reviewer acts for.")
    ] = None,
    password_file: PasswordFile = None,
    generate: Generate = False,
) -> None:
    """Open an account. Without a password one signs in once an identity of the provider is bound."""
    from server.account_operations import Bounds, add_account

    password = _password(password_file, generate, asks=False)
    bounds = Bounds(enterprise, person, authority)
    asyncio.run(add_account(load_settings(), name, role, bounds, password, reason, shown=generate))


@accounts.command("list")
def accounts_list(as_json: AsJson = False) -> None:
    """Every account: what it may do, by what it signs in, and whether it is disabled."""
    from server.account_operations import list_accounts

    asyncio.run(list_accounts(load_settings(), as_json))


@accounts.command("password")
def accounts_password(
    name: Name, reason: Reason, password_file: PasswordFile = None, generate: Generate = False
) -> None:
    """Set a password: asked for, or read from standard input. Whoever was signed in no longer is."""
    from server.account_operations import change_password

    password = _password(password_file, generate, asks=True) or ""
    asyncio.run(change_password(load_settings(), name, password, reason, shown=generate))


@accounts.command("bind")
def accounts_bind(
    name: Name,
    subject: Annotated[str, typer.Option("--subject", help="Who it is at the provider, as a refused sign-in told.")],
    reason: Reason,
    issuer: Annotated[
        str | None, typer.Option("--issuer", help="The provider (default: GUANTONG_OIDC_ISSUER).")
    ] = None,
) -> None:
    """Let an identity of the OIDC provider sign in by the account."""
    from server.account_operations import bind_account

    asyncio.run(bind_account(load_settings(), name, issuer, subject, reason))


def _step(step: str, name: str, reason: str) -> None:
    from server.account_operations import take_step

    asyncio.run(take_step(load_settings(), step, name, reason))


@accounts.command("disable")
def accounts_disable(name: Name, reason: Reason) -> None:
    """Let nobody act by the account from now on, nor by a service token that was minted with it."""
    _step("disable", name, reason)


@accounts.command("enable")
def accounts_enable(name: Name, reason: Reason) -> None:
    """Let a disabled account sign in again."""
    _step("enable", name, reason)


@accounts.command("sign-out")
def accounts_sign_out(name: Name, reason: Reason) -> None:
    """Void every session and access token of the account."""
    _step("sign-out", name, reason)


@tokens.command("list")
def tokens_list(as_json: AsJson = False) -> None:
    """Every service token, newest first: what it may do, where, until when, and when it was last used."""
    from server.account_operations import list_tokens

    asyncio.run(list_tokens(load_settings(), as_json))


@tokens.command("revoke")
def tokens_revoke(
    token: Annotated[str, typer.Argument(help="Id of a service token; - reads a whole token from standard input.")],
    reason: Reason,
) -> None:
    """Revoke a service token with all that it minted, or an access token."""
    from server.account_operations import revoke_token

    given = sys.stdin.readline().strip() if token == "-" else token  # noqa: S105
    asyncio.run(revoke_token(load_settings(), given, reason))


def _password(file: Path | None, generate: bool, *, asks: bool) -> str | None:
    """The password, from where one said it comes from; None where there shall be none."""
    from core.passwords import generated_password
    from server.account_operations import first_line

    if generate:
        return generated_password()
    if file is not None:
        return first_line(file)
    if not asks:
        return None
    if sys.stdin.isatty():
        return str(typer.prompt("密码 Password", hide_input=True, confirmation_prompt=True))
    return sys.stdin.readline().rstrip("\r\n")
