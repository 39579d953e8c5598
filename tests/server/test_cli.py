"""The command line: how it starts, what it prints, how it refuses."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from server.settings import load_settings
from tests.server.tools import guantong

HEAVY = ("strawberry", "graphql", "sqlalchemy", "sqlmodel", "starlette", "uvicorn")


def test_starting_imports_nothing_heavy() -> None:
    program = f"import sys, server.cli; print([name for name in {HEAVY} if name in sys.modules])"
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=30, check=True)
    assert result.stdout == "[]\n"


def test_a_fault_is_one_coded_line_on_standard_error(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert guantong(monkeypatch, "serve", "--host", "0.0.0.0") == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith("SETTINGS_INVALID 演示模式只监听本机地址，不能监听 0.0.0.0")
    assert printed.err.count("\n") == 1


def test_migrate_and_token(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert guantong(monkeypatch, "migrate") == 0
    assert guantong(monkeypatch, "migrate") == 0
    assert (load_settings().home / "guantong.db").exists()
    assert capsys.readouterr().out == ""
    assert guantong(monkeypatch, "token", "bureau-officer", "--hours", "1") == 0
    assert capsys.readouterr().out.count(".") == 2
    assert guantong(monkeypatch, "token", "enterprise-admin", "--enterprise", "nobody") == 2
    assert "NOT_FOUND 没有企业“nobody”" in capsys.readouterr().err


def test_policy_as_a_table(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert guantong(monkeypatch, "policy", "show", "--on", "2026-01-01") == 0
    shown = capsys.readouterr().out
    assert "Policy on 2026-01-01" in shown
    assert "推断 / inferred" in shown
    assert "原文 / verbatim" in shown


def test_policy_as_json(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert guantong(monkeypatch, "policy", "show", "--on", "2026-01-01", "--json") == 0
    rows = json.loads(capsys.readouterr().out)
    assert {row["kind"] for row in rows} == {"value", "clock", "level_group", "requirement"}
    assert all(row["clause"] and row["confidence"] and row["document"] for row in rows)


def test_an_impossible_day(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert guantong(monkeypatch, "policy", "show", "--on", "2026-02-30") == 2
    assert "2026-02-30" in capsys.readouterr().err


def test_version(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert guantong(monkeypatch, "version") == 0
    assert capsys.readouterr().out == "guantong 0.1.0\n"


def test_the_home_may_be_anywhere(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GUANTONG_HOME", str(tmp_path / "a" / "b"))
    assert guantong(monkeypatch, "migrate") == 0
    assert (tmp_path / "a" / "b" / "guantong.db").exists()


SOUND = "职业编码,职业名称\n1-01-00-01,示例职业\n"
BROKEN = SOUND + "9-99,错误\n"


def imported(monkeypatch: pytest.MonkeyPatch, file: Path, content: str, *options: str) -> int:
    assert guantong(monkeypatch, "migrate") == 0
    file.write_text(content, encoding="utf-8")
    return guantong(monkeypatch, "occupations", "import", str(file), *options)


def test_an_import_says_what_it_did(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert imported(monkeypatch, tmp_path / "list.csv", SOUND) == 0
    assert "1 added, 0 changed, 0 as they were" in capsys.readouterr().out
    assert imported(monkeypatch, tmp_path / "list.csv", SOUND) == 0
    assert "0 added, 0 changed, 1 as they were" in capsys.readouterr().out


def test_one_wrong_row_and_nothing_is_stored(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert imported(monkeypatch, tmp_path / "list.csv", BROKEN) == 1
    shown = capsys.readouterr().out
    assert "UNKNOWN_CODE" in shown or "BAD_ARGUMENT" in shown
    assert "nothing was stored; mend list.csv, or add --partial" in shown
    assert imported(monkeypatch, tmp_path / "list.csv", BROKEN, "--partial") == 1
    assert "1 added, 0 changed, 0 as they were" in capsys.readouterr().out


def test_a_file_that_is_not_there(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert guantong(monkeypatch, "occupations", "import", "nowhere.csv") == 2
    assert capsys.readouterr().err.startswith("BAD_FILE")
