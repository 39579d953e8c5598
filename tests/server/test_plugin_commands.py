"""The commands about plugins: the way of a version from a file to its last day, and the audit of it."""

import shutil
import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest
from rich.cells import cell_len

from core.audit import Tag
from core.dates import today
from plugins.artifact import pack_folder
from server.clock import SystemClock
from server.plugin_views import TAGS
from server.settings import load_settings
from tests.server.tools import Terminal

FOLDER = Path(__file__).parents[2] / "enterprise_schemes/lingnan_ship/scheme_lingnan_ship"
AUTHORITY = "工业和信息化主管部门（示例）"
REASON = ("--reason", "示例理由")
TODAY = str(today(SystemClock()))


def packed(tmp_path: Path, version: str) -> Path:
    """The example shipyard's scheme under another version number."""
    folder = shutil.copytree(FOLDER, tmp_path / f"scheme-{version}")
    manifest = (folder / "scheme.toml").read_text(encoding="utf-8")
    assert 'version = "1.0.0"' in manifest
    (folder / "scheme.toml").write_text(manifest.replace('version = "1.0.0"', f'version = "{version}"'), "utf-8")
    file = tmp_path / f"lingnan_ship-{version}.zip"
    file.write_bytes(pack_folder(folder))
    return file


def test_a_version_goes_from_a_file_to_its_last_day(terminal: Terminal, tmp_path: Path) -> None:
    enterprise = terminal.token("enterprise-admin", "--enterprise", "lingnan_ship")
    reviewer = terminal.token("industry-reviewer", "--authority", AUTHORITY)
    officer = terminal.token("bureau-officer")
    named = ("lingnan_ship", "1.1.0", *REASON)
    told = terminal.run("schemes", "register", str(packed(tmp_path, "1.1.0")), *REASON, *enterprise)
    digest = told.split()[-1]
    assert told == f"lingnan_ship 1.1.0 校验通过，摘要 {digest} / verified, digest {digest}\n"
    assert terminal.run("schemes", "submit", *named, *enterprise) == (
        f"lingnan_ship 1.1.0 已提交 submitted，第 2 次办理，摘要 {digest}\n"
    )
    terminal.run("schemes", "countersign", *named, "--digest", digest, *reviewer)
    record = ("--digest", digest[:12], "--number", "示例备案2号", "--from", TODAY)
    told = terminal.run("schemes", "record", *named, *record, *officer)
    assert told.splitlines()[0] == f"lingnan_ship 1.1.0 已备案 recorded，第 4 次办理，摘要 {digest}"
    assert f"版本 1.0.0 自 {TODAY} 起不再备案，随之停止运行；版本 1.1.0 尚未启用" in told
    terminal.run("schemes", "verify", *named, *officer)
    assert terminal.run("schemes", "activate", *named, *officer) == (
        f"lingnan_ship 1.0.0：启用 active [2026-03-01, …) → 启用 active [2026-03-01, {TODAY})\n"
        f"lingnan_ship 1.1.0：— → 启用 active [{TODAY}, …)\n"
    )
    old, new, _ = terminal.json("plugins", "list")
    assert (old["version"], old["discovered"], old["recorded"], old["active"]) == ("1.0.0", True, False, False)
    assert (new["version"], new["digest"], new["recorded"], new["active"]) == ("1.1.0", digest, True, True)
    assert [one["by"] for one in new["filing"]["approvals"]] == [f"industry-reviewer {AUTHORITY}", "bureau-officer"]
    assert terminal.run("schemes", "suspend", *named, *officer) == (
        f"lingnan_ship 1.1.0：启用 active [{TODAY}, …) → 暂停 suspended [{TODAY}, …)\n"
    )
    assert [row["state"] for row in terminal.json("plugins", "list")] == [None, "suspended", "suspended"]
    terminal.run("schemes", "retire", *named, *officer)
    terminal.run("schemes", "activate", *named, *officer, code=2)
    assert terminal.err.startswith(f"STEP_REFUSED 方案“lingnan_ship”版本 1.1.0 自 {TODAY} 起停用，不能再改动")
    entries = terminal.json("plugins", "history", "lingnan_ship")
    assert [entry["tag"].rpartition(":")[2] for entry in entries if entry["version"] == "1.1.0"] == [
        *("register", "verify", "draft", "submit", "countersign", "record", "verify"),
        *("activate", "suspend", "retire"),
    ]


