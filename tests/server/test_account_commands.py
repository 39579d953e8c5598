"""``guantong accounts`` and ``guantong tokens``: what they do, print and refuse, and that no secret is an option."""

import io
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer.main
from sqlmodel import select

from core.models import Account, AuditEvent, RevokedToken, ServiceToken
from core.permissions import Actor, Role
from core.services.service_tokens import Minted, mint_service_token
from core.services.token_form import NewToken
from core.storage.row_scope import EVERY_ROW
from server.cli import app
from server.clock import SystemClock
from server.settings import load_settings
from server.tokens import token_authority
from tests import builders as make
from tests.hashing import quick_passwords
from tests.server.fakes import FakeGraph
from tests.server.identity_world import ShiftedClock, World
from tests.server.tools import guantong

WHY = ("--reason", "示例理由")
OFFICER = Actor.of(Role.BUREAU_OFFICER, "示例管理员")


class Terminal:
    """Runs commands on an installation, and tells what they printed; its database is a copy of a migrated one."""

    def __init__(self, migrated: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self._patch, self._capsys = monkeypatch, capsys
        settings = load_settings()
        self.world = World(None, FakeGraph(), ShiftedClock(), settings)  # type: ignore[arg-type]
        settings.home.mkdir()
        shutil.copy(migrated, settings.home / "guantong.db")

    def run(self, *arguments: str, typed: str = "", code: int = 0) -> str:
        self._patch.setattr("sys.stdin", io.StringIO(typed))
        self._capsys.readouterr()
        found = guantong(self._patch, *arguments)
        printed = "".join(self._capsys.readouterr())
        assert found == code, printed
        return printed

    def account(self, name: str) -> Account:
        (found,) = [one for one in self.world.rows(Account) if one.name == name]
        account: Account = found
        return account

    def minted(self) -> Minted:
        wanted = NewToken(name="示例系统", permissions=("city:person:read", "public:policy:read"))
        return self.world.do(mint_service_token, wanted, actor=OFFICER)

    def tags(self) -> list[str]:
        async def work(database: Any) -> list[str]:
            async with database.read(EVERY_ROW) as session:
                return list((await session.exec(select(AuditEvent.tag).order_by(AuditEvent.seq))).all())

        return self.world.in_database(work)


@pytest.fixture
def terminal(
    sqlite_template: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Terminal]:
    monkeypatch.setattr("server.account_operations.Passwords", quick_passwords)
    yield Terminal(sqlite_template, monkeypatch, capsys)


def test_an_account_with_a_password_that_is_printed_once(terminal: Terminal) -> None:
    printed = terminal.run("accounts", "add", "示例经办", "bureau-officer", "--generate", *WHY)
    password = printed.rsplit("password: ", 1)[1].strip()
    account = terminal.account("示例经办")
    assert quick_passwords().matches(password, account.password_hash)
    assert terminal.tags() == ["city:account:open", "city:account:password"]
    assert password not in terminal.run("accounts", "list")


def test_an_account_without_a_password_and_with_bounds(terminal: Terminal) -> None:
    enterprise, person = make.enterprise(key="own"), make.person()
    terminal.world.add(enterprise, person)
    assert terminal.run("accounts", "add", "甲", "enterprise-admin", "--enterprise", "own", *WHY) == (
        "已开立账户 甲 / account opened\n"
    )
    terminal.run("accounts", "add", "乙", "worker", "--person", str(person.id), *WHY)
    terminal.run("accounts", "add", "丙", "industry-reviewer", "--authority", "示例主管部门", *WHY)
    assert (terminal.account("甲").enterprise_id, terminal.account("甲").password_hash) == (enterprise.id, None)
    assert terminal.account("乙").person_id == person.id
    assert terminal.account("丙").authority == "示例主管部门"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("甲", "enterprise-admin"), "BAD_ARGUMENT [enterprise] 角色 enterprise-admin 须注明企业"),
        (("甲", "enterprise-admin", "--enterprise", "nobody"), "NOT_FOUND 没有企业“nobody”"),
        (("甲", "worker", "--person", "nobody"), "'nobody' is no id"),
        (("甲", "bureau-officer", "--password-file", "nowhere"), "BAD_FILE 无法读取 nowhere"),
        (("甲", "emperor"), "'emperor' is not one of"),
        (("甲", "bureau-officer", "--password", "x"), "No such option"),
    ],
)
def test_accounts_that_cannot_be_opened(terminal: Terminal, arguments: tuple[str, ...], told: str) -> None:
    assert told in terminal.run("accounts", "add", *arguments, *WHY, code=2)
    assert terminal.world.rows(Account) == []


