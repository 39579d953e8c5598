"""The author's commands: a scheme checked at home exactly as it is at the bureau, registered, its findings read."""

import io
import json
import re
import shutil
from pathlib import Path

import openpyxl
import pytest

from server.documents import ROOT
from tests.plugins.hostile import wheels as w
from tests.server.test_plugin_commands import REASON
from tests.server.tools import Terminal

BROKEN = ROOT / "tests" / "broken_schemes"
SHIP = ROOT / "enterprise_schemes" / "lingnan_ship" / "scheme_lingnan_ship"
CLEAN = BROKEN / "clean_base"
DAY = ("--on", "2026-03-01")
OPEN = ["SCH102", "SCH104", "SCH119", "SCH120", "SCH210"]


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Terminal:
    """An author's desk: no installation, and settings that no command could start with."""
    monkeypatch.delenv("GUANTONG_TOKEN", raising=False)
    monkeypatch.setenv("GUANTONG_HOME", str(tmp_path / "none"))
    monkeypatch.setenv("GUANTONG_MODE", "no such mode")
    monkeypatch.setenv("GUANTONG_DATABASE_URL", "postgresql://127.0.0.1:1/none")
    return Terminal(monkeypatch, capsys)


def altered(tmp_path: Path, before: str, after: str) -> tuple[Path, Path]:
    """The shipyard's workbook and its manifest with a text replaced."""
    folder = tmp_path / "altered"
    folder.mkdir()
    shutil.copy(SHIP / "catalog.xlsx", folder)
    manifest = (SHIP / "scheme.toml").read_text("utf-8")
    assert before in manifest
    (folder / "scheme.toml").write_text(manifest.replace(before, after), "utf-8")
    return folder / "catalog.xlsx", folder / "scheme.toml"


def test_a_scheme_is_checked_without_any_installation(desk: Terminal, tmp_path: Path) -> None:
    told = desk.run("schemes", "check", str(CLEAN), *DAY).splitlines()
    assert len(told) == 7
    assert [line.split()[2] for line in told if line.startswith("提示 notice ")] == OPEN
    assert told[-2] == "错误 0，警告 0，提示 5 / 0 errors, 0 warnings, 5 notices"
    assert re.fullmatch(r"tiny_works 1\.0\.0 校验通过，摘要 [0-9a-f]{64} / verified, digest [0-9a-f]{64}", told[-1])
    assert not (tmp_path / "none").exists()


def test_nothing_of_a_wheel_is_imported(desk: Terminal, tmp_path: Path) -> None:
    trap = tmp_path / "sprung"
    code = f"__import__('pathlib').Path({str(trap)!r}).touch()\nraise SystemExit(7)\n"
    file = tmp_path / w.NAME
    parts = {f"{w.PACKAGE}/{name}": (CLEAN / name).read_text("utf-8") for name in ("scheme.toml", "catalog.toml")}
    file.write_bytes(w.wheel({**parts, f"{w.PACKAGE}/__init__.py": code}))
    found = desk.json("schemes", "check", str(file), *DAY)
    assert (found["accepted"], found["distribution"], found["records"]) == (True, "scheme-tiny-works", False)
    assert [one["code"] for one in found["findings"]] == OPEN
    assert {one["place"]["distribution"] for one in found["findings"]} == {"scheme-tiny-works"}
    assert not trap.exists()


def test_a_rejected_scheme_names_place_value_nearest_and_clause(desk: Terminal) -> None:
    told = desk.run("schemes", "check", str(BROKEN / "SCH201_shortcut_by_evidence"), *DAY, code=1)
    assert (
        "错误 error SCH201 [tiny_works 1.0.0 · catalog.toml · 第1行 row 1 · skill_to_title.years] "
        "技师（二级）→中级职称：满1年即可通过，低于下限3年（2026-03-01 起有效） / technician (level 2) to title of "
        "intermediate level: 1 year would pass, below the floor of 3 years (in force from 2026-03-01)\n"
        "    内容 value: 0\n"
        "    最接近的正确值 nearest: 3\n"
        "    反例 counterexample: 持技师（二级）满1年、工艺改进（项）=3者将被准许申报 / "
        "a holder of technician (level 2) after 1 year with process improvements = 3 would be let through\n"
        "    依据 clause: 《高技能人才与专业技术人才职业融合发展试点实施方案》支持高技能人才参加职称评审\n"
    ) in told
    assert "错误 1，警告 0，提示 5 / 1 errors, 0 warnings, 5 notices\n" in told
    assert "tiny_works 1.0.0 校验未通过" in told