def test_the_audit_for_people(terminal: Terminal) -> None:
    shown = terminal.run("plugins", "list", "--on", "2026-03-01")
    assert "Scheme plugins on 2026-03-01" in shown
    assert "岭南船舶" in shown
    for word in ("lingnan_ship", "已备案 recorded", "启用 active", "通过 verified", "会签 示例会签人"):
        assert word in shown
    assert "运行版本 runs 1.0.0" in terminal.run("plugins", "why", "lingnan_ship", "--on", "2026-03-01")
    assert "不运行 does not run" in terminal.run("plugins", "why", "lingnan_ship", "--on", "2026-01-01")
    history = terminal.run("plugins", "history", "lingnan_ship")
    assert "enterprise:scheme:countersign" in history
    assert "会签" in history
    assert "已备案，未生效 recorded, not yet in effect" in terminal.run("plugins", "list", "--on", "2026-01-01")
    assert "发现 discovered，备案 recorded，启用 active" in terminal.run("plugins", "diff", "2026-01-01", "2026-03-01")


def test_every_tag_of_a_plugin_has_its_word() -> None:
    assert set(TAGS) == {tag for tag in Tag if tag.startswith(("enterprise:scheme:", "enterprise:wheel:"))}


def test_a_table_is_as_wide_as_it_is_told(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    wide = terminal.run("plugins", "list")
    assert max(map(cell_len, wide.splitlines())) > 80
    monkeypatch.setenv("COLUMNS", "80")
    narrow = terminal.run("plugins", "list")
    assert max(map(cell_len, narrow.splitlines())) == 80
    assert "lingnan_ship" in narrow  # no key is cut to pieces


def test_the_audit_as_it_was_known(terminal: Terminal) -> None:
    assert terminal.json("plugins", "list", "--known-at", "2026-02-01") == []
    [row] = terminal.json("plugins", "list", "--known-at", "2026-02-20")
    assert (row["key"], row["filing"]["state"], row["filing"]["approvals"]) == ("lingnan_ship", "submitted", [])
    known = ("--known-at", "2026-02-28T23:59:59")
    assert [row["active"] for row in terminal.json("plugins", "list", "--on", "2026-06-01", *known)] == [False]
    [change] = terminal.json("plugins", "diff", "2026-01-01", "2026-03-01")
    assert (change["key"], change["before"]["active"], change["after"]["active"]) == ("lingnan_ship", False, True)
    [answer] = terminal.json("plugins", "why", "lingnan_ship", "--on", "2026-03-01", *known)
    assert [check["holds"] for check in answer["checks"]] == [True, True, True, True, True, False, True]
    assert len(terminal.json("plugins", "history", "lingnan_ship", "--known-at", "2026-02-08T12:00")) == 3


def test_a_mistyped_key_names_the_nearest(terminal: Terminal) -> None:
    terminal.run("plugins", "why", "lingnan_shop", code=2)
    assert terminal.err == (
        "NOT_FOUND 没有方案“lingnan_shop”，或无权查看 / there is no scheme 'lingnan_shop' that you may read；"
        "最接近的值 nearest: lingnan_ship\n"
    )


def test_wrong_names_and_days_say_what_would_be_right(terminal: Terminal) -> None:
    terminal.run("plugins", "history", "lingnan_shop", code=2)
    assert "没有方案“lingnan_shop”，或无权查看" in terminal.err
    assert terminal.err.endswith("最接近的值 nearest: lingnan_ship\n")
    assert terminal.json("plugins", "history", "lingnan_ship", "--known-at", "2026-01-01") == []
    terminal.run("plugins", "diff", "2026-03-01", "2026-01-01", code=2)
    assert terminal.err == (
        "PERIOD_REVERSED 前一日 2026-03-01 晚于后一日 2026-01-01；请先写较早的一日 / the earlier day 2026-03-01 is "
        "after the later day 2026-01-01; give the earlier one first\n"
    )
    officer = terminal.token("bureau-officer")
    terminal.run("schemes", "suspend", "lingnan_shop", "1.0.0", *REASON, *officer, code=2)
    assert terminal.err.startswith("NOT_FOUND 没有方案“lingnan_shop”，或无权查看")
    assert terminal.err.endswith("nearest: lingnan_ship\n")
    terminal.run("schemes", "suspend", "lingnan_ship", "1.0.1", *REASON, *officer, code=2)
    assert terminal.err == (
        "NOT_FOUND 方案“lingnan_ship”没有版本 1.0.1 的备案申请 / scheme 'lingnan_ship' has no filing of version 1.0.1；"
        "最接近的值 nearest: 1.0.0\n"
    )


def test_what_has_not_begun_is_withdrawn(terminal: Terminal, tmp_path: Path) -> None:
    enterprise = terminal.token("enterprise-admin", "--enterprise", "lingnan_ship")
    reviewer = terminal.token("industry-reviewer", "--authority", AUTHORITY)
    officer = terminal.token("bureau-officer")
    named = ("lingnan_ship", "1.1.0", *REASON)
    digest = terminal.run("schemes", "register", str(packed(tmp_path, "1.1.0")), *REASON, *enterprise).split()[-1]
    terminal.run("schemes", "submit", *named, *enterprise)
    terminal.run("schemes", "countersign", *named, "--digest", digest, *reviewer)
    far = str(today(SystemClock()) + timedelta(days=30))
    terminal.run("schemes", "record", *named, "--digest", digest, "--number", "示例备案2号", "--from", far, *officer)
    terminal.run("schemes", "activate", *named, "--from", far, *officer)
    assert terminal.run("schemes", "withdraw", *named, "--digest", digest, *officer) == (
        f"lingnan_ship 1.1.0 已会签 countersigned，第 5 次办理，摘要 {digest}\n"
        f"lingnan_ship 1.0.0：启用 active [2026-03-01, {far}) → 启用 active [2026-03-01, …)\n"
        f"lingnan_ship 1.1.0：启用 active [{far}, …) → —\n"
    )
    first = ("lingnan_ship", "1.0.0", *REASON)
    terminal.run("schemes", "retire", *first, "--from", far, *officer)
    assert terminal.run("schemes", "unretire", *first, *officer) == (
        f"lingnan_ship 1.0.0：启用 active [2026-03-01, {far})，停用 retired [{far}, …) → 启用 active [2026-03-01, …)\n"
    )
    tags = [entry["tag"].rpartition(":")[2] for entry in terminal.json("plugins", "history", "lingnan_ship")]
    assert {"withdraw", "restore", "unretire"} <= set(tags)


def test_the_store_is_looked_at_on_demand(terminal: Terminal) -> None:
    assert terminal.run("plugins", "inspect") == "检查 2 个方案包，2 个完好 / looked at 2 wheels, 2 sound\n"
    assert terminal.json("plugins", "inspect") == {"looked_at": 2, "broken": []}
    # The other scheme of the demonstration is suspended.
    assert [row["active"] for row in terminal.json("plugins", "list")] == [True, False]
    with sqlite3.connect(load_settings().home / "guantong.db") as database:
        database.execute("UPDATE artifact SET content = x'00' WHERE filename LIKE 'scheme_lingnan%'")
    told = terminal.run("plugins", "inspect", code=1)
    assert told.startswith("drift 方案“lingnan_ship”版本 1.0.0（scheme_lingnan_ship.zip）不予使用：存储内容的摘要为 ")
    assert told.endswith("\n检查 2 个方案包，1 个完好 / looked at 2 wheels, 1 sound\n")
    assert "不运行 does not run" in terminal.run("plugins", "why", "lingnan_ship")
    assert [row["active"] for row in terminal.json("plugins", "list")] == [False, False]


def test_a_step_needs_a_token_and_its_rights(terminal: Terminal) -> None:
    named = ("lingnan_ship", "1.0.0", *REASON)
    terminal.run("schemes", "suspend", *named, code=2)
    assert "GUANTONG_TOKEN" in terminal.err
    terminal.run("schemes", "suspend", *named, "--token", "x.y.z", code=2)
    assert terminal.err.startswith("TOKEN_INVALID")
    auditor = terminal.token("bureau-auditor")
    terminal.run("schemes", "suspend", *named, *auditor, code=2)
    assert terminal.err.startswith("NOT_PERMITTED 角色 bureau-auditor 没有权限 city:scheme:activate")
    other = terminal.token("enterprise-admin", "--enterprise", "yuexiu_rail")
    terminal.run("schemes", "submit", *named, *other, code=2)
    assert terminal.err.startswith("NOT_FOUND 没有方案“lingnan_ship”，或无权查看")


def test_an_approval_names_the_digest_that_was_reviewed(terminal: Terminal, tmp_path: Path) -> None:
    enterprise = terminal.token("enterprise-admin", "--enterprise", "lingnan_ship")
    reviewer = terminal.token("industry-reviewer", "--authority", AUTHORITY)
    named = ("lingnan_ship", "1.1.0", *REASON)
    digest = terminal.run("schemes", "register", str(packed(tmp_path, "1.1.0")), *REASON, *enterprise).split()[-1]
    terminal.run("schemes", "submit", *named, *enterprise)
    for given in (digest[:11], "0" * 64):
        terminal.run("schemes", "countersign", *named, "--digest", given, *reviewer, code=2)
        assert f"you reviewed digest {given}, and it is {digest}; read it again" in terminal.err
    terminal.run("schemes", "return", *named, "--comment", "第二条=请写明年限", *reviewer)
    entry = terminal.json("plugins", "history", "lingnan_ship")[-1]
    assert entry["after"]["comments"] == [{"clause": "第二条", "comment": "请写明年限"}]
    terminal.run("schemes", "return", *named, "--comment", "无条款", *reviewer, code=2)


def test_what_verification_rejects_is_told_and_listed(terminal: Terminal, tmp_path: Path) -> None:
    enterprise = terminal.token("enterprise-admin", "--enterprise", "lingnan_ship")
    file = tmp_path / "broken.zip"
    file.write_bytes(b"no zip at all")
    told = terminal.run("schemes", "register", str(file), *REASON, *enterprise, code=1)
    assert told.startswith("错误 error ART001 [broken.zip] ")
    assert "broken.zip 校验未通过" in told
    row = terminal.json("plugins", "list")[-1]
    assert (row["key"], row["filename"], row["verification"]["state"]) == (None, "broken.zip", "rejected")
    assert "— broken.zip" in terminal.run("plugins", "list")
    terminal.run("schemes", "register", str(tmp_path / "absent.zip"), *REASON, *enterprise, code=2)
    assert terminal.err.startswith(f"BAD_FILE [{tmp_path / 'absent.zip'}] 无法读取")


def test_a_release_without_quarantine_is_refused(terminal: Terminal) -> None:
    officer = terminal.token("bureau-officer")
    terminal.run("schemes", "release", "lingnan_ship", "1.0.0", *REASON, *officer, code=2)
    assert terminal.err.startswith("STEP_REFUSED 方案包 ")


def test_tokens_of_reviewers_name_their_authority(terminal: Terminal) -> None:
    terminal.run("token", "bureau-officer", "--authority", AUTHORITY, code=2)
    assert "role bureau-officer takes no --authority NAME" in terminal.err
    assert load_settings().is_demonstration
