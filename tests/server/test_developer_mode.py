"""Developer mode: installed schemes are listed with state and reason, none is imported, and none gets any further."""

import json
import sys
from pathlib import Path

import pytest

from core.errors import GuantongError
from server.settings import Mode, load_settings
from tests.plugins.hostile import wheels as w
from tests.plugins.test_discovery import contents, install
from tests.server.test_plugin_commands import REASON
from tests.server.tools import Terminal

OTHER = "scheme_other_works-2.0.0.dist-info"
STATE = "discovered (developer mode)"


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A site folder on the path of this Python with a sound scheme, whose package raises when it is imported."""
    folder = tmp_path / "site"
    install(folder, contents())
    monkeypatch.syspath_prepend(str(folder))
    return folder


@pytest.fixture
def developing(terminal: Terminal, site: Path, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    monkeypatch.setenv("GUANTONG_DEVELOPER_MODE", "true")
    return terminal


def test_an_installed_scheme_is_listed_and_not_imported(developing: Terminal) -> None:
    *registered, row = developing.json("plugins", "list")
    assert [one["key"] for one in registered] == ["lingnan_ship", "yuexiu_rail"]
    assert (row["key"], row["version"], row["distribution"]) == ("tiny_works", "1.0.0", "scheme-tiny-works")
    assert (row["state"], row["recorded"], row["active"], row["approvable"]) == (STATE, False, False, False)
    assert row["filing"] is None
    # The shipyard of the demonstration has the credit code of the tiny scheme, so its listing and authorities count.
    assert row["verification"]["findings"] == []
    assert row["verification"]["state"] == "verified"
    assert row["why"]["en"].startswith("an installed distribution is there for developing and can never be approved")
    assert w.PACKAGE not in sys.modules
    shown = developing.run("plugins", "list")
    assert "开发模式发现 / discovered (developer mode)" in shown
    assert "不可备案 never: 已安装的分发包只供开发时查看，不能备案" in shown


def test_a_broken_one_says_why(developing: Terminal, site: Path) -> None:
    metadata = w.METADATA.replace("scheme-tiny-works", "scheme-other-works").replace("1.0.0", "2.0.0").encode()
    points = b"[guantong.schemes]\nother_works = scheme_other_works\n"
    install(site, {f"{OTHER}/METADATA": metadata, f"{OTHER}/entry_points.txt": points}, OTHER, record=False)
    rows = {row["distribution"]: row for row in developing.json("plugins", "list")}
    broken = rows["scheme-other-works"]
    assert (broken["key"], broken["version"], broken["state"]) == (None, "2.0.0", STATE)
    assert broken["faults"] == [{"zh": "缺少 RECORD；请用 pip 安装", "en": "it has no RECORD; install it by pip"}]
    assert broken["why"]["zh"].startswith("缺少 RECORD；请用 pip 安装；已安装的分发包")
    assert rows["scheme-tiny-works"]["verification"]["state"] == "verified"
    assert "— scheme-other-works" in developing.run("plugins", "list")


def test_a_rejected_one_has_its_findings(developing: Terminal, site: Path) -> None:
    manifest = (site / w.MANIFEST).read_text("utf-8")
    (site / w.MANIFEST).write_text(manifest.replace("weight = 400", "weight = 390"), "utf-8")
    row = developing.json("plugins", "list")[-1]
    assert row["verification"]["state"] == "rejected"
    assert "SCH301" in [one["code"] for one in row["verification"]["findings"]]


def test_why_names_what_is_installed(developing: Terminal) -> None:
    (answer,) = developing.json("plugins", "why", "tiny_works")
    assert [check["holds"] for check in answer["checks"]] == [True, True, False]
    assert answer["checks"][0]["zh"] == "开发模式发现：scheme-tiny-works 1.0.0"
    assert answer["checks"][1]["en"] == "verification passed it with findings: none"
    assert (answer["active"], answer["plugin"]["state"]) == (False, STATE)
    assert "不运行 does not run" in developing.run("plugins", "why", "tiny_works")
    developing.run("plugins", "why", "tiny_wurks", code=2)
    assert developing.err.startswith("NOT_FOUND")


def test_two_of_one_key_name_each_other(developing: Terminal, site: Path) -> None:
    info = w.INFO.replace("tiny", "twin")
    files = {path.replace(w.INFO, info): data for path, data in contents().items()}
    metadata = files[f"{info}/METADATA"].replace(b"scheme-tiny-works", b"scheme-twin-works")
    install(site, files | {f"{info}/METADATA": metadata}, info)
    reasons = {row["distribution"]: row["why"]["en"] for row in developing.json("plugins", "list") if "why" in row}
    assert reasons["scheme-tiny-works"].startswith("scheme-twin-works provide the same scheme key; ")
    assert reasons["scheme-twin-works"].startswith("scheme-tiny-works provide the same scheme key; ")


def test_there_is_no_step_from_there(developing: Terminal) -> None:
    officer = developing.token("bureau-officer")
    named = ("tiny_works", "1.0.0", *REASON, *officer)
    developing.run("schemes", "record", *named, "--digest", "0" * 64, "--number", "x", "--from", "2026-03-01", code=2)
    assert developing.err.startswith("NOT_FOUND 没有方案“tiny_works”，或无权查看")
    for step in ("submit", "activate", "verify"):
        developing.run("schemes", step, *named, code=2)
        assert developing.err.startswith("NOT_FOUND")


def test_the_past_and_other_modes_know_nothing_of_it(developing: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    known = developing.json("plugins", "list", "--known-at", "2026-12-01")
    assert "tiny_works" not in [row["key"] for row in known]
    monkeypatch.delenv("GUANTONG_DEVELOPER_MODE")
    assert "tiny_works" not in [row["key"] for row in developing.json("plugins", "list")]
    assert json.loads(developing.run("plugins", "list", "--json"))


def test_production_refuses_it() -> None:
    with pytest.raises(GuantongError) as refused:
        load_settings(mode=Mode.PRODUCTION, allowed_hosts=["guantong.example"], developer_mode=True)
    assert refused.value.code == "SETTINGS_INVALID"
    assert "production takes no developer mode; remove GUANTONG_DEVELOPER_MODE" in str(refused.value)
    assert "生产模式不能启用开发模式" in str(refused.value)