def test_a_workbook_beside_its_manifest_comes_back_marked(desk: Terminal, tmp_path: Path) -> None:
    workbook, manifest = altered(tmp_path, 'key = "technical_staff"', 'key = "technical_stuff"')
    given = ("schemes", "check", str(workbook), "--manifest", str(manifest), *DAY)
    out = tmp_path / "marked.xlsx"
    told = desk.run(*given, "--marked", str(out))
    assert "错误 0" in told  # groups of a workbook are written by name
    assert desk.err == f"已标注 marked: {out}\n"
    assert [row[1].value for row in openpyxl.load_workbook(out)["校验结果"].iter_rows(min_row=2)] == OPEN
    manifest.write_text(manifest.read_text("utf-8").replace("设计与工艺岗位专业技术人才", "技术人员"), "utf-8")
    desk.run(*given, "--marked", str(out), code=1)
    book = openpyxl.load_workbook(io.BytesIO(out.read_bytes()))
    assert book["校验结果"]["B2"].value == "WBK012"
    cell = book["校验结果"]["C2"].value
    assert cell.startswith("对应关系目录!")
    assert "WBK012" in book["对应关系目录"][cell.partition("!")[2]].comment.text


def test_what_cannot_be_marked_or_would_be_overwritten_is_a_fault(desk: Terminal, tmp_path: Path) -> None:
    out = tmp_path / "marked.xlsx"
    desk.run("schemes", "check", str(CLEAN), *DAY, "--marked", str(out), code=2)
    assert "there is no catalog workbook in it to mark; only catalog.xlsx is handed back" in desk.err
    assert not out.exists()
    workbook, manifest = altered(tmp_path, "lingnan_ship", "lingnan_shop")
    same = ("--manifest", str(manifest), "--marked", str(workbook))
    desk.run("schemes", "check", str(workbook), *same, code=2)
    assert desk.err.startswith("BAD_ARGUMENT")
    assert "标注后的副本不能覆盖原文件" in desk.err
    desk.run("schemes", "check", str(SHIP), "--marked", str(tmp_path / "no" / "way.xlsx"), code=2)
    assert "无法写入" in desk.err
    desk.run("schemes", "check", str(tmp_path / "absent.zip"), code=2)
    assert desk.err.startswith("BAD_FILE")


def test_the_day_decides(desk: Terminal) -> None:
    folder = str(BROKEN / "SCH114_already_over")
    found = desk.json("schemes", "check", folder, "--on", "2026-01-01")
    assert "SCH114" not in [one["code"] for one in found["findings"]]
    late = json.loads(desk.run("schemes", "check", folder, "--on", "2035-01-01", "--json", code=1))
    assert (late["day"], "SCH114" in [one["code"] for one in late["findings"]]) == ("2035-01-01", True)


def test_occupations_beyond_the_shipped_ones(desk: Terminal, tmp_path: Path) -> None:
    folder = shutil.copytree(CLEAN, tmp_path / "scheme")
    catalog = (folder / "catalog.toml").read_text("utf-8")
    (folder / "catalog.toml").write_text(catalog.replace('"6-18-02-04"', '"6-18-02-77"'), "utf-8")
    classification = tmp_path / "occupations.csv"
    classification.write_text("职业编码,职业名称\n6-18-02-77,示例焊接工\n", "utf-8")
    given = ("schemes", "check", str(folder), *DAY, "--json")
    codes = [one["code"] for one in json.loads(desk.run(*given, code=1))["findings"]]
    assert "SCH001" in codes
    known = json.loads(desk.run(*given, "--occupations", str(classification)))
    assert "SCH001" not in [one["code"] for one in known["findings"]]
    classification.write_text("职业编码,职业名称\n6-18-02-7,示例\n", "utf-8")
    desk.run(*given, "--occupations", str(classification), code=2)
    assert desk.err.startswith("BAD_FILE [occupations.csv")