def test_a_password_is_read_from_a_file_or_from_standard_input(terminal: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_text("a sound example password\n", encoding="utf-8")
    printed = terminal.run("accounts", "add", "甲", "bureau-auditor", "--password-file", str(file), *WHY)
    assert "a sound" not in printed
    assert quick_passwords().matches("a sound example password", terminal.account("甲").password_hash)
    terminal.run("accounts", "password", "甲", *WHY, typed="another sound password\n")
    assert quick_passwords().matches("another sound password", terminal.account("甲").password_hash)
    assert "PASSWORD_WEAK 密码须为 12 至 128 个字符，现为 0 个" in terminal.run(
        "accounts", "password", "甲", *WHY, code=2
    )
    told = terminal.run("accounts", "password", "乙", *WHY, typed="another sound password", code=2)
    assert "NOT_FOUND 没有账户“乙”" in told


def test_an_identity_is_bound(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    terminal.run("accounts", "add", "甲", "bureau-auditor", *WHY)
    bind = ("accounts", "bind", "甲", "--subject", "subject-1", *WHY)
    assert "name the --issuer, or set GUANTONG_OIDC_ISSUER" in terminal.run(*bind, code=2)
    terminal.run(*bind, "--issuer", "https://other.example")
    monkeypatch.setenv("GUANTONG_OIDC_ISSUER", "https://id.example")
    monkeypatch.setenv("GUANTONG_OIDC_CLIENT_ID", "guantong")
    terminal.run(*bind)
    account = terminal.account("甲")
    assert (account.oidc_issuer, account.oidc_subject) == ("https://id.example", "subject-1")
    assert "https://id.example subject-1" in terminal.run("accounts", "list")


def test_an_account_is_disabled_enabled_and_signed_out(terminal: Terminal) -> None:
    terminal.run("accounts", "add", "甲", "bureau-auditor", *WHY)
    assert terminal.run("accounts", "disable", "甲", *WHY) == "已停用 甲 / disabled\n"
    assert "STEP_REFUSED 账户“甲”已停用" in terminal.run("accounts", "disable", "甲", *WHY, code=2)
    terminal.run("accounts", "enable", "甲", *WHY)
    terminal.run("accounts", "sign-out", "甲", *WHY)
    assert terminal.tags()[1:] == ["city:account:disable", "city:account:enable", "city:account:void"]
    assert terminal.account("甲").disabled_at is None
    terminal.run("accounts", "disable", "甲", code=2)  # without a reason


def test_accounts_as_json_hold_no_hash(terminal: Terminal) -> None:
    terminal.run("accounts", "add", "甲", "bureau-auditor", "--generate", *WHY)
    (shown,) = json.loads(terminal.run("accounts", "list", "--json"))
    assert (shown["name"], shown["role"], shown["has_password"]) == ("甲", "bureau-auditor", True)
    assert "argon2" not in str(shown)


def test_tokens_are_listed_and_revoked_by_id_or_text(terminal: Terminal) -> None:
    first, second = terminal.minted(), terminal.minted()
    listed = json.loads(terminal.run("tokens", "list", "--json"))
    assert [one["id"] for one in listed] == [str(second.token.id), str(first.token.id)]
    assert listed[0]["permissions"] == ["city:person:read", "public:policy:read"]
    assert first.token.digest not in str(listed)
    assert (
        terminal.run("tokens", "revoke", str(first.token.id), *WHY)
        == "已撤销服务令牌 示例系统 / service token revoked\n"
    )
    assert "STEP_REFUSED" in terminal.run("tokens", "revoke", str(first.token.id), *WHY, code=2)
    terminal.run("tokens", "revoke", "-", *WHY, typed=f"{second.text}\n")
    assert all(token.revoked_at for token in terminal.world.rows(ServiceToken))
    assert "示例系统" in terminal.run("tokens", "list")


def test_an_access_token_is_revoked_by_its_text(terminal: Terminal) -> None:
    authority = token_authority(terminal.world.settings, SystemClock())
    token = authority.issue(OFFICER, make.timedelta(hours=1))
    terminal.run("tokens", "revoke", "-", *WHY, typed=token)
    (row,) = terminal.world.rows(RevokedToken)
    assert row.key == authority.verify(token).key
    assert terminal.tags() == ["city:token:revoke"]
    # And it takes no step any longer.
    told = terminal.run("schemes", "submit", "any", "1.0.0", "--reason", "x", "--token", token, code=2)
    assert "TOKEN_INVALID 令牌已撤销" in told


@pytest.mark.parametrize("given", ["nonsense", "gts_nonsense_secret", "a.b.c"])
def test_what_is_no_token_is_not_repeated(terminal: Terminal, given: str) -> None:
    assert given not in terminal.run("tokens", "revoke", given, *WHY, code=2)


def test_no_command_takes_a_secret_as_an_option() -> None:
    """The steps of filing take a token for tests and scripts, which an environment variable holds as well."""
    names: set[str] = set()

    def walk(command: Any, path: str) -> None:
        for name, found in getattr(command, "commands", {}).items():
            walk(found, f"{path} {name}".strip())
        names.update(f"{path} {option}" for one in command.params for option in one.opts)

    walk(typer.main.get_command(app), "")
    suspicious = {name for name in names if any(word in name.rsplit(" ", 1)[1] for word in ("password", "secret"))}
    assert suspicious == {"accounts add --password-file", "accounts password --password-file"}