def test_records_are_checked_where_there_are_some(terminal: Terminal, tmp_path: Path) -> None:
    at_home = terminal.json("schemes", "check", str(SHIP), *DAY)
    on_record = terminal.json("schemes", "check", str(SHIP), *DAY, "--records")
    assert [one["code"] for one in at_home["findings"]] == OPEN
    assert (on_record["accepted"], on_record["records"], on_record["findings"]) == (True, True, [])
    assert on_record["digest"] == at_home["digest"]
    workbook, manifest = altered(tmp_path, 'key = "lingnan_ship"', 'key = "yuexiu_rail"')
    taken = ("schemes", "check", str(workbook), "--manifest", str(manifest), *DAY, "--records")
    assert "SCH102" in terminal.run(*taken, code=1)
    for uscc in ("91990000MA0EXTP034", "no code\\u0000"):
        text = manifest.read_text("utf-8").replace("91990000MA0EXTJ012", uscc)
        (tmp_path / "other.toml").write_text(text, "utf-8")
        assert "SCH104" in terminal.run(*taken[:4], str(tmp_path / "other.toml"), *DAY, "--records", code=1)


def test_what_is_found_at_home_is_what_registering_finds(terminal: Terminal, tmp_path: Path) -> None:
    enterprise = terminal.token("enterprise-admin", "--enterprise", "lingnan_ship")
    workbook, manifest = altered(tmp_path, 'version = "1.0.0"', 'version = "1.1.0"')
    text = manifest.read_text("utf-8").replace("weight = 300", "weight = 290", 1)
    manifest.write_text(text, "utf-8")
    given = (str(workbook), "--manifest", str(manifest))
    found = json.loads(terminal.run("schemes", "check", *given, "--records", "--json", code=1))["findings"]
    told = terminal.run("schemes", "register", *given, *REASON, *enterprise, code=1)
    assert terminal.json("schemes", "findings", "lingnan_ship", "1.1.0") == found
    assert "SCH301" in [one["code"] for one in found]
    shown = terminal.run("schemes", "findings", "lingnan_ship", "1.1.0", "--marked", str(tmp_path / "out.xlsx"))
    assert [line for line in told.splitlines()[:-1] if line not in shown] == []
    assert "校验未通过" in shown
    assert openpyxl.load_workbook(tmp_path / "out.xlsx")["校验结果"]["B2"].value == "SCH301"
    terminal.run("schemes", "findings", "lingnan_ship", "9.9.9", code=2)
    assert terminal.err.startswith("NOT_FOUND")


def test_a_folder_can_be_registered(terminal: Terminal, tmp_path: Path) -> None:
    enterprise = terminal.token("enterprise-admin", "--enterprise", "lingnan_ship")
    _, manifest = altered(tmp_path, 'version = "1.0.0"', 'version = "1.2.0"')
    told = terminal.run("schemes", "register", str(manifest.parent), *REASON, *enterprise)
    assert told.startswith("lingnan_ship 1.2.0 校验通过")
    assert [row["version"] for row in terminal.json("plugins", "list") if row["key"] == "lingnan_ship"] == [
        "1.0.0",
        "1.2.0",
    ]


@pytest.mark.parametrize("part", ["manifest", "catalog", "cases"])
def test_the_schema_of_what_an_author_writes_is_printed(desk: Terminal, part: str) -> None:
    printed = json.loads(desk.run("schemes", "schema", part))
    assert (
        printed["properties"].keys()
        >= {"manifest": {"scheme"}, "catalog": {"row"}, "cases": {"scoring", "eligibility"}}[part]
    )
    assert "description" in printed


def test_a_nonce_tries_the_same_evidence_again_and_another_tries_other(desk: Terminal) -> None:
    """The seed is of digest, policy and nonce; the report names it."""
    rail = ROOT / "enterprise_schemes" / "yuexiu_rail"

    def report(*nonce: str) -> list[str]:
        told = desk.json("schemes", "check", str(rail), *DAY, *nonce)["report"]
        return [line["en"] for line in told if "seed" in line["en"] or "nonce" in line["en"]]

    first, again, other = report("--nonce", "示例-7"), report("--nonce", "示例-7"), report("--nonce", "示例-8")
    assert first == again
    assert first[0] != other[0]
    assert first[1] == "   the evidence was chosen by nonce 示例-7; --nonce 示例-7 tries the same again"
    fresh = [report()[1] for _ in range(2)]
    assert fresh[0] != fresh[1]
